"""Zammad over its REST API: tickets in numbered pages in the order of their ids, each with its articles and history."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aboveloop.connect.exports.desk_api import listed, walk
from aboveloop.connect.exports.json_tickets import Body, Known
from aboveloop.connect.exports.records import Happening, Page, Row
from aboveloop.connect.exports.web import Web, as_bearer
from aboveloop.connect.exports.zammad import told_of

# As many as it gives at most.
_PER_PAGE = 100
_BEARER = "Bearer "


def as_zammad(token: str) -> Mapping[str, str]:
    """An access token of a user's profile; `Bearer ...` for one of OAuth, `name:password` for Basic."""
    if token.startswith(_BEARER):
        return as_bearer(token.removeprefix(_BEARER))
    return as_bearer(token) if ":" in token else {"Authorization": f"Token token={token}"}


class ZammadApi:
    """One Zammad (`https://help.company.example`)."""

    kind = "zammad"

    def __init__(self, web: Web) -> None:
        self._web, self.place = web, web.address

    def names(self) -> Iterator[tuple[str, Any]]:
        """Groups are for administrators in some desks; the expanded tickets name them all the same."""
        for key in ("groups", "ticket_states", "ticket_priorities"):
            for member in self._web.get(f"/api/v1/{key}", {"expand": "true"}, may_refuse=True) or ():
                yield key, member

    def pages(self, mark: Any, row: Callable[[Any], Row]) -> Iterator[Page]:
        return walk(self._web, self, "updated_at", mark, row)

    def page(self, number: int) -> list[Body]:
        asked = {"expand": "true", "per_page": _PER_PAGE, "page": number}
        return listed(self._web, self._web.get("/api/v1/tickets", asked), "Zammad")

    def tell(self, ticket: Body, known: Known) -> list[Happening]:
        return told_of(ticket, known)

    def whole(self, ticket: Body) -> Body | None:
        number = ticket["id"]
        articles = self._web.get(f"/api/v1/ticket_articles/by_ticket/{number}", {"expand": "true"}, may_miss=True)
        history = self._web.get(f"/api/v1/ticket_history/{number}", may_miss=True)
        if articles is None or history is None:
            return None
        return {**ticket, "articles": articles, "history": history}
