"""A load test is held against the floor of its operation: too few, too slow, or anything lost does not pass."""

from datetime import UTC, datetime
from typing import Any

import pytest

from aboveloop.govern.promotion.load import LoadResult, problems_of
from aboveloop.operation.delivery import LoadFloor

FLOOR = LoadFloor(cases=60, turns_per_second=2, p95_seconds=5)
FINE: dict[str, Any] = {
    "cases": 60, "per_second": 2.0, "messages": 150, "seconds": 30.0, "turns_per_second": 5.0, "p50_seconds": 0.2,
    "p95_seconds": 0.9, "lost": 0, "stuck": 0, "doubled": 0, "differences": 0, "failed": 0, "version": "1",
    "ran_at": datetime(2026, 3, 2, tzinfo=UTC),
}  # fmt: skip


def test_what_reaches_the_floor_passes() -> None:
    assert problems_of(LoadResult(**FINE), FLOOR) == []
    assert "5.0 turns a second" in LoadResult(**FINE).sentence and "0 lost" in LoadResult(**FINE).sentence


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"cases": 59}, "it ran 59 cases, and 60 are asked"),
        ({"turns_per_second": 1.9}, "1.9 turns a second"),
        ({"p95_seconds": 5.1}, "took up to 5.10 s"),
        ({"lost": 1}, "1 lost"),
        ({"stuck": 2}, "2 stuck"),
        ({"doubled": 1}, "1 doubled"),
        ({"differences": 1}, "1 differences"),
        ({"failed": 3}, "3 failed"),
    ],
)
def test_each_shortfall_is_named(changed: dict[str, Any], said: str) -> None:
    (problem,) = problems_of(LoadResult(**{**FINE, **changed}), FLOOR)
    assert said in problem
