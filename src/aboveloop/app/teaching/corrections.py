"""Corrections: a person says what a message was really about. It stands in the ledger, on the chain of its case.

What the customer wrote is masked before it is kept, and kept under the customer's key: it goes with the person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aboveloop.app.premises import Premises
from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import Person, may
from aboveloop.journey import cases
from aboveloop.journey.cases import Case, Message
from aboveloop.journey.forms import store as forms
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import NotFound, WrongUsage
from aboveloop.ledger.entries import Entry
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.models import Operation
from aboveloop.operation.names import BUILT_IN_INTENTS
from aboveloop.understand.intents import OUTSIDE
from aboveloop.understand.masking.examples import as_example
from aboveloop.work.privacy.surroundings import surroundings

CORRECTED, CONFIRMED = "ReadingCorrected", "ReadingConfirmed"
READ = "MessageRead"
# Who only looked at a case, or only said so of its messages, has not handled it.
NOT_HANDLING = frozenset({"PersonalDataRead", CORRECTED, CONFIRMED})


class MessageNotRead(NotFound):
    """The message does not exist, or nobody has read it as a wish."""


@dataclass(frozen=True)
class Wish:
    """What somebody says of a message. `intent`: what it was about, `out_of_scope` for none of ours; `also`: a second
    need in it; `drawn`: it was drawn by chance to be checked, not found because it went wrong."""

    case_id: str
    message: str
    intent: str
    also: str = ""
    drawn: bool = False


@dataclass(frozen=True)
class Correction:
    """What was said of one message. `text` is masked, None where its customer was erased; `release` read it so."""

    entry: str
    case_id: str
    customer_id: str
    message: str
    guessed: str
    confidence: float
    intent: str
    also: str
    drawn: bool
    by: str
    at: datetime
    release: str
    text: str | None

    @property
    def was_right(self) -> bool:
        return self.guessed == self.intent and not self.also

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "at": iso(self.at), "was_right": self.was_right}


def correct(premises: Premises, wish: Wish, *, by: Person) -> Correction:
    """Write down what a message was about. What was said of it before counts no more.

    Raises MayNot, CaseNotFound, MessageNotRead and WrongUsage for an intent that the operation does not have.
    """
    with premises.database.read() as reader:
        case = cases.get(reader, wish.case_id)
        entries = premises.ledger.entries(reader, case.id)
        _must_be_allowed(by, case, entries)
        message = message_of(reader, case, wish.message)
        reading = _reading(entries, message)
        operation = premises.operation_of(reading.release or case.release)
        _must_exist(premises.current(), wish)
        sent = forms.of_message(reader, message.id)
        # Of a form, its labels say nothing of how customers put it.
        said = message.text if sent is None else sent.text
        masked = as_example(said, surroundings(reader, operation, case))
    right = reading.body["intent"] == wish.intent and not wish.also
    body = {
        "message": message.id,
        "guessed": reading.body["intent"],
        "confidence": reading.body["confidence"],
        "intent": wish.intent,
        "also": wish.also,
        "drawn": wish.drawn,
        "uncertainty": masked.uncertainty,
    }
    with premises.database.write() as tx:
        entry = premises.ledger.append(
            tx,
            case_id=case.id,
            kind=CONFIRMED if right else CORRECTED,
            at=premises.house.clock.now(),
            actor=by.actor,
            body=body,
            personal={"text": masked.text},
            customer_id=case.customer_id,
            release=reading.release,
        )
    return of_entry(entry)


def standing(reader: Reader, ledger: Ledger) -> list[Correction]:
    """What was said last of each message that anybody said something of, oldest first."""
    found = [*ledger.find(reader, kind=CORRECTED), *ledger.find(reader, kind=CONFIRMED)]
    latest: dict[str, Correction] = {}
    for entry in sorted(found, key=lambda each: (each.at, each.number)):
        latest[entry.body["message"]] = of_entry(entry)
    return sorted(latest.values(), key=lambda each: (each.at, each.entry))


def of_entry(entry: Entry) -> Correction:
    body = entry.body
    return Correction(
        entry=entry.id,
        case_id=entry.case_id,
        customer_id=entry.customer_id or "",
        message=body["message"],
        guessed=body["guessed"],
        confidence=body["confidence"],
        intent=body["intent"],
        also=body["also"],
        drawn=body["drawn"],
        by=entry.actor,
        at=entry.at,
        release=entry.release or "",
        text=None if entry.personal is None else entry.personal.get("text"),
    )


@dataclass(frozen=True)
class Said:
    """A customer's message as it was read, and what was said last of that reading; None where nobody said anything."""

    message: str
    entry: str
    text: str | None
    guessed: str
    confidence: float
    asked: bool
    corrected: Correction | None


def readings_of(entries: Iterable[Entry]) -> list[Said]:
    """Every reading on the chain of a case, in its order."""
    kept = list(entries)
    latest = {entry.body["message"]: of_entry(entry) for entry in kept if entry.kind in (CORRECTED, CONFIRMED)}
    found = []
    for entry in kept:
        if entry.kind == READ:
            body, reading = entry.body, None if entry.personal is None else entry.personal.get("reading")
            text = None if reading is None else reading.get("text")
            sure, asked = float(body["confidence"]), bool(body.get("asked"))
            said = latest.get(body["message"])
            found.append(Said(body["message"], entry.id, text, body["intent"], sure, asked, said))
    return found


def choices_of(operation: Operation) -> list[tuple[str, str]]:
    """What a message may be about, with its words: the operation's intents, then none of them."""
    own = [
        (name, intent.title or name.replace("_", " ").capitalize())
        for name, intent in operation.intents.items()
        if name != OUTSIDE
    ]
    built_in = [
        (name, name.replace("_", " ").capitalize())
        for name in sorted(BUILT_IN_INTENTS)
        if name != OUTSIDE and name not in operation.intents
    ]
    return [*sorted(own, key=lambda each: each[1]), *built_in, (OUTSIDE, "None of ours")]


def may_correct(by: Person, case: Case, entries: Iterable[Entry]) -> bool:
    """Whether who looks at the case may say what its messages were about."""
    try:
        _must_be_allowed(by, case, entries)
    except MayNot:
        return False
    return True


def message_of(reader: Reader, case: Case, named: str) -> Message:
    """A customer's message of the case, by its id or by its number among theirs (1 is the first). Raises
    MessageNotRead."""
    theirs = [each for each in cases.messages_of(reader, case.id) if each.direction == "in"]
    for place, each in enumerate(theirs, 1):
        if named in (each.id, str(place)):
            return each
    raise MessageNotRead(
        f"The customer wrote {len(theirs)} messages on case {case.id}, and none is {named}. Name one by id or number."
    )


def _must_be_allowed(by: Person, case: Case, entries: Iterable[Entry]) -> None:
    """Who may propose releases teaches every reading; who takes over cases, those of cases that they have handled."""
    may(by, "read_personal").demand()
    if "propose" in by.may:
        return
    may(by, "take_over").demand()
    handled = case.person_id == by.id or any(
        entry.actor == by.actor and entry.kind not in NOT_HANDLING for entry in entries
    )
    if not handled:
        raise MayNot(
            f"{by.name} has not handled the case {case.id}. Take it over first, or ask who designs conversations."
        )


def _reading(entries: Iterable[Entry], message: Message) -> Entry:
    for entry in entries:
        if entry.kind == READ and entry.body["message"] == message.id:
            return entry
    raise MessageNotRead(f"The message {message.id} was not read yet. Look again when the worker has answered.")


def _must_exist(operation: Operation, wish: Wish) -> None:
    known = {name for name, _ in choices_of(operation)}
    for named in (wish.intent, wish.also):
        if named and named not in known:
            raise WrongUsage(f"There is no intent {named!r}. Name one of: {', '.join(sorted(known))}.")
    if not wish.intent:
        raise WrongUsage("Say what the message was about: an intent, or out_of_scope for none of ours.")
    if wish.also in (wish.intent, OUTSIDE) or (wish.also and wish.intent == OUTSIDE):
        raise WrongUsage("Two needs are two different intents of ours.")
