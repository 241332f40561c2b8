"""Layers of weights, fitted to rows by gradient descent: Adam (Kingma and Ba, 2015) with dropout (Srivastava, 2014).

Written out here because the library's network cannot drop names, and that is what keeps some thirty thousand rows from
being learned by heart. Numbers only; what the rows mean is known elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float32]
Layers = tuple[tuple[Floats, Floats], ...]

# Adam's own, as published.
_MEMORY, _SPREAD, _EPSILON = 0.9, 0.999, 1e-8
# Rates fall to nothing over the last third of the moves: the last rows seen would weigh more than others otherwise.
_FALLS = 3.0


@dataclass(frozen=True)
class Manner:
    """How weights are fitted: a hidden layer of `hidden` units or none, `passes` over the rows, `batch` rows at a time.

    `lost` is the share of a row's names that are left out at each pass, drawn anew, `idle` that of the hidden units.
    """

    hidden: int
    passes: int
    rate: float
    batch: int
    lost: float = 0.0
    idle: float = 0.0


def fitted(matrix: sparse.csr_array, labels: NDArray[np.int64], classes: int, manner: Manner, seed: int) -> Layers:
    """Weights and offsets of each layer. `labels` are places of classes, one a row of `matrix`."""
    dice = np.random.default_rng(seed)
    widths = [matrix.shape[1], *([manner.hidden] if manner.hidden else []), classes]
    layers = tuple(
        ((dice.uniform(-1, 1, (a, b)) * np.sqrt(6 / (a + b))).astype(np.float32), np.zeros(b, np.float32))
        for a, b in pairwise(widths)
    )
    descent = _Adam([part for layer in layers for part in layer])
    total = manner.passes * -(-matrix.shape[0] // manner.batch)
    for move, rows in enumerate(_batches(matrix.shape[0], manner, dice)):
        gradients = _gradients(layers, matrix[rows], labels[rows], manner, dice)
        descent.move(gradients, manner.rate * min(1.0, _FALLS * (1 - move / total)))
    return layers


def odds(layers: Layers, matrix: sparse.csr_array) -> Floats:
    """The logarithm of each class's probability, one row a row of `matrix`."""
    (first, offsets), *further = layers
    reached = np.asarray(matrix @ first) + offsets
    for weights, offsets in further:
        reached = np.maximum(reached, 0) @ weights + offsets
    reached = reached - reached.max(axis=1, keepdims=True)
    found: Floats = (reached - np.log(np.exp(reached).sum(axis=1, keepdims=True))).astype(np.float32)
    return found


class _Adam:
    """Moves weights in place, each by what its own gradients have been."""

    def __init__(self, weights: list[Floats]) -> None:
        self._weights = weights
        self._means = [np.zeros_like(each) for each in weights]
        self._squares = [np.zeros_like(each) for each in weights]
        self._moves = 0

    def move(self, gradients: list[Floats], rate: float) -> None:
        self._moves += 1
        scale = np.float32(rate * np.sqrt(1 - _SPREAD**self._moves) / (1 - _MEMORY**self._moves))
        for weights, mean, square, gradient in zip(self._weights, self._means, self._squares, gradients, strict=True):
            mean *= np.float32(_MEMORY)
            mean += np.float32(1 - _MEMORY) * gradient
            square *= np.float32(_SPREAD)
            square += np.float32(1 - _SPREAD) * gradient * gradient
            weights -= scale * mean / (np.sqrt(square) + np.float32(_EPSILON))


def _batches(rows: int, manner: Manner, dice: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    for _ in range(manner.passes):
        order = dice.permutation(rows)
        for begin in range(0, rows, manner.batch):
            yield order[begin : begin + manner.batch]


def _gradients(
    layers: Layers, rows: sparse.csr_array, labels: NDArray[np.int64], manner: Manner, dice: np.random.Generator
) -> list[Floats]:
    """Of the mean cross-entropy by every layer's weights and offsets."""
    if manner.lost:
        rows.data *= _kept(rows.data.shape, manner.lost, dice)
    (first, offsets), *further = layers
    heard = np.asarray(rows @ first) + offsets
    if not further:
        error = _error(heard, labels)
        return [np.asarray(rows.T @ error), error.sum(axis=0)]
    mask = (heard > 0).astype(np.float32) * _kept(heard.shape, manner.idle, dice)
    units = heard * mask
    weights, offsets = further[0]
    error = _error((units @ weights + offsets).astype(np.float32), labels)
    behind = (error @ weights.T) * mask
    return [np.asarray(rows.T @ behind), behind.sum(axis=0), units.T @ error, error.sum(axis=0)]


def _error(reached: Floats, labels: NDArray[np.int64]) -> Floats:
    shares = np.exp(reached - reached.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    shares[np.arange(len(labels)), labels] -= 1
    mean: Floats = shares / np.float32(len(labels))
    return mean


def _kept(shape: tuple[int, ...], left_out: float, dice: np.random.Generator) -> Floats:
    """1 for what stays, made larger for what is left out beside it, so that sums stay what they were; else 0."""
    drawn = dice.random(shape, dtype=np.float32) >= left_out
    return drawn.astype(np.float32) / np.float32(1 - left_out)
