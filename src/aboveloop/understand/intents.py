"""What a customer wants: logistic regression over TF-IDF, with a confidence calibrated on texts left out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from aboveloop.understand.calibration import Calibration, calibrate, softmax
from aboveloop.understand.errors import TooFewIntents
from aboveloop.understand.features import Floats, Vocabulary, count_matrix, counted, weighted
from aboveloop.understand.linear import fit_linear
from aboveloop.understand.readings import Guess

OUTSIDE = "out_of_scope"
_RULED_OUT = -60.0


@dataclass(frozen=True)
class IntentModel:
    """Labels, features and weights, read in one gather for a message. Immutable, so threads share it."""

    labels: tuple[str, ...]
    vocabulary: Vocabulary
    table: NDArray[np.float32]
    offset: Floats
    calibration: Calibration

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[str]) -> "IntentModel":
        """Learn from texts with their labels. The same input gives the same model. Raises TooFewIntents."""
        names = tuple(sorted(set(labels)))
        if len(names) < 2:
            raise TooFewIntents(f"There are examples of {len(names)} intents; two are needed to tell them apart.")
        places = {name: place for place, name in enumerate(names)}
        target = np.array([places[label] for label in labels], dtype=np.intp)
        texts_counted = [counted(text) for text in texts]
        vocabulary = Vocabulary.of(texts_counted)
        counts = count_matrix(texts_counted, vocabulary)
        # One thread: a model of this size gains nothing from more, and the machine serves others.
        with threadpool_limits(limits=1):
            linear = fit_linear(weighted(counts, vocabulary.idf, vocabulary.words), target, len(names))
            calibration = calibrate(counts, vocabulary, target, size=len(names), outside=places.get(OUTSIDE))
        table = np.hstack([linear.weights, linear.centres]).astype(np.float32)
        return cls(names, vocabulary, table, linear.offset, calibration)

    def guesses(self, text: str, count: int = 3, *, without: str | None = None) -> tuple[Guess, ...]:
        """The best guesses with their confidence, best first. A text without a known feature has confidence 0.

        `without` is a label that other evidence has ruled out.
        """
        at, values, known = self.vocabulary.vector(*counted(text))
        if not len(at):
            first = sorted(self.labels, key=lambda label: label != OUTSIDE)
            return tuple(Guess(label, 0.0) for label in first[:count])
        # No BLAS: its threads cost more than a few hundred rows.
        scores = np.einsum("i,ij->j", values.astype(np.float32), self.table[at]).astype(float)
        size = len(self.labels)
        logits, centres = scores[None, :size] + self.offset, scores[None, size:]
        if without in self.labels:
            logits[0, self.labels.index(without)] = _RULED_OUT
        sure = float(self.calibration.confidence(logits, centres, np.array([known]))[0])
        return self._ranked(softmax(logits / self.calibration.temperature)[0], sure, count)

    def _ranked(self, shares: Floats, sure: float, count: int) -> tuple[Guess, ...]:
        """The calibrated confidence for the best label; the others in their proportion to it."""
        order = np.argsort(-shares, kind="stable")[:count]
        best = float(shares[order[0]])
        return tuple(Guess(self.labels[place], round(sure * float(shares[place]) / best, 4)) for place in order)
