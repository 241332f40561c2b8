"""How sure is sure enough: a threshold that keeps the share of wrong readings under a cap, with a stated confidence.

Messages whose answer is known, and that the model did not learn from, are tried at thresholds from strict to lax, each
tested exactly; the first failure ends it (fixed-sequence testing, Angelopoulos et al. 2021, "Learn then test").
Messages about nothing foreseen come on top of them (see `unforeseen`).
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from aboveloop.kit import chances
from aboveloop.understand.sureness import TAKEN_FOR_OUTSIDE, UNFORESEEN, Floats, Sureness
from aboveloop.understand.unforeseen import Passing, Unforeseen

Bools = NDArray[np.bool_]

# The strictest threshold leaves enough messages for so many wrong ones: with none allowed, one unlucky message would
# end everything.
_WRONG_AT_FIRST = 2
# The trial ends somewhere between two thresholds: with fifty of them, half a point less was automated.
_STEPS = 120
# Where the trial begins need not be known as finely.
_APART = 4
_AFTER_LIMIT = 0.5
# With so many that may be wrong, one more or less is no matter.
_MANY = 10
# What is not known is averaged over so many samples.
_SAMPLES = 240
_SEED = 17
# Of a batch that seems to hold none about nothing foreseen, one in a hundred is supposed to be, since it may.
_LEAST_SUPPOSED = 0.01
# Chances are compared up to rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Tried:
    """Messages about something foreseen with known answers that the model did not learn from: how sure it was of each,
    and which were `wrong`; and what stands in for messages about nothing foreseen, of which every one is wrong."""

    sure: Sureness
    wrong: Bools
    unforeseen: Unforeseen = field(default_factory=Unforeseen)

    def among(self, unforeseen: float) -> "Tried":
        """The same, as sure as the model is where so many messages are about nothing foreseen."""
        return Tried(self.sure.among(unforeseen), self.wrong, self.unforeseen.among(unforeseen))

    def passed(self, thresholds: Floats, batch: Sureness | None) -> Passing:
        """What is thought of messages about nothing foreseen."""
        return self.unforeseen.passed(thresholds, seen=self.sure, batch=batch, samples=_SAMPLES)


@dataclass(frozen=True)
class Promise:
    """What can be promised. Readings at least as sure as `threshold` may be acted on alone; None: none may.

    `share` is the part of the tried messages that they are, `needed` how many messages with known answers it takes to
    promise anything under this cap. Of a batch, `supposed` is the part that is about nothing foreseen by the best
    guess, among which the threshold counts (`Sureness.among`), and `unforeseen` at most what part is, as far as the
    batch tells.
    """

    cap: float
    confidence: float
    threshold: float | None
    share: float
    tried: int
    needed: int
    reason: str
    supposed: float = UNFORESEEN
    unforeseen: float | None = None

    def takes(self, sure: Sureness) -> Bools:
        """Which of these may be acted on alone."""
        if self.threshold is None:
            return np.zeros(len(sure), dtype=bool)
        taken: Bools = sure.among(self.supposed).confidence >= self.threshold
        return taken


def promise(tried: Tried, *, cap: float, confidence: float = 0.9, batch: Sureness | None = None) -> Promise:
    """The laxest threshold that holds the cap with this confidence.

    Without `batch` the promise is about the long run. With how sure the model is of a batch of messages, it also holds
    for the very share of wrong ones among those of the batch. How many of them are about nothing foreseen is told by
    the batch itself, and so is which of them are the surest: where few are, what is hard to read comes last, where many
    are, what resembles nothing.
    """
    count, needed = len(tried.wrong), messages_needed(cap, confidence)
    if count < needed:
        said = (
            f"{count} messages with known answers are too few to promise at most {cap:.3g} wrong with {confidence:.0%} "
            f"confidence: {needed} are needed, all read rightly. Until then nothing is automated."
        )
        return Promise(cap, confidence, None, 0.0, count, needed, said)
    supposed, unforeseen = _told(tried, batch)
    if batch is not None:
        tried, batch = tried.among(supposed), batch.among(supposed)
    last: _Step | None = None
    for step in _steps(tried, cap, confidence, batch):
        if _chance(step.wrong, step, cap) > 1 - confidence + _ROUNDING:
            break
        last = step
    if last is None:
        said = (
            f"Even the surest readings of {count} messages were wrong too often to promise at most {cap:.3g} wrong "
            f"with {confidence:.0%} confidence. Nothing is automated: give more examples, or a looser cap."
        )
        return Promise(cap, confidence, None, 0.0, count, needed, said, supposed, unforeseen)
    said = (
        f"At most {cap:.3g} of what is automated is wrong, with {confidence:.0%} confidence, as long as messages are "
        f"like the {count} that were tried; {last.taken / count:.0%} of these were sure enough."
    )
    return Promise(cap, confidence, last.threshold, last.taken / count, count, needed, said, supposed, unforeseen)


def _told(tried: Tried, batch: Sureness | None) -> tuple[float, float | None]:
    """What share of a batch is supposed to be about nothing foreseen, and at most what share is."""
    if batch is None:
        return UNFORESEEN, None
    passing = tried.passed(np.empty(0), batch)
    return UNFORESEEN if passing.share is None else max(_LEAST_SUPPOSED, passing.share), passing.at_most


def messages_needed(cap: float, confidence: float, *, wrong: int = 0) -> int:
    """The fewest messages of which `wrong` may be wrong without breaking the promise."""
    low, high = 1, 1
    while chances.at_most(wrong, of=high, chance=cap) > 1 - confidence:
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        if chances.at_most(wrong, of=middle, chance=cap) > 1 - confidence:
            low = middle + 1
        else:
            high = middle
    return high


@dataclass(frozen=True)
class _Step:
    """A threshold to be tried: how many of the tried messages are at least as sure, of how many, and how many of these
    are wrong, by the answers and by the model's own word; how many of the batch are; and how many messages about
    nothing foreseen there are for each tried one, in every sample."""

    threshold: float
    taken: int
    of: int
    wrong: float
    expected: float
    future: int | None
    passed: Floats


def _steps(tried: Tried, cap: float, confidence: float, batch: Sureness | None) -> list[_Step]:
    """Thresholds from strict to lax, chosen by how sure the messages were, never by what was wrong."""
    order = np.argsort(-tried.sure.confidence, kind="stable")
    sure, count = tried.sure.confidence[order], len(order)
    first = min(count, messages_needed(cap, confidence, wrong=_WRONG_AT_FIRST))
    thresholds = np.unique(sure[np.linspace(first, count, _STEPS).round().astype(int) - 1])[::-1]
    # What was taken for out of scope is never automated.
    thresholds = thresholds[thresholds > TAKEN_FOR_OUTSIDE]
    # Messages that are equally sure are taken together.
    taken = np.searchsorted(-sure, -thresholds, side="right")
    wrong, expected = np.cumsum(tried.wrong[order])[taken - 1], np.cumsum(1 - sure)[taken - 1]
    above = tried.passed(thresholds, batch).above
    steps = [
        _Step(
            threshold=float(threshold),
            taken=int(taken[place]),
            of=count,
            wrong=float(wrong[place]),
            expected=float(expected[place]),
            future=None if batch is None else int((batch.confidence >= threshold).sum()),
            passed=above[:, place],
        )
        for place, threshold in enumerate(thresholds)
    ]
    if batch is None or not steps:
        return _from_easiest(steps, cap)
    # Of 19 messages one wrong breaks a cap of 5 %, of 20 it takes two: only steps just above such a limit are tried for
    # small batches, since at others chance alone would end the trial.
    allowed = [cap * (each.future or 0) for each in steps]
    chosen = [each for each, may in zip(steps, allowed, strict=True) if may % 1 <= _AFTER_LIMIT or may >= _MANY]
    return _from_easiest(chosen or steps, cap)


def _from_easiest(steps: list[_Step], cap: float) -> list[_Step]:
    """The steps from where, by the model's own word, the test is passed most easily: with few messages one unlucky one
    would end everything, with many the share of wrong ones comes near the cap."""
    # What is only compared need not be averaged over samples.
    usual = [replace(step, passed=step.passed.mean(keepdims=True)) for step in steps[::_APART]]
    chances = [_chance(step.expected, step, cap) for step in usual]
    return steps[_APART * int(np.argmin(chances)) :] if steps else steps


def _chance(wrong: float, step: _Step, cap: float) -> float:
    """How likely the cap does not hold, in the long run or for the batch (the likelier), where so many of the tried
    ones that were taken were wrong."""
    share = step.taken / step.of
    # So many of the foreseen ones may be wrong, since all others are.
    may = np.clip((cap * (share + step.passed) - step.passed) / share, 0.0, 1.0)
    chance = float(special.betaincc(wrong + 1, max(step.taken - wrong, _ROUNDING), may).mean())
    if not step.future:
        return chance
    erring = special.betaincinv(wrong + 1, max(step.taken - wrong, _ROUNDING), _LEVELS)[_LEVEL_OF]
    mistaken = np.minimum(1.0, (share * erring + step.passed) / (share + step.passed))
    broken = int(np.floor(cap * step.future + _ROUNDING)) + 1
    if broken > step.future:
        return chance
    return max(chance, float(special.betainc(broken, step.future - broken + 1, mistaken).mean()))


# Levels at which a share that is not known is taken, each as likely as the others, and that of each sample, in an order
# that has nothing to do with theirs.
_LEVELS = (np.arange(50) + 0.5) / 50
_LEVEL_OF = np.random.default_rng(_SEED).permutation(_SAMPLES) % len(_LEVELS)
