"""Triage as rows: the rule that each case stands under, and what mail carried besides its text."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.journey.store import cases
from aboveloop.kit.database import Instant, Reader, Transaction, metadata

# One row for a case that met a rule; where it stands if people have it. The queue is "" where the operation has none.
case_triage = sa.Table(
    "case_triage",
    metadata,
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("rule", sa.String, nullable=False, index=True),
    sa.Column("queue", sa.String, nullable=False, index=True),
    # 0 urgent .. 3 low.
    sa.Column("urgency", sa.Integer, nullable=False),
    # The place of the rule from above: on one case, the highest that any of its messages met stands.
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("release", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
# Only of mail that carried something.
mail_attachments = sa.Table(
    "mail_attachments",
    metadata,
    sa.Column("message_id", sa.String, primary_key=True),
    sa.Column("many", sa.Integer, nullable=False),
)
_t, _c = case_triage.c, cases.c


def standing(reader: Reader, case_id: str) -> Row[Any] | None:
    """The row of a case, None where it met no rule."""
    return reader.first(sa.select(case_triage).where(_t.case_id == case_id))


def of_cases(reader: Reader, case_ids: Collection[str]) -> dict[str, Row[Any]]:
    if not case_ids:
        return {}
    rows = reader.all(sa.select(case_triage).where(_t.case_id.in_(case_ids)))
    return {row.case_id: row for row in rows}


def stand(tx: Transaction, values: Mapping[str, object]) -> bool:
    """Put a case under a rule; False where it stands under that one, or one above it, already."""
    found = tx.first(sa.select(case_triage).where(_t.case_id == values["case_id"]).with_for_update())
    if found is None:
        return tx.add(case_triage, values)
    if found.place <= int(str(values["place"])):
        return False
    tx.execute(sa.update(case_triage).where(_t.case_id == values["case_id"]).values(**values))
    return True


def note_attachments(tx: Transaction, message_id: str, many: int) -> None:
    tx.add(mail_attachments, {"message_id": message_id, "many": many})


def attachments_of(reader: Reader, message_ids: Collection[str]) -> dict[str, int]:
    if not message_ids:
        return {}
    found = sa.select(mail_attachments).where(mail_attachments.c.message_id.in_(message_ids))
    return {row.message_id: int(row.many) for row in reader.all(found)}


def earlier(reader: Reader, customer_id: str, opened_before: datetime) -> Sequence[datetime | None]:
    """When each earlier case of a customer ended; None for one that is open."""
    found = sa.select(_c.resolved_at).where(_c.customer_id == customer_id, _c.opened_at < opened_before)
    return [row.resolved_at for row in reader.all(found)]


def counts(reader: Reader, since: datetime) -> dict[str, int]:
    """By rule, how many cases came to stand under it since then."""
    found: sa.Select[Any] = sa.select(_t.rule, sa.func.count().label("many"))
    rows = reader.all(found.where(_t.at >= since).group_by(_t.rule))
    return {row.rule: int(row.many) for row in rows}


def waiting(reader: Reader) -> dict[str, int]:
    """By queue, how many cases wait for a person; under "" those that met no rule."""
    queue: sa.ColumnElement[Any] = sa.func.coalesce(_t.queue, "").label("queue")
    many: sa.ColumnElement[Any] = sa.func.count().label("many")
    joined = sa.select(queue, many).select_from(cases.outerjoin(case_triage, _t.case_id == _c.id))
    given = sa.and_(_c.owner == "waiting_on_person", _c.handed_over_at.is_not(None), _c.halted_by.is_(None))
    return {row.queue: int(row.many) for row in reader.all(joined.where(given).group_by(queue))}


# How lately a case must have ended for its customer to have come back, as intake counts it for KPIs.
CAME_BACK_WITHIN = timedelta(days=7)
