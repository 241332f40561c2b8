"""A log as arrays: one place for each event, in the order of the file. What is measured is measured on these."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
# Any unsigned whole numbers: as narrow as the count of names allows.
Codes = npt.NDArray[np.unsignedinteger[npt.NBitBase]]

# Whole numbers of any width.
Whole = npt.NDArray[np.integer[Any]]

# How a value is called that is not there.
UNKNOWN = "?"


@dataclass(frozen=True)
class Coded:
    """A column of few values: `names[codes[row]]` is the value of a row. UNKNOWN stands for all that say nothing."""

    codes: Codes
    names: tuple[str, ...]


@dataclass(frozen=True)
class Columns:
    """Which column of the source is what; None where the log has none."""

    case: str
    activity: str
    time: str
    group: str | None = None
    resource: str | None = None
    state: str | None = None
    lifecycle: str | None = None
    start: str | None = None


@dataclass(frozen=True)
class Log:
    """An event log. `at` is microseconds since 1970 in UTC.

    `case_keys` are hashes of case ids: two of a million cases are mixed up once in 37 million logs. `case_column` gives
    the ids of the cases in some rows, as a column of the library that read them. `ours` says that it is told in our own
    event model: a group that is missing is the one that was said last, and reopenings have an activity of their own.
    `begun` is when the work of each event began, None where a log tells single moments. `zone` is where its people
    live: calendars are theirs. `source_rows` are the places of its rows in the source, None where all are kept.
    `remarks` tell what was found out or left out in reading, in sentences.
    """

    name: str
    columns: Columns
    case_keys: Hashes
    at: Numbers
    activities: Coded
    groups: Coded | None
    resources: Coded | None
    states: Coded | None
    case_column: Callable[[Numbers], Sequence[str]]
    ours: bool = False
    remarks: tuple[str, ...] = field(default=())
    begun: Numbers | None = None
    zone: str | None = None
    source_rows: Numbers | None = None

    def case_names(self, rows: Numbers) -> list[str]:
        """The ids of the cases in these rows; they are read from the source again."""
        return list(self.case_column(rows))

    @property
    def count(self) -> int:
        return len(self.at)


def part(log: Log, rows: Numbers) -> Log:
    """Some rows of a log, in their order."""

    def some(column: Coded | None) -> Coded | None:
        return None if column is None else replace(column, codes=column.codes[rows])

    return replace(
        log,
        case_keys=log.case_keys[rows],
        at=log.at[rows],
        activities=replace(log.activities, codes=log.activities.codes[rows]),
        groups=some(log.groups),
        resources=some(log.resources),
        states=some(log.states),
        begun=None if log.begun is None else log.begun[rows],
        source_rows=rows if log.source_rows is None else log.source_rows[rows],
        case_column=lambda at: log.case_column(rows[at]),
    )
