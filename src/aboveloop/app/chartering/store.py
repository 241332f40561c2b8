"""What the house knows of a procedure's work, as rows: approvals that people answered, ended cases, incidents."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.govern.incidents.store import touched
from aboveloop.govern.store import approvals
from aboveloop.journey.store import cases
from aboveloop.kit.database import Reader

_c, _a = cases.c, approvals.c


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
