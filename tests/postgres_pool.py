"""PostgreSQL databases for tests, emptied and used again: making and dropping all tables takes a second and more."""

import uuid

import psycopg
import sqlalchemy as sa
from psycopg import sql

from aboveloop.kit.database import metadata

# With more rows than these, or with the durable engine's tables, whose threads may still write, a new one is cleaner.
_MOST_ROWS = 5_000
_LIMIT_SECONDS = 5


class Pool:
    """The databases of one process. `server` is the URL of a database on the server; others are made beside it."""

    def __init__(self, server: str) -> None:
        self.server = sa.make_url(server)
        self.free: list[str] = []

    def take(self) -> str:
        """The name of an empty database; some tables may stand in it, without rows."""
        return self.free.pop() if self.free else self._made()

    def url(self, name: str) -> str:
        return self.server.set(database=name).render_as_string(hide_password=False)

    def give_back(self, name: str) -> None:
        try:
            with self._open(name) as connection:
                emptied = _emptied(connection)
        except psycopg.OperationalError:
            emptied = False
        if emptied:
            self.free.append(name)
        else:
            self._drop(name)

    def close(self) -> None:
        while self.free:
            self._drop(self.free.pop())

    def _made(self) -> str:
        name = f"aboveloop_test_{uuid.uuid4().hex[:12]}"
        with self._open() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            # A crash of the server is not what these tests are about, and the disk need not be waited for.
            connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name)))
        return name

    def _drop(self, name: str) -> None:
        with self._open() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _open(self, name: str | None = None) -> "psycopg.Connection[tuple[object, ...]]":
        url = self.server.set(drivername="postgresql", database=name or self.server.database)
        return psycopg.connect(
            url.render_as_string(hide_password=False), autocommit=True, connect_timeout=_LIMIT_SECONDS
        )


def _emptied(connection: "psycopg.Connection[tuple[object, ...]]") -> bool:
    """Whether only our own tables stood there, none was altered, and all are empty now."""
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    columns: dict[str, set[str]] = {}
    for schema, table, column in connection.execute(
        "SELECT table_schema, table_name, column_name FROM information_schema.columns"
        " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
    ):
        columns.setdefault(f"{table}" if schema == "public" else f"{schema}.{table}", set()).add(str(column))
    for name, found in columns.items():
        known = metadata.tables.get(name)
        if known is None or {column.name for column in known.columns} != found:
            return False
    if not columns:
        return True
    holds = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier(name))
        for name in columns
    )
    full = [str(name) for (name,) in connection.execute(holds)]
    rows = 0
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        for name in full:
            rows += connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name))).rowcount
        connection.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)"
            " FROM pg_sequences WHERE last_value IS NOT NULL"
        )
    return rows <= _MOST_ROWS
