"""Joins: which records of customers people took for one customer, and until when."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.journey.store import cases, contact_points, customers
from aboveloop.kit.database import Instant, Reader, Transaction, metadata

joins = sa.Table(
    "customer_joins",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("one", sa.ForeignKey("customers.id"), nullable=False, index=True),
    sa.Column("other", sa.ForeignKey("customers.id"), nullable=False, index=True),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("ended_at", Instant, index=True),
    sa.Column("ended_by", sa.String),
)


def insert(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(joins).values(values))


def standing(reader: Reader, members: Collection[str]) -> Sequence[Row[Any]]:
    """The joins of these records that hold, oldest first."""
    touches = joins.c.one.in_(members) | joins.c.other.in_(members)
    return reader.all(sa.select(joins).where(touches, joins.c.ended_at.is_(None)).order_by(joins.c.at, joins.c.id))


def end(tx: Transaction, join_id: str, *, by: str, at: datetime) -> bool:
    """False where it had ended already."""
    ended = tx.execute(
        sa.update(joins).where(joins.c.id == join_id, joins.c.ended_at.is_(None)).values(ended_at=at, ended_by=by)
    )
    return bool(ended.rowcount)


def blank(tx: Transaction, members: Collection[str]) -> None:
    """The reasons may name somebody who is erased."""
    touches = joins.c.one.in_(members) | joins.c.other.in_(members)
    tx.execute(sa.update(joins).where(touches).values(because="(erased)"))


def records(reader: Reader, only: Collection[str] | None = None) -> Sequence[Row[Any]]:
    """Every customer who is not erased and was not found to be another, with their contact points, one a row."""
    query = (
        sa.select(customers.c.id, customers.c.known_as, contact_points.c.channel, contact_points.c.address)
        .join(contact_points, contact_points.c.customer_id == customers.c.id)
        .where(customers.c.erased_at.is_(None), customers.c.merged_into.is_(None))
        .order_by(customers.c.id, contact_points.c.id)
    )
    return reader.all(query if only is None else query.where(customers.c.id.in_(only)))


def count_records(reader: Reader) -> int:
    query = sa.select(sa.func.count()).where(customers.c.erased_at.is_(None), customers.c.merged_into.is_(None))
    return int(reader.value(query) or 0)


def memories(reader: Reader, only: Collection[str] | None = None) -> Sequence[Row[Any]]:
    """What the runs of each customer's cases remember."""
    query = sa.select(cases.c.customer_id, cases.c.memory).order_by(cases.c.customer_id, cases.c.id)
    return reader.all(query if only is None else query.where(cases.c.customer_id.in_(only)))
