"""Millions of 64-bit hashes in little memory: most of them sorted in one block, the latest in a set before it."""

from array import array
from bisect import bisect_left
from typing import Any

import numpy as np

# So many are in the set at most: some ten megabytes, and one sort of all for each such number.
_LATEST = 100_000


class Hashes:
    """A set of signed 64-bit integers that only grows. `first` are what is in it at once."""

    def __init__(self, first: Any) -> None:
        self._sorted = array("q", np.sort(first.astype(np.int64)).tobytes())
        self._latest: set[int] = set()

    def __contains__(self, number: int) -> bool:
        if number in self._latest:
            return True
        place = bisect_left(self._sorted, number)
        return place < len(self._sorted) and self._sorted[place] == number

    def __len__(self) -> int:
        """How many are in it, where each was added once."""
        return len(self._sorted) + len(self._latest)

    def add(self, number: int) -> None:
        self._latest.add(number)
        if len(self._latest) > _LATEST:
            both = np.concatenate([np.frombuffer(self._sorted, dtype=np.int64), np.fromiter(self._latest, np.int64)])
            both.sort()
            self._sorted, self._latest = array("q", both.tobytes()), set()
