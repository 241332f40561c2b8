"""Zendesk over its API: the incremental cursor of tickets, and the audits of each ticket.

A ticket that changes while it is read comes again on a later page, and its later state holds.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from aboveloop.connect.exports.records import ExportUnreadable, Page, Reading, Record, Row
from aboveloop.connect.exports.web import Web
from aboveloop.connect.exports.zendesk import Names, record_of

_TICKETS = "/api/v2/incremental/tickets/cursor.json"
_PAGE = 100


class ZendeskApi:
    """A help desk at an address. Its mark is the cursor, from which a later import goes on."""

    kind = "zendesk"
    has_keys = True
    is_retry = False
    goes_on = True

    def __init__(self, web: Web, reading: Reading) -> None:
        self._web, self.reading, self.fingerprint = web, reading, web.address
        self._names = Names()
        self._is_named = False

    def pages(self, mark: Any) -> Iterator[Page]:
        self._learn_names()
        asked: dict[str, Any] = {"cursor": mark} if mark else {"start_time": 0}
        while True:
            found = self._web.get(_TICKETS, {**asked, "per_page": _PAGE})
            if not isinstance(found, Mapping) or not isinstance(found.get("tickets"), list):
                raise ExportUnreadable(f"{self._web.address} answered no tickets. Is the address that of a Zendesk?")
            rows = [self._row(ticket) for ticket in found["tickets"]]
            cursor = found.get("after_cursor") or mark
            yield Page(rows, cursor, is_dear=True)
            if found.get("end_of_stream", True) or not cursor:
                return
            asked = {"cursor": cursor}

    def record(self, row: Row) -> Record:
        self._learn_names()
        return record_of(row.value, self._names)

    def _row(self, ticket: Any) -> Row:
        number = ticket.get("id") if isinstance(ticket, Mapping) else None
        place = f"ticket {number}"
        if number is None or ticket.get("status") == "deleted":
            return Row(place, ticket, "The desk says that it is deleted." if number else "It has no id.")
        return Row(place, {**ticket, "audits": list(self._audits(number))})

    def _audits(self, number: Any) -> Iterator[Any]:
        asked: dict[str, Any] = {"page[size]": _PAGE}
        while True:
            # A ticket may be deleted between the page that names it and this question.
            found = self._web.get(f"/api/v2/tickets/{number}/audits.json", asked, may_miss=True) or {}
            yield from found.get("audits") or ()
            meta = found.get("meta") or {}
            if not meta.get("has_more"):
                return
            asked["page[after]"] = meta["after_cursor"]

    def _learn_names(self) -> None:
        if self._is_named:
            return
        for key, path, asked in (
            ("users", "/api/v2/users.json", {"role[]": ["agent", "admin"]}),
            ("groups", "/api/v2/groups.json", {}),
            ("ticket_fields", "/api/v2/ticket_fields.json", {}),
        ):
            for member in self._all(key, path, asked):
                self._names.learn(key, member)
        self._is_named = True

    def _all(self, key: str, path: str, asked: Mapping[str, Any]) -> Iterator[Any]:
        params = {**asked, "page[size]": _PAGE}
        while True:
            found = self._web.get(path, params)
            yield from found.get(key) or ()
            meta = found.get("meta") or {}
            if not meta.get("has_more"):
                return
            params["page[after]"] = meta["after_cursor"]
