"""Trends: a before that moves by itself is told, a steady one and a rhythm of the week are not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from aboveloop.measure.trend import Trend, going_on, trend

WEEKS = 12
DAYS = np.repeat(np.arange(7 * WEEKS), 20)


def values(levels: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(levels[DAYS], 1.0)


def found(levels: NDArray[np.float64], seed: int = 1) -> Trend:
    told = trend("mean", values(levels, seed), DAYS)
    assert told is not None
    return told


DAY = np.arange(7 * WEEKS, dtype=float)


@pytest.mark.parametrize(
    ("levels", "how"),
    [
        (10 + DAY / 84, "climbing"),
        (10 - DAY / 84, "falling"),
        (10 + 0.5 * np.sin(2 * np.pi * DAY / 84), "falling"),
        (10 + 0.5 * np.cos(2 * np.pi * DAY / 84), "wandering"),
        (10 + 3.0 * (DAY % 7 == 6), "steady"),
        (np.full(84, 10.0), "steady"),
    ],
)
def test_what_moves_by_itself_is_told_and_the_rhythm_of_a_week_is_not(levels: NDArray[np.float64], how: str) -> None:
    assert found(levels).how == how
    assert found(levels).is_moving is (how != "steady")


def test_a_steady_before_is_rarely_called_a_moving_one() -> None:
    """In one of twenty worlds, as was chosen; 400 are enough to tell it from one of ten."""
    false = sum(found(np.full(84, 10.0), seed).is_moving for seed in range(400))
    assert false <= 32


def test_the_change_is_told_with_its_interval_and_goes_on() -> None:
    told = found(10 + DAY / 84)
    assert told.low < 11 / 12 < told.high and told.weeks == WEEKS
    assert told.first < told.last and abs(told.last - told.first - told.change) < 1e-9
    shown, low, high = going_on(told.change, told.low, told.high, weeks=told.weeks, days=7 * 11)
    assert (shown, low, high) == (told.change, told.low, told.high)


def test_too_few_weeks_or_rows_have_no_trend() -> None:
    assert trend("mean", np.ones(35), np.arange(35)) is None
    assert trend("median", np.ones(84), np.arange(84)) is not None
    # A last week that is cut short is left out: five whole ones are too few.
    assert trend("share", np.ones(41 * 5), np.repeat(np.arange(41), 5)) is None


def test_where_nothing_ever_differs_nothing_moves() -> None:
    told = trend("median", np.ones(84 * 2), np.repeat(np.arange(84), 2))
    assert told is not None and told.how == "steady" and abs(told.change) < 1e-9
