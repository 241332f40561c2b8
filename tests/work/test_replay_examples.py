"""The example operations themselves: they are sound, and every rule of theirs has a policy test that it decides."""

from pathlib import Path

import pytest

from aboveloop.govern.checks import policy_faults, run_policy_tests
from aboveloop.govern.policy import PolicyPack
from aboveloop.operation.faults import any_serious
from aboveloop.operation.loading import load
from aboveloop.operation.models import Operation

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
# What people do, reads and sums are not replayed; they are lawful for everybody.
UNTESTED = {"people-write", "reading", "neither-reading-nor-writing"}


def example(name: str) -> Operation:
    loaded = load(EXAMPLES / name)
    assert not any_serious(list(loaded.faults)), loaded.faults
    assert loaded.operation is not None
    return loaded.operation


@pytest.mark.parametrize("name", ["retail", "airline"])
def test_the_policies_of_an_example_have_no_fault(name: str) -> None:
    assert policy_faults(example(name)) == []


@pytest.mark.parametrize("name", ["retail", "airline"])
def test_the_policy_tests_of_an_example_hold(name: str) -> None:
    results = run_policy_tests(example(name))

    assert len(results) > 20
    assert [result for result in results if not result.passed] == []


@pytest.mark.parametrize("name", ["retail", "airline"])
def test_every_rule_of_an_example_decides_a_policy_test(name: str) -> None:
    operation = example(name)
    tested = {rule for test in operation.policy_tests for rule in test.expect.rules or []}

    assert {rule.id for rule in PolicyPack.compile(operation).rules} - UNTESTED == tested
