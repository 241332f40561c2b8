"""OCEL 2.0 as SQLite: the queries on its tables."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from aboveloop.history.logs.errors import LogUnreadable


def objects(path: Path) -> dict[str, str]:
    """The type of each object."""
    with closing(_opened(path)) as file:
        return dict(_rows(file, path, "SELECT ocel_id, ocel_type FROM object"))


def relations(path: Path) -> list[tuple[str, str]]:
    """Event and object."""
    with closing(_opened(path)) as file:
        return _rows(file, path, "SELECT ocel_event_id, ocel_object_id FROM event_object")


def events(path: Path) -> Iterator[dict[str, Any]]:
    """Every event as {"id", "type", "time", "attributes": {...}}."""
    with closing(_opened(path)) as file:
        for kind, table in _rows(file, path, "SELECT ocel_type, ocel_type_map FROM event_map_type"):
            names = [row[1] for row in _rows(file, path, f"PRAGMA table_info({_quoted(f'event_{table}')})")]
            for row in _rows(file, path, f"SELECT * FROM {_quoted(f'event_{table}')}"):
                values = dict(zip(names, row, strict=True))
                yield {
                    "id": values.pop("ocel_id"),
                    "type": kind,
                    "time": values.pop("ocel_time"),
                    "attributes": values,
                }


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _rows(file: sqlite3.Connection, path: Path, query: str) -> list[Any]:
    try:
        return file.execute(query).fetchall()
    except sqlite3.Error as error:
        raise LogUnreadable(f"{path} is no OCEL 2.0 in SQLite: {error}.") from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
