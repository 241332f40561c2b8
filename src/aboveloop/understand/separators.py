"""Where there are more examples than can be landmarks and no embeddings: one separating plane for each label.

Over sparse words and letters every example counts, at the price that leaving out has no closed form: what was not seen
is asked of further fits, in folds of messages and in folds of intents.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from aboveloop.understand.kernel import Floats32, Rows
from aboveloop.understand.ridge import Ints

# Squared hinge against each other label. On Banking77, HWU64 and CLINC150 as good as or better than logistic
# regression, in a third of the time; 0.3 to 1 make no difference.
_STRENGTH = 1.0
_TOLERANCE = 0.03
_FOLDS = 3
_SEED = 13
# The score of a label that had no example.
_ABSENT = np.float32(-1.0)


@dataclass(frozen=True)
class Separators:
    """`features @ weights + offset` scores every label, scaled so that 1 is surely it and 0 surely not."""

    weights: Floats32
    offset: Floats32

    def scores(self, features: sparse.csr_array) -> Floats32:
        """Scores of many texts."""
        return np.asarray(features @ self.weights, dtype=np.float32) + self.offset

    def of_one(self, at: NDArray[np.intp], values: NDArray[np.float64]) -> Floats32:
        """Scores of one text, a walk over its own features alone."""
        scores: Floats32 = np.einsum("i,ij->j", values.astype(np.float32), self.weights[at]) + self.offset
        return scores


@dataclass(frozen=True)
class CrossFitted:
    """Scores of every example from models that did not learn from it, and from models that knew nothing of its intent.
    Stands in for `ridge.Ridge` where examples are looked back on."""

    scores: Floats32
    hidden: Floats32

    def left_out(self, rows: Ints) -> tuple[Floats32, Floats32]:
        """Scores of `rows`, of which each was left out, and of which the intents were hidden with a third of all."""
        return self.scores[rows], self.hidden[rows]


def features_of(rows: Rows) -> sparse.csr_array:
    """Words and letters side by side."""
    return sparse.csr_array(sparse.hstack([rows.words, rows.letters]))


def fit_separators(features: sparse.csr_array, targets: Ints, size: int, importance: Floats32) -> Separators:
    """One plane for each label that has examples; two at least must have some."""
    # Imported where it is needed: it takes a second, and most models never need it.
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    model = LinearSVC(C=_STRENGTH, tol=_TOLERANCE, random_state=_SEED)
    with warnings.catch_warnings():
        # The last digits of a plane decide nothing.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(_as_matrix(features), targets, sample_weight=importance)
    found, offset = model.coef_, model.intercept_
    if len(found) == 1:
        # Two labels are one plane in scikit-learn: the other's is its mirror.
        found, offset = np.vstack([-found, found]), np.concatenate([-offset, offset])
    weights = np.zeros((features.shape[1], size), dtype=np.float32)
    offsets = np.full(size, _ABSENT, dtype=np.float32)
    weights[:, model.classes_] = found.T / 2
    offsets[model.classes_] = (offset + 1) / 2
    return Separators(weights, offsets)


def cross_fit(features: sparse.csr_array, targets: Ints, size: int, importance: Floats32) -> CrossFitted:
    """Fit again and again, each time without a third of the messages, or of the intents."""
    scores, hidden = (np.zeros((len(targets), size), dtype=np.float32) for _ in range(2))
    for out, folds in ((scores, _folds_of_texts(targets)), (hidden, _folds_of_labels(targets, size))):
        for kept in folds:
            model = fit_separators(features[kept], targets[kept], size, importance[kept])
            out[~kept] = model.scores(features[~kept])
    return CrossFitted(scores, hidden)


def _folds_of_texts(targets: Ints) -> Iterator[NDArray[np.bool_]]:
    """Which texts to learn from, each label spread evenly."""
    generator = np.random.default_rng(_SEED)
    folds = np.empty(len(targets), dtype=np.intp)
    for label in np.unique(targets):
        places = generator.permutation(np.flatnonzero(targets == label))
        folds[places] = (np.arange(len(places)) + generator.integers(_FOLDS)) % _FOLDS
    return (folds != fold for fold in range(_FOLDS))


def _folds_of_labels(targets: Ints, size: int) -> Iterator[NDArray[np.bool_]]:
    fold_of_label = np.random.default_rng(_SEED).permutation(np.arange(size) % _FOLDS)
    return (fold_of_label[targets] != fold for fold in range(_FOLDS))


def _as_matrix(features: sparse.csr_array) -> sparse.csr_matrix:
    """As scikit-learn takes it: with short indices."""
    return sparse.csr_matrix(
        (features.data, features.indices.astype(np.int32), features.indptr.astype(np.int32)), shape=features.shape
    )
