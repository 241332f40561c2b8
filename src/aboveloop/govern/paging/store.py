"""The tables of pages and calls, with every query on them. A row is the timer: whoever comes by when it is due acts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.kit.database import Instant, Reader, Transaction, metadata

pages = sa.Table(
    "govern_pages",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("severity", sa.String, nullable=False),
    sa.Column("about", sa.String, nullable=False),
    sa.Column("raised_at", Instant, nullable=False),
    # How many levels have been called.
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("acknowledged_by", sa.String),
    sa.Column("acknowledged_at", Instant, index=True),
)
_p = pages.c
# Two processes that notice the same thing at once raise one page.
sa.Index(
    "uq_govern_pages_open",
    _p.about,
    unique=True,
    sqlite_where=_p.acknowledged_at.is_(None),
    postgresql_where=_p.acknowledged_at.is_(None),
)

# Who is called first about a page, instead of the first level of everybody's.
firsts = sa.Table(
    "govern_page_firsts",
    metadata,
    sa.Column("page_id", sa.ForeignKey("govern_pages.id"), primary_key=True),
    sa.Column("person_id", sa.String, primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
)

calls = sa.Table(
    "govern_page_calls",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("page_id", sa.ForeignKey("govern_pages.id"), nullable=False, index=True),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("person_id", sa.String, nullable=False),
    sa.Column("way", sa.JSON, nullable=False),
    # due | delivered | failed
    sa.Column("state", sa.String, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", Instant, nullable=False),
)
_c = calls.c


def insert_page(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(pages), values)


def insert_firsts(tx: Transaction, page_id: str, people: Sequence[str]) -> None:
    rows = [{"page_id": page_id, "person_id": person, "place": place} for place, person in enumerate(people)]
    if rows:
        tx.execute(sa.insert(firsts), rows)


def firsts_of(reader: Reader, page_id: str) -> list[str]:
    """Who is called first about it, in order."""
    found = sa.select(firsts.c.person_id).where(firsts.c.page_id == page_id).order_by(firsts.c.place)
    return [row.person_id for row in reader.all(found)]


def open_page(reader: Reader, about: str) -> Row[Any] | None:
    """The page about this that nobody has acknowledged."""
    return reader.first(sa.select(pages).where(_p.about == about, _p.acknowledged_at.is_(None)))


def page(reader: Reader, page_id: str) -> Row[Any] | None:
    return reader.first(sa.select(pages).where(_p.id == page_id))


def open_pages(reader: Reader) -> Sequence[Row[Any]]:
    """Those that nobody has acknowledged, oldest first."""
    return reader.all(sa.select(pages).where(_p.acknowledged_at.is_(None)).order_by(_p.raised_at, _p.id))


def acknowledge(tx: Transaction, page_id: str, *, by: str, at: datetime) -> bool:
    """False where somebody has already."""
    update = sa.update(pages).where(_p.id == page_id, _p.acknowledged_at.is_(None))
    return tx.execute(update.values(acknowledged_by=by, acknowledged_at=at)).rowcount == 1


def claim_level(tx: Transaction, page_id: str, level: int) -> bool:
    """Take on the next level; False where another process has, or somebody has acknowledged."""
    update = sa.update(pages).where(_p.id == page_id, _p.level == level, _p.acknowledged_at.is_(None))
    return tx.execute(update.values(level=level + 1)).rowcount == 1


def insert_call(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(calls), values)


def calls_of(reader: Reader, page_id: str) -> Sequence[Row[Any]]:
    return reader.all(sa.select(calls).where(_c.page_id == page_id).order_by(_c.level, _c.id))


def due_calls(reader: Reader, now: datetime) -> Sequence[Row[Any]]:
    """What is to be delivered now, of pages that nobody has acknowledged."""
    found = sa.select(calls).join(pages, pages.c.id == _c.page_id)
    due = found.where(_c.state == "due", _c.next_at <= now, _p.acknowledged_at.is_(None))
    return reader.all(due.order_by(_c.next_at, _c.id))


def claim_call(tx: Transaction, call_id: str, attempts: int, until: datetime) -> bool:
    """Take on one attempt until then; False where another process has."""
    update = sa.update(calls).where(_c.id == call_id, _c.state == "due", _c.attempts == attempts)
    return tx.execute(update.values(attempts=attempts + 1, next_at=until)).rowcount == 1


def set_call(tx: Transaction, call_id: str, values: Mapping[str, object]) -> None:
    tx.execute(sa.update(calls).where(_c.id == call_id).values(**values))
