"""Sentence embeddings from a MiniLM on onnxruntime and tokenizers alone: no torch, one thread, a few milliseconds.

Besides the last layer's mean, two things that the same pass computes anyway are used: the last layer's maxima, and the
means of an inner layer and of the word layer, which know of wording what the last layer has forgotten.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aboveloop.understand.errors import EmbeddingsUnavailable
from aboveloop.understand.kernel import Floats32

MODEL_FILE = "model_quantized.onnx"
TOKENIZER_FILE = "tokenizer.json"
# What a customer wants stands in the first hundred words; every token costs time.
_TOKENS = 128
# Texts of one length go through together. More gain nothing here.
_BATCH = 16
# A fit embeds thousands and people wait for it: two threads. A message alone is done on the caller's own.
_THREADS = 2
_WORTH_THREADS = 64
# Weight of the maxima beside the mean, before both are scaled to length one.
_MAXIMA = 0.577


@dataclass(frozen=True)
class Recipe:
    """Which inner results of a model file are views. Names of tensors hold for one file, so for one digest."""

    inner: tuple[str, ...]
    views: tuple[tuple[float, float], ...]


# By the SHA-256 of the model file. Weights and widths were chosen on Banking77, HWU64 and CLINC150 together.
RECIPES = {
    "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1": Recipe(
        inner=("/encoder/layer.3/output/LayerNorm/Add_1_output_0", "/embeddings/LayerNorm/Add_1_output_0"),
        views=((1.0, 4.0), (0.5, 4.0), (0.3, 4.0)),
    )
}


class SentenceModel:
    """Embeds messages. Threads share it."""

    def __init__(self, name: str, model: bytes, tokenizer: str) -> None:
        """`model` is the ONNX file, `tokenizer` the JSON of its tokenizer. Raises EmbeddingsUnavailable."""
        self.name = name
        self.digest = hashlib.sha256(model).hexdigest()
        recipe = RECIPES.get(self.digest)
        if recipe is None:
            raise EmbeddingsUnavailable(
                f"The weights {name} ({self.digest[:12]}) are not ones that this version knows."
            )
        self.views = recipe.views
        self._session, self._tokenizer = _opened(model, tokenizer, recipe.inner)
        self._outputs = ["last_hidden_state", *recipe.inner]

    @property
    def probes(self) -> None:
        """None: the digest names every byte of the weights."""
        return None

    def hide(self, text: str) -> str:
        """Nothing is hidden: nothing leaves this machine."""
        return text

    def embed(self, texts: Sequence[str]) -> tuple[Floats32, ...]:
        """Views of `texts`; alone or among others, the same text gives the same but for rounding to eight bits."""
        encoded = [self._tokenizer.encode(text).ids for text in texts]
        views = [np.zeros((len(texts), width), dtype=np.float32) for width in self._widths()]
        batches = _batches([len(ids) for ids in encoded])

        def run(places: list[int]) -> None:
            for view, found in zip(views, self._run([encoded[place] for place in places]), strict=True):
                view[places] = found

        if len(batches) < _WORTH_THREADS:
            for places in batches:
                run(places)
        else:
            with ThreadPoolExecutor(_THREADS) as pool:
                list(pool.map(run, batches))
        return tuple(views)

    def _widths(self) -> tuple[int, ...]:
        width = int(self._session.get_outputs()[0].shape[-1])
        return 2 * width, *[width] * (len(self._outputs) - 1)

    def _run(self, ids: list[list[int]]) -> list[Floats32]:
        tokens = np.array(ids, dtype=np.int64)
        asked = {"input_ids": tokens, "attention_mask": np.ones_like(tokens), "token_type_ids": np.zeros_like(tokens)}
        last, *inner = self._session.run(self._outputs, asked)
        both = np.concatenate([_unit(last.mean(axis=1)), _MAXIMA * _unit(last.max(axis=1))], axis=1)
        return [_unit(both), *[_unit(each.mean(axis=1)) for each in inner]]


def _batches(lengths: list[int]) -> list[list[int]]:
    """Places of texts of one length, at most so many together: nothing is filled up, so nothing is computed in vain."""
    by_length: dict[int, list[int]] = {}
    for place, length in enumerate(lengths):
        by_length.setdefault(length, []).append(place)
    return [places[begin : begin + _BATCH] for places in by_length.values() for begin in range(0, len(places), _BATCH)]


def load_sentences(name: str, folder: Path) -> SentenceModel:
    """The model in `folder`. Raises EmbeddingsUnavailable where it, or what runs it, is missing."""
    try:
        model = (folder / MODEL_FILE).read_bytes()
        tokenizer = (folder / TOKENIZER_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EmbeddingsUnavailable(f"The weights {name} in {folder} cannot be read: {error}.") from error
    return SentenceModel(name, model, tokenizer)


def _opened(model: bytes, tokenizer: str, inner: tuple[str, ...]) -> tuple[Any, Any]:
    try:
        import onnxruntime  # noqa: PLC0415 - optional and heavy
        from tokenizers import Tokenizer  # noqa: PLC0415
    except ImportError as error:
        raise EmbeddingsUnavailable(
            "Embeddings need onnxruntime and tokenizers: install `aboveloop[embeddings]`. Without, words must do."
        ) from error
    options = onnxruntime.SessionOptions()
    # One thread: a short message gains nothing from more, and the machine serves others.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(_with_outputs(model, inner), options, providers=["CPUExecutionProvider"])
    words = Tokenizer.from_str(tokenizer)
    words.no_padding()
    words.enable_truncation(_TOKENS)
    return session, words


def _with_outputs(model: bytes, names: Sequence[str]) -> bytes:
    """The model with inner results as further outputs.

    Two messages of protocol buffers in a row are one in which repeated fields are joined, so what is added to the
    graph is simply written behind it: ModelProto.graph (7), GraphProto.output (12), ValueInfoProto name (1), type (2).
    """
    floats = _field(2, _field(1, b"\x08\x01"))
    return model + _field(7, b"".join(_field(12, _field(1, name.encode()) + floats) for name in names))


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _unit(rows: Floats32) -> Floats32:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Floats32 = (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
    return scaled
