"""What the house knows of a procedure's work, as rows: approvals that people answered, ended cases, incidents,
writes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.govern.incidents.store import touched
from aboveloop.govern.store import approvals
from aboveloop.journey.store import cases
from aboveloop.kit.database import Reader
from aboveloop.ledger.store import ledger_entries

_c, _a, _e = cases.c, approvals.c, ledger_entries.c


def answered(reader: Reader, procedure: str, since: datetime) -> list[Row[Any]]:
    """The approvals that people answered in cases of the procedure since then: `state`, `edited_by`, and the `release`
    of the case."""
    found = sa.select(_a.state, _a.edited_by, _c.release).join_from(approvals, cases, _c.id == _a.case_id)
    found = found.where(_c.procedure == procedure, _c.opened_at >= since)
    return list(reader.all(found.where(_a.state.in_(("approved", "used", "denied")))))


def ended(reader: Reader, procedure: str, since: datetime) -> list[Row[Any]]:
    """The cases of the procedure that ended since then: `opened_at`, `handed_over_at`, `release`, and whether an
    incident touched them (`is_touched`)."""
    hit = sa.exists().where(touched.c.case_id == _c.id).label("is_touched")
    found = sa.select(_c.opened_at, _c.handed_over_at, _c.release, hit).where(_c.procedure == procedure)
    return list(reader.all(found.where(_c.outcome.is_not(None), _c.opened_at >= since)))


def first_verified(reader: Reader, procedure: str, operations: Sequence[str]) -> Row[Any] | None:
    """The first entry (`case_id`, `at`, `body`) of a performed write of one of these operations, on a case of the
    procedure, that the system of record showed when it was read back."""
    of_these = sa.or_(*(_e.body.contains(_named(each), autoescape=True) for each in operations))
    found = sa.select(_e.case_id, _e.at, _e.body).join_from(ledger_entries, cases, _c.id == _e.case_id)
    found = found.where(_e.kind == "ActionPerformed", _c.procedure == procedure, of_these)
    return reader.first(found.where(_e.body.contains('"proved":true')).order_by(_e.position).limit(1))


def names(operation: str, body: str) -> bool:
    """Whether the text of an entry names this operation."""
    return _named(operation) in body


def _named(operation: str) -> str:
    return f'"operation":"{operation}"'
