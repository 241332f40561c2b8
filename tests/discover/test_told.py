"""What events say: asked for later, typed twice, chased, answered alike. What is planted is found and nothing else."""

import dataclasses

import numpy as np
import pytest

from aboveloop.discover.findings.asking import asking
from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.discover.findings.chance import Estimate
from aboveloop.discover.findings.copying import copying
from aboveloop.discover.findings.found import Findings, find
from aboveloop.discover.findings.opportunity import Opportunity, places_of
from aboveloop.discover.findings.planted_told import ToldPlan, make_told, random_told_plan
from aboveloop.discover.ordering import order
from aboveloop.discover.radar import look
from aboveloop.history.logs.tellings import Tellings
from discover.logs import coded, log_of

CASES = 1_500


def found(plan: ToldPlan, seed: int) -> Findings:
    log, known, told = make_told(plan, CASES, np.random.default_rng(seed))
    return find(look(log), known, Assumptions(), told)


def test_what_is_planted_is_found_and_nothing_else() -> None:
    right = claimed = planted = 0
    for seed in range(4):
        plan = random_told_plan(np.random.default_rng(seed))
        # The calendar is planted, and held against chance, elsewhere.
        claims = {claim for claim in found(plan, seed).claims if claim[0] != "period"}
        right, claimed, planted = right + len(claims & plan.truth), claimed + len(claims), planted + len(plan.truth)
    assert planted > 8
    assert right >= 0.95 * claimed
    assert right >= 0.95 * planted


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_claimed_where_nothing_is_planted(seed: int) -> None:
    assert not found(ToldPlan(), 50 + seed).opportunities


def test_hours_that_could_be_spared_are_a_touch_for_each_time_beyond_slips() -> None:
    (one,) = found(ToldPlan(typed=("CRM", "Billing"), rate=0.2), 3).opportunities
    assert one.touch_hours.value == pytest.approx((one.cases - 0.02 * one.of) * 5 / 60)
    assert "hours lost" in one.why
    assert one.touch_hours.low < one.touch_hours.value < one.touch_hours.high


TYPED = [
    ("c", "Read", 0, "CRM", "ann", "R-4711"),
    ("c", "Write", 1, "ERP", "ann", "R-4711"),
    ("d", "Read", 2, "CRM", "ann", "R-4712"),
    ("d", "Write", 3, "ERP", "bob", "R-4712"),
    ("e", "Read", 4, "CRM", "ann", "R-4713"),
    ("e", "Look", 5, "CRM", "ann", "R-4713"),
]


def test_only_the_same_person_in_another_system_types_twice() -> None:
    log = log_of([(case, activity, minute, None) for case, activity, minute, *_ in TYPED])
    # Two fields, so that nothing is carried along by one column.
    first = coded([row[5] if row[3] == "CRM" else None for row in TYPED])
    second = coded([row[5] if row[3] == "ERP" else None for row in TYPED])
    told = Tellings({"a": first, "b": second}, None, coded([r[3] for r in TYPED]), coded([r[4] for r in TYPED]))
    (place,) = copying(order(log), told)
    assert (place.pattern, place.name, place.marked.tolist(), place.times) == ("typed_twice", "CRM > ERP", [0], 1)
    carried = dataclasses.replace(told, fields={"a": coded([row[5] for row in TYPED])})
    assert not copying(order(log), carried)


def test_waiting_for_the_customer_counts_when_the_case_comes_back() -> None:
    log = log_of(
        [("c", "New", 0, None), ("c", "Awaiting User Info", 1, None), ("c", "Awaiting User Info", 2, None),
         ("c", "Active", 3, None), ("d", "New", 4, None), ("d", "Awaiting User Info", 5, None)]
    )  # fmt: skip
    seen = asking(order(log), Tellings())
    assert [(place.name, place.times, place.marked.tolist()) for place in seen.places] == [
        ("Awaiting User Info", 1, [0])
    ]
    assert seen.asked.value == 0.5


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Thanks. Could you please send us the order number?", True),
        ("Bitte nennen Sie uns Ihre Bestellnummer.", True),
        ("We have found the order number. Is all well?", False),
        ("Your order is on its way.", False),
    ],
)
def test_a_sentence_asks_or_only_speaks_of_it(text: str, asks: bool) -> None:
    log = log_of([("c", "opened", 0, None), ("c", "person_message", 1, None)])
    told = Tellings({}, coded([None, text]))
    assert bool(asking(order(log), told).places) is asks


def costing(low: float, high: float) -> Opportunity:
    hours = Estimate((low + high) / 2, low, high)
    return Opportunity("loop", "a", 1, 1, hours, hours, None, 0.0, (), "", "")


def test_what_may_cost_as_much_as_the_first_of_a_place_shares_it() -> None:
    assert places_of([costing(9, 12), costing(8, 9.5), costing(5, 6), costing(4, 8)]) == [1, 1, 3, 3]
