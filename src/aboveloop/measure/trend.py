"""Whether a before was moving by itself: a comparison with it would take for an effect what was under way. Pure.

Whole weeks are told apart, so that no rhythm of the week looks like a trend. Two questions are asked of their values:
whether they climb or fall, and whether neighbours are more alike than weeks that were drawn from a hat. Nothing is
drawn by chance: the same rows give the same answer.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

# With fewer weeks neither question has an answer worth telling.
FEWEST_WEEKS = 6
# As few rows as a week must have to have a value of its own.
FEWEST_ROWS = 5
# Each of two questions is wrong in so many steady worlds: together in one of twenty.
WRONG = 0.025


@dataclass(frozen=True)
class Trend:
    """How the weekly value moved. `change` is from the first to the last of `weeks`, between `low` and `high` with
    95 %; `how`: "steady", "climbing", "falling" or "wandering" (up and down, without a direction)."""

    weeks: int
    first: float
    last: float
    change: float
    low: float
    high: float
    how: Literal["steady", "climbing", "falling", "wandering"]

    @property
    def is_moving(self) -> bool:
        return self.how != "steady"


def going_on(change: float, low: float, high: float, *, weeks: int, days: float) -> tuple[float, float, float]:
    """How far the value would be moved `days` later, by the movement that the weeks show and by the least and the most
    that they do not rule out. The arguments are those of a Trend, also as a frozen baseline holds them."""
    times = days / (7 * (weeks - 1))
    return change * times, low * times, high * times


def trend(
    statistic: Literal["share", "mean", "median"], values: NDArray[np.float64], days: NDArray[np.int64]
) -> Trend | None:
    """The trend of `values` over `days` (ordinals); None where there are too few weeks with rows enough."""
    weeks = (days - days.min()) // 7
    # A last week that is cut short tells of the week's rhythm only.
    whole = int(days.max() - days.min() + 1) // 7
    told = [week for week in range(whole) if int((weeks == week).sum()) >= FEWEST_ROWS]
    if len(told) < FEWEST_WEEKS:
        return None
    middle: Any = np.median if statistic == "median" else np.mean
    points = np.array([float(middle(values[weeks == week])) for week in told])
    sizes = np.array([float((weeks == week).sum()) for week in told])
    return _judged(np.array(told, dtype=float), points, sizes)


def _judged(at: NDArray[np.float64], points: NDArray[np.float64], sizes: NDArray[np.float64]) -> Trend:
    """Least squares, weighted by rows; what weeks differ by beyond the line is what chance is told by."""
    count, weights = len(points), sizes / sizes.sum()
    centre = at - float(weights @ at)
    spread = float(weights @ centre**2)
    slope = float(weights @ (centre * points)) / spread
    middle = float(weights @ points)
    left = points - middle - slope * centre
    error = float(np.sqrt(weights @ left**2 / spread / (count - 2)))
    span = at[-1] - at[0]
    score = float(special.stdtrit(count - 2, 1 - WRONG / 2))
    certain = float(special.stdtrit(count - 2, 0.975))
    change, half = slope * span, certain * error * span
    how: Literal["steady", "climbing", "falling", "wandering"] = "steady"
    # What is left where nothing differs is what rounding leaves.
    if abs(slope) > score * error and abs(change) > 1e-9 * abs(middle):
        how = "climbing" if slope > 0 else "falling"
    elif _wanders(points, sizes):
        how = "wandering"
    line = middle + slope * centre
    return Trend(count, float(line[0]), float(line[-1]), change, change - half, change + half, how)


def _wanders(points: NDArray[np.float64], sizes: NDArray[np.float64]) -> bool:
    """Von Neumann's ratio: neighbours that differ by less than chance lets them (normal approximation)."""
    count, middle = len(points), float(np.average(points, weights=sizes))
    # A week of few rows lies further off by chance alone: each deviation is weighed by its rows.
    away = (points - middle) * np.sqrt(sizes / sizes.mean())
    total = float((away**2).sum())
    if total == 0:
        return False
    ratio = float((np.diff(away) ** 2).sum()) / total
    usual = np.sqrt(4 * (count - 2) / (count**2 - 1))
    return bool(ratio < 2 - float(special.ndtri(1 - WRONG)) * usual)
