"""How many messages about nothing foreseen there are, and how many of them look as if they were foreseen.

Intents that are hidden from the model stand in for what nobody foresaw: some alone (near), some together with those
most like them (far). How many of either a batch holds is told by how sure the model is of its messages, since the
batch is a mixture of foreseen, near and far ones. What that leaves open is averaged over, not guessed.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

# Where no batch tells, so many of a hundred messages are taken to be near and far.
NEAR_SHARE = 0.01
FAR_SHARE = 0.15
# Before a batch is looked at, small shares are likelier than large ones: exponentially, with these means. With a mean
# of 3 % for near ones, batches with intents that the examples leave out broke their cap twice as often, and where
# nothing was unforeseen half a point more was automated.
_NEAR_BEFORE = 0.10
_FAR_BEFORE = 0.10
_SHARES = np.concatenate([[0.0], np.geomspace(0.002, 0.45, 17)])
_MOST = 0.9
# What nobody foresaw is taken to be a few intents, drawn anew so many times: some are passed more often than others.
_INTENTS = 8
_DRAWS = 24
_BINS = 16
# A little of everything is possible everywhere.
_SMOOTH = 0.002
# So many messages that are given as out of scope count as much as all hidden intents.
_GIVEN_WEIGH = 50.0
_SEED = 11
# How sure a reading is that is taken for out of scope: less than any other.
TAKEN_FOR_OUTSIDE = -1.0


@dataclass(frozen=True)
class Strangers:
    """Messages about nothing foreseen: how sure the model was of each, and which hidden intent it was of."""

    confidence: Floats = field(default_factory=lambda: np.empty(0))
    intent: Ints = field(default_factory=lambda: np.empty(0, dtype=np.intp))

    def __len__(self) -> int:
        return len(self.confidence)

    def rates(self, edges: Floats, thresholds: Floats) -> "_Rates":
        """One row an intent; no rows where there are no strangers."""
        own = [self.confidence[self.intent == intent] for intent in np.unique(self.intent)]
        in_bins = np.array([_binned(each, edges) / len(each) for each in own]).reshape(len(own), len(edges) + 1)
        above = np.array([_above(each, thresholds) / len(each) for each in own]).reshape(len(own), len(thresholds))
        return _Rates(in_bins, above)


@dataclass(frozen=True)
class Unforeseen:
    """What stands in for messages about nothing foreseen. `given` are those that the examples name as such."""

    near: Strangers = field(default_factory=Strangers)
    far: Strangers = field(default_factory=Strangers)
    given: Strangers = field(default_factory=Strangers)

    def passed(self, thresholds: Floats, *, seen: Floats, batch: Floats | None, samples: int) -> Floats:
        """Strangers at least as sure as each threshold, for each foreseen message there is: samples x thresholds, each
        sample as likely as the others. `seen` is how sure the model was of foreseen messages."""
        every = [group.confidence for group in (self.near, self.far, self.given) if len(group)]
        if not every:
            return np.zeros((samples, len(thresholds)))
        edges = np.unique(np.quantile(np.concatenate([seen, *every]), np.linspace(0, 1, _BINS + 1)[1:-1]))
        near, far, given = (group.rates(edges, thresholds) for group in (self.near, self.far, self.given))
        near, far = (near or far or given), (far or near or given)
        generator = np.random.default_rng(_SEED)
        trust = len(self.given) / (len(self.given) + _GIVEN_WEIGH)
        worlds = [
            (near.drawn(generator), far.drawn(generator).beside(given.mean(), trust) if given else far.drawn(generator))
            for _ in range(_DRAWS)
        ]
        if batch is None:
            few = np.array([NEAR_SHARE * one.above + FAR_SHARE * other.above for one, other in worlds])
            return few[np.arange(samples) % _DRAWS] / (1 - NEAR_SHARE - FAR_SHARE)
        counts = _binned(batch, edges)
        # Foreseen messages are known no better than as many examples tell.
        weigh = len(seen) / (len(seen) + len(batch))
        foreseen = (_binned(seen, edges) + 0.5) / (len(seen) + 0.5 * (len(edges) + 1))
        likely = np.array([_likely(foreseen, one, other, counts * weigh) for one, other in worlds])
        chosen = _systematic(likely.ravel(), samples)
        world, place = np.divmod(chosen, len(_NEAR))
        one = np.array([each.above for each, _ in worlds])[world] * _NEAR[place, None]
        other = np.array([each.above for _, each in worlds])[world] * _FAR[place, None]
        passed: Floats = (one + other) / (1 - _NEAR - _FAR)[place, None]
        return passed


@dataclass(frozen=True)
class _World:
    """Of the strangers of one kind, the share in each bin of confidence, and the share above each threshold."""

    in_bins: Floats
    above: Floats

    def beside(self, other: "_World", trust: float) -> "_World":
        """Mixed with the other, of which there is as much as it is trusted."""
        return _World(
            trust * other.in_bins + (1 - trust) * self.in_bins, trust * other.above + (1 - trust) * self.above
        )


@dataclass(frozen=True)
class _Rates:
    """The same of each intent, one row an intent."""

    in_bins: Floats
    above: Floats

    def __bool__(self) -> bool:
        return bool(len(self.above))

    def drawn(self, generator: np.random.Generator) -> _World:
        """Of a few intents."""
        rows = generator.integers(len(self.above), size=_INTENTS)
        return _World(self.in_bins[rows].mean(axis=0), self.above[rows].mean(axis=0))

    def mean(self) -> _World:
        return _World(self.in_bins.mean(axis=0), self.above.mean(axis=0))


def _grid() -> tuple[Floats, Floats, Floats]:
    """Shares of near and far strangers that are thought of, and the logarithm of how likely each is beforehand."""
    near, far = (each.ravel() for each in np.meshgrid(_SHARES, _SHARES, indexing="ij"))
    # Each stands for the shares around it.
    width = np.gradient(_SHARES)
    before = np.log(np.outer(width, width).ravel()) - near / _NEAR_BEFORE - far / _FAR_BEFORE
    possible = near + far < _MOST
    return near[possible], far[possible], before[possible]


_NEAR, _FAR, _BEFORE = _grid()


def _likely(foreseen: Floats, near: _World, far: _World, counts: Floats) -> Floats:
    """How likely each pair of shares is after a batch, as a logarithm."""
    one, other = ((each.in_bins + _SMOOTH) / (each.in_bins + _SMOOTH).sum() for each in (near, far))
    mixture = (1 - _NEAR - _FAR)[:, None] * foreseen + _NEAR[:, None] * one + _FAR[:, None] * other
    after: Floats = np.log(mixture) @ counts + _BEFORE
    return after


def _systematic(logs: Floats, samples: int) -> Ints:
    """Places drawn as often as they are likely."""
    ends = np.cumsum(np.exp(logs - logs.max()))
    at = (np.arange(samples) + 0.5) / samples * ends[-1]
    places: Ints = np.minimum(np.searchsorted(ends, at), len(logs) - 1)
    return places


def _binned(confidence: Floats, edges: Floats) -> Floats:
    """How many lie in each bin."""
    return np.bincount(np.searchsorted(edges, confidence, side="right"), minlength=len(edges) + 1).astype(float)


def _above(confidence: Floats, thresholds: Floats) -> Floats:
    """How many are at least as sure as each threshold."""
    ordered = np.sort(confidence)
    return (len(ordered) - np.searchsorted(ordered, thresholds, side="left")).astype(float)
