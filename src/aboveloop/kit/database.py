"""The database of the house: SQLite (WAL) by default, PostgreSQL by a URL, the same code for both.

A `Reader` can only select; a `Transaction` can write and is committed at the edge that opened it.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult, Row

from aboveloop.kit.clock import from_micros, to_micros
from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.prepared import Prepared, in_the_toolkits_words, run

# Every store declares its tables here, so that one call creates them and one migration compares them.
metadata = sa.MetaData()

# What a database raises when it is down or locked, or has chosen this transaction to end a deadlock: the same work goes
# well later.
DatabaseTrouble = (sa.exc.OperationalError, sa.exc.InterfaceError)

# Writers of SQLite queue for the one lock; thirty seconds outlast any turn, which holds it for milliseconds.
SQLITE_BUSY_MILLISECONDS = 30_000


Query = sa.Select[Any] | Prepared


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware datetime, stored as microseconds since 1970 in UTC."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else from_micros(value)


class Reader:
    """A connection for reading."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    def all(self, query: Query, values: Mapping[str, object] | None = None) -> Sequence[Row[Any]]:
        if isinstance(query, Prepared):
            return self._rows(query, values or {})
        return self.connection.execute(query, dict(values or {})).all()

    def first(self, query: Query, values: Mapping[str, object] | None = None) -> Row[Any] | None:
        if isinstance(query, Prepared):
            rows = self._rows(query, values or {})
            return rows[0] if rows else None
        return self.connection.execute(query, dict(values or {})).first()

    def value(self, query: Query, values: Mapping[str, object] | None = None) -> Any:
        if isinstance(query, Prepared):
            rows = self._rows(query, values or {})
            return rows[0][0] if rows else None
        return self.connection.execute(query, dict(values or {})).scalar()

    def _rows(self, query: Prepared, values: Mapping[str, object]) -> Sequence[Row[Any]]:
        if not self.connection.in_transaction():
            self.connection.begin()
        cursor, compiled = run(self.connection, query, values)
        assert compiled.make_row is not None, "a query gives rows"
        rows = [compiled.make_row(raw) for raw in cursor.fetchall()]
        cursor.close()
        # They are used like the toolkit's rows: by place, by name, as a mapping.
        return cast("Sequence[Row[Any]]", rows)


class Transaction(Reader):
    """A connection for reading and writing: everything in it happens, or nothing."""

    def __init__(self, connection: sa.Connection) -> None:
        super().__init__(connection)
        # What rooms keep until the end of this transaction, each under a key of its own.
        self.kept: dict[object, Any] = {}
        self._closing: list[Callable[[], None]] = []

    def before_commit(self, finish: Callable[[], None]) -> None:
        """Call `finish` once when the block has ended well, still inside the transaction."""
        self._closing.append(finish)

    def finish(self) -> None:
        """Do what was kept for the end; that may keep more."""
        while self._closing:
            self._closing.pop(0)()

    @property
    def is_postgres(self) -> bool:
        return self.connection.dialect.name == "postgresql"

    def insert_into(self, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
        """An insert in the words of this database, which can say what becomes of a row that is there already."""
        return postgresql.insert(table) if self.is_postgres else sqlite.insert(table)

    def add(self, table: sa.Table, values: Mapping[str, object]) -> bool:
        """Write a row; False where one with its key is there already, which then stays as it is."""
        statement = self.insert_into(table).values(**values).on_conflict_do_nothing()
        # PostgreSQL's driver counts no inserted rows; it returns them.
        return self.execute(statement.returning(*table.primary_key)).first() is not None

    def put(self, table: sa.Table, values: Mapping[str, object]) -> None:
        """Write a row, or these values into the row with its key."""
        keys = [column.name for column in table.primary_key]
        changed = {name: value for name, value in values.items() if name not in keys}
        statement = self.insert_into(table).values(**values)
        self.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))

    def change(self, statement: Prepared, values: Mapping[str, object] | Sequence[Mapping[str, object]]) -> int:
        """Execute a prepared insert, update or delete. Returns how many rows it changed."""
        cursor, _ = run(self.connection, statement, values)
        changed = cursor.rowcount
        cursor.close()
        return changed

    def execute(
        self,
        statement: sa.Executable,
        values: Mapping[str, object] | Sequence[Mapping[str, object]] | None = None,
    ) -> "CursorResult[Any]":
        if values is None:
            return cast("CursorResult[Any]", self.connection.execute(statement))
        return cast("CursorResult[Any]", self.connection.execute(statement, cast(Any, values)))


class Database:
    """Opens connections to one database. Threads may share it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _sqlite_engine(url) if url.startswith("sqlite") else _postgres_engine(url)
        self._glances = self.engine.execution_options(
            **({"isolation_level": "AUTOCOMMIT"} if self.is_postgres else {"aboveloop_glances": True})
        )
        self._writes = self.engine.execution_options(aboveloop_writes=True)
        self._writer: AbstractContextManager[object] = nullcontext() if self.is_postgres else threading.Lock()

    @property
    def is_postgres(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """A read connection: sees one consistent state on SQLite, committed states on PostgreSQL."""
        with self.engine.connect() as connection:
            yield Reader(connection)

    @contextmanager
    def glance(self) -> Iterator[Reader]:
        """As `read`, for a single prepared query: what is committed at that moment, without a transaction around it."""
        with self._glances.connect() as connection:
            yield Reader(connection)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction, committed when the block ends and rolled back when it raises."""
        # SQLite has one writer at a time and lets the others poll for their turn; waiting here wakes them at once.
        with self._writer, self._writes.connect() as connection, connection.begin():
            tx = Transaction(connection)
            yield tx
            tx.finish()

    def create_tables(self) -> None:
        """Create what is missing. Every store must have been imported before."""
        metadata.create_all(self.engine)

    def dispose(self) -> None:
        self.engine.dispose()


def _sqlite_engine(url: str) -> sa.Engine:
    engine = sa.create_engine(url, pool_size=20, max_overflow=40, hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # The driver must not open transactions by itself: `open_transaction` decides which kind it is.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MILLISECONDS}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")

    @sa.event.listens_for(engine, "begin")
    def open_transaction(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        if options.get("aboveloop_glances", False):
            return
        # A writer takes the lock at once: one that began as a reader could not wait for it later.
        begin = "BEGIN IMMEDIATE" if options.get("aboveloop_writes", False) else "BEGIN"
        try:
            cast(Any, connection.connection.dbapi_connection).execute(begin)
        except sqlite3.Error as error:
            raise in_the_toolkits_words(connection, begin, error) from error

    return engine


def _postgres_engine(url: str) -> sa.Engine:
    try:
        return sa.create_engine(url, pool_size=20, max_overflow=40, pool_pre_ping=True, hide_parameters=True)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise WrongUsage("The database URL cannot be read. Write postgresql://user@host/name.") from error
