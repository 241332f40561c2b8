"""Who signed which release off; and how much waits in each queue, since when, over the tables of other rooms."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.govern.incidents.store import incidents
from aboveloop.govern.store import approvals
from aboveloop.journey.store import cases
from aboveloop.kit.clock import from_micros
from aboveloop.kit.database import Instant, Reader, Transaction, metadata
from aboveloop.operation.store import releases
from aboveloop.work.outcomes.store import checks, is_breach
from aboveloop.work.store import effects

# Who signed which release off for which duty.
sign_offs = sa.Table(
    "duty_sign_offs",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("duty", sa.String, primary_key=True),
    sa.Column("person_id", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
_s = sign_offs.c
_c, _a, _e, _i, _r = cases.c, approvals.c, effects.c, incidents.c, releases.c


class Waiting(NamedTuple):
    """How many, and the instant of the oldest; None where there is none."""

    many: int
    oldest: datetime | None


def handed_over(reader: Reader) -> Waiting:
    """Cases given to people that nobody has taken."""
    condition = sa.and_(_c.owner == "waiting_on_person", _c.handed_over_at.is_not(None), _c.halted_by.is_(None))
    return _waiting(reader, _c.handed_over_at, condition)


def halted(reader: Reader) -> Waiting:
    """Cases that a pause stopped."""
    return _waiting(reader, _c.updated_at, _c.halted_by.is_not(None))


def uncertain(reader: Reader) -> Waiting:
    """Writes that nobody can tell the end of."""
    return _waiting(reader, _e.intended_at, _e.state == "unknown")


def asked(reader: Reader, now: datetime) -> Waiting:
    """Approvals that wait for an answer."""
    return _waiting(reader, _a.requested_at, sa.and_(_a.state == "waiting", _a.expires_at > now))


def proposed(reader: Reader, after_number: int) -> Waiting:
    """Releases made after the one at work."""
    return _waiting(reader, _r.created_at, _r.number > after_number)


def open_incidents(reader: Reader) -> Waiting:
    return _waiting(reader, _i.opened_at, _i.closed_at.is_(None))


def outcome_breaches(reader: Reader) -> Waiting:
    """Outcomes that were not as promised, or that nobody can tell, and that nobody has settled."""
    return _waiting(reader, checks.c.checked_at, is_breach)


def signed_off(reader: Reader, digest: str) -> Mapping[str, Row[Any]]:
    """By duty, who signed this release off."""
    return {row.duty: row for row in reader.all(sa.select(sign_offs).where(_s.digest == digest))}


def sign_off(tx: Transaction, values: Mapping[str, object]) -> bool:
    """False when it was signed for this duty already."""
    return tx.add(sign_offs, values)


def _waiting(reader: Reader, since: sa.ColumnElement[Any], condition: sa.ColumnElement[bool]) -> Waiting:
    # The oldest as the number that it is stored as: an aggregate keeps no type on every database.
    oldest = sa.cast(sa.func.min(sa.type_coerce(since, sa.BigInteger)), sa.BigInteger)
    columns: list[sa.ColumnElement[Any]] = [sa.func.count().label("many"), oldest.label("oldest")]
    row = reader.first(sa.select(*columns).where(condition))
    assert row is not None, "a count has always one row"
    return Waiting(int(row.many), None if row.oldest is None else from_micros(int(row.oldest)))
