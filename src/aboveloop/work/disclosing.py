"""Disclosure: that the customer is told they talk to an AI before a worker says anything else, and the proof of it.

Told at the first message on every contact point of a case, again when a person has given the case back or it was opened
again. `undisclosed` finds what a worker said without it; on a sound house that is nothing.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from aboveloop.ledger.entries import Entry

MADE = "DisclosureMade"


@dataclass(frozen=True)
class Disclosure:
    """One disclosure as the ledger holds it: which text, of which release, in which message, on which channel."""

    entry: str
    at: datetime
    message: str
    channel: str
    contact: str
    text: str
    sha256: str
    release: str | None


@dataclass(frozen=True)
class Undisclosed:
    """A worker's message before which the customer had not been told that an AI writes."""

    entry: str
    case: str
    message: str
    at: datetime


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def disclosures(entries: Iterable[Entry]) -> tuple[Disclosure, ...]:
    """Every disclosure of a chain, oldest first."""
    return tuple(
        Disclosure(
            entry=entry.id,
            at=entry.at,
            message=entry.body["message"],
            channel=entry.body["channel"],
            contact=entry.body["contact"],
            text=entry.body["text"],
            sha256=entry.body["sha256"],
            release=entry.release,
        )
        for entry in entries
        if entry.kind == MADE
    )


@dataclass
class Watch:
    """Follows the entries of many cases in the order in which they were written."""

    told: dict[str, set[str]] = field(default_factory=dict)
    seen: int = 0

    def take(self, entry: Entry) -> Undisclosed | None:
        told = self.told.setdefault(entry.case_id, set())
        if entry.kind == "CaseOwnerChanged" and (entry.body["from"] == "person" or entry.body["to"] == "reopened"):
            told.clear()
        elif entry.kind == "MessageSent" and entry.actor.startswith("worker:"):
            self.seen += 1
            if "disclosure" in entry.body:
                told.add(entry.body["contact"])
            elif entry.body["contact"] not in told:
                return Undisclosed(entry.id, entry.case_id, entry.body["message"], entry.at)
        return None


def undisclosed(entries: Iterable[Entry], watch: Watch | None = None) -> Iterator[Undisclosed]:
    """Every message of a worker that came before its disclosure."""
    following = watch or Watch()
    for entry in entries:
        found = following.take(entry)
        if found is not None:
            yield found
