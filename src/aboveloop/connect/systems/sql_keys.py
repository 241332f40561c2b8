"""The keys of writes, kept in the system's own database: the same key is performed once and answers the same."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from aboveloop.connect.errors import SystemRefused
from aboveloop.kit.canonical import digest

# The longest that every database takes as a primary key in its widest character set.
LONGEST_KEY = 190

_tables = sa.MetaData()
keys = sa.Table(
    "aboveloop_keys",
    _tables,
    sa.Column("write_key", sa.String(LONGEST_KEY), primary_key=True),
    sa.Column("request", sa.String(64), nullable=False),
    sa.Column("answer", sa.Text, nullable=True),
)


@dataclass(frozen=True)
class Earlier:
    """The answer that was given when this key was performed."""

    answer: Any


class KeysChanged(Exception):
    """Somebody else has just taken the same key, or the table is gone: the transaction has to begin again."""


def need_keys(connection: sa.Connection) -> None:
    """Create the table where it is missing, and commit."""
    if has_keys(connection):
        return
    try:
        connection.execute(CreateTable(keys, if_not_exists=True))
        connection.commit()
    except sa.exc.DBAPIError:
        # Two houses that create it at the same moment get in each other's way even with "if not exists".
        connection.rollback()
        if not has_keys(connection):
            raise


def has_keys(connection: sa.Connection) -> bool:
    return sa.inspect(connection).has_table(keys.name)


def request_digest(operation: str, args: Mapping[str, Any]) -> str:
    return digest({"operation": operation, "args": dict(args)})


def earlier_answer(connection: sa.Connection, name: str, key: str, request: str) -> Earlier | None:
    """What this key was answered before, None for a new key. Raises SystemRefused for another request's key."""
    row = connection.execute(sa.select(keys.c.request, keys.c.answer).where(keys.c.write_key == key)).first()
    if row is None:
        return None
    if row.request != request:
        words = f"the key {key} was used for another request"
        raise SystemRefused(f"{name} was not performed: {words}.", words=words)
    return Earlier(json.loads(row.answer))


def take_key(connection: sa.Connection, key: str, request: str) -> None:
    """Claim the key within the transaction. Raises KeysChanged where somebody else committed it meanwhile."""
    try:
        connection.execute(sa.insert(keys).values(write_key=key, request=request, answer=None))
    except sa.exc.IntegrityError as error:
        raise KeysChanged from error


def keep_answer(connection: sa.Connection, key: str, answer: Any) -> None:
    connection.execute(sa.update(keys).where(keys.c.write_key == key).values(answer=json.dumps(answer)))
