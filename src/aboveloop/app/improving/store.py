"""What proposals are made from: hand-overs and answered approvals of a span, over the tables of other rooms."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from aboveloop.govern.store import approvals
from aboveloop.improve.proposals import Asked, HandedOver
from aboveloop.improve.store import proposals
from aboveloop.journey.store import cases
from aboveloop.kit.clock import from_micros
from aboveloop.kit.database import Reader

_c, _a, _p = cases.c, approvals.c, proposals.c
# More than a month of a large house; a proposal does not need all of them.
LARGEST = 100_000


def handed_over(reader: Reader, since: datetime) -> list[HandedOver]:
    """The newest first."""
    found = (
        sa.select(_c.id, _c.handed_over_because, _c.procedure)
        .where(_c.handed_over_at.is_not(None), _c.opened_at >= since)
        .order_by(_c.opened_at.desc())
        .limit(LARGEST)
    )
    return [
        HandedOver(row.id, row.handed_over_because or "no reason given", row.procedure or "")
        for row in reader.all(found)
    ]


def answered(reader: Reader, since: datetime) -> list[Asked]:
    """Approvals that people answered. One that was edited stands there twice: what was asked and what was approved."""
    found = (
        sa.select(_a.operation, _a.case_id, _a.state, _a.edited_by)
        .where(_a.requested_at >= since, _a.state.in_(("approved", "used", "denied")))
        .order_by(_a.requested_at.desc())
        .limit(LARGEST)
    )
    return [
        Asked(row.operation, row.case_id, row.state == "denied", row.edited_by is not None) for row in reader.all(found)
    ]


def open_proposals(reader: Reader) -> tuple[int, datetime | None]:
    """How many wait for an answer, and since when the oldest does."""
    oldest = sa.cast(sa.func.min(sa.type_coerce(_p.found_at, sa.BigInteger)), sa.BigInteger).label("oldest")
    columns: list[sa.ColumnElement[Any]] = [sa.func.count().label("many"), oldest]
    row = reader.first(sa.select(*columns).where(_p.state == "open"))
    assert row is not None, "a count has always one row"
    return int(row.many), None if row.oldest is None else from_micros(int(row.oldest))
