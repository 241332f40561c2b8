"""Confusions: which intents are taken for which, how precise each one is, and how sure one can be of that.

From readings whose right intent is known: of people's checks, or of examples that a model did not learn from.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aboveloop.kit import chances

# How sure an interval is.
CONFIDENCE = 0.95
# Two intents overlap where at least so many of the messages of one of them are taken for the other.
OVERLAP_SHARE = 0.1
OVERLAP_ENOUGH = 2
# Below it a reader knows an intent by a handful of sentences.
EXAMPLES_ENOUGH = 10


@dataclass(frozen=True)
class Judged:
    """A reading whose right intent is known. `name` says which message or example it was."""

    name: str
    label: str
    guess: str
    confidence: float = 1.0

    @property
    def is_right(self) -> bool:
        return self.label == self.guess


@dataclass(frozen=True)
class Share:
    """`right` of `of`, with the exact interval (Clopper and Pearson, 1934) that holds it with 95 %."""

    right: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """None where there is nothing to divide."""
        return self.right / self.of if self.of else None

    def as_json(self) -> dict[str, Any]:
        return {"right": self.right, "of": self.of, "value": self.value, "low": self.low, "high": self.high}


def share(right: int, of: int) -> Share:
    """The share with its interval; from 0 to 1 where nothing is known."""
    if of == 0:
        return Share(0, 0, 0.0, 1.0)
    return Share(right, of, *chances.exact_bounds(right, of=of, confidence=CONFIDENCE))


@dataclass(frozen=True)
class IntentScore:
    """How one intent fares: `precision` of what was taken for it, `recall` of what was about it."""

    intent: str
    precision: Share
    recall: Share


@dataclass(frozen=True)
class Overlap:
    """Two intents that are taken for each other: `there` of the messages about `one` were taken for `other`, `back` the
    other way round. `examples` name some of these messages."""

    one: str
    other: str
    there: int
    of_one: int
    back: int
    of_other: int
    examples: tuple[str, ...]

    @property
    def is_mutual(self) -> bool:
        """Taken for each other both ways: more often one intent in two words than a need nobody described well."""
        return self.there > 0 and self.back > 0


@dataclass(frozen=True)
class Confusions:
    """All that was judged, and counts by right intent, then by guess."""

    judged: tuple[Judged, ...]
    counts: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, judged: Iterable[Judged]) -> "Confusions":
        kept = tuple(judged)
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for each in kept:
            counts[each.label][each.guess] += 1
        return cls(kept, {label: dict(counts[label]) for label in sorted(counts)})

    @property
    def intents(self) -> list[str]:
        """Every intent that was right or guessed at least once."""
        return sorted({*self.counts, *(each.guess for each in self.judged)})

    @property
    def accuracy(self) -> Share:
        return share(sum(each.is_right for each in self.judged), len(self.judged))

    def scores(self) -> list[IntentScore]:
        """Each intent's precision and recall, the least precise first; those never guessed last."""
        guessed = Counter(each.guess for each in self.judged)
        found = []
        for intent in self.intents:
            right = self.counts.get(intent, {}).get(intent, 0)
            about = sum(self.counts.get(intent, {}).values())
            found.append(IntentScore(intent, share(right, guessed[intent]), share(right, about)))
        return sorted(found, key=lambda each: (each.precision.value is None, each.precision.value or 0.0, each.intent))

    def pairs(self) -> list[tuple[str, str, int]]:
        """Right intent, guess and how often, of what was confused; the most frequent first."""
        wrong = [
            (label, guess, many)
            for label, guesses in self.counts.items()
            for guess, many in guesses.items()
            if guess != label
        ]
        return sorted(wrong, key=lambda each: (-each[2], each[0], each[1]))

    def overlaps(self, *, examples: int = 3) -> list[Overlap]:
        """Pairs of intents of which one is often taken for the other, the worst first."""
        seen: dict[frozenset[str], Overlap] = {}
        for label, guess, many in self.pairs():
            pair = frozenset((label, guess))
            about = sum(self.counts[label].values())
            if pair in seen or many < OVERLAP_ENOUGH or many / about < OVERLAP_SHARE:
                continue
            back = self.counts.get(guess, {}).get(label, 0)
            named = [each.name for each in self.judged if {each.label, each.guess} == pair and not each.is_right]
            about_other = sum(self.counts.get(guess, {}).values())
            seen[pair] = Overlap(label, guess, many, about, back, about_other, tuple(named[:examples]))
        return sorted(seen.values(), key=lambda each: (-(each.there + each.back), each.one, each.other))


def thin(examples: Mapping[str, int], *, enough: int = EXAMPLES_ENOUGH) -> list[tuple[str, int]]:
    """Intents with too few examples, the thinnest first."""
    few = ((name, many) for name, many in examples.items() if many < enough)
    return sorted(few, key=lambda each: (each[1], each[0]))


@dataclass(frozen=True)
class Bin:
    """Readings about as sure as each other: how sure they were on average, and how many of them were right."""

    low: float
    high: float
    confidence: float
    right: Share


@dataclass(frozen=True)
class Curve:
    """Whether a reading that says 90 % is right nine times of ten. `error` is the expected calibration error: the gap
    between the two, averaged over readings; None where nothing was judged."""

    bins: tuple[Bin, ...]
    error: float | None

    def as_json(self) -> dict[str, Any]:
        bins = [{**vars(each), "right": each.right.as_json()} for each in self.bins]
        return {"bins": bins, "error": self.error}


def calibration(judged: Sequence[Judged], *, bins: int = 10) -> Curve:
    """The calibration curve of these readings, in bins of equal width; empty bins are left out."""
    found = []
    for place in range(bins):
        low, high = place / bins, (place + 1) / bins
        of = [each for each in judged if low <= each.confidence < high or (high == 1 and each.confidence == 1)]
        if of:
            sure = sum(each.confidence for each in of) / len(of)
            found.append(Bin(low, high, sure, share(sum(each.is_right for each in of), len(of))))
    if not found:
        return Curve((), None)
    gap = sum(abs(each.confidence - each.right.right / each.right.of) * each.right.of for each in found)
    return Curve(tuple(found), gap / len(judged))
