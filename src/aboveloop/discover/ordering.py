"""The events of a log by case and time: one sort, on which every measure stands.

Events of equal times keep the order of the file. All work is done on whole arrays of small numbers: ten million events
take a few seconds.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from aboveloop.history.logs.log import UNKNOWN, Coded, Codes, Hashes, Log, Numbers

Mask = npt.NDArray[np.bool_]
# How many bits a sorted number has, without its sign.
BITS = 63
# A time is sorted in the largest of these units (microseconds) in which nothing is lost.
_UNITS = (60_000_000, 1_000_000, 1_000)
# Events that are looked at together where a whole array would be another of its size: they fit into a cache.
BLOCK = 1 << 16


@dataclass(frozen=True)
class Ordered:
    """A log whose events are sorted by case (in the order of their first events), then by time.

    `rows[i]` is the place of event i in the log. `starts[c]` is the first event of case c, `starts[-1]` the count.
    `at` is when each event was, or ended; `begun` when its work began, None where the log tells single moments. All
    times are whole multiples of `unit` microseconds after the first.
    """

    log: Log
    rows: npt.NDArray[np.uint32]
    starts: Numbers
    at: Numbers
    activity: Codes
    group: Codes | None
    unit: int = 1
    begun: Numbers | None = None

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def cases(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def is_first(self) -> Mask:
        """Whether an event is the first of its case."""
        first = np.zeros(self.count, dtype=np.bool_)
        first[self.starts[:-1]] = True
        return first

    @cached_property
    def case(self) -> npt.NDArray[np.uint32]:
        """The case of each event."""
        return np.repeat(np.arange(self.cases, dtype=np.uint32), np.diff(self.starts))

    @property
    def waits(self) -> Numbers:
        """From each event but the first to the one before it: how long nobody worked, also across cases."""
        if self.begun is None:
            return np.diff(self.at)
        waits: Numbers = np.maximum(self.begun[1:] - self.at[:-1], 0)
        return waits

    def per_case(self, events: Mask) -> Numbers:
        """How many of these events each case has."""
        return np.bincount(self.case[np.flatnonzero(events)], minlength=self.cases)

    @property
    def first_rows(self) -> Numbers:
        """The place in the log of the first event of each case."""
        return self.rows[self.starts[:-1]].astype(np.int64)

    def names_of(self, cases: Numbers) -> list[str]:
        """The ids of a few cases, each read where it stands nearest to the beginning of the log."""
        rows = [int(self.rows[self.starts[case] : self.starts[case + 1]].min()) for case in cases]
        return self.log.case_names(np.array(rows, dtype=np.int64))


def order(log: Log) -> Ordered:
    """Sort a log."""
    # When work began may be told more finely than when it ended.
    unit = unit_of(log.at) if log.begun is None else 1
    by_time = _by_time(log.at, unit)
    by_case, starts = _by_case(log.case_keys if by_time is None else log.case_keys[by_time])
    rows = by_case if by_time is None else by_time[by_case]
    group = log.groups
    ordered = Ordered(
        log=log,
        rows=rows,
        starts=starts,
        at=log.at[rows],
        activity=log.activities.codes[rows],
        group=None if group is None else group.codes[rows],
        unit=unit,
        begun=None if log.begun is None else log.begun[rows],
    )
    return _with_said_groups(ordered, group) if log.ours and group is not None else ordered


def stable_order(values: Numbers) -> npt.NDArray[np.uint32]:
    """The order that sorts whole numbers from 0 up, equal ones as they stand; as `argsort`, many times faster.

    Number and place are packed into one word, which sorts at the speed of memory; what does not fit is sorted in
    passes, the lowest bits first.
    """
    place_bits = max(len(values) - 1, 1).bit_length()
    width = BITS - place_bits
    left = int(values.max(initial=0)).bit_length()
    order, shift = _pass(values if left <= width else values & ((1 << width) - 1), place_bits), width
    while left > shift:
        part = (values[order] >> shift) & ((1 << width) - 1)
        order, shift = order[_pass(part, place_bits)], shift + width
    return order


def _pass(values: Numbers, place_bits: int) -> npt.NDArray[np.uint32]:
    packed = np.arange(len(values), dtype=np.int64)
    for low in range(0, len(values), BLOCK):
        packed[low : low + BLOCK] |= values[low : low + BLOCK] << place_bits
    packed.sort()
    packed &= (1 << place_bits) - 1
    return packed.astype(np.uint32)


def unit_of(at: Numbers) -> int:
    """The largest unit (of `_UNITS`, else 1) of which every time is whole many after the first."""
    first = at.min()
    for unit in _UNITS:
        # Most logs that are finer say so at once; of the others each block is looked at.
        if all(_is_whole(at[low : low + BLOCK] - first, unit) for low in range(0, len(at), BLOCK)):
            return unit
    return 1


def _is_whole(since: Numbers, unit: int) -> bool:
    return bool((since // unit * unit == since).all())


def _by_time(at: Numbers, unit: int) -> npt.NDArray[np.uint32] | None:
    """None where the log is in the order of time already."""
    if bool((at[1:] >= at[:-1]).all()):
        return None
    since = at - at.min()
    since //= unit
    return stable_order(since)


def _by_case(keys: Hashes) -> tuple[npt.NDArray[np.uint32], Numbers]:
    """Events by case, cases in the order in which they come first; and where each case begins."""
    place_bits = np.uint64(max(len(keys) - 1, 1).bit_length())
    below = np.uint64((1 << int(place_bits)) - 1)
    # The upper bits of the hash and the place in one word; where two hashes begin alike, all their bits are looked at.
    packed = np.arange(len(keys), dtype=np.uint64)
    for low in range(0, len(keys), BLOCK):
        packed[low : low + BLOCK] |= keys[low : low + BLOCK] & ~below
    packed.sort()
    rows = (packed & below).astype(np.uint32)
    packed &= ~below
    full = keys[rows]
    mixed = np.flatnonzero((packed[1:] == packed[:-1]) & (full[1:] != full[:-1]))
    for start, end in _runs(packed, mixed):
        inner = np.argsort(full[start:end], kind="stable")
        rows[start:end], full[start:end] = rows[start:end][inner], full[start:end][inner]
    del packed
    begins = np.append(0, np.flatnonzero(full[1:] != full[:-1]) + 1)
    del full
    return _in_order_of_first(rows, begins)


def _runs(upper: Hashes, mixed: npt.NDArray[np.intp]) -> set[tuple[int, int]]:
    """From where to where the hashes begin alike around these places: very few, or none."""
    return {
        (int(np.searchsorted(upper, upper[each], "left")), int(np.searchsorted(upper, upper[each], "right")))
        for each in mixed
    }


def _in_order_of_first(
    rows: npt.NDArray[np.uint32], begins: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.uint32], Numbers]:
    lengths = np.diff(np.append(begins, len(rows)))
    by_first = stable_order(rows[begins].astype(np.int64))
    starts = np.append(0, np.cumsum(lengths[by_first]))
    # From where each event comes: its case's old beginning, and as far behind it as it is now behind the new one.
    moved = np.repeat((begins[by_first] - starts[:-1]).astype(np.int32), lengths[by_first])
    moved += np.arange(len(rows), dtype=np.int32)
    return rows[moved], starts


def _with_said_groups(ordered: Ordered, groups: Coded) -> Ordered:
    """Our own event model names a group where it is told; until the next time it stays the same."""
    if UNKNOWN not in groups.names:
        return ordered
    assert ordered.group is not None
    said = (ordered.group != groups.names.index(UNKNOWN)) | ordered.is_first
    last = np.maximum.accumulate(np.where(said, np.arange(ordered.count), 0))
    return replace(ordered, group=ordered.group[last])
