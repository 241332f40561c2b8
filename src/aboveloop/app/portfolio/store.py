"""Candidates and drafts of charters as rows, with every query on them."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Row

from aboveloop.kit.database import Instant, Reader, Transaction, metadata

candidates = sa.Table(
    "candidates",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),
    # The history that it was seen in, and what the radar said of it there; "" for what was added by hand.
    sa.Column("history", sa.String, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
drafts = sa.Table(
    "charter_drafts",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
)


def put(tx: Transaction, table: sa.Table, row: Mapping[str, object]) -> None:
    """Write it, in the place of the one of the same name if there is one."""
    to = postgresql.insert if tx.is_postgres else sqlite.insert
    statement = to(table).values(**row)
    others = {name: statement.excluded[name] for name in row if name != "name"}
    tx.execute(statement.on_conflict_do_update(index_elements=["name"], set_=others))


def every(reader: Reader, table: sa.Table) -> list[Row[Any]]:
    """By name."""
    return list(reader.all(sa.select(table).order_by(table.c.name)))


def one(reader: Reader, table: sa.Table, name: str) -> Row[Any] | None:
    return reader.first(sa.select(table).where(table.c.name == name))


def drop(tx: Transaction, table: sa.Table, name: str) -> bool:
    """Whether there was one."""
    return tx.execute(sa.delete(table).where(table.c.name == name).returning(table.c.name)).first() is not None
