"""Freshdesk: tickets in JSON as its API gives them, with `conversations` and `stats` where they were asked for.

It says how a ticket stands and when it was solved, closed and reopened last, not each change.
"""

from collections.abc import Iterator
from typing import Any

from aboveloop.connect.exports.json_tickets import Body, Known, at_of
from aboveloop.connect.exports.records import Happening

_STATES = {2: "open", 3: "pending", 4: "resolved", 5: "closed"}
_PRIORITIES = {1: "low", 2: "medium", 3: "high", 4: "urgent"}
_OUTBOUND = 10
_SOURCES = {1: "email", 2: "portal", 3: "phone", 7: "chat", 9: "widget", _OUTBOUND: "email"}
_MOMENTS = (("reopened_at", "reopened"), ("resolved_at", "solved"), ("closed_at", "closed"))


def told_of(ticket: Body, known: Known) -> list[Happening]:
    return list(_Ticket(ticket, known).told())


class _Ticket:
    def __init__(self, ticket: Body, known: Known) -> None:
        self._ticket, self._opened = ticket, at_of(ticket, "created_at")
        self._team = known.name("groups", ticket.get("group_id"))
        self._channel = _SOURCES.get(ticket.get("source") or 0)
        self._customer = f"customer:{ticket['requester_id']}"

    def told(self) -> Iterator[Happening]:
        ticket = self._ticket
        facts = {
            "subject": ticket.get("subject"),
            "priority": _PRIORITIES.get(ticket.get("priority") or 0),
            "type": ticket.get("type"),
        }
        opened = {name: value for name, value in facts.items() if value}
        person = None if ticket.get("responder_id") is None else f"person:{ticket['responder_id']}"
        is_ours = ticket.get("source") == _OUTBOUND
        yield self._tell("opened", self._opened, person if is_ours else self._customer, opened)
        if text := ticket.get("description_text") or ticket.get("description"):
            who = person if is_ours else self._customer
            yield self._tell("person_message" if is_ours else "customer_message", self._opened, who, {"text": text})
        if self._team:
            yield self._tell("assigned", self._opened, None, {"team": self._team})
        if person:
            yield self._tell("assigned", self._opened, None, {"to": person})
        if ticket.get("tags"):
            yield self._tell("tagged", self._opened, None, {"tags": ticket["tags"], "from": []})
        for each in ticket.get("conversations") or ():
            yield self._said(each)
        yield from self._standing()

    def _said(self, said: Body) -> Happening:
        role = "customer" if said.get("incoming") else "person"
        activity = "note" if said.get("private") else f"{role}_message"
        who = None if said.get("user_id") is None else f"{role}:{said['user_id']}"
        return self._tell(
            activity, at_of(said, "created_at"), who, {"text": said.get("body_text") or said.get("body") or ""}
        )

    def _standing(self) -> Iterator[Happening]:
        ticket, stats = self._ticket, self._ticket.get("stats") or {}
        status = _STATES.get(ticket["status"], str(ticket["status"]))
        found = [(at_of(stats, key), activity) for key, activity in _MOMENTS if stats.get(key)]
        for at, activity in found:
            yield self._tell(activity, at, None, {"status": status} if activity != "reopened" else {})
        if not found and status != "open":
            activity = {"resolved": "solved", "closed": "closed"}.get(status, "status_changed")
            yield self._tell(activity, at_of(ticket, "updated_at"), None, {"status": status})

    def _tell(self, activity: str, at: int, who: str | None, attributes: dict[str, Any]) -> Happening:
        return Happening(activity, at, who, self._team, self._channel, attributes)
