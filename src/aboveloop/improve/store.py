"""Improvements and proposals as rows, with every query on them."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.kit.database import Instant, Reader, Transaction, metadata

improvements = sa.Table(
    "improvements",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    # The procedure that gets better; "" for what concerns all or none.
    sa.Column("procedure", sa.String, nullable=False),
    sa.Column("owner", sa.String, nullable=False),
    # What a week is worth, in minor units.
    sa.Column("value_weekly", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("link", sa.Text, nullable=False),
    sa.Column("release", sa.String(64)),
    sa.Column("due", sa.String(10)),
    sa.Column("blocked", sa.Text, nullable=False, server_default=""),
    sa.Column("because", sa.Text, nullable=False, server_default=""),
    sa.Column("created_by", sa.String, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
)
_i = improvements.c

# What the house proposes by itself. The key says what it is about, so that nothing is proposed twice.
proposals = sa.Table(
    "improvement_proposals",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("procedure", sa.String, nullable=False),
    sa.Column("link", sa.Text, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("cases", sa.JSON, nullable=False),
    # open | accepted | dismissed | gone: what is gone was seen and is no longer so
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("found_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("answered_by", sa.String),
    sa.Column("answered_at", Instant),
    sa.Column("because", sa.Text, nullable=False, server_default=""),
    sa.Column("improvement", sa.String),
)
_p = proposals.c


def insert(tx: Transaction, row: Mapping[str, object]) -> None:
    tx.execute(sa.insert(improvements), row)


def update(tx: Transaction, id_: str, values: Mapping[str, object], *, standing: str) -> bool:
    """False where the improvement no longer stands there: somebody else moved it first."""
    found = sa.update(improvements).where(_i.id == id_, _i.state == standing).values(**values).returning(_i.id)
    return tx.execute(found).first() is not None


def one(reader: Reader, id_: str) -> Row[Any] | None:
    return reader.first(sa.select(improvements).where(_i.id == id_))


def every(reader: Reader) -> list[Row[Any]]:
    """What is worth most a week first; of equal worth, the oldest."""
    return list(reader.all(sa.select(improvements).order_by(_i.value_weekly.desc(), _i.created_at, _i.id)))


def proposal(reader: Reader, key: str) -> Row[Any] | None:
    return reader.first(sa.select(proposals).where(_p.key == key))


def every_proposal(reader: Reader) -> list[Row[Any]]:
    """The longest known first."""
    return list(reader.all(sa.select(proposals).order_by(_p.found_at, _p.key)))


def insert_proposal(tx: Transaction, row: Mapping[str, object]) -> bool:
    """False where it was proposed before."""
    return tx.add(proposals, row)


def update_proposal(tx: Transaction, key: str, values: Mapping[str, object], *, standing: tuple[str, ...]) -> bool:
    """False where the proposal stands in none of these states any more."""
    found = sa.update(proposals).where(_p.key == key, _p.state.in_(standing)).values(**values).returning(_p.key)
    return tx.execute(found).first() is not None
