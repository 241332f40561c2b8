"""Chatwoot: conversations in JSON as its API gives them, with their messages.

What it writes into a conversation by itself is a note in the language of the desk; the state is told as it stands.
"""

from collections.abc import Iterator
from typing import Any

from aboveloop.connect.exports.json_tickets import Body, Known, at_of
from aboveloop.connect.exports.records import Happening

_INCOMING, _OUTGOING, _ACTIVITY = 0, 1, 2
_SENDERS = {"contact": "customer", "user": "person", "agent_bot": "worker"}


def told_of(conversation: Body, known: Known) -> list[Happening]:
    return list(_Conversation(conversation, known).told())


class _Conversation:
    def __init__(self, conversation: Body, known: Known) -> None:
        self._conversation, self._meta = conversation, conversation.get("meta") or {}
        team = self._meta.get("team") or {}
        self._team = team.get("name") or known.name("teams", team.get("id"))
        self._channel = self._meta.get("channel")

    def told(self) -> Iterator[Happening]:
        conversation, opened = self._conversation, at_of(self._conversation, "created_at")
        sender, person = self._meta.get("sender") or {}, self._meta.get("assignee") or {}
        customer = None if sender.get("id") is None else f"customer:{sender['id']}"
        priority = conversation.get("priority")
        yield self._tell("opened", opened, customer, {"priority": priority} if priority else {})
        if self._team:
            yield self._tell("assigned", opened, None, {"team": self._team})
        if person.get("id") is not None:
            yield self._tell("assigned", opened, None, {"to": f"person:{person['id']}"})
        if conversation.get("labels"):
            yield self._tell("tagged", opened, None, {"tags": conversation["labels"], "from": []})
        for each in conversation.get("messages") or ():
            if each.get("content"):
                yield self._said(each)
        status = str(conversation["status"])
        if status != "open":
            at = at_of(conversation, "last_activity_at" if conversation.get("last_activity_at") else "created_at")
            yield self._tell("solved" if status == "resolved" else "status_changed", at, None, {"status": status})

    def _said(self, said: Body) -> Happening:
        sender, kind = said.get("sender") or {}, said.get("message_type")
        role = "customer" if kind == _INCOMING else _SENDERS.get(str(sender.get("type")), "person")
        who = None if sender.get("id") is None or kind == _ACTIVITY else f"{role}:{sender['id']}"
        is_note = bool(said.get("private")) or kind not in (_INCOMING, _OUTGOING)
        activity = "note" if is_note else "customer_message" if kind == _INCOMING else "person_message"
        return self._tell(activity, at_of(said, "created_at"), who, {"text": said["content"]})

    def _tell(self, activity: str, at: int, who: str | None, attributes: dict[str, Any]) -> Happening:
        return Happening(activity, at, who, self._team, self._channel, attributes)
