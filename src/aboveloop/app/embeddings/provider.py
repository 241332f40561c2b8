"""A provider's embeddings for fits and files: in batches, with patience, masked, each text asked for once."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from aboveloop.app.embeddings.kept import KeptVectors, key_of
from aboveloop.connect.models.embedding_settings import EmbeddingSettings
from aboveloop.connect.models.embeddings import EmbeddingModel
from aboveloop.connect.models.exchange import ModelRefused, ModelUnavailable
from aboveloop.understand.embedding import PROVIDED
from aboveloop.understand.kernel import Floats32
from aboveloop.understand.masking.finder import Surroundings
from aboveloop.understand.masking.generic import hidden, sendable
from aboveloop.understand.masking.masked import Masked
from aboveloop.understand.provided import PROBES

# A provider's limits are counted by the minute. Who fits waits this long in all, then is told to go on later.
PATIENCE_SECONDS = 600.0
_LONGEST_PAUSE_SECONDS = 60.0
# What servers answer where a request is too large for them, in texts or in words.
_TOO_LARGE = frozenset({400, 413, 422})
# A text of fewer characters is never the reason.
_SHORTEST = 100

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Leaving:
    """What is about to leave: the bytes of the request, how many texts they hold, and what was masked in these."""

    body: bytes
    texts: int
    masked: Mapping[str, int]


@dataclass(frozen=True)
class Manner:
    """How texts leave. `around` is what the mask knows; `before` is called before anything does; `pause` waits, and
    ends the wait where it returns True; `keep` writes what came to disk."""

    around: Surroundings = field(default_factory=Surroundings)
    before: Callable[[Leaving], None] = lambda leaving: None
    pause: Callable[[float], bool] = field(default_factory=lambda: threading.Event().wait)
    keep: KeptVectors | None = None


class ProvidedEmbeddings:
    """Embeds with a provider (see `understand.embedding.Embedder`). Texts of which the mask is not sure enough do not
    leave: they are like nothing."""

    views: tuple[tuple[float, float], ...] = ()

    def __init__(self, model: EmbeddingModel, probes: Floats32, manner: Manner | None = None) -> None:
        """`probes` is what the provider makes of `PROBES` (see `probed`)."""
        settings = model.vendor
        self.name = named(settings)
        self.digest = settings.digest
        self.probes = probes
        self.withheld = 0
        self.sent = 0
        self.tokens = 0
        self._model, self._manner = model, manner or Manner()
        self._known = self._manner.keep.every() if self._manner.keep is not None else {}

    def hide(self, text: str) -> str:
        return hidden(text, self._manner.around).text

    def embed(self, texts: Sequence[str]) -> tuple[Floats32, ...]:
        """One row of length one for each text, of nothing but zeros where it may not leave or says nothing.

        Raises ModelRefused, ModelUnavailable. What came until then is kept.
        """
        shown = [hidden(text, self._manner.around) for text in texts]
        said = [self._sendable(each) for each in shown]
        masked = {text: each.counts for text, each in zip(said, shown, strict=True)}
        missing = [text for text in dict.fromkeys(said) if text and key_of(text) not in self._known]
        size = self._model.vendor.batch
        while missing:
            size = self._take(missing[:size], masked)
            missing = [text for text in missing if key_of(text) not in self._known]
        rows = np.zeros((len(texts), self.probes.shape[1]), dtype=np.float32)
        for place, text in enumerate(said):
            if text:
                rows[place] = self._known[key_of(text)]
        return (rows,)

    def _sendable(self, shown: Masked) -> str:
        if shown.uncertainty > self._model.vendor.most_uncertainty:
            self.withheld += 1
            return ""
        return sendable(shown.text)

    def _take(self, texts: Sequence[str], masked: Mapping[str, Mapping[str, int]]) -> int:
        """Embed some texts, halving what is too large for the provider. Returns how many it takes at once."""
        sent = list(texts)
        while True:
            try:
                vectors = self._patiently(sent, masked)
            except ModelRefused as error:
                if error.status not in _TOO_LARGE:
                    raise
                if len(sent) > 1:
                    sent = sent[: len(sent) // 2]
                elif len(sent[0]) > _SHORTEST:
                    # What a customer wants stands in front.
                    sent[0] = sent[0][: len(sent[0]) // 2]
                else:
                    raise
                continue
            found = {key_of(text): row for text, row in zip(texts[: len(sent)], vectors, strict=True)}
            self._known.update(found)
            if self._manner.keep is not None:
                self._manner.keep.keep(found)
            return len(sent)

    def _patiently(self, texts: Sequence[str], masked: Mapping[str, Mapping[str, int]]) -> Floats32:
        waited, pause = 0.0, 1.0
        while True:
            body = self._model.request_bytes(texts)
            counts: Counter[str] = Counter()
            for text in texts:
                counts.update(masked.get(text, {}))
            self._manner.before(Leaving(body, len(texts), dict(counts)))
            try:
                found = self._model.ask(body, len(texts))
            except ModelUnavailable as error:
                seconds = min(max(error.retry_after_seconds, pause), _LONGEST_PAUSE_SECONDS)
                if waited + seconds > PATIENCE_SECONDS or self._manner.pause(seconds):
                    raise ModelUnavailable(
                        f"{error} What came so far is kept: the same command goes on from there.",
                        retry_after_seconds=error.retry_after_seconds,
                    ) from error
                logger.info("%s It is asked again in %.0f s.", error, seconds)
                waited, pause = waited + seconds, 2 * pause
                continue
            self.sent += len(texts)
            self.tokens += found.tokens or 0
            if found.vectors.shape[1] != self.probes.shape[1]:
                raise ModelRefused(f"The embeddings of {self._model.vendor.name} have changed their size. Fit anew.")
            return found.vectors


def named(settings: EmbeddingSettings) -> str:
    """What a model calls the embeddings that it was fitted with."""
    return f"{PROVIDED}{settings.name}/{settings.model}"


def probed(model: EmbeddingModel, *, within_seconds: float | None = None) -> Floats32:
    """What the provider makes of the probes now. They are ours and hold nothing of anybody.

    Raises ModelRefused, ModelUnavailable.
    """
    body = model.request_bytes(PROBES)
    return model.ask(body, len(PROBES), within_seconds=within_seconds).vectors
