"""How long a customer waited: for the first word, for the end, and for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aboveloop.journey.stretches import human, stretches
from aboveloop.ledger.entries import Entry


@dataclass(frozen=True)
class Times:
    """Of one case. None for what has not come yet. `resolution`: from the first word to the latest end, the time in
    between included when the case was opened again; `with_people`: the human stretches together."""

    first_response: timedelta | None
    resolution: timedelta | None
    with_people: timedelta
    waited_for_people: timedelta
    first_word: str | None = None
    first_answer: str | None = None
    ended: str | None = None


def times(entries: Sequence[Entry], now: datetime) -> Times:
    """The times of a case, from its chain. A case that nobody wrote on has no first response."""
    asked = next((entry for entry in entries if entry.kind == "MessageReceived"), None)
    answered = None
    if asked is not None:
        answered = next((each for each in entries if each.kind == "MessageSent" and each.at >= asked.at), None)
    opened = asked or (entries[0] if entries else None)
    ended = next((each for each in reversed(entries) if each.kind == "CaseEnded"), None)
    if ended is not None and any(_is_reopened(each) and each.number > ended.number for each in entries):
        ended = None
    found = stretches(entries)
    waited = [each for each in found if each.owner.value == "waiting_on_person"]
    return Times(
        first_response=answered.at - asked.at if answered is not None and asked is not None else None,
        resolution=ended.at - opened.at if ended is not None and opened is not None else None,
        with_people=sum((each.length(now) for each in human(found)), timedelta(0)),
        waited_for_people=sum((each.length(now) for each in waited), timedelta(0)),
        first_word=asked.id if asked is not None else None,
        first_answer=answered.id if answered is not None else None,
        ended=ended.id if ended is not None else None,
    )


def _is_reopened(entry: Entry) -> bool:
    return entry.kind == "CaseOwnerChanged" and entry.body["to"] == "reopened"
