"""Systems reached as a database: one statement for each operation, writes with their key in the same transaction."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from aboveloop.connect.errors import SystemMisdescribed
from aboveloop.connect.systems.port import said_no, with_key
from aboveloop.connect.systems.sql_engines import engine_of, limit_statement
from aboveloop.connect.systems.sql_faults import explained
from aboveloop.connect.systems.sql_keys import (
    Earlier,
    KeysChanged,
    earlier_answer,
    has_keys,
    keep_answer,
    need_keys,
    request_digest,
    take_key,
)
from aboveloop.connect.systems.sql_values import answer_of_rows
from aboveloop.connect.systems.surroundings import Surroundings
from aboveloop.connect.systems.tables import TablePage, as_row
from aboveloop.kit.clock import monotonic_seconds
from aboveloop.operation.system_models import System, SystemOperation


class SqlPort:
    """A database whose statements stand in the operation folder. Arguments are always bound, never written in."""

    def __init__(self, system: System, surroundings: Surroundings) -> None:
        what = f"The system {system.system}"
        if not system.reach.url:
            raise SystemMisdescribed(f"{what} is reached by SQL but has no `url`. Give one, such as sqlite:///file.db.")
        self._name = system.system
        self._timeout = system.reach.timeout_seconds
        self._engine = engine_of(what, surroundings.fill(system.reach.url, what=what), self._timeout)
        self._has_keys = False

    def call(self, operation: str, spec: SystemOperation, args: Mapping[str, Any], *, key: str | None) -> Any:
        name = f"{self._name}.{operation}"
        if not spec.statement:
            raise SystemMisdescribed(f"{name} has no `statement`, so there is nothing to execute. Write one.")
        values = _bound(spec, with_key(spec, args, key))
        if spec.kind != "write":
            return self._read(name, spec, values)
        if key is None:
            with self._connection(name, spec) as work:
                return self._committed(work, _performed(name, spec, work.connection, values))
        try:
            return self._write(name, spec, values, key, request_digest(operation, args))
        except KeysChanged:
            return self._write(name, spec, values, key, request_digest(operation, args))

    def page(self, page: TablePage) -> list[dict[str, Any]]:
        """The next rows of a table. Raises SystemUnavailable and SystemRefused as a read does."""
        spec = SystemOperation(kind="read")
        with self._connection(f"{self._name}.{page.table}", spec) as work:
            return [as_row(dict(row)) for row in work.connection.execute(page.statement()).mappings()]

    def close(self) -> None:
        self._engine.dispose()

    def _read(self, name: str, spec: SystemOperation, values: Mapping[str, Any]) -> Any:
        with self._connection(name, spec) as work:
            rows = work.connection.execute(sa.text(spec.statement or ""), values).mappings().all()
        # Nothing is ever committed here, so that a "read" which writes leaves nothing behind.
        return answer_of_rows(name, spec, [dict(row) for row in rows])

    def _write(self, name: str, spec: SystemOperation, values: Mapping[str, Any], key: str, request: str) -> Any:
        """Perform with the key in the same transaction. Raises KeysChanged where that must begin again."""
        if not self._has_keys:
            with self._connection(name, spec) as work:
                need_keys(work.connection)
            self._has_keys = True
        with self._connection(name, spec) as work:
            earlier = self._earlier(work.connection, name, key, request)
            if earlier is not None:
                return earlier.answer
            take_key(work.connection, key, request)
            answer = _performed(name, spec, work.connection, values)
            keep_answer(work.connection, key, answer)
            return self._committed(work, answer)

    def _earlier(self, connection: sa.Connection, name: str, key: str, request: str) -> Earlier | None:
        try:
            return earlier_answer(connection, name, key, request)
        except sa.exc.DBAPIError:
            with self._engine.connect() as another:
                if has_keys(another):
                    raise
            # The database was restored from before the first write, and the table went with it.
            self._has_keys = False
            raise KeysChanged from None

    def _committed(self, work: "_Work", answer: Any) -> Any:
        work.is_committing = True
        work.connection.commit()
        return answer

    @contextmanager
    def _connection(self, name: str, spec: SystemOperation) -> Iterator["_Work"]:
        """A connection whose troubles are told in our words; what is not committed in it has not happened."""
        until = monotonic_seconds() + self._timeout
        work: _Work | None = None
        writes = {"aboveloop_writes": spec.kind == "write"}
        try:
            with self._engine.connect().execution_options(**writes) as connection:
                work = _Work(connection)
                limit_statement(connection, self._timeout, until)
                yield work
        except sa.exc.SQLAlchemyError as error:
            committing = work is not None and work.is_committing
            too_late = monotonic_seconds() >= until
            raise explained(
                name, spec, error, timeout=self._timeout, too_late=too_late, committing=committing
            ) from error


class _Work:
    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.is_committing = False


def _performed(name: str, spec: SystemOperation, connection: sa.Connection, values: Mapping[str, Any]) -> Any:
    """Execute a write. Its rows where it returns some, else how many it changed; none changed is a refusal."""
    result = connection.execute(sa.text(spec.statement or ""), values)
    if result.returns_rows:
        rows = [dict(row) for row in result.mappings().all()]
        if not rows:
            raise said_no(name, spec, "no record fits")
        return answer_of_rows(name, spec, rows)
    if result.rowcount == 0:
        raise said_no(name, spec, "no record fits")
    return {"changed": result.rowcount}


def _bound(spec: SystemOperation, args: Mapping[str, Any]) -> dict[str, Any]:
    """The values for the statement's parameters: null for what was left out, JSON text for lists and objects."""
    given = {name: args.get(name) for name in {*spec.arguments, *args}}
    return {name: json.dumps(value) if isinstance(value, list | dict) else value for name, value in given.items()}
