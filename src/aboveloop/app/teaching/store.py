"""What teaching keeps (reports, frozen sets, watches, nights) and what it asks of the tables of other rooms."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.journey.store import cases, messages
from aboveloop.kit.database import Instant, Reader, Transaction, metadata
from aboveloop.ledger.store import ledger_entries
from aboveloop.work.privacy.store import ERASED

READ, RECEIVED = "MessageRead", "MessageReceived"
# Names in one statement: SQLite takes some thousand.
AT_ONCE = 500

reports = sa.Table(
    "teaching_reports",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    # health | learning
    sa.Column("kind", sa.String, nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("release", sa.String, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)
frozen_sets = sa.Table(
    "teaching_frozen_sets",
    metadata,
    sa.Column("digest", sa.String, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    # Rows from corrections name their entry and hold no text: it is opened with the customer's key, or gone.
    sa.Column("rows", sa.JSON, nullable=False),
)
watches = sa.Table(
    "teaching_watches",
    metadata,
    sa.Column("release", sa.String, primary_key=True),
    sa.Column("reference", sa.JSON, nullable=False),
    # The next leaf of the ledger to look at, and the evidence added up so far.
    sa.Column("leaf", sa.BigInteger, nullable=False),
    sa.Column("state", sa.JSON, nullable=False),
    sa.Column("looked_at", Instant, nullable=False),
)
nights = sa.Table(
    "teaching_nights",
    metadata,
    sa.Column("day", sa.String, primary_key=True),
    sa.Column("taken_by", sa.String, nullable=False),
    sa.Column("taken_at", Instant, nullable=False),
    sa.Column("done", sa.JSON, nullable=False),
    sa.Column("finished_at", Instant),
)

_e, _m, _c = ledger_entries.c, messages.c, cases.c


@dataclass(frozen=True)
class Reading:
    """A message as it was read, without its words. `asked`: it answered a question."""

    entry: str
    case_id: str
    customer_id: str
    release: str
    at: datetime
    message: str
    intent: str
    confidence: float
    asked: bool
    leaf: int | None = None


def readings_since(reader: Reader, since: datetime) -> list[Reading]:
    """In the order in which they were written."""
    found = sa.select(ledger_entries).where(_e.kind == READ, _e.at >= since).order_by(_e.position)
    return [_reading(row) for row in reader.all(found)]


def readings_sealed(reader: Reader, release: str, low: int, *, limit: int) -> list[Reading]:
    """Readings of a release at leaves from `low` on: sealed entries never change, and none comes before them."""
    found = sa.select(ledger_entries).where(_e.kind == READ, _e.release == release, _e.leaf >= low)
    return [_reading(row) for row in reader.all(found.order_by(_e.leaf).limit(limit))]


def texts_of(reader: Reader, message_ids: Collection[str]) -> dict[str, str]:
    """What these messages say, as far as it is kept."""
    names = sorted(message_ids)
    found: dict[str, str] = {}
    for begin in range(0, len(names), AT_ONCE):
        query = sa.select(_m.id, _m.text).where(_m.id.in_(names[begin : begin + AT_ONCE]), _m.text != ERASED)
        found |= {row.id: row.text for row in reader.all(query)}
    return found


def channels_of(reader: Reader, case_ids: Collection[str]) -> dict[str, str]:
    """The channel that each message of these cases came over; what was spoken in a chat came by voice."""
    names = sorted(case_ids)
    found: dict[str, str] = {}
    for begin in range(0, len(names), AT_ONCE):
        query = sa.select(_e.body).where(_e.kind == RECEIVED, _e.case_id.in_(names[begin : begin + AT_ONCE]))
        for row in reader.all(query):
            body = json.loads(row.body)
            found[body["message"]] = body["channel"]
    return found


def cases_named(reader: Reader, case_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Outcome, intent, procedure and hand-over of these cases."""
    names = sorted(case_ids)
    found: dict[str, Row[Any]] = {}
    columns = (_c.id, _c.outcome, _c.intent, _c.procedure, _c.handed_over_at, _c.customer_id)
    for begin in range(0, len(names), AT_ONCE):
        query = sa.select(*columns).where(_c.id.in_(names[begin : begin + AT_ONCE]))
        found |= {row.id: row for row in reader.all(query)}
    return found


def cases_opened(reader: Reader, since: datetime) -> Sequence[Row[Any]]:
    """Procedure, day of opening and hand-over of the cases opened since then."""
    query = sa.select(_c.id, _c.procedure, _c.opened_at, _c.handed_over_at).where(_c.opened_at >= since)
    return reader.all(query)


def add_report(tx: Transaction, values: Mapping[str, Any]) -> None:
    tx.execute(sa.insert(reports).values(**values))


def latest_report(reader: Reader, kind: str) -> Row[Any] | None:
    found = sa.select(reports).where(reports.c.kind == kind).order_by(reports.c.at.desc(), reports.c.id.desc())
    return reader.first(found.limit(1))


def add_frozen(tx: Transaction, values: Mapping[str, Any]) -> bool:
    """False where this very set is there already."""
    return tx.add(frozen_sets, values)


def every_frozen(reader: Reader) -> Sequence[Row[Any]]:
    """The newest first."""
    return reader.all(sa.select(frozen_sets).order_by(frozen_sets.c.at.desc(), frozen_sets.c.digest))


def watch_of(reader: Reader, release: str) -> Row[Any] | None:
    return reader.first(sa.select(watches).where(watches.c.release == release))


def begin_watch(tx: Transaction, values: Mapping[str, Any]) -> bool:
    """False where another process has begun it."""
    return tx.add(watches, values)


def move_watch(tx: Transaction, release: str, leaf: int, values: Mapping[str, Any]) -> bool:
    """False where another process looked from this leaf on before."""
    statement = sa.update(watches).where(watches.c.release == release, watches.c.leaf == leaf).values(**values)
    return tx.execute(statement.returning(watches.c.release)).first() is not None


def claim_night(tx: Transaction, day: str, by: str, now: datetime) -> bool:
    """True for the process that takes this night first."""
    return tx.add(nights, {"day": day, "taken_by": by, "taken_at": now, "done": {}, "finished_at": None})


def retake_night(tx: Transaction, day: str, by: str, now: datetime, left_since: datetime) -> bool:
    """True where the night was left unfinished by a process that has not been heard of since `left_since`."""
    left = sa.and_(nights.c.day == day, nights.c.finished_at.is_(None), nights.c.taken_at < left_since)
    statement = sa.update(nights).where(left).values(taken_by=by, taken_at=now).returning(nights.c.day)
    return tx.execute(statement).first() is not None


def night(reader: Reader, day: str) -> Row[Any] | None:
    return reader.first(sa.select(nights).where(nights.c.day == day))


def note_done(tx: Transaction, day: str, by: str, values: Mapping[str, Any]) -> bool:
    """False where somebody else has taken the night."""
    statement = sa.update(nights).where(nights.c.day == day, nights.c.taken_by == by).values(**values)
    return tx.execute(statement.returning(nights.c.day)).first() is not None


def _reading(row: Row[Any]) -> Reading:
    body = json.loads(row.body)
    return Reading(
        entry=row.id,
        case_id=row.case_id,
        customer_id=row.customer_id or "",
        release=row.release or "",
        at=row.at,
        message=body["message"],
        intent=body["intent"],
        confidence=float(body["confidence"]),
        asked=bool(body.get("asked")),
        leaf=row.leaf,
    )
