"""A redesign is reckoned from past cases: what goes, what stays with people, and what nobody has judged for."""

import json

import pytest

from aboveloop.app.portfolio.errors import NothingToRedesign
from aboveloop.app.portfolio.redesign import Redesign, as_json, redesign
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.shadowing import runs
from aboveloop.app.shadowing.beside import Worked, Would
from aboveloop.app.shadowing.past import Past
from aboveloop.app.shadowing.runs import RunNotFound
from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.govern.people import person_of
from aboveloop.history import store as histories
from aboveloop.history.events import Event, attributes_of
from aboveloop.history.store import About
from api.open_house import house, operation, template, understands

__all__ = ["house", "operation", "template", "understands"]

NEED = "late_or_lost_parcel"
HOUR = 3_600_000_000
ASSUMED = Assumptions(hour_cost=36, touch_minutes=10)


def past(name: str, touches: int, solved: float = 36_000.0, reason: str = NEED) -> Past:
    return Past(name, 0, "email", (), reason, "", "Parcels", touches, 1, 0, first_reply=7_200.0, solved=solved)


def worked(name: str, *, intent: str = NEED, lane: str = "", ended: str = "resolved") -> Worked:
    would = (Would("shop.resend_order", lane),) if lane else ()
    procedure = NEED if intent == NEED else intent
    return Worked(name, intent, procedure, would, ended, "", 2, 10.0)


def beside(house: Stage) -> None:
    """Four cases: alone, a yes, given to people, and read as something else; a fifth is about another need."""
    done = [
        (past("a", 4), worked("a")),
        (past("b", 6), worked("b", lane="reviewed", ended="")),
        (past("c", 2, solved=7_200.0), worked("c", ended="")),
        (past("d", 8), worked("d", intent="where_is_my_order")),
        (past("e", 50, reason="refund_not_received"), worked("e")),
    ]
    runs.keep(house, "desk", house.operation.digest, done, by="person:noor")


def written(house: Stage) -> None:
    """The customer of `a` is waited for an hour."""
    told = [("a", "customer_message", 0), ("a", "person_message", 1), ("a", "customer_message", 2), ("a", "solved", 9),
            ("e", "customer_message", 0)]  # fmt: skip
    events = [Event("desk", case, what, at * HOUR, place, attributes=attributes_of({"text": "It is late."}))
              for place, (case, what, at) in enumerate(told)]  # fmt: skip
    histories.write(house.settings.home, About(name="desk", kind="file", imported_at=0), events)


def drawn(house: Stage, procedure: str = NEED) -> Redesign:
    with house.database.read() as reader:
        return redesign(house, reader, procedure, ASSUMED)


def test_touches_time_and_cost_are_those_reckoned_by_hand(house: Stage) -> None:
    beside(house)
    written(house)
    found = drawn(house)
    assert found.cases == 4 and found.as_is.touches.value == 5
    # Alone 0, one yes 1, with people 2, read otherwise and not judged 8.
    assert found.target.touches.value == pytest.approx(11 / 4)
    assert found.touches_saved == pytest.approx(0.45)
    assert found.as_is.cost == pytest.approx(5 * 6) and found.target.cost == pytest.approx(11 / 4 * 6)
    assert found.ways == {"alone": 0.25, "approval": 0.25, "people": 0.5}
    assert found.as_is.seconds is not None and found.as_is.seconds.value == 36_000
    # a: 10 s and an hour for the customer; b: 10 s and two hours for a first answer; c: two hours; d: ten hours.
    assert found.target.seconds is not None and found.target.seconds.value == pytest.approx((7_200 + 7_210) / 2)
    assert dict(found.before) == {"customer_message": 0.5, "person_message": 0.25, "solved": 0.25}
    assert any("How long an approval will wait nobody knows yet" in each for each in found.remarks)
    assert any("Told from 4 past cases alone" in each for each in found.remarks)
    assert as_json(found)["target"]["touches"]["value"] == found.target.touches.value


def test_a_case_that_somebody_judges_for_the_worker_leaves_people(house: Stage) -> None:
    differing = (past("a", 4, reason="exchange"), worked("a"))
    done = [(past("b", 4), worked("b")), (past("c", 4), Worked("c", "exchange", NEED, (), "resolved", "", 1, 5.0))]
    runs.keep(house, "desk", house.operation.digest, [*done, differing], by="person:noor")
    before = drawn(house)
    assert before.cases == 2 and before.target.touches.value == 2 and before.at_best.touches.value == 0
    assert any("In 1 of 2 cases the worker did otherwise" in each for each in before.remarks)
    assert any("customers' own time is not in the target" in each for each in before.remarks)
    runs.judge(house, None, "c", "worker", by=person_of(house.operation, "noor"), because="The clerk noted it wrongly.")
    assert drawn(house).target.touches.value == 0


def test_one_case_has_no_bounds_and_its_json_no_infinity(house: Stage) -> None:
    runs.keep(house, "desk", house.operation.digest, [(past("a", 4), worked("a"))], by="person:noor")
    told = json.dumps(as_json(drawn(house)), allow_nan=False)
    one = json.loads(told)["as_is"]
    assert one["touches"]["low"] is None and one["seconds"]["low"] is None and one["seconds"]["value"] > 0


def test_every_step_of_the_target_has_somebody(house: Stage) -> None:
    beside(house)
    after = drawn(house).after
    assert {who for who, _ in after} == {"worker", "customer", "person"} and all(what for _, what in after)
    assert ("worker", "shop.get_order") in after and ("customer", "tells postcode") in after


def test_without_a_run_or_a_case_of_the_need_it_says_what_to_do(house: Stage) -> None:
    with pytest.raises(RunNotFound):
        drawn(house)
    beside(house)
    with pytest.raises(NothingToRedesign, match="shadow run"):
        drawn(house, "cancel_order")
    with pytest.raises(NothingToRedesign, match="no procedure"):
        drawn(house, "dancing")
