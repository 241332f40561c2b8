"""The tables of governing and every query on them: approvals, their answers, and switches."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.govern.four_eyes import places_of
from aboveloop.kit.database import Instant, Reader, Transaction, metadata
from aboveloop.kit.prepared import Prepared

approvals = sa.Table(
    "govern_approvals",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("case_id", sa.String, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("operation", sa.String, nullable=False),
    sa.Column("args", sa.JSON, nullable=False),
    sa.Column("by_kind", sa.String, nullable=False),
    sa.Column("by_id", sa.String, nullable=False),
    sa.Column("customer_id", sa.String, nullable=False),
    sa.Column("release", sa.String),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("any_approver", sa.Boolean, nullable=False),
    sa.Column("four_eyes", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("rules", sa.JSON, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("requested_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Column("edited_by", sa.String),
    sa.Column("replaces", sa.String),
    sa.Column("replaced_by", sa.String),
    sa.Column("denied_before", sa.String),
    sa.Index("ix_govern_approvals_action", "case_id", "digest"),
    sa.Index("ix_govern_approvals_state", "state", "requested_at"),
    sa.Index("ix_govern_approvals_customer", "customer_id"),
)
_a = approvals.c
_is_waiting = _a.state == "waiting"
# One action is never asked for twice at once.
sa.Index(
    "uq_govern_approvals_waiting",
    _a.case_id,
    _a.digest,
    unique=True,
    sqlite_where=_is_waiting,
    postgresql_where=_is_waiting,
)

# One row for each role that is asked; `person_id` is empty until somebody answers for it.
answers = sa.Table(
    "govern_approval_answers",
    metadata,
    sa.Column("approval_id", sa.ForeignKey("govern_approvals.id"), primary_key=True),
    sa.Column("role", sa.String, primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("person_id", sa.String),
    sa.Column("verdict", sa.String),
    sa.Column("because", sa.Text, nullable=False, server_default=""),
    sa.Column("at", Instant),
    sa.UniqueConstraint("approval_id", "person_id", name="uq_govern_approval_answers_person"),
)
_r = answers.c

switches = sa.Table(
    "govern_switches",
    metadata,
    sa.Column("scope", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("id", sa.String, nullable=False),
    sa.Column("thrown_by", sa.String, nullable=False),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("thrown_at", Instant, nullable=False),
)
_s = switches.c

# More than a person looks through in one sitting; a longer list is filtered.
LISTED = 200
_OLDEST_FIRST = (_a.requested_at, _a.id)

# What people set; `environment` is "" for wherever a case runs, or canary. Under `admitted` stands what the house let a
# procedure begin in.
stages = sa.Table(
    "govern_stages",
    metadata,
    sa.Column("environment", sa.String, primary_key=True),
    sa.Column("procedure", sa.String, primary_key=True),
    sa.Column("stage", sa.String, nullable=False),
    sa.Column("set_by", sa.String, nullable=False),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("set_at", Instant, nullable=False),
)


@dataclass(frozen=True)
class Wanted:
    """Which waiting approvals to list. `roles`: a place of theirs is still to answer. `by_person`: who neither asked
    for it nor edited it and has not answered yet. None is everything."""

    case_id: str | None = None
    operation: str | None = None
    roles: frozenset[str] | None = None
    by_person: str | None = None


def insert_approval(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(approvals), values)


def insert_roles(tx: Transaction, approval_id: str, roles: Collection[str]) -> None:
    """Ask these roles, in this order."""
    rows = [{"approval_id": approval_id, "role": role, "place": place} for place, role in enumerate(roles)]
    if rows:
        tx.execute(sa.insert(answers), rows)


def approval(reader: Reader, approval_id: str) -> Row[Any] | None:
    return reader.first(sa.select(approvals).where(_a.id == approval_id))


def approvals_of_action(reader: Reader, case_id: str, digest: str) -> list[Row[Any]]:
    """All approvals ever asked for one action, oldest first."""
    found = sa.select(approvals).where(_a.case_id == case_id, _a.digest == digest)
    return list(reader.all(found.order_by(*_OLDEST_FIRST)))


def approvals_of_case(reader: Reader, case_id: str) -> list[Row[Any]]:
    return list(reader.all(sa.select(approvals).where(_a.case_id == case_id).order_by(*_OLDEST_FIRST)))


def approvals_of_customer(reader: Reader, customer_id: str) -> list[Row[Any]]:
    """By case, as `approvals_due`."""
    found = sa.select(approvals).where(_a.customer_id == customer_id)
    return list(reader.all(found.order_by(_a.case_id, *_OLDEST_FIRST)))


def approvals_due(reader: Reader, states: Collection[str], now: datetime) -> list[Row[Any]]:
    """By case, so that whoever locks their chains one after the other does it in everybody's order."""
    due = sa.select(approvals).where(_a.state.in_(states), _a.expires_at <= now)
    return list(reader.all(due.order_by(_a.case_id, *_OLDEST_FIRST)))


def approvals_waiting(reader: Reader, now: datetime, wanted: Wanted) -> list[Row[Any]]:
    """Waiting and not overdue, oldest first."""
    found = sa.select(approvals).where(_is_waiting, _a.expires_at > now)
    if wanted.case_id is not None:
        found = found.where(_a.case_id == wanted.case_id)
    if wanted.operation is not None:
        found = found.where(_a.operation == wanted.operation)
    if wanted.roles is not None:
        asked = sa.exists().where(_r.approval_id == _a.id, _r.person_id.is_(None), _r.role.in_(places_of(wanted.roles)))
        found = found.where(asked)
    if wanted.by_person is not None:
        answered = sa.exists().where(_r.approval_id == _a.id, _r.person_id == wanted.by_person)
        own = sa.and_(_a.by_kind == "person", _a.by_id == wanted.by_person)
        edited = sa.func.coalesce(_a.edited_by, "") == wanted.by_person
        found = found.where(~answered, ~own, ~edited)
    return list(reader.all(found.order_by(*_OLDEST_FIRST).limit(LISTED)))


def answers_of(reader: Reader, approval_ids: Collection[str]) -> list[Row[Any]]:
    """The roles asked by these approvals, in the order in which they were named."""
    found = sa.select(answers).where(_r.approval_id.in_(approval_ids))
    return list(reader.all(found.order_by(_r.approval_id, _r.place)))


def move(tx: Transaction, approval_id: str, states: tuple[str, str], values: Mapping[str, object]) -> bool:
    """Move the approval from the first state to the second; False when it was not in the first."""
    before, after = states
    update = sa.update(approvals).where(_a.id == approval_id, _a.state == before).values(state=after, **values)
    return tx.execute(update).rowcount == 1


def use_approvals(tx: Transaction, case_id: str, digest: str, now: datetime) -> frozenset[str]:
    """Mark the approved, unexpired approvals of an action as used and name them; what was used is not used again."""
    unused = sa.and_(_a.case_id == case_id, _a.digest == digest, _a.state == "approved", _a.expires_at > now)
    update = sa.update(approvals).where(unused).values(state="used", closed_at=now).returning(_a.id)
    return frozenset(tx.execute(update).scalars())


def answer(tx: Transaction, approval_id: str, role: str, values: Mapping[str, object]) -> None:
    """Write the answer for a role that is asked."""
    tx.execute(sa.update(answers).where(_r.approval_id == approval_id, _r.role == role).values(**values))


def blank_approvals(tx: Transaction, customer_id: str) -> None:
    """Remove all that is personal in the approvals of a customer."""
    ids = sa.select(_a.id).where(_a.customer_id == customer_id)
    tx.execute(sa.update(answers).where(_r.approval_id.in_(ids)).values(because=""))
    tx.execute(sa.update(approvals).where(_a.customer_id == customer_id).values(args={}, evidence={}))


def throw_switch(tx: Transaction, values: Mapping[str, object]) -> Row[Any]:
    """The switch that stands: this one, or the one that was thrown before."""
    # The update changes nothing, but only an updated row is returned.
    thrown = tx.insert_into(switches).values(**values)
    kept = thrown.on_conflict_do_update(index_elements=[_s.scope, _s.name], set_={"name": _s.name})
    return tx.execute(kept.returning(switches)).one()


def release_switch(tx: Transaction, scope: str, name: str) -> Row[Any] | None:
    """The switch that stood and stands no more; None when there was none."""
    return tx.execute(sa.delete(switches).where(_s.scope == scope, _s.name == name).returning(switches)).first()


def end_switch(tx: Transaction, switch_id: str, thrown_by: str) -> Row[Any] | None:
    """The switch of this id that stood and stands no more; None where it does not, or is somebody else's."""
    ended = sa.delete(switches).where(_s.id == switch_id, _s.thrown_by == thrown_by)
    return tx.execute(ended.returning(switches)).first()


def keep_switch(tx: Transaction, switch_id: str, values: Mapping[str, object]) -> Row[Any] | None:
    """The switch with its new owner, reason and id; None where it does not stand any more."""
    kept = sa.update(switches).where(_s.id == switch_id).values(**values)
    return tx.execute(kept.returning(switches)).first()


# One fixed statement: it is asked before every action.
_ALL_SWITCHES = Prepared(sa.select(switches).order_by(_s.thrown_at, _s.scope, _s.name))


def all_switches(reader: Reader) -> list[Row[Any]]:
    """Every thrown switch, the longest standing first."""
    return list(reader.all(_ALL_SWITCHES))


def switches_at(reader: Reader, places: Collection[tuple[str, str]]) -> list[Row[Any]]:
    """The thrown switches among these (scope, name), the longest standing first.

    Asked before every action: few switches ever stand, so reading them all by one fixed statement is cheapest.
    """
    return [row for row in all_switches(reader) if (row.scope, row.name) in places]


def set_stage(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.put(stages, values)


# One fixed statement: it is asked in every turn.
_ALL_STAGES = Prepared(sa.select(stages).order_by(stages.c.procedure, stages.c.environment))


def all_stages(reader: Reader) -> list[Row[Any]]:
    """Every stage that was set, by procedure."""
    return list(reader.all(_ALL_STAGES))
