"""Which embeddings this process reads with: those of the store, if any are installed and can run here."""

import logging
import threading

from aboveloop.connect.weights.store import WeightStore, default_folder
from aboveloop.understand.embedding import Embedder
from aboveloop.understand.errors import EmbeddingsUnavailable
from aboveloop.understand.sentences import load_sentences

# The one that the kernel's weights were chosen for.
SENTENCES = "minilm-int8"

logger = logging.getLogger(__name__)
_loaded: dict[str, Embedder] = {}
_LOCK = threading.Lock()


def installed_embedder() -> Embedder | None:
    """The embedder of the weights that are installed, or None: then words must do, which is said once in the log.

    Raises WeightsForeign where the files are not the published ones.
    """
    folder = default_folder()
    with _LOCK:
        known = _loaded.get(str(folder))
        if known is None:
            place = WeightStore(folder).verified(SENTENCES)
            if place is None:
                return None
            try:
                known = load_sentences(SENTENCES, place)
            except EmbeddingsUnavailable as error:
                logger.warning("%s", error)
                return None
            _loaded[str(folder)] = known
        return known
