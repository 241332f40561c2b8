"""The table of outcome checks and every query on it. A check that waits is a row; the row is its timer."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.journey.store import cases, messages
from aboveloop.kit.database import Instant, Reader, Transaction, metadata
from aboveloop.kit.prepared import Prepared
from aboveloop.work.store import effects

checks = sa.Table(
    "outcome_checks",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("case_id", sa.String, nullable=False),
    sa.Column("customer_id", sa.String, nullable=False, index=True),
    sa.Column("release", sa.String, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
    # The idempotency key of the write that it is of; "" where it is of the case.
    sa.Column("effect_key", sa.String, nullable=False),
    # waiting | running | held | broken | untold | dropped
    sa.Column("state", sa.String, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("checked_at", Instant),
    sa.Column("because", sa.Text, nullable=False, server_default=""),
    sa.Column("settled_at", Instant),
    sa.Column("settled_by", sa.String),
    sa.Column("settled_because", sa.Text),
    sa.UniqueConstraint("case_id", "outcome", "effect_key", name="uq_outcome_checks_subject"),
)
_k = checks.c
_is_waiting = _k.state == "waiting"
# One small index for what is still to come, and one for what people have to look at: not over all that ever held.
sa.Index("ix_outcome_checks_due", _k.due_at, sqlite_where=_is_waiting, postgresql_where=_is_waiting)
_is_open = sa.and_(_k.state.in_(("broken", "untold")), _k.settled_at.is_(None))
is_breach = _is_open
sa.Index("ix_outcome_checks_breach", _k.checked_at, sqlite_where=_is_open, postgresql_where=_is_open)

_PERFORMED = Prepared(
    sa.select(effects.c.key, effects.c.operation).where(
        effects.c.case_id == sa.bindparam("case"), effects.c.state == "performed"
    )
)


def performed_on(reader: Reader, case_id: str) -> Sequence[Row[Any]]:
    """Key and operation of the writes that were done on a case."""
    return reader.all(_PERFORMED, {"case": case_id})


def schedule(tx: Transaction, rows: Sequence[Mapping[str, object]]) -> None:
    """Add these checks. One that waits or was dropped when its case was opened again counts from the new end."""
    for values in rows:
        again = {name: values[name] for name in ("since", "due_at", "release")} | {"state": "waiting", "tries": 0}
        tx.execute(
            tx.insert_into(checks)
            .values(**values)
            .on_conflict_do_update(
                index_elements=[_k.case_id, _k.outcome, _k.effect_key],
                set_=again,
                where=_k.state.in_(("waiting", "dropped")),
            )
        )


def claim_due(tx: Transaction, now: datetime, limit: int) -> list[str]:
    """Take what is due, the longest due first; whoever takes it runs it, and nobody else does."""
    due = sa.select(_k.id).where(_is_waiting, _k.due_at <= now).order_by(_k.due_at, _k.id).limit(limit)
    if tx.is_postgres:
        due = due.with_for_update(skip_locked=True)
    claimed = sa.update(checks).where(_k.id.in_(due), _is_waiting).values(state="running").returning(_k.id)
    return sorted(tx.execute(claimed).scalars())


def check(reader: Reader, check_id: str) -> Row[Any] | None:
    return reader.first(sa.select(checks).where(_k.id == check_id))


def move(tx: Transaction, check_id: str, values: Mapping[str, object], *, was: str = "running") -> bool:
    """False when it was not `was` any more: somebody else has done it."""
    return tx.execute(sa.update(checks).where(_k.id == check_id, _k.state == was).values(**values)).rowcount == 1


def settle(tx: Transaction, check_id: str, values: Mapping[str, object]) -> bool:
    """False where it is no breach that is open."""
    return tx.execute(sa.update(checks).where(_k.id == check_id, _is_open).values(**values)).rowcount == 1


def checks_of(reader: Reader, case_id: str) -> Sequence[Row[Any]]:
    return reader.all(sa.select(checks).where(_k.case_id == case_id).order_by(_k.due_at, _k.id))


def breaches(reader: Reader, *, standing: bool, limit: int) -> Sequence[Row[Any]]:
    """What was not so, the longest open first; with `standing` only what nobody has settled."""
    broken = _is_open if standing else _k.state.in_(("broken", "untold"))
    return reader.all(sa.select(checks).where(broken).order_by(_k.checked_at, _k.id).limit(limit))


def tally(reader: Reader) -> dict[str, int]:
    """How many checks there are, by state."""
    rows = reader.all(sa.select(_k.state, sa.func.count().label("many")).group_by(_k.state))
    return {row.state: int(row.many) for row in rows}


def forget(tx: Transaction, customer_ids: Collection[str]) -> None:
    """Nothing more is checked of an erased customer; what was checked stays, without words."""
    theirs = _k.customer_id.in_(customer_ids)
    tx.execute(sa.update(checks).where(theirs, _k.state.in_(("waiting", "running"))).values(state="dropped"))
    tx.execute(sa.update(checks).where(theirs).values(because="", settled_because=None))


def count_later(reader: Reader, customer_ids: Collection[str], since: datetime, *, but: str, about: str | None) -> int:
    """How many cases these customers opened since then, besides `but`; with `about`, those that name this."""
    found = sa.select(sa.func.count()).where(
        cases.c.customer_id.in_(customer_ids), cases.c.opened_at > since, cases.c.id != but
    )
    return int(reader.value(found if about is None else found.where(_names(about))) or 0)


def _names(text: str) -> sa.ColumnElement[bool]:
    """Cases in whose messages, memory or writes this stands, as it is written or in capitals."""
    written = sorted({text, text.upper()})
    told = sa.or_(*(messages.c.text.contains(each, autoescape=True) for each in written))

    def holds(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        quoted = (json.dumps(each) for each in written)
        return sa.or_(*(sa.cast(column, sa.Text).contains(each, autoescape=True) for each in quoted))

    return sa.or_(
        sa.exists().where(messages.c.case_id == cases.c.id, told),
        sa.exists().where(effects.c.case_id == cases.c.id, holds(effects.c.args)),
        holds(cases.c.memory),
    )
