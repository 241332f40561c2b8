"""The life of a case in four phases, on any channel: demand, service, resolution, follow-up.

Demand lasts until it is clear what is wanted and who serves it; service until what settles it is on the table
(proposed, asked for, refused, or said by a person); resolution until the case has ended; follow-up as long as a word of
the customer still belongs to this case. An end that was none begins the service again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from aboveloop.journey.cases import REOPEN_WITHIN, Case
from aboveloop.journey.ownership import Owner
from aboveloop.ledger.entries import Entry

PhaseName = Literal["demand", "service", "resolution", "follow_up"]
PHASES: tuple[PhaseName, ...] = ("demand", "service", "resolution", "follow_up")
# With one of these it is on the table how a need is settled.
SETTLES = frozenset({"ActionProposed", "ActionRefused", "ApprovalRequested"})
TAKEN_UP = frozenset({Owner.WAITING_ON_PERSON.value, Owner.PERSON.value})


@dataclass(frozen=True)
class Phase:
    """One phase with both ends; `until` is None while it lasts. `entry` began it. `round` counts from 1: how often the
    case has been served."""

    name: PhaseName
    since: datetime
    until: datetime | None
    entry: str
    round: int = 1

    def length(self, now: datetime) -> timedelta:
        return (self.until or now) - self.since


def phases(entries: Sequence[Entry], now: datetime) -> list[Phase]:
    """The phases that a case has gone through, in order. None where nothing is written down yet."""
    found: list[Phase] = []
    settled: Entry | None = None
    for entry in entries:
        last = found[-1] if found else None
        if last is None:
            found.append(Phase("demand", entry.at, None, entry.id))
        elif entry.kind == "CaseEnded":
            _end(found, settled, entry)
        elif _is_reopened(entry):
            _next(found, Phase("service", entry.at, None, entry.id, last.round + 1))
        elif last.name == "demand" and _is_taken_up(entry):
            _next(found, Phase("service", entry.at, None, entry.id, last.round))
        if _settles(entry) and found[-1].name in ("demand", "service"):
            settled = entry
    if found and found[-1].name == "follow_up" and now - found[-1].since > REOPEN_WITHIN:
        found[-1] = replace(found[-1], until=found[-1].since + REOPEN_WITHIN)
    return found


def phase_now(case: Case, now: datetime) -> PhaseName | None:
    """In which phase a case is by its row alone; None when its follow-up is over."""
    if case.owner is Owner.RESOLVED:
        within = case.resolved_at is not None and now - case.resolved_at <= REOPEN_WITHIN
        return "follow_up" if within else None
    taken_up = case.intent is not None or case.procedure is not None or case.handed_over_at is not None
    return "service" if taken_up else "demand"


def _end(found: list[Phase], settled: Entry | None, ended: Entry) -> None:
    """The service lasted until what settled it; from there to the end is the resolution."""
    last = found[-1]
    if last.name == "demand":
        _next(found, Phase("service", ended.at, None, ended.id, last.round))
        last = found[-1]
    began = settled if settled is not None and settled.at >= last.since else ended
    _next(found, Phase("resolution", began.at, None, began.id, last.round))
    _next(found, Phase("follow_up", ended.at, None, ended.id, last.round))


def _next(found: list[Phase], phase: Phase) -> None:
    found[-1] = replace(found[-1], until=phase.since)
    found.append(phase)


def _settles(entry: Entry) -> bool:
    return entry.kind in SETTLES or (entry.kind == "MessageSent" and entry.actor.startswith("person:"))


def _is_taken_up(entry: Entry) -> bool:
    return entry.kind == "ProcedureStarted" or (entry.kind == "CaseOwnerChanged" and entry.body["to"] in TAKEN_UP)


def _is_reopened(entry: Entry) -> bool:
    return entry.kind == "CaseOwnerChanged" and entry.body["to"] == Owner.REOPENED.value
