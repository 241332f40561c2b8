"""Counting: each measure as one question to the records, over a scope of time, release and procedures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa

from aboveloop.govern.store import answers, approvals
from aboveloop.journey.reasons import NOT_UNDERSTOOD
from aboveloop.journey.store import cases, messages
from aboveloop.kit.clock import to_micros
from aboveloop.kit.database import Reader
from aboveloop.ledger.store import ledger_entries
from aboveloop.operation.delivery import KpiMeasure

_c, _m, _a, _e = cases.c, messages.c, approvals.c, ledger_entries.c
# Who comes back within a week comes back for the same reason.
SAME_NEED_WITHIN = timedelta(days=7)
# What was given to people is taken within a day, or nobody looks.
SETTLES_WITHIN = timedelta(days=1)
ANSWERED = ("approved", "used", "denied")
GIVEN = ("approved", "used")


@dataclass(frozen=True)
class Scope:
    """Which cases count: opened in [since, until), of this release, by these procedures. None is no limit."""

    since: datetime
    until: datetime
    release: str | None = None
    procedures: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Value:
    """What a measure was worth. `part` of `cases` for a share; None where nothing can be said before the first case."""

    value: float | None
    part: int
    cases: int


def _micros(column: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
    """An instant as the number that it is stored as, to reckon with."""
    return sa.type_coerce(column, sa.BigInteger)


def _has_entry(kind: str, *more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(_e.case_id == _c.id, _e.kind == kind, *more)


_again = cases.alias("again")
ENDED = _c.outcome.is_not(None)
REOPENED = _has_entry("CaseOwnerChanged", _e.body.like('%"to":"reopened"%'))
CAME_BACK = sa.exists().where(
    _again.c.customer_id == _c.customer_id,
    _again.c.id != _c.id,
    _again.c.intent == _c.intent,
    _micros(_again.c.opened_at) > _micros(_c.opened_at),
    _micros(_again.c.opened_at) <= _micros(_c.resolved_at) + SAME_NEED_WITHIN // timedelta(microseconds=1),
)
FAILED = _has_entry("TurnFailed")
REFUNDED = _has_entry("ActionPerformed", _e.body.like('%"outcome":"refunded"%'))
PAID = _has_entry("ActionPerformed", _e.body.like('%"outcome":"paid"%'))
ALONE = sa.and_(
    _c.outcome == "resolved", _c.handed_over_at.is_(None), ~sa.exists().where(_a.case_id == _c.id)
)  # fmt: skip
# By measure: of which cases, and which of them count.
SHARES: Mapping[str, tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]] = {
    "containment": (ENDED, ALONE),
    "first_contact_resolution": (_c.outcome == "resolved", sa.and_(~REOPENED, ~CAME_BACK)),
    "hand_over_rate": (sa.true(), _c.handed_over_at.is_not(None)),
    "refusal_rate": (ENDED, _c.outcome == "refused"),
    # The outcome events, of all cases that ended.
    "resolution_rate": (ENDED, _c.outcome == "resolved"),
    "reopening_rate": (ENDED, REOPENED),
    "refund_rate": (ENDED, REFUNDED),
    "payment_rate": (ENDED, PAID),
    "not_understood_rate": (sa.true(), _c.handed_over_because == NOT_UNDERSTOOD),
    "failed_turn_rate": (sa.true(), FAILED),
}


def count(reader: Reader, measure: KpiMeasure, scope: Scope) -> Value | None:
    """The measure over the scope; None for what is worked out elsewhere (`write_error_rate` asks systems of record)."""
    if measure in SHARES:
        among, counts = SHARES[measure]
        return _share_of(reader, cases, counts, [*_within(scope), among])
    return _OTHERS[measure](reader, scope) if measure in _OTHERS else None


def instrumented_hand_overs(reader: Reader, scope: Scope) -> Value:
    """Of the cases that were given to people, the share of which one can tell why and what became of it: the reason
    stands there, and they are with somebody, have ended, or went back to the worker. Those of the last day are left
    out: they may yet be taken."""
    taken = sa.and_(_c.handed_over_because.is_not(None), _c.handed_over_because != "", _c.owner != "waiting_on_person")
    settled = _micros(_c.handed_over_at) < to_micros(scope.until) - SETTLES_WITHIN // timedelta(microseconds=1)
    return _share_of(reader, cases, taken, [*_within(scope), _c.handed_over_at.is_not(None), settled])


def share(part: int, whole: int) -> Value:
    return Value(part / whole if whole else None, part, whole)


def _share_of(
    reader: Reader, source: sa.FromClause, counts: sa.ColumnElement[bool], where: list[sa.ColumnElement[bool]]
) -> Value:
    number, part = _pair(reader, source, sa.func.sum(sa.case((counts, 1), else_=0)), where)
    return share(int(part), number)


def _pair(
    reader: Reader, source: sa.FromClause, summed: sa.ColumnElement[Any], where: list[sa.ColumnElement[bool]]
) -> tuple[int, float]:
    """How many rows there are, and the sum over them."""
    columns: list[Any] = [sa.func.count(), summed]
    row = reader.first(sa.select(*columns).select_from(source).where(*where))
    assert row is not None, "an aggregate without groups is one row"
    number, total = tuple(row)
    return int(number), total or 0


def _within(scope: Scope) -> list[sa.ColumnElement[bool]]:
    found = [_c.opened_at >= scope.since, _c.opened_at < scope.until]
    if scope.release is not None:
        found.append(_c.release == scope.release)
    if scope.procedures is not None:
        found.append(_c.procedure.in_(scope.procedures))
    return found


def _handling_time(reader: Reader, scope: Scope) -> Value:
    """Over ended cases that were never with a person: a person's time is not the workers'."""
    worked = sa.func.sum(_micros(_m.handled_at) - _micros(_m.at)).label("worked")
    per_case = (
        sa.select(worked)
        .select_from(cases.join(messages, _m.case_id == _c.id))
        .where(*_within(scope), ENDED, _c.handed_over_at.is_(None), _m.direction == "in", _m.handled_at.is_not(None))
        .group_by(_c.id)
        .subquery()
    )
    number, total = _pair(reader, per_case, sa.func.sum(per_case.c.worked), [])
    return Value(float(total) / 1_000_000 / number if number else None, 0, number)


def _approval_wait(reader: Reader, scope: Scope) -> Value:
    """From asking to the last answer. What was edited is asked anew and was answered with the edit."""
    columns: list[Any] = [_micros(_a.requested_at).label("asked"), sa.func.max(_micros(answers.c.at)).label("last")]
    found = (
        sa.select(*columns)
        .select_from(approvals.join(answers, answers.c.approval_id == _a.id).join(cases, _c.id == _a.case_id))
        .where(*_asked_within(scope), _a.state.in_(ANSWERED), _a.edited_by.is_(None), answers.c.at.is_not(None))
        .group_by(_a.id, _a.requested_at)
    )
    waits = [(int(row.last) - int(row.asked)) / 1_000_000 for row in reader.all(found)]
    return Value(median(waits) if waits else None, 0, len(waits))


def _denial_rate(reader: Reader, scope: Scope) -> Value:
    return _of_approvals(reader, scope, ANSWERED, _a.state == "denied")


def _edit_rate(reader: Reader, scope: Scope) -> Value:
    return _of_approvals(reader, scope, GIVEN, _a.edited_by.is_not(None))


def _of_approvals(reader: Reader, scope: Scope, among: tuple[str, ...], counts: sa.ColumnElement[bool]) -> Value:
    return _share_of(
        reader, approvals.join(cases, _c.id == _a.case_id), counts, [*_asked_within(scope), _a.state.in_(among)]
    )


def _asked_within(scope: Scope) -> list[sa.ColumnElement[bool]]:
    """Approvals by when they were asked, on the cases of the scope whenever those were opened."""
    found = [
        _micros(_a.requested_at) >= to_micros(scope.since),
        _micros(_a.requested_at) < to_micros(scope.until),
    ]
    if scope.release is not None:
        found.append(_c.release == scope.release)
    if scope.procedures is not None:
        found.append(_c.procedure.in_(scope.procedures))
    return found


_OTHERS: Mapping[str, Callable[[Reader, Scope], Value]] = {
    "handling_time": _handling_time,
    "approval_wait": _approval_wait,
    "denial_rate": _denial_rate,
    "edit_rate": _edit_rate,
}
