"""What releasing asks of the tables of other rooms: what became of a release's cases, and what a change touches."""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from aboveloop.govern.promotion.guards import Count
from aboveloop.govern.store import approvals
from aboveloop.journey.store import cases
from aboveloop.kit.database import Reader
from aboveloop.ledger.store import ledger_entries
from aboveloop.work.store import differences, effects

_c, _e = cases.c, ledger_entries.c
ENDED = _c.outcome.is_not(None)


def _has_entry(kind: str, *more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(_e.case_id == _c.id, _e.kind == kind, *more)


def _has_effect(state: str) -> sa.ColumnElement[bool]:
    return sa.exists().where(effects.c.case_id == _c.id, effects.c.state == state)


# By measure: of which cases, and which of them count as bad.
MEASURES: Mapping[str, tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]] = {
    "refused": (ENDED, _c.outcome == "refused"),
    "handed_over": (sa.true(), _c.handed_over_at.is_not(None)),
    "reopened": (
        sa.or_(ENDED, _has_entry("CaseEnded")),
        _has_entry("CaseOwnerChanged", _e.body.like('%"to":"reopened"%')),
    ),
    "denied_approvals": (
        sa.true(),
        sa.exists().where(approvals.c.case_id == _c.id, approvals.c.state == "denied"),
    ),
    "refused_writes": (sa.true(), _has_effect("refused")),
    "uncertain_writes": (sa.true(), _has_effect("unknown")),
    "unproved_writes": (sa.true(), _has_entry("ActionPerformed", _e.body.like('%"proved":false%'))),
    "failed_turns": (sa.true(), _has_entry("TurnFailed")),
    "differences": (sa.true(), sa.exists().where(differences.c.case_id == _c.id)),
    "alone": (
        ENDED,
        sa.and_(
            _c.outcome == "resolved",
            _c.handed_over_at.is_(None),
            ~sa.exists().where(approvals.c.case_id == _c.id),
        ),
    ),
}


def _one(reader: Reader, *columns: Any, where: Collection[Any]) -> tuple[Any, ...]:
    """The one row of an aggregate."""
    row = reader.first(sa.select(*columns).where(*where))
    assert row is not None, "an aggregate without groups is one row"
    return tuple(row)


def count_measure(reader: Reader, measure: str, digest: str, since: datetime) -> Count:
    """Over the cases of a release that were opened since then."""
    among, bad = MEASURES[measure]
    counted = (sa.func.count(), sa.func.sum(sa.case((bad, 1), else_=0)))
    number, found = _one(reader, *counted, where=(_c.release == digest, _c.opened_at >= since, among))
    return Count(int(found or 0), int(number))


def shadow_decisions(reader: Reader, digest: str, since: datetime) -> tuple[int, dict[str, str]]:
    """How many actions the release in shadow has decided since then and, by case, one that it decides otherwise."""
    found = sa.select(_e.case_id, _e.body).where(_e.kind == "ShadowDecided", _e.at >= since).order_by(_e.position)
    asked: set[tuple[str, str]] = set()
    otherwise: dict[str, str] = {}
    for row in reader.all(found):
        body: dict[str, Any] = json.loads(row.body)
        if body["shadow"] == digest:
            asked.add((row.case_id, body["action"]))
            if body["differs"]:
                otherwise[row.case_id] = body["operation"]
    return len(asked), otherwise


def first_case_since(reader: Reader, digest: str, since: datetime) -> datetime | None:
    found = sa.select(sa.func.min(_c.opened_at)).where(_c.release == digest, _c.opened_at >= since)
    value = reader.value(found)
    return value if isinstance(value, datetime) else None


def open_cases(reader: Reader, digest: str) -> list[str]:
    """The cases of a release that have not ended, the oldest first."""
    found = sa.select(_c.id).where(_c.release == digest, _c.owner != "resolved").order_by(_c.opened_at, _c.id)
    return [row.id for row in reader.all(found)]


def count_open(reader: Reader) -> dict[str, int]:
    """By release, how many cases have not ended."""
    number = sa.func.count().label("number")
    found = sa.select(_c.release, number).where(_c.owner != "resolved").group_by(_c.release)
    return {row.release: int(row.number) for row in reader.all(found)}


def cases_touched(
    reader: Reader, since: datetime, *, procedures: Collection[str], actions: Collection[str]
) -> tuple[int, int]:
    """How many cases and customers since then ran one of the procedures or wrote by one of the operations."""
    wrote = sa.exists().where(effects.c.case_id == _c.id, effects.c.operation.in_(sorted(actions)))
    touched = sa.or_(_c.procedure.in_(sorted(procedures)), wrote)
    counted = (sa.func.count(), sa.func.count(sa.distinct(_c.customer_id)))
    number, customers = _one(reader, *counted, where=(_c.opened_at >= since, touched))
    return int(number), int(customers)


def cases_since(reader: Reader, since: datetime) -> tuple[int, datetime | None]:
    """How many cases were opened since then, and when the first of them was."""
    number, first = _one(reader, sa.func.count(), sa.func.min(_c.opened_at), where=(_c.opened_at >= since,))
    return int(number), first


def performed_amounts(reader: Reader, since: datetime, actions: Collection[str]) -> Iterator[tuple[str, int]]:
    """Of every write since then by one of the operations: its name and the money at stake, 0 where there is none."""
    decided = sa.select(_e.body).where(_e.kind == "ActionDecided", _e.at >= since).order_by(_e.position)
    done = set(_performed_keys(reader, since, actions))
    for row in reader.all(decided):
        body: dict[str, Any] = json.loads(row.body)
        if body.get("key") in done:
            done.discard(body["key"])
            yield body["operation"], int(body.get("amount") or 0)


def _performed_keys(reader: Reader, since: datetime, actions: Collection[str]) -> list[str]:
    found = sa.select(effects.c.key).where(
        effects.c.state == "performed", effects.c.intended_at >= since, effects.c.operation.in_(sorted(actions))
    )
    return [row.key for row in reader.all(found)]
