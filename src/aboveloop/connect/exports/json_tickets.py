"""JSON of a help desk whose tickets come each with what was said in it: how such a file is walked."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aboveloop.connect.exports.files import Text
from aboveloop.connect.exports.json_stream import members
from aboveloop.connect.exports.records import (
    ExportUnreadable,
    Happening,
    Page,
    Reading,
    Record,
    Row,
    RowUnreadable,
    paged,
)
from aboveloop.connect.exports.times import micros

Body = Mapping[str, Any]
# Types of states from which nothing is left to be done.
ENDS = frozenset({"closed", "merged", "removed"})


@dataclass(frozen=True)
class Known:
    """What stands beside the tickets: names by list and id, and which names of states are ends."""

    names: dict[tuple[str, str], str] = field(default_factory=dict)
    ends: set[str] = field(default_factory=set)

    def learn(self, key: str, member: Any) -> None:
        if isinstance(member, Mapping) and member.get("id") is not None and member.get("name"):
            self.names[key, str(member["id"])] = str(member["name"])
            if member.get("state_type") in ENDS:
                self.ends.add(str(member["name"]))

    def name(self, key: str, number: Any) -> str | None:
        """The name of what has this id, else its id."""
        return None if number in (None, "") else self.names.get((key, str(number)), str(number))


Tell = Callable[[Body, Known], list[Happening]]


class TicketsFile:
    """An object of lists, a list of tickets, or one ticket a line. `key` is the list in which tickets stand."""

    has_keys = True
    is_retry = False
    goes_on = False

    def __init__(self, text: Text, reading: Reading, kind: str, key: str, tell: Tell) -> None:
        self._text, self.reading, self.fingerprint = text, reading, text.digest
        self.kind, self._keys, self._tell = kind, ("", key), tell
        self._known, tickets = Known(), 0
        for name, member in self._members():
            if name in self._keys:
                tickets += 1
            else:
                self._known.learn(name, member)
        if not tickets:
            raise ExportUnreadable(f"{text.path} holds no {key}: it is no export of {kind}, or an empty one.")

    def pages(self, mark: Any) -> Iterator[Page]:
        return paged(self._rows(), mark)

    def record(self, row: Row) -> Record:
        return record_of(row.value, self._known, self.kind, self._tell)

    def _rows(self) -> Iterator[Row]:
        number = 0
        for key, member in self._members():
            if key in self._keys:
                number += 1
                yield Row(f"ticket {number}", member)

    def _members(self) -> Iterator[tuple[str, Any]]:
        with self._text.open() as file:
            yield from members(file, str(self._text.path))


def record_of(ticket: Any, known: Known, kind: str, tell: Tell) -> Record:
    """One ticket with what was said in it. Raises RowUnreadable."""
    if not isinstance(ticket, Mapping) or ticket.get("id") is None:
        raise RowUnreadable("It has no id.")
    try:
        told = sorted(tell(ticket, known), key=lambda each: each.at)
    except (KeyError, TypeError, AttributeError) as error:
        said = f"{type(error).__name__} {error}"
        raise RowUnreadable(f"It is not built as those of {kind} are: {said}.") from error
    return Record(str(ticket["id"]), str(ticket["id"]), tuple(told))


def at_of(thing: Body, key: str) -> int:
    """Raises RowUnreadable where there is no such time."""
    if not thing.get(key):
        raise RowUnreadable(f"It has no {key}.")
    return micros(str(thing[key]))
