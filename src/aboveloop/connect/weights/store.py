"""The store of weights: a folder with one folder for each name, every file checked against its pinned hash.

Nothing is fetched but by `install`, which a person calls.
"""

import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aboveloop.connect.weights.errors import WeightsForeign, WeightsUnknown, WeightsUnreachable
from aboveloop.connect.weights.manifest import MANIFEST, WeightFile, Weights
from aboveloop.connect.weights.sources import fetched
from aboveloop.kit.errors import WrongUsage

# A folder of weights that somebody looks after; it is only read.
VARIABLE = "ABOVELOOP_MODELS"
State = Literal["installed", "missing", "damaged"]


@dataclass(frozen=True)
class Installed:
    """Where weights are, and how they were got: from `source`, or "" where they were there already."""

    name: str
    folder: Path
    source: str


class WeightStore:
    """Weights in `folder`. The manifest is a parameter so that another house may pin its own."""

    def __init__(self, folder: Path, manifest: Mapping[str, Weights] = MANIFEST) -> None:
        self.folder = folder
        self.manifest = manifest

    def weights(self, name: str) -> Weights:
        """Raises WeightsUnknown."""
        if name not in self.manifest:
            known = ", ".join(sorted(self.manifest))
            raise WeightsUnknown(f"There are no weights {name!r} in the manifest; known are: {known}.")
        return self.manifest[name]

    def state(self, name: str) -> State:
        """Whether the files are there and are the published ones. Raises WeightsUnknown."""
        files = self.weights(name).files
        there = [(self.folder / name / file.name).is_file() for file in files]
        if not any(there):
            return "missing"
        return "installed" if all(there) and self._faulty(name) is None else "damaged"

    def verified(self, name: str) -> Path | None:
        """The folder of weights whose every file has its pinned hash; None where they are not installed.

        Raises WeightsForeign where a file is another one: it is not used, whatever it is. Raises WeightsUnknown.
        """
        state = self.state(name)
        if state == "missing":
            return None
        if state == "damaged":
            raise WeightsForeign(
                f"{self._faulty(name) or 'A file is missing'} in {self.folder / name}: these are not the published "
                f"weights, so they are not used. Install them anew with `aboveloop models install {name}`."
            )
        return self.folder / name

    def install(self, name: str, *, folder: Path | None = None) -> Installed:
        """Put weights in place, from `folder` or from the manifest's sources in order; each file is checked first.

        Raises WeightsUnknown, WeightsForeign (from a folder), WeightsUnreachable (no source gave the published files).
        """
        weights = self.weights(name)
        if self.state(name) == "installed":
            return Installed(name, self.folder / name, "")
        if folder is not None:
            self._place(weights, _read_from(folder, weights))
            return Installed(name, self.folder / name, str(folder))
        tried = []
        for source in weights.sources:
            try:
                self._place(weights, fetched(source, weights))
                return Installed(name, self.folder / name, source.url)
            except (WeightsUnreachable, WeightsForeign) as error:
                tried.append(str(error))
        raise WeightsUnreachable(
            f"No source gave the weights {name}. {' '.join(tried)} Fetch the files where there is a connection and run "
            f"`aboveloop models install {name} --from FOLDER`."
        )

    def _faulty(self, name: str) -> str | None:
        for file in self.weights(name).files:
            path = self.folder / name / file.name
            if not path.is_file():
                return f"{file.name} is missing"
            if not _is(file, path.read_bytes()):
                return f"{file.name} has another hash"
        return None

    def _place(self, weights: Weights, contents: Mapping[str, bytes]) -> None:
        """Write all files or none that counts: a name that is there holds a whole file."""
        for file in weights.files:
            if not _is(file, contents[file.name]):
                found = hashlib.sha256(contents[file.name]).hexdigest()
                raise WeightsForeign(
                    f"{file.name} is not the published file: SHA-256 {found[:12]}, not {file.sha256[:12]}."
                )
        home = self.folder / weights.name
        try:
            home.mkdir(parents=True, exist_ok=True)
            for file in weights.files:
                draft = home / f".{file.name}.{secrets.token_hex(4)}"
                draft.write_bytes(contents[file.name])
                draft.replace(home / file.name)
        except OSError as error:
            raise WrongUsage(
                f"The weights cannot be written to {home} ({error.strerror}). Name another folder with {VARIABLE}."
            ) from error


def default_folder() -> Path:
    """ABOVELOOP_MODELS, else a folder of the user's cache, which all houses of a machine share."""
    named = os.environ.get(VARIABLE, "")
    if named:
        return Path(named).expanduser()
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path.home() / ".cache") / "aboveloop" / "models"


def _is(file: WeightFile, content: bytes) -> bool:
    return len(content) == file.size and hashlib.sha256(content).hexdigest() == file.sha256


def _read_from(folder: Path, weights: Weights) -> dict[str, bytes]:
    """The files in `folder`, or in the folder of the weights' name in it, as they lie in a store."""
    inner = folder / weights.name
    place = inner if inner.is_dir() else folder
    contents = {}
    for file in weights.files:
        try:
            contents[file.name] = (place / file.name).read_bytes()
        except OSError as error:
            raise WrongUsage(
                f"{place / file.name} cannot be read: {error.strerror}. Name the folder that holds it."
            ) from error
    return contents
