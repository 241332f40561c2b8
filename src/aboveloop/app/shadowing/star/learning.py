"""A worker that has looked over clerks' shoulders: what it learned of needs and next steps, and the file of it."""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from aboveloop.app.shadowing.star import features, softmax
from aboveloop.app.shadowing.star.dialogues import FREE, Moment
from aboveloop.app.shadowing.star.network import Manner
from aboveloop.app.shadowing.star.slots import Slots, learn_slots
from aboveloop.app.shadowing.star.softmax import Softmax
from aboveloop.kit.errors import WrongUsage

_FORMAT = "aboveloop-next-steps"
_VERSION = 2
_PARTS = ("steps", "tasks")
# Chosen on one quarter of the published dialogues, beside what the other three teach. With more passes, or fewer names
# left out, the rows are learned by heart; wider layers cost time and win a tenth of a point.
_STEPS = Manner(hidden=192, passes=8, rate=3e-3, batch=512, lost=0.6, idle=0.5)
_TASKS = Manner(hidden=128, passes=8, rate=3e-3, batch=512, lost=0.5, idle=0.5)
# Two together agree with clerks more often than either alone; a third wins nothing.
_COPIES = 2
# Every entry bears this day, so that the same dialogues give the same bytes.
_DAY = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Model:
    """What was learned. `dialogues` are the ids of what it was learned from: none of them is judged with it."""

    steps: tuple[Softmax, ...]
    tasks: tuple[Softmax, ...]
    slots: Slots
    dialogues: frozenset[str]

    def next_steps(self, moments: Sequence[Moment]) -> list[str]:
        return softmax.best(self.steps, [features.of_step(moment, self.slots) for moment in moments])

    def intents(self, moments: Sequence[Moment]) -> list[str]:
        return softmax.best(self.tasks, [features.of_task(moment) for moment in moments])


def learn(moments: Sequence[Moment]) -> Model:
    """Learn from what clerks did. Raises WrongUsage where they did too little to learn from."""
    steps = [moment for moment in moments if moment.step != FREE]
    tasks = [moment for moment in moments if moment.task and moment.heard]
    if len({moment.step for moment in steps}) < 2 or len({moment.task for moment in tasks}) < 2:
        raise WrongUsage("The dialogues to learn from need two tasks and two steps at least.")
    slots = learn_slots(moments)
    of_steps = [features.of_step(moment, slots) for moment in steps]
    of_tasks = [features.of_task(moment) for moment in tasks]
    return Model(
        softmax.fit(of_steps, [moment.step for moment in steps], _STEPS, copies=_COPIES),
        softmax.fit(of_tasks, [moment.task for moment in tasks], _TASKS, copies=_COPIES),
        slots,
        frozenset(moment.dialogue for moment in moments),
    )


def save(model: Model, path: Path) -> None:
    """Write the model whole or not at all: numbers and names in a zip, nothing that runs when it is read."""
    if not path.parent.is_dir():
        raise WrongUsage(f"{path.parent} is no folder: the model cannot be written there.")
    parts = [(f"{name}{place}", part) for name in _PARTS for place, part in enumerate(getattr(model, name))]
    header = {
        "format": _FORMAT,
        "version": _VERSION,
        "dialogues": sorted(model.dialogues),
        "slots": {argument: list(words) for argument, words in model.slots.words.items()},
        "parts": {
            name: {"classes": part.classes, "names": list(part.places), "layers": len(part.layers)}
            for name, part in parts
        },
    }
    draft = path.with_name(f".{path.name}.part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        _write(archive, "model.json", json.dumps(header).encode())
        for name, part in parts:
            _write_array(archive, f"{name}_scale", part.scale)
            for place, (weights, offsets) in enumerate(part.layers):
                _write_array(archive, f"{name}_weights{place}", weights)
                _write_array(archive, f"{name}_offsets{place}", offsets)
    draft.replace(path)


def load(path: Path) -> Model:
    """The model in `path`. Raises WrongUsage where it is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            header = json.loads(archive.read("model.json"))
            if header.get("format") != _FORMAT or header.get("version") != _VERSION:
                raise WrongUsage(f"{path} is no model of next steps of this version. Learn it anew with --learn.")
            found = {name: _parts(archive, header["parts"], name) for name in _PARTS}
            return Model(**found, slots=_slots(header["slots"]), dialogues=frozenset(header["dialogues"]))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        raise WrongUsage(f"{path} is no model of next steps: {error}. Learn it anew with --learn.") from error


def _slots(header: Any) -> Slots:
    if not isinstance(header, dict) or not all(isinstance(words, list) for words in header.values()):
        raise ValueError("its values of queries are no lists of words")
    return Slots({name: tuple(map(str, words)) for name, words in header.items()})


def _parts(archive: zipfile.ZipFile, parts: Any, kind: str) -> tuple[Softmax, ...]:
    return tuple(_part(archive, name, parts[name]) for name in sorted(parts) if name.startswith(kind))


def _part(archive: zipfile.ZipFile, name: str, header: Any) -> Softmax:
    classes, names = tuple(header["classes"]), header["names"]
    layers = tuple(
        (_array(archive, f"{name}_weights{place}"), _array(archive, f"{name}_offsets{place}"))
        for place in range(header["layers"])
    )
    if layers[0][0].shape[0] != len(names) or layers[-1][0].shape[1] != len(classes):
        raise ValueError("its parts do not fit together")
    return Softmax(classes, {each: place for place, each in enumerate(names)}, _array(archive, f"{name}_scale"), layers)


def _array(archive: zipfile.ZipFile, name: str) -> Any:
    return np.lib.format.read_array(io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False)


def _write_array(archive: zipfile.ZipFile, name: str, array: Any) -> None:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array, np.float32), allow_pickle=False)
    _write(archive, f"{name}.npy", buffer.getvalue())


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
