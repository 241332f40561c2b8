"""Least squares over likenesses to landmarks, with the exact scores that each example would get if it were left out.

Leaving out an example, or every example of an intent, has a closed form in least squares, so calibration costs no
further fits and looks at the very model that is used (Rifkin and Lippert 2007; blocks: the same algebra).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from aboveloop.understand.kernel import Floats32

Ints = NDArray[np.intp]

# An example of which there is no second nearly explains itself; its left-out score is taken from the rest.
_LEAST_OWN = 1e-3
_DOUBLE_UP_TO = 1_500
# Against division by nothing.
_LEAST_WEIGHT = 1e-6
_ROWS = 2_048
# Added to the diagonal of the landmarks' likenesses: two equal examples make it singular.
_JITTER = 1e-3


@dataclass(frozen=True)
class Ridge:
    """`likeness @ weights` scores every label, about 1 for the right one and 0 for the others."""

    weights: Floats32
    scores: Floats32
    _spread: NDArray[Any]
    _targets: Ints
    _importance: Floats32

    def left_out(self, rows: Ints) -> tuple[Floats32, Floats32]:
        """Scores of `rows` if each of them alone were left out, and if all of them were."""
        spread = self._spread[rows]
        hat = spread @ spread.T * self._importance[rows]
        wanted = np.zeros((len(rows), self.scores.shape[1]), dtype=np.float32)
        wanted[np.arange(len(rows)), self._targets[rows]] = 1.0
        missed = wanted - self.scores[rows]
        own = np.maximum(1.0 - np.diag(hat), _LEAST_OWN)
        singly = wanted - missed / own[:, None]
        rest = np.eye(len(rows), dtype=hat.dtype) - hat
        together = wanted - np.linalg.solve(rest, missed)
        return singly.astype(np.float32), together.astype(np.float32)


@dataclass(frozen=True)
class Exact:
    """The same where every example is a landmark: one inverse tells all that is asked."""

    weights: Floats32
    scores: Floats32
    inverse: NDArray[Any]
    _targets: Ints

    def left_out(self, rows: Ints) -> tuple[Floats32, Floats32]:
        """Scores of `rows` if each of them alone were left out, and if all of them were."""
        wanted = np.zeros((len(rows), self.scores.shape[1]), dtype=np.float32)
        wanted[np.arange(len(rows)), self._targets[rows]] = 1.0
        own = self.inverse[np.ix_(rows, rows)]
        singly = wanted - self.weights[rows] / np.diag(own)[:, None]
        together = wanted - np.linalg.solve(own, self.weights[rows])
        return singly.astype(np.float32), together.astype(np.float32)


def fit_exact(likeness: Floats32, targets: Ints, size: int, *, importance: Floats32, penalty: float) -> Exact:
    """Fit to the `likeness` of all examples to each other, in one order. An example of no weight counts for nothing."""
    inner = np.array(likeness, dtype=_precision(len(likeness)), order="F")
    doubt = penalty / np.maximum(importance, _LEAST_WEIGHT) + _JITTER
    inner[np.diag_indices_from(inner)] += doubt
    root = linalg.cholesky(inner, lower=True, check_finite=False, overwrite_a=True)
    invert = linalg.get_lapack_funcs("potri", (root,))
    half, _ = invert(root, lower=1, overwrite_c=1)
    inverse = _mirrored(half)
    weights = np.zeros((len(targets), size), dtype=np.float32)
    for label in range(size):
        weights[:, label] = inverse[:, targets == label].sum(axis=1)
    scores = np.eye(size, dtype=np.float32)[targets] - weights * doubt[:, None]
    return Exact(weights, np.asarray(scores, dtype=np.float32), inverse, targets)


def fit_ridge(
    likeness: Floats32, landmarks: Ints, targets: Ints, size: int, *, importance: Floats32, penalty: float
) -> Ridge:
    """Fit to `likeness` (examples x landmarks), which is used up; `landmarks` are their places among the examples."""
    among = likeness[landmarks].astype(_precision(len(landmarks)))
    among[np.diag_indices_from(among)] += _JITTER
    root = linalg.cholesky(among, lower=True, check_finite=False, overwrite_a=True)
    features = linalg.solve_triangular(root, likeness.T, lower=True, check_finite=False, overwrite_b=True).T
    inner = _products(features, importance)
    inner[np.diag_indices_from(inner)] += penalty
    inner_root = linalg.cholesky(inner, lower=True, check_finite=False, overwrite_a=True)
    moment = np.zeros((len(landmarks), size), dtype=features.dtype)
    for label in range(size):
        of_label = targets == label
        moment[:, label] = importance[of_label] @ features[of_label]
    solved = linalg.cho_solve((inner_root, True), moment, check_finite=False)
    scores = np.asarray(features @ solved, dtype=np.float32)
    weights = linalg.solve_triangular(root, solved, lower=True, trans=1, check_finite=False).astype(np.float32)
    # Products of rows of it are the hat matrix.
    spread = linalg.solve_triangular(inner_root, features.T, lower=True, check_finite=False, overwrite_b=True).T
    return Ridge(weights, scores, spread, targets, importance)


def _mirrored(half: NDArray[Any]) -> NDArray[Any]:
    """The whole of a symmetric matrix from its lower half, in its own memory."""
    for begin in range(0, len(half), _ROWS):
        end = begin + _ROWS
        block = half[begin:end, begin:end]
        block[...] = np.tril(block) + np.tril(block, -1).T
        half[begin:end, end:] = half[end:, begin:end].T
    return half


def _products(features: NDArray[Any], importance: Floats32) -> NDArray[Any]:
    """The weighted products of the columns with each other; only the lower half, which is all that is read."""
    syrk = linalg.get_blas_funcs("syrk", (features,))
    inner = np.zeros((features.shape[1], features.shape[1]), dtype=features.dtype, order="F")
    for begin in range(0, len(features), _ROWS):
        part = slice(begin, begin + _ROWS)
        weighted = features[part] * np.sqrt(importance[part, None])
        inner = syrk(1.0, weighted, beta=1.0, c=inner, trans=1, lower=1, overwrite_c=1)
    return inner


def _precision(size: int) -> type[np.floating[Any]]:
    """Double where it costs nothing; above, single precision errs by less than a thousandth of a score."""
    return np.float64 if size <= _DOUBLE_UP_TO else np.float32
