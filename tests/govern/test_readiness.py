"""What an operation lacks before it goes live is named, each thing with its place; what it has is not asked for."""

from typing import Any

import pytest

from aboveloop.govern.duties import DUTIES, held_duties
from aboveloop.govern.readiness import Missing, missing_to_go_live
from aboveloop.operation.models import Operation, Procedure
from aboveloop.operation.scenario_models import Scenario
from govern.corner import ABOUT, build_operation

PURPOSE = {"objective": "Orders are settled.", "success": "Nobody writes twice.", "learning": "We look on Fridays."}
OVERSIGHT: dict[str, Any] = {"reviewer": "noor", "every_days": 7, "good": "It is done or the customer knows why not."}
SCENARIO = Scenario.model_validate(
    {"scenario": "too_late", "title": "Too late", "from": "a@b.example", "steps": [], "expect": {"ends": "refused"}}
)


def ready(*, oversight: dict[str, Any] | None = OVERSIGHT, **about: Any) -> Operation:
    """The shop with everything that going live takes, but for what is exchanged."""
    whole = {
        **ABOUT,
        "roles": {**ABOUT["roles"], "clerk": {"may": ["take_over", "reply"]}},
        "people": [{**person, "trained": "2026-02-02"} for person in ABOUT["people"]],
        "owners": {duty.name: "noor" for duty in DUTIES},
        "purpose": PURPOSE,
        **about,
    }
    procedure = Procedure.model_validate({"procedure": "cancel_order", "steps": [], "oversight": oversight})
    return build_operation(about=whole).model_copy(
        update={"procedures": {"cancel_order": procedure}, "scenarios": {"too_late": SCENARIO}}
    )


def lacking(operation: Operation) -> list[tuple[str, str]]:
    return [(each.what, each.where) for each in missing_to_go_live(operation)]


def test_nothing_is_missing_where_everything_is_there() -> None:
    assert missing_to_go_live(ready()) == ()


@pytest.mark.parametrize("duty", [duty.name for duty in DUTIES])
def test_each_duty_that_nobody_holds_is_missing(duty: str) -> None:
    owners = {each.name: "noor" for each in DUTIES if each.name != duty}
    assert lacking(ready(owners=owners)) == [("owner", f"owners.{duty}")]
    stranger = {each.name: "noor" for each in DUTIES} | {duty: "nobody"}
    assert lacking(ready(owners=stranger)) == [("owner", f"owners.{duty}")]


def test_an_operation_without_a_purpose_does_not_start() -> None:
    (missing,) = missing_to_go_live(ready(purpose=None))
    assert missing == Missing("purpose", "purpose", missing.sentence)
    for words in ("objective", "success", "learn"):
        assert words in missing.sentence


@pytest.mark.parametrize("gone", ["objective", "success", "learning"])
def test_each_of_the_three_fields_is_asked_for(gone: str) -> None:
    with pytest.raises(ValueError, match=gone):
        ready(purpose={name: text for name, text in PURPOSE.items() if name != gone})
    with pytest.raises(ValueError, match=gone):
        ready(purpose={**PURPOSE, gone: ""})


def test_a_worker_without_oversight_is_named() -> None:
    assert lacking(ready(oversight=None)) == [("oversight", "procedures/cancel_order.oversight")]


def test_a_reviewer_is_one_of_the_people() -> None:
    (missing,) = missing_to_go_live(ready(oversight={**OVERSIGHT, "reviewer": "stranger"}))
    assert "stranger, is none of the people" in missing.sentence


def test_an_acceptable_failure_is_shown_by_a_scenario() -> None:
    shown = {**OVERSIGHT, "may_fail": [{"what": "Too late is too late.", "shown_by": "too_late"}]}
    assert missing_to_go_live(ready(oversight=shown)) == ()
    unseen = {**OVERSIGHT, "may_fail": [{"what": "Too late is too late.", "shown_by": "never_written"}]}
    (missing,) = missing_to_go_live(ready(oversight=unseen))
    assert "No scenario never_written shows" in missing.sentence


def test_somebody_takes_what_the_worker_gives_up() -> None:
    roles = {**ABOUT["roles"], "clerk": {"may": ["reply"]}}
    assert lacking(ready(roles=roles)) == [("escalation", "roles")]


def test_who_acts_on_cases_was_trained_and_who_only_looks_need_not_be() -> None:
    assert lacking(ready(people=ABOUT["people"])) == [
        ("training", f"people.{person}.trained") for person in ("priya", "noor", "max", "cleo")
    ]


def test_the_matrix_holds_every_duty_and_the_companys_own() -> None:
    held = held_duties(ready(owners={"business": "noor", "opening_hours": "cleo", "legal": "stranger"}))
    assert [each.duty.name for each in held] == [*(duty.name for duty in DUTIES), "opening_hours"]
    holders = {each.duty.name: each.person.id if each.person else None for each in held}
    assert (holders["business"], holders["opening_hours"]) == ("noor", "cleo")
    assert (holders["legal"], holders["security"]) == (None, None)
    assert held[-1].duty.title == "Opening hours"
