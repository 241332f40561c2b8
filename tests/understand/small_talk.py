"""A stand-in for sentence embeddings at the port: words fold into a few numbers, so that alike texts are alike."""

import hashlib
from collections.abc import Sequence

import numpy as np

from aboveloop.understand.kernel import Floats32


class FoldedWords:
    """Obeys the same suite as the real weights (test_sentences.py)."""

    name = "folded-words"
    views = ((1.0, 4.0), (0.5, 4.0))
    probes = None

    def __init__(self, salt: str = "") -> None:
        self.digest = hashlib.sha256(salt.encode()).hexdigest()

    def hide(self, text: str) -> str:
        return text

    def embed(self, texts: Sequence[str]) -> tuple[Floats32, ...]:
        wide, narrow = (np.stack([_folded(text, size) for text in texts]) for size in (64, 16))
        return wide, narrow


def _folded(text: str, size: int) -> Floats32:
    out = np.full(size, 0.01, dtype=np.float32)
    for word in text.lower().split():
        out[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % size] += 1.0
    return out / np.float32(np.linalg.norm(out))
