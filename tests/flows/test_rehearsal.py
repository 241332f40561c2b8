"""The player of scenarios must notice what is wrong: a check that cannot fail checks nothing."""

from pathlib import Path
from typing import Any

import pytest

from aboveloop.app.rehearsal.errors import NotRehearsable
from aboveloop.app.rehearsal.stage import CURTAIN
from aboveloop.app.rehearsal.stand_ins import furnish
from aboveloop.app.scenarios import Rehearsal, ScenarioResult, ScenarioUnknown, run_all
from aboveloop.kit.clock import FixedClock
from aboveloop.operation.models import Operation
from aboveloop.operation.scenario_models import Scenario
from aboveloop.operation.system_models import Reach

CANCEL: list[dict[str, Any]] = [
    {"customer": "cancel LK-100001, anna@customers.example, 1017 AB"},
    {"worker": ["confirm_cancel"]},
    {"customer": "yes"},
    {"worker": ["cancel_done"]},
]
DONE: list[dict[str, Any]] = [{"action": "shop.cancel_order", "args": {"order_id": "LK-100001"}}]


def play(rehearsal: Rehearsal, steps: list[dict[str, Any]], ends: str = "resolved", **expect: Any) -> ScenarioResult:
    scenario = {"scenario": "probe", "title": "A probe", "from": "anna", "steps": steps}
    return rehearsal.play(Scenario.model_validate({**scenario, "expect": {"ends": ends, **expect}}))


def test_a_true_scenario_passes(rehearsal: Rehearsal) -> None:
    assert play(rehearsal, CANCEL, performed=DONE).problems == ()


@pytest.mark.parametrize(
    "expect",
    [
        {"ends": "refused", "performed": DONE},
        {"ends": "resolved"},
        {"ends": "resolved", "performed": [*DONE, *DONE]},
        {"ends": "resolved", "performed": [{"action": "shop.refund_order"}]},
        {"ends": "resolved", "performed": [{"action": "shop.cancel_order", "args": {"order_id": "LK-100003"}}]},
        {"ends": "resolved", "performed": DONE, "never": ["shop.cancel_order"]},
        {"ends": "resolved", "performed": DONE, "lanes": {"shop.cancel_order": "reviewed"}},
        {"ends": "resolved", "performed": DONE, "lanes": {"shop.refund_order": "allowed"}},
    ],
)
def test_a_false_expectation_is_noticed(rehearsal: Rehearsal, expect: dict[str, Any]) -> None:
    assert not play(rehearsal, CANCEL, **expect).passed


@pytest.mark.parametrize(
    "step",
    [
        {"worker": ["cancel_not_possible"]},
        {"worker": []},
        {"worker": ["confirm_cancel"], "says": "89.96 EUR"},
        {"says": "Hello"},
        {"waits_for": "approval"},
        {"person": {"approves": "shop.cancel_order"}},
        {"person": {"takes_over": True, "as": "sanne", "may_not": True}},
        {"person": {"takes_over": True, "as": "signe"}},
        {"record": {"shop": {"table": "orders", "id": "LK-999999", "set": {"status": "shipped"}}}},
        {"switch": {"resume": "all"}},
    ],
)
def test_a_false_step_is_noticed(rehearsal: Rehearsal, step: dict[str, Any]) -> None:
    assert not play(rehearsal, [CANCEL[0], step], ends="waiting").passed


def test_a_write_that_nobody_asked_for_is_noticed(rehearsal: Rehearsal) -> None:
    """The shop's journal holds a write that is not in the ledger."""
    foreign = {"record": {"shop": {"table": "journal", "id": 1, "set": {"key": "somebody-else"}}}}
    result = play(rehearsal, [*CANCEL, foreign], performed=DONE)
    assert any("differ" in problem for problem in result.problems)


def test_nothing_is_left_of_an_earlier_scenario(rehearsal: Rehearsal) -> None:
    assert play(rehearsal, CANCEL, performed=DONE).passed
    assert play(rehearsal, CANCEL, performed=DONE).passed


def test_a_scenario_is_not_played_against_a_real_system(larkspur_operation: Operation, tmp_path: Path) -> None:
    shop = larkspur_operation.systems["shop"]
    real = shop.model_copy(update={"reach": Reach(kind="http", url="https://shop.example")})
    operation = larkspur_operation.model_copy(update={"systems": {"shop": real}})
    with pytest.raises(NotRehearsable, match="real records"):
        furnish(operation, tmp_path, FixedClock(CURTAIN))


def test_an_unknown_scenario_is_said_to_be_unknown(larkspur_operation: Operation) -> None:
    with pytest.raises(ScenarioUnknown):
        list(run_all(larkspur_operation, ["no_such_scenario"]))
