"""Intercom: conversations in JSON as its API gives each of them; their parts tell in order what happened."""

from collections.abc import Iterator
from typing import Any

from aboveloop.connect.email.html_text import text_of_html
from aboveloop.connect.exports.json_tickets import Body, Known, at_of
from aboveloop.connect.exports.records import Happening

_ROLES = {"user": "customer", "lead": "customer", "contact": "customer", "admin": "person", "bot": "worker"}
_CHANGES = {"close": ("closed", "closed"), "open": ("reopened", "open"), "snoozed": ("status_changed", "snoozed")}


def told_of(conversation: Body, known: Known) -> list[Happening]:
    return list(_Conversation(conversation, known).told())


class _Conversation:
    def __init__(self, conversation: Body, known: Known) -> None:
        self._conversation, self._known = conversation, known
        self._source = conversation.get("source") or {}
        self._channel = self._source.get("type")
        self._team: str | None = None
        self._is_closed = False

    def told(self) -> Iterator[Happening]:
        opened, who = at_of(self._conversation, "created_at"), _who(self._source)
        subject = text_of_html(self._source.get("subject") or "")
        facts: dict[str, Any] = {"subject": subject} if subject else {}
        listed = self._conversation.get("conversation_parts") or {}
        parts = listed.get("conversation_parts") or ()
        # The desk gives five hundred parts at most, and says how many there are.
        if (left_out := int(listed.get("total_count") or 0) - len(parts)) > 0:
            facts["parts_left_out"] = left_out
        yield self._tell("opened", opened, who, facts)
        if text := text_of_html(self._source.get("body") or ""):
            yield self._tell(_message(who), opened, who, {"text": text})
        for part in sorted(parts, key=lambda each: at_of(each, "created_at")):
            yield from self._part(part)
        rating = self._conversation.get("conversation_rating") or {}
        if rating.get("rating") is not None and rating.get("created_at"):
            said = {"score": rating["rating"], "text": rating.get("remark")}
            known = {name: value for name, value in said.items() if value is not None}
            yield self._tell("rated", at_of(rating, "created_at"), _who({"author": rating.get("contact")}), known)

    def _part(self, part: Body) -> Iterator[Happening]:
        """A part may say something and change something at once: a reply that closes is both."""
        at, who, kind = at_of(part, "created_at"), _who(part), str(part.get("part_type"))
        if text := text_of_html(part.get("body") or ""):
            yield self._tell("note" if kind.startswith("note") else _message(who), at, who, {"text": text})
        if (to := part.get("assigned_to")) and kind != "comment":
            yield self._assigned(to, at, who)
        activity, status = _CHANGES.get(kind, ("", ""))
        if activity == "reopened" and not self._is_closed:
            activity = "status_changed"
        if activity:
            self._is_closed = activity == "closed"
            yield self._tell(activity, at, who, {"status": status})

    def _assigned(self, to: Body, at: int, who: str | None) -> Happening:
        if to.get("type") == "team":
            self._team = self._known.name("teams", to.get("id"))
            return self._tell("assigned", at, who, {"team": self._team})
        return self._tell("assigned", at, who, {"to": f"person:{to.get('id')}"})

    def _tell(self, activity: str, at: int, who: str | None, attributes: dict[str, Any]) -> Happening:
        return Happening(activity, at, who, self._team, self._channel, attributes)


def _who(said: Body) -> str | None:
    author = said.get("author") or {}
    role = _ROLES.get(str(author.get("type")))
    return None if role is None or author.get("id") is None else f"{role}:{author['id']}"


def _message(who: str | None) -> str:
    return "customer_message" if (who or "").startswith("customer") else "person_message"
