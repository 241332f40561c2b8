"""Zendesk: tickets with comments and audits, from a JSON export or (see `zendesk_api`) from the incremental API.

An export is an object of lists (tickets, users, groups, ticket_fields, and comments or audits beside the tickets), a
list of tickets, or one ticket a line. Audits tell every change; without them there is the ticket's present state alone.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from aboveloop.connect.exports.files import Text
from aboveloop.connect.exports.json_stream import members
from aboveloop.connect.exports.records import (
    ExportUnreadable,
    Happening,
    Page,
    Reading,
    Record,
    Row,
    RowUnreadable,
    paged,
)
from aboveloop.connect.exports.times import micros

Body = Mapping[str, Any]
_TICKETS = ("", "tickets")
_SYSTEM = -1
_END = {"solved": "solved", "closed": "closed"}


class Names:
    """What the export says of users, groups and fields, by id."""

    def __init__(self) -> None:
        self.agents: set[Any] = set()
        self.groups: dict[str, str] = {}
        self.fields: dict[str, str] = {}

    def learn(self, key: str, member: Any) -> None:
        if not isinstance(member, Mapping):
            return
        if key == "users" and member.get("role") in ("agent", "admin"):
            self.agents.add(member.get("id"))
        elif key == "groups":
            self.groups[str(member.get("id"))] = str(member.get("name"))
        elif key == "ticket_fields":
            self.fields[str(member.get("id"))] = str(member.get("title"))

    def who(self, author: Any, requester: Any) -> str | None:
        if author in (None, _SYSTEM):
            return None
        is_agent = author in self.agents or (not self.agents and author != requester)
        return f"{'person' if is_agent else 'customer'}:{author}"

    def team(self, group: Any) -> str | None:
        return None if group in (None, "") else self.groups.get(str(group), str(group))


class ZendeskFile:
    """A JSON export. Read once for the names of users and groups, which may stand behind the tickets."""

    kind = "zendesk"
    has_keys = True
    is_retry = False
    goes_on = False

    def __init__(self, text: Text, reading: Reading) -> None:
        self._text, self.reading, self.fingerprint = text, reading, text.digest
        self._names = Names()
        tickets = 0
        for key, member in self._members():
            self._names.learn(key, member)
            tickets += key in _TICKETS
        if not tickets:
            raise ExportUnreadable(f"{text.path} holds no tickets: it is no Zendesk export, or an empty one.")

    def pages(self, mark: Any) -> Iterator[Page]:
        return paged(self._rows(), mark)

    def record(self, row: Row) -> Record:
        return record_of(row.value, self._names)

    def _rows(self) -> Iterator[Row]:
        number = 0
        for key, member in self._members():
            if key in _TICKETS:
                number += 1
                yield Row(f"ticket {number}", member)

    def _members(self) -> Iterator[tuple[str, Any]]:
        with self._text.open() as file:
            yield from members(file, str(self._text.path))


def record_of(ticket: Any, names: Names) -> Record:
    """One ticket with its `comments` and `audits`, where it has them. Raises RowUnreadable."""
    if not isinstance(ticket, Mapping) or ticket.get("id") is None:
        raise RowUnreadable("It is no ticket: it has no id.")
    try:
        happened = _Story(ticket, names).told()
    except (KeyError, TypeError, AttributeError) as error:
        raise RowUnreadable(f"The ticket is not built as Zendesk's are: {type(error).__name__} {error}.") from error
    return Record(str(ticket["id"]), str(ticket["id"]), tuple(happened))


class _Story:
    """One ticket, told in order."""

    def __init__(self, ticket: Body, names: Names) -> None:
        self._ticket, self._names = ticket, names
        self._requester = ticket.get("requester_id")
        self._channel = (ticket.get("via") or {}).get("channel")
        self._team: str | None = None
        self._was_at_rest = False
        self._told: list[Happening] = []

    def told(self) -> list[Happening]:
        ticket = self._ticket
        opened = {key: str(ticket[key]) for key in ("subject", "priority", "type") if ticket.get(key)}
        self._tell("opened", _at(ticket), self._requester, opened)
        if ticket.get("audits"):
            for audit in sorted(ticket["audits"], key=_at):
                for event in audit.get("events") or ():
                    self._audited(audit, event)
            if not any(each.activity.endswith("_message") for each in self._told):
                self._comments()
        else:
            self._comments()
            self._state()
        return sorted(self._told, key=lambda each: each.at)

    def _comments(self) -> None:
        for comment in self._ticket.get("comments") or ():
            self._say(comment, _at(comment))

    def _audited(self, audit: Body, event: Body) -> None:
        at, author = _at(audit), audit.get("author_id")
        if event.get("type") == "Comment":
            self._say({"author_id": author, **event}, at)
        elif event.get("type") in ("Create", "Change"):
            self._changed(event, at, author)

    def _say(self, comment: Body, at: int) -> None:
        author = comment.get("author_id")
        who = self._names.who(author, self._requester) or ""
        is_note = comment.get("public") is False
        activity = "note" if is_note else "customer_message" if who.startswith("customer") else "person_message"
        self._tell(activity, at, author, {"text": str(comment.get("plain_body") or comment.get("body") or "")})

    def _changed(self, event: Body, at: int, author: Any) -> None:
        name, value, before = str(event.get("field_name")), event.get("value"), event.get("previous_value")
        is_new = event.get("type") == "Create"
        if name == "status" and not is_new:
            self._status(str(value), before, at, author)
        elif name == "group_id" and value is not None:
            self._team = self._names.team(value)
            self._tell("assigned", at, author, _with_before({"team": self._team}, self._names.team(before)))
        elif name == "assignee_id" and value is not None:
            self._tell("assigned", at, author, {"to": f"person:{value}"})
        elif name == "priority" and not is_new:
            self._tell("priority_changed", at, author, _with_before({"priority": value}, before))
        elif name == "tags" and not is_new:
            self._tell("tagged", at, author, {"tags": value, "from": before or []})
        elif name == "satisfaction_score" and value not in ("offered", "unoffered"):
            self._tell("rated", at, author, {"score": value})
        elif name in self._names.fields or (name.isdigit() and not is_new):
            field = self._names.fields.get(name, name)
            self._tell("field_changed", at, author, _with_before({"field": field, "value": value}, before))

    def _status(self, value: str, before: Any, at: int, author: Any) -> None:
        comes_back = self._was_at_rest and value not in _END
        activity = "reopened" if comes_back else _END.get(value, "status_changed")
        self._was_at_rest = value in _END
        self._tell(activity, at, author, _with_before({"status": value}, before))

    def _state(self) -> None:
        """Without audits the ticket says how it stands, not how it came to it."""
        ticket, at = self._ticket, _at(self._ticket, "updated_at")
        if ticket.get("group_id") is not None:
            self._team = self._names.team(ticket["group_id"])
            self._tell("assigned", _at(ticket), None, {"team": self._team})
        status = str(ticket.get("status", ""))
        if status in _END:
            self._tell(_END[status], at, None, {"status": status})
        elif status not in ("", "new", "open"):
            self._tell("status_changed", at, None, {"status": status})
        score = (ticket.get("satisfaction_rating") or {}).get("score")
        if score in ("good", "bad"):
            self._tell("rated", at, self._requester, {"score": score})

    def _tell(self, activity: str, at: int, author: Any, attributes: Body) -> None:
        who = self._names.who(author, self._requester)
        self._told.append(Happening(activity, at, who, self._team, self._channel, attributes))


def _at(thing: Body, key: str = "created_at") -> int:
    written = thing.get(key) or thing.get("created_at")
    if not written:
        raise RowUnreadable(f"It has no {key}.")
    return micros(str(written))


def _with_before(values: dict[str, Any], before: Any) -> dict[str, Any]:
    return values if before in (None, "") else {**values, "from": before}
