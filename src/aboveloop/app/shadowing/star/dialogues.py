"""Recorded dialogues, told as moments: what stood before the worker when the clerk took a step, and which he took.

The worker sees what the clerk saw before the step: the customer's messages, answers of the systems, the clerk's own
earlier steps. It never sees what the clerk typed to find the step, the steps that were offered to him, the scenario
that he was given, or the guide who speaks to the customer alone.
"""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aboveloop.kit.errors import WrongUsage

START = "START"
QUERY = "query"
# A reply in the clerk's own words: no step of the graph, so nothing to agree or disagree with.
FREE = ""
# The argument that tells a check from a booking.
_KIND_OF_QUERY = "RequestType"
_STEPS = frozenset({"pick_suggestion", "query", "utter"})


@dataclass(frozen=True)
class Moment:
    """One step of a clerk. `path` is what happened before it, oldest first: steps, and `API:...` for an answer.

    `heard` are the customer's messages since the last step, `earlier` those before. `answer` is the last answer of a
    system, `asked_with` the arguments of the last query as the clerk wrote them, without what kind of query it was.
    `step` and `task` are what the clerk did and worked at; `task` is "" where nobody can tell.
    """

    dialogue: str
    kind: str
    tasks: tuple[str, ...]
    path: tuple[str, ...]
    heard: tuple[str, ...]
    earlier: tuple[str, ...]
    answer: Mapping[str, Any] | None
    answered_by: str
    answer_is_new: bool
    answer_is_same: bool
    asked_with: Mapping[str, str]
    own_words: str
    step: str
    task: str

    @property
    def said(self) -> str:
        return " ".join(self.heard)

    @property
    def last_message(self) -> str:
        """What the customer said last, also where the clerk has answered it since."""
        return self.heard[-1] if self.heard else self.earlier[-1] if self.earlier else ""


@dataclass
class _Hearing:
    """What has happened so far in a dialogue that is being read."""

    path: list[str] = field(default_factory=lambda: [START])
    heard: list[str] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)
    answer: Mapping[str, Any] | None = None
    answered_by: str = ""
    is_new: bool = False
    is_same: bool = False
    asked_with: Mapping[str, str] = field(default_factory=dict)
    own_words: str = ""
    at_work: str = ""

    def hear_system(self, event: Mapping[str, Any]) -> None:
        answer = event.get("Item")
        self.is_same = answer is not None and answer == self.answer
        self.answer, self.answered_by, self.is_new = answer, str(event.get("APIName", "")), True
        self.path.append("API:" + "|".join(told(self.answer)))

    def step(self, name: str, event: Mapping[str, Any]) -> None:
        self.path.append(name or "free")
        self.earlier += self.heard
        self.heard, self.is_new = [], False
        in_own_words = name in (FREE, "custom", "out_of_scope")
        self.own_words = str(event.get("Text", "")) if in_own_words else ""
        if event["Action"] == QUERY:
            given = {name: str(value) for each in event.get("Constraints", ()) for name, value in each.items()}
            self.asked_with = {name: given[name] for name in sorted(given) if name != _KIND_OF_QUERY}


def told(answer: Mapping[str, Any] | None) -> list[str]:
    """What an answer says of how it went: its messages and states, without what it is about."""
    if answer is None:
        return ["none"]
    return sorted(
        f"{name}={str(value)[:40]}" for name, value in answer.items() if name == "Message" or name.endswith("Status")
    )


def read_dialogues(path: Path) -> list[dict[str, Any]]:
    """The dialogues of a file of JSON lines, .gz or not. Raises WrongUsage where it is no such file."""
    opened = gzip.open if path.suffix == ".gz" else open
    found: list[dict[str, Any]] = []
    try:
        with opened(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    found.append(_dialogue(json.loads(line), path, number))
    except (OSError, EOFError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise WrongUsage(f"{path} is no file of dialogues: {error}.") from error
    if not found:
        raise WrongUsage(f"{path} holds no dialogue.")
    return found


def _dialogue(value: Any, path: Path, number: int) -> dict[str, Any]:
    parts = ("DialogueID", "Events", "Scenario")
    if not isinstance(value, dict) or any(part not in value for part in parts):
        raise WrongUsage(f"Line {number} of {path} is no dialogue: it needs {', '.join(parts)}.")
    return value


def moments_of(dialogue: Mapping[str, Any]) -> Iterator[Moment]:
    """Every step that the clerk took, in order, with what stood before him."""
    scenario = dialogue["Scenario"]
    tasks = tuple(each["Task"] for each in scenario.get("WizardCapabilities", ()))
    kind = _kind(scenario)
    so_far = _Hearing(at_work=tasks[0] if len(tasks) == 1 else "")
    for event in dialogue["Events"]:
        agent, action = event["Agent"], event["Action"]
        if agent == "User" and action == "utter":
            so_far.heard.append(str(event["Text"]))
        elif agent == "KnowledgeBase":
            so_far.hear_system(event)
        elif agent == "Wizard" and action == "select_task":
            so_far.at_work = str(event["Task"])
        elif agent == "Wizard" and action in _STEPS:
            name = step_of(event)
            yield _moment(dialogue, kind, tasks, so_far, name, event)
            so_far.step(name, event)


def _moment(
    dialogue: Mapping[str, Any],
    kind: str,
    tasks: tuple[str, ...],
    so_far: _Hearing,
    name: str,
    event: Mapping[str, Any],
) -> Moment:
    task = str(event["APIName"]) if event["Action"] == QUERY and len(tasks) > 1 else so_far.at_work
    return Moment(
        dialogue=str(dialogue["DialogueID"]),
        kind=kind,
        tasks=tasks,
        path=tuple(so_far.path),
        heard=tuple(so_far.heard),
        earlier=tuple(so_far.earlier),
        answer=so_far.answer,
        answered_by=so_far.answered_by,
        answer_is_new=so_far.is_new,
        answer_is_same=so_far.is_same,
        asked_with=so_far.asked_with,
        own_words=so_far.own_words,
        step=name,
        task=task if task in tasks else "",
    )


def step_of(event: Mapping[str, Any]) -> str:
    """The step's name as in the graphs; a query is told apart by what it asks for, as the graphs do."""
    if event["Action"] != QUERY:
        return str(event.get("ActionLabel") or FREE)
    for each in event.get("Constraints", ()):
        if _KIND_OF_QUERY in each:
            return f"{QUERY}_{str(each[_KIND_OF_QUERY]).strip(chr(34)).lower()}"
    return QUERY


def _kind(scenario: Mapping[str, Any]) -> str:
    """Happy dialogues keep to the graph by order of the scenario; in others the customer was told to trouble it."""
    mood = "happy" if scenario.get("Happy") else "unhappy"
    return f"{mood}, {'several tasks' if scenario.get('MultiTask') else 'one task'}"
