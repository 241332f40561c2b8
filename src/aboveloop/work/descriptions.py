"""Descriptions: what the systems' earlier answers say of the things that ids name.

A customer is shown "the black one in XL" or "your Visa ending in 7447", seldom an id. A text names a thing when it says
more of what the records hold about it than about any other thing beside it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from aboveloop.work.wording import GREATEST_DEPTH, Value, is_sayable, says

# A record with more values than this is a whole order or profile: some of its words stand in any text.
GREATEST_DESCRIPTION = 14


@dataclass(frozen=True)
class Description:
    """The values that describe a thing to people, and those of each thing beside it (the other variants, cards)."""

    words: frozenset[Value]
    others: tuple[frozenset[Value], ...]

    def fits(self, text: str) -> bool:
        """True when the plain `text` describes this thing better than any other, or by half and as well as any."""
        own = _score(self.words, text)
        best_other = max((_score(other, text) for other in self.others), default=own)
        return own > best_other or (own > 0 and own == best_other and 2 * own >= len(self.words))

    def fits_alone(self, text: str) -> bool:
        """True when the plain `text` describes this thing better than every other."""
        own = _score(self.words, text)
        return own > max((_score(other, text) for other in self.others), default=0)

    def is_outdone(self, text: str) -> bool:
        """True when the plain `text` describes another thing better."""
        own = _score(self.words, text)
        return any(_score(other, text) > own for other in self.others)


Record = dict[str, Any]


class Descriptions:
    """The descriptions found in the answers given so far, by id."""

    def __init__(self) -> None:
        self._records: dict[str, list[tuple[Record, tuple[Record, ...]]]] = {}
        self._words: dict[int, frozenset[Value]] = {}
        self._all: list[Record] = []

    def add(self, answer: Any) -> None:
        for record, keyed_by, beside in _records_in(answer, "", (), 0):
            self._all.append(record)
            for name in {keyed_by, *(value for value in record.values() if isinstance(value, str))} - {""}:
                self._records.setdefault(name, []).append((record, beside))

    def records(self, name: str) -> list[tuple[Record, tuple[Record, ...]]]:
        """Every record with this id (its own, or the key it stands under), with all records beside it."""
        return self._records.get(name, [])

    def holding(self, names: Collection[str]) -> list[Record]:
        """The records that have all these keys."""
        return [record for record in self._all if all(name in record for name in names)]

    def of(self, name: str) -> list[Description]:
        """How the thing with this id is described, once for each place where a record of it was found."""
        found: list[Description] = []
        for record, beside in self._records.get(name, []):
            words = self._words_of(record) - {name}
            if 0 < len(words) <= GREATEST_DESCRIPTION:
                described = Description(words, tuple(self._words_of(other) for other in beside if other is not record))
                if described not in found:
                    found.append(described)
        return found

    def _words_of(self, record: Record) -> frozenset[Value]:
        # Records are kept as long as this is, so their identity names them.
        found = self._words.get(id(record))
        if found is None:
            found = self._words[id(record)] = frozenset(_words(record, 0))
        return found


def _score(words: frozenset[Value], text: str) -> int:
    return sum(says(text, word) for word in words)


def _records_in(
    value: Any, keyed_by: str, beside: tuple[Record, ...], depth: int
) -> Iterator[tuple[Record, str, tuple[Record, ...]]]:
    """Every record in `value` with the key it stands under and the records beside it."""
    if depth > GREATEST_DEPTH:
        return
    if isinstance(value, dict):
        yield value, keyed_by, beside
        inner = tuple(each for each in value.values() if isinstance(each, dict))
        for key, each in value.items():
            if isinstance(each, dict | list):
                yield from _records_in(each, str(key), inner, depth + 1)
    elif isinstance(value, list):
        inner = tuple(each for each in value if isinstance(each, dict))
        for each in value:
            if isinstance(each, dict | list):
                yield from _records_in(each, "", inner, depth + 1)


def _words(record: Record, depth: int) -> Iterator[Value]:
    """The values of a record that people would be told: no ids, nothing in lists."""
    for key, value in record.items():
        if isinstance(value, dict):
            if depth < GREATEST_DEPTH:
                yield from _words(value, depth + 1)
        elif is_sayable(value) and not str(key).endswith("id"):
            yield value
