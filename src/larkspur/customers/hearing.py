"""Hearing: which of Larkspur's messages a reply is, by its literal parts, and what stands in its gaps."""

import functools
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML

from larkspur.store import FOLDER

OPERATION = FOLDER / "operation"
UNKNOWN = "unknown"
# What a reply is in a conversation: it asks, ends it, gives it to a person, asks for patience, or says something aside.
Role = Literal["asks", "ends", "hands_over", "rests", "aside"]
_HANDS_OVER = frozenset({"handed_over", "language_not_served", "system_trouble"})
_RESTS = frozenset({"please_wait_for_approval", "search_started"})
_ASKS = frozenset({"greeting", "not_understood", UNKNOWN})
# Ends that no procedure names: the house says them.
_HOUSE_ENDS = {"fine_kept_as_is": "resolved", "goodbye": "resolved", "not_permitted": "refused"}
_GAP = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


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


def role(name: str) -> Role:
    """What the message `name` is in a conversation."""
    if name in _HANDS_OVER:
        return "hands_over"
    if name in _RESTS:
        return "rests"
    if name in ends():
        return "ends"
    return "asks" if name in _ASKS or name.startswith(("ask_", "confirm_")) else "aside"


@functools.cache
def ends() -> Mapping[str, str]:
    """The messages after which a procedure ends, with the outcome (resolved or refused)."""
    found = dict(_HOUSE_ENDS)
    for path in sorted((OPERATION / "procedures").glob("*.yaml")):
        # What is fitted to a customer goes unsaid where they have not agreed: what stands before it ends it then.
        steps = [step for step in _load(path)["steps"] if step.get("say") not in _fitted()]
        for step, after in itertools.pairwise(steps):
            if "say" in step and "ask" not in step and "end" in after:
                found[step["say"]] = after["end"]
    return found


@functools.cache
def _fitted() -> frozenset[str]:
    return frozenset(_load(OPERATION / "operation.yaml")["privacy"]["personalised"])


@functools.cache
def answers() -> frozenset[str]:
    """The messages that answer a question at once, by itself or in the middle of something else."""
    return frozenset(answer["say"] for answer in _load(OPERATION / "operation.yaml")["answers"])


@functools.cache
def _patterns() -> tuple[_Pattern, ...]:
    """The messages of the operation in every language, the most specific first."""
    made = [_pattern(path) for path in sorted((OPERATION / "messages").glob("*/*.md"))]
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
    return tuple(_plain(channel["disclosure"]) for channel in _load(OPERATION / "operation.yaml")["channels"].values())


def _load(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return found


def _plain(text: str) -> str:
    return " ".join(text.split())
