"""A model of names: which of some classes a set of named features speaks for. Numbers only, quick to fit."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from aboveloop.app.shadowing.star.network import Layers, Manner, fitted, odds

# Without a hidden layer this is multinomial logistic regression.
LINEAR = Manner(hidden=0, passes=6, rate=3e-3, batch=256)
# Rarer names cannot be told from chance; more names than this cost time and win nothing.
_RAREST = 4
_MOST = 30_000
# A few rows are passed over more often: weights that have hardly moved say nothing.
_MOVES = 200
# Rows are scaled to this length: with a fixed rate it sets how fast the weights grow.
_LENGTH = 3.0


@dataclass(frozen=True)
class Softmax:
    """`places` says which row of the first layer is whose; each layer is its weights and offsets."""

    classes: tuple[str, ...]
    places: dict[str, int]
    scale: NDArray[np.float32]
    layers: Layers

    def odds(self, rows: Sequence[set[str]]) -> NDArray[np.float32]:
        """The logarithm of each class's probability, one row a set of names."""
        return odds(self.layers, _matrix(rows, self.places, self.scale))


def best(models: Sequence[Softmax], rows: Sequence[set[str]]) -> list[str]:
    """The class that the models together hold most likely; they know the same classes."""
    together = np.sum([model.odds(rows) for model in models], axis=0)
    return [models[0].classes[place] for place in together.argmax(axis=1)]


def fit(
    rows: Sequence[set[str]], labels: Sequence[str], manner: Manner = LINEAR, *, copies: int = 1
) -> tuple[Softmax, ...]:
    """Learn which names speak for which label. There must be two labels.

    Copies begin with other weights and see the rows in another order: they err in different places.
    """
    counts = Counter(name for row in rows for name in row)
    # Sorted, so that the same rows give the same model in every process.
    common = sorted(
        (name for name, times in counts.items() if times >= _RAREST), key=lambda name: (-counts[name], name)
    )
    places = {name: place for place, name in enumerate(common[:_MOST])}
    seen = np.array([counts[name] for name in places])
    scale = np.sqrt(np.log((len(rows) + 1) / (seen + 1)) + 0.3).astype(np.float32)
    matrix = _matrix(rows, places, scale)
    classes, targets = np.unique(np.array(labels), return_inverse=True)
    batch = min(manner.batch, max(16, len(rows) // 20), len(rows))
    manner = replace(manner, batch=batch, passes=max(manner.passes, _MOVES * batch // len(rows)))
    # One thread: products are small, and threads that wait for one another on a busy machine cost many times more.
    with threadpool_limits(limits=1):
        layers = [fitted(matrix, targets, len(classes), manner, seed) for seed in range(copies)]
    return tuple(Softmax(tuple(map(str, classes)), places, scale, each) for each in layers)


def _matrix(rows: Iterable[set[str]], places: dict[str, int], scale: NDArray[np.float32]) -> sparse.csr_array:
    indices: list[int] = []
    ends = [0]
    for row in rows:
        indices += sorted(places[name] for name in row if name in places)
        ends.append(len(indices))
    at = np.array(indices, np.int32)
    matrix = sparse.csr_array((scale[at], at, np.array(ends, np.int32)), shape=(len(ends) - 1, len(places)))
    lengths = np.sqrt(np.asarray((matrix * matrix).sum(axis=1)).ravel()) + 1e-9
    scaled = sparse.csr_array(sparse.diags_array(_LENGTH / lengths) @ matrix)
    return scaled.astype(np.float32)
