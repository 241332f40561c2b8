"""An import under way, on disk: a folder of batches, and a file that says how far they are complete.

A batch's files are written first, then the progress that counts them is put in its place in one move. What a killed
import leaves behind is either counted or overwritten, never half of it.
"""

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from aboveloop.history import quarantine, store
from aboveloop.history.events import COLUMNS, Event
from aboveloop.history.quarantine import Quarantined

_PROGRESS = "progress.json"
WHOLE = "whole"


@dataclass
class Progress:
    """How far an import is. `read` = `stored` + `unchanged` + `quarantined`. `is_read`: all batches are there."""

    fingerprint: str
    settings: str
    mark: Any = None
    batches: int = 0
    read: int = 0
    stored: int = 0
    unchanged: int = 0
    quarantined: int = 0
    events: int = 0
    is_read: bool = False
    is_whole: bool = False
    personal: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass
class Batch:
    """What is kept together: events with the serial number of their record, records with the digest of what they hold.

    `contents` are the digests of all rows read that have no name of their own, known ones too.
    """

    events: list[Event] = field(default_factory=list)
    of_record: list[int] = field(default_factory=list)
    records: list[int] = field(default_factory=list)
    digests: list[int] = field(default_factory=list)
    contents: list[int] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    read: int = 0
    unchanged: int = 0


class Draft:
    """The folder of one import."""

    def __init__(self, home: Path, name: str) -> None:
        self.folder = store.folder_of(home) / f".importing-{name}"
        self.place = store.folder_of(home) / name

    def progress(self) -> Progress | None:
        """How far an earlier start came; None where there was none."""
        try:
            return Progress(**json.loads((self.folder / _PROGRESS).read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def begin(self) -> None:
        """Start anew: what an earlier start left is taken away."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def keep(self, batch: Batch, progress: Progress) -> None:
        """Write the batch and count it."""
        number = progress.batches
        _write_events(self._file("events", number, "parquet"), batch)
        np.save(self._file("records", number, "npy"), np.array([batch.records, batch.digests], dtype=np.int64))
        np.save(self._file("contents", number, "npy"), np.array(batch.contents, dtype=np.int64))
        quarantine.write(self._file("quarantine", number, "jsonl"), batch.quarantined)
        progress.batches += 1
        progress.read += batch.read
        progress.stored += len(batch.records)
        progress.unchanged += batch.unchanged
        progress.quarantined += len(batch.quarantined)
        progress.events += len(batch.events)
        self.write(progress)

    def write(self, progress: Progress) -> None:
        draft = self.folder / f".{_PROGRESS}"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(asdict(progress), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / _PROGRESS)

    def records(self, progress: Progress) -> Iterator[tuple[Any, Any]]:
        """Of each batch: hashes and digests of its records, and the contents of its rows."""
        for number in range(progress.batches):
            yield np.load(self._file("records", number, "npy")), np.load(self._file("contents", number, "npy"))

    def quarantined(self, progress: Progress) -> Iterator[Quarantined]:
        for number in range(progress.batches):
            yield from quarantine.read(self._file("quarantine", number, "jsonl"))

    def events(self, progress: Progress, last: set[int] | None) -> Iterator[Event]:
        """`last` are the serial numbers of the states that hold; None where no record comes twice."""
        for number in range(progress.batches):
            for values in _rows(self._file("events", number, "parquet")):
                if last is None or values[-1] in last:
                    yield Event(*values[:-1])

    def put(self) -> None:
        """Move the whole history into its place; when killed in between, it is done by the next start."""
        whole = self.folder / WHOLE
        if whole.exists():
            shutil.rmtree(self.place, ignore_errors=True)
            whole.rename(self.place)
        shutil.rmtree(self.folder)

    def drop(self) -> None:
        """Give up what was begun."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _file(self, what: str, number: int, ending: str) -> Path:
        return self.folder / f"{what}-{number:05}.{ending}"


def _write_events(path: Path, batch: Batch) -> None:
    import pyarrow  # noqa: PLC0415 - large, and wanted where histories are written alone
    import pyarrow.parquet  # noqa: PLC0415

    columns: Sequence[Sequence[Any]] = list(zip(*batch.events, strict=True)) if batch.events else [[] for _ in COLUMNS]
    kinds = [pyarrow.int64() if name in ("at", "position") else pyarrow.string() for name in COLUMNS]
    arrays = [pyarrow.array(each, kind) for each, kind in zip(columns, kinds, strict=True)]
    arrays.append(pyarrow.array(batch.of_record, pyarrow.int64()))
    table = pyarrow.table(arrays, names=[*COLUMNS, "record"])
    pyarrow.parquet.write_table(table, path, compression="zstd")


def kept_events(files: Sequence[Path]) -> Iterator[Event]:
    """The events of a history, without holding them."""
    for path in files:
        for values in _rows(path):
            yield Event(*values)


def _rows(path: Path) -> Iterator[tuple[Any, ...]]:
    import pyarrow.parquet  # noqa: PLC0415

    with pyarrow.parquet.ParquetFile(path) as file:
        for part in file.iter_batches(20_000):
            yield from zip(*(each.to_pylist() for each in part.columns), strict=True)


def counted(counts: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Counts of personal data by field and kind, as JSON."""
    found: dict[str, dict[str, int]] = {}
    for (place, kind), number in sorted(counts.items()):
        found.setdefault(place, {})[kind] = number
    return found
