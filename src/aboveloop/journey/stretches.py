"""Stretches: who had a case, from when until when, and both ends of every stretch in which a person had it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from aboveloop.journey.ownership import Owner
from aboveloop.ledger.entries import Entry

# `returned`: a worker has it again after a person gave it back.
Hands = Literal["ai", "waiting", "human", "returned", "ended"]
HOW_ENDED = {Owner.RESOLVED: "ended", Owner.WORKER: "handed back"}


@dataclass(frozen=True)
class Stretch:
    """One owner from `since` until `until`, None while it lasts. `person` has it in a human stretch; `entry` began it
    and `ended_by` ended it; `how`: in which way a person let go of it, "" else."""

    hands: Hands
    owner: Owner
    since: datetime
    until: datetime | None
    entry: str
    person: str | None = None
    ended_by: str | None = None
    how: str = ""

    def length(self, now: datetime) -> timedelta:
        return (self.until or now) - self.since


def stretches(entries: Iterable[Entry]) -> list[Stretch]:
    """The stretches of a case, in order; each begins where the one before ended."""
    found: list[Stretch] = []
    for entry in entries:
        if entry.kind == "CaseOpened":
            found.append(Stretch("ai", Owner.WORKER, entry.at, None, entry.id))
        elif entry.kind == "CaseOwnerChanged":
            _change(found, entry)
    return found


def human(found: Iterable[Stretch]) -> list[Stretch]:
    """The stretches in which a person had the case."""
    return [each for each in found if each.hands == "human"]


def _change(found: list[Stretch], entry: Entry) -> None:
    owner = Owner(entry.body["to"])
    last = found[-1] if found else None
    person = entry.actor.removeprefix("person:") if owner is Owner.PERSON else None
    if last is not None and last.owner is owner and last.person == person:
        return
    if last is not None:
        how = HOW_ENDED.get(owner, "taken by another") if last.hands == "human" else ""
        found[-1] = replace(last, until=entry.at, ended_by=entry.id, how=how)
    found.append(Stretch(_hands(last, owner), owner, entry.at, None, entry.id, person))


def _hands(last: Stretch | None, owner: Owner) -> Hands:
    match owner:
        case Owner.PERSON:
            return "human"
        case Owner.RESOLVED:
            return "ended"
        case Owner.WORKER | Owner.REOPENED:
            return "returned" if last is not None and last.hands == "human" else "ai"
        case _:
            return "waiting"
