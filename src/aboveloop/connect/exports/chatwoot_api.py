"""Chatwoot over its API: conversations in numbered pages, their messages asked for backwards from the last."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aboveloop.connect.exports.chatwoot import told_of
from aboveloop.connect.exports.desk_api import listed, walk
from aboveloop.connect.exports.json_tickets import Body, Known
from aboveloop.connect.exports.records import ExportUnreadable, Happening, Page, Row
from aboveloop.connect.exports.web import Web

_ACCOUNT = re.compile(r"/accounts/(\d+)")


def as_chatwoot(token: str) -> Mapping[str, str]:
    return {"api_access_token": token}


class ChatwootApi:
    """One account (`https://app.chatwoot.com/app/accounts/1`; without its number, that of the token)."""

    kind = "chatwoot"

    def __init__(self, web: Web) -> None:
        self._web = web
        match = _ACCOUNT.search(web.path)
        number = match[1] if match else self._own_account()
        self._base = f"/api/v1/accounts/{number}"
        self.place = web.address + self._base

    def names(self) -> Iterator[tuple[str, Any]]:
        for team in self._web.get(f"{self._base}/teams", may_refuse=True) or ():
            yield "teams", team

    def pages(self, mark: Any, row: Callable[[Any], Row]) -> Iterator[Page]:
        return walk(self._web, self, "last_activity_at", mark, row)

    def page(self, number: int) -> list[Body]:
        """In the order of their beginning, where the desk knows how to sort; older ones put the last active first."""
        asked = {"status": "all", "assignee_type": "all", "sort_by": "created_at_asc", "page": number}
        found = self._web.get(f"{self._base}/conversations", asked)
        data = found.get("data") if isinstance(found, Mapping) else None
        return listed(self._web, data.get("payload") if isinstance(data, Mapping) else None, "Chatwoot")

    def tell(self, ticket: Body, known: Known) -> list[Happening]:
        return told_of(ticket, known)

    def whole(self, ticket: Body) -> Body | None:
        path = f"{self._base}/conversations/{ticket['id']}/messages"
        said: list[Any] = []
        asked: dict[str, Any] = {}
        while True:
            found = self._web.get(path, asked, may_miss=True)
            if found is None:
                return None
            batch = found.get("payload") or []
            earlier = [each for each in batch if not said or each["id"] < said[0]["id"]]
            if not earlier:
                return {**ticket, "messages": said}
            said = sorted(earlier, key=_id) + said
            asked = {"before": said[0]["id"]}

    def _own_account(self) -> Any:
        found = self._web.get("/api/v1/profile")
        number = found.get("account_id") if isinstance(found, Mapping) else None
        if number is None:
            raise ExportUnreadable(
                f"{self._web.address} does not say which account the token is for. Write the address with its number:"
                " https://app.chatwoot.com/app/accounts/1."
            )
        return number


def _id(message: Body) -> int:
    return int(message["id"])
