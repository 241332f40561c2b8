"""What people answered to summaries and suggested steps: one row for each person and thing, and every query on them.

What they wrote stands in the ledger alone, under the customer's key.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.kit.database import Instant, Reader, Transaction, metadata
from aboveloop.kit.prepared import Prepared
from aboveloop.ledger.store import ledger_entries

ANSWERED = "SuggestionAnswered"

answers = sa.Table(
    "suggestion_answers",
    metadata,
    sa.Column("case_id", sa.String, primary_key=True),
    # summary, wording, or the id of a suggested step.
    sa.Column("target", sa.String, primary_key=True),
    sa.Column("person_id", sa.String, primary_key=True),
    # summary, wording, or the kind of the step.
    sa.Column("name", sa.String, nullable=False),
    sa.Column("verdict", sa.String, nullable=False),
    # Of the summary that was read.
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("intent", sa.String, nullable=False, server_default=""),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_suggestion_answers_at", "at"),
)
_a, _e = answers.c, ledger_entries.c
# Asked by every page of a case.
_OF_CASE = Prepared(sa.select(answers).where(_a.case_id == sa.bindparam("case_id")).order_by(_a.at.desc(), _a.target))


def put(tx: Transaction, row: Mapping[str, object]) -> None:
    """The person's latest answer to a thing is the one that counts."""
    tx.put(answers, row)


def of_case(reader: Reader, case_id: str) -> Sequence[Row[Any]]:
    """The latest first."""
    return reader.all(_OF_CASE, {"case_id": case_id})


def rates(reader: Reader, since: datetime) -> Sequence[Row[Any]]:
    """How often each kind of thing was answered how since then."""
    many = sa.func.count().label("many")
    found = sa.select(_a.name, _a.verdict, many).where(_a.at >= since).group_by(_a.name, _a.verdict)
    return reader.all(found.order_by(_a.name, _a.verdict))


def rates_by_need(reader: Reader, since: datetime) -> Sequence[Row[Any]]:
    """The same by the intent of the case, whatever was answered."""
    many = sa.func.count().label("many")
    found = sa.select(_a.intent.label("name"), _a.verdict, many).where(_a.at >= since)
    return reader.all(found.group_by(_a.intent, _a.verdict).order_by(_a.intent, _a.verdict))


def edits(reader: Reader, since: datetime) -> list[dict[str, Any]]:
    """What the ledger keeps of each edit since then, without its words."""
    found = sa.select(_e.body).where(_e.kind == ANSWERED, _e.at >= since).order_by(_e.position)
    bodies = [json.loads(row.body) for row in reader.all(found)]
    return [body for body in bodies if body["verdict"] == "edited"]


def answered(
    reader: Reader, since: datetime, *, name: str | None, verdict: str | None, limit: int
) -> Sequence[Row[Any]]:
    """The answers behind a rate, the latest first."""
    found = sa.select(answers).where(_a.at >= since)
    for column, value in ((_a.name, name), (_a.verdict, verdict)):
        found = found if value is None else found.where(column == value)
    return reader.all(found.order_by(_a.at.desc(), _a.case_id).limit(limit))
