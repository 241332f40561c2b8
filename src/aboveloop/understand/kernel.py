"""How alike two messages are: by their meaning, where there are embeddings, and by their words and letters, always."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats32 = NDArray[np.float32]

# Rows compared at a time: bounds the memory that a fit takes.
_ROWS = 2_048


@dataclass(frozen=True)
class Rows:
    """Messages as numbers, one row each: embeddings of length one by view, words and letter runs by TF-IDF."""

    views: tuple[Floats32, ...]
    words: sparse.csr_array
    letters: sparse.csr_array

    def __len__(self) -> int:
        return int(self.words.shape[0])

    def taken(self, places: NDArray[np.intp]) -> "Rows":
        """The rows at `places`, in their order."""
        views = tuple(view[places] for view in self.views)
        return Rows(views, sparse.csr_array(self.words[places]), sparse.csr_array(self.letters[places]))


@dataclass(frozen=True)
class Mixture:
    """Weights of the similarities. Each view and each of the two kinds of text features has a width: the likeness of
    two messages with cosine c is exp(width * c) scaled to run from 0 (where c is 0) to 1, or c where the width is 0."""

    views: tuple[tuple[float, float], ...]
    words: tuple[float, float]
    letters: tuple[float, float]

    @property
    def total(self) -> float:
        """What a message's likeness to itself comes to."""
        return sum(weight for weight, _ in (*self.views, self.words, self.letters))


@dataclass(frozen=True)
class Landmarks:
    """The examples that messages are compared with, and how. Immutable, so threads share it.

    Words and letters are kept by feature, one column a landmark, and in no other way: they are most of a model.
    """

    views: tuple[Floats32, ...]
    mixture: Mixture
    by_word: sparse.csr_array
    by_letter: sparse.csr_array

    @classmethod
    def of(cls, rows: Rows, mixture: Mixture) -> "Landmarks":
        return cls(rows.views, mixture, _by_feature(rows.words), _by_feature(rows.letters))

    def __len__(self) -> int:
        return int(self.by_word.shape[1])

    def as_rows(self) -> Rows:
        """The landmarks themselves as messages, turned back at each call."""
        return Rows(self.views, sparse.csr_array(self.by_word.T), sparse.csr_array(self.by_letter.T))

    def likeness(self, rows: Rows) -> Floats32:
        """How alike each row is to each landmark: rows x landmarks, from 0 to `mixture.total`."""
        out = np.empty((len(rows), len(self)), dtype=np.float32)
        for begin in range(0, len(rows), _ROWS):
            part = slice(begin, begin + _ROWS)
            out[part] = self._block(rows, part)
        return out

    def _block(self, rows: Rows, part: slice) -> Floats32:
        views = [
            (view[part] @ own.T, *setting)
            for view, own, setting in zip(rows.views, self.views, self.mixture.views, strict=True)
        ]
        texts = [
            ((rows.words[part] @ self.by_word).toarray(), *self.mixture.words),
            ((rows.letters[part] @ self.by_letter).toarray(), *self.mixture.letters),
        ]
        return _mixed([*views, *texts])

    def of_one(self, views: Sequence[Floats32], words: "Sparse", letters: "Sparse") -> Floats32:
        """The same for a single message, without the cost of building rows."""
        # No BLAS: for one message its threads wait for each other longer than the work takes.
        parts = [
            (np.einsum("ij,j->i", own, view), *setting)
            for view, own, setting in zip(views, self.views, self.mixture.views, strict=True)
        ]
        size = len(self)
        parts.append((_gathered(self.by_word, words, size), *self.mixture.words))
        parts.append((_gathered(self.by_letter, letters, size), *self.mixture.letters))
        return _mixed(parts)


Sparse = tuple[NDArray[np.intp], NDArray[np.float64]]


def _by_feature(rows: sparse.csr_array) -> sparse.csr_array:
    """Turned, with short indices: a model has far fewer numbers than these can count."""
    turned = sparse.csr_array(rows.T)
    turned.indices, turned.indptr = turned.indices.astype(np.int32), turned.indptr.astype(np.int32)
    return turned


def _mixed(parts: list[tuple[Floats32, float, float]]) -> Floats32:
    """The weighted sum; works in place, since each cosine is needed once."""
    total = np.zeros_like(parts[0][0])
    for cosine, weight, width in parts:
        if not weight:
            continue
        if width:
            cosine *= width
            np.expm1(cosine, out=cosine)
            cosine *= weight / math.expm1(width)
        else:
            cosine *= weight
        total += cosine
    return total


def _gathered(by_feature: sparse.csr_array, features: Sparse, size: int) -> Floats32:
    """The product of one sparse message with all landmarks: a walk over the lists of its own features alone."""
    at, values = features
    starts, ends = by_feature.indptr[at], by_feature.indptr[at + 1]
    lengths = ends - starts
    total = int(lengths.sum())
    if not total:
        return np.zeros(size, dtype=np.float32)
    shift = np.repeat(starts - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    places = np.arange(total) + shift
    weighted = by_feature.data[places] * np.repeat(values, lengths)
    return np.bincount(by_feature.indices[places], weights=weighted, minlength=size).astype(np.float32)
