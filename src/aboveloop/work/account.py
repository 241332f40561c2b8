"""The account of a case: which version decided, on what facts, who approved, what happened after; told by the ledger.

One reading of the chain for the console, the API and the command line. Nothing here is remembered or guessed: what
no entry says is not said, and what was erased is called erased.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aboveloop.journey.cases import Case
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.ledger.entries import Entry
from aboveloop.ledger.ledger import Ledger
from aboveloop.work.decision_accounts import ERASED, DecisionAccount, DecisionBook
from aboveloop.work.disclosing import Disclosure, disclosures
from aboveloop.work.timeline import Line, told


@dataclass(frozen=True)
class ReadingAccount:
    """What was understood in one message."""

    message: str
    intent: str
    confidence: float
    language: str | None
    flags: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Account:
    """The whole account of one case, oldest first. `erased` is True when personal fields can no longer be read."""

    case: str
    customer: str
    release: str
    owner: str
    person: str | None
    outcome: str | None
    procedure: str | None
    handed_over_because: str | None
    opened_at: datetime
    decisions: tuple[DecisionAccount, ...]
    readings: tuple[ReadingAccount, ...]
    timeline: tuple[Line, ...]
    erased: bool
    disclosures: tuple[Disclosure, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """JSON types only: instants as ISO text, what was erased as "erased"."""
        from_parts: dict[str, Any] = _plain(self)
        for shown, decision in zip(from_parts["decisions"], self.decisions, strict=True):
            shown["args"] = ERASED if decision.args is None else shown["args"]
            shown["facts"] = ERASED if decision.facts_erased else shown["facts"]
            shown["outcome"]["words"] = decision.outcome.words
        return from_parts


def account(reader: Reader, ledger: Ledger, case: Case) -> Account:
    """The account of `case`, from its chain of entries."""
    return account_of(case, ledger.entries(reader, case.id))


def account_of(case: Case, entries: Sequence[Entry]) -> Account:
    """The account of `case`, told by these entries of its chain."""
    book = DecisionBook()
    for entry in entries:
        book.take(entry)
    return Account(
        case=case.id,
        customer=case.customer_id,
        release=case.release,
        owner=case.owner.value,
        person=case.person_id,
        outcome=case.outcome,
        procedure=case.procedure,
        handed_over_because=case.handed_over_because,
        opened_at=case.opened_at,
        decisions=tuple(book.decisions),
        readings=tuple(_readings(entries)),
        timeline=tuple(told(entries)),
        erased=any(entry.personal is None for entry in entries),
        disclosures=disclosures(entries),
    )


def _readings(entries: Iterable[Entry]) -> Iterable[ReadingAccount]:
    for entry in entries:
        if entry.kind == "MessageRead":
            body = entry.body
            yield ReadingAccount(
                message=body["message"],
                intent=body["intent"],
                confidence=body["confidence"],
                language=body.get("language"),
                flags=tuple(body.get("flags", ())),
                at=entry.at,
            )


def _plain(value: Any) -> Any:
    """Dataclasses, tuples and instants as JSON types."""
    if isinstance(value, datetime):
        return iso(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
