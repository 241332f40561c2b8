"""What the live desks have in common: tickets asked for one by one, and lists that change while they are read.

A list in numbered pages shifts: what is deleted in front moves a ticket to a page that is behind already, and what
changes may move to a page that was read. So each page is followed by a look back at the one before it, and a walk
through the whole list by another through what has changed since it began, until nothing has.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from aboveloop.connect.exports.json_tickets import Body, Known, at_of, record_of
from aboveloop.connect.exports.records import ExportUnreadable, Happening, Page, Reading, Record, Row, RowUnreadable
from aboveloop.connect.exports.web import Web
from aboveloop.kit.clock import to_micros

# A desk that never comes to rest is left as it is after so many walks; the next import goes on from there.
WALKS = 5
# Clocks of several servers of one desk differ by less.
_SLACK = timedelta(minutes=5)


class Source(Protocol):
    """What is asked of one kind of desk."""

    kind: str
    place: str

    def names(self) -> Iterator[tuple[str, Any]]:
        """What stands beside the tickets, each with the list it is of."""
        ...

    def pages(self, mark: Any, row: Callable[[Any], Row]) -> Iterator[Page]:
        """Rows, made by `row` of the tickets of a list."""
        ...

    def tell(self, ticket: Body, known: Known) -> list[Happening]: ...

    def whole(self, ticket: Body) -> Body | None:
        """The ticket with what was said in it; None where the desk has it no more."""
        ...


class DeskApi:
    """A help desk at an address, as an export. A later import goes on behind its mark."""

    has_keys = True
    is_retry = False
    goes_on = True

    def __init__(self, source: Source, reading: Reading) -> None:
        self._source, self.reading = source, reading
        self.kind, self.fingerprint = source.kind, source.place
        self._known = Known()
        self._is_named = False

    def pages(self, mark: Any) -> Iterator[Page]:
        self._learn_names()
        yield from self._source.pages(mark, self._row)

    def record(self, row: Row) -> Record:
        self._learn_names()
        return record_of(row.value, self._known, self.kind, self._source.tell)

    def _row(self, ticket: Any) -> Row:
        number = ticket.get("id") if isinstance(ticket, Mapping) else None
        if number is None:
            return Row("ticket", ticket, "It has no id.")
        whole = self._source.whole(ticket)
        place = f"ticket {number}"
        return Row(place, ticket, "The desk has it no more.") if whole is None else Row(place, whole)

    def _learn_names(self) -> None:
        if not self._is_named:
            for key, member in self._source.names():
                self._known.learn(key, member)
            self._is_named = True


class Listed(Protocol):
    """A list in numbered pages, of which the first is 1. A page behind the last is empty."""

    def page(self, number: int) -> list[Body]: ...


@dataclass
class _Walk:
    """Where a walk is. `since`: what changed before is known; microseconds. `behind`: the ids of the page before."""

    since: int = 0
    began: int | None = None
    page: int = 1
    behind: list[str] = field(default_factory=list)


def walk(web: Web, desk: Listed, changed: str, mark: Any, row: Callable[[Any], Row]) -> Iterator[Page]:
    """Rows of all that changed since the mark. `changed` is the field that says when a ticket changed."""
    at = _Walk(**mark) if mark else _Walk()
    states: dict[str, int] = {}
    for _ in range(WALKS):
        taken = 0
        seen, first = set(at.behind), at.page
        while True:
            found = desk.page(at.page)
            if at.page == 1:
                at.began = _moment(web)
            fresh = [*_passed_by(desk, at.page, first, seen), *found]
            seen.update(_id(each) for each in fresh)
            rows = []
            for each in fresh:
                moment = _changed(each, changed)
                if moment >= at.since and states.get(_id(each)) != moment:
                    rows.append(row(each))
                    # Only what the next walk may meet again needs to be remembered.
                    if at.began is None or moment >= at.began:
                        states[_id(each)] = moment
            taken += len(rows)
            if not found:
                break
            at = _Walk(at.since, at.began, at.page + 1, [_id(each) for each in found])
            yield Page(rows, asdict(at), is_dear=True)
        at = _Walk(at.since if at.began is None else at.began)
        yield Page(rows, asdict(at), is_dear=True)
        if not taken:
            return


def _passed_by(desk: Listed, page: int, first: int, seen: set[str]) -> list[Body]:
    """What slid onto pages that are behind, because something in front of it is gone."""
    slid: list[Body] = []
    for number in range(page - 1, max(first - 2, 0), -1):
        unseen = [each for each in desk.page(number) if _id(each) not in seen]
        if not unseen:
            break
        slid = [*unseen, *slid]
    return slid


def _moment(web: Web) -> int | None:
    now = web.asked_at()
    return None if now is None else to_micros(now - _SLACK)


def _changed(ticket: Body, field_name: str) -> int:
    """What says no such time is always taken."""
    try:
        return at_of(ticket, field_name)
    except RowUnreadable:
        return 1 << 62


def _id(ticket: Body) -> str:
    return str(ticket.get("id"))


def listed(web: Web, found: Any, kind: str) -> list[Body]:
    """Raises ExportUnreadable where the answer is no list of tickets."""
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise ExportUnreadable(f"{web.address} answered no list of tickets. Is the address that of a {kind}?")
    return found
