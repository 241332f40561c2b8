"""Do the levels of the KPI stack move together, and when did one of them change? Pure, on one value a day.

A change is claimed where the best split of a line is better than nearly every split of the same days in chance order; a
link where one line follows another, some days later, more closely than its days in chance order do. Both allow for days
that resemble the day before (autocorrelation) and for weekdays. A link is no cause.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy import stats

from aboveloop.kit.splits import best_split

Floats = npt.NDArray[np.float64]

# Fewer days than four weeks tell weekdays and chance apart from nothing.
FEWEST_DAYS = 28
# What moves first shows in what matters within two weeks, or something else came between.
MOST_DAYS_LATER = 14
# A change lasts a week at least on either side of it.
SHORTEST_STRETCH = 7
# A page shows a dozen lines, and how alike days are is itself a guess: of quiet lines none to two in a hundred are said
# to change (tests/measure/test_together.py).
CHANCE_OF_FALSE_CHANGE = 0.002
# Of all links that are claimed, so many may be chance (Benjamini and Hochberg 1995).
FALSE_SHARE_OF_LINKS = 0.05
SHUFFLES = 1_999
WEEK = 7
LEVELS = ("model", "leading", "operational", "business")
# An estimate from a few weeks runs away near one.
MOST_LIKE_THE_DAY_BEFORE = 0.9
# Of the steps from day to day, so many are taken for usual.
KEPT_STEPS = 0.9
_SEED = 11


@dataclass(frozen=True)
class Line:
    """One measure, a value a day in order; None where nothing was measured."""

    name: str
    title: str
    level: str
    unit: str
    values: tuple[float | None, ...]

    @property
    def measured(self) -> int:
        return sum(value is not None for value in self.values)


@dataclass(frozen=True)
class Change:
    """From the day at `place` on, a line lies elsewhere: means of the stretches before and after."""

    place: int
    before: float
    after: float
    chance: float


@dataclass(frozen=True)
class Link:
    """`late` follows `early` so many days later. `strength` is the rank correlation of what each day adds, from -1 to
    1; `chance` how likely days in chance order are as alike, before many links were looked at."""

    early: Line
    late: Line
    days_later: int
    strength: float
    chance: float
    days: int


def changes_of(line: Line) -> tuple[Change, ...]:
    """Where the line changed, in order of time; nothing below FEWEST_DAYS values."""
    if line.measured < FEWEST_DAYS:
        return ()
    at = np.array([place for place, value in enumerate(line.values) if value is not None])
    values = np.array([value for value in line.values if value is not None], dtype=float)
    flat = _without_weekdays(values, at)
    cuts = sorted(_cuts(flat, 0, np.random.default_rng(_SEED)))
    edges = [0, *[cut for cut, _ in cuts], len(values)]
    return tuple(
        Change(int(at[cut]), float(values[start:cut].mean()), float(values[cut:end].mean()), chance)
        for (cut, chance), start, end in zip(cuts, edges, edges[2:], strict=False)
    )


def links_of(lines: Sequence[Line], *, among: Collection[tuple[str, str]] | None = None) -> tuple[Link, ...]:
    """What follows what, from a lower level of the stack to a higher one, the surest first; of `among` (names of early
    and late) alone where it is given, so that fewer looks allow for less chance."""
    generator = np.random.default_rng(_SEED)
    added = {line.name: _added(line) for line in lines if line.measured >= FEWEST_DAYS}
    found = []
    for early, late in product(lines, lines):
        if LEVELS.index(early.level) >= LEVELS.index(late.level) or not {early.name, late.name} <= added.keys():
            continue
        if among is not None and (early.name, late.name) not in among:
            continue
        first, second = added[early.name], added[late.name]
        if np.ptp(first[np.isfinite(first)]) > 0 and np.ptp(second[np.isfinite(second)]) > 0:
            found.append(_link(early, late, first, second, generator))
    if not found:
        return ()
    adjusted = stats.false_discovery_control([link.chance for link in found])
    stands = [link for link, chance in zip(found, adjusted, strict=True) if chance <= FALSE_SHARE_OF_LINKS]
    return tuple(sorted(stands, key=lambda link: (link.chance, -abs(link.strength))))


def link_in_words(link: Link) -> str:
    """The link as a sentence."""
    way = "rises" if link.strength > 0 else "falls"
    when = {0: "the same day", 1: "a day later"}.get(link.days_later, f"{link.days_later} days later")
    return (
        f"Where “{link.early.title}” rises, “{link.late.title}” {way} {when} "
        f"(correlation {link.strength:+.2f} over {link.days} days)."
    )


def _cuts(values: Floats, start: int, generator: np.random.Generator) -> Iterator[tuple[int, float]]:
    """Binary segmentation: the best split, if it is no chance, then those of both sides."""
    if len(values) < 2 * SHORTEST_STRETCH or np.ptp(values) == 0:
        return
    cut, gap = best_split(values[None, :], shortest=SHORTEST_STRETCH)
    place = int(cut[0])
    rest = np.concatenate([side - side.mean() for side in (values[:place], values[place:])])
    # Where there are more changes than this one, the rest still holds them, and days seem more alike than they are.
    alike = min(max(0.0, _like_the_day_before(rest)), _alike_whatever_changed(values))
    # From few days it comes out too small (Marriott and Pope 1954).
    alike = min(alike + (1 + 3 * alike) / len(values), MOST_LIKE_THE_DAY_BEFORE)
    # A mean over days that resemble each other is as sure as one over fewer days.
    seen = float(gap[0]) * np.sqrt((1 - alike) / (1 + alike))
    shuffled = generator.permuted(np.tile(values, (SHUFFLES, 1)), axis=1)
    chance = (1 + int((best_split(shuffled, shortest=SHORTEST_STRETCH)[1] >= seen).sum())) / (1 + SHUFFLES)
    if chance > CHANCE_OF_FALSE_CHANGE:
        return
    yield start + place, chance
    yield from _cuts(values[:place], start, generator)
    yield from _cuts(values[place:], start + place, generator)


def _without_weekdays(values: Floats, at: npt.NDArray[np.intp]) -> Floats:
    """The values without what each weekday usually adds."""
    flat = values.copy()
    for weekday in range(WEEK):
        these = at % WEEK == weekday
        if these.any():
            flat[these] += values.mean() - values[these].mean()
    return flat


def _like_the_day_before(values: Floats) -> float:
    """How much a day resembles the one before (lag-one autocorrelation); days without a value are passed over."""
    both = np.isfinite(values[1:]) & np.isfinite(values[:-1])
    if both.sum() < WEEK or np.ptp(values[1:][both]) == 0 or np.ptp(values[:-1][both]) == 0:
        return 0.0
    return float(np.clip(np.corrcoef(values[1:][both], values[:-1][both])[0, 1], -0.9, MOST_LIKE_THE_DAY_BEFORE))


def _alike_whatever_changed(values: Floats) -> float:
    """How much a day resembles the one before, from 0, told from steps of one and of two days: where each day keeps a
    share of the one before, their squares are as 1 to 1 + share. The largest are left out, so changes do not count."""
    one, two = (np.sort((values[days:] - values[:-days]) ** 2) for days in (1, 2))
    kept = int(len(two) * KEPT_STEPS)
    if not one[:kept].any():
        return 0.0
    return float(np.clip(two[:kept].mean() / one[:kept].mean() - 1, 0, MOST_LIKE_THE_DAY_BEFORE))


def _added(line: Line) -> Floats:
    """What each day adds to what the weekday and the day before let expect; NaN where there is no value."""
    values = np.array([np.nan if value is None else value for value in line.values], dtype=float)
    known = np.flatnonzero(np.isfinite(values))
    flat = np.full(len(values), np.nan)
    flat[known] = _without_weekdays(values[known], known)
    flat -= flat[known].mean()
    before = np.concatenate([[0.0], flat[:-1]])
    added: Floats = flat - _like_the_day_before(flat) * np.where(np.isfinite(before), before, 0.0)
    return added


def _link(early: Line, late: Line, first: Floats, second: Floats, generator: np.random.Generator) -> Link:
    """The days later at which the two are most alike, and how likely that is by chance, whatever the days later."""
    ranks, others = _ranked(first), _ranked(second)
    here = np.flatnonzero(ranks != 0)
    shuffled = np.tile(ranks, (SHUFFLES, 1))
    shuffled[:, here] = generator.permuted(shuffled[:, here], axis=1)
    own, chance_ones = [], []
    for later in range(MOST_DAYS_LATER + 1):
        end = len(ranks) - later
        days = max(1, int(((ranks[:end] != 0) & (others[later:] != 0)).sum()))
        own.append((ranks[:end] @ others[later:]) / days)
        chance_ones.append(np.abs(shuffled[:, :end] @ others[later:]) / np.sqrt(days))
    sizes = [max(1, int(((ranks[: len(ranks) - k] != 0) & (others[k:] != 0)).sum())) for k in range(len(own))]
    scaled = np.abs(own) * np.sqrt(sizes)
    best = int(scaled.argmax())
    as_great = int((np.max(chance_ones, axis=0) >= scaled[best]).sum())
    return Link(early, late, best, float(own[best]), (1 + as_great) / (1 + SHUFFLES), sizes[best])


def _ranked(values: Floats) -> Floats:
    """Ranks with mean 0 and variance 1; 0 where there is no value."""
    known = np.isfinite(values)
    ranks = stats.rankdata(values[known])
    out = np.zeros(len(values))
    out[known] = (ranks - ranks.mean()) / ranks.std()
    return out
