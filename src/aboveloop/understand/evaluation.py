"""How good a model of intents is on messages whose answer is known, with how far each figure can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aboveloop.kit import chances
from aboveloop.understand.certainty import Bools, Floats
from aboveloop.understand.intents import OUTSIDE

_BINS = 10
_CONFIDENCE = 0.95
# Pairs of intents that are taken for each other are told up to here.
_CONFUSIONS = 20


@dataclass(frozen=True)
class Rate:
    """A share and the bounds between which it lies with 95 % confidence (Wilson 1927)."""

    hits: int
    of: int
    low: float | None
    high: float | None

    @property
    def share(self) -> float | None:
        return self.hits / self.of if self.of else None

    @classmethod
    def of_counts(cls, hits: int, of: int) -> "Rate":
        if not of:
            return cls(0, 0, None, None)
        return cls(hits, of, *chances.wilson_bounds(hits, of=of, confidence=_CONFIDENCE))


@dataclass(frozen=True)
class OfIntent:
    """`precision`: of what was read as it, so much was it. `recall`: of what was it, so much was read as it."""

    intent: str
    precision: Rate
    recall: Rate


@dataclass(frozen=True)
class Confusion:
    meant: str
    read: str
    times: int


@dataclass(frozen=True)
class Automation:
    """Acting alone on readings at least as sure as `threshold`: what share that is, and how many of them are wrong."""

    threshold: float
    automated: Rate
    wrong: Rate


@dataclass(frozen=True)
class Evaluation:
    """`accuracy` counts messages about something foreseen. `calibration_error` is the mean distance between confidence
    and truth over ten equal parts; `scope_auroc` how well out-of-scope messages are told apart, None without any."""

    accuracy: Rate
    outside: int
    intents: tuple[OfIntent, ...]
    confusions: tuple[Confusion, ...]
    curve: tuple[Automation, ...]
    calibration_error: float | None
    scope_auroc: float | None


@dataclass(frozen=True)
class Answers:
    """What a model said to messages: the best intent, how sure it is, and how much about nothing foreseen.

    `inside` is False where a message was taken for out of scope, whatever intent comes next.
    """

    intents: Sequence[str]
    confidence: Floats
    inside: Bools
    out_of_scope: Floats


def evaluate(answers: Answers, truth: Sequence[str]) -> Evaluation:
    """Compare `answers` with the `truth`, in which OUTSIDE marks messages about nothing foreseen."""
    read, meant = np.array(answers.intents, dtype=object), np.array(truth, dtype=object)
    foreign = np.array([label == OUTSIDE for label in truth], dtype=bool)
    right = (read == meant) & ~foreign
    names = sorted({*meant[~foreign], *read})
    return Evaluation(
        accuracy=Rate.of_counts(int(right.sum()), int((~foreign).sum())),
        outside=int(foreign.sum()),
        intents=tuple(_of_intent(name, read, meant, foreign) for name in names),
        confusions=_confusions(read, meant, foreign),
        curve=_curve(answers, right),
        calibration_error=_calibration_error(answers.confidence, right),
        scope_auroc=_auroc(foreign, answers.out_of_scope),
    )


def _of_intent(name: str, read: NDArray[np.object_], meant: NDArray[np.object_], foreign: Bools) -> OfIntent:
    as_it, it = (read == name) & ~foreign, meant == name
    both = int((as_it & it).sum())
    return OfIntent(name, Rate.of_counts(both, int(as_it.sum())), Rate.of_counts(both, int(it.sum())))


def _confusions(read: NDArray[np.object_], meant: NDArray[np.object_], foreign: Bools) -> tuple[Confusion, ...]:
    counts: dict[tuple[str, str], int] = {}
    for said, was in zip(read[~foreign], meant[~foreign], strict=True):
        if said != was:
            counts[(was, said)] = counts.get((was, said), 0) + 1
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Confusion(was, said, times) for (was, said), times in ranked[:_CONFUSIONS])


def _curve(answers: Answers, right: Bools) -> tuple[Automation, ...]:
    points = []
    for threshold in (0.0, 0.35, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99):
        taken = answers.inside & (answers.confidence >= threshold)
        wrong = int((taken & ~right).sum())
        automated = Rate.of_counts(int(taken.sum()), len(taken))
        points.append(Automation(threshold, automated, Rate.of_counts(wrong, int(taken.sum()))))
    return tuple(points)


def _calibration_error(confidence: Floats, right: Bools) -> float | None:
    if not len(right):
        return None
    order = np.argsort(confidence, kind="stable")
    gaps = [
        abs(float(confidence[part].mean()) - float(right[part].mean())) * len(part)
        for part in np.array_split(order, _BINS)
        if len(part)
    ]
    return sum(gaps) / len(right)


def _auroc(foreign: Bools, score: Floats) -> float | None:
    if foreign.all() or not foreign.any():
        return None
    lower, upper = (np.searchsorted(np.sort(score[~foreign]), score[foreign], side=side) for side in ("left", "right"))
    # Of two that score alike, each is above the other in half of the cases.
    return float((lower + upper).mean()) / 2 / int((~foreign).sum())
