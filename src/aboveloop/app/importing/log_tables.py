"""Event logs as tables of text: Parquet, XES and OCEL 2.0, one event in a row, as the readers of logs give them."""

import hashlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from aboveloop.connect.exports.records import ExportUnreadable, MappingWrong, Row
from aboveloop.history.logs import xes
from aboveloop.history.logs.errors import ColumnUnknown, LogUnreadable
from aboveloop.history.logs.ocel.reading import ObjectLog
from aboveloop.history.logs.opening import Source, open_file

ENDINGS = {
    "parquet": (".parquet", ".pq"),
    "xes": (".xes", ".xes.gz"),
    "ocel": (".json", ".jsonocel", ".sqlite", ".sqlite3", ".db"),
}
# Rows that are held at once.
_SLICE = 50_000


class XesTable:
    """A log in XES, read from its beginning each time: one trace is held, never the whole."""

    kind = "xes"
    remarks: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        self.place = str(path)
        _check_named(path, self.kind)
        self._path = path
        names: dict[str, None] = {}
        for event in self._events():
            names |= dict.fromkeys(event)
        if not names:
            raise ExportUnreadable(f"{path} holds no events.")
        self.names = list(names)

    @cached_property
    def digest(self) -> str:
        return _digest(self._path)

    def rows(self) -> Iterator[Row]:
        """Every event as a list of texts, "" where it says nothing. Raises ExportUnreadable."""
        for number, event in enumerate(self._events(), 1):
            yield Row(f"event {number}", [event.get(name, "") for name in self.names])

    def _events(self) -> Iterator[dict[str, str]]:
        if not self._path.is_file():
            raise ExportUnreadable(f"There is no file {self._path}.")
        try:
            yield from xes.events(self._path)
        except LogUnreadable as error:
            raise ExportUnreadable(str(error)) from error


class OcelTable:
    """A log in OCEL, told for the objects of one type, `case`; one event is held, never the whole."""

    kind = "ocel"

    def __init__(self, path: Path, case: str | None = None) -> None:
        self.place = str(path)
        _check_named(path, self.kind)
        if not path.is_file():
            raise ExportUnreadable(f"There is no file {path}.")
        try:
            self._log = ObjectLog(path, case)
        except ColumnUnknown as error:
            raise MappingWrong(str(error).replace("--case", "--map case=")) from error
        except LogUnreadable as error:
            raise ExportUnreadable(str(error)) from error
        self.remarks = tuple(each.replace("--case names", "--map case=TYPE names") for each in self._log.remarks)
        self.names = self._log.names
        self._path = path

    @cached_property
    def digest(self) -> str:
        return _digest(self._path)

    def rows(self) -> Iterator[Row]:
        """Every event as a list of texts, "" where it says nothing."""
        for number, values in enumerate(self._log.rows(), 1):
            yield Row(f"event {number}", [value or "" for value in values])


class LogTable:
    """A log in a file that polars reads in parts."""

    def __init__(self, path: Path, kind: str) -> None:
        self.place, self.kind = str(path), kind
        _check_named(path, kind)
        try:
            source: Source = open_file(path)
        except LogUnreadable as error:
            raise ExportUnreadable(str(error)) from error
        self.remarks = source.remarks
        self._path, self._frame = path, _as_text(source.frame)
        self.names: list[str] = self._frame.collect_schema().names()

    @cached_property
    def digest(self) -> str:
        return _digest(self._path)

    def rows(self) -> Iterator[Row]:
        """Every event as a list of texts, "" where it says nothing. Raises ExportUnreadable."""
        import polars  # noqa: PLC0415 - large, and wanted where a log is read alone

        at = 0
        while True:
            try:
                part = self._frame.slice(at, _SLICE).collect()
            except polars.exceptions.PolarsError as error:
                raise ExportUnreadable(f"{self._path} cannot be read to its end. Export it again.") from error
            for number, values in enumerate(part.iter_rows(), at + 1):
                yield Row(f"event {number}", [value or "" for value in values])
            at += len(part)
            if len(part) < _SLICE:
                return


def _check_named(path: Path, kind: str) -> None:
    if not path.name.lower().endswith(ENDINGS[kind]):
        raise ExportUnreadable(f"{path} is not named as {kind} is: {', '.join(ENDINGS[kind])}.")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _as_text(frame: Any) -> Any:
    """All columns as text, times as ISO writes them; lists and records within a row are left out."""
    import polars  # noqa: PLC0415

    columns = []
    for name, kind in frame.collect_schema().items():
        column = polars.col(name)
        if kind.is_nested():
            continue
        if isinstance(kind, polars.Datetime):
            zone = "" if kind.time_zone is None else "+00:00"
            at = column if kind.time_zone is None else column.dt.convert_time_zone("UTC")
            columns.append(at.dt.strftime(f"%Y-%m-%dT%H:%M:%S%.6f{zone}").alias(name))
        else:
            columns.append(column.cast(polars.String, strict=False))
    return frame.select(columns)
