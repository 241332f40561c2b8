"""The KPI stack day by day: its lines on one axis with the workers' signals, what changed, what follows what."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean
from zoneinfo import ZoneInfo

from aboveloop.app.premises import Premises
from aboveloop.app.teaching.health import is_abstained
from aboveloop.app.teaching.store import Reading, readings_since
from aboveloop.kit.database import Reader
from aboveloop.measure import store
from aboveloop.measure.counting import Scope, count
from aboveloop.measure.together import FEWEST_DAYS, Change, Line, Link, changes_of, links_of
from aboveloop.operation.delivery import Kpi
from aboveloop.operation.models import Operation
from aboveloop.operation.store import all_deployments, release_by_digest

DAYS = 56
MOST_DAYS = 182
# Signals beside the KPIs: how sure the workers are, and how often they are too unsure to act.
CONFIDENCE, ABSTENTION = "signal_confidence", "signal_abstention"


@dataclass(frozen=True)
class Deployed:
    """A release that went to work on the day at `place`."""

    place: int
    release: str


@dataclass(frozen=True)
class Together:
    """Lines over `days`, the last of which is not over yet; `changes` by a line's name."""

    days: tuple[date, ...]
    lines: tuple[Line, ...]
    changes: Mapping[str, tuple[Change, ...]]
    links: tuple[Link, ...]
    deployed: tuple[Deployed, ...]

    @property
    def judged(self) -> int:
        """How many lines have enough days to be judged."""
        return sum(line.measured >= FEWEST_DAYS for line in self.lines)


def together(premises: Premises, reader: Reader, now: datetime, *, days: int = DAYS) -> Together:
    """The last `days` days, as the company's time zone has them. Today is left out, for it is not over."""
    operation = premises.current()
    dates, starts, zone = _days_before(operation, now, days)
    lines = [_line(reader, kpi, starts, zone) for kpi in operation.kpis.values()]
    lines += _signals(operation, readings_since(reader, starts[0]), dates, zone)
    kept = tuple(line for line in lines if line.measured)
    changes = {line.name: changes_of(line) for line in kept}
    return Together(dates, kept, changes, links_of(kept), _deployed(reader, dates, zone))


def line_of(
    premises: Premises, reader: Reader, kpi: Kpi, now: datetime, *, procedures: tuple[str, ...] | None = None
) -> Line:
    """One KPI over the last DAYS days, today left out; of the cases of these procedures alone where they are named."""
    _, starts, zone = _days_before(premises.current(), now, DAYS)
    return _line(reader, kpi, starts, zone, procedures)


def _days_before(
    operation: Operation, now: datetime, days: int
) -> tuple[tuple[date, ...], Sequence[datetime], ZoneInfo]:
    """The days in the company's time zone, the instants at which they begin (and the last ends), and the zone."""
    zone = ZoneInfo(operation.about.timezone)
    today = now.astimezone(zone).date()
    dates = tuple(today - timedelta(days=ago) for ago in range(days, 0, -1))
    return dates, [datetime(day.year, day.month, day.day, tzinfo=zone) for day in (*dates, today)], zone


def _line(
    reader: Reader,
    kpi: Kpi,
    starts: Sequence[datetime],
    zone: ZoneInfo,
    procedures: tuple[str, ...] | None = None,
) -> Line:
    scopes = [Scope(start, end, procedures=procedures) for start, end in itertools.pairwise(starts)]
    if kpi.measure is not None and count(reader, kpi.measure, scopes[0]) is not None:
        found = [count(reader, kpi.measure, scope) for scope in scopes]
        values = tuple(None if value is None else value.value for value in found)
    else:
        # Written down by people, or worked out by asking systems of record: the last word of each day.
        last = {row.at.astimezone(zone).date(): row.value for row in store.values_since(reader, kpi.kpi, starts[0])}
        values = tuple(last.get(scope.since.date()) for scope in scopes)
    return Line(kpi.kpi, kpi.title, kpi.level, kpi.unit, values)


def _signals(operation: Operation, readings: Iterable[Reading], dates: Sequence[date], zone: ZoneInfo) -> list[Line]:
    by_day: dict[date, list[Reading]] = defaultdict(list)
    for reading in readings:
        if not reading.asked:
            by_day[reading.at.astimezone(zone).date()].append(reading)
    sure = [fmean(each.confidence for each in by_day[day]) if day in by_day else None for day in dates]
    unsure = [fmean(is_abstained(operation, each) for each in by_day[day]) if day in by_day else None for day in dates]
    return [
        Line(CONFIDENCE, "How sure the workers are of what is wanted", "model", "share", tuple(sure)),
        Line(ABSTENTION, "Messages too unsure to act on", "model", "share", tuple(unsure)),
    ]


def _deployed(reader: Reader, dates: Sequence[date], zone: ZoneInfo) -> tuple[Deployed, ...]:
    found = []
    for each in reversed(all_deployments(reader)):
        day = each.deployed_at.astimezone(zone).date()
        release = release_by_digest(reader, each.digest)
        if release is not None and dates[0] <= day <= dates[-1]:
            found.append(Deployed((day - dates[0]).days, f"r{release.number}"))
    return tuple(found)
