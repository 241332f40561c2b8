"""The events of a log by case and time: one order, on which every measure stands.

Events of equal times keep the order of the file. All work is done on whole arrays of small numbers: ten million events
take a few seconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from aboveloop.discover.sorting import blocks, blocks_of_cases, by_case_and_time
from aboveloop.history.logs.log import UNKNOWN, Coded, Codes, Log, Numbers

Mask = npt.NDArray[np.bool_]
# A time is sorted in the largest of these units (microseconds) in which nothing is lost.
_UNITS = (60_000_000, 1_000_000, 1_000)


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

    def blocks(self) -> Iterator[tuple[slice, int, int]]:
        """Some cases at a time, so that what is reckoned of their events stays in a cache: which, and from where to
        where their events stand."""
        return blocks_of_cases(self.starts[:-1], self.count)

    def waits(self, low: int, high: int) -> Numbers:
        """From each of these events to the next: how long nobody worked, also across cases."""
        if self.begun is None:
            return np.diff(self.at[low : high + 1])
        waits: Numbers = np.maximum(self.begun[low + 1 : high + 1] - self.at[low:high], 0)
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
    places = by_case_and_time(log.case_keys, log.at, unit)
    rows = places.rows
    group = log.groups
    ordered = Ordered(
        log=log,
        rows=rows,
        starts=places.starts,
        at=places.at,
        activity=_of_rows(log.activities, rows),
        group=None if group is None else _of_rows(group, rows),
        unit=unit,
        begun=None if log.begun is None else log.begun[rows],
    )
    return _with_said_groups(ordered, group) if log.ours and group is not None else ordered


def unit_of(at: Numbers) -> int:
    """The largest unit (of `_UNITS`, else 1) of which every time is whole many after the first."""
    first = at.min()
    for unit in _UNITS:
        # Most logs that are finer say so at once; of the others each block is looked at.
        if all(_is_whole(at[low:high] - first, unit) for low, high in blocks(len(at))):
            return unit
    return 1


def _is_whole(since: Numbers, unit: int) -> bool:
    return bool((since // unit * unit == since).all())


def _of_rows(column: Coded, rows: npt.NDArray[np.uint32]) -> Codes:
    """The codes of a column in this order."""
    codes = np.empty(len(rows), dtype=column.codes.dtype)
    for low, high in blocks(len(rows)):
        # Rows are within the column: to say so saves a look at each.
        column.codes.take(rows[low:high], mode="clip", out=codes[low:high])
    return codes


def _with_said_groups(ordered: Ordered, groups: Coded) -> Ordered:
    """Our own event model names a group where it is told; until the next time it stays the same."""
    if UNKNOWN not in groups.names:
        return ordered
    assert ordered.group is not None
    said = (ordered.group != groups.names.index(UNKNOWN)) | ordered.is_first
    last = np.maximum.accumulate(np.where(said, np.arange(ordered.count), 0))
    return replace(ordered, group=ordered.group[last])
