"""Values with 95 % intervals, by kind: shares, means and medians, also of rows that come in groups. Pure.

Rows of one customer or of one day are alike, so groups are drawn, not rows: variances are taken over sums of groups
(linearised ratio), within weekdays where those are told apart. Nothing is drawn by chance: the same rows give the same
numbers.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from aboveloop.kit import chances

Statistic = Literal["share", "mean", "median"]
Numbers = NDArray[np.float64]
Groups = NDArray[Any]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """`value`, and between which bounds it lies with 95 %; `rows` in `groups` stand behind it, `method` says how."""

    value: float
    low: float
    high: float
    rows: int
    groups: int
    method: str


@dataclass(frozen=True)
class Difference:
    """After less before, with its 95 % interval. `moved`: chance alone does not explain it."""

    value: float
    low: float
    high: float

    @property
    def moved(self) -> bool:
        return self.low > 0 or self.high < 0


def interval(
    statistic: Statistic, values: Numbers, *, groups: Groups | None = None, strata: Groups | None = None
) -> Interval | None:
    """The statistic of `values`; a share is of ones among zeros. None of nothing.

    `groups` names the group of each row (none: rows are independent), `strata` what groups are compared within.
    """
    if not len(values):
        return None
    if statistic == "share":
        return _share(values, groups, strata)
    return _mean(values, groups, strata) if statistic == "mean" else _median(values, groups, strata)


def difference(before: Interval, after: Interval) -> Difference:
    """After less before, from both intervals (MOVER: Zou and Donner 2008, Newcombe 1998 for shares)."""
    value = after.value - before.value
    low = value - float(np.hypot(after.value - after.low, before.high - before.value))
    high = value + float(np.hypot(after.high - after.value, before.value - before.low))
    return Difference(value, low, high)


def worst_share(hits: int, *, of: int) -> float:
    """The share that the true one does not pass with 95 % (exact, one-sided); 1 of nothing."""
    return chances.exact_bounds(hits, of=of, confidence=2 * CONFIDENCE - 1)[1] if of else 1.0


def least_share(hits: int, *, of: int) -> float:
    """The share that the true one does not fall below with 95 % (exact, one-sided); 0 of nothing."""
    return chances.exact_bounds(hits, of=of, confidence=2 * CONFIDENCE - 1)[0] if of else 0.0


@dataclass(frozen=True)
class _Spread:
    """How far a mean lies from the true one: standard error, skewness of the groups, degrees of freedom."""

    error: float
    skewness: float
    freedom: int
    groups: int


def _spread(values: Numbers, groups: Groups | None, strata: Groups | None) -> _Spread:
    """Of the mean of rows in groups: the residuals of a ratio, summed by group, centred within each stratum."""
    away = values - values.mean()
    codes = np.arange(len(values)) if groups is None else np.unique(groups, return_inverse=True)[1]
    count = int(codes.max()) + 1
    sums = np.bincount(codes, weights=away, minlength=count) * count / len(values)
    layers = np.zeros(count, dtype=np.int64)
    if strata is not None:
        layers[codes] = np.unique(strata, return_inverse=True)[1]
    sizes = np.bincount(layers)
    sums = sums - (np.bincount(layers, weights=sums) / np.maximum(sizes, 1))[layers]
    freedom = count - int((sizes > 0).sum())
    if freedom < 1:
        return _Spread(float("inf"), 0.0, 0, count)
    variance = float((sums**2).sum()) / freedom
    skewness = float((sums**3).mean()) / variance**1.5 if variance > 0 else 0.0
    return _Spread(float(np.sqrt(variance / count)), skewness, freedom, count)


def _quantile(freedom: int) -> float:
    return float(special.stdtrit(max(freedom, 1), 0.5 + CONFIDENCE / 2))


def _share(values: Numbers, groups: Groups | None, strata: Groups | None) -> Interval:
    rows, hits = len(values), int(values.sum())
    share = hits / rows
    if groups is None:
        low, high = chances.wilson_bounds(hits, of=rows, confidence=CONFIDENCE)
        return Interval(share, low, high, rows, rows, "Wilson")
    spread = _spread(values, groups, strata)
    # Where nothing differs, no group tells how alike its rows are: as many as there are groups count.
    known = 0 < spread.error < float("inf")
    worth = share * (1 - share) / spread.error**2 if known else float(spread.groups)
    low, high = _wilson(share, min(worth, float(rows)), _quantile(spread.freedom))
    return Interval(share, low, high, rows, spread.groups, "Wilson, by groups")


def _wilson(share: float, worth: float, score: float) -> tuple[float, float]:
    """Wilson's bounds of a share that as many independent rows as `worth` would tell as well."""
    weight = score * score / worth
    middle = (share + weight / 2) / (1 + weight)
    half = score / (1 + weight) * float(np.sqrt(share * (1 - share) / worth + weight / worth / 4))
    return max(0.0, middle - half), min(1.0, middle + half)


def _mean(values: Numbers, groups: Groups | None, strata: Groups | None) -> Interval:
    """Times are skewed: the t statistic is corrected for it (Hall 1992) and turned back."""
    spread, mean = _spread(values, groups, strata), float(values.mean())
    named = "t, corrected for skewness" + (", by groups" if groups is not None else "")
    if spread.error == float("inf"):
        return Interval(mean, float("-inf"), float("inf"), len(values), spread.groups, named)
    score, tilt = _quantile(spread.freedom), spread.skewness / np.sqrt(spread.groups)
    low = mean - spread.error * _turned_back(score, tilt)
    high = mean - spread.error * _turned_back(-score, tilt)
    return Interval(mean, low, high, len(values), spread.groups, named)


def _turned_back(score: float, tilt: float) -> float:
    """The t that Hall's g(t) = t + tilt t^2 / 3 + tilt^2 t^3 / 27 + tilt / 6 takes to `score`."""
    if abs(tilt) < 1e-9:
        return score
    return float(3 / tilt * (np.cbrt(1 + tilt * (score - tilt / 6)) - 1))


def _median(values: Numbers, groups: Groups | None, strata: Groups | None) -> Interval:
    """Bounds of the share below the median, read off as quantiles (Woodruff 1952)."""
    median = float(np.median(values))
    rows = len(values)
    if groups is None:
        low_rank, high_rank = _wilson(0.5, float(rows), _quantile(10**6))
        return _ranked(values, median, (low_rank, high_rank), rows, "ranks")
    spread = _spread((values <= median).astype(float), groups, strata)
    half = min(0.5, _quantile(spread.freedom) * spread.error)
    return _ranked(values, median, (0.5 - half, 0.5 + half), spread.groups, "ranks, by groups")


def _ranked(values: Numbers, median: float, ranks: tuple[float, float], groups: int, method: str) -> Interval:
    low, high = np.quantile(values, ranks)
    return Interval(median, float(low), float(high), len(values), groups, method)
