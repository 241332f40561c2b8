"""Measures of answering: how long requests wait, by whom and how they are answered, and who answers without looking.

Times are told by the clock and in working hours. Percentiles are by nearest rank (ISO 2602 calls it the empirical
quantile): the time that at least so many of the hundred had.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Row

from aboveloop.govern.four_eyes import people_needed
from aboveloop.govern.queue import store
from aboveloop.kit.database import Reader
from aboveloop.operation.models import OperationFile
from aboveloop.operation.working_hours import worked

# Nobody reads what, why and for whom in less.
AT_A_GLANCE = timedelta(seconds=3)


@dataclass(frozen=True)
class Wait:
    """One request that ended: how, by whom, and how long it waited. `how` is approved, edited, denied or expired."""

    approval_id: str
    operation: str
    roles: tuple[str, ...]
    day: str
    how: str
    clock: timedelta
    working: timedelta


@dataclass(frozen=True)
class Given:
    """One answer of one person. `counted_as` is the request as it was first asked. `pace` is the time that it took at
    most: since their answer before, or since it was asked, whichever was later; answers given together share theirs.
    """

    person_id: str
    approval_id: str
    verdict: str
    at: datetime
    after: timedelta
    pace: timedelta
    counted_as: str

    @property
    def is_at_a_glance(self) -> bool:
        """Nobody can have read it."""
        return self.pace < AT_A_GLANCE


@dataclass(frozen=True)
class Times:
    """How long requests waited. None where there were none."""

    many: int
    median: timedelta | None
    p95: timedelta | None
    median_working: timedelta | None
    p95_working: timedelta | None


@dataclass(frozen=True)
class Answering:
    """How one person answers. `at_a_glance` is the share of answers given in under three seconds."""

    person_id: str
    answers: int
    approved: int
    edited: int
    denied: int
    median: timedelta | None
    p95: timedelta | None
    at_a_glance: float

    @property
    def acceptance(self) -> float:
        """The share approved exactly as asked."""
        return self.approved / self.answers


@dataclass(frozen=True)
class Measures:
    """All of a span of time. `denied_as` counts the reasons of the list; "" are denials in words alone."""

    since: datetime
    asked: int
    waiting: int
    ended: dict[str, int]
    all: Times
    by_operation: dict[str, Times]
    by_role: dict[str, Times]
    by_day: dict[str, Times]
    by_person: tuple[Answering, ...]
    denied_as: dict[str, int]
    waits: tuple[Wait, ...]
    given: tuple[Given, ...]


def measure(reader: Reader, about: OperationFile, since: datetime, now: datetime) -> Measures:
    """What became of the approvals that were asked since then."""
    rows = store.asked_since(reader, since)
    answers: dict[str, list[Row[Any]]] = {}
    for answer in store.answers_since(reader, since):
        answers.setdefault(answer.approval_id, []).append(answer)
    editors = {row.replaces: row for row in rows if row.edited_by is not None}
    waits = [
        wait
        for row in rows
        if (wait := _wait(about, row, answers.get(row.id, []), editors.get(row.id), now)) is not None
    ]
    given = _given(rows, answers)
    denied = Counter(row.denied_as or "" for row in rows if row.state == "denied")
    return Measures(
        since=since,
        asked=sum(row.replaces is None for row in rows),
        waiting=sum(row.state == "waiting" and row.expires_at > now for row in rows),
        ended=dict(Counter(wait.how for wait in waits)),
        all=times(waits),
        by_operation=_by(waits, lambda wait: (wait.operation,)),
        by_role=_by(waits, lambda wait: wait.roles),
        by_day=_by(waits, lambda wait: (wait.day,)),
        by_person=tuple(_answering(given)),
        denied_as=dict(denied),
        waits=tuple(waits),
        given=tuple(given),
    )


def times(waits: Sequence[Wait]) -> Times:
    """The median and the 95th percentile of these."""
    clock = [wait.clock for wait in waits]
    working = [wait.working for wait in waits]
    return Times(len(waits), ranked(clock, 0.5), ranked(clock, 0.95), ranked(working, 0.5), ranked(working, 0.95))


def ranked(values: Iterable[timedelta], part: float) -> timedelta | None:
    """The value at nearest rank, None where there is none."""
    ordered = sorted(values)
    return ordered[max(math.ceil(part * len(ordered)), 1) - 1] if ordered else None


def _wait(
    about: OperationFile, row: Row[Any], answered: Sequence[Row[Any]], editor: Row[Any] | None, now: datetime
) -> Wait | None:
    """None for what still waits, was withdrawn, or continues an edited one that is counted already."""
    by_people = [each.at for each in answered if each.at is not None]
    needed = people_needed(len(answered), any_approver=row.any_approver, four_eyes=row.four_eyes)
    complete = bool(by_people) and len(by_people) >= needed
    if row.edited_by is not None:
        return None
    if editor is not None:
        how, until = "edited", editor.requested_at
    elif row.state == "denied":
        how, until = "denied", row.closed_at
    elif row.state != "superseded" and complete:
        how, until = "approved", max(by_people)
    elif row.state in ("waiting", "expired") and row.expires_at <= (row.closed_at or now):
        how, until = "expired", row.expires_at
    else:
        return None
    day = row.requested_at.astimezone(ZoneInfo(about.timezone)).date().isoformat()
    return Wait(
        row.id,
        row.operation,
        tuple(each.role for each in answered),
        day,
        how,
        until - row.requested_at,
        worked(about, row.requested_at, until),
    )


def _by(waits: Sequence[Wait], names: Callable[[Wait], Iterable[str]]) -> dict[str, Times]:
    grouped: dict[str, list[Wait]] = {}
    for wait in waits:
        for name in names(wait):
            grouped.setdefault(name, []).append(wait)
    return {name: times(grouped[name]) for name in sorted(grouped)}


def _given(rows: Sequence[Row[Any]], answers: dict[str, list[Row[Any]]]) -> list[Given]:
    """Every answer with its pace, the oldest of a person first."""
    known = {row.id: row for row in rows}
    raw: list[tuple[str, datetime, datetime, str, str, str]] = []
    for row in rows:
        first = _first_form(known, row)
        if row.edited_by is not None:
            # Whoever edits answers the first form; that they also approve the second is one and the same answer.
            raw.append((row.edited_by, row.requested_at, first.requested_at, first.id, row.id, "edited"))
        for each in answers.get(row.id, []):
            if each.person_id is not None and each.person_id != row.edited_by:
                raw.append((each.person_id, each.at, row.requested_at, first.id, row.id, each.verdict))
    raw.sort(key=lambda each: (each[0], each[1]))
    together = Counter((person, at) for person, at, *_ in raw)
    given: list[Given] = []
    last: dict[str, tuple[datetime, datetime | None]] = {}
    for person, at, asked, first_id, approval_id, verdict in raw:
        now_at, before = last.get(person, (at, None))
        if now_at != at:
            before = now_at
        last[person] = (at, before)
        began = max(asked, before) if before is not None else asked
        pace = (at - began) / together[(person, at)]
        given.append(Given(person, approval_id, verdict, at, at - asked, pace, first_id))
    return given


def _first_form(known: Mapping[str, Row[Any]], row: Row[Any]) -> Row[Any]:
    """An edited request as it was first asked, as far back as is known."""
    while row.replaces in known:
        row = known[row.replaces]
    return row


def _answering(given: Sequence[Given]) -> Iterable[Answering]:
    people: dict[str, list[Given]] = {}
    for each in given:
        people.setdefault(each.person_id, []).append(each)
    for person_id in sorted(people):
        theirs = people[person_id]
        verdicts = Counter(each.verdict for each in theirs)
        yield Answering(
            person_id=person_id,
            answers=len(theirs),
            approved=verdicts["approved"],
            edited=verdicts["edited"],
            denied=verdicts["denied"],
            median=ranked((each.after for each in theirs), 0.5),
            p95=ranked((each.after for each in theirs), 0.95),
            at_a_glance=sum(each.is_at_a_glance for each in theirs) / len(theirs),
        )
