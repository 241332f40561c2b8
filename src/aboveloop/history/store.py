"""Histories in the home: `<home>/history/<name>/events-*.parquet`, with `history.json` to say what they are.

A history is written beside its place and moved there when it is whole: whoever reads sees all of it or nothing.
"""

import dataclasses
import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from aboveloop.history.errors import HistoryDamaged, HistoryExists, HistoryMisnamed, HistoryNotFound
from aboveloop.history.events import COLUMNS, LEDGER, Event
from aboveloop.kit.ids import new_id

# Rows of one file: about 20 MB, so that an engine reads several at once and a writer holds one.
ROWS_OF_A_FILE = 1_000_000
# Rows turned into columns at a time: enough to be quick, few enough for memory.
BATCH = 50_000
ABOUT = "history.json"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_NUMBERS = {"at", "position"}
_MUST = {"source", "case_id", "activity", "attributes"}


@dataclass(frozen=True)
class About:
    """What is known of a history. Times are microseconds since 1970; `first` and `last` bound its events.

    `kind` is the kind of source (a help desk, a file's), `mapping` what of the source became which column.
    """

    name: str
    kind: str
    imported_at: int
    time_zone: str = "UTC"
    mapping: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    events: int = 0
    cases: int = 0
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True)
class History:
    """A history that lies in the home."""

    about: About
    files: tuple[Path, ...]


def folder_of(home: Path) -> Path:
    return home / "history"


def write(home: Path, about: About, events: Iterable[Event], *, replace: bool = False) -> History:
    """Keep `events` as the history `about.name`; counts and window of `about` are counted here.

    Raises HistoryMisnamed, and HistoryExists unless it may `replace` what is there.
    """
    _check_name(about.name)
    place = folder_of(home) / about.name
    if place.exists() and not replace:
        raise HistoryExists(
            f"There is a history {about.name} already. Give this one another name, or replace that one."
        )
    draft = folder_of(home) / f".{new_id('draft')}"
    draft.mkdir(parents=True)
    try:
        write_into(draft, about, events)
        if place.exists():
            shutil.rmtree(place)
        draft.rename(place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return find(home, about.name)


def write_into(folder: Path, about: About, events: Iterable[Event]) -> About:
    """Write a whole history into a folder that is there, and what is known of it; for who moves it into place."""
    counted = _write_files(folder, about, iter(events))
    (folder / ABOUT).write_text(json.dumps(asdict(counted), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return counted


def check_name(name: str) -> None:
    """Raises HistoryMisnamed."""
    _check_name(name)


def all_of(home: Path) -> list[History]:
    """Every history of this home, by name."""
    found = sorted(folder_of(home).glob(f"*/{ABOUT}"))
    return [find(home, path.parent.name) for path in found if not path.parent.name.startswith(".")]


def find(home: Path, name: str) -> History:
    """The history of this name. Raises HistoryNotFound, HistoryDamaged."""
    place = folder_of(home) / name
    if not NAME.fullmatch(name) or not (place / ABOUT).is_file():
        known = ", ".join(path.parent.name for path in sorted(folder_of(home).glob(f"*/{ABOUT}")))
        others = f"There are: {known}." if known else "None was imported yet: `aboveloop import FILE` does it."
        raise HistoryNotFound(f"There is no history {name}. {others}")
    try:
        about = About(**json.loads((place / ABOUT).read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise HistoryDamaged(f"{place / ABOUT} cannot be read ({error}). Import the history again.") from error
    return History(about, tuple(sorted(place.glob("events-*.parquet"))))


def remove(home: Path, name: str) -> None:
    """Forget a history. Raises HistoryNotFound."""
    find(home, name)
    shutil.rmtree(folder_of(home) / name)


def table(history: History, columns: Sequence[str] = COLUMNS) -> Any:
    """Its rows as one pyarrow.Table of these columns, in the order in which they were written."""
    import pyarrow  # noqa: PLC0415 - large, and wanted where histories are read alone
    import pyarrow.parquet  # noqa: PLC0415

    if not history.files:
        return _schema().empty_table().select(list(columns))
    tables = [pyarrow.parquet.read_table(path, columns=list(columns)) for path in history.files]
    return pyarrow.concat_tables(tables)


def _check_name(name: str) -> None:
    if name == LEDGER:
        raise HistoryMisnamed(f"{LEDGER} is the name of the house's own work. Name the history otherwise.")
    if not NAME.fullmatch(name):
        raise HistoryMisnamed(
            f"{name!r} cannot be the name of a history. Take small letters, digits, dots, dashes and underscores."
        )


def _schema() -> Any:
    import pyarrow  # noqa: PLC0415

    kinds = {name: pyarrow.int64() if name in _NUMBERS else pyarrow.string() for name in COLUMNS}
    return pyarrow.schema(
        [pyarrow.field(name, kind, nullable=name not in _MUST | _NUMBERS) for name, kind in kinds.items()]
    )


def _write_files(draft: Path, about: About, events: Iterable[Event]) -> About:
    """Write the files and count what is in them."""
    import pyarrow.parquet  # noqa: PLC0415

    tally = _Tally()
    rows, number = iter(events), 0
    while batch := list(islice(rows, BATCH)):
        path = draft / f"events-{number:05}.parquet"
        with pyarrow.parquet.ParquetWriter(path, _schema(), compression="zstd") as file:
            room = ROWS_OF_A_FILE
            while batch:
                file.write_batch(_columns(batch))
                tally.add(batch)
                room -= len(batch)
                batch = list(islice(rows, BATCH)) if room > 0 else []
        number += 1
    return dataclasses.replace(about, events=tally.events, cases=len(tally.cases), first=tally.first, last=tally.last)


def _columns(batch: Sequence[Event]) -> Any:
    import pyarrow  # noqa: PLC0415

    kinds = _schema().types
    columns = [pyarrow.array(each, kind) for each, kind in zip(zip(*batch, strict=True), kinds, strict=True)]
    return pyarrow.record_batch(columns, schema=_schema())


@dataclass
class _Tally:
    events: int = 0
    cases: set[str] = field(default_factory=set)
    first: int | None = None
    last: int | None = None

    def add(self, batch: Sequence[Event]) -> None:
        times = [event.at for event in batch]
        self.events += len(batch)
        self.cases.update(event.case_id for event in batch)
        self.first = min(times) if self.first is None else min(self.first, *times)
        self.last = max(times) if self.last is None else max(self.last, *times)
