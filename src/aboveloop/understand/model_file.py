"""A fitted model as one file: numbers and texts in a zip, nothing that runs when it is read."""

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from scipy import sparse

from aboveloop.understand.certainty import Certainty
from aboveloop.understand.embedding import Projection
from aboveloop.understand.errors import ModelDamaged
from aboveloop.understand.features import Vocabulary
from aboveloop.understand.intents import IntentModel
from aboveloop.understand.kernel import Landmarks, Mixture, Rows
from aboveloop.understand.promise import Tried
from aboveloop.understand.separators import Separators
from aboveloop.understand.sureness import Sureness
from aboveloop.understand.unforeseen import Strangers, Unforeseen

FORMAT = "aboveloop-intents"
VERSION = 4
_HEADER = "model.json"
# Groups of messages that stand in for what nobody foresaw, in their order.
_STRANGERS = ("near", "far", "given")
# A zip may promise more than memory holds. The largest model that a fit makes is some tens of megabytes.
_LARGEST_BYTES = 1_000_000_000
# Every entry bears this day, so that the same examples give the same bytes.
_DAY = (2026, 1, 1, 0, 0, 0)


def save_model(model: IntentModel, path: Path) -> None:
    """Write `model` to `path`, whole or not at all."""
    write_whole(packed(model), path)


def write_whole(content: bytes, path: Path) -> None:
    """Write to `path`, whole or not at all, whoever else writes there at the same time."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    draft.write_bytes(content)
    draft.replace(path)


def packed(model: IntentModel, *, exact: bool = False) -> bytes:
    """The bytes of a file. `exact` keeps every digit and packs in no time, and takes four times the room."""
    # Half precision moves a likeness by less than a thousandth.
    small, single = (np.float32, np.float64) if exact else (np.float16, np.float32)
    landmarks, mixture = model.landmarks, model.landmarks.mixture
    header = {
        "format": FORMAT,
        "version": VERSION,
        "labels": model.labels,
        "texts": model.texts,
        "words": list(model.words.places),
        "letters": list(model.letters.places),
        "unseen": [model.words.unseen, model.letters.unseen],
        "by_intent": [model.words.by_intent, model.letters.by_intent],
        "mixture": {"views": mixture.views, "words": mixture.words, "letters": mixture.letters},
        "weights": {"name": model.weights_name, "digest": model.weights_digest},
        "learned_from": model.learned_from,
    }
    arrays: dict[str, Any] = {
        "words_idf": model.words.idf.astype(single),
        "letters_idf": model.letters.idf.astype(single),
        "of_label": model.of_label.astype(np.int32),
        "weights": model.weights.astype(np.float32),
        "right": model.certainty.right,
        "scope": model.certainty.scope,
        "tried_confidence": model.tried.sure.confidence.astype(single),
        "tried_foreseen": model.tried.sure.foreseen.astype(single),
        "tried_wrong": model.tried.wrong,
    }
    for name in _STRANGERS:
        group = getattr(model.tried.unforeseen, name)
        arrays |= {
            f"{name}_confidence": group.sure.confidence.astype(single),
            f"{name}_foreseen": group.sure.foreseen.astype(single),
            f"{name}_intent": group.intent,
        }
    for name, turned in (("words", landmarks.by_word), ("letters", landmarks.by_letter)):
        each = sparse.csr_array(turned.T)
        arrays |= {
            f"{name}_data": each.data.astype(small),
            f"{name}_at": each.indices,
            f"{name}_ends": each.indptr,
        }
    if model.planes is not None:
        arrays |= {"planes": model.planes.weights.astype(small), "planes_offset": model.planes.offset}
    arrays |= {f"view_{place}": view.astype(small) for place, view in enumerate(landmarks.views)}
    arrays |= {f"direction_{place}": each for place, each in enumerate(model.projection.directions)}
    if model.probes is not None:
        arrays["probes"] = model.probes.astype(np.float32)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        kind = zipfile.ZIP_STORED if exact else zipfile.ZIP_DEFLATED
        _write(archive, _HEADER, json.dumps(header, ensure_ascii=False).encode(), kind)
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            _write(archive, f"{name}.npy", buffer.getvalue(), kind)
    return content.getvalue()


def load_model(path: Path) -> IntentModel:
    """The model in `path`, without its embedder (see `IntentModel.with_embedder`). Raises ModelDamaged."""
    with path.open("rb") as file:
        return unpacked(file, path)


def unpacked(content: BinaryIO, path: Path) -> IntentModel:
    """The model in the bytes of a file, which errors call `path`. Raises ModelDamaged."""
    try:
        with zipfile.ZipFile(content) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST_BYTES:
                raise ModelDamaged(f"{path} is larger than any model of intents.")
            header = json.loads(archive.read(_HEADER))
            if not isinstance(header, dict) or header.get("format") != FORMAT:
                raise ModelDamaged(f"{path} is no model of intents. Fit one with `aboveloop understand fit`.")
            if header.get("version") != VERSION:
                raise ModelDamaged(
                    f"{path} has version {header.get('version')!r} of the format; this version reads {VERSION}. "
                    "Fit it anew with `aboveloop understand fit`."
                )
            names = [name for name in archive.namelist() if name.endswith(".npy")]
            arrays = {name[:-4]: _array(archive.read(name)) for name in names}
            return _model(header, arrays)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, EOFError) as error:
        raise ModelDamaged(f"{path} is no whole model of intents: {error}. Fit it anew.") from error


def _model(header: dict[str, Any], arrays: dict[str, Any]) -> IntentModel:
    words, letters = (
        Vocabulary(
            places={name: place for place, name in enumerate(header[kind])},
            idf=arrays[f"{kind}_idf"].astype(float),
            unseen=float(unseen),
            by_intent=bool(by_intent),
        )
        for kind, unseen, by_intent in zip(("words", "letters"), header["unseen"], header["by_intent"], strict=True)
    )
    count = len(header["texts"])
    matrices = {
        kind: sparse.csr_array(
            (arrays[f"{kind}_data"].astype(np.float32), arrays[f"{kind}_at"], arrays[f"{kind}_ends"]),
            shape=(count, len(header[kind])),
        )
        for kind in ("words", "letters")
    }
    mixture = header["mixture"]
    settings = tuple((float(weight), float(width)) for weight, width in mixture["views"])
    views = tuple(arrays[f"view_{place}"].astype(np.float32) for place in range(len(settings)))
    directions = tuple(arrays[f"direction_{place}"] for place in range(len(settings)) if f"direction_{place}" in arrays)
    rows = Rows(views, matrices["words"], matrices["letters"])
    labels = tuple(str(label) for label in header["labels"])
    weights, of_label = arrays["weights"], arrays["of_label"].astype(np.intp)
    # Where planes score, landmarks have no weights.
    weighted = 0 if "planes" in arrays else count
    if (
        weights.shape != (weighted, len(labels))
        or of_label.shape != (count,)
        or any(len(view) != count for view in views)
    ):
        raise ValueError("its parts do not fit together")
    return IntentModel(
        labels=labels,
        words=words,
        letters=letters,
        landmarks=Landmarks.of(rows, Mixture(settings, _pair(mixture["words"]), _pair(mixture["letters"]))),
        texts=tuple(str(text) for text in header["texts"]),
        of_label=of_label,
        weights=weights,
        planes=_planes(arrays, len(words.places) + len(letters.places), len(labels)),
        certainty=Certainty(arrays["right"], arrays["scope"]),
        tried=_tried(arrays),
        projection=Projection(directions),
        weights_name=str(header["weights"]["name"]),
        weights_digest=str(header["weights"]["digest"]),
        learned_from=int(header["learned_from"]),
        probes=arrays.get("probes"),
    )


def _tried(arrays: dict[str, Any]) -> Tried:
    groups = [Strangers(_sureness(arrays, name), arrays[f"{name}_intent"].astype(np.intp)) for name in _STRANGERS]
    sure, wrong = _sureness(arrays, "tried"), arrays["tried_wrong"].astype(bool)
    if len(sure) != len(wrong) or any(len(each.sure) != len(each.intent) for each in groups):
        raise ValueError("its tried messages do not fit together")
    return Tried(sure, wrong, Unforeseen(*groups))


def _sureness(arrays: dict[str, Any], name: str) -> Sureness:
    confidence, foreseen = arrays[f"{name}_confidence"].astype(float), arrays[f"{name}_foreseen"].astype(float)
    if confidence.shape != foreseen.shape or confidence.ndim != 1:
        raise ValueError("how sure its tried messages are does not fit together")
    return Sureness(confidence, foreseen)


def _planes(arrays: dict[str, Any], features: int, size: int) -> Separators | None:
    if "planes" not in arrays:
        return None
    if arrays["planes"].shape != (features, size) or arrays["planes_offset"].shape != (size,):
        raise ValueError("its planes do not fit its words")
    return Separators(arrays["planes"].astype(np.float32), arrays["planes_offset"].astype(np.float32))


def _pair(value: Any) -> tuple[float, float]:
    weight, width = value
    return float(weight), float(width)


def _array(content: bytes) -> Any:
    return np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)


def _write(archive: zipfile.ZipFile, name: str, content: bytes, kind: int) -> None:
    entry = zipfile.ZipInfo(name, _DAY)
    entry.compress_type = kind
    archive.writestr(entry, content)
