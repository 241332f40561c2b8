"""What KPIs were worth and when they fell out of tolerance, as rows, with every query on them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.kit.database import Instant, Reader, Transaction, metadata

_Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")

# One row for each time that a KPI was measured or written down. `by` is house or person:ID.
values = sa.Table(
    "kpi_values",
    metadata,
    sa.Column("id", _Number, primary_key=True, autoincrement=True),
    sa.Column("kpi", sa.String, nullable=False),
    sa.Column("value", sa.Float),
    sa.Column("part", sa.Integer, nullable=False),
    sa.Column("cases", sa.Integer, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_kpi_values_kpi", "kpi", "id"),
)
_v = values.c

# One row for each time that a KPI fell out of tolerance, until it is back within.
breaches = sa.Table(
    "kpi_breaches",
    metadata,
    sa.Column("id", _Number, primary_key=True, autoincrement=True),
    sa.Column("kpi", sa.String, nullable=False),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
)
_b = breaches.c
_is_open = _b.closed_at.is_(None)
# A KPI is out of tolerance once at a time.
sa.Index("uq_kpi_breaches_open", _b.kpi, unique=True, sqlite_where=_is_open, postgresql_where=_is_open)


def insert_value(tx: Transaction, row: Mapping[str, object]) -> None:
    tx.execute(sa.insert(values), row)


def latest(reader: Reader) -> dict[str, Row[Any]]:
    """By KPI, what was written last."""
    newest = sa.select(sa.func.max(_v.id)).group_by(_v.kpi)
    return {row.kpi: row for row in reader.all(sa.select(values).where(_v.id.in_(newest)))}


def history(reader: Reader, kpi: str, *, limit: int) -> list[Row[Any]]:
    """The newest first."""
    return list(reader.all(sa.select(values).where(_v.kpi == kpi).order_by(_v.id.desc()).limit(limit)))


def values_since(reader: Reader, kpi: str, since: datetime) -> list[Row[Any]]:
    """The oldest first."""
    return list(reader.all(sa.select(values).where(_v.kpi == kpi, _v.at >= since).order_by(_v.id)))


def forget_before(tx: Transaction, before: datetime) -> None:
    """Remove what the house measured before then; what people wrote down stays."""
    tx.execute(sa.delete(values).where(_v.at < before, _v.by == "house"))


def open_breaches(reader: Reader) -> dict[str, Row[Any]]:
    """By KPI, the breach that is open."""
    return {row.kpi: row for row in reader.all(sa.select(breaches).where(_is_open))}


def open_breach(tx: Transaction, row: Mapping[str, object]) -> None:
    tx.execute(sa.insert(breaches), row)


def close_breach(tx: Transaction, kpi: str, now: datetime) -> None:
    tx.execute(sa.update(breaches).where(_b.kpi == kpi, _is_open).values(closed_at=now))
