"""The database of the house: SQLite (WAL) by default, PostgreSQL by a URL, the same code for both.

A `Reader` can only select; a `Transaction` can write and is committed at the edge that opened it.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult, Row

from aboveloop.kit.clock import from_micros, to_micros
from aboveloop.kit.errors import WrongUsage

# Every store declares its tables here, so that one call creates them and one migration compares them.
metadata = sa.MetaData()

# What a database raises when it is down or locked, or has chosen this transaction to end a deadlock: the same work goes
# well later.
DatabaseTrouble = (sa.exc.OperationalError, sa.exc.InterfaceError)

# Writers of SQLite queue for the one lock; thirty seconds outlast any turn, which holds it for milliseconds.
SQLITE_BUSY_MILLISECONDS = 30_000


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

    def all(self, query: sa.Select[Any], values: Mapping[str, object] | None = None) -> Sequence[Row[Any]]:
        return self.connection.execute(query, dict(values or {})).all()

    def first(self, query: sa.Select[Any], values: Mapping[str, object] | None = None) -> Row[Any] | None:
        return self.connection.execute(query, dict(values or {})).first()

    def value(self, query: sa.Select[Any], values: Mapping[str, object] | None = None) -> Any:
        return self.connection.execute(query, dict(values or {})).scalar()


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
    def write(self) -> Iterator[Transaction]:
        """A transaction, committed when the block ends and rolled back when it raises."""
        # SQLite has one writer at a time and lets the others poll for their turn; waiting here wakes them at once.
        with self._writer, self.engine.connect() as plain:
            connection = plain.execution_options(aboveloop_writes=True)
            with connection.begin():
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
        # A writer takes the lock at once: one that began as a reader could not wait for it later.
        writes = connection.get_execution_options().get("aboveloop_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgres_engine(url: str) -> sa.Engine:
    try:
        return sa.create_engine(url, pool_size=20, max_overflow=40, pool_pre_ping=True, hide_parameters=True)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise WrongUsage("The database URL cannot be read. Write postgresql://user@host/name.") from error
