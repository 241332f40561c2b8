"""Quarantine: rows of an import that could not be read, each with its place and the reason, to be tried again.

They lie beside the history as JSON lines, masked like all that is kept.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aboveloop.history.errors import HistoryDamaged

FILE = "quarantine.jsonl"


@dataclass(frozen=True)
class Quarantined:
    """A row that was not read. `place` is where it stands in its source."""

    place: str
    reason: str
    row: Any


def write(path: Path, rows: Iterable[Quarantined]) -> int:
    """Write them down; how many there were."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(asdict(row), ensure_ascii=False, default=str) + "\n")
            count += 1
    return count


def read(path: Path) -> Iterator[Quarantined]:
    """None where there is no file. Raises HistoryDamaged."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        for number, written in enumerate(file, 1):
            try:
                yield Quarantined(**json.loads(written))
            except (ValueError, TypeError) as error:
                raise HistoryDamaged(f"Line {number} of {path} is no row of a quarantine. Import again.") from error
