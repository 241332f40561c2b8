"""The eight examples by which staff learn the three lanes are policy tests of the sample company, and they hold."""

import pytest

from aboveloop.govern.checks import run_policy_tests
from aboveloop.operation.models import Operation

EXAMPLES = {
    "drafting internal procedures": ("drafting an internal procedure is allowed", "allowed"),
    "summarising what holds nothing personal": (
        "summarising a case without personal content is allowed",
        "allowed",
    ),
    "text that customers read": ("free text for a customer is read first", "reviewed"),
    "decision support": ("advice on a decision is read first", "reviewed"),
    "vendors' models on operational data": ("a vendor's model that sees operations is agreed first", "reviewed"),
    "refunds that nobody limits": ("a worker alone gives nothing back beyond the written limits", "prohibited"),
    "exports that nobody approved": ("an unapproved export is prohibited", "prohibited"),
    "training on customers' personal data": ("training on customers' personal records is prohibited", "prohibited"),
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_is_decided_in_its_lane(operation: Operation, example: str) -> None:
    name, lane = EXAMPLES[example]
    (result,) = [each for each in run_policy_tests(operation) if each.test == name]
    assert result.passed and str(result.decision.lane) == lane, result.problem


def test_the_three_lanes_are_all_there() -> None:
    assert {lane for _, lane in EXAMPLES.values()} == {"allowed", "reviewed", "prohibited"}
