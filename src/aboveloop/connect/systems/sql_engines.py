"""Engines for systems' databases, which belong to somebody else: no setting of theirs is changed."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from aboveloop.connect.errors import SystemMisdescribed
from aboveloop.kit.clock import monotonic_seconds

# How many of its instructions SQLite executes between two looks at the clock: about a millisecond.
SQLITE_STRIDE = 20_000
# One for each thread that may work at once.
MOST_CONNECTIONS = 32


def engine_of(what: str, url: str, timeout_seconds: float) -> sa.Engine:
    """An engine for `url`. Raises SystemMisdescribed for a URL or driver that cannot be used."""
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed, timeout_seconds)
        options: dict[str, Any] = {
            "pool_size": 8,
            "max_overflow": MOST_CONNECTIONS - 8,
            "pool_timeout": timeout_seconds,
        }
        if parsed.get_driver_name() in ("psycopg", "psycopg2"):
            options["connect_args"] = {"connect_timeout": max(2, round(timeout_seconds))}
        return sa.create_engine(parsed, pool_pre_ping=True, **options)
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ModuleNotFoundError) as error:
        raise SystemMisdescribed(f"{what} cannot use its database URL ({type(error).__name__}). Correct it.") from error


def limit_statement(connection: sa.Connection, timeout_seconds: float, until: float) -> None:
    """Make the database itself give up after the system's timeout, where it knows how to."""
    backend = connection.dialect.name
    if backend == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.set_progress_handler(lambda: monotonic_seconds() > until, SQLITE_STRIDE)
    elif backend == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {max(1, round(timeout_seconds * 1000))}")


def _sqlite(url: sa.URL, timeout_seconds: float) -> sa.Engine:
    # A new connection for each call costs a fraction of a millisecond and never reads a file that was replaced.
    engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args={"timeout": timeout_seconds})

    @sa.event.listens_for(engine, "do_connect")
    def refuse_missing_file(_dialect: object, _record: object, _args: object, _options: object) -> None:
        # SQLite would create an empty database and answer that it knows nobody.
        if url.database and url.database != ":memory:" and not Path(url.database).exists():
            raise sa.exc.InterfaceError(None, None, FileNotFoundError("the database file is missing"))

    @sa.event.listens_for(engine, "connect")
    def leave_transactions_to_us(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    @sa.event.listens_for(engine, "begin")
    def open_transaction(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("aboveloop_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
