"""Logistic regression over TF-IDF rows, solved where few texts allow it exactly and at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from aboveloop.understand.features import Floats

Ints = NDArray[np.intp]

# Weak regularisation: with ten examples an intent the words themselves are the evidence. Chosen on Banking77, where
# 5 to 30 make no difference with ten examples an intent and 10 is best with a hundred.
_STRENGTH = 10.0
# Up to here the solution in the space of the texts is the faster one; its cost grows with the cube.
_DENSE_TEXTS = 2_500
_NEUTRAL = 1e-6
# A label with many more examples than the others (the messages that are nobody's business) counts at most as much
# as the middle one, or it would draw every short message to itself (measured: 4 points of accuracy).
_HEAVIEST = 1.0
# The score of a label that had no text: never the best.
_ABSENT = -30.0


@dataclass(frozen=True)
class Linear:
    """Scores of every label: `features @ weights + offset`; centres are the labels' mean directions."""

    weights: Floats
    offset: Floats
    centres: Floats


def fit_linear(rows: sparse.csr_array, target: Ints, size: int) -> Linear:
    """L2 logistic regression. Few texts: solved in the space that they span, where the solution lies (the same one)."""
    # Imported where a model is fitted: it takes seconds, and most commands never fit one.
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    present = np.unique(target)
    model = LogisticRegression(C=_STRENGTH, max_iter=300, tol=1e-3)
    sizes = np.bincount(target)
    weights_of_texts = np.minimum(1.0, _HEAVIEST * np.median(sizes[sizes > 0]) / np.maximum(sizes, 1))[target]
    weights = np.zeros((rows.shape[1], size))
    offset = np.full(size, _ABSENT)
    if rows.shape[0] <= _DENSE_TEXTS:
        spread, turned = np.linalg.eigh((rows @ rows.T).toarray())
        kept = spread > _NEUTRAL
        root = np.sqrt(spread[kept])
        model.fit(turned[:, kept] * root, target, sample_weight=weights_of_texts)
        found = rows.T @ ((turned[:, kept] / root) @ _both_classes(model.coef_).T)
    else:
        model.fit(sparse.csr_matrix(rows), target, sample_weight=weights_of_texts)
        found = _both_classes(model.coef_).T
    weights[:, present] = found
    offset[present] = _both_classes(model.intercept_[:, None])[:, 0]
    return Linear(weights, offset, _centres(rows, target, size))


def _both_classes(of_model: Floats) -> Floats:
    """Two labels are one row in scikit-learn: the other's is its mirror."""
    return np.vstack([-of_model, of_model]) / 2 if of_model.shape[0] == 1 else of_model


def _centres(rows: sparse.csr_array, target: Ints, size: int) -> Floats:
    member = sparse.csr_array((np.ones(len(target)), (np.arange(len(target)), target)), shape=(len(target), size))
    sums = np.asarray((rows.T @ member).todense())
    lengths = np.linalg.norm(sums, axis=0)
    lengths[lengths == 0.0] = 1.0
    centres: Floats = sums / lengths
    return centres
