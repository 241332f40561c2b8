"""The model at work as it would be if it had never learned from one of its examples, or from any of an intent.

In least squares both have a closed form, so what it would say to the unseen costs one inverse and no further fits; and
it is said by the very model that is used, through whatever rules it is read with. Words that only the unlearned texts
hold become unknown words, as those of a customer are: the model would resemble its own examples too much else.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from aboveloop.understand.features import Vocabulary, counted
from aboveloop.understand.intents import IntentModel
from aboveloop.understand.learning import PENALTY, importance_of
from aboveloop.understand.ridge import Ints, fit_exact


@dataclass(frozen=True)
class Unlearning:
    """Places are those of `model.texts`. Models made by it share all but their weights with `model`."""

    model: IntentModel
    _inverse: NDArray[Any]

    @classmethod
    def of(cls, model: IntentModel) -> "Unlearning | None":
        """None where the model learned from more examples than it compares messages with: then nothing is exact."""
        if model.planes is not None or len(model.texts) < model.learned_from:
            return None
        size, targets = len(model.labels), model.of_label
        with threadpool_limits(limits=1):
            likeness = model.landmarks.likeness(model.landmarks.as_rows())
            weights = importance_of(targets, model.labels)
            fit = fit_exact(likeness, targets, size, importance=weights, penalty=PENALTY)
        return cls(model, fit.inverse)

    def without(self, place: int) -> IntentModel:
        """The model without one example."""
        return self._without(np.array([place], dtype=np.intp))

    def without_intent(self, label: str) -> IntentModel:
        """The model without any example of an intent, and without the intent."""
        at = self.model.labels.index(label)
        of_label = self.model.of_label
        rest = self._without(np.flatnonzero(of_label == at))
        # What is hidden resembles nothing, so it does not matter whose it is, as long as labels rise.
        moved = np.minimum(of_label - (of_label > at), len(self.model.labels) - 2)
        labels = tuple(name for name in self.model.labels if name != label)
        return replace(rest, labels=labels, of_label=moved, weights=np.delete(rest.weights, at, axis=1))

    def _without(self, places: Ints) -> IntentModel:
        weights = self.model.weights
        moved = np.linalg.solve(self._inverse[np.ix_(places, places)], weights[places])
        weights = weights - (self._inverse[:, places] @ moved).astype(weights.dtype)
        weights[places] = 0.0
        said, model = [counted(self.model.texts[place]) for place in places], self.model
        words = self._forgetting(model.words, [each for each, _ in said], model.landmarks.by_word, places)
        letters = self._forgetting(model.letters, [each for _, each in said], model.landmarks.by_letter, places)
        return replace(self.model, weights=weights, passed_over=places, words=words, letters=letters)

    def _forgetting(
        self, known: Vocabulary, counts: Sequence[Counter[str]], by_feature: sparse.csr_array, places: Ints
    ) -> Vocabulary:
        """What is known without the texts at `places`, whose features are counted."""
        held: Counter[str] = Counter()
        if not known.by_intent:
            for each in counts:
                held.update(each.keys())
            return known.without(held, len(places))
        gone, of_label = 0, self.model.of_label
        for label in np.unique(of_label[places]):
            own = [each for each, place in zip(counts, places, strict=True) if of_label[place] == label]
            kept = np.setdiff1d(np.flatnonzero(of_label == label), places)
            names = [name for name in set().union(*own) if name in known.places]
            rows = by_feature[np.array([known.places[name] for name in names], dtype=np.intp)][:, kept]
            # An intent of which some text is left holds a feature still, where that text does.
            held.update(name for name, ends in zip(names, np.diff(rows.indptr), strict=True) if not ends)
            gone += not len(kept)
        return known.without(held, gone)
