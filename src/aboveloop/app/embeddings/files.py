"""A provider's embeddings for models outside a house: those that `understand fit` writes and `predict` reads with."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aboveloop.app.embeddings.kept import KeptVectors
from aboveloop.app.embeddings.provider import Manner, ProvidedEmbeddings, probed
from aboveloop.connect.models.embedding_settings import EmbeddingSettings, embeddings_of
from aboveloop.connect.models.embeddings import EmbeddingModel
from aboveloop.connect.models.home_file import FILE
from aboveloop.kit.errors import WrongUsage
from aboveloop.understand.embedding import are_same
from aboveloop.understand.intents import OUTSIDE
from aboveloop.understand.kernel import Floats32
from aboveloop.understand.words.built_in_en import ENGLISH


@contextmanager
def for_fit(home: Path) -> Iterator[ProvidedEmbeddings]:
    """The embeddings of this home, to fit with: examples are kept. Where the provider has changed its model, all that
    was kept is forgotten and asked for anew. Raises WrongUsage, ModelRefused, ModelUnavailable."""
    model = EmbeddingModel(_settings(home))
    try:
        yield fit_embedder(model, Manner(keep=KeptVectors.of(model.vendor)), probed(model))
    finally:
        model.close()


@contextmanager
def for_reading(home: Path) -> Iterator[ProvidedEmbeddings]:
    """The embeddings of this home as they are now, to read with: nothing is kept. Raises as `for_fit`."""
    model = EmbeddingModel(_settings(home))
    try:
        yield ProvidedEmbeddings(model, probed(model))
    finally:
        model.close()


def fit_embedder(model: EmbeddingModel, manner: Manner, live: Floats32) -> ProvidedEmbeddings:
    """Embeddings that keep what came, under the probes that it belongs to; ready for what every fit looks at. `live`
    is what the provider makes of the probes now."""
    assert manner.keep is not None, "a fit keeps what it paid for"
    before = manner.keep.probes()
    if before is None or not are_same(before, live):
        manner.keep.begin(live)
        before = live
    embedder = ProvidedEmbeddings(model, before, manner)
    # A fit looks at them one by one; together they are one request.
    embedder.embed(ENGLISH[OUTSIDE])
    return embedder


def _settings(home: Path) -> EmbeddingSettings:
    found = embeddings_of(home)
    if found is None:
        raise WrongUsage(f"No embeddings of a provider are set up: add [embeddings] to {home / FILE}.")
    return found
