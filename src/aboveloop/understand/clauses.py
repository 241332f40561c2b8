"""Clauses: the parts of a message that each say one thing. Who gives a name and an address beside a wish wants nothing
with them: such parts are left out before it is judged what is wanted.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aboveloop.understand.cleaning import folded
from aboveloop.understand.features import words_of
from aboveloop.understand.words.pointing import POINTING

# Sentences end with a mark and a space; clauses also with a comma. "49.90" and "LK-100200." stay whole.
_BREAK = re.compile(r"(?:[.!?;:]+[\"')\]]*(?=\s|$)|\n+|,(?=\s))\s*")


@dataclass(frozen=True)
class Clause:
    """`text[start:end]` of the message; `ends` is the mark behind it, "" at the end of the text."""

    start: int
    end: int
    ends: str


def clauses_of(text: str) -> Iterator[Clause]:
    """The clauses of a text, in order; none is empty."""
    begin = 0
    for match in _BREAK.finditer(text):
        if text[begin : match.start()].strip():
            yield Clause(begin, match.start(), match.group().strip()[:1])
        begin = match.end()
    if text[begin:].strip():
        yield Clause(begin, len(text), "")


def wish_in(text: str, given: Iterable[tuple[int, int]]) -> str:
    """The text without the clauses that only give something: `given` are the places of what was found in it.

    All of it where nothing else is left, or where nothing is given.
    """
    places = list(given)
    if not places:
        return text
    kept = [clause for clause in clauses_of(text) if not only_gives(text, clause, places)]
    if not any(words_of(folded(text[clause.start : clause.end])) for clause in kept):
        return text
    return " ".join(text[clause.start : clause.end] + clause.ends for clause in kept)


def only_gives(text: str, clause: Clause, places: Iterable[tuple[int, int]]) -> bool:
    """Whether beside what is given in it, a clause holds nothing but words that point at it."""
    inside = [(start, end) for start, end in places if clause.start <= start and end <= clause.end]
    if not inside:
        return False
    return all(word in POINTING for word in words_of(folded(blanked(text, inside)[clause.start : clause.end])))


def blanked(text: str, places: Iterable[tuple[int, int]]) -> str:
    """What stands beside these places, with blanks in them: never longer or shorter."""
    for start, end in places:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
