"""Hearing: which of Larkspur's messages a reply is, by its literal parts, and what stands in its gaps."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML

from larkspur.store import FOLDER

OPERATION = FOLDER / "operation"
_GAP = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Heard:
    """A reply, understood: the name of its message and, by expression, what was filled in."""

    name: str
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Pattern:
    name: str
    expression: re.Pattern[str]
    gaps: tuple[str, ...]
    literal: int


@functools.lru_cache(maxsize=4096)
def hear(text: str) -> Heard:
    """The message that fits and of which most was written beforehand; UNKNOWN where none fits."""
    plain = _plain(text)
    for disclosure in _disclosures():
        plain = plain.removeprefix(disclosure).strip()
    for pattern in _patterns():
        match = pattern.expression.fullmatch(plain)
        if match is not None:
            return Heard(pattern.name, dict(zip(pattern.gaps, match.groups(), strict=True)))
    return Heard(UNKNOWN)


@functools.cache
def _patterns() -> tuple[_Pattern, ...]:
    """The messages of the operation, the most specific first."""
    made = [_pattern(path) for path in sorted((OPERATION / "messages" / "en").glob("*.md"))]
    return tuple(sorted(made, key=lambda one: -one.literal))


def _pattern(path: Path) -> _Pattern:
    pieces = _GAP.split(_plain(path.read_text(encoding="utf-8")))
    literals, gaps = pieces[::2], pieces[1::2]
    source = re.escape(literals[0])
    for literal in literals[1:]:
        source += "(.*?)" + re.escape(literal)
    return _Pattern(
        path.stem,
        re.compile(source, re.DOTALL),
        tuple(gap.strip() for gap in gaps),
        sum(map(len, literals)),
    )


@functools.cache
def _disclosures() -> tuple[str, ...]:
    """What stands before the first reply on a channel."""
    about = YAML(typ="safe").load((OPERATION / "operation.yaml").read_text(encoding="utf-8"))
    return tuple(_plain(channel["disclosure"]) for channel in about["channels"].values())


def _plain(text: str) -> str:
    return " ".join(text.split())
