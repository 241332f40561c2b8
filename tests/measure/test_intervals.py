"""Intervals: right by kind, wider where rows are alike, and holding what they promise."""

import numpy as np
import pytest

from aboveloop.measure.intervals import difference, interval, least_share, worst_share


def test_nothing_has_no_interval() -> None:
    assert interval("mean", np.array([])) is None


@pytest.mark.parametrize("statistic", ["mean", "median", "share"])
def test_rows_that_repeat_themselves_tell_no_more(statistic: str) -> None:
    draw = np.random.default_rng(1)
    values = (draw.random(60) < 0.4).astype(float) if statistic == "share" else draw.lognormal(size=60)
    once = interval(statistic, values, groups=np.arange(60))  # type: ignore[arg-type]
    repeated = interval(statistic, np.repeat(values, 5), groups=np.repeat(np.arange(60), 5))  # type: ignore[arg-type]
    assert once is not None and repeated is not None
    assert repeated.groups == 60 and repeated.rows == 300
    assert repeated.high - repeated.low == pytest.approx(once.high - once.low, rel=0.06)


def test_one_group_says_nothing_of_others() -> None:
    found = interval("mean", np.array([1.0, 2.0]), groups=np.array([1, 1]))
    assert found is not None and found.low == float("-inf") and found.high == float("inf")
    share = interval("share", np.zeros(50), groups=np.zeros(50))
    assert share is not None and share.high > 0.5


def test_no_harm_in_few_cases_proves_little() -> None:
    assert worst_share(0, of=59) == pytest.approx(0.0495, abs=1e-3)
    assert worst_share(0, of=0) == 1.0 and least_share(0, of=0) == 0.0
    assert least_share(10, of=10) == pytest.approx(0.741, abs=1e-3)


def test_a_difference_within_chance_did_not_move() -> None:
    draw = np.random.default_rng(2)
    before, same = (interval("mean", draw.lognormal(size=400)) for _ in range(2))
    lower = interval("mean", 0.5 * draw.lognormal(size=400))
    assert before is not None and same is not None and lower is not None
    assert not difference(before, same).moved
    assert difference(before, lower).moved and difference(before, lower).high < 0


def test_intervals_hold_the_truth_nineteen_times_of_twenty() -> None:
    """Small and seeded; the long run is benches/baseline_coverage.py."""
    draw, held = np.random.default_rng(3), 0
    for _ in range(600):
        groups = np.repeat(np.arange(150), draw.integers(1, 6, 150))
        logs = draw.normal(0, 0.6, 150)[groups] + draw.normal(0, 0.6, len(groups))
        found = interval("median", np.exp(logs), groups=groups)
        assert found is not None
        held += found.low <= 1.0 <= found.high
    assert 0.93 <= held / 600 <= 0.97
