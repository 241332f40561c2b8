"""ServiceNow: the CSV of a list of incidents, or of the audit (sys_audit), known from one another by their columns.

Headers are field names, as CSV exports have them, or labels. The list tells how an incident stands, with its journals
where they were exported; the audit tells every change, and names incidents by their sys_id.
"""

import re
from collections.abc import Iterator
from typing import Any

from aboveloop.connect.exports.files import Text
from aboveloop.connect.exports.records import ExportUnreadable, Happening, Reading, Record, RowUnreadable, named
from aboveloop.connect.exports.sheets import Cells, Form, Sheet, columns_of, must

KIND = "servicenow"
_LABELS = {
    "opened": "opened_at",
    "created": "sys_created_on",
    "updated": "sys_updated_on",
    "resolved": "resolved_at",
    "closed": "closed_at",
    "caller": "caller_id",
    "channel": "contact_type",
    "additional_comments": "comments",
    "document_key": "documentkey",
    "field_name": "fieldname",
    "old_value": "oldvalue",
    "new_value": "newvalue",
    "table_name": "tablename",
}
_TIMES = ("opened_at", "sys_created_on", "sys_updated_on", "resolved_at", "closed_at", "reopened_time")
# The states of an incident as they are delivered; the audit has their numbers, the list their labels.
_STATES = {"1": "New", "2": "In Progress", "3": "On Hold", "6": "Resolved", "7": "Closed", "8": "Canceled"}
_END = {"resolved": "solved", "closed": "closed", "canceled": "closed", "cancelled": "closed"}
_FACTS = {"priority": "priority", "category": "category", "subcategory": "subcategory", "impact": "impact"}
# `2026-03-01 10:00:00 - Ann Lee (Work notes)` stands above each entry of a journal.
_ENTRY = re.compile(r"^(\d[\d./-]+ \d[\d:]+(?: ?[AaPp][Mm])?) - (.+) \(([^()\n]+)\)[ \t]*\r?$", re.MULTILINE)
_NO_CUSTOMER = "The audit does not say who the customer is: comments are taken for messages of your people."


def servicenow_file(text: Text, reading: Reading) -> Sheet:
    """Raises ExportUnreadable for what is neither."""
    columns = columns_of(text, _called)
    if {"documentkey", "fieldname", "newvalue", "sys_created_on"} <= columns:
        return Sheet(text, reading, Form(KIND, False, ("sys_created_on",), _change, (_NO_CUSTOMER,)), _called)
    if {"number", "state"} <= columns and {"opened_at", "sys_created_on"} & columns:
        return Sheet(text, reading, Form(KIND, True, _TIMES, _incident), _called)
    raise ExportUnreadable(
        f"{text.path} is no list of incidents (number, state, opened_at) and no audit (documentkey, fieldname,"
        " oldvalue, newvalue, sys_created_on). Export those columns, or read it as --kind csv."
    )


def _called(header: str) -> str:
    name = re.sub(r"\W+", "_", header.strip().lower()).strip("_")
    return _LABELS.get(name, name)


def _incident(cells: Cells) -> Record:
    number = cells.get("number")
    if not number:
        raise RowUnreadable("It names no incident.")
    opened = must(cells.at("opened_at", "sys_created_on"), "opened_at")
    told = sorted(_Incident(cells, opened).told(), key=lambda each: each.at)
    return Record(number, number, tuple(told))


class _Incident:
    """One row of the list, told in order."""

    def __init__(self, cells: Cells, opened: int) -> None:
        self._cells, self._opened = cells, opened
        self._caller = cells.get("caller_id", "opened_by")
        self._team, self._channel = cells.get("assignment_group") or None, cells.get("contact_type") or None

    def told(self) -> Iterator[Happening]:
        cells = self._cells
        facts = {ours: cells.get(name) for name, ours in _FACTS.items() if cells.get(name)}
        customer = named("customer", self._caller)
        yield self._tell("opened", self._opened, customer, {"subject": cells.get("short_description"), **facts})
        if text := cells.get("description"):
            yield self._tell("customer_message", self._opened, customer, {"text": text})
        if self._team:
            yield self._tell("assigned", self._opened, None, {"team": self._team})
        if person := named("person", cells.get("assigned_to")):
            yield self._tell("assigned", self._opened, None, {"to": person})
        for journal in ("comments", "work_notes", "comments_and_work_notes"):
            yield from self._entries(cells.get(journal), journal)
        yield from self._standing()

    def _entries(self, text: str, journal: str) -> Iterator[Happening]:
        heads = list(_ENTRY.finditer(text))
        if text[: heads[0].start() if heads else None].strip():
            raise RowUnreadable(f"Its {journal} is no journal: entries are not headed by time, author and kind.")
        ends = [*(head.start() for head in heads[1:]), len(text)]
        # The newest entry stands first.
        for head, end in reversed(list(zip(heads, ends[: len(heads)], strict=True))):
            said = text[head.end() : end].strip()
            yield self._said(head, said, is_note=journal == "work_notes" or "work" in head[3].lower())

    def _said(self, head: re.Match[str], said: str, *, is_note: bool) -> Happening:
        is_caller = head[2].strip() == self._caller
        activity = "note" if is_note else "customer_message" if is_caller else "person_message"
        who = named("customer" if is_caller else "person", head[2])
        return self._tell(activity, self._cells.time(head[1]), who, {"text": said})

    def _standing(self) -> Iterator[Happening]:
        cells, status = self._cells, _state(self._cells.get("state"))
        solved, closed, again = cells.at("resolved_at"), cells.at("closed_at"), cells.at("reopened_time")
        if again is not None:
            yield self._tell("reopened", again, named("person", cells.get("reopened_by")), {})
        if solved is not None:
            facts = {"status": "Resolved", "code": cells.get("close_code"), "text": cells.get("close_notes")}
            said = {name: value for name, value in facts.items() if value}
            yield self._tell("solved", solved, named("person", cells.get("resolved_by")), said)
        if closed is not None:
            yield self._tell("closed", closed, named("person", cells.get("closed_by")), {"status": status})
        if solved is None and closed is None and status.lower() not in ("", "new"):
            activity = _END.get(status.lower(), "status_changed")
            at = cells.at("sys_updated_on")
            yield self._tell(activity, self._opened if at is None else at, None, {"status": status})

    def _tell(self, activity: str, at: int, who: str | None, attributes: dict[str, Any]) -> Happening:
        return Happening(activity, at, who, self._team, self._channel, attributes)


def _change(cells: Cells) -> Record:
    """One row of the audit is one event."""
    case, field = cells.get("documentkey"), cells.get("fieldname").lower()
    if not case or not field:
        raise RowUnreadable("It names no record or no field.")
    at, who = must(cells.at("sys_created_on"), "sys_created_on"), named("person", cells.get("user", "sys_created_by"))
    activity, attributes = _changed(field, cells.get("newvalue"), cells.get("oldvalue"))
    return Record("", case, (Happening(activity, at, who, attributes.get("team"), None, attributes),))


def _changed(field: str, new: str, old: str) -> tuple[str, dict[str, Any]]:
    before = {"from": old} if old else {}
    if field == "state":
        return _state_changed(_state(new), _state(old))
    if field == "assignment_group" and new:
        return "assigned", {"team": new, **before}
    if field == "assigned_to" and new:
        return "assigned", {"to": named("person", new)}
    if field == "priority":
        return "priority_changed", {"priority": new, **before}
    if field in ("comments", "work_notes"):
        return ("note" if field == "work_notes" else "person_message"), {"text": new}
    return "field_changed", {"field": field, "value": new, **before}


def _state_changed(new: str, old: str) -> tuple[str, dict[str, Any]]:
    comes_back = old.lower() in _END and new.lower() not in _END
    activity = "reopened" if comes_back else _END.get(new.lower(), "status_changed")
    return activity, {"status": new, **({"from": old} if old else {})}


def _state(written: str) -> str:
    return _STATES.get(written, written)
