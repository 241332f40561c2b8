"""Past cases: what a customer wrote and what people did about it, read from a history of events."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aboveloop.history import store as histories
from aboveloop.kit.errors import WrongUsage

_WANTED = ("case_id", "activity", "at", "position", "who", "team", "channel", "attributes")
# Names under which help desks keep what a case was about and what was done, in small letters.
REASON_FIELDS = ("contact reason", "reason", "category", "topic", "about", "intent")
ACTION_FIELDS = ("action taken", "action", "resolution")
# What clerks write where nothing was done in any system.
_NOTHING = frozenset({"", "none", "no action", "-", "n/a"})
_MICROS = 1_000_000


@dataclass(frozen=True)
class Said:
    """A customer's message, and how many seconds after the people's last word (or the first message) it came."""

    text: str
    after_seconds: float


@dataclass(frozen=True)
class Past:
    """A case that people handled. `reason` and `action` are "" where nobody noted them; times in seconds.

    `team` had it last; `touches` counts what people wrote, `hand_ons` how often it went to another team. `first_reply`
    and `solved` are counted from the first message, None where it never came to that. `ended` is how people ended
    it, in the house's own words, "" where a desk has none for it.
    """

    case_id: str
    opened_at: int
    channel: str
    said: tuple[Said, ...]
    reason: str = ""
    action: str = ""
    team: str = ""
    touches: int = 0
    hand_ons: int = 0
    reopened: int = 0
    first_reply: float | None = None
    solved: float | None = None
    ended: str = ""


@dataclass(frozen=True)
class Names:
    """Under which names the desk keeps reason and action; the usual ones where nobody says."""

    reason: tuple[str, ...] = REASON_FIELDS
    action: tuple[str, ...] = ACTION_FIELDS


@dataclass
class _Reading:
    """A case while its events are gone through."""

    case_id: str
    names: Names
    opened_at: int | None = None
    channel: str = ""
    said: list[Said] = field(default_factory=list)
    opening: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    team: str = ""
    touches: int = 0
    hand_ons: int = 0
    reopened: int = 0
    first_reply: float | None = None
    solved: float | None = None
    spoken_at: int = 0

    def take(self, row: Mapping[str, Any]) -> None:
        activity, at = row["activity"], int(row["at"])
        if self.opened_at is None:
            self.opened_at = self.spoken_at = at
        self.channel = self.channel or row["channel"] or ""
        attributes = json.loads(row["attributes"] or "{}")
        if activity == "opened":
            self.opening = str(attributes.get("text") or attributes.get("subject") or "")
        elif activity == "customer_message":
            self.said.append(Said(str(attributes.get("text", "")), max(0.0, (at - self.spoken_at) / _MICROS)))
            self.spoken_at = at
        elif activity in ("person_message", "note"):
            self._people(activity, at)
        elif activity == "solved":
            self.solved = (at - self.opened_at) / _MICROS
        elif activity == "reopened":
            self.reopened += 1
        self._note(activity, row, attributes)

    def _people(self, activity: str, at: int) -> None:
        assert self.opened_at is not None
        self.touches += 1
        if activity == "person_message":
            self.spoken_at = at
            if self.first_reply is None:
                self.first_reply = (at - self.opened_at) / _MICROS

    def _note(self, activity: str, row: Mapping[str, Any], attributes: Mapping[str, Any]) -> None:
        team = row["team"] or attributes.get("team") or ""
        if activity == "assigned" and team and team != self.team:
            self.hand_ons += bool(self.team)
            self.team = str(team)
        if activity in ("field_changed", "opened"):
            self.fields |= dict(_fields(attributes))

    def done(self) -> Past | None:
        """The case, None where the customer wrote nothing that could be read."""
        said = self.said or ([Said(self.opening, 0.0)] if self.opening else [])
        if not said or self.opened_at is None:
            return None
        return Past(
            case_id=self.case_id,
            opened_at=self.opened_at,
            channel=self.channel,
            said=tuple(said),
            reason=_first(self.fields, self.names.reason),
            action="" if (action := _first(self.fields, self.names.action)) in _NOTHING else action,
            team=self.team,
            touches=self.touches,
            hand_ons=self.hand_ons,
            reopened=self.reopened,
            first_reply=self.first_reply,
            solved=self.solved,
        )


def past_cases(home: Path, name: str, names: Names | None = None) -> list[Past]:
    """The cases of a history in which a customer wrote something, the oldest first.

    Raises HistoryNotFound, and WrongUsage where there is none such.
    """
    table = histories.table(histories.find(home, name), _WANTED)
    by_case: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in table.to_pylist():
        by_case[row["case_id"]].append(row)
    found = [past for case_id, rows in by_case.items() if (past := read_past(case_id, rows, names)) is not None]
    if not found:
        raise WrongUsage(f"Nobody wrote anything in the history {name}, so there is nothing to work beside.")
    return sorted(found, key=lambda past: (past.opened_at, past.case_id))


def read_past(case_id: str, rows: Sequence[Mapping[str, Any]], names: Names | None = None) -> Past | None:
    """One case from its events in any order."""
    reading = _Reading(case_id, names or Names())
    for row in sorted(rows, key=lambda each: (each["at"], each["position"])):
        reading.take(row)
    return reading.done()


def _fields(attributes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Field and value, whether an event names them apart or has the field's own name."""
    named = attributes.get("field") or attributes.get("title") or attributes.get("name")
    if named is not None:
        value = attributes.get("value", attributes.get("to"))
        yield _plain(named), "" if value is None else str(value)
        return
    for name, value in attributes.items():
        if name not in ("from", "text", "subject") and isinstance(value, str | int | bool):
            yield _plain(name), str(value)


def _first(fields: Mapping[str, str], names: Sequence[str]) -> str:
    return next((fields[_plain(name)] for name in names if fields.get(_plain(name))), "")


def _plain(name: object) -> str:
    return " ".join(str(name).replace("_", " ").casefold().split())
