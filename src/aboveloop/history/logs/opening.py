"""A log from where it lies: which kind of file it is, which column is what, and its rows as arrays.

The large library behind it is imported when a log is read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from aboveloop.history.errors import WorkbookUnreadable
from aboveloop.history.events import LEDGER
from aboveloop.history.logs import delimited, xes
from aboveloop.history.logs.coding import of_rows
from aboveloop.history.logs.columns import Named, choose
from aboveloop.history.logs.errors import LogUnreadable
from aboveloop.history.logs.gathering import Gathered, gather
from aboveloop.history.logs.lifecycle import fold, folds
from aboveloop.history.logs.log import Columns, Log, Numbers
from aboveloop.history.logs.ocel import reading as ocel
from aboveloop.history.logs.times import micros
from aboveloop.history.logs.zones import Local
from aboveloop.history.store import History
from aboveloop.history.workbooks import Workbook

# Rows that are looked at to find which column is what.
SAMPLE = 5_000
# The columns of our own event model.
OURS = Columns("case_id", "activity", "at", "team", "who")


@dataclass(frozen=True)
class Source:
    """Rows somewhere: `frame` is a polars LazyFrame. `ours` when they are written in our own event model."""

    name: str
    frame: Any
    ours: bool = False
    remarks: tuple[str, ...] = ()


def open_file(path: Path, *, case: str | None = None) -> Source:
    """The log in a file. `case` names the object type of an OCEL log. Raises LogUnreadable with what to do."""
    import polars  # noqa: PLC0415

    if not path.is_file():
        raise LogUnreadable(f"There is no file {path}.")
    if path.stat().st_size == 0:
        raise LogUnreadable(f"{path} is empty: it holds no events.")
    name = path.name.lower()
    bare = name.removesuffix(".gz")
    if bare.endswith((".csv", ".tsv", ".txt")):
        return Source(path.name, *delimited.frame(path))
    if name.endswith((".parquet", ".pq")):
        try:
            frame = polars.scan_parquet(path)
            frame.collect_schema()
        except polars.exceptions.PolarsError as error:
            raise LogUnreadable(f"{path} is no Parquet file, or a broken one.") from error
        return Source(path.name, frame)
    if bare.endswith(".xlsx"):
        return _workbook(path)
    if bare.endswith(".xes"):
        return Source(path.name, xes.frame(path))
    if is_objects(path.name):
        frame, remarks = ocel.frame(path, case)
        return Source(path.name, frame, remarks=remarks)
    raise LogUnreadable(
        f"{path} is no kind of log that is read: CSV, Excel, Parquet, XES, OCEL (JSON or SQLite), also gzipped."
    )


def _workbook(path: Path) -> Source:
    import polars  # noqa: PLC0415

    try:
        book = Workbook(path)
        (_, header), *rows = book.rows()
    except WorkbookUnreadable as error:
        raise LogUnreadable(str(error)) from error
    names = [name.strip() or f"column {place}" for place, name in enumerate(header, 1)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise LogUnreadable(f"{path} has columns of one name: {', '.join(twice)}. Rename them in the sheet.")
    width = len(names)
    filled = [[cell or None for cell in cells[:width]] + [None] * (width - len(cells)) for _, cells in rows]
    frame = polars.DataFrame(filled, schema=dict.fromkeys(names, polars.String), orient="row")
    return Source(path.name, frame.lazy(), remarks=(f"The sheet {book.sheet} is read.",))


def is_objects(name: str) -> bool:
    """Whether a file of this name holds OCEL, where the case is an object type and no column."""
    return name.lower().endswith((".json", ".jsonocel", ".sqlite", ".sqlite3", ".db"))


def open_history(history: History) -> Source:
    """A history of the home; events of one time in the order of the source."""
    import polars  # noqa: PLC0415

    if not history.files:
        raise LogUnreadable(f"The history {history.about.name} holds no events.")
    frame = polars.scan_parquet(list(history.files)).sort("position", maintain_order=True)
    return Source(history.about.name, frame, ours=True)


def open_events(events: Any) -> Source:
    """Our own work, from rows of the event model."""
    import polars  # noqa: PLC0415

    rows = [
        (each.case_id, each.activity, each.at, each.team, each.who, each.channel, each.attributes) for each in events
    ]
    if not rows:
        raise LogUnreadable("The ledger holds no cases yet, so there is nothing to measure.")
    names = ("case_id", "activity", "at", "team", "who", "channel", "attributes")
    kinds = {name: polars.Int64 if name == "at" else polars.String for name in names}
    return Source(LEDGER, polars.DataFrame(rows, schema=kinds, orient="row").lazy(), ours=True)


def read(source: Source, named: Named, *, with_resources: bool = True, zone: str | None = None) -> Log:
    """The log of a source; who did what is left out where nobody asks. `zone` is that of times that name none.

    Raises ColumnUnknown, LogUnreadable, ZoneUnknown.
    """
    sample = _sample(source)
    columns, said = (OURS, []) if source.ours else choose(sample, named)
    local = Local(zone) if zone is not None and not source.ours else None
    roles = ("activity", "group", "state", "lifecycle", *(["resource"] if with_resources else []))
    found = _gathered(source, columns, roles)
    times, notes = _times(source, found.times, columns.time, sample, local)
    begun, of_starts = None, list[str]()
    if columns.start is not None:
        begun, of_starts = _times(source, found.starts, columns.start, sample, local)
        begun = begun.fill_null(times)
    rows, dropped = _kept(found.lost | times.is_null().to_numpy())
    remarks = [*source.remarks, *said, *(local.remarks() if local is not None else []), *notes, *of_starts, *dropped]
    if rows is not None and not len(rows):
        raise LogUnreadable(f"{source.name} holds no event with a case and a time. {' '.join(dropped)}".strip())
    kept = slice(None) if rows is None else rows
    at = times.fill_null(0).to_numpy()[kept]
    coded = found.coded if rows is None else {role: of_rows(each, rows) for role, each in found.coded.items()}
    log = Log(
        name=source.name,
        columns=columns,
        case_keys=found.cases[kept],
        at=at,
        activities=coded["activity"],
        groups=coded.get("group"),
        resources=coded.get("resource"),
        states=coded.get("state"),
        case_column=_namer(source, columns, rows),
        source_rows=rows,
        ours=source.ours,
        remarks=tuple(remarks),
        begun=None if begun is None else np.minimum(begun.fill_null(0).to_numpy()[kept], at),
        zone=zone,
    )
    lifecycle = coded.get("lifecycle")
    return fold(log, lifecycle) if lifecycle is not None and folds(lifecycle.names) else log


def _kept(lost: npt.NDArray[np.bool_]) -> tuple[Numbers | None, list[str]]:
    """The rows that name a case and a time, None where all do; and what is to be said of the others."""
    if not len(lost):
        return np.zeros(0, dtype=np.int64), []
    if not (gone := int(lost.sum())):
        return None, []
    said = f"{gone} of {len(lost)} rows were left out: they name no case, or no time that can be read."
    return np.flatnonzero(~lost), [said]


def _gathered(source: Source, columns: Columns, roles: Sequence[str]) -> Gathered:
    import polars  # noqa: PLC0415

    try:
        return gather(source.frame, columns, roles)
    except polars.exceptions.PolarsError as error:
        raise _broken(source.name, error) from error


def _sample(source: Source) -> dict[str, list[str | None]]:
    """The first rows as text."""
    import polars  # noqa: PLC0415

    try:
        # What is a list or a record within a row is no column of an event.
        flat = ~polars.selectors.nested()
        rows = source.frame.head(SAMPLE).select(flat.cast(polars.String, strict=False)).collect()
    except polars.exceptions.PolarsError as error:
        raise _broken(source.name, error) from error
    return {name: rows[name].to_list() for name in rows.columns}


def _times(
    source: Source, times: Any, name: str, sample: dict[str, list[str | None]], local: Local | None
) -> tuple[Any, list[str]]:
    # Our own times are microseconds, however small.
    if source.ours:
        return times, []
    found, note = micros(times.rename(name), [each for each in sample[name] if each], local)
    return found, [note] if note else []


def _namer(source: Source, columns: Columns, kept: Numbers | None) -> Callable[[Numbers], Sequence[str]]:
    import polars  # noqa: PLC0415

    def names(at: Numbers) -> Any:
        wanted = at if kept is None else kept[at]
        # What stands near the beginning is found without reading to the end.
        rows = source.frame.select(polars.col(columns.case)).head(int(wanted.max(initial=0)) + 1)
        cases = rows.collect(engine="streaming").to_series()
        return cases.gather(wanted).cast(polars.String)

    return names


def _broken(name: str, error: Exception) -> LogUnreadable:
    first = " ".join(str(error).split(". ")[0].split())[:300]
    return LogUnreadable(f"{name} cannot be read to its end: {first}. Mend the file, or export it again.")
