"""Drift: customers come with needs that the release does not know, or with others than before.

Told from the scores of the readings alone, before anybody has said which were right. A watch adds up evidence message
by message and calls when it passes a threshold whose false alarms are counted beforehand; how right the readings
still are is estimated from the same scores.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aboveloop.kit import chances
from aboveloop.measure.errors import ReferenceTooSmall

# The share of unknown messages that a watch is sharpest for. Smaller shares are noticed too, later.
SHARE_WATCHED_FOR = 0.1
# A few messages are about nothing foreseen in any week, and the scores of examples are not quite those of messages:
# false alarms are counted as if so many came anyway.
SHARE_ANYWAY = 0.005
# On average so many messages pass between two false alarms.
MESSAGES_BETWEEN_FALSE_ALARMS = 20_000
# Fewer scores than these tell nothing about what is usual.
FEWEST_SCORES = 100
BINS = 24
# Scores nearer to 0 or 1 are as good as these: what is surer still is noise.
SUREST = 1e-3
# How much the curve that tells unknown from known is held back where few scores are.
PULL = 1e-3
ROUNDS_OF_CURVE = 50
# However doubtful a score is, so many of the known messages may have it, seen or not.
LEAST_KNOWN = 1.0
# The steps in which the way of the evidence is followed to count false alarms (Brook and Evans, 1972).
STEPS = 240
HIGHEST_THRESHOLD = 40.0
# Categories of which fewer than so many are expected are judged together (Cochran's rule).
FEWEST_EXPECTED = 5
SMALLEST_WINDOW = 50
ROUNDS_OF_ESTIMATE = 200
CLOSE_ENOUGH = 1e-6
# What is new may be nearer to what is known than hidden intents were (below 0; at -1 it looks the same) or farther
# (above 0, as messages about quite other things are).
TILTS = np.linspace(-0.2, 0.4, 13)
USUAL_TILT, SPREAD_OF_TILTS = 0.1, 0.12
# The shares of unknown messages that are held possible. Small ones are likelier, but not by much.
SHARES = np.linspace(0, 1, 101)
FEW = 0.05
# What is new is of a few intents: so many, drawn anew as often from those that were hidden.
AT_ONCE, DRAWS = (2, 4, 8, 20), 60
# What is known of all hidden intents counts as so many messages of each.
PULL_TO_ALL = 10.0
SEED = 5
# What the estimate of the unknown share errs by beyond all that, as a part of the share (`benches/drift.py`).
ERRS_BY = 0.1

Floats = NDArray[np.float64]
_PLAIN = ("edges", "known", "unknown", "right")


@dataclass(frozen=True)
class Reference:
    """What is usual: how the scores of known and of unknown messages spread over bins, and how often a known message
    with such a score was read rightly.

    `edges` (bins - 1, rising) part the bins; `known`, `unknown` and `right` have one value for each bin. `intents` are
    rows like `unknown`, one for each intent that was hidden; none where it is not known which those were.
    """

    edges: tuple[float, ...]
    known: tuple[float, ...]
    unknown: tuple[float, ...]
    right: tuple[float, ...]
    intents: tuple[tuple[float, ...], ...] = ()

    @classmethod
    def of(
        cls, known: Sequence[float], was_right: Sequence[bool], unknown: Sequence[float], *, of: Sequence[str] = ()
    ) -> "Reference":
        """From scores of held-back messages. `was_right` goes with `known`; `unknown` came to no known intent, or to
        one that was left out of the fit, which `of` names. Raises ReferenceTooSmall below 100 of either."""
        if len(known) < FEWEST_SCORES or len(unknown) < FEWEST_SCORES:
            raise ReferenceTooSmall(
                f"Drift is not watched: it takes {FEWEST_SCORES} held-back messages that are known and as many "
                f"that are not, and there are {len(known)} and {len(unknown)}. More examples mend that."
            )
        both = np.concatenate([np.asarray(known, float), np.asarray(unknown, float)])
        edges = np.unique(np.quantile(both, np.linspace(0, 1, BINS + 1)[1:-1]))
        bins = len(edges) + 1
        place = np.searchsorted(edges, known, side="right")
        counted = np.bincount(place, minlength=bins).astype(float)
        foreign = np.bincount(np.searchsorted(edges, unknown, side="right"), minlength=bins).astype(float)
        seen = np.searchsorted(edges, both, side="right")
        middle = np.bincount(seen, weights=_log_odds(both), minlength=bins) / np.maximum(1, counted + foreign)
        # Where either is rare, its own count is mostly chance: both are told apart by a smooth curve over the scores.
        is_unknown = _curve(middle, counted, foreign)
        together = counted + foreign + 0.5
        usual, strange = together * (1 - is_unknown), together * is_unknown
        usual = usual / usual.sum() + LEAST_KNOWN / len(known) * strange / strange.sum()
        strange = strange / strange.sum()
        good = np.bincount(place, weights=np.asarray(was_right, float), minlength=bins)
        return cls(
            edges=tuple(edges.tolist()),
            known=tuple((usual / usual.sum()).tolist()),
            unknown=tuple(strange.tolist()),
            right=tuple(((good + np.mean(was_right)) / (counted + 1)).tolist()),
            intents=_by_intent(np.searchsorted(edges, unknown, side="right"), of, strange),
        )

    def places(self, scores: Sequence[float]) -> NDArray[np.int64]:
        """The bin of each score."""
        return np.searchsorted(np.asarray(self.edges), np.asarray(scores, float), side="right").astype(np.int64)

    def strange(self) -> Floats:
        """How unknown messages may spread over the bins, a row for each of `TILTS`: between those that look known and
        those that look like nothing known at all, and beyond."""
        known, unknown = np.asarray(self.known), np.asarray(self.unknown)
        tilted = unknown * (unknown / known) ** TILTS[:, None]
        rows: Floats = tilted / tilted.sum(axis=1, keepdims=True)
        return rows

    def worlds(self) -> tuple[Floats, Floats]:
        """How unknown messages of a few intents at a time may spread over the bins, a row each; and how likely each
        row is beforehand."""
        if not self.intents:
            return self.strange(), _likely_tilts()
        chance, rows = np.random.default_rng(SEED), np.asarray(self.intents)
        few = np.array(
            [rows[chance.integers(len(rows), size=count)].mean(axis=0) for count in AT_ONCE for _ in range(DRAWS)]
        )
        tilts = chance.normal(USUAL_TILT, SPREAD_OF_TILTS, len(few))
        tilted = few * (np.asarray(self.unknown) / np.asarray(self.known)) ** tilts[:, None]
        return tilted / tilted.sum(axis=1, keepdims=True), np.full(len(few), 1 / len(few))

    def expected(self) -> Floats:
        """How unknown messages spread over the bins, with what is held possible weighed by how likely it is."""
        spread: Floats = _likely_tilts() @ self.strange()
        return spread

    def evidence(self) -> Floats:
        """For each bin the logarithm of how much likelier a score in it is when a tenth of the messages are unknown
        than when none are."""
        gains: Floats = np.log(1 - SHARE_WATCHED_FOR + SHARE_WATCHED_FOR * self.expected() / np.asarray(self.known))
        return gains

    def usual(self) -> Floats:
        """How likely a score in each bin is while nothing has changed."""
        return (1 - SHARE_ANYWAY) * np.asarray(self.known) + SHARE_ANYWAY * self.expected()

    def as_json(self) -> dict[str, Any]:
        plain = {name: [*getattr(self, name)] for name in _PLAIN}
        return {**plain, "intents": [[*row] for row in self.intents]}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Reference":
        """Also of one that was written down before intents were kept apart."""
        intents = tuple(tuple(row) for row in body.get("intents", ()))
        return cls(**{name: tuple(body[name]) for name in _PLAIN}, intents=intents)


def threshold_for(reference: Reference, messages: float = MESSAGES_BETWEEN_FALSE_ALARMS) -> float:
    """The evidence at which to call, so that on average `messages` known ones pass before a false alarm."""
    low, high = 0.0, HIGHEST_THRESHOLD
    while high - low > 0.01:
        middle = (low + high) / 2
        low, high = (middle, high) if run_length(reference, middle) < messages else (low, middle)
    return high


def run_length(reference: Reference, threshold: float) -> float:
    """How many messages pass on average before a watch at `threshold` calls though nothing has changed.

    The sum of a cusum is followed as a Markov chain over `STEPS` steps: D. Brook, D. A. Evans, An approach to the
    probability distribution of cusum run length, Biometrika 59 (1972).
    """
    gains, chances = reference.evidence(), reference.usual()
    if threshold <= 0:
        return 1.0
    if gains.max() < threshold / STEPS:
        # Where known and unknown messages score alike, no evidence ever adds up.
        return math.inf
    width = threshold / STEPS
    moves = np.zeros((STEPS + 1, STEPS + 1))
    for state in range(STEPS + 1):
        reached = np.maximum(0, np.rint((state * width + gains) / width)).astype(int)
        stays = reached <= STEPS
        np.add.at(moves[state], reached[stays], chances[stays])
    lengths = np.linalg.solve(np.eye(STEPS + 1) - moves, np.ones(STEPS + 1))
    return float(lengths[0]) if lengths[0] > 0 else math.inf


@dataclass(frozen=True)
class Alarm:
    """Messages that no intent knows have become more frequent: noticed at message `at`, probably since `since` (both
    counted from 1 since the watch began), now about `share` of all."""

    at: int
    since: int
    share: float


class Watch:
    """A one-sided cusum over the scores of one stream (E. S. Page, Continuous inspection schemes, 1954)."""

    def __init__(self, reference: Reference, threshold: float | None = None) -> None:
        self._reference = reference
        self._gains = reference.evidence()
        self._threshold = threshold_for(reference) if threshold is None else threshold
        self._sum = 0.0
        self._seen = 0
        self._began = 0
        self._since: list[int] = []

    @classmethod
    def resumed(cls, reference: Reference, threshold: float, state: Mapping[str, Any]) -> "Watch":
        """A watch that goes on where `as_json` was taken."""
        watch = cls(reference, threshold)
        watch._sum, watch._seen, watch._began = float(state["sum"]), int(state["seen"]), int(state["began"])
        watch._since = [int(place) for place in state["since"]]
        return watch

    def as_json(self) -> dict[str, Any]:
        """All that it takes to go on watching elsewhere, later."""
        return {"sum": self._sum, "seen": self._seen, "began": self._began, "since": [*self._since]}

    @property
    def seen(self) -> int:
        """How many messages were watched."""
        return self._seen

    def see(self, scores: Iterable[float]) -> Alarm | None:
        """Watch the next messages, in their order. Returns the first alarm among them and begins anew after it."""
        called = None
        for place in self._reference.places([*scores]).tolist():
            self._seen += 1
            if self._sum <= 0:
                self._sum, self._began, self._since = 0.0, self._seen, []
            self._sum += float(self._gains[place])
            self._since.append(place)
            if self._sum > self._threshold and called is None:
                called = Alarm(self._seen, self._began, _share(self._reference, np.asarray(self._since)))
                self._sum = 0.0
        return called


@dataclass(frozen=True)
class Estimate:
    """Of `messages`, the share that no intent knows, and how many of all are read rightly, with nobody having looked.

    A message that no intent knows is never read rightly. `low` and `high` hold `right` with 95 %.
    """

    messages: int
    unknown: float
    right: float
    low: float
    high: float


def estimate(reference: Reference, scores: Sequence[float]) -> Estimate | None:
    """How right the readings with these scores are. None below 50, of which nothing can be said.

    Every share of unknown messages, and every way in which they may look, is weighed by how likely it makes the scores
    (Bayes' rule). What is told is the mean; the interval holds 95 % of that weight, with room for chance and for new
    messages being about a few things only.
    """
    if len(scores) < SMALLEST_WINDOW:
        return None
    counts = np.bincount(reference.places(scores), minlength=len(reference.known)) / len(scores)
    worlds, likely = reference.worlds()
    known = (1 - SHARES)[:, None, None] * np.asarray(reference.known)
    mixed = known + SHARES[:, None, None] * worlds
    rightly = (known / mixed * np.asarray(reference.right)) @ counts
    surprise = np.log(mixed) @ counts * len(scores) + np.log(likely) - np.log(SHARES + FEW)[:, None]
    weight = np.exp(surprise - surprise.max())
    weight /= weight.sum()
    right = float((weight * rightly).sum())
    spread = math.sqrt(float((weight * (rightly - right) ** 2).sum()))
    unknown = float((weight * SHARES[:, None]).sum())
    chance = math.sqrt(max(right * (1 - right), 0) / len(scores))
    reach = 1.96 * math.hypot(spread, chance, ERRS_BY * unknown)
    return Estimate(len(scores), unknown, right, max(0.0, right - reach), min(1.0, right + reach))


def _likely_tilts() -> Floats:
    """How likely each of `TILTS` is beforehand."""
    weights: Floats = np.exp(-(((TILTS - USUAL_TILT) / SPREAD_OF_TILTS) ** 2) / 2)
    return weights / float(weights.sum())


def _by_intent(places: NDArray[np.int64], of: Sequence[str], every: Floats) -> tuple[tuple[float, ...], ...]:
    """The bins of each intent's messages, drawn to those of all."""
    rows = []
    for name in sorted(set(of)):
        own = np.bincount(places[np.asarray(of) == name], minlength=len(every)) + PULL_TO_ALL * every
        rows.append(tuple((own / own.sum()).tolist()))
    return tuple(rows)


def _share(reference: Reference, places: NDArray[np.int64]) -> float:
    """The share of unknown messages that makes these likeliest (expectation-maximisation)."""
    known, unknown = np.asarray(reference.known)[places], reference.expected()[places]
    share, before = SHARE_WATCHED_FOR, 1.0
    for _ in range(ROUNDS_OF_ESTIMATE):
        if abs(share - before) < CLOSE_ENOUGH:
            break
        of_unknown = share * unknown / ((1 - share) * known + share * unknown)
        share, before = float(np.mean(of_unknown)), share
    return share


def _log_odds(scores: Floats) -> Floats:
    kept = np.clip(scores, SUREST, 1 - SUREST)
    odds: Floats = np.log(kept / (1 - kept))
    return odds


def _curve(middle: Floats, known: Floats, unknown: Floats) -> Floats:
    """The chance that a message of each bin is unknown: logistic regression over the bins' `middle` log odds and their
    square (Newton's method)."""
    both = known + unknown
    scale = (middle - np.average(middle, weights=both)) / max(float(np.std(middle)), SUREST)
    columns = np.column_stack([np.ones(len(middle)), scale, scale**2])
    pull = PULL * float(both.sum()) * np.diag([0.0, 1.0, 1.0])
    slopes = np.array([math.log(unknown.sum() / known.sum()), 0.0, 0.0])
    for _ in range(ROUNDS_OF_CURVE):
        chance = 1 / (1 + np.exp(-np.clip(columns @ slopes, -30, 30)))
        steepest = columns.T @ (unknown - both * chance) - pull @ slopes
        step = np.linalg.solve(columns.T @ (columns * (both * chance * (1 - chance))[:, None]) + pull, steepest)
        slopes = slopes + step
        if float(np.abs(step).max()) < CLOSE_ENOUGH:
            break
    found: Floats = 1 / (1 + np.exp(-np.clip(columns @ slopes, -30, 30)))
    return found


@dataclass(frozen=True)
class Shift:
    """Another mix of intents than before: `chance` is the probability of a difference as great by chance; `moved` are
    the intents that changed most, with their shares before and now."""

    chance: float
    moved: tuple[tuple[str, float, float], ...]


def shift(before: Mapping[str, int], now: Mapping[str, int], *, most: int = 5) -> Shift | None:
    """Whether needs come in other shares than before: chi-square over the intents, those too rare judged together.

    None where either is too small to tell (under 50), or all comes to one intent.
    """
    if sum(before.values()) < SMALLEST_WINDOW or sum(now.values()) < SMALLEST_WINDOW:
        return None
    kept = _frequent(before, now)
    rows = [[of.get(name, 0) for name in kept] for of in (before, now)]
    rest = [sum(of.values()) - sum(row) for of, row in zip((before, now), rows, strict=True)]
    table = [[*row, left] for row, left in zip(rows, rest, strict=True)] if any(rest) else rows
    if len(table[0]) < 2:
        return None
    chance = chances.unrelated(table)
    shares = {name: (_part(before, name), _part(now, name)) for name in {*before, *now}}
    moved = sorted(shares, key=lambda name: (-abs(shares[name][1] - shares[name][0]), name))[:most]
    return Shift(chance, tuple((name, *shares[name]) for name in moved))


def _frequent(before: Mapping[str, int], now: Mapping[str, int]) -> list[str]:
    """The intents of which chi-square can judge: at least five expected in the smaller of the two."""
    together = Counter(before)
    together.update(now)
    smaller = min(sum(before.values()), sum(now.values())) / sum(together.values())
    return sorted(name for name, count in together.items() if count * smaller >= FEWEST_EXPECTED)


def _part(of: Mapping[str, int], name: str) -> float:
    return of.get(name, 0) / sum(of.values())
