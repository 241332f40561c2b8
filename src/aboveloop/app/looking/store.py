"""One row for each person, case and hour in which they looked, and every query on them."""

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
