"""What was learned once is kept in the user's cache: a house, a release or a command begins without learning it again.

A kept model is named by all that it came from: examples, weights, this room's code and the libraries below it. Nothing
in it runs when it is read, and a damaged or missing one is only learned again.
"""

import functools
import hashlib
import io
import logging
import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from aboveloop.kit.canonical import digest
from aboveloop.kit.settings import cache_folder
from aboveloop.understand.embedding import Embedder, are_same
from aboveloop.understand.errors import ModelDamaged
from aboveloop.understand.intents import IntentModel
from aboveloop.understand.learning import learn
from aboveloop.understand.model_file import load_model, packed, unpacked, write_whole

# As many as a house with its drafts needs; the one that was used longest ago goes first.
_KEPT = 24
_LIBRARIES = ("numpy", "scipy", "scikit-learn")

logger = logging.getLogger(__name__)


def learned(texts: Sequence[str], labels: Sequence[str], embedder: Embedder | None = None) -> IntentModel:
    """As `learning.learn`, which it calls where nothing is kept. What is read does not depend on which it was."""
    name = f"{_named(texts, labels, embedder)}.model"
    kept = _kept(name)
    # A provider's vectors may be others by now than those that a kept model was learned from.
    if kept is not None and (embedder is None or are_same(kept.probes, embedder.probes)):
        return kept.with_embedder(embedder)
    content = packed(learn(texts, labels, embedder), exact=True)
    _keep(name, content)
    return unpacked(io.BytesIO(content), Path(name)).with_embedder(embedder)


def _named(texts: Sequence[str], labels: Sequence[str], embedder: Embedder | None) -> str:
    given = [list(texts), list(labels), embedder.digest if embedder is not None else "", _code()]
    return digest(given)


@functools.cache
def _code() -> str:
    """Names this room's code and the libraries that it learns with."""
    whole = hashlib.sha256("".join(version(library) for library in _LIBRARIES).encode())
    room = Path(__file__).parent
    for path in sorted(room.rglob("*.py")):
        whole.update(f"{path.relative_to(room)}\0".encode() + path.read_bytes())
    return whole.hexdigest()


def _kept(name: str) -> IntentModel | None:
    path = _folder() / name
    try:
        model = load_model(path)
        os.utime(path)
    except FileNotFoundError:
        return None
    except (OSError, ModelDamaged) as error:
        logger.info("A kept model is learned again: %s", error)
        return None
    return model


def _keep(name: str, content: bytes) -> None:
    folder = _folder()
    try:
        # Examples are what customers wrote: they are for nobody else's eyes.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(content, folder / name)
        by_age = sorted(folder.glob("*.model"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in by_age[_KEPT:]:
            path.unlink(missing_ok=True)
    except OSError as error:
        logger.info("What was learned cannot be kept: %s", error)


def _folder() -> Path:
    return cache_folder() / "readers"
