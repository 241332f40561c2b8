"""The signals of each worker: how sure it is, how often it gives up, how often people take over, day by day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aboveloop.app.premises import Premises
from aboveloop.app.teaching import drifting, health, store
from aboveloop.app.teaching.corrections import Correction, standing
from aboveloop.app.teaching.drifting import Standing
from aboveloop.app.teaching.store import Reading
from aboveloop.kit.database import Reader
from aboveloop.measure.confusions import Curve, Judged, calibration
from aboveloop.operation.models import Operation

DAYS = 28


@dataclass(frozen=True)
class Day:
    """One day of one worker: messages read as its needs, how sure, how many too unsure; cases, how many handed over."""

    day: str
    messages: int
    confidence: float | None
    abstained: int
    cases: int
    handed_over: int


@dataclass(frozen=True)
class Signals:
    """One worker, or all of them (`name` ""). `curve` is of readings drawn by chance and checked by people."""

    name: str
    title: str
    messages: int
    confidence: float | None
    abstained: int
    cases: int
    handed_over: int
    days: tuple[Day, ...]
    curve: Curve

    @property
    def escalation(self) -> float | None:
        return self.handed_over / self.cases if self.cases else None

    @property
    def abstention(self) -> float | None:
        return self.abstained / self.messages if self.messages else None


@dataclass(frozen=True)
class Panel:
    """All workers together, each of them, and the drift watch of the release at work."""

    every: Signals
    workers: tuple[Signals, ...]
    drift: Standing | None


@dataclass(frozen=True)
class _Ended:
    procedure: str
    day: str
    handed_over: bool


def panel(premises: Premises, reader: Reader) -> Panel:
    """The signals of the last four weeks."""
    operation, now = premises.current(), premises.house.clock.now()
    since = now - timedelta(days=DAYS)
    readings = [each for each in store.readings_since(reader, since) if not each.asked]
    rows = store.cases_opened(reader, since)
    opened = [_Ended(row.procedure or "", f"{row.opened_at:%Y-%m-%d}", row.handed_over_at is not None) for row in rows]
    said = [each for each in standing(reader, premises.ledger) if each.drawn and not each.also]
    days = [f"{since + timedelta(days=place):%Y-%m-%d}" for place in range(1, DAYS + 1)]
    workers = []
    for name, procedure in operation.procedures.items():
        title = procedure.title or name.replace("_", " ").capitalize()
        theirs = [each for each in readings if worker_of(operation, each.intent) == name]
        cases = [each for each in opened if each.procedure == name]
        checked = [each for each in said if worker_of(operation, each.guessed) == name]
        workers.append(_signals(operation, (name, title), theirs, cases, checked, days))
    every = _signals(operation, ("", "All workers"), readings, opened, said, days)
    return Panel(every, tuple(workers), drifting.standing(reader, operation.digest))


def worker_of(operation: Operation, intent: str) -> str:
    """The worker that an intent leads to, "" for none."""
    found = operation.intents.get(intent)
    return found.procedure or "" if found is not None else ""


def _signals(
    operation: Operation,
    called: tuple[str, str],
    readings: Sequence[Reading],
    opened: Sequence[_Ended],
    said: Iterable[Correction],
    days: Sequence[str],
) -> Signals:
    by_day: dict[str, list[Reading]] = defaultdict(list)
    for each in readings:
        by_day[_day(each.at)].append(each)
    lines = []
    for day in days:
        of, cases = by_day.get(day, []), [each for each in opened if each.day == day]
        given = sum(each.handed_over for each in cases)
        lines.append(Day(day, len(of), _mean(of), _abstained(operation, of), len(cases), given))
    judged = [Judged(each.message, each.intent, each.guessed, each.confidence) for each in said]
    return Signals(
        name=called[0],
        title=called[1],
        messages=len(readings),
        confidence=_mean(readings),
        abstained=_abstained(operation, readings),
        cases=len(opened),
        handed_over=sum(each.handed_over for each in opened),
        days=tuple(lines),
        curve=calibration(judged),
    )


def _abstained(operation: Operation, readings: Iterable[Reading]) -> int:
    return sum(health.is_abstained(operation, each) for each in readings)


def _mean(readings: Sequence[Reading]) -> float | None:
    return sum(each.confidence for each in readings) / len(readings) if readings else None


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
