"""What people may do follows from their roles, and a no says why."""

from typing import Any

import pytest

from aboveloop.govern.errors import MayNot, PersonUnknown
from aboveloop.govern.people import Right, may, may_approve_amount, people_of, person_of
from aboveloop.kit.money import Money
from aboveloop.operation.models import Operation
from aboveloop.operation.rights import RIGHTS
from govern.corner import ABOUT, build_operation, person

HELD = {
    "priya": {"approve"},
    "noor": {"approve", "pause", "resume", "incident", "propose", "promote", "audit"},
    "max": {"approve", "pause", "resume", "incident", "propose", "promote", "audit"},
    "cleo": {"take_over", "reply"},
    "odd": {"audit"},
}


@pytest.mark.parametrize("person_id", HELD)
@pytest.mark.parametrize("right", RIGHTS)
def test_a_person_may_do_what_a_role_of_theirs_may_and_nothing_else(person_id: str, right: Right) -> None:
    permission = may(person(person_id), right)
    assert permission.granted is (right in HELD[person_id])
    if permission.granted:
        permission.demand()
    else:
        with pytest.raises(MayNot, match="may not"):
            permission.demand()


def test_a_permission_says_why() -> None:
    assert may(person("cleo"), "take_over").reason == "Cleo Desk may take over."
    assert may(person("cleo"), "approve").reason == ("Cleo Desk (clerk) may not approve. Ask somebody whose role may.")


def test_a_role_that_does_not_exist_gives_nothing() -> None:
    about = {
        **ABOUT,
        "people": [{"id": "lost", "name": "Lost", "roles": ["nowhere"]}, {"id": "bare", "name": "Bare", "roles": []}],
    }
    people = people_of(build_operation(about=about))
    assert people["lost"].may == frozenset()
    assert "(no role)" in may(people["bare"], "reply").reason


def limited(role: int | None, own: int | None) -> dict[str, Any]:
    """The shop with a limit for a role, for a person, or both."""
    boss: dict[str, Any] = {"may": ["approve"]}
    spec: dict[str, Any] = {"id": "bo", "name": "Bo", "roles": ["boss"]}
    if role is not None:
        boss["approve_up_to"] = role
    if own is not None:
        spec["approve_up_to"] = own
    return {**ABOUT, "roles": {"boss": boss}, "people": [spec]}


@pytest.mark.parametrize(
    ("role", "own", "limit"),
    [(None, None, None), (500, None, 500), (None, 300, 300), (500, 300, 300), (300, 500, 300), (0, None, 0)],
)
def test_the_lower_of_a_roles_and_a_persons_limit_holds(role: int | None, own: int | None, limit: int | None) -> None:
    bo = people_of(build_operation(about=limited(role, own)))["bo"]
    assert bo.limits.get("boss") == (None if limit is None else Money(limit, "EUR"))
    assert may_approve_amount(bo, "boss", None).granted, "where no money is at stake, no limit holds"
    assert may_approve_amount(bo, "boss", limit or 0).granted
    if limit is not None:
        refused = may_approve_amount(bo, "boss", limit + 1)
        assert not refused.granted
        assert f"Bo approves up to {Money(limit, 'EUR')} as boss" in refused.reason
        assert not may_approve_amount(bo, "boss", -limit - 1).granted, "what is taken counts as what is given"


def test_an_identity_providers_roles_count_beside_the_persons_own() -> None:
    operation = build_operation()
    assert person_of(operation, "cleo").may == {"take_over", "reply"}
    both = person_of(operation, "cleo", further_roles=["auditor", "no_such_role"])
    assert both.may == {"take_over", "reply", "audit"}


def test_through_a_token_a_person_may_no_more_than_its_scopes_and_no_more_than_they_may() -> None:
    narrowed = person("noor").narrowed_to(["audit", "erase"])
    assert narrowed.may == {"audit"}
    assert (narrowed.id, narrowed.actor) == ("noor", "person:noor")


def test_an_unknown_person_is_refused(operation: Operation) -> None:
    with pytest.raises(PersonUnknown, match="There is no person eve"):
        person_of(operation, "eve")


def test_the_ledger_names_people_by_id() -> None:
    assert person("noor").actor == "person:noor"
