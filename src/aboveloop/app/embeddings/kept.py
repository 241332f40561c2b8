"""What a provider made of examples, kept in the user's cache: an example is paid for once, and a fit that was stopped
goes on where it was. One folder for each model; messages of customers are never kept here.
"""

import hashlib
import io
import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from aboveloop.connect.models.embedding_settings import EmbeddingSettings
from aboveloop.kit.canonical import digest
from aboveloop.kit.ids import new_id
from aboveloop.kit.settings import cache_folder
from aboveloop.understand.kernel import Floats32
from aboveloop.understand.model_file import write_whole

_PROBES = "probes.npy"
# Ten thousand examples make some two hundred batches; what was embedded longest ago goes first.
_BATCHES = 2_000

logger = logging.getLogger(__name__)


def key_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class KeptVectors:
    """Vectors by the hash of their text, and those of the probes. Another process may add to them meanwhile."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of(cls, settings: EmbeddingSettings) -> "KeptVectors":
        """Those of this model at this address: the same name elsewhere may be another model."""
        return cls(cache_folder() / "embeddings" / digest([settings.digest, settings.url])[:32])

    def probes(self) -> Floats32 | None:
        """What the provider made of the probes when it was first asked, None where it never was."""
        return _read(self._folder / _PROBES)

    def every(self) -> dict[str, Floats32]:
        """All that is kept. A damaged batch is only embedded again."""
        found: dict[str, Floats32] = {}
        for path in sorted(self._folder.glob("*.keys.npy")):
            keys, rows = _read(path, kind="S"), _read(path.with_name(path.name.replace(".keys.", ".rows.")))
            if keys is not None and rows is not None and len(keys) == len(rows):
                found.update(zip((bytes(key).decode() for key in keys), rows, strict=True))
        return found

    def keep(self, vectors: Mapping[str, Floats32]) -> None:
        """Keep one batch."""
        name = new_id("batch")
        self._write(f"{name}.rows.npy", np.array(list(vectors.values()), dtype=np.float32))
        self._write(f"{name}.keys.npy", np.array([key.encode() for key in vectors]))
        for path in sorted(self._folder.glob("*.keys.npy"))[:-_BATCHES]:
            path.unlink(missing_ok=True)
            path.with_name(path.name.replace(".keys.", ".rows.")).unlink(missing_ok=True)

    def begin(self, probes: Floats32) -> None:
        """Forget what another model has made, and know this one by its probes."""
        for path in self._folder.glob("*.npy"):
            path.unlink(missing_ok=True)
        self._write(_PROBES, probes)

    def _write(self, name: str, array: "np.ndarray[tuple[int, ...], np.dtype[np.generic]]") -> None:
        content = io.BytesIO()
        np.lib.format.write_array(content, np.ascontiguousarray(array), allow_pickle=False)
        try:
            # Whoever holds vectors can guess at what was written: they are for nobody else's eyes.
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(content.getvalue(), self._folder / name)
        except OSError as error:
            logger.warning("Vectors of examples cannot be kept, and will be asked for again: %s", error)


def _read(path: Path, kind: str = "f") -> Floats32 | None:
    try:
        with path.open("rb") as file:
            array = np.lib.format.read_array(file, allow_pickle=False)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, EOFError) as error:
        logger.info("Kept vectors are asked for again: %s", error)
        return None
    return array if array.dtype.kind == kind else None
