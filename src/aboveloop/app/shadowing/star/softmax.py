"""A linear model of names: which of some classes a set of named features speaks for. Numbers only, quick to fit."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

# Rarer names cannot be told from chance; more names than this cost time and win nothing.
_RAREST = 5
_MOST = 10_000
# Passes over the rows, and the rate at which weights move, without and with a hidden layer: chosen on a split of the
# published dialogues by dialogue. With more passes the rows are learned by heart.
_LINEAR = (6, 3e-3)
_HIDDEN = (4, 1e-3)
_BATCH = 256
# A few rows are passed over more often: weights that have hardly moved say nothing.
_MOVES = 200
_SEED = 0
# Rows are scaled to this length: with a fixed rate it sets how fast the weights grow.
_LENGTH = 3.0


@dataclass(frozen=True)
class Softmax:
    """`places` says which row of the first layer is whose; each layer is its weights and offsets."""

    classes: tuple[str, ...]
    places: dict[str, int]
    scale: NDArray[np.float32]
    layers: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]

    def scores(self, rows: Sequence[set[str]]) -> NDArray[np.float32]:
        """The probability of each class, one row a set of names."""
        (first, offsets), *further = self.layers
        reached = np.asarray(_matrix(rows, self.places, self.scale) @ first) + offsets
        for weights, offsets in further:
            reached = np.maximum(reached, 0) @ weights + offsets
        reached -= reached.max(axis=1, keepdims=True)
        odds = np.exp(reached)
        found: NDArray[np.float32] = (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)
        return found


def best(models: Sequence[Softmax], rows: Sequence[set[str]]) -> list[str]:
    """The class that the models together hold most likely; they know the same classes."""
    together = np.sum([np.log(model.scores(rows) + 1e-5) for model in models], axis=0)
    return [models[0].classes[place] for place in together.argmax(axis=1)]


def fit(rows: Sequence[set[str]], labels: Sequence[str], *, hidden: int = 0) -> Softmax:
    """Learn which names speak for which label, over a layer of `hidden` units or none. There must be two labels."""
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415 - heavy, and only a fit needs it

    counts = Counter(name for row in rows for name in row)
    # Sorted, so that the same rows give the same model in every process.
    common = sorted(
        (name for name, times in counts.items() if times >= _RAREST), key=lambda name: (-counts[name], name)
    )
    places = {name: place for place, name in enumerate(common[:_MOST])}
    seen = np.array([counts[name] for name in places])
    scale = np.sqrt(np.log((len(rows) + 1) / (seen + 1)) + 0.3).astype(np.float32)
    matrix = _matrix(rows, places, scale)
    passes, rate = _HIDDEN if hidden else _LINEAR
    batch = min(_BATCH, max(16, len(rows) // 20), len(rows))
    # Without a hidden layer this is multinomial logistic regression, fitted in passes.
    model = MLPClassifier(
        (hidden,) if hidden else (), alpha=1e-4 if hidden else 1e-6, learning_rate_init=rate, batch_size=batch,
        max_iter=1, warm_start=True, random_state=_SEED,
    )  # fmt: skip
    for _ in range(max(passes, _MOVES * batch // len(rows))):
        _one_pass(model, matrix, np.array(labels))
    layers = [_layer(weights, offsets) for weights, offsets in zip(model.coefs_, model.intercepts_, strict=True)]
    if len(model.classes_) == 2:
        # Of two classes the library keeps the second one's weights alone: the first one's are 0.
        layers[-1] = (_second(layers[-1][0]), _second(layers[-1][1]))
    return Softmax(tuple(str(each) for each in model.classes_), places, scale, tuple(layers))


def _one_pass(model: Any, matrix: sparse.csr_array, labels: NDArray[np.str_]) -> None:
    import warnings  # noqa: PLC0415

    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415

    with warnings.catch_warnings():
        # One pass at a time never converges; the number of passes is chosen instead.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(matrix, labels)


def _layer(weights: Any, offsets: Any) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return np.asarray(weights, np.float32), np.asarray(offsets, np.float32)


def _second(kept: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([np.zeros_like(kept), kept], axis=-1)


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
