"""The export: tickets with comments and audits, users, groups and fields, in the form of a Zendesk JSON export."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from larkspur.clock import stamp
from larkspur.helpdesk.desk import ACTION_FIELD, AGENTS, FIELDS, GROUPS, ORDER_FIELD, REASON_FIELD
from larkspur.helpdesk.tickets import Move, Ticket

_FIELD_OF = {"reason": REASON_FIELD, "action": ACTION_FIELD, "order": ORDER_FIELD}
_FIRST_CUSTOMER = 50_001
_VIA = {"email": "email", "web": "web", "chat": "chat"}


def export(tickets: Sequence[Ticket]) -> dict[str, Any]:
    """One JSON object with everything that the desk knows."""
    ids, customers = count(1_000_001), _customers(tickets)
    return {
        "tickets": [_Told(ticket, customers[_key(ticket)]["id"], ids).as_json() for ticket in tickets],
        "users": [*customers.values(), *(_agent(agent.id, agent.name, agent.group.id) for agent in AGENTS)],
        "groups": [{"id": group.id, "name": group.name, "deleted": False} for group in GROUPS],
        "ticket_fields": [
            {"id": field, "title": title, "type": "tagger" if field != ORDER_FIELD else "text"}
            for field, title in FIELDS.items()
        ],
    }


def _key(ticket: Ticket) -> str:
    return ticket.persona.facts.get("email") or f"guest-{ticket.number}@customers.example"


def _customers(tickets: Sequence[Ticket]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for ticket in tickets:
        key = _key(ticket)
        if key not in found:
            name = ticket.persona.facts.get("name") or "Guest"
            found[key] = {"id": _FIRST_CUSTOMER + len(found), "name": name, "email": key, "role": "end-user"}
    return found


def _agent(number: int, name: str, group: int) -> dict[str, Any]:
    email = f"{name.split(' ')[0].lower()}@larkspur.example"
    return {"id": number, "name": name, "email": email, "role": "agent", "default_group_id": group}


class _Told:
    """One ticket as it stands at the end, and every audit that led there."""

    def __init__(self, ticket: Ticket, requester: int, ids: Iterator[int]) -> None:
        self._ticket, self._requester, self._ids = ticket, requester, ids
        self._now: dict[str, Any] = {"status": "new", "priority": "normal", "group_id": None, "assignee_id": None}
        self._fields: dict[int, Any] = dict.fromkeys(FIELDS)
        self._tags: list[str] = []
        self._comments: list[dict[str, Any]] = []
        self._rating = "offered"

    def as_json(self) -> dict[str, Any]:
        ticket, moves = self._ticket, self._ticket.moves
        audits = [self._audit(move) for move in moves]
        return {
            "id": ticket.number,
            "via": {"channel": _VIA[ticket.channel]},
            "created_at": stamp(moves[0].at),
            "updated_at": stamp(moves[-1].at),
            "subject": _subject(str(moves[0].value)),
            "description": moves[0].value,
            "requester_id": self._requester,
            "submitter_id": self._requester,
            **self._now,
            "tags": self._tags,
            "custom_fields": [{"id": field, "value": value} for field, value in self._fields.items()],
            "satisfaction_rating": {"score": self._rating},
            "comments": self._comments,
            "audits": audits,
        }

    def _audit(self, move: Move) -> dict[str, Any]:
        author = move.who or (-1 if move.kind == "status" and move.value == "closed" else self._requester)
        return {
            "id": next(self._ids),
            "ticket_id": self._ticket.number,
            "created_at": stamp(move.at),
            "author_id": author,
            "via": {"channel": _VIA[self._ticket.channel]},
            "events": [{"id": next(self._ids), **event} for event in self._events(move, author)],
        }

    def _events(self, move: Move, author: int) -> Iterator[dict[str, Any]]:
        if move.kind in ("opened", "customer", "agent", "note"):
            yield self._comment(move, author)
            if move.kind == "opened":
                for name, value in (("subject", _subject(str(move.value))), ("status", "new"), ("priority", "normal")):
                    yield {"type": "Create", "field_name": name, "value": value}
        elif move.kind == "assign":
            group, agent = move.value
            yield from self._change("group_id", group.id)
            yield from self._change("assignee_id", None if agent is None else agent.id)
            if self._now["status"] == "new":
                yield from self._change("status", "open")
        elif move.kind in ("status", "priority"):
            yield from self._change(move.kind, move.value)
        elif move.kind == "field":
            name, value = move.value
            yield from self._field(_FIELD_OF[name], value)
        elif move.kind == "tag":
            before, self._tags = self._tags, [*self._tags, str(move.value)]
            yield {"type": "Change", "field_name": "tags", "value": self._tags, "previous_value": before}
        elif move.kind == "rated":
            before_score, self._rating = self._rating, str(move.value)
            changed = {"field_name": "satisfaction_score", "value": self._rating, "previous_value": before_score}
            yield {"type": "Change", **changed}

    def _comment(self, move: Move, author: int) -> dict[str, Any]:
        said = {"type": "Comment", "author_id": author, "body": move.value, "public": move.kind != "note"}
        self._comments.append({"id": next(self._ids), **said, "created_at": stamp(move.at)})
        return said

    def _change(self, name: str, value: Any) -> Iterator[dict[str, Any]]:
        before = self._now[name]
        if before != value:
            self._now[name] = value
            told = [None if each is None else str(each) for each in (value, before)]
            yield {"type": "Change", "field_name": name, "value": told[0], "previous_value": told[1]}

    def _field(self, field: int, value: Any) -> Iterator[dict[str, Any]]:
        before, self._fields[field] = self._fields[field], value
        yield {"type": "Change", "field_name": str(field), "value": value, "previous_value": before}


def _subject(text: str) -> str:
    return " ".join(text.split())[:60]
