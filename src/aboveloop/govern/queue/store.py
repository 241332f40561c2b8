"""The tables of the queue and every query on them: places in the queue, reminders and absences."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.govern.four_eyes import places_of as places_to_answer
from aboveloop.govern.store import answers, approvals
from aboveloop.kit.database import Instant, Reader, Transaction, metadata

# One row for each approval that was ever asked. `kind` is the same for requests that can be looked at side by side;
# `amount` is what is at stake, in minor units, without its sign.
places = sa.Table(
    "govern_queue",
    metadata,
    sa.Column("approval_id", sa.ForeignKey("govern_approvals.id"), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("amount", sa.BigInteger),
    sa.Column("resource", sa.String, nullable=False),
    sa.Column("claimed_by", sa.String),
    sa.Column("claimed_at", Instant),
    sa.Column("denied_as", sa.String),
    sa.Index("ix_govern_queue_kind", "kind"),
)
_p = places.c

# Who was reminded of what, once for each part of the time; `sent_at` is empty until it has left the house.
reminders = sa.Table(
    "govern_reminders",
    metadata,
    sa.Column("approval_id", sa.ForeignKey("govern_approvals.id"), primary_key=True),
    sa.Column("step", sa.String, primary_key=True),
    sa.Column("person_id", sa.String, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("sent_at", Instant),
    sa.Index("ix_govern_reminders_person", "person_id"),
)
_m = reminders.c

absences = sa.Table(
    "govern_absences",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("person_id", sa.String, nullable=False, index=True),
    sa.Column("deputy_id", sa.String),
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("operations", sa.JSON, nullable=False),
    sa.Column("most", sa.BigInteger),
    sa.Column("marked_by", sa.String, nullable=False),
    sa.Column("marked_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
)
_b = absences.c

_a, _r = approvals.c, answers.c
_queued = approvals.outerjoin(places, _p.approval_id == _a.id)
NOBODY = ""


@dataclass(frozen=True)
class OwnedFor:
    """What a deputy owns in place of an absent person: of these operations (all when empty), up to `most`."""

    person_id: str
    operations: tuple[str, ...]
    most: int | None


@dataclass(frozen=True)
class Queued:
    """Which waiting requests: all that is given must hold.

    `roles` and `person`: who looks; `answerable` keeps what they may answer (True) or the rest (False). `owner` is a
    person's id or NOBODY for what nobody owns; `owned_for` adds what the owner has as a deputy.
    """

    roles: frozenset[str] = frozenset()
    person: str = ""
    answerable: bool | None = None
    operation: str | None = None
    kind: str | None = None
    owner: str | None = None
    owned_for: tuple[OwnedFor, ...] = ()
    least: int | None = None
    before: datetime | None = None


def put(tx: Transaction, values: Mapping[str, object]) -> None:
    """Put a request into the queue. One that was edited and is asked for anew has its place already."""
    tx.add(places, values)


def place(reader: Reader, approval_id: str) -> Row[Any] | None:
    return reader.first(sa.select(places).where(_p.approval_id == approval_id))


def places_of(reader: Reader, approval_ids: Collection[str]) -> dict[str, Row[Any]]:
    """The places of these requests, by id; those from before there was a queue have none."""
    rows = reader.all(sa.select(places).where(_p.approval_id.in_(approval_ids)))
    return {row.approval_id: row for row in rows}


def set_place(tx: Transaction, approval_id: str, values: Mapping[str, object]) -> None:
    tx.execute(sa.update(places).where(_p.approval_id == approval_id).values(**values))


def blank_places(tx: Transaction, customer_id: str) -> None:
    """Remove what names the record of an erased customer."""
    ids = sa.select(_a.id).where(_a.customer_id == customer_id)
    tx.execute(sa.update(places).where(_p.approval_id.in_(ids)).values(resource=""))


def waiting(
    reader: Reader, now: datetime, wanted: Queued, *, bands: Sequence[datetime], limit: int, offset: int = 0
) -> list[Row[Any]]:
    """What waits, in the order in which it should be looked at.

    First by band: what expires by the first of `bands`, by the second, and so on; within a band the larger amount
    first, then what expires first.
    """
    band = sa.case(
        *((_a.expires_at <= sa.bindparam(None, until, type_=Instant), place) for place, until in enumerate(bands)),
        else_=len(bands),
    )
    found = sa.select(approvals).select_from(_queued).where(*_conditions(wanted, now))
    order = (band, sa.func.coalesce(_p.amount, 0).desc(), _a.expires_at, _a.id)
    return list(reader.all(found.order_by(*order).limit(limit).offset(offset)))


def count_waiting(reader: Reader, now: datetime, wanted: Queued) -> int:
    found = sa.select(sa.func.count()).select_from(_queued).where(*_conditions(wanted, now))
    return int(reader.value(found) or 0)


def kinds_waiting(reader: Reader, now: datetime, wanted: Queued) -> list[Row[Any]]:
    """How many wait of each kind, and how much is at stake, most first."""
    many = sa.func.count().label("many")
    found = sa.select(
        _p.kind,
        _a.operation,
        many,
        sa.func.sum(_p.amount).label("amount"),
        sa.func.min(_a.expires_at, type_=Instant).label("expires_at"),
        sa.func.min(_a.id).label("example"),
    )
    grouped = found.select_from(_queued).where(*_conditions(wanted, now)).group_by(_p.kind, _a.operation)
    return list(reader.all(grouped.order_by(many.desc(), _a.operation, _p.kind)))


def approvals_named(reader: Reader, approval_ids: Collection[str]) -> list[Row[Any]]:
    return list(reader.all(sa.select(approvals).where(_a.id.in_(approval_ids))))


def operations_waiting(reader: Reader, now: datetime, wanted: Queued) -> dict[str, int]:
    """How many wait of each operation, by name."""
    found = sa.select(_a.operation, sa.func.count().label("many")).select_from(_queued)
    rows = reader.all(found.where(*_conditions(wanted, now)).group_by(_a.operation).order_by(_a.operation))
    return {row.operation: int(row.many) for row in rows}


def _conditions(wanted: Queued, now: datetime) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [_a.state == "waiting", _a.expires_at > now]
    if wanted.answerable is not None:
        theirs = _answerable(wanted.roles, wanted.person)
        found.append(theirs if wanted.answerable else ~theirs)
    if wanted.operation is not None:
        found.append(_a.operation == wanted.operation)
    if wanted.kind is not None:
        found.append(_p.kind == wanted.kind)
    if wanted.owner == NOBODY:
        found.append(_p.claimed_by.is_(None))
    elif wanted.owner is not None:
        found.append(sa.or_(_p.claimed_by == wanted.owner, *(_owned(each) for each in wanted.owned_for)))
    if wanted.least is not None:
        found.append(_p.amount >= wanted.least)
    if wanted.before is not None:
        found.append(_a.expires_at <= wanted.before)
    return found


def _answerable(roles: frozenset[str], person: str) -> sa.ColumnElement[bool]:
    """A role is still to answer that the person holds; they have not answered another, asked for it or edited it."""
    asked = sa.exists().where(_r.approval_id == _a.id, _r.person_id.is_(None), _r.role.in_(places_to_answer(roles)))
    answered = sa.exists().where(_r.approval_id == _a.id, _r.person_id == person)
    own = sa.and_(_a.by_kind == "person", _a.by_id == person)
    edited = sa.func.coalesce(_a.edited_by, "") == person
    return sa.and_(asked, ~answered, ~own, ~edited)


def _owned(each: OwnedFor) -> sa.ColumnElement[bool]:
    found = [_p.claimed_by == each.person_id]
    if each.operations:
        found.append(_a.operation.in_(each.operations))
    if each.most is not None:
        found.append(sa.func.coalesce(_p.amount, 0) <= each.most)
    return sa.and_(*found)


def denials(
    reader: Reader, customer_ids: Collection[str], operations: Collection[str], *, limit: int
) -> list[Row[Any]]:
    """What was denied to these customers of these operations, the latest first."""
    found = sa.select(approvals).where(
        _a.customer_id.in_(customer_ids), _a.operation.in_(operations), _a.state == "denied"
    )
    return list(reader.all(found.order_by(_a.closed_at.desc(), _a.id.desc()).limit(limit)))


def denials_by_people(reader: Reader, customer_ids: Collection[str], operation: str) -> list[Row[Any]]:
    """What people denied to these customers of one operation: case, digest, record and when."""
    denied = sa.exists().where(_r.approval_id == _a.id, _r.verdict == "denied")
    found = sa.select(_a.case_id, _a.digest, _a.closed_at, sa.func.coalesce(_p.resource, "").label("resource"))
    theirs = sa.and_(_a.customer_id.in_(customer_ids), _a.operation == operation, _a.state == "denied")
    return list(reader.all(found.select_from(_queued).where(theirs, denied)))


def spans_waiting(reader: Reader, now: datetime) -> list[Row[Any]]:
    """Id, beginning and end of what waits, what expires first before the rest."""
    found = sa.select(_a.id, _a.requested_at, _a.expires_at).where(_a.state == "waiting", _a.expires_at > now)
    return list(reader.all(found.order_by(_a.expires_at, _a.id)))


def steps_reminded(reader: Reader, now: datetime) -> set[tuple[str, str]]:
    """Which parts of the time of what waits have been reminded of, as (approval, step)."""
    found = sa.select(_m.approval_id, _m.step).join(approvals, _m.approval_id == _a.id)
    rows = reader.all(found.where(_a.state == "waiting", _a.expires_at > now).distinct())
    return {(row.approval_id, row.step) for row in rows}


def note_reminder(tx: Transaction, values: Mapping[str, object]) -> bool:
    """False where another process has noted it first."""
    return tx.add(reminders, values)


def unsent(reader: Reader, now: datetime) -> list[Row[Any]]:
    """Reminders that have not left the house, of what still waits."""
    found = sa.select(reminders).join(approvals, _m.approval_id == _a.id)
    still = found.where(_m.sent_at.is_(None), _a.state == "waiting", _a.expires_at > now)
    return list(reader.all(still.order_by(_m.at, _m.approval_id, _m.person_id)))


def mark_sent(tx: Transaction, approval_id: str, step: str, person_id: str, now: datetime) -> None:
    one = sa.and_(_m.approval_id == approval_id, _m.step == step, _m.person_id == person_id)
    tx.execute(sa.update(reminders).where(one).values(sent_at=now))


def reminded_of(reader: Reader, person_id: str, now: datetime) -> frozenset[str]:
    """What this person was reminded of and still waits."""
    found = sa.select(_m.approval_id).join(approvals, _m.approval_id == _a.id)
    still = found.where(_m.person_id == person_id, _a.state == "waiting", _a.expires_at > now)
    return frozenset(row.approval_id for row in reader.all(still.distinct()))


def insert_absence(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(absences), values)


def absence(reader: Reader, absence_id: str) -> Row[Any] | None:
    return reader.first(sa.select(absences).where(_b.id == absence_id))


def end_absence(tx: Transaction, absence_id: str, now: datetime) -> bool:
    """False where it was ended already."""
    update = sa.update(absences).where(_b.id == absence_id, _b.ended_at.is_(None)).values(ended_at=now)
    return tx.execute(update).rowcount == 1


def absences_between(reader: Reader, starts: datetime, ends: datetime) -> list[Row[Any]]:
    """Absences that stand at some time of the span and were not ended before their time, the first to begin first."""
    touching = sa.and_(_b.starts_at < ends, _b.ends_at > starts, _b.ended_at.is_(None))
    return list(reader.all(sa.select(absences).where(touching).order_by(_b.starts_at, _b.id)))


def asked_since(reader: Reader, since: datetime) -> list[Row[Any]]:
    """Every approval asked since then, with what the queue knows of it, oldest first."""
    found = sa.select(approvals, _p.denied_as).select_from(_queued).where(_a.requested_at >= since)
    return list(reader.all(found.order_by(_a.requested_at, _a.id)))


def answers_since(reader: Reader, since: datetime) -> list[Row[Any]]:
    """Every asked role of the approvals asked since then."""
    found = sa.select(answers).join(approvals, _r.approval_id == _a.id).where(_a.requested_at >= since)
    return list(reader.all(found.order_by(_r.approval_id, _r.place)))


def judged_too_late(reader: Reader, before: datetime) -> list[Row[Any]]:
    """Edits from before then that nobody decided anew."""
    return list(reader.all(sa.select(approvals).where(_a.state == "judging", _a.requested_at < before)))
