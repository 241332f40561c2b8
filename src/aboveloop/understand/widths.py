"""How much meaning weighs beside words, and how near is near, for embeddings that nobody here knows: tried on the
examples themselves, each left out once.

Cosines of one model run from 0 to 1, of another from 0.7 to 1, and what fits one is blind for the other.
"""

from collections.abc import Iterator

import numpy as np

from aboveloop.understand.kernel import Floats32, Landmarks, Mixture, Rows
from aboveloop.understand.prepared import Examples, Ints
from aboveloop.understand.ridge import fit_exact

# From bent hardly at all, for cosines that spread, to as good as only the nearest, for cosines that crowd.
WIDTHS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
# The weight of words and of letters, each; the whole always weighs the same, so that what is usual of certainty holds.
TEXTS = (0.1, 0.25, 0.5)
TOTAL = 2.0
# With fewer examples chance would choose.
_FEWEST = 40
_USUAL = (4.0, 0.1)
# More do not choose otherwise, and what is tried costs time with the cube of their number.
_MOST = 1_000
_PENALTY = 0.2


def chosen(examples: Examples, rows: Rows) -> Mixture:
    """The mixture under which the examples, each left out, are told apart with the smallest squares: what least squares
    are about, and less a matter of chance than how many are right."""
    places = _tried(examples)
    if len(places) < _FEWEST:
        return _mixture(*_USUAL)
    some, targets = rows.taken(places), examples.targets[places]
    tried = [(_missed(some, targets, len(examples.labels), mixture), mixture) for mixture in _mixtures()]
    return min(tried, key=lambda each: each[0])[1]


def _mixtures() -> Iterator[Mixture]:
    for text in TEXTS:
        for width in WIDTHS:
            yield _mixture(width, text)


def _mixture(width: float, text: float) -> Mixture:
    return Mixture(((TOTAL - 2 * text, width),), (text, 0.0), (text, 0.0))


def _tried(examples: Examples) -> Ints:
    """Examples of every label by turns; names of labels are none."""
    turn = np.zeros(len(examples.targets), dtype=np.intp)
    own = np.flatnonzero(~examples.named)
    for label in range(len(examples.labels)):
        of_label = own[examples.targets[own] == label]
        turn[of_label] = np.arange(len(of_label))
    return np.sort(own[np.argsort(turn[own], kind="stable")][:_MOST])


def _missed(some: Rows, targets: Ints, size: int, mixture: Mixture) -> float:
    likeness = Landmarks.of(some, mixture).likeness(some)
    importance: Floats32 = np.ones(len(targets), dtype=np.float32)
    fit = fit_exact(likeness, targets, size, importance=importance, penalty=_PENALTY)
    singly, _ = fit.left_out(np.arange(len(targets)))
    wanted = np.eye(size, dtype=np.float32)[targets]
    return float(((singly - wanted) ** 2).sum(axis=1).mean())
