"""The tables of privacy and every query on them: consents, holds, requests of customers, what retention erased."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.govern.queue.store import places
from aboveloop.govern.store import answers, approvals
from aboveloop.journey.forms import store as forms
from aboveloop.journey.store import cases, contact_points, customers, messages
from aboveloop.kit.database import Instant, Reader, Transaction, metadata
from aboveloop.operation.names import FORM_CHANNEL
from aboveloop.work.store import effects

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
ERASED = "(erased)"
# Channels whose addresses are sessions: secrets of one visit, of no use once it is over.
SESSIONS = ("webchat", FORM_CHANNEL)

# The latest row of a customer and purpose is what holds; the earlier ones say how it came about.
consents = sa.Table(
    "privacy_consents",
    metadata,
    sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
    sa.Column("customer_id", sa.String, nullable=False, index=True),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("given", sa.Boolean, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

# What is held is not erased, whatever its time or whoever asks. `scope` is customer or case.
holds = sa.Table(
    "privacy_holds",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("scope", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False, index=True),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("placed_by", sa.String, nullable=False),
    sa.Column("placed_at", Instant, nullable=False),
    sa.Column("released_by", sa.String),
    sa.Column("released_at", Instant),
    sa.Column("released_because", sa.Text),
)

requests = sa.Table(
    "privacy_requests",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("customer_id", sa.String, nullable=False, index=True),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("opened_by", sa.String, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    # open | done | refused
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("closed_by", sa.String),
    sa.Column("closed_at", Instant),
    sa.Column("because", sa.Text),
    sa.Column("result", sa.JSON),
)

# What retention has erased already: a case that was taken up again and ended later is due again.
erased = sa.Table(
    "privacy_erased",
    metadata,
    sa.Column("record", sa.String, primary_key=True),
    sa.Column("subject", sa.String, primary_key=True),
    sa.Column("at", Instant, nullable=False),
)

# One row for each day on which retention ran by itself: of several processes one runs it.
days = sa.Table("privacy_days", metadata, sa.Column("day", sa.String, primary_key=True))

_standing = holds.c.released_at.is_(None)


# --- consents ---


def add_consent(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(consents), values)


def consents_of(reader: Reader, customer_ids: Sequence[str]) -> Sequence[Row[Any]]:
    query = sa.select(consents).where(consents.c.customer_id.in_(customer_ids))
    return reader.all(query.order_by(consents.c.at, consents.c.number))


# --- people ---


def person_ids(reader: Reader, customer_id: str) -> list[str]:
    """The ids of all records of the same person, the one that the others were merged into first; [] where unknown."""
    row = reader.first(sa.select(customers).where(customers.c.id == customer_id))
    if row is None:
        return []
    root = row.merged_into or row.id
    merged = reader.all(sa.select(customers.c.id).where(customers.c.merged_into == root).order_by(customers.c.id))
    return [root, *(each.id for each in merged)]


def lock_customers(tx: Transaction, customer_ids: Sequence[str]) -> None:
    """Nobody places a hold on them and erases them at once. On SQLite a writer is alone already."""
    if tx.is_postgres:
        ids = sorted(set(customer_ids))
        tx.execute(sa.select(customers.c.id).where(customers.c.id.in_(ids)).order_by(customers.c.id).with_for_update())


# --- holds ---


def add_hold(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(holds), values)


def hold(reader: Reader, hold_id: str) -> Row[Any] | None:
    return reader.first(sa.select(holds).where(holds.c.id == hold_id))


def release_hold(tx: Transaction, hold_id: str, values: Mapping[str, object]) -> bool:
    return tx.execute(sa.update(holds).where(holds.c.id == hold_id, _standing).values(**values)).rowcount == 1


def list_holds(reader: Reader, *, standing: bool, limit: int = 500) -> Sequence[Row[Any]]:
    query = sa.select(holds).order_by(holds.c.placed_at.desc(), holds.c.id).limit(limit)
    return reader.all(query.where(_standing) if standing else query)


def holds_on(reader: Reader, customer_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """Holds that stand on these customers or on any case of theirs."""
    theirs = sa.select(cases.c.id).where(cases.c.customer_id.in_(customer_ids))
    query = sa.select(holds).where(_standing).order_by(holds.c.placed_at, holds.c.id)
    return reader.all(query.where(holds.c.subject.in_(customer_ids) | holds.c.subject.in_(theirs)))


# --- requests ---


def add_request(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(requests), values)


def request(reader: Reader, request_id: str) -> Row[Any] | None:
    return reader.first(sa.select(requests).where(requests.c.id == request_id))


def close_request(tx: Transaction, request_id: str, values: Mapping[str, object]) -> bool:
    still = sa.update(requests).where(requests.c.id == request_id, requests.c.state == "open")
    return tx.execute(still.values(**values)).rowcount == 1


def list_requests(reader: Reader, *, state: str | None = None, limit: int = 500) -> Sequence[Row[Any]]:
    query = sa.select(requests).order_by(requests.c.due_at, requests.c.id).limit(limit)
    return reader.all(query if state is None else query.where(requests.c.state == state))


def requests_of(reader: Reader, customer_ids: Sequence[str]) -> Sequence[Row[Any]]:
    return reader.all(
        sa.select(requests).where(requests.c.customer_id.in_(customer_ids)).order_by(requests.c.opened_at)
    )


def blank_person(tx: Transaction, customer_ids: Sequence[str]) -> None:
    """Remove what these tables hold of an erased person; that there was a request stays."""
    tx.execute(sa.delete(consents).where(consents.c.customer_id.in_(customer_ids)))
    tx.execute(sa.update(requests).where(requests.c.customer_id.in_(customer_ids)).values(asked_by=ERASED))


# --- retention ---


def _person_of(column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether a hold stands on the customer in `column`, or on a record that turned out to be the same person."""
    other = customers.alias()
    merged = sa.select(other.c.id).where(other.c.merged_into == column).correlate_except(other)
    return (
        sa.exists().where(_standing, (holds.c.subject == column) | holds.c.subject.in_(merged)).correlate_except(holds)
    )


def _case_held() -> sa.ColumnElement[bool]:
    return sa.exists().where(_standing, holds.c.subject == cases.c.id) | _person_of(cases.c.customer_id)


def _ended_cases(record: str, before: datetime, *, held: bool) -> sa.Select[Any]:
    """Cases that ended before then and whose `record` is still there; those under a hold, or those that are not."""
    done = sa.exists().where(
        erased.c.record == record, erased.c.subject == cases.c.id, erased.c.at > cases.c.resolved_at
    )
    query = sa.select(cases.c.id, cases.c.customer_id).where(
        cases.c.owner == "resolved", cases.c.resolved_at <= before, ~done, _case_held() if held else ~_case_held()
    )
    return query.order_by(cases.c.resolved_at, cases.c.id)


def _silent_contacts(record: str, before: datetime, *, held: bool) -> sa.Select[Any]:
    """Web chat sessions and forms in which nobody has written since then and whose cases have ended."""
    done = sa.exists().where(erased.c.record == record, erased.c.subject == contact_points.c.id)
    newer = sa.exists().where(messages.c.contact_id == contact_points.c.id, messages.c.at > before)
    live = sa.exists().where(cases.c.contact_id == contact_points.c.id, cases.c.owner != "resolved")
    on_case = sa.exists().where(
        _standing, holds.c.subject == cases.c.id, cases.c.customer_id == contact_points.c.customer_id
    )
    is_held = _person_of(contact_points.c.customer_id) | on_case
    query = sa.select(contact_points.c.id, contact_points.c.customer_id).where(
        contact_points.c.channel.in_(SESSIONS), ~done, ~newer, ~live, is_held if held else ~is_held
    )
    return query.order_by(contact_points.c.id)


def _quiet_customers(before: datetime, *, held: bool) -> sa.Select[Any]:
    """Customers all of whose cases ended before then, not erased yet. A hold on one case holds the whole person."""
    theirs = cases.c.customer_id == customers.c.id
    newer = sa.exists().where(theirs, (cases.c.owner != "resolved") | (cases.c.resolved_at > before))
    on_case = sa.exists().where(_standing, holds.c.subject == cases.c.id, theirs)
    is_held = _person_of(customers.c.id) | on_case
    query = sa.select(customers.c.id, customers.c.id.label("customer_id")).where(
        customers.c.erased_at.is_(None),
        customers.c.merged_into.is_(None),
        sa.exists().where(theirs),
        ~newer,
        is_held if held else ~is_held,
    )
    return query.order_by(customers.c.id)


def _due(record: str, before: datetime, *, held: bool) -> sa.Select[Any]:
    match record:
        case "chat_sessions":
            return _silent_contacts(record, before, held=held)
        case "ledger_personal":
            return _quiet_customers(before, held=held)
        case _:
            return _ended_cases(record, before, held=held)


def count_due(reader: Reader, record: str, before: datetime, *, held: bool) -> int:
    counted = sa.select(sa.func.count()).select_from(_due(record, before, held=held).order_by(None).subquery())
    return int(reader.value(counted) or 0)


def due(reader: Reader, record: str, before: datetime, *, limit: int) -> Sequence[Row[Any]]:
    """What is due and not held: `id` of the case, contact point or customer, and `customer_id`."""
    return reader.all(_due(record, before, held=False).limit(limit))


def note_erased(tx: Transaction, record: str, subjects: Sequence[str], at: datetime) -> None:
    tx.execute(sa.delete(erased).where(erased.c.record == record, erased.c.subject.in_(subjects)))
    tx.execute(sa.insert(erased), [{"record": record, "subject": subject, "at": at} for subject in subjects])


def claim_day(tx: Transaction, day: str) -> bool:
    """True for the one process that runs retention on this day."""
    return tx.add(days, {"day": day})


def blank_messages(tx: Transaction, case_ids: Sequence[str]) -> None:
    ours = messages.c.case_id.in_(case_ids)
    tx.execute(sa.update(messages).where(ours).values(text=ERASED, subject=None, foreign_id=None))
    forms.forget(tx, case_ids)


def blank_cases(tx: Transaction, case_ids: Sequence[str]) -> None:
    gone: dict[str, Any] = {"memory": {}, "handed_over_because": None, "verified_as": None, "verified_contact": None}
    tx.execute(sa.update(cases).where(cases.c.id.in_(case_ids)).values(**gone))


def blank_effects(tx: Transaction, case_ids: Sequence[str]) -> None:
    tx.execute(sa.update(effects).where(effects.c.case_id.in_(case_ids)).values(args={}, result=None))


def blank_approvals(tx: Transaction, case_ids: Sequence[str]) -> None:
    """Only closed ones: what still waits for somebody is not over."""
    ids = sa.select(approvals.c.id).where(approvals.c.case_id.in_(case_ids), approvals.c.closed_at.is_not(None))
    tx.execute(sa.update(answers).where(answers.c.approval_id.in_(ids)).values(because=""))
    tx.execute(sa.update(places).where(places.c.approval_id.in_(ids)).values(resource=""))
    tx.execute(sa.update(approvals).where(approvals.c.id.in_(ids)).values(args={}, evidence={}))


def blank_contacts(tx: Transaction, contact_ids: Sequence[str]) -> None:
    gone = sa.literal("erased:") + contact_points.c.id
    tx.execute(sa.update(contact_points).where(contact_points.c.id.in_(contact_ids)).values(address=gone))


# --- access ---


def everything_of(reader: Reader, customer_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of the state tables about a person, by table."""
    theirs = sa.select(cases.c.id).where(cases.c.customer_id.in_(customer_ids))
    queries = {
        "customers": sa.select(customers).where(customers.c.id.in_(customer_ids)),
        "contact_points": sa.select(contact_points).where(contact_points.c.customer_id.in_(customer_ids)),
        "cases": sa.select(cases).where(cases.c.customer_id.in_(customer_ids)).order_by(cases.c.opened_at),
        "messages": sa.select(messages).where(messages.c.case_id.in_(theirs)).order_by(messages.c.number),
        "forms": forms.about(customer_ids),
        "writes": sa.select(effects).where(effects.c.case_id.in_(theirs)).order_by(effects.c.intended_at),
        "approvals": sa.select(approvals).where(approvals.c.customer_id.in_(customer_ids)),
        "consents": sa.select(consents).where(consents.c.customer_id.in_(customer_ids)).order_by(consents.c.number),
        "requests": sa.select(requests).where(requests.c.customer_id.in_(customer_ids)),
    }
    return {name: [dict(row._mapping) for row in reader.all(query)] for name, query in queries.items()}
