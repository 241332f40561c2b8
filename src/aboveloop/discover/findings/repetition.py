"""Repetition: how much comes, whether it comes with the calendar, and how few ways it takes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from aboveloop.discover.cases import CaseMeasures
from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.discover.findings.chance import discoveries, more_than, share, unevenness
from aboveloop.discover.findings.opportunity import Opportunity, won
from aboveloop.discover.variants import Variants
from aboveloop.history.logs.beginnings import Values
from aboveloop.history.logs.log import Numbers

DAY = 86_400_000_000
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = tuple(datetime(2000, month, 1, tzinfo=UTC).strftime("%B") for month in range(1, 13))
# Months repeat in years: of fewer years nothing is said.
YEARS = 3
# Of more days than these the last ones are looked at.
MOST_DAYS = 1_500
# A kind whose cases go one way more often than not is repeated work.
HALF = 0.5
FEWEST = 50
MOST_KINDS = 20
# Two kinds that share so many cases are one finding.
SAME = 0.8


@dataclass(frozen=True)
class Period:
    """Whether more comes at some times than at others. `peak` is told with how much of the mean comes then."""

    name: str
    likely: float
    peak: str
    ratio: float
    is_real: bool = False


def periods(first: Numbers) -> list[Period]:
    """The calendar in the beginnings of cases (microseconds since 1970, by the clock on the wall): weekday in week,
    hour in day, month in year. Only whole weeks, days and years are looked at."""
    days = first // DAY
    begin, end = int(days.min()) + 1, int(days.max())
    begin = max(begin, end - MOST_DAYS)
    found = []
    monday = begin + (4 - begin) % 7  # 1970-01-05, a Monday, is day 4.
    weeks = (end - monday) // 7
    if weeks >= 4:
        counts = _counts(days - monday, weeks * 7).reshape(weeks, 7)
        found.append(_period("weekday", counts, WEEKDAYS))
    if end - begin >= 7:
        hours = first // (DAY // 24) - begin * 24
        found.append(
            _period("hour", _counts(hours, (end - begin) * 24).reshape(-1, 24), [f"{h}:00" for h in range(24)])
        )
    by_month = _months(first)
    if len(by_month) >= YEARS:
        found.append(_period("month", by_month, MONTHS))
    real = discoveries([each.likely for each in found])
    return [Period(e.name, e.likely, e.peak, e.ratio, is_real) for e, is_real in zip(found, real, strict=True)]


def concentration(variants: Variants) -> float:
    """How likely two cases drawn at random go the same way."""
    count = int(variants.cases.sum())
    return float((variants.cases * (variants.cases - 1)).sum() / max(count * (count - 1), 1))


def repeated_kinds(
    cases: CaseMeasures, variants: Variants, facts: Mapping[str, Values], assumed: Assumptions
) -> list[Opportunity]:
    """Candidates: kinds of cases of which more than half go one way, the largest first, none of them told twice."""
    looked: list[tuple[str, Numbers, Numbers]] = []
    candidates = []
    for name, inside in _kinds(cases, facts):
        ways = np.bincount(variants.of_case[inside])
        way = int(ways.argmax())
        alike = inside[variants.of_case[inside] == way]
        likely = more_than(len(alike), of=len(inside), chance=HALF)
        looked.append((name, inside, alike))
        candidates.append(_repeated(cases, name, inside, alike, variants.activities(way), likely, assumed))
    kept: list[Opportunity] = []
    taken: list[Numbers] = []
    stands = discoveries([each.likely for each in candidates])
    by_size = sorted(range(len(looked)), key=lambda each: -len(looked[each][2]))
    for each in by_size:
        alike = looked[each][2]
        if stands[each] and not any(np.isin(alike, other).mean() >= SAME for other in taken):
            kept.append(candidates[each])
            taken.append(alike)
    return kept


def _kinds(cases: CaseMeasures, facts: Mapping[str, Values]) -> Iterator[tuple[str, Numbers]]:
    everything = np.arange(cases.cases) if not cases.ends.names else np.flatnonzero(cases.reached_end)
    if len(everything) >= FEWEST:
        yield "every case", everything
    for fact, values in facts.items():
        said = np.array(["" if value is None else value for value in values])[everything]
        kinds, counts = np.unique(said, return_counts=True)
        if not 2 <= len(kinds) <= MOST_KINDS:
            continue
        for kind, count in zip(kinds, counts, strict=True):
            if kind and count >= FEWEST:
                yield f"{fact} is {kind}", everything[said == kind]


def _repeated(
    cases: CaseMeasures,
    name: str,
    inside: Numbers,
    alike: Numbers,
    way: tuple[str, ...],
    likely: float,
    assumed: Assumptions,
) -> Opportunity:
    spread = share(len(alike), len(inside))
    hours = float(cases.events[alike].sum()) * assumed.hours
    span = max(float(cases.last.max() - cases.first.min()) / DAY / 7, 1.0)
    return Opportunity(
        pattern="repetition",
        place=name,
        cases=len(alike),
        of=len(inside),
        share=spread,
        touch_hours=won(spread, len(inside)).times(hours / len(alike)),
        elapsed_hours=None,
        likely=likely,
        examples=tuple(int(each) for each in alike[:5]),
        why=(
            f"{len(alike):,} of {len(inside):,} cases ({spread.value:.1%}) go the very same way in {len(way)} events, "
            f"{len(inside) / span:,.1f} such cases a week."
        ),
        needs="A worker must have what each of these steps reads and writes, and the rest must go to a person.",
        detail=way,
        inside=inside,
    )


def _counts(places: Numbers, size: int) -> Numbers:
    return np.bincount(places[(places >= 0) & (places < size)], minlength=size)


def _months(first: Numbers) -> Numbers:
    """Cases of each month, a row for each whole year."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    start, end = (epoch + timedelta(microseconds=int(each)) for each in (first.min(), first.max()))
    years = range(start.year + 1, end.year)
    rows = []
    for year in years:
        edges = [
            (datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC) - epoch).days * DAY for month in range(13)
        ]
        rows.append(np.histogram(first, bins=np.array(edges))[0])
    return np.array(rows, dtype=np.int64).reshape(-1, 12)


def _period(name: str, counts: Numbers, words: tuple[str, ...] | list[str]) -> Period:
    means = counts.mean(axis=0)
    peak = int(means.argmax())
    return Period(name, unevenness(counts), words[peak], float(means[peak] / max(means.mean(), 1e-9)))
