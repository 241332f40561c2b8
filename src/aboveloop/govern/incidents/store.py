"""The tables of incidents, what they touched and how it is put right, with every query on them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.kit.database import Instant, Reader, Transaction, metadata

incidents = sa.Table(
    "govern_incidents",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("severity", sa.String, nullable=False),
    sa.Column("scope", sa.JSON, nullable=False),
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("commander", sa.String, nullable=False),
    sa.Column("security", sa.String, nullable=False),
    sa.Column("communications", sa.String, nullable=False),
    sa.Column("found_by", sa.Text, nullable=False),
    sa.Column("opened_by", sa.String, nullable=False),
    sa.Column("reported_at", Instant, nullable=False),
    sa.Column("opened_at", Instant, nullable=False, index=True),
    sa.Column("stopped_at", Instant),
    sa.Column("contained_at", Instant),
    sa.Column("corrected_at", Instant),
    sa.Column("reconciled_at", Instant),
    sa.Column("reviewed_at", Instant),
    sa.Column("closed_at", Instant, index=True),
    sa.Column("pauses", sa.JSON, nullable=False),
    sa.Column("yardstick", sa.String),
    sa.Column("scenario", sa.Text),
    sa.Column("fixed_release", sa.String),
)
_i = incidents.c

touched = sa.Table(
    "govern_incident_touched",
    metadata,
    sa.Column("incident_id", sa.ForeignKey("govern_incidents.id"), primary_key=True),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("case_id", sa.String, nullable=False),
    sa.Column("customer_id", sa.String, nullable=False),
    sa.Column("operation", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("amount", sa.BigInteger),
    sa.Column("verdict", sa.String, nullable=False),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("lawful_amount", sa.BigInteger),
    sa.Column("accepted_by", sa.String),
    sa.Column("accepted_because", sa.Text, nullable=False, server_default=""),
)
_t = touched.c

repairs = sa.Table(
    "govern_incident_repairs",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("incident_id", sa.ForeignKey("govern_incidents.id"), nullable=False, index=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("touched_key", sa.String, nullable=False),
    sa.Column("case_id", sa.String, nullable=False),
    sa.Column("customer_id", sa.String, nullable=False, index=True),
    sa.Column("operation", sa.String, nullable=False),
    sa.Column("args", sa.JSON, nullable=False),
    sa.Column("effect_key", sa.String, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("approval_id", sa.String, index=True),
    sa.Column("proposed_at", Instant, nullable=False),
    sa.Column("settled_at", Instant),
)
_r = repairs.c

# A list longer than this is looked through by its steps, not by eye.
LISTED = 200


def insert_incident(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(incidents), values)


def update_incident(tx: Transaction, incident_id: str, values: Mapping[str, object]) -> None:
    tx.execute(sa.update(incidents).where(_i.id == incident_id).values(**values))


def mark(tx: Transaction, incident_id: str, instant: str, at: datetime) -> bool:
    """Set an instant once; False where it was set before."""
    update = sa.update(incidents).where(_i.id == incident_id, _i[instant].is_(None)).values({instant: at})
    return tx.execute(update).rowcount == 1


def incident(reader: Reader, incident_id: str) -> Row[Any] | None:
    return reader.first(sa.select(incidents).where(_i.id == incident_id))


def lock_incident(tx: Transaction, incident_id: str) -> Row[Any] | None:
    """The incident; nobody else changes it until the transaction ends. SQLite's writers queue anyway."""
    return tx.first(sa.select(incidents).where(_i.id == incident_id).with_for_update())


def all_incidents(reader: Reader, *, only_open: bool) -> Sequence[Row[Any]]:
    """The newest first, at most LISTED; the open ones are never cut off."""
    found = sa.select(incidents).order_by(_i.opened_at.desc(), _i.id.desc())
    return reader.all(found.where(_i.closed_at.is_(None)) if only_open else found.limit(LISTED))


def replace_touched(tx: Transaction, incident_id: str, rows: Sequence[Mapping[str, object]]) -> None:
    """What was found now stands in place of what was found before."""
    tx.execute(sa.delete(touched).where(_t.incident_id == incident_id))
    if rows:
        tx.execute(sa.insert(touched), [{"incident_id": incident_id, **row} for row in rows])


def accept(tx: Transaction, incident_id: str, key: str, *, by: str, because: str) -> bool:
    """False where the incident has not touched that action."""
    update = sa.update(touched).where(_t.incident_id == incident_id, _t.key == key)
    return tx.execute(update.values(accepted_by=by, accepted_because=because)).rowcount == 1


def touched_by(reader: Reader, incident_id: str) -> Sequence[Row[Any]]:
    """In the order in which they were done."""
    return reader.all(sa.select(touched).where(_t.incident_id == incident_id).order_by(_t.at, _t.key))


def insert_repair(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(repairs), values)


def update_repair(tx: Transaction, repair_id: str, values: Mapping[str, object]) -> None:
    tx.execute(sa.update(repairs).where(_r.id == repair_id).values(**values))


def settle_repair(tx: Transaction, repair_id: str, *, state: str, because: str, at: datetime) -> bool:
    """End a repair that waits; False where it has ended already."""
    update = sa.update(repairs).where(_r.id == repair_id, _r.state == "waiting")
    return tx.execute(update.values(state=state, because=because, settled_at=at)).rowcount == 1


def repair(reader: Reader, repair_id: str) -> Row[Any] | None:
    return reader.first(sa.select(repairs).where(_r.id == repair_id))


def repair_of_approval(reader: Reader, approval_id: str) -> Row[Any] | None:
    return reader.first(sa.select(repairs).where(_r.approval_id == approval_id))


def repairs_of(reader: Reader, incident_id: str) -> Sequence[Row[Any]]:
    """In the order in which they were proposed."""
    return reader.all(sa.select(repairs).where(_r.incident_id == incident_id).order_by(_r.proposed_at, _r.id))


def blank_repairs(tx: Transaction, customer_id: str) -> None:
    """Remove what is personal in the repairs for a customer; that there were any stays."""
    tx.execute(sa.update(repairs).where(_r.customer_id == customer_id).values(args={}))
