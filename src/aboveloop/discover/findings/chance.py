"""Telling patterns from chance: false discoveries held down, and how sure a difference between cases is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from aboveloop.kit.chances import exact_bounds

Floats = npt.NDArray[np.float64]

# Of what is claimed in a log, one in a hundred may be chance (Benjamini and Hochberg 1995).
FALSE_SHARE = 0.01
CONFIDENCE = 0.95
# Resamples of a bootstrap, and the cases of each side that take part: enough for bounds of two digits.
RESAMPLES = 400
SAMPLED = 2_000
# Times beyond this share of all are counted as if they were there: one case of a year must not carry a mean.
TAIL = 0.99


@dataclass(frozen=True)
class Estimate:
    """A number with the bounds between which it lies with 95 % confidence."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> "Estimate":
        return Estimate(self.value * factor, self.low * factor, self.high * factor)

    def by(self, other: "Estimate") -> "Estimate":
        """The product of two numbers from 0 up, between the products of their bounds."""
        return Estimate(self.value * other.value, self.low * other.low, self.high * other.high)

    def as_json(self) -> dict[str, float]:
        return {"value": round(self.value, 4), "low": round(self.low, 4), "high": round(self.high, 4)}


def share(hits: int, of: int) -> Estimate:
    """A share with its exact bounds; `of` is at least 1."""
    low, high = exact_bounds(hits, of=of, confidence=CONFIDENCE)
    return Estimate(hits / of, low, high)


def more_than(hits: int, *, of: int, chance: float) -> float:
    """How likely at least `hits` of so many are, if each comes true with at most this chance."""
    return 1.0 if hits == 0 else float(special.bdtrc(hits - 1, of, chance))


def discoveries(likely: Sequence[float]) -> list[bool]:
    """Which of these stand, when at most FALSE_SHARE of those that stand may be chance."""
    if not likely:
        return []
    values = np.array(likely)
    by_size = np.argsort(values, kind="stable")
    limits = FALSE_SHARE * np.arange(1, len(values) + 1) / len(values)
    below = np.flatnonzero(values[by_size] <= limits)
    stands = np.zeros(len(values), dtype=bool)
    if len(below):
        stands[by_size[: below[-1] + 1]] = True
    return [bool(each) for each in stands]


def difference(values: Floats, marked: npt.NDArray[np.bool_], strata: npt.NDArray[np.int64]) -> Estimate | None:
    """How much larger `values` are where marked, on average, than in the same stratum where not; None without peers.

    Percentile bootstrap within strata (Efron 1979). Marked cases without a peer in their stratum are left out.
    """
    shared = np.intersect1d(strata[marked], strata[~marked])
    if not len(shared):
        return None
    values = np.minimum(values, np.quantile(values, TAIL))
    chance = np.random.default_rng(1)
    total, weight, value = np.zeros(RESAMPLES), 0, 0.0
    for stratum in shared:
        inside = strata == stratum
        size = int((inside & marked).sum())
        with_it, without = (_sampled(values[inside & side], chance) for side in (marked, ~marked))
        total += size * (_means(with_it, chance) - _means(without, chance))
        value += size * float(with_it.mean() - without.mean())
        weight += size
    low, high = np.quantile(total / weight, ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2))
    return Estimate(value / weight, float(low), float(high))


def unevenness(counts: npt.NDArray[np.int64]) -> float:
    """How likely columns as uneven as these are if order within each row is chance (Friedman 1937, with ties)."""
    rows, columns = counts.shape
    ranks = _ranks(counts)
    spread = float(((ranks - (columns + 1) / 2) ** 2).sum())
    if rows < 2 or spread == 0:
        return 1.0
    away = float(((ranks.sum(axis=0) - rows * (columns + 1) / 2) ** 2).sum())
    return float(special.chdtrc(columns - 1, (columns - 1) * away / spread))


def _ranks(counts: npt.NDArray[np.int64]) -> Floats:
    """Within each row, equal ones share their middle rank."""
    below = (counts[:, None, :] < counts[:, :, None]).sum(axis=2)
    equal = (counts[:, None, :] == counts[:, :, None]).sum(axis=2)
    ranks: Floats = below + (equal + 1) / 2
    return ranks


def _sampled(values: Floats, chance: np.random.Generator) -> Floats:
    return values if len(values) <= SAMPLED else chance.choice(values, SAMPLED, replace=False)


def _means(values: Floats, chance: np.random.Generator) -> Floats:
    """Means of resamples: how often each value is drawn is multinomial."""
    drawn = chance.multinomial(len(values), np.full(len(values), 1 / len(values)), size=RESAMPLES)
    means: Floats = drawn @ values / len(values)
    return means
