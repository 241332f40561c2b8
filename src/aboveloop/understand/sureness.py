"""How sure a model is of messages: of its reading, and that they are about anything foreseen; and both in bins.

A foreseen message that is hard to read and one that nobody foresaw may be read with the same confidence. Only beside
the chance of being foreseen are they told apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

# Of a hundred messages, so many are taken to be about nothing foreseen when a confidence is said and no batch tells.
UNFORESEEN = 0.1
# How sure a reading is that is taken for out of scope: less than any other.
TAKEN_FOR_OUTSIDE = -1.0
# Against division by nothing.
_LEAST_FORESEEN = 1e-9
# Bins by confidence, each parted by the chance of being foreseen. With one part, a fifth less of CLINC150's own
# validation part was automated under 2 %; with four or more, each is known by too few messages.
_BINS = 12
_PARTS = 3


@dataclass(frozen=True)
class Sureness:
    """One row a message: the chance that its reading is right, TAKEN_FOR_OUTSIDE where it is taken for out of scope,
    and the chance that it is about anything foreseen. Both suppose that the share UNFORESEEN of messages is not."""

    confidence: Floats = field(default_factory=lambda: np.empty(0))
    foreseen: Floats = field(default_factory=lambda: np.empty(0))

    @classmethod
    def of_reading(cls, confidence: Floats) -> "Sureness":
        """Where no more is known than how sure the reading is."""
        return cls(confidence, confidence)

    def __len__(self) -> int:
        return len(self.confidence)

    def among(self, unforeseen: float) -> "Sureness":
        """The same where another share of messages is about nothing foreseen, more than none of them and less than all
        (Bayes' rule: the odds of being foreseen change as those of all messages do)."""
        usual, here = UNFORESEEN / (1 - UNFORESEEN), unforeseen / (1 - unforeseen)
        # What is read rightly is foreseen, so neither chance can be less.
        known = np.clip(self.foreseen, np.maximum(self.confidence, _LEAST_FORESEEN), 1.0)
        more = 1 / (known + (1 - known) * here / usual)
        confidence = np.where(self.confidence > TAKEN_FOR_OUTSIDE, self.confidence * more, TAKEN_FOR_OUTSIDE)
        return Sureness(confidence, known * more)


@dataclass(frozen=True)
class Bins:
    """Edges by confidence, ascending, and of each bin the edges of its parts, one row a bin."""

    edges: Floats
    parts: Floats

    @classmethod
    def of(cls, groups: Sequence[Sureness]) -> "Bins":
        """Bins that hold about as many messages each of all groups together, which must hold one."""
        confidence = np.concatenate([group.confidence for group in groups])
        foreseen = np.concatenate([group.foreseen for group in groups])
        edges = np.unique(np.quantile(confidence, np.linspace(0, 1, _BINS + 1)[1:-1]))
        place, inner = np.searchsorted(edges, confidence, side="right"), np.linspace(0, 1, _PARTS + 1)[1:-1]
        # A bin may be empty where many messages are equally sure; then all are one bin to it.
        own = [foreseen[place == each] for each in range(len(edges) + 1)]
        return cls(edges, np.array([np.quantile(each if len(each) else foreseen, inner) for each in own]))

    def __len__(self) -> int:
        return (len(self.edges) + 1) * _PARTS

    def places(self, sure: Sureness) -> Ints:
        """The bin of each message."""
        by_confidence = np.searchsorted(self.edges, sure.confidence, side="right")
        part = (sure.foreseen[:, None] >= self.parts[by_confidence]).sum(axis=1)
        places: Ints = by_confidence * _PARTS + part
        return places

    def counts(self, sure: Sureness, weights: Floats | None = None) -> Floats:
        """How many messages lie in each bin, or what they weigh."""
        return np.bincount(self.places(sure), weights=weights, minlength=len(self)).astype(float)
