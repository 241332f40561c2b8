"""The files of an operation folder as texts by path: the one form that loading, digest and releases work on."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from aboveloop.operation.digest import plain_text
from aboveloop.operation.faults import Fault, Place

# Ten times the largest file that anybody writes by hand; reading more would take seconds.
MAXIMUM_FILE_BYTES = 1_000_000
# OpenAPI descriptions are generated and long.
MAXIMUM_JSON_BYTES = 5_000_000
MAXIMUM_FILES = 5_000

# What belongs to an operation. The last five are read by the rooms that they concern and kept in releases.
LAYOUT = (
    re.compile(r"operation\.yaml"),
    re.compile(r"intents/[^/]+\.yaml"),
    re.compile(r"intents/[^/]+/[^/]+\.yaml"),
    re.compile(r"words/[^/]+\.yaml"),
    re.compile(r"procedures/[^/]+\.yaml"),
    re.compile(r"policies/[^/]+\.cedar"),
    re.compile(r"policies/tests\.yaml"),
    re.compile(r"systems/[^/]+\.yaml"),
    re.compile(r"messages/[^/]+/[^/]+\.md"),
    re.compile(r"scenarios/[^/]+\.yaml"),
    re.compile(r"systems/[^/]+\.json"),
    re.compile(r"forms/[^/]+\.yaml"),
    re.compile(r"outcomes\.yaml"),
    re.compile(r"routing\.yaml"),
    re.compile(r"kpis\.yaml"),
    re.compile(r"learned\.yaml"),
    re.compile(r"contracts/[^/]+\.odcs\.yaml"),
    re.compile(r"charters/[^/]+\.yaml"),
    re.compile(r"courses/[^/]+\.yaml"),
    re.compile(r"prompts/[a-z][a-z0-9_]*\.md"),
)
FOLDERS = frozenset(
    {
        "intents",
        "procedures",
        "policies",
        "systems",
        "messages",
        "scenarios",
        "contracts",
        "charters",
        "courses",
        "forms",
        "prompts",
        "words",
    },
)


@dataclass
class _Reading:
    """What was found so far in `folder`, whose real path is `real`."""

    folder: Path
    real: Path
    files: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def files_of(folder: Path) -> tuple[dict[str, str], list[Fault]]:
    """The plain texts of the operation in `folder` by their relative paths, and what keeps others from being read.

    Never leaves the folder and never raises for what it finds there. Hidden files and README.md are passed over; an
    unknown file is a fault where it could be taken for a part (a policy that nobody reads), else a warning.
    """
    if not folder.is_dir():
        return {}, [Place(".").fault(f"{folder} is not a folder. Name the folder that holds operation.yaml.")]
    reading = _Reading(folder, Path(os.path.realpath(folder)))
    _read_folder(reading, "")
    return reading.files, reading.faults


def _read_folder(reading: _Reading, at: str) -> None:
    try:
        with os.scandir(reading.folder / at) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        reading.faults.append(Place(at or ".").fault(f"The folder cannot be read: {error.strerror}."))
        return
    for entry in found:
        if entry.name.startswith(".") or entry.name == "README.md":
            continue
        path = f"{at}/{entry.name}" if at else entry.name
        if len(reading.files) >= MAXIMUM_FILES:
            reading.faults.append(
                Place(path).fault(f"There are more than {MAXIMUM_FILES} files; this one is not read.")
            )
            return
        _read_entry(reading, entry, path)


def _read_entry(reading: _Reading, entry: os.DirEntry[str], path: str) -> None:
    shown = path.encode("utf-8", "backslashreplace").decode()
    if shown != path:
        reading.faults.append(Place(shown).fault("The name of this file is not UTF-8: give it another one."))
    elif entry.is_symlink() and os.path.isdir(entry.path):
        reading.faults.append(Place(path).fault("Links to folders are not followed: put the folder itself here."))
    elif entry.is_dir(follow_symlinks=False):
        if path in FOLDERS or re.fullmatch(r"(?:messages|intents)/[^/]+", path):
            _read_folder(reading, path)
        else:
            reading.faults.append(_unknown(path, "folder"))
    elif not any(shape.fullmatch(path) for shape in LAYOUT):
        reading.faults.append(_unknown(path, "file"))
    else:
        reading.faults.extend(_read_file(reading, path))


def _unknown(path: str, what: str) -> Fault:
    place = Place(path)
    if path.partition("/")[0] in FOLDERS:
        return place.fault(f"This {what} is not read: {_expected(path)} Move or rename it.")
    return place.warning(f"This {what} is no part of an operation: it is not read and not released.")


def _expected(path: str) -> str:
    shapes = {
        "policies": "policies are `policies/<name>.cedar`, their tests `policies/tests.yaml`.",
        "messages": "messages are `messages/<language>/<name>.md`.",
        "prompts": "prompts are `prompts/<name>.md`, the name in small letters, digits and _ .",
        "contracts": "contracts are `contracts/<name>.odcs.yaml`.",
    }
    top = path.partition("/")[0]
    return shapes.get(top, f"{top} are `{top}/<name>.yaml`.")


def _read_file(reading: _Reading, path: str) -> Iterator[Fault]:
    place = Place(path)
    try:
        if Path(os.path.realpath(reading.folder / path)) != reading.real / path and not _stays_inside(reading, path):
            yield place.fault("This link leads out of the folder and is not followed: put the file itself here.")
            return
        text = _bytes_of(reading.folder / path, MAXIMUM_JSON_BYTES if path.endswith(".json") else MAXIMUM_FILE_BYTES)
    except OSError as error:
        yield place.fault(f"The file cannot be read: {error.strerror or error}.")
        return
    if isinstance(text, str):
        yield place.fault(text)
        return
    yield from _decode(reading, path, text)


def _stays_inside(reading: _Reading, path: str) -> bool:
    return Path(os.path.realpath(reading.folder / path)).is_relative_to(reading.real)


def _bytes_of(file: Path, limit: int) -> bytes | str:
    """The bytes of a regular file, or a sentence why not: pipes and devices could be read for ever."""
    found = file.stat()
    if not stat.S_ISREG(found.st_mode):
        return "This is not a regular file."
    with file.open("rb") as opened:
        content = opened.read(limit + 1)
    if len(content) > limit:
        return f"The file is too large: {max(found.st_size, len(content))} bytes, at most {limit}."
    return content


def _decode(reading: _Reading, path: str, content: bytes) -> Iterator[Fault]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield Place(path).fault("The file is UTF-16: save it as UTF-8.")
        return
    try:
        text = plain_text(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        yield Place(path, line).fault("This line is not UTF-8: save the file as UTF-8.")
        return
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        yield Place(path, line).fault("This line holds a NUL character, which cannot be stored: delete it.")
        return
    if not text.strip():
        yield Place(path).fault("The file is empty.")
        return
    reading.files[path] = text
