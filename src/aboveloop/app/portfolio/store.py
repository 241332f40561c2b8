"""Candidates and drafts of charters as rows, with every query on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.journey.store import cases
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


@dataclass(frozen=True)
class Ended:
    """A live case that has ended; `by_people`: it was given to people on its way."""

    opened_at: datetime
    ended_at: datetime
    intent: str
    outcome: str
    by_people: bool


def ended(reader: Reader, procedures: Sequence[str], since: datetime) -> list[Ended]:
    """The cases of these procedures that began since then and have ended."""
    c = cases.c
    found = sa.select(c.opened_at, c.resolved_at, c.intent, c.outcome, c.handed_over_at)
    found = found.where(c.procedure.in_(procedures), c.opened_at >= since, c.resolved_at.is_not(None))
    return [
        Ended(row.opened_at, row.resolved_at, row.intent or "", row.outcome or "", row.handed_over_at is not None)
        for row in reader.all(found)
    ]


def every(reader: Reader, table: sa.Table) -> list[Row[Any]]:
    """By name."""
    return list(reader.all(sa.select(table).order_by(table.c.name)))


def one(reader: Reader, table: sa.Table, name: str) -> Row[Any] | None:
    return reader.first(sa.select(table).where(table.c.name == name))


def keep_draft(tx: Transaction, values: Mapping[str, object], *, seen: Any) -> bool:
    """Write a draft down over the body that was `seen`, None where there was none; False where it is another by now."""
    row = tx.first(sa.select(drafts).where(drafts.c.name == values["name"]).with_for_update())
    if row is None or seen is None:
        return row is None and seen is None and tx.add(drafts, values)
    if row.body != seen:
        return False
    tx.execute(sa.update(drafts).where(drafts.c.name == values["name"]).values(**values))
    return True


def drop(tx: Transaction, table: sa.Table, name: str) -> bool:
    """Whether there was one."""
    return tx.execute(sa.delete(table).where(table.c.name == name).returning(table.c.name)).first() is not None
