"""One row for each person, case and hour in which they looked, one for each page, role and day, and every query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.kit.database import Instant, Reader, Transaction, metadata

looks = sa.Table(
    "personal_looks",
    metadata,
    sa.Column("who", sa.String, primary_key=True),
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("hour", Instant, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("through", sa.String, nullable=False),
    sa.Column("what", sa.String, nullable=False),
    sa.Index("ix_personal_looks_case", "case_id", "at"),
    sa.Index("ix_personal_looks_at", "at"),
)
_l = looks.c
# How often a page was opened on a day (of the operation's time zone) by people of a role; nobody is named.
page_looks = sa.Table(
    "page_looks",
    metadata,
    sa.Column("page", sa.String, primary_key=True),
    sa.Column("role", sa.String, primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Index("ix_page_looks_day", "day"),
)
_p = page_looks.c


@dataclass(frozen=True)
class Wanted:
    """Which looks to list; None is all."""

    who: str | None = None
    case: str | None = None


def looked_at(reader: Reader, who: str, case_ids: Collection[str], hour: datetime) -> frozenset[str]:
    """Those of the cases at which `who` has looked in this hour already."""
    found = sa.select(_l.case_id).where(_l.who == who, _l.hour == hour, _l.case_id.in_(case_ids))
    return frozenset(row.case_id for row in reader.all(found))


def insert_look(tx: Transaction, values: dict[str, object]) -> bool:
    """False when another request of the same hour was first."""
    return tx.add(looks, values)


def find_looks(reader: Reader, wanted: Wanted, *, limit: int, offset: int) -> Sequence[Row[Any]]:
    """The latest first."""
    found = sa.select(looks).where(*_conditions(wanted)).order_by(_l.at.desc(), _l.case_id.desc())
    return reader.all(found.limit(limit).offset(offset))


def count_looks(reader: Reader, wanted: Wanted) -> int:
    return int(reader.value(sa.select(sa.func.count()).select_from(looks).where(*_conditions(wanted))) or 0)


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    given = {_l.who: wanted.who, _l.case_id: wanted.case}
    return [column == value for column, value in given.items() if value is not None]


def first_page_day(reader: Reader) -> str | None:
    """The first day on which a page was counted."""
    found = reader.value(sa.select(sa.func.min(_p.day)))
    return None if found is None else str(found)


def count_page(tx: Transaction, page: str, role: str, day: str) -> bool:
    """One look more; True when it is the first of this role on this day."""
    first = tx.add(page_looks, {"page": page, "role": role, "day": day, "times": 1})
    if not first:
        here = sa.and_(_p.page == page, _p.role == role, _p.day == day)
        tx.execute(sa.update(page_looks).where(here).values(times=_p.times + 1))
    return first


def pages_since(reader: Reader, day: str) -> Sequence[Row[Any]]:
    return reader.all(sa.select(page_looks).where(_p.day >= day))


def forget_pages(tx: Transaction, before: str) -> None:
    tx.execute(sa.delete(page_looks).where(_p.day < before))
