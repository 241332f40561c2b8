"""The four queues of what people do for AI workers: clear roadblocks, guide decisions, improve, govern outcomes.

Each has an owner (the holder of a duty) and an age. What nothing feeds yet says so instead of looking calm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aboveloop.app.organisation import store
from aboveloop.app.organisation.store import Waiting
from aboveloop.app.premises import Premises
from aboveloop.govern.duties import DUTIES
from aboveloop.govern.people import Person, people_of
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.operation import releases


@dataclass(frozen=True)
class Part:
    """One kind of thing in a queue, and the page behind its number."""

    words: str
    waiting: Waiting
    address: str


@dataclass(frozen=True)
class WorkQueue:
    """One of the four. `note` says what is not fed into it yet; "" where everything is."""

    name: str
    title: str
    does: str
    duty: str
    owner: Person | None
    parts: tuple[Part, ...]
    note: str = ""

    @property
    def count(self) -> int:
        return sum(part.waiting.many for part in self.parts)

    @property
    def oldest(self) -> datetime | None:
        """Since when the oldest of all waits."""
        return min((part.waiting.oldest for part in self.parts if part.waiting.oldest is not None), default=None)

    def as_json(self) -> dict[str, Any]:
        return {
            "queue": self.name,
            "count": self.count,
            "oldest": None if self.oldest is None else iso(self.oldest),
            "owner": None if self.owner is None else self.owner.id,
            "duty": self.duty,
            "parts": {part.words: part.waiting.many for part in self.parts},
            "note": self.note,
        }


def four_queues(reader: Reader, premises: Premises, now: datetime) -> Sequence[WorkQueue]:
    """Blocked runs, decisions needed, improvement proposals, outcome breaches: in that order."""
    operation = premises.current()
    people = people_of(operation)
    deployed = releases.deployed(reader)

    def owner(duty: str) -> Person | None:
        return people.get(operation.about.owners.get(duty, ""))

    return (
        WorkQueue(
            "blocked_runs",
            "Blocked runs",
            "Clear roadblocks",
            "escalation",
            owner("escalation"),
            (
                Part("given to people", store.handed_over(reader), "/cases?show=waiting"),
                Part("stopped by a pause", store.halted(reader), "/cases?show=halted"),
                Part("uncertain writes", store.uncertain(reader), "/cases?show=uncertain"),
            ),
        ),
        WorkQueue(
            "decisions_needed",
            "Decisions needed",
            "Guide decisions",
            "policy",
            owner("policy"),
            (Part("approvals", store.asked(reader, now), "/approvals"),),
        ),
        WorkQueue(
            "improvement_proposals",
            "Improvement proposals",
            "Improve performance",
            "conversations",
            owner("conversations"),
            (
                Part(
                    "releases not at work",
                    store.proposed(reader, 0 if deployed is None else deployed.number),
                    "/releases",
                ),
            ),
            note="Nothing proposes improvements by itself yet.",
        ),
        WorkQueue(
            "outcome_breaches",
            "Outcome breaches",
            "Govern outcomes",
            "kpis",
            owner("kpis"),
            (Part("open incidents", store.open_incidents(reader), "/incidents"),),
            note="No KPI is measured yet, so a missed one does not show here.",
        ),
    )


def duty_title(name: str) -> str:
    """What a duty is called; its name where it is the company's own."""
    return next((duty.title for duty in DUTIES if duty.name == name), name.replace("_", " "))
