"""What the measures of service ask of the tables of other rooms."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.govern.store import approvals
from aboveloop.journey.store import cases, messages
from aboveloop.kit.database import Reader
from aboveloop.ledger.store import ledger_entries

_c, _m, _e = cases.c, messages.c, ledger_entries.c


def opened_since(reader: Reader, since: datetime, *, limit: int) -> Sequence[Row[Any]]:
    """The cases opened since then, the latest first; `asked`: a person was asked to approve something on it."""
    asked = sa.exists().where(approvals.c.case_id == _c.id).label("asked")
    found = sa.select(cases, asked).where(_c.opened_at >= since).order_by(_c.opened_at.desc(), _c.id.desc())
    return reader.all(found.limit(limit))


def first_words(reader: Reader, since: datetime) -> dict[str, tuple[datetime, datetime | None]]:
    """By case opened since then: when the customer wrote first, and when somebody answered first."""

    def first(direction: str) -> dict[str, datetime]:
        at = sa.func.min(_m.at, type_=_m.at.type).label("at")
        found = sa.select(_m.case_id, at).join(cases, _c.id == _m.case_id)
        found = found.where(_c.opened_at >= since, _m.direction == direction).group_by(_m.case_id)
        return {row.case_id: row.at for row in reader.all(found)}

    wrote, answered = first("in"), first("out")
    return {case: (at, answered.get(case)) for case, at in wrote.items()}


def routing_since(reader: Reader, since: datetime) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """By case opened since then: what says how it was routed, in order, as kind and body."""
    kinds = ("ProcedureStarted", "ProcedureWithdrawn", "CaseOwnerChanged")
    found = sa.select(_e.case_id, _e.kind, _e.body).join(cases, _c.id == _e.case_id)
    found = found.where(_c.opened_at >= since, _e.kind.in_(kinds)).order_by(_e.case_id, _e.number)
    told: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for row in reader.all(found):
        told.setdefault(row.case_id, []).append((row.kind, json.loads(row.body)))
    return told
