"""Every golden case of the sample company, from the first message to the last check."""

import pytest

from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.app.scenarios import Rehearsal
from aboveloop.operation.loading import load

_loaded = load(SAMPLE_OPERATION).operation
assert _loaded is not None, "the sample operation can be loaded"


@pytest.mark.parametrize("name", sorted(_loaded.scenarios))
def test_scenario_ends_as_written(rehearsal: Rehearsal, name: str) -> None:
    result = rehearsal.play(rehearsal.operation.scenarios[name])
    assert result.passed, "\n".join((*result.transcript, *result.problems))


def test_there_are_at_least_forty_golden_cases(rehearsal: Rehearsal) -> None:
    assert len(rehearsal.operation.scenarios) >= 40


def test_every_procedure_and_every_write_it_makes_is_played(rehearsal: Rehearsal) -> None:
    operation = rehearsal.operation
    steps = [step for procedure in operation.procedures.values() for step in procedure.steps]
    steps += [step for fragment in operation.fragments.values() for step in fragment.steps]
    written = {step.do for step in steps if step.do is not None}
    performed = {action.action for scenario in operation.scenarios.values() for action in scenario.expect.performed}
    assert written <= performed
