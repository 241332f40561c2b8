"""Fitting anew by a person's command, after a provider has changed its model, and the doctor's look at it."""

import threading
from dataclasses import dataclass

from aboveloop.app.embeddings import standing
from aboveloop.app.embeddings.kept import KeptVectors
from aboveloop.app.embeddings.meaning import RENEW
from aboveloop.app.embeddings.standing import FITTED, REFUSED, UNAVAILABLE
from aboveloop.app.premises import Premises
from aboveloop.connect.models.embedding_settings import EmbeddingSettings
from aboveloop.connect.models.exchange import ModelRefused, ModelUnavailable
from aboveloop.kit.errors import WrongUsage
from aboveloop.understand.embedding import are_same

# Who asks the doctor waits for an answer.
_LOOK_SECONDS = 5.0


@dataclass(frozen=True)
class Found:
    """How the embeddings stand now (see `standing`)."""

    state: str
    sentence: str


def renewed(premises: Premises) -> Found:
    """Forget what the provider made of examples, and fit the release at work anew. Running processes follow by
    themselves at their next look. Raises WrongUsage, ModelRefused, ModelUnavailable."""
    meaning = premises.meaning
    if meaning is None:
        raise WrongUsage("No embeddings of a provider are set up: add [embeddings] to models.toml first.")
    KeptVectors.of(meaning.vendor).begin(meaning.probes())
    meaning.look(premises.current(), threading.Event().wait)
    with premises.database.read() as reader:
        found = standing.latest(reader, premises.ledger)
    assert found is not None, "a look is written down"
    said = f"The release at work reads with the embeddings of {meaning.vendor.name}."
    return Found(found.state, found.sentence or said)


def looked_at(premises: Premises, settings: EmbeddingSettings) -> Found:
    """Whether the provider answers now, and as it did when examples were embedded."""
    meaning = premises.meaning
    assert meaning is not None, "asked only where embeddings are set up"
    try:
        live = meaning.probes(within_seconds=_LOOK_SECONDS)
    except (ModelRefused, ModelUnavailable) as error:
        return Found(UNAVAILABLE, f"{error} Messages are read without its embeddings.")
    before = KeptVectors.of(settings).probes()
    if before is None:
        return Found(FITTED, f"{settings.name} answers; nothing was embedded with it yet on this machine.")
    if not are_same(before, live):
        return Found(REFUSED, f"{settings.name} has changed its model. Run `{RENEW}` to fit with the new one.")
    with premises.database.read() as reader:
        told = standing.latest(reader, premises.ledger)
    if told is not None and told.state == standing.WITHHELD:
        return Found(told.state, told.sentence)
    return Found(FITTED, f"{settings.name} answers as it did when examples were embedded.")
