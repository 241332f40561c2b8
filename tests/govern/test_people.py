"""What people may do follows from their roles, and a no says why."""

import pytest

from aboveloop.govern.errors import MayNot, PersonUnknown
from aboveloop.govern.people import may, people_of, person_of
from aboveloop.operation.models import Operation
from govern.corner import ABOUT, build_operation, person

RIGHTS = {
    "priya": {"approve"},
    "noor": {"approve", "pause", "release", "audit"},
    "max": {"approve", "pause", "release", "audit"},
    "cleo": {"take_over", "reply"},
    "odd": {"audit"},
}
EVERY = ("approve", "take_over", "reply", "pause", "release", "audit", "erase", "disclose")


@pytest.mark.parametrize("person_id", RIGHTS)
@pytest.mark.parametrize("right", EVERY)
def test_a_person_may_do_what_a_role_of_theirs_may_and_nothing_else(person_id: str, right: str) -> None:
    permission = may(person(person_id), right)  # type: ignore[arg-type]
    assert permission.granted is (right in RIGHTS[person_id])
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


def test_an_unknown_person_is_refused(operation: Operation) -> None:
    with pytest.raises(PersonUnknown, match="There is no person eve"):
        person_of(operation, "eve")


def test_the_ledger_names_people_by_id() -> None:
    assert person("noor").actor == "person:noor"
