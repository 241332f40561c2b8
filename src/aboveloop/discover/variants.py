"""Variants: the different ways that cases take, each with its share and its times."""

from dataclasses import dataclass

import numpy as np

from aboveloop.discover.medians import medians
from aboveloop.discover.ordering import Mask, Ordered
from aboveloop.discover.sorting import grouped
from aboveloop.history.logs.log import Hashes, Numbers

# Where a case is so long and a log so rich that a table of numbers for activity and place would not fit into a cache,
# the numbers are computed.
TABLE = 1 << 20
# Odd numbers whose multiples scatter over 64 bits (splitmix64 uses them so).
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


# Rows of a log that are read in no time.
EARLY = 100_000


@dataclass(frozen=True)
class Variants:
    """The variants of a log, the most common first. `of_case[c]` is the variant of case c.

    `cases` counts, `example[v]` is one case of the variant, `median_micros` the middle time from first to last event.
    """

    ordered: Ordered
    of_case: Numbers
    cases: Numbers
    example: Numbers
    median_micros: Numbers

    @property
    def count(self) -> int:
        return len(self.cases)

    def activities(self, variant: int) -> tuple[str, ...]:
        """The names of a variant's activities, in order."""
        case = self.example[variant]
        codes = self.ordered.activity[self.ordered.starts[case] : self.ordered.starts[case + 1]]
        return tuple(self.ordered.log.activities.names[code] for code in codes)


def variants(ordered: Ordered) -> Variants:
    """Group cases by their activities in order."""
    lengths = np.diff(ordered.starts)
    first, of_case = _grouped(ordered, lengths)
    cases = np.bincount(of_case)
    by_share = np.lexsort((first, -cases))
    place = np.empty_like(by_share)
    place[by_share] = np.arange(len(by_share))
    of_case = place[of_case]
    cases = cases[by_share]
    micros = ordered.at[ordered.starts[1:] - 1] - ordered.at[ordered.starts[:-1]]
    example = _examples(ordered, of_case, first[by_share])
    return Variants(ordered, of_case, cases, example, medians(of_case, micros, cases, unit=ordered.unit))


def _examples(ordered: Ordered, of_case: Numbers, otherwise: Numbers) -> Numbers:
    """A case of each variant, where there is one that stands near the beginning of the log: its id is read at once."""
    example = otherwise.copy()
    early = ordered.case[np.flatnonzero(ordered.rows < EARLY)]
    example[of_case[early]] = early
    return example


def _grouped(ordered: Ordered, lengths: Numbers) -> tuple[Numbers, Numbers]:
    """The first case of each group of equal sequences, and the group of each case."""
    hashes, salt = _hashes(ordered, lengths, 0), 1
    while True:
        first, of_case = grouped(hashes)
        differs = _differs(ordered, lengths, first[of_case])
        if not differs.any():
            return first, of_case
        # Two sequences share a hash: those that differ from their group's first get one of their own.
        hashes[differs] ^= _hashes(ordered, lengths, salt)[differs]
        salt += 1


def _hashes(ordered: Ordered, lengths: Numbers, salt: int) -> Hashes:
    """A hash of each case's sequence: the sum over its events of a number for activity and place."""
    names = len(ordered.log.activities.names)
    many = int(lengths.max()) * names
    table = _scattered(np.arange(many), salt) if many <= TABLE else None
    found = np.empty(ordered.cases, dtype=np.uint64)
    for cases, low, high in ordered.blocks():
        starts = ordered.starts[cases]
        place = np.arange(low, high) - np.repeat(starts, lengths[cases])
        place *= names
        place += ordered.activity[low:high]
        scattered = _scattered(place, salt) if table is None else table.take(place, mode="clip")
        found[cases] = np.add.reduceat(scattered, starts - low)
    return found


def _scattered(numbers: Numbers, salt: int) -> Hashes:
    """Numbers scattered over 64 bits, as splitmix64 does; each salt scatters otherwise."""
    found = numbers.astype(np.uint64)
    found += np.uint64(salt * (1 << 40) + 1)
    found *= _SPREAD
    found ^= found >> np.uint64(30)
    found *= _MIX
    found ^= found >> np.uint64(31)
    return found


def _differs(ordered: Ordered, lengths: Numbers, other: Numbers) -> Mask:
    """Whether a case's sequence is another than that of its `other` case, looked at event by event."""
    differs: Mask = lengths != lengths[other]
    # Where lengths differ, a case is held against itself.
    against = ordered.starts[np.where(differs, np.arange(len(lengths)), other)]
    for cases, low, high in ordered.blocks():
        place = np.repeat(against[cases] - ordered.starts[cases], lengths[cases])
        place += np.arange(low, high)
        unequal = np.flatnonzero(ordered.activity[low:high] != ordered.activity.take(place, mode="clip"))
        differs[ordered.case[low + unequal]] = True
    return differs
