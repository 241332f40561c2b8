"""Intercom over its API (2.x): conversations found in the order in which they changed, each with its parts.

The pages of a search follow a cursor, which is not kept: an import that goes on searches from the last change it saw.
What changes during a search is found by the next one, until one finds nothing new.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aboveloop.connect.exports.desk_api import WALKS
from aboveloop.connect.exports.intercom import told_of
from aboveloop.connect.exports.json_tickets import Body, Known
from aboveloop.connect.exports.records import ExportUnreadable, Happening, Page, Row
from aboveloop.connect.exports.web import Web, as_bearer

_VERSION = "2.11"
# Each of them costs a question of its own, so a page is kept after so many.
_PER_PAGE = 50
# Searches compare some times by the day alone, so a day more is asked for and what is older left out here.
_DAY = 86_400


def as_intercom(token: str) -> Mapping[str, str]:
    return {**as_bearer(token), "Intercom-Version": _VERSION, "Accept": "application/json"}


class IntercomApi:
    """One Intercom (`https://api.intercom.io`, or that of its region)."""

    kind = "intercom"

    def __init__(self, web: Web) -> None:
        self._web, self.place = web, web.address

    def names(self) -> Iterator[tuple[str, Any]]:
        found = self._web.get("/teams", may_refuse=True) or {}
        for team in found.get("teams") or ():
            yield "teams", team

    def pages(self, mark: Any, row: Callable[[Any], Row]) -> Iterator[Page]:
        """Marks are the second from which to search."""
        since, newest = (mark["since"], mark["since"]) if mark else (0, 0)
        seen: dict[str, int] = {}
        for _ in range(WALKS):
            taken, after, is_sorted = 0, None, True
            while True:
                found, after = self._search(since, after)
                fresh = [each for each in found if _at(each) >= since and seen.get(str(each.get("id"))) != _at(each)]
                seen.update((str(each.get("id")), _at(each)) for each in fresh)
                taken += len(fresh)
                times = [newest, *map(_at, fresh)]
                is_sorted, newest = is_sorted and times == sorted(times), max(times)
                # The last second may not be over. What came out of order does not say what is behind.
                reached = max(newest - 1, 0) if is_sorted or after is None else since
                yield Page([row(each) for each in fresh], {"since": reached}, is_dear=True)
                if after is None:
                    break
            since = reached
            seen = {number: at for number, at in seen.items() if at >= since}
            if not taken:
                return

    def tell(self, ticket: Body, known: Known) -> list[Happening]:
        return told_of(ticket, known)

    def whole(self, ticket: Body) -> Body | None:
        found = self._web.get(f"/conversations/{ticket['id']}", may_miss=True)
        return found if isinstance(found, Mapping) else None

    def _search(self, since: int, after: str | None) -> tuple[list[Body], str | None]:
        pagination: dict[str, Any] = {"per_page": _PER_PAGE}
        if after is not None:
            pagination["starting_after"] = after
        asked = {
            "query": {"field": "updated_at", "operator": ">", "value": max(since - _DAY, 0)},
            "sort": {"field": "updated_at", "order": "ascending"},
            "pagination": pagination,
        }
        found = self._web.search("/conversations/search", asked)
        talks = found.get("conversations") if isinstance(found, Mapping) else None
        if not isinstance(talks, list):
            raise ExportUnreadable(f"{self._web.address} found no conversations. Is it https://api.intercom.io?")
        following = (found.get("pages") or {}).get("next") or {}
        return talks, following.get("starting_after") if talks else None


def _at(talk: Body) -> int:
    return int(talk.get("updated_at") or 0)
