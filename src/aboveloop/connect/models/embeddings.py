"""Embeddings of a provider behind an OpenAI-compatible endpoint: texts leave, one vector comes back for each.

Providers differ in small things (the order of the answer, base64 or numbers, whether they tell a model): what can be
understood is, and what cannot is no answer.
"""

import base64
import json
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aboveloop.connect.models.breaker import Breaker
from aboveloop.connect.models.embedding_settings import EmbeddingSettings
from aboveloop.connect.models.exchange import Endpoint, Exchange, ModelRefused, ModelUnavailable

_PATH = "/embeddings"
# A vector of three thousand numbers in JSON is some seventy kilobytes.
_BYTES_A_TEXT = 400_000
# Names of hosts are looked up without a limit of time, so whoever waits for a limited time lets another thread ask.
# More turns than this at once do not wait for one provider.
_ASKING = 8
# So short a vector points nowhere; numbers so large belong to none.
_SHORTEST, _LARGEST = 1e-6, 1e15

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Embedded:
    """`vectors`: one row of length one for each text. `model` as the provider calls it, "" where it does not."""

    vectors: Vectors
    model: str
    tokens: int | None


class EmbeddingModel:
    """A provider's embeddings. Threads share it. Where it fails again and again it is left alone for a while."""

    def __init__(self, settings: EmbeddingSettings, breaker: Breaker | None = None) -> None:
        self.vendor = settings
        self.breaker = breaker or Breaker(settings.name)
        url = settings.url.rstrip("/")
        url = url if url.endswith(_PATH) else url + _PATH
        largest = _BYTES_A_TEXT * settings.batch
        self._exchange = Exchange(Endpoint(settings.name, url, settings.key, settings.timeout_seconds, largest))
        self._asking = ThreadPoolExecutor(_ASKING, thread_name_prefix="embeddings")

    def request_bytes(self, texts: Sequence[str]) -> bytes:
        """Exactly what leaves the house as the body of the request."""
        asked: dict[str, Any] = {
            "model": self.vendor.model,
            "input": list(texts),
            "encoding_format": self.vendor.encoding,
        }
        if self.vendor.dimensions:
            asked["dimensions"] = self.vendor.dimensions
        return json.dumps(asked, ensure_ascii=False, sort_keys=True).encode()

    def ask(self, body: bytes, count: int, *, within_seconds: float | None = None) -> Embedded:
        """Send what `request_bytes` made of `count` texts. Never lasts longer than `within_seconds`, where that is
        given; then it does not ask at all while the breaker is open.

        Raises ModelRefused, ModelUnavailable.
        """
        if within_seconds is None:
            return self._asked(body, count, None)
        with self.breaker.watching():
            future: Future[Embedded] = self._asking.submit(self._asked, body, count, within_seconds)
            try:
                return future.result(timeout=within_seconds)
            except TimeoutError as error:
                future.cancel()
                said = f"The embeddings of {self.vendor.name} did not come in {within_seconds:.3g} s."
                raise ModelUnavailable(said) from error

    def close(self) -> None:
        self._asking.shutdown(wait=False, cancel_futures=True)
        self._exchange.close()

    def _asked(self, body: bytes, count: int, within_seconds: float | None) -> Embedded:
        return self._read(self._exchange.post(body, within_seconds=within_seconds), count)

    def _read(self, answer: bytes, count: int) -> Embedded:
        try:
            told = json.loads(answer)
            rows = _in_order(told["data"], count)
            vectors = np.array([_numbers(each["embedding"]) for each in rows], dtype=np.float64)
        except (ValueError, KeyError, IndexError, TypeError, OverflowError, AttributeError, RecursionError) as error:
            raise self._nonsense("its answer holds no vector for each text") from error
        wanted = self.vendor.dimensions
        if vectors.ndim != 2 or not vectors.shape[1]:
            raise self._nonsense("its vectors are of different lengths")
        if wanted and vectors.shape[1] != wanted:
            raise ModelRefused(
                f"The embeddings of {self.vendor.name} have {vectors.shape[1]} dimensions; {wanted} were asked for."
            )
        if not np.isfinite(vectors).all() or np.abs(vectors).max() > _LARGEST:
            raise self._nonsense("a vector of it holds what is no number")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if (lengths < _SHORTEST).any():
            raise self._nonsense("a vector of it points nowhere")
        used = told.get("usage")
        model = told.get("model")
        return Embedded(
            np.asarray(vectors / lengths, dtype=np.float32), model if isinstance(model, str) else "", _tokens(used)
        )

    def _nonsense(self, what: str) -> ModelUnavailable:
        return ModelUnavailable(f"The embeddings of {self.vendor.name} make no sense: {what}.")


def _in_order(data: Any, count: int) -> list[Any]:
    """The rows in the order of the texts: by `index` where each has one, else as they stand."""
    if not isinstance(data, list) or len(data) != count:
        raise ValueError("as many rows as texts are needed")
    indexes = [each.get("index") for each in data]
    if all(index is None for index in indexes):
        return data
    if any(isinstance(index, bool) or not isinstance(index, int) for index in indexes):
        raise ValueError("an index is no number")
    if sorted(indexes) != list(range(count)):
        raise ValueError("the indexes are not those of the texts")
    return sorted(data, key=lambda each: int(each["index"]))


def _numbers(told: Any) -> NDArray[np.float64]:
    """A vector as numbers, or as base64 of little-endian floats of four bytes, whichever was asked for."""
    if isinstance(told, str):
        return np.frombuffer(base64.b64decode(told, validate=True), dtype="<f4").astype(np.float64)
    if not isinstance(told, list) or not all(isinstance(each, int | float) for each in told):
        raise ValueError("a vector is a list of numbers")
    return np.array(told, dtype=np.float64)


def _tokens(used: Any) -> int | None:
    for name in ("prompt_tokens", "total_tokens"):
        value = used.get(name) if isinstance(used, dict) else None
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**40:
            return value
    return None
