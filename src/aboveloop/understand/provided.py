"""Reading with a provider's embeddings without asking anybody: with the vectors that are here, noting those that are
not. Whoever may ask for them reads again with them (see `work.reading`).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from aboveloop.understand.embedding import Embedder
from aboveloop.understand.kernel import Floats32
from aboveloop.understand.masking.finder import Surroundings
from aboveloop.understand.masking.generic import hidden, sendable
from aboveloop.understand.masking.masked import Masked

# Texts by which a provider's model is known again: everyday, of several languages, far from each other.
PROBES = (
    "Where is my parcel?",
    "I want to cancel my order.",
    "Ich möchte meine Rechnung ändern.",
    "Mon colis est arrivé cassé.",
    "¿A qué hora abren el domingo?",
    "The app does not let me sign in any more.",
    "Kan ik dit in een andere maat krijgen?",
    "Thank you, that is all.",
)


class Looked:
    """An embedder of one reading: hides what is personal in this very case, gives the vectors that are known."""

    views: tuple[tuple[float, float], ...] = ()

    def __init__(self, of: Embedder, around: Surroundings, known: Mapping[str, Floats32]) -> None:
        """`of` is the embedder that the model was fitted with; `known` are vectors by `sendable` text."""
        assert of.probes is not None, "only a provider's embeddings come from outside"
        self.name, self.digest, self.probes = of.name, of.digest, of.probes
        self._around, self._known = around, known
        self._missing: dict[str, None] = {}
        self.hidden = Masked("", {}, ())

    @property
    def missing(self) -> tuple[str, ...]:
        """The texts whose vectors were asked for and are not here, each once."""
        return tuple(self._missing)

    def hide(self, text: str) -> str:
        self.hidden = hidden(text, self._around)
        return self.hidden.text

    def embed(self, texts: Sequence[str]) -> tuple[Floats32, ...]:
        """The vectors; what is not here is like nothing, and is noted. `texts` are parts of what was hidden."""
        rows = np.zeros((len(texts), self.probes.shape[1]), dtype=np.float32)
        for place, text in enumerate(texts):
            said = sendable(text)
            if said in self._known:
                rows[place] = self._known[said]
            elif said:
                self._missing[said] = None
        return (rows,)
