"""Naming: a record that the customer described instead of numbering it. "The blue boots" are one of their orders, where
exactly one of them fits better than all others; else they are asked, as ever.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aboveloop.journey import cases
from aboveloop.operation.expressions import ExpressionFailed, parse
from aboveloop.operation.models import RecordsNamed
from aboveloop.procedures.frames import Frame
from aboveloop.work.turn_state import Turn

# A value that the operation knows by many words (a colour, an article) tells more than a word.
_CHOICE, _WORD = 2, 1
_SHORTEST_WORD = 4
_DEEPEST = 5
_TEXTS = 4
_LETTERS = re.compile(r"[^\W\d_]+")


def named(turn: Turn, entity: str, frame: Frame) -> str | None:
    """The value of `entity` that the customer's words name among the records it is looked up in; None where they name
    none, or more than one alike."""
    spec = turn.operation.about.entities.get(entity)
    if spec is None or spec.records is None:
        return None
    records = _records(turn, spec.records, frame)
    if not records:
        return None
    with turn.house.database.glance() as reader:
        said = [message.text for message in cases.messages_of(reader, turn.case.id) if message.direction == "in"]
    words = {word for text in said[-_TEXTS:] for word in _words(text)}
    choices = {
        str(value)
        for name, values in frame.heard.items()
        if (known := turn.operation.about.entities.get(name)) is not None and known.kind == "choice"
        for value in values
    }
    return best(records, spec.records.value, words, choices)


def best(records: Sequence[Mapping[str, Any]], key: str, words: set[str], choices: set[str]) -> str | None:
    """The `key` of the one record that fits the words and choices better than all others."""
    scores = []
    for record in records:
        leaves = list(_leaves(record, 0))
        held = {word for leaf in leaves for word in _words(leaf)}
        scores.append(_CHOICE * len(choices & set(leaves)) + _WORD * len(words & held))
    first = max(scores)
    if first == 0 or scores.count(first) > 1:
        return None
    value = records[scores.index(first)].get(key)
    return value if isinstance(value, str) else None


def _records(turn: Turn, spec: RecordsNamed, frame: Frame) -> list[Mapping[str, Any]]:
    try:
        found = parse(spec.among).value(turn.around.names(frame.variables))
    except ExpressionFailed:
        return []
    return [record for record in found if isinstance(record, Mapping)] if isinstance(found, list) else []


def _leaves(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping) and depth < _DEEPEST:
        for inner in value.values():
            yield from _leaves(inner, depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST:
        for inner in value:
            yield from _leaves(inner, depth + 1)


def _words(text: str) -> Iterator[str]:
    """Words that may name a thing, without the ending of a plural."""
    for word in _LETTERS.findall(text.lower()):
        if len(word) >= _SHORTEST_WORD:
            yield word.removesuffix("s")
