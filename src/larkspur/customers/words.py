"""Words: what people write, from needs.yaml and replies.yaml. Chosen by chance, filled with what they know."""

import functools
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HERE = Path(__file__).parent


def say(kind: str, chance: random.Random, facts: Mapping[str, str], *, of: str | None = None) -> str:
    """One of the phrases of `kind` (for kinds with a choice: those `of` it), filled with the facts."""
    phrases = _replies()[kind]
    if of is not None:
        phrases = phrases[of]
    chosen = phrases if isinstance(phrases, str) else chance.choice(phrases)
    return filled(str(chosen), facts)


def need(goal: str, chance: random.Random, facts: Mapping[str, str], *, names_order: bool) -> str:
    """How somebody with this goal opens; with their order's number in it only where they name it."""
    phrases = _needs()[goal]
    if isinstance(phrases, str):
        phrases = _needs()[phrases]
    fitting = [phrase for phrase in phrases if names_order or "{order}" not in phrase]
    return filled(str(chance.choice(fitting or phrases)), facts)


def filled(phrase: str, facts: Mapping[str, str]) -> str:
    for name, value in facts.items():
        phrase = phrase.replace(f"{{{name}}}", value)
    return phrase


@functools.cache
def _needs() -> dict[str, Any]:
    return _load("needs.yaml")


@functools.cache
def _replies() -> dict[str, Any]:
    return _load("replies.yaml")


def _load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load((HERE / name).read_text(encoding="utf-8"))
    return found
