"""One row for each form that was sent, and every query on them. The row of an erased person is gone."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.journey.forms.sent import Sent
from aboveloop.journey.store import cases, contact_points, messages
from aboveloop.kit.database import Instant, Reader, Transaction, metadata
from aboveloop.kit.prepared import Prepared

submissions = sa.Table(
    "form_submissions",
    metadata,
    sa.Column("message_id", sa.ForeignKey("messages.id"), primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contact_points.id"), nullable=False, index=True),
    sa.Column("form", sa.String, nullable=False),
    # The e-mail address that the customer gave for answers; nobody has proved it.
    sa.Column("answers_go_to", sa.String, index=True),
    # What was filled in, as JSON.
    sa.Column("sent", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("form_submissions_by_form", "form", "at"),
)
_s = submissions.c
_OF_MESSAGE = Prepared(sa.select(_s.sent).where(_s.message_id == sa.bindparam("message_id")))


def keep(tx: Transaction, message_id: str, contact_id: str, sent: Sent, now: datetime) -> None:
    values = {"message_id": message_id, "contact_id": contact_id, "form": sent.form, "at": now}
    filled = {"answers_go_to": sent.answers_go_to, "sent": json.dumps(sent.as_json(), ensure_ascii=False)}
    tx.execute(sa.insert(submissions).values(**values, **filled))


def of_message(reader: Reader, message_id: str) -> Sent | None:
    """What a message was filled in as; None for any that was written."""
    row = reader.first(_OF_MESSAGE, {"message_id": message_id})
    return None if row is None else Sent.from_json(json.loads(row.sent))


def of_contact(reader: Reader, contact_id: str) -> Sent | None:
    """The form that was sent first from a contact point."""
    query = sa.select(_s.sent).where(_s.contact_id == contact_id).order_by(_s.at, _s.message_id).limit(1)
    row = reader.first(query)
    return None if row is None else Sent.from_json(json.loads(row.sent))


def sent_since(reader: Reader, form: str, since: datetime, *, limit: int) -> Sequence[Row[Any]]:
    """When the form was sent since then, the latest first, at most so many."""
    query = sa.select(_s.at).where(_s.form == form, _s.at > since).order_by(_s.at.desc()).limit(limit)
    return reader.all(query)


def visits_giving(reader: Reader, address: str, since: datetime) -> int:
    """How many visits gave this address for answers since then."""
    query = sa.select(sa.func.count(_s.contact_id.distinct())).where(_s.answers_go_to == address, _s.at > since)
    return int(reader.value(query) or 0)


def add_contact(tx: Transaction, values: Mapping[str, object]) -> bool:
    """A second contact point of a visit; False where it is there already."""
    return tx.add(contact_points, values)


def about(customer_ids: Sequence[str]) -> sa.Select[Any]:
    """What these customers filled in, in its order."""
    theirs = sa.select(cases.c.id).where(cases.c.customer_id.in_(customer_ids))
    ours = sa.select(messages.c.id).where(messages.c.case_id.in_(theirs))
    return sa.select(submissions).where(_s.message_id.in_(ours)).order_by(_s.at, _s.message_id)


def forget(tx: Transaction, case_ids: sa.Select[Any] | Sequence[str]) -> None:
    """What was filled in on these cases is gone."""
    theirs = sa.select(messages.c.id).where(messages.c.case_id.in_(case_ids))
    tx.execute(sa.delete(submissions).where(_s.message_id.in_(theirs)))


def forget_person(tx: Transaction, customer_id: str) -> None:
    forget(tx, sa.select(cases.c.id).where(cases.c.customer_id == customer_id))
