"""The course of a case: for each thing that set it in motion, what was sensed, how it was routed, what was checked
before anything was trusted, and what came of it. Four stages with their times, told by the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from aboveloop.ledger.entries import Entry
from aboveloop.work.timeline import Line, told

StageName = Literal["sensed", "routed", "checked", "outcome"]
STAGES: tuple[StageName, ...] = ("sensed", "routed", "checked", "outcome")
# What begins a new episode: somebody wrote, answered, or something became due.
SENSED = frozenset({"MessageReceived", "MessageRead", "CaseOpened"})
ROUTED = frozenset({"ProcedureStarted", "ProcedureEnded", "ProcedureWithdrawn", "AnswerTakenBack", "CustomersMerged"})
CHECKED = frozenset(
    {
        "RecordRead",
        "ActionProposed",
        "ActionConfirmed",
        "ActionDecided",
        "ActionRefused",
        "ActionShadowed",
        "ActionApproved",
        "ActionDenied",
        "EditDecided",
        "CustomerVerified",
        "SourcesVerified",
        "DoubtLogged",
        "FieldsWithheld",
        "MessageWithheld",
    }
)
OUTCOMES = frozenset(
    {
        "ActionPerformed",
        "ActionRejected",
        "ActionUncertain",
        "MessageSent",
        "ReasonTold",
        "CaseEnded",
        "TurnFailed",
    }
)
# Not part of the flow: who looked, and what models were told.
ASIDE = frozenset({"PersonalDataRead", "DisclosureMade", "FieldsSentToModel", "ModelAnswered", "ModelFailed"})


@dataclass
class Episode:
    """What one stimulus set in motion: the lines of each stage, in order."""

    at: datetime
    stages: dict[StageName, list[Line]] = field(default_factory=lambda: {name: [] for name in STAGES})

    @property
    def until(self) -> datetime:
        return max((line.at for lines in self.stages.values() for line in lines), default=self.at)


def course(entries: Sequence[Entry]) -> list[Episode]:
    """The episodes of a case, in order. Whatever the ledger holds of the flow stands in exactly one of them."""
    found: list[Episode] = []
    for entry, line in zip(entries, told(entries), strict=True):
        stage = stage_of(entry)
        if stage is None:
            continue
        if not found or _begins(entry, found[-1]):
            found.append(Episode(entry.at))
        found[-1].stages[stage].append(line)
    return found


def stage_of(entry: Entry) -> StageName | None:
    """To which of the four an entry belongs; None for what is no part of the flow."""
    kind = entry.kind
    if kind in ASIDE:
        return None
    if kind in SENSED:
        return "sensed"
    if kind in OUTCOMES:
        return "outcome"
    if kind in CHECKED or kind.startswith("Approval"):
        return "checked"
    return "routed" if kind in ROUTED or kind == "CaseOwnerChanged" else None


def _begins(entry: Entry, latest: Episode) -> bool:
    """A message after something else was done begins anew; so does what a person answers or does by themselves."""
    if entry.kind == "MessageReceived":
        return any(latest.stages[name] for name in STAGES[1:]) or _has_message(latest)
    by_person = entry.actor.startswith("person:") and entry.kind in (
        "ActionApproved",
        "ActionDenied",
        "CaseOwnerChanged",
    )
    return by_person and bool(latest.stages["outcome"] or latest.stages["routed"])


def _has_message(episode: Episode) -> bool:
    return any(line.kind == "MessageReceived" for line in episode.stages["sensed"])
