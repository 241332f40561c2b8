"""Whether a baseline's 95 % interval holds the true value in 95 of 100 worlds: python benches/baseline_coverage.py [N]

Worlds of which the truth is known: skewed times, rare shares, cases of customers, days with a rhythm of the week. Then
worlds in which nobody does anything and the before moves all the same: how often the product says so, and how often a
comparison with the weeks that follow would have taken the movement for an effect without being warned.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aboveloop.measure.intervals import Groups, Statistic, difference, interval
from aboveloop.measure.trend import going_on, trend

# Statistic, values, groups, strata, truth.
World = tuple[Statistic, NDArray[np.float64], Groups | None, Groups | None, float]
Maker = Callable[[np.random.Generator], World]
VOLUME = np.array([1.4, 1.2, 1.0, 1.0, 0.9, 0.4, 0.3])
BY_DAY = np.array([0.1, 0.12, 0.14, 0.14, 0.16, 0.25, 0.3])
CUSTOMERS, DAYS = 400, 84


def skewed_mean(draw: np.random.Generator) -> World:
    return "mean", draw.lognormal(0, 1, 1000), None, None, float(np.exp(0.5))


def skewed_median(draw: np.random.Generator) -> World:
    return "median", draw.lognormal(0, 1.5, 500), None, None, 1.0


def rare_share(draw: np.random.Generator) -> World:
    """The share is another in each world: a single one may fall between what whole counts can tell."""
    share = draw.uniform(0.005, 0.03)
    return "share", (draw.random(2000) < share).astype(float), None, None, float(share)


def _customers(draw: np.random.Generator) -> tuple[Groups, NDArray[np.float64]]:
    groups = np.repeat(np.arange(CUSTOMERS), draw.integers(1, 8, CUSTOMERS))
    return groups, draw.normal(0, 0.6, CUSTOMERS)[groups] + draw.normal(0, 0.6, len(groups))


def clustered_mean(draw: np.random.Generator) -> World:
    groups, logs = _customers(draw)
    return "mean", np.exp(logs), groups, None, float(np.exp(0.36))


def clustered_median(draw: np.random.Generator) -> World:
    groups, logs = _customers(draw)
    return "median", np.exp(logs), groups, None, 1.0


def clustered_share(draw: np.random.Generator) -> World:
    groups = np.repeat(np.arange(CUSTOMERS), draw.integers(1, 8, CUSTOMERS))
    return "share", (draw.random(len(groups)) < draw.beta(1, 9, CUSTOMERS)[groups]).astype(float), groups, None, 0.1


def seasonal_share(draw: np.random.Generator) -> World:
    weekday = np.arange(DAYS) % 7
    groups = np.repeat(np.arange(DAYS), draw.poisson(20 * VOLUME[weekday]))
    shares = np.clip(BY_DAY[weekday] * np.exp(draw.normal(-0.02, 0.2, DAYS)), 0, 1)
    values = (draw.random(len(groups)) < shares[groups]).astype(float)
    return "share", values, groups, weekday[groups], float((VOLUME * BY_DAY).sum() / VOLUME.sum())


MAKERS: dict[str, Maker] = {
    "skewed times, mean": skewed_mean,
    "skewed times, median": skewed_median,
    "rare shares": rare_share,
    "customers, mean": clustered_mean,
    "customers, median": clustered_median,
    "customers, share": clustered_share,
    "seasonal days, share": seasonal_share,
}


def coverage(make: Maker, worlds: int, *, seed: int = 7) -> float:
    """In which share of the worlds the interval holds the truth."""
    draw = np.random.default_rng(seed)
    held = 0
    for _ in range(worlds):
        statistic, values, groups, strata, truth = make(draw)
        found = interval(statistic, values, groups=groups, strata=strata)
        assert found is not None
        held += found.low <= truth <= found.high
    return held / worlds


# The share of each day over twice the window, by what moves it: the window first, then as many days after it.
Path = Callable[[np.random.Generator], NDArray[np.float64]]
BASE = 0.2


def _weeks(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """A path by the week, the same on all days of one."""
    return np.repeat(steps, 7)


def steady(draw: np.random.Generator) -> NDArray[np.float64]:
    return np.full(2 * DAYS, BASE)


def climbing(draw: np.random.Generator) -> NDArray[np.float64]:
    """A quarter more within the window, and on as before."""
    return BASE * (1 + 0.25 * np.arange(2 * DAYS) / DAYS)


def falling(draw: np.random.Generator) -> NDArray[np.float64]:
    return BASE * (1 - 0.25 * np.arange(2 * DAYS) / DAYS)


def drifting(draw: np.random.Generator) -> NDArray[np.float64]:
    """Each week goes on from the last one, by chance alone."""
    return BASE * np.exp(np.cumsum(_weeks(draw.normal(0, 0.08, 2 * DAYS // 7)) / 7))


def months(draw: np.random.Generator) -> NDArray[np.float64]:
    """Each month has a level of its own, for no reason that a window shows."""
    return BASE * np.exp(np.repeat(draw.normal(0, 0.15, 2 * DAYS // 28), 28))


def yearly(draw: np.random.Generator) -> NDArray[np.float64]:
    """A season of a year, begun anywhere in it."""
    return BASE * (1 + 0.25 * np.sin(2 * np.pi * (np.arange(2 * DAYS) / 364 + draw.random())))


def worker(draw: np.random.Generator) -> NDArray[np.float64]:
    """A steady before, and a worker who makes it two fifths less."""
    return np.concatenate([np.full(DAYS, BASE), np.full(DAYS, 0.6 * BASE)])


def fortnights(draw: np.random.Generator) -> NDArray[np.float64]:
    """A rhythm of two weeks: every second one is a fifth higher."""
    return BASE * _weeks(np.where(np.arange(2 * DAYS // 7) % 2, 1.2, 1.0))


PATHS: dict[str, Path] = {
    "steady": steady,
    "climbing": climbing,
    "falling": falling,
    "drifting": drifting,
    "months of their own": months,
    "season of a year": yearly,
    "every second week": fortnights,
    "a worker, -40 %": worker,
}


@dataclass(frozen=True)
class Moved:
    """Shares of worlds: the interval holds the window's own average; the baseline says that it was moving; a later
    window of the same length is more than chance away; and that without a word of what the before did by itself."""

    covered: float
    warned: float
    called: float
    unwarned: float


def moved(path: Path, worlds: int, *, seed: int = 7) -> Moved:
    draw = np.random.default_rng(seed)
    weekday = np.arange(DAYS) % 7
    counts = np.zeros(4)
    for _ in range(worlds):
        shares = np.clip(path(draw) * np.tile(BY_DAY / BY_DAY.mean(), 2 * DAYS // 7), 0, 1)
        halves = []
        for half in (shares[:DAYS], shares[DAYS:]):
            days = np.repeat(np.arange(DAYS), draw.poisson(30 * VOLUME[weekday]))
            halves.append((days, (draw.random(len(days)) < half[days]).astype(float)))
        (days, values), (later_days, later) = halves
        before = interval("share", values, groups=days, strata=weekday[days])
        after = interval("share", later, groups=later_days, strata=weekday[later_days])
        found = trend("share", values, days)
        assert before is not None and after is not None and found is not None
        truth = float((VOLUME[weekday] * shares[:DAYS]).sum() / VOLUME[weekday].sum())
        change = difference(before, after)
        _, low, high = going_on(found.change, found.low, found.high, weeks=found.weeks, days=DAYS)
        warned = found.is_moving or low <= change.value <= high
        counts += (
            before.low <= truth <= before.high,
            found.is_moving,
            change.moved,
            change.moved and not warned,
        )
    return Moved(*(counts / worlds))


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    for name, maker in MAKERS.items():
        print(f"{name:22} {coverage(maker, count):7.2%} of {count:,} worlds", flush=True)
    print("By itself: the window's average held, told as moving, moved by more than chance, that without a caution")
    for name, path in PATHS.items():
        each = moved(path, max(count // 10, 100))
        told = f"{each.covered:7.1%} {each.warned:7.1%} {each.called:7.1%} {each.unwarned:7.1%}"
        print(f"{name:22} {told}", flush=True)
