"""The before of a charter, counted from a history: one value for each case, left-out cases told, the season noted.

The same events give the same number and the same digest, whichever order they come in.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from aboveloop.history.events import Event
from aboveloop.kit.canonical import digest
from aboveloop.kit.clock import from_micros
from aboveloop.measure.errors import BaselineEmpty
from aboveloop.measure.intervals import Interval, interval
from aboveloop.measure.trend import Trend, trend
from aboveloop.operation.charters import Baseline

SECOND = 1_000_000
# An effect of weekday or month is told when the extremes lie apart by more than this share of the whole value.
SEASON = 0.2
# As few cases as a weekday or month must have to be told.
FEWEST = 20
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Counted:
    """What came of it. `left_out` says why and how many; `rows` is the digest of each case with its value; `season`
    says by weekday and month what the value was, `trend` whether it was moving by itself, `remarks` what of that
    matters when before and after are compared."""

    interval: Interval
    left_out: Mapping[str, int]
    rows: str
    season: Mapping[str, Mapping[str, float]]
    trend: Trend | None
    remarks: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        said = vars(self.interval)
        return {**said, "left_out": dict(self.left_out), "rows_digest": self.rows, "season": self.season,
                "trend": None if self.trend is None else vars(self.trend), "remarks": list(self.remarks)}  # fmt: skip


@dataclass
class _Case:
    """What is known of a case so far; `at` and `position` are those of its first event."""

    at: int
    position: int
    customer: str | None = None
    seen: set[str] = field(default_factory=set)
    hits: list[int] = field(default_factory=list)


def count(events: Iterable[Event], spec: Baseline, zone: ZoneInfo) -> Counted:
    """Count the baseline over `events` in any order. Raises BaselineEmpty."""
    since = datetime.combine(spec.window.since, datetime.min.time(), zone)
    until = datetime.combine(spec.window.until, datetime.min.time(), zone)
    left: Counter[str] = Counter()
    kept: list[tuple[str, _Case, float]] = []
    for name, case in sorted(_cases(events, spec).items()):
        why, value = _value(case, spec, from_micros(case.at), (since, until))
        if value is None:
            left[why] += 1
        else:
            kept.append((name, case, value))
    if not kept:
        told = ", ".join(f"{number} {why}" for why, number in left.items()) or "there are no cases"
        raise BaselineEmpty(f"No case of {spec.history} counts for this baseline: {told}. Nothing was frozen.")
    return _summed(kept, spec, zone, left)


def _cases(events: Iterable[Event], spec: Baseline) -> dict[str, _Case]:
    wanted, cases = set(spec.measure.events), dict[str, _Case]()
    teams, channels = set(spec.without_teams), set(spec.without_channels)
    for event in events:
        case = cases.setdefault(event.case_id, _Case(event.at, event.position))
        if (event.at, event.position) < (case.at, case.position):
            case.at, case.position = event.at, event.position
        if event.activity in wanted:
            case.hits.append(event.at)
        if event.activity in spec.without:
            case.seen.add(f"with {event.activity}")
        if event.team in teams:
            case.seen.add(f"of team {event.team}")
        if event.channel in channels:
            case.seen.add(f"of channel {event.channel}")
        if spec.customer is not None and case.customer is None:
            said = json.loads(event.attributes).get(spec.customer)
            case.customer = None if said is None else str(said)
    return cases


def _value(case: _Case, spec: Baseline, began: datetime, window: tuple[datetime, datetime]) -> tuple[str, float | None]:
    """The value of a case, or why it has none."""
    if not window[0] <= began < window[1]:
        return "outside the window", None
    if case.seen:
        return min(case.seen), None
    match spec.measure.of:
        case "has":
            return "", float(bool(case.hits))
        case "count":
            return "", float(len(case.hits))
    if not case.hits:
        return "not ended in the history", None
    return "", (min(case.hits) - case.at) / SECOND


def _summed(kept: list[tuple[str, _Case, float]], spec: Baseline, zone: ZoneInfo, left: Counter[str]) -> Counted:
    values = np.array([value for _, _, value in kept])
    days = [from_micros(case.at).astimezone(zone).date() for _, case, _ in kept]
    groups = strata = None
    if spec.rows == "day":
        groups = np.array([day.toordinal() for day in days])
        strata = np.array([day.weekday() for day in days])
    elif spec.rows == "customer":
        # Who is not known stands alone.
        groups = np.array([case.customer or f"\0{name}" for name, case, _ in kept])
    found = interval(spec.measure.statistic, values, groups=groups, strata=strata)
    assert found is not None, "there is at least one case"
    weekday = _by([DAYS[day.weekday()] for day in days], values, spec)
    month = _by([f"{day:%Y-%m}" for day in days], values, spec)
    rows = digest([[name, repr(value)] for name, _, value in kept])
    moved = trend(spec.measure.statistic, values, np.array([day.toordinal() for day in days]))
    remarks = (*_moving(moved), *_remarks(found, weekday, month, spec))
    return Counted(found, dict(sorted(left.items())), rows, {"weekday": weekday, "month": month}, moved, remarks)


def _by(names: list[str], values: Any, spec: Baseline) -> dict[str, float]:
    labels = np.array(names)
    told = {}
    for name in sorted(set(names)):
        these = values[labels == name]
        if len(these) >= FEWEST:
            told[name] = float(np.median(these) if spec.measure.statistic == "median" else these.mean())
    return told


def _moving(found: Trend | None) -> tuple[str, ...]:
    """What to say of a before that was moving by itself."""
    if found is None or not found.is_moving:
        return ()
    if found.how == "wandering":
        return (
            f"The before was moving by itself: over {found.weeks} weeks it went up and down by more than chance. What"
            " differs afterwards may be such a wave: take a longer window, or the same weeks of a year before.",
        )
    return (
        f"The before was {found.how} by itself: from {found.first:.4g} to {found.last:.4g} over {found.weeks} weeks."
        " What differs afterwards may be the same movement going on: take a longer window, or a group without the"
        " worker.",
    )


def _remarks(
    found: Interval, weekday: Mapping[str, float], month: Mapping[str, float], spec: Baseline
) -> tuple[str, ...]:
    said = []
    length = (spec.window.until - spec.window.since) // timedelta(days=1)
    for name, parts in (("weekday", weekday), ("month", month)):
        if len(parts) > 1 and max(parts.values()) - min(parts.values()) > SEASON * abs(found.value):
            low, high = min(parts, key=lambda each: parts[each]), max(parts, key=lambda each: parts[each])
            at = "on" if name == "weekday" else "in"
            said.append(f"The value changes with the {name}: lowest {at} {low}, highest {at} {high}.")
    if length % 7:
        said.append("The window is no whole number of weeks: the after is best counted over the same weekdays.")
    if said:
        said.append(
            f"Compare with {max(7, length - length % 7)} days that begin on the same weekday,"
            " a year later if months differ."
        )
    return tuple(said)


def file_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
