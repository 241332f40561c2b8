"""A log from where it lies: which kind of file it is, which column is what, and its rows as arrays.

The large library behind it is imported when a log is read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aboveloop.history.events import LEDGER
from aboveloop.history.logs import delimited, xes
from aboveloop.history.logs.coding import coded
from aboveloop.history.logs.columns import Named, choose
from aboveloop.history.logs.errors import LogUnreadable
from aboveloop.history.logs.lifecycle import fold, folds
from aboveloop.history.logs.log import Columns, Log, Numbers
from aboveloop.history.logs.ocel import reading as ocel
from aboveloop.history.logs.times import micros
from aboveloop.history.logs.zones import Local
from aboveloop.history.store import History

# Rows that are looked at to find which column is what.
SAMPLE = 5_000
# The columns of our own event model.
OURS = Columns("case_id", "activity", "at", "team", "who")
SEED = 1


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
    if bare.endswith(".xes"):
        return Source(path.name, xes.frame(path))
    if is_objects(path.name):
        frame, remarks = ocel.frame(path, case)
        return Source(path.name, frame, remarks=remarks)
    raise LogUnreadable(
        f"{path} is no kind of log that is read: CSV, Parquet, XES, OCEL (JSON or SQLite), also gzipped."
    )


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
    frame, at, begun, dropped = _rows(source, columns, roles, sample, local)
    remarks = [*source.remarks, *said, *(local.remarks() if local is not None else []), *dropped]
    if not len(at):
        raise LogUnreadable(f"{source.name} holds no event with a case and a time. {' '.join(dropped)}".strip())
    log = Log(
        name=source.name,
        columns=columns,
        case_keys=frame["case"].to_numpy(),
        at=at,
        activities=coded(frame["activity"]),
        groups=coded(frame["group"]) if columns.group else None,
        resources=coded(frame["resource"]) if "resource" in frame.columns else None,
        states=coded(frame["state"]) if columns.state else None,
        case_column=_namer(source, columns, frame["row"] if "row" in frame.columns else None),
        source_rows=frame["row"].to_numpy().astype(np.int64) if "row" in frame.columns else None,
        ours=source.ours,
        remarks=tuple(remarks),
        begun=begun,
        zone=zone,
    )
    lifecycle = coded(frame["lifecycle"]) if columns.lifecycle else None
    return fold(log, lifecycle) if lifecycle is not None and folds(lifecycle.names) else log


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


def _rows(
    source: Source,
    columns: Columns,
    roles: Sequence[str],
    sample: dict[str, list[str | None]],
    local: Local | None,
) -> tuple[Any, Numbers, Numbers | None, list[str]]:
    """Rows with a case and a time: what is needed of each, when it was, when it began where that is told, and remarks
    on how times were read and what was left out."""
    import polars  # noqa: PLC0415

    case = polars.col(columns.case)
    is_text = source.frame.collect_schema()[columns.case] == polars.String
    lost = case.is_null() | (case == "") if is_text else case.is_null()
    wanted = [case.hash(SEED).alias("case"), lost.alias("lost"), polars.col(columns.time).alias("time")]
    if columns.start is not None:
        wanted.append(polars.col(columns.start).alias("start"))
    for role in roles:
        name = getattr(columns, role)
        if name is not None:
            wanted.append(polars.col(name).cast(polars.String).cast(polars.Categorical).alias(role))
    try:
        frame = source.frame.select(wanted).collect(engine="streaming")
    except polars.exceptions.PolarsError as error:
        raise _broken(source.name, error) from error
    times, notes = _times(source, frame["time"], columns.time, sample, local)
    begun = None
    if columns.start is not None:
        begun, said = _times(source, frame["start"], columns.start, sample, local)
        notes = [*notes, *said]
    lost = frame["lost"] | times.is_null()
    frame = frame.drop("time", "lost", "start", strict=False)
    if gone := int(lost.sum()):
        notes.append(f"{gone} of {len(lost)} rows were left out: they name no case, or no time that can be read.")
        frame = frame.with_row_index("row").filter(~lost)
        times, begun = times.filter(~lost), None if begun is None else begun.filter(~lost)
    at = times.to_numpy()
    return frame, at, None if begun is None else np.minimum(begun.fill_null(times).to_numpy(), at), notes


def _times(
    source: Source, times: Any, name: str, sample: dict[str, list[str | None]], local: Local | None
) -> tuple[Any, list[str]]:
    # Our own times are microseconds, however small.
    if source.ours:
        return times, []
    found, note = micros(times.rename(name), [each for each in sample[name] if each], local)
    return found, [note] if note else []


def _namer(source: Source, columns: Columns, rows: Any) -> Callable[[Numbers], Sequence[str]]:
    import polars  # noqa: PLC0415

    kept = None if rows is None else rows.to_numpy()

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
