"""Where a line of values divides best into two stretches: the statistic behind every change that is told. Pure."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def best_split(rows: Floats, *, shortest: int) -> tuple[NDArray[np.intp], Floats]:
    """For each row (rows x values) the place at which its second stretch begins, and how far apart both stretches are.

    That is the gap between their means times the root of (before * after / all), as in a test of two means; whoever
    asks holds it against the same values in chance order. Either stretch has at least `shortest` values, and a row at
    least twice as many.
    """
    size = rows.shape[1]
    places = np.arange(shortest, size - shortest + 1)
    sums = np.cumsum(rows, axis=1)
    left, total = sums[:, places - 1], sums[:, -1:]
    gaps = np.abs(left / places - (total - left) / (size - places)) * np.sqrt(places * (size - places) / size)
    best = gaps.argmax(axis=1)
    return places[best], gaps[np.arange(len(rows)), best]
