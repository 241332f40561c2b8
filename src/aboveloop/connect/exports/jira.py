"""Jira and Jira Service Management: the CSV of issues with all fields.

A field of several values has as many columns of one name; a comment is `date;author;text`. The export says how an issue
stands and not how it came to it.
"""

from collections.abc import Iterator
from typing import Any

from aboveloop.connect.exports.files import Text
from aboveloop.connect.exports.records import ExportUnreadable, Happening, Reading, Record, RowUnreadable, named
from aboveloop.connect.exports.sheets import Cells, Form, Sheet, columns_of, must

KIND = "jira"
_TIMES = ("created", "updated", "resolved")
_CUSTOM = "custom field ("
_FIRST = ("", "open", "to do", "new", "waiting for support")
_FACTS = {"priority": "priority", "issue type": "type", "request type": "request_type"}
_TEAM = ("team", "assigned group", "group")
_NOT_TOLD = "Jira's CSV does not mark internal comments: all are taken for messages to and from the customer."


def jira_file(text: Text, reading: Reading) -> Sheet:
    """Raises ExportUnreadable."""
    if not {"issue key", "status", "created"} <= columns_of(text, _called):
        raise ExportUnreadable(
            f"{text.path} is no export of Jira's issues: it has no columns Issue key, Status and Created. Export all"
            " fields as CSV, or read it as --kind csv."
        )
    return Sheet(text, reading, Form(KIND, True, _TIMES, _issue, (_NOT_TOLD,)), _called)


def _called(header: str) -> str:
    """`Custom field (Satisfaction rating)` is the field Satisfaction rating."""
    name = header.strip().lower()
    return name[len(_CUSTOM) :].rstrip(")") if name.startswith(_CUSTOM) else name


def _issue(cells: Cells) -> Record:
    key = cells.get("issue key")
    if not key:
        raise RowUnreadable("It names no issue.")
    told = sorted(_Issue(cells, must(cells.at("created"), "Created")).told(), key=lambda each: each.at)
    return Record(key, key, tuple(told))


class _Issue:
    """One row, told in order."""

    def __init__(self, cells: Cells, created: int) -> None:
        self._cells, self._created = cells, created
        self._reporters = {*cells.all("reporter"), *cells.all("reporter id")}
        # The id where there is one, as comments have it.
        self._customer = named("customer", cells.get("reporter id", "reporter"))
        self._team = cells.get(*_TEAM) or None

    def told(self) -> Iterator[Happening]:
        cells = self._cells
        facts = {ours: cells.get(name) for name, ours in _FACTS.items() if cells.get(name)}
        yield self._tell("opened", self._created, self._customer, {"subject": cells.get("summary"), **facts})
        if text := cells.get("description"):
            yield self._tell("customer_message", self._created, self._customer, {"text": text})
        if self._team:
            yield self._tell("assigned", self._created, None, {"team": self._team})
        if person := named("person", cells.get("assignee id", "assignee")):
            yield self._tell("assigned", self._created, None, {"to": person})
        if labels := cells.all("labels"):
            yield self._tell("tagged", self._created, None, {"tags": labels, "from": []})
        for comment in cells.all("comment"):
            yield self._commented(comment)
        yield from self._standing()

    def _commented(self, comment: str) -> Happening:
        at, *rest = comment.split(";", 2)
        if len(rest) != 2:
            raise RowUnreadable("A comment is not written as date;author;text.")
        author, text = rest
        is_customer = author.strip() in self._reporters
        activity = "customer_message" if is_customer else "person_message"
        who = named("customer" if is_customer else "person", author)
        return self._tell(activity, self._cells.time(at), who, {"text": text})

    def _standing(self) -> Iterator[Happening]:
        cells, status = self._cells, self._cells.get("status")
        solved, updated = cells.at("resolved"), cells.at("updated")
        last = next((each for each in (solved, updated) if each is not None), self._created)
        if solved is not None:
            said = {"status": status, "resolution": cells.get("resolution")}
            yield self._tell("solved", solved, None, {name: value for name, value in said.items() if value})
        elif status.lower() not in _FIRST:
            yield self._tell("status_changed", last, None, {"status": status})
        if score := cells.get("satisfaction rating", "satisfaction"):
            at = cells.at("satisfaction date")
            yield self._tell("rated", last if at is None else at, self._customer, {"score": score})

    def _tell(self, activity: str, at: int, who: str | None, attributes: dict[str, Any]) -> Happening:
        return Happening(activity, at, who, self._team, None, attributes)
