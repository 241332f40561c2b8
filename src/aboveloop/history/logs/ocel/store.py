"""OCEL 2.0 in SQLite: the queries on a log in that form, and on the place where any log is laid down."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aboveloop.history.logs.errors import LogUnreadable


@dataclass(frozen=True)
class Told:
    """An event with the objects that it names, each with its type."""

    kind: str
    time: str
    attributes: Mapping[str, Any]
    objects: tuple[tuple[str, str], ...]


class Laid:
    """A log laid down in a file of SQLite, so that it need not fit into memory."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path)
        # What is lost in a crash is read from the log again.
        self._file.executescript(
            """
            PRAGMA journal_mode = OFF;
            PRAGMA synchronous = OFF;
            CREATE TABLE object (id TEXT PRIMARY KEY, type TEXT) WITHOUT ROWID;
            CREATE TABLE event (id TEXT, type TEXT, time TEXT, attributes TEXT);
            CREATE TABLE relation (event TEXT, object TEXT);
            """
        )

    def close(self) -> None:
        self._file.close()

    def add_objects(self, rows: Iterable[tuple[str, str]]) -> None:
        self._file.executemany("INSERT OR REPLACE INTO object VALUES (?, ?)", rows)

    def add_events(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        self._file.executemany("INSERT INTO event VALUES (?, ?, ?, ?)", rows)

    def add_relations(self, rows: Iterable[tuple[str, str]]) -> None:
        self._file.executemany("INSERT INTO relation VALUES (?, ?)", rows)

    def finish(self) -> None:
        self._file.execute("CREATE INDEX relation_by_event ON relation (event)")
        self._file.commit()

    def types(self) -> list[str]:
        return [row[0] for row in self._file.execute("SELECT DISTINCT type FROM object ORDER BY type")]

    def touched(self) -> dict[str, int]:
        """How many events name an object of each type."""
        query = """
            SELECT object.type, count(DISTINCT relation.event) FROM relation
            JOIN object ON object.id = relation.object GROUP BY object.type
            """
        return dict(self._file.execute(query))

    def told(self) -> Iterator[Told]:
        """Every event in the order of the log."""
        query = """
            SELECT event.rowid, event.type, event.time, event.attributes, relation.object, object.type FROM event
            LEFT JOIN relation ON relation.event = event.id LEFT JOIN object ON object.id = relation.object
            ORDER BY event.rowid, relation.rowid
            """
        here, about, objects = 0, ("", "", ""), list[tuple[str, str]]()
        for number, kind, time, attributes, one, its_type in self._file.execute(query):
            if number != here and here:
                yield _told(about, objects)
            if number != here:
                here, about, objects = number, (kind, time, attributes), []
            if its_type is not None:
                objects.append((one, its_type))
        if here:
            yield _told(about, objects)


def _told(about: tuple[str, str, str], objects: list[tuple[str, str]]) -> Told:
    return Told(about[0], about[1], json.loads(about[2]), tuple(objects))


def objects(path: Path) -> Iterator[tuple[str, str]]:
    """Id and type of each object of a log in SQLite."""
    with closing(_opened(path)) as file:
        yield from _rows(file, path, "SELECT ocel_id, ocel_type FROM object")


def relations(path: Path) -> Iterator[tuple[str, str]]:
    """Event and object."""
    with closing(_opened(path)) as file:
        yield from _rows(file, path, "SELECT ocel_event_id, ocel_object_id FROM event_object")


def events(path: Path) -> Iterator[dict[str, Any]]:
    """Every event as {"id", "type", "time", "attributes": {...}}."""
    with closing(_opened(path)) as file:
        for kind, table in list(_rows(file, path, "SELECT ocel_type, ocel_type_map FROM event_map_type")):
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


def _rows(file: sqlite3.Connection, path: Path, query: str) -> Iterator[Any]:
    try:
        yield from file.execute(query)
    except sqlite3.Error as error:
        raise LogUnreadable(f"{path} is no OCEL 2.0 in SQLite: {error}.") from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
