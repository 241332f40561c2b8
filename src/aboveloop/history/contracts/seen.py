"""Values that were seen before, for a million rows in eight bytes each: who stands there twice, who is not there.

Values are told apart by a hash of 64 bits: among a million, chance confuses two in one of thirty million checks.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.int64]


def hashes_of(values: Iterable[object], count: int) -> Hashes:
    """One hash for each value. Text and its like are told apart by what they show, so that 1 and 1.0 differ."""
    return np.fromiter((hash(value if isinstance(value, str) else repr(value)) for value in values), np.int64, count)


class Seen:
    """Hashes in a few sorted runs: as many are searched as the logarithm of what was added."""

    def __init__(self) -> None:
        self._runs: list[Hashes] = []

    def contains(self, hashes: Hashes) -> NDArray[np.bool_]:
        """For each, whether it was added before."""
        found = np.zeros(len(hashes), dtype=np.bool_)
        for run in self._runs:
            places = np.searchsorted(run, hashes)
            places[places == len(run)] = 0
            found |= run[places] == hashes
        return found

    def add(self, hashes: Hashes) -> NDArray[np.bool_]:
        """Add them; for each, whether it was there already or stands earlier among these."""
        repeated = self.contains(hashes)
        _, first = np.unique(hashes, return_index=True)
        again = np.ones(len(hashes), dtype=np.bool_)
        again[first] = False
        if len(hashes):
            self._keep(np.sort(hashes))
        return repeated | again

    def __len__(self) -> int:
        return sum(len(run) for run in self._runs)

    def _keep(self, run: Hashes) -> None:
        """Runs of like length become one, so that there are few."""
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate((self._runs.pop(), run)), kind="stable")
        self._runs.append(run)
