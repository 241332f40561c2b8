"""Columns of few values as narrow numbers, and the names behind them."""

from typing import Any

import numpy as np
import numpy.typing as npt

from aboveloop.history.logs.columns import NOTHING
from aboveloop.history.logs.log import UNKNOWN, Coded, Codes, Hashes, Numbers

# The number of a value stands in a table where the lower bits of its hash say: a table that fits into a cache.
SLOTS = 1 << 16
# Rows that are coded together, so that what is between fits into a cache too.
BLOCK = 1 << 14
SEED = 1


class Coding:
    """A column that is coded while it is read: the hash of a value finds its number, new values are given the next.

    Two of ten thousand values are mixed up once in four hundred thousand million columns.
    """

    def __init__(self) -> None:
        self._names: list[str | None] = []
        # What stands in no slot by its own lower bits is no hash that could be looked for there.
        self._hashes = np.arange(1, SLOTS + 1, dtype=np.uint64)
        self._numbers = np.zeros(SLOTS, dtype=np.uint32)
        # Values whose slot is another's, by their hash.
        self._others: dict[int, int] = {}
        self._pieces: list[Codes] = []

    def add(self, texts: Any, hashes: Hashes) -> None:
        """The next rows: a polars Series of text, and the hash of each."""
        for low in range(0, len(hashes), BLOCK):
            here = hashes[low : low + BLOCK]
            slots = (here & np.uint64(SLOTS - 1)).view(np.int64)
            numbers = self._numbers.take(slots)
            strange = np.flatnonzero(self._hashes.take(slots) != here)
            if len(strange):
                numbers[strange] = self._found(here[strange], texts, low + strange)
            self._pieces.append(numbers.astype(np.min_scalar_type(len(self._names))))

    def whole(self) -> Coded:
        """All rows; codes as narrow as they can be, of the names that occur. All that say nothing are one name."""
        texts = [UNKNOWN if each is None or each.strip().lower() in NOTHING else each for each in self._names]
        names = sorted(set(texts))
        place = {name: number for number, name in enumerate(names)}
        table = np.array([place[each] for each in texts], dtype=np.min_scalar_type(max(len(names) - 1, 1)))
        codes = np.concatenate([table[:0], *(table.take(each) for each in self._pieces)])
        return Coded(codes, tuple(names))

    def _found(self, hashes: Hashes, texts: Any, rows: Numbers) -> npt.NDArray[np.uint32]:
        """The numbers of values that stand in no slot: of those that are new, and of those that found it taken."""
        kinds, first, kind_of = np.unique(hashes, return_index=True, return_inverse=True)
        numbers = [self._others.get(each, -1) for each in kinds.tolist()]
        new = [kind for kind, number in enumerate(numbers) if number < 0]
        for kind, text in zip(new, texts.gather(rows[first[new]].tolist()).to_list(), strict=True):
            numbers[kind] = len(self._names)
            self._names.append(text)
            self._keep(kinds[kind], numbers[kind])
        return np.array(numbers, dtype=np.uint32)[kind_of]

    def _keep(self, value: np.uint64, number: int) -> None:
        slot = int(value) % SLOTS
        if int(self._hashes[slot]) % SLOTS == slot:
            self._others[int(value)] = number
        else:
            self._hashes[slot], self._numbers[slot] = value, number


def of_rows(column: Coded, rows: Numbers) -> Coded:
    """The column of some rows alone, with the names that occur there."""
    codes = column.codes[rows]
    occurs = np.bincount(codes, minlength=len(column.names)) > 0
    names = tuple(name for name, does in zip(column.names, occurs, strict=True) if does)
    kind = np.min_scalar_type(max(len(names) - 1, 1))
    return Coded((np.cumsum(occurs) - 1).clip(0).astype(kind)[codes], names)


def coded(texts: Any) -> Coded:
    """A polars Series of text that is read already."""
    coding = Coding()
    coding.add(texts, texts.hash(SEED).to_numpy())
    return coding.whole()
