"""Trends: from which week on a measure of the cases is another than before, with a bound on false alarms."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from aboveloop.discover.cases import CaseMeasures
from aboveloop.discover.findings.chance import Floats
from aboveloop.history.logs.log import Numbers
from aboveloop.kit.clock import from_micros
from aboveloop.kit.splits import best_split

WEEK = 7 * 86_400_000_000
HOUR = 3_600_000_000
# Of fewer whole weeks, and of weeks with fewer cases, nothing is said.
WEEKS, CASES_A_WEEK = 12, 5
# In a log in which no week differs from another, a change is told of at most this share of such logs: it is divided
# among the measures. Each order of the weeks is as likely then (permutation test, of the largest rank sum).
FALSE_ALARMS = 0.01
ORDERS = 4_999
# A change stands between at least so many weeks on either side.
SIDE = 3
EXAMPLES = 5


@dataclass(frozen=True)
class Change:
    """`measure` was `before` on average in the weeks before `week` (its Monday or first day), and `after` since."""

    measure: str
    week: str
    before: float
    after: float
    likely: float
    examples: tuple[int, ...]

    def as_json(self, names: dict[int, str]) -> dict[str, Any]:
        return {
            "measure": self.measure,
            "week": self.week,
            "before": round(self.before, 4),
            "after": round(self.after, 4),
            "chance": self.likely,
            "examples": [names[each] for each in self.examples],
        }


def trends(cases: CaseMeasures) -> list[Change]:
    """The largest change of each measure that chance does not explain. Only whole weeks are looked at."""
    first = cases.first
    begin = int(first.min())
    # The last weeks hold cases that are not at their end yet; the last one is not whole.
    week = (first - begin) // WEEK
    whole = int(week.max())
    counts = np.bincount(week, minlength=whole + 1)[:whole]
    if whole < WEEKS or counts.min() < CASES_A_WEEK:
        return []
    measures = list(_measures(cases, week, whole, counts))
    found = [_change(name, values, cases, week, begin, FALSE_ALARMS / len(measures)) for name, values in measures]
    return [each for each in found if each is not None]


def _measures(cases: CaseMeasures, week: Numbers, whole: int, counts: Numbers) -> Iterator[tuple[str, Floats]]:
    yield "cases a week", counts.astype(float)
    for name in ("reopenings", "reassignments", "loops"):
        has = getattr(cases, name) > 0
        if has.any() and not has.all():
            yield f"share of cases with {name}", np.bincount(week[has], minlength=whole + 1)[:whole] / counts
    if cases.reached_end.all():
        order = np.lexsort((cases.micros, week))
        middle = (np.cumsum(counts) - counts) + (counts - 1) // 2
        yield "hours of a case in the middle", cases.micros[order][middle] / HOUR


def _change(name: str, values: Floats, cases: CaseMeasures, week: Numbers, begin: int, limit: float) -> Change | None:
    ranks = _ranks(values)
    chance = np.random.default_rng(1)
    at, largest = best_split(ranks[None, :], shortest=SIDE)
    orders = np.tile(ranks, (ORDERS, 1))
    _, by_chance = best_split(chance.permuted(orders, axis=1), shortest=SIDE)
    likely = (1 + int((by_chance >= largest[0]).sum())) / (1 + ORDERS)
    if likely > limit:
        return None
    place = int(at[0])
    day = from_micros(begin) + timedelta(weeks=place)
    before, after = float(values[:place].mean()), float(values[place:].mean())
    since = tuple(int(each) for each in np.flatnonzero(week >= place)[:EXAMPLES])
    return Change(name, day.date().isoformat(), before, after, likely, since)


def _ranks(values: Floats) -> Floats:
    """Around 0; equal weeks share their middle rank, or time would order them."""
    _, kind, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts + 1) / 2
    ranks: Floats = np.asarray(middle[kind] - (len(values) - 1) / 2, dtype=np.float64)
    return ranks
