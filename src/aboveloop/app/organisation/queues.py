"""The four queues of what people do for AI workers: clear roadblocks, guide decisions, improve, govern outcomes.

Each has an owner (the holder of a duty) and an age. What nothing feeds yet says so instead of looking calm.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aboveloop.app.improving.store import open_proposals
from aboveloop.app.organisation import store
from aboveloop.app.organisation.store import Waiting
from aboveloop.app.premises import Premises
from aboveloop.govern.duties import DUTIES
from aboveloop.govern.people import Person, people_of
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.measure.store import open_breaches
from aboveloop.operation import releases


@dataclass(frozen=True)
class Part:
    """One kind of thing in a queue, and the page behind its number. `one` is how a single one is said, if otherwise."""

    words: str
    waiting: Waiting
    address: str
    one: str = ""

    @property
    def said(self) -> str:
        """Its number with its words."""
        words = self.one if self.one and self.waiting.many == 1 else self.words
        return f"{self.waiting.many} {words}"


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


# What feeds a queue: one kind of thing, counted. A room that finds something for people adds its source below.
Source = Callable[[Reader, Premises, datetime], Part]


def _handed_over(reader: Reader, _premises: Premises, _now: datetime) -> Part:
    return Part("given to people", store.handed_over(reader), "/cases?show=waiting")


def _halted(reader: Reader, _premises: Premises, _now: datetime) -> Part:
    return Part("stopped by a pause", store.halted(reader), "/cases?show=halted")


def _uncertain(reader: Reader, _premises: Premises, _now: datetime) -> Part:
    return Part("uncertain writes", store.uncertain(reader), "/cases?show=uncertain", "uncertain write")


def _approvals(reader: Reader, _premises: Premises, now: datetime) -> Part:
    return Part("approvals", store.asked(reader, now), "/approvals", "approval")


def _releases(reader: Reader, _premises: Premises, _now: datetime) -> Part:
    deployed = releases.deployed(reader)
    waiting = store.proposed(reader, 0 if deployed is None else deployed.number)
    return Part("releases not at work", waiting, "/releases", "release not at work")


def _proposals(reader: Reader, _premises: Premises, _now: datetime) -> Part:
    return Part("proposals", Waiting(*open_proposals(reader)), "/backlog", "proposal")


def _incidents(reader: Reader, _premises: Premises, _now: datetime) -> Part:
    return Part("open incidents", store.open_incidents(reader), "/incidents", "open incident")


def _outcomes(reader: Reader, _premises: Premises, _now: datetime) -> Part:
    return Part("outcomes not as promised", store.outcome_breaches(reader), "/outcomes", "outcome not as promised")


def _kpis(reader: Reader, premises: Premises, _now: datetime) -> Part:
    """KPIs that an operation no longer has breach nothing."""
    rows = [row for name, row in open_breaches(reader).items() if name in premises.current().kpis]
    oldest = min((row.opened_at for row in rows), default=None)
    return Part("KPIs out of tolerance", Waiting(len(rows), oldest), "/overview/kpis", "KPI out of tolerance")


@dataclass(frozen=True)
class _Plan:
    """What one queue is: its words, the duty that owns it, and what feeds it."""

    name: str
    title: str
    does: str
    duty: str
    sources: Sequence[Source]


PLANS: Sequence[_Plan] = (
    _Plan("blocked_runs", "Blocked runs", "Clear roadblocks", "escalation", (_handed_over, _halted, _uncertain)),
    _Plan("decisions_needed", "Decisions needed", "Guide decisions", "policy", (_approvals,)),
    _Plan(
        "improvement_proposals",
        "Improvement proposals",
        "Improve performance",
        "conversations",
        (_proposals, _releases),
    ),
    _Plan("outcome_breaches", "Outcome breaches", "Govern outcomes", "kpis", (_outcomes, _incidents, _kpis)),
)


def four_queues(reader: Reader, premises: Premises, now: datetime) -> Sequence[WorkQueue]:
    """Blocked runs, decisions needed, improvement proposals, outcome breaches: in that order."""
    operation = premises.current()
    people = people_of(operation)
    return [
        WorkQueue(
            plan.name,
            plan.title,
            plan.does,
            plan.duty,
            people.get(operation.about.owners.get(plan.duty, "")),
            tuple(source(reader, premises, now) for source in plan.sources),
            note="" if plan.name != "outcome_breaches" or operation.kpis else "No KPI is defined (kpis.yaml).",
        )
        for plan in PLANS
    ]


def duty_title(name: str) -> str:
    """What a duty is called; its name where it is the company's own."""
    return next((duty.title for duty in DUTIES if duty.name == name), name.replace("_", " "))
