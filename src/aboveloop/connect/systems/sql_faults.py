"""What a database's error means: the system is away, too slow, said no, or the folder's statement is wrong."""

import sqlite3

import sqlalchemy as sa

from aboveloop.connect.errors import SystemMisdescribed
from aboveloop.connect.systems.port import is_down, said_no, shortened, was_slow
from aboveloop.kit.errors import AboveloopError
from aboveloop.operation.system_models import SystemOperation


def explained(
    name: str, spec: SystemOperation, error: sa.exc.SQLAlchemyError, *, timeout: float, too_late: bool, committing: bool
) -> AboveloopError:
    """The error to raise. Only while committing is it unknown whether a write happened: all else is rolled back."""
    if isinstance(error, sa.exc.TimeoutError):
        return was_slow(name, spec, timeout, may_have_happened=False)
    if not isinstance(error, sa.exc.DBAPIError):
        return SystemMisdescribed(f"{name} cannot be executed: {shortened(str(error))}. Correct its statement.")
    words = shortened(str(error.orig).split("\n")[0])
    if _is_wrong_statement(error):
        return SystemMisdescribed(f"{name} cannot be executed: {words}. Correct its statement.")
    if isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError) or error.connection_invalidated:
        if too_late or _was_cancelled(error):
            return was_slow(name, spec, timeout, may_have_happened=committing)
        return is_down(name, spec, words, may_have_happened=committing)
    return said_no(name, spec, words)


def _is_wrong_statement(error: sa.exc.DBAPIError) -> bool:
    if isinstance(error, sa.exc.ProgrammingError):
        return not error.connection_invalidated
    # SQLite calls an unknown table or a fault of grammar operational; its plain code tells them apart.
    is_plain = isinstance(error.orig, sqlite3.OperationalError) and error.orig.sqlite_errorcode == sqlite3.SQLITE_ERROR
    return bool(is_plain)


def _was_cancelled(error: sa.exc.DBAPIError) -> bool:
    """PostgreSQL's code for a statement that outlived its timeout."""
    return getattr(error.orig, "sqlstate", None) == "57014"
