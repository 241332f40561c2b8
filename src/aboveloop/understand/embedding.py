"""The port to embeddings: whatever turns messages into numbers by their meaning. Without one, words must do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from aboveloop.understand.kernel import Floats32

# Directions kept of each view where there are enough examples to know which matter: no accuracy is lost on Banking77
# and CLINC150, and a message is compared in a third of the time.
_KEPT = (256, 128, 128)
_ENOUGH_EXAMPLES = 1_500
# How the names of embeddings begin that a provider gives; the others are those of weights in the store.
PROVIDED = "provider:"
# The same model, asked again. In half precision nothing comes below 0.9999; in eight bits, where it matters what a text
# is computed beside, single probes come down to 0.97 and their mean to 0.995, while the same model with another pooling
# reaches 0.6 (MiniLM, `benches/provider.py --rounding`). A model that moved less than this is not told from rounding.
SAME_EACH, SAME_MEAN = 0.9, 0.98


class Embedder(Protocol):
    """Turns messages into numbers. `digest` names the weights: a model fitted with them works with no others."""

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str: ...

    @property
    def views(self) -> tuple[tuple[float, float], ...]:
        """Weight and width of the likeness in each view (see `kernel.Mixture`); () where nobody knows them, and they
        are chosen from the examples (see `widths`)."""
        ...

    @property
    def probes(self) -> Floats32 | None:
        """What it makes of the texts by which it is known again; None where its `digest` tells all."""
        ...

    def hide(self, text: str) -> str:
        """The text, of the same length, without what the embedder may not see."""
        ...

    def embed(self, texts: Sequence[str]) -> tuple[Floats32, ...]:
        """One array a view, one row a text, each of length one."""
        ...


def are_same(before: Floats32 | None, now: Floats32 | None) -> bool:
    """Whether the same embedder made both of the same texts, but for rounding."""
    if before is None or now is None:
        return before is now
    if before.shape != now.shape:
        return False
    cosines = np.einsum("ij,ij->i", before, now)
    return bool(cosines.min() >= SAME_EACH and cosines.mean() >= SAME_MEAN)


@dataclass(frozen=True)
class Projection:
    """The directions in which the examples differ, view by view; () keeps all."""

    directions: tuple[Floats32, ...]

    @classmethod
    def of(cls, views: tuple[Floats32, ...]) -> "Projection":
        if not views or len(views[0]) < _ENOUGH_EXAMPLES:
            return cls(())
        kept = []
        for view, count in zip(views, (*_KEPT, *[_KEPT[-1]] * len(views)), strict=False):
            _, directions = np.linalg.eigh(view.T @ view)
            kept.append(np.ascontiguousarray(directions[:, ::-1][:, :count], dtype=np.float32))
        return cls(tuple(kept))

    def __call__(self, views: tuple[Floats32, ...]) -> tuple[Floats32, ...]:
        """The views along the directions kept; of many texts or of one."""
        if not self.directions:
            return views
        pairs = zip(views, self.directions, strict=True)
        # A view alone without BLAS, whose threads would wait for each other longer than the work takes.
        return tuple(
            np.einsum("i,ij->j", view, direction) if view.ndim == 1 else view @ direction for view, direction in pairs
        )
