"""Exact chances and bounds of shares, on the special functions alone: whoever starts a command should not wait for a
whole library of statistics."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special


def at_most(hits: int, *, of: int, chance: float) -> float:
    """How likely it is that at most `hits` of so many come true, each with this chance (binomial)."""
    return float(special.bdtr(hits, of, chance)) if hits < of else 1.0


def at_most_drawn(hits: int, *, drawn: int, marked: int, of: int) -> float:
    """How likely at most `hits` marked ones are among `drawn` of `of`, if `marked` of them are (hypergeometric)."""
    fewest = max(0, drawn - (of - marked))
    if hits >= min(drawn, marked):
        return 1.0
    count = np.arange(fewest, hits + 1)
    logs = _log_ways(marked, count) + _log_ways(of - marked, drawn - count) - _log_ways(of, np.array(drawn))
    return min(1.0, float(np.exp(logs).sum()))


def as_far_from_half(hits: int, *, of: int) -> float:
    """How likely a count as unlikely as this one, or less likely, is if each comes true with one chance in two."""
    apart = min(hits, of - hits)
    return min(1.0, 2 * at_most(apart, of=of, chance=0.5))


def exact_bounds(hits: int, *, of: int, confidence: float) -> tuple[float, float]:
    """Between which the share behind `hits` of `of` lies (Clopper and Pearson 1934). `of` is at least 1."""
    tail = (1 - confidence) / 2
    low = float(special.betaincinv(hits, of - hits + 1, tail)) if hits else 0.0
    high = float(special.betaincinv(hits + 1, of - hits, 1 - tail)) if hits < of else 1.0
    return low, high


def wilson_bounds(hits: int, *, of: int, confidence: float) -> tuple[float, float]:
    """Between which the share behind `hits` of `of` lies (Wilson 1927). `of` is at least 1."""
    score = float(special.ndtri(1 - (1 - confidence) / 2))
    share, weight = hits / of, score * score / of
    middle = (share + weight / 2) / (1 + weight)
    half = score / (1 + weight) * float(np.sqrt(share * (1 - share) / of + weight / of / 4))
    return (max(0.0, middle - half) if hits else 0.0, min(1.0, middle + half) if hits < of else 1.0)


def unrelated(table: Sequence[Sequence[int]]) -> float:
    """How likely counts as uneven as these are if rows and columns have nothing to do with each other (chi-square, with
    Yates' correction for a table of two by two). Each row and each column holds something."""
    counts = np.array(table, dtype=float)
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    away = np.abs(counts - expected)
    freedom = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    if freedom == 1:
        away -= np.minimum(0.5, away)
    return float(special.chdtrc(freedom, float((away**2 / expected).sum())))


def _log_ways(of: int, taken: NDArray[np.int64]) -> NDArray[np.float64]:
    """The logarithm of in how many ways so many can be taken out of `of`."""
    ways: NDArray[np.float64] = special.gammaln(of + 1) - special.gammaln(taken + 1) - special.gammaln(of - taken + 1)
    return ways
