"""What is planted in a log is found and nothing else; in a log without patterns nothing is claimed."""

import numpy as np
import pytest

from aboveloop.discover.findings import chance
from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.discover.findings.chance import share
from aboveloop.discover.findings.checks import checks
from aboveloop.discover.findings.found import Findings, find
from aboveloop.discover.findings.opportunity import won
from aboveloop.discover.findings.places import beyond_slips
from aboveloop.discover.findings.planted import Plan, make, random_plan
from aboveloop.discover.ordering import order
from aboveloop.discover.radar import look
from aboveloop.history.logs.beginnings import Beginnings
from discover.logs import log_of, told

CASES = 1_500


def found(plan: Plan, seed: int) -> Findings:
    log, known = make(plan, CASES, np.random.default_rng(seed))
    return find(look(log), known, Assumptions())


def test_what_is_planted_is_found_and_nothing_else() -> None:
    right = claimed = planted = 0
    for seed in range(8):
        plan = random_plan(np.random.default_rng(seed))
        claims = found(plan, seed).claims
        right, claimed, planted = (
            right + len(claims & plan.truth),
            claimed + len(claims),
            planted + len(plan.truth),
        )
    assert planted > 15
    assert right >= 0.95 * claimed
    assert right >= 0.95 * planted


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_claimed_where_nothing_is_planted(seed: int) -> None:
    quiet = found(Plan(), 100 + seed)
    assert not quiet.claims
    assert not quiet.opportunities


def test_an_opportunity_says_what_where_how_many_what_it_costs_and_what_was_assumed() -> None:
    said = found(Plan(ping_pong=("Back", "Billing"), rate=0.3), 1).as_json()
    (one,) = said["opportunities"]
    assert (one["pattern"], one["place"]) == ("ping_pong", "Back <> Billing")
    assert one["share"]["low"] < one["cases"] / one["of_cases"] < one["share"]["high"]
    assert one["examples"][0].startswith("case-")
    assert one["money"]["value"] == pytest.approx(40 * one["touch_hours"]["value"], abs=0.01)
    assert "(assumed)" in said["assumptions"][0]


def test_a_rule_is_told_as_a_tree_with_what_it_gets_right_of_later_cases() -> None:
    (rule,) = found(Plan(rule="Check"), 2).rules
    assert rule.facts == ("amount",)
    assert rule.right.low > 0.95 > rule.usual.high
    assert "amount <= 50" in rule.tree


def test_what_comes_after_a_reopening_is_not_told_as_a_loop_too() -> None:
    patterns = {each.pattern for each in found(Plan(reopening=True, rate=0.3), 3).opportunities}
    assert patterns == {"reopening"}


def test_one_case_is_told_without_claims() -> None:
    alone = find(look(told("a", "b", "a")), Beginnings(()), Assumptions())
    assert not alone.opportunities
    assert alone.rework.value == pytest.approx(100 / 3)
    assert alone.rules_score.value == 0


def test_a_check_that_never_says_no_could_go_and_one_that_does_could_not() -> None:
    lines = [
        (f"c{n}", name, minute, None) for n in range(400) for minute, name in enumerate(("Asked", "APPROVED by X"))
    ]
    lines += [(f"c{n}", "REJECTED by Y" if n % 4 == 0 else "APPROVED by Y", 9, None) for n in range(400)]
    x, y = checks(order(log_of(lines)))
    assert (x.name, x.refusals, x.could_go) == ("by X", 0, True)
    assert (y.name, y.refusals, y.could_go) == ("by Y", 100, False)


def test_of_many_chances_only_those_stand_that_hold_together() -> None:
    assert chance.discoveries([]) == []
    assert chance.discoveries([0.5, 0.001, 0.004, 0.9]) == [False, True, True, False]


def test_the_bootstrap_holds_what_is_true() -> None:
    random = np.random.default_rng(5)
    held = 0
    for _ in range(60):
        marked = random.random(300) < 0.3
        strata = random.integers(0, 3, 300)
        values = random.exponential(1.0, 300) + strata + 0.5 * marked
        told_apart = chance.difference(values, marked, strata)
        assert told_apart is not None
        held += told_apart.low <= 0.5 <= told_apart.high
    assert held >= 52
    assert chance.difference(values, np.ones(300, dtype=bool), strata) is None


def test_what_is_hardly_claimed_is_hardly_worth_anything() -> None:
    # So that a claim that comes and goes with a few cases comes and goes at the end of the order.
    for cases in (20, 30, 60, 200):
        spared = beyond_slips(share(cases, 1_000), 1_000)
        assert spared.value == pytest.approx(cases - 20)
        assert 0 <= spared.low <= spared.value < spared.high
    assert beyond_slips(share(20, 1_000), 1_000).low == 0
    half, most, every = (won(share(cases, 1_000), 1_000) for cases in (500, 800, 1_000))
    assert (half.value, half.low) == (0, 0)
    assert most.value == pytest.approx(600) and most.low > 500
    assert every.value == every.high == 1_000
