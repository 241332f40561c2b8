"""Zammad: tickets in JSON as its API gives them, with `articles` and, where it was asked for, `history`.

The history tells each change; without it there is the ticket's present state alone. Names are those that `expand`
writes, or those of the lists beside the tickets (`groups`, `ticket_states`, `ticket_priorities`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from aboveloop.connect.email.html_text import text_of_html
from aboveloop.connect.exports.json_tickets import ENDS, Body, Known, at_of
from aboveloop.connect.exports.records import Happening

# The account that the software itself acts under, and the owner of what nobody owns.
_NOBODY = 1
_SENDERS = {1: "agent", 2: "customer", 3: "system"}
_CHANNELS = {"note": "note", "phone": "phone", "email": "email", "web": "portal", "chat": "chat"}


def told_of(ticket: Body, known: Known) -> list[Happening]:
    return list(_Ticket(ticket, known).told())


class _Ticket:
    def __init__(self, ticket: Body, known: Known) -> None:
        self._ticket, self._known = ticket, known
        self._opened = at_of(ticket, "created_at")
        articles = ticket.get("articles") or ()
        self._articles = sorted(articles, key=lambda each: at_of(each, "created_at"))
        history = ticket.get("history") or ()
        history = history.get("history") or () if isinstance(history, Mapping) else history
        self._history = sorted(history, key=lambda each: (at_of(each, "created_at"), each.get("id") or 0))
        kind = str(self._articles[0].get("type") or "") if self._articles else ""
        self._channel = _CHANNELS.get(kind, kind) or None
        self._team = self._team_at_first()
        self._is_ended = False

    def told(self) -> Iterator[Happening]:
        ticket = self._ticket
        facts = {
            "subject": ticket.get("title"),
            "priority": ticket.get("priority") or self._known.name("ticket_priorities", ticket.get("priority_id")),
            "type": ticket.get("type"),
        }
        opened = {name: value for name, value in facts.items() if value}
        who = self._who(ticket.get("created_by_id"))
        yield self._tell("opened", self._opened, who, opened)
        if self._team:
            yield self._tell("assigned", self._opened, None, {"team": self._team})
        for change in self._history:
            yield from self._changed(change)
        if not self._history:
            yield from self._standing()
        for article in self._articles:
            yield self._said(article)

    def _said(self, article: Body) -> Happening:
        sender = str(article.get("sender") or _SENDERS.get(article.get("sender_id") or 0, "")).lower()
        author = article.get("origin_by_id") or article.get("created_by_id")
        body = str(article.get("body") or "")
        text = text_of_html(body) if article.get("content_type") == "text/html" else body
        is_note = bool(article.get("internal")) or sender == "system"
        activity = "note" if is_note else "customer_message" if sender == "customer" else "person_message"
        role = "customer" if sender == "customer" else "person"
        who = None if sender == "system" or author in (None, _NOBODY) else f"{role}:{author}"
        return self._tell(activity, at_of(article, "created_at"), who, {"text": text})

    def _changed(self, change: Body) -> Iterator[Happening]:
        if change.get("object", "Ticket") != "Ticket":
            return
        kind, name = str(change.get("type")), str(change.get("attribute") or "")
        at, who = at_of(change, "created_at"), self._who(change.get("created_by_id"))
        after, before = change.get("value_to"), change.get("value_from")
        if kind in ("added", "removed") and name == "tag":
            yield self._tell("tagged", at, who, {"tags": [after] if kind == "added" else [], "from": []})
        elif kind == "received_merge":
            yield self._tell("merged", at, who, {})
        elif kind != "updated":
            return
        elif name == "state":
            yield self._state(str(after), before, at, who)
        elif name == "group":
            self._team = None if after in (None, "", "-") else str(after)
            yield self._tell("assigned", at, who, _with_before({"team": self._team}, before))
        elif name == "owner" and change.get("id_to") not in (None, _NOBODY):
            yield self._tell("assigned", at, who, {"to": f"person:{change['id_to']}"})
        elif name == "priority":
            yield self._tell("priority_changed", at, who, _with_before({"priority": after}, before))
        elif name == "title":
            yield self._tell("field_changed", at, who, _with_before({"field": name, "value": after}, before))

    def _state(self, after: str, before: Any, at: int, who: str | None) -> Happening:
        is_end = self._is_end(after)
        comes_back = not is_end and (self._is_ended or self._is_end(str(before)))
        self._is_ended = is_end
        activity = "reopened" if comes_back else "closed" if is_end else "status_changed"
        return self._tell(activity, at, who, _with_before({"status": after}, before))

    def _standing(self) -> Iterator[Happening]:
        """Without a history the ticket says how it stands, not how it came to it."""
        ticket = self._ticket
        status = ticket.get("state") or self._known.name("ticket_states", ticket.get("state_id"))
        if ticket.get("owner_id") not in (None, _NOBODY):
            yield self._tell("assigned", self._opened, None, {"to": f"person:{ticket['owner_id']}"})
        if status is not None and str(status) != "new":
            is_end = self._is_end(str(status))
            at = at_of(ticket, "close_at" if is_end and ticket.get("close_at") else "updated_at")
            yield self._tell("closed" if is_end else "status_changed", at, None, {"status": status})

    def _team_at_first(self) -> str | None:
        """The group before its first change; that of now where it never changed."""
        for change in self._history:
            is_group = change.get("attribute") == "group" and change.get("type") == "updated"
            if is_group and change.get("object", "Ticket") == "Ticket" and change.get("value_from"):
                return str(change["value_from"])
        return self._ticket.get("group") or self._known.name("groups", self._ticket.get("group_id"))

    def _is_end(self, state: str) -> bool:
        return state in self._known.ends or (not self._known.ends and state in ENDS)

    def _who(self, number: Any) -> str | None:
        if number in (None, _NOBODY):
            return None
        return f"customer:{number}" if number == self._ticket.get("customer_id") else f"person:{number}"

    def _tell(self, activity: str, at: int, who: str | None, attributes: dict[str, Any]) -> Happening:
        return Happening(activity, at, who, self._team, self._channel, attributes)


def _with_before(said: dict[str, Any], before: Any) -> dict[str, Any]:
    return {**said, "from": before} if before not in (None, "") else said
