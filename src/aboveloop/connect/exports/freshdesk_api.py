"""Freshdesk over its API (v2): tickets in the order in which they changed, each with its conversations.

Pages end at the three-hundredth, and a ticket that changes moves to the last of them, so the next page is asked for
by the moment of the last change seen, not by its number; a number above 1 is needed within one second alone.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from aboveloop.connect.exports.desk_api import listed
from aboveloop.connect.exports.freshdesk import told_of
from aboveloop.connect.exports.json_tickets import Body, Known, at_of
from aboveloop.connect.exports.records import ExportUnreadable, Happening, Page, Row
from aboveloop.connect.exports.web import Web, as_bearer
from aboveloop.kit.clock import from_micros

_PER_PAGE = 100
LAST_PAGE = 300
# Without it, only what was created in the last thirty days is listed. No desk is older.
_EVER = "2010-01-01T00:00:00Z"
_TICKETS = "/api/v2/tickets"


def as_freshdesk(token: str) -> Mapping[str, str]:
    """The key stands where a name would, and anything as the password."""
    return as_bearer(token if ":" in token else f"{token}:X")


class FreshdeskApi:
    """One Freshdesk (`https://company.freshdesk.com`)."""

    kind = "freshdesk"

    def __init__(self, web: Web) -> None:
        self._web, self.place = web, web.address

    def names(self) -> Iterator[tuple[str, Any]]:
        for group in self._all("/api/v2/groups"):
            yield "groups", group

    def pages(self, mark: Any, row: Callable[[Any], Row]) -> Iterator[Page]:
        """Marks are the second from which to ask, and the page within it."""
        since, page = (mark["since"], mark["page"]) if mark else (_EVER, 1)
        seen: dict[str, str] = {}
        while True:
            found = self._list(since, page)
            is_last = len(found) < _PER_PAGE and 'rel="next"' not in self._web.told.get("Link", "")
            # What moved to the end while this second was read has drawn others onto the page before.
            before = self._list(since, page - 1) if page > 1 else []
            fresh = [each for each in (*before, *found) if seen.get(str(each.get("id"))) != each.get("updated_at")]
            seen.update((str(each.get("id")), str(each.get("updated_at"))) for each in fresh)
            behind = max([since, *(_second_before(each) for each in found if each.get("updated_at"))])
            if behind > since:
                since, page = behind, 1
                seen = {number: at for number, at in seen.items() if at >= since}
            elif not is_last:
                page += 1
            yield Page([row(each) for each in fresh], {"since": since, "page": 1 if is_last else page}, is_dear=True)
            if is_last:
                return

    def tell(self, ticket: Body, known: Known) -> list[Happening]:
        return told_of(ticket, known)

    def whole(self, ticket: Body) -> Body | None:
        number = ticket["id"]
        said: list[Any] = []
        page = 1
        while True:
            asked = {"page": page, "per_page": _PER_PAGE}
            found = self._web.get(f"{_TICKETS}/{number}/conversations", asked, may_miss=True)
            if found is None:
                return None
            said += found
            if len(found) < _PER_PAGE:
                return {**ticket, "conversations": said}
            page += 1

    def _list(self, since: str, page: int) -> list[Body]:
        if page > LAST_PAGE:
            raise ExportUnreadable(
                f"More than {LAST_PAGE * _PER_PAGE} tickets changed in the second after {since}, and the desk lists no"
                " more. Ask Freshdesk for an export as JSON and import that."
            )
        asked = {
            "updated_since": since,
            "order_by": "updated_at",
            "order_type": "asc",
            "include": "stats,description",
            "per_page": _PER_PAGE,
            "page": page,
        }
        return listed(self._web, self._web.get(_TICKETS, asked), "Freshdesk")

    def _all(self, path: str) -> Iterator[Any]:
        page = 1
        while True:
            found = self._web.get(path, {"page": page, "per_page": _PER_PAGE}, may_refuse=True) or ()
            yield from found
            if len(found) < _PER_PAGE:
                return
            page += 1


def _second_before(ticket: Body) -> str:
    """Whether the moment asked for is included is not said, so one second more is asked for."""
    at = from_micros(at_of(ticket, "updated_at")) - timedelta(seconds=1)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
