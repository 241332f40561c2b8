"""A short run of the policy fuzzing that `benches/fuzz.py` does at length."""

from pathlib import Path

import pytest

from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.operation.loading import load
from govern.policy_fuzz import PolicyFuzz

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.mark.parametrize("folder", [SAMPLE_OPERATION, EXAMPLES / "retail", EXAMPLES / "airline"], ids=lambda p: p.name)
def test_any_question_is_decided_and_knowing_less_never_opens_a_lane(folder: Path) -> None:
    operation = load(folder).operation
    assert operation is not None
    fuzz = PolicyFuzz(operation)
    fuzz.play(600, 1)
    assert fuzz.faults == []
    assert set(fuzz.lanes) >= {"allowed", "prohibited"}
