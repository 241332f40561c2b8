"""Cases: one need each, from the first message to its end, and the messages on the way.

State changes and their ledger entries stand in the caller's transaction: both happen, or neither.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.journey import store
from aboveloop.journey.errors import CaseNotFound, OwnershipRefused, TurnSuperseded
from aboveloop.journey.forms import store as forms
from aboveloop.journey.forms.sent import Sent
from aboveloop.journey.ownership import Owner, check_transition
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.ids import new_id
from aboveloop.ledger.ledger import Ledger

# A message within three days after the end still belongs to the case: thanks, or "it did not work".
REOPEN_WITHIN = timedelta(days=3)


@dataclass(frozen=True)
class Spoken:
    """Where the words of a message came from: they were said, and `by` (a recogniser with its version) heard them, so
    sure (0 to 1; None where it does not tell). `corrected`: the customer changed what was heard before sending it."""

    by: str
    confidence: float | None
    language: str
    corrected: bool
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return vars(self).copy()


# What spoken words are counted under: the contact point stays that of the channel that they came over.
VOICE = "voice"


@dataclass(frozen=True)
class Incoming:
    """A message as a channel hands it in. `foreign_id` is the channel's own name for it, if it has one; `sent` is the
    form that it was filled in as."""

    channel: str
    address: str
    text: str
    foreign_id: str | None = None
    subject: str | None = None
    attachments: int = 0
    spoken: Spoken | None = None
    sent: Sent | None = None


@dataclass(frozen=True)
class Contact:
    id: str
    customer_id: str
    channel: str
    address: str


@dataclass(frozen=True)
class Message:
    number: int
    id: str
    case_id: str
    contact_id: str
    direction: str
    author: str
    template: str | None
    text: str
    subject: str | None
    at: datetime
    foreign_id: str | None
    handled_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True)
class Case:
    """One need. `verified_as` counts only for messages that come from `verified_contact`."""

    id: str
    customer_id: str
    journey_id: str
    contact_id: str
    channel: str
    release: str
    owner: Owner
    opened_at: datetime
    updated_at: datetime
    person_id: str | None = None
    intent: str | None = None
    procedure: str | None = None
    outcome: str | None = None
    handed_over_at: datetime | None = None
    handed_over_because: str | None = None
    resolved_at: datetime | None = None
    verified_contact: str | None = None
    verified_as: str | None = None
    memory: dict[str, Any] = field(default_factory=dict)
    fence: str | None = None
    halted_by: str | None = None


@dataclass(frozen=True)
class Received:
    """Where a message went. `is_new` is False when the channel handed it in before."""

    case: Case
    message_id: str
    is_new: bool


def receive(
    tx: Transaction, ledger: Ledger, incoming: Incoming, *, release: Callable[[str], str], now: datetime
) -> Received:
    """Record a message: to the customer's open case, to one that ended lately, or to a new one.

    `release` is asked for the digest that a new case of a customer begins with.
    """
    incoming = _writable(incoming)
    contact = _contact(tx, incoming, now)
    if incoming.foreign_id is not None:
        known = store.message_by_foreign_id(tx, contact.id, incoming.foreign_id)
        if known is not None:
            return Received(get(tx, known.case_id), known.id, is_new=False)
    case = _case_for(tx, ledger, contact, release=release, now=now)
    message_id = new_id("msg")
    store.insert(
        tx,
        store.messages,
        {
            "id": message_id,
            "case_id": case.id,
            "contact_id": contact.id,
            "direction": "in",
            "author": f"customer:{contact.customer_id}",
            "text": incoming.text,
            "subject": incoming.subject,
            "at": now,
            "foreign_id": incoming.foreign_id,
        },
    )
    filled = incoming.sent
    if filled is not None:
        forms.keep(tx, message_id, contact.id, filled, now)
    ledger.note(
        tx,
        case_id=case.id,
        kind="MessageReceived",
        at=now,
        actor=f"customer:{contact.customer_id}",
        body={
            "message": message_id,
            "channel": incoming.channel,
            "contact": contact.id,
            **({"attachments": incoming.attachments} if incoming.attachments else {}),
            **_said(incoming),
            **({} if filled is None else {"form": filled.form}),
        },
        personal={
            "text": incoming.text,
            "address": incoming.address,
            "subject": incoming.subject,
            **({} if filled is None else {"filled": filled.as_json()}),
        },
        customer_id=contact.customer_id,
        release=case.release,
    )
    return Received(case, message_id, is_new=True)


def _said(incoming: Incoming) -> dict[str, Any]:
    return {} if incoming.spoken is None else {"channel": VOICE, "spoken": incoming.spoken.as_json()}


def take_over_need(
    tx: Transaction,
    ledger: Ledger,
    case: Case,
    contact: Contact,
    *,
    text: str,
    memory: Mapping[str, Any],
    now: datetime,
) -> str:
    """A need that was written in a message of another case becomes the first message of `case`, in the same words."""
    message_id = new_id("msg")
    author = f"customer:{contact.customer_id}"
    values = {"id": message_id, "case_id": case.id, "contact_id": contact.id, "direction": "in", "author": author}
    store.insert(tx, store.messages, {**values, "text": text, "subject": None, "at": now, "foreign_id": None})
    store.update_case(tx, case.id, {"memory": dict(memory)})
    ledger.note(
        tx,
        case_id=case.id,
        kind="MessageReceived",
        at=now,
        actor=author,
        body={"message": message_id, "channel": contact.channel, "contact": contact.id, "from_another_case": True},
        personal={"text": text, "address": contact.address, "subject": None},
        customer_id=contact.customer_id,
        release=case.release,
    )
    return message_id


@dataclass(frozen=True)
class Outgoing:
    """What is told to a customer: by whom, in the words of which template if any, and how it passed the gate.

    `earned` is what the conversation had earned when it did, kept under the customer's key.
    """

    text: str
    author: str
    template: str | None = None
    contact_id: str | None = None
    decided: Mapping[str, Any] = field(default_factory=dict)
    earned: Mapping[str, Any] = field(default_factory=dict)


def tell(tx: Transaction, ledger: Ledger, case: Case, outgoing: Outgoing, *, now: datetime) -> str:
    """Record a message to the customer and return its id; its channel delivers it from the record."""
    message_id = new_id("msg")
    contact_id = outgoing.contact_id or case.contact_id
    store.insert(
        tx,
        store.messages,
        {
            "id": message_id,
            "case_id": case.id,
            "contact_id": contact_id,
            "direction": "out",
            "author": outgoing.author,
            "template": outgoing.template,
            "text": outgoing.text,
            "at": now,
        },
    )
    ledger.note(
        tx,
        case_id=case.id,
        kind="MessageSent",
        at=now,
        actor=outgoing.author,
        body={"message": message_id, "template": outgoing.template, "contact": contact_id, **outgoing.decided},
        personal={"text": outgoing.text, **outgoing.earned},
        customer_id=case.customer_id,
        release=case.release,
    )
    return message_id


def change_owner(
    tx: Transaction, ledger: Ledger, case: Case, to: Owner, *, actor: str, because: str, now: datetime
) -> Case:
    """Move the case to another owner. Raises OwnershipRefused where the state machine has no such way.

    Why is kept under the customer's key: people and systems name customers in their reasons.
    """
    check_transition(case.id, case.owner, to)
    if case.owner is Owner.PERSON and actor != f"person:{case.person_id}":
        raise OwnershipRefused(f"Case {case.id} is with {case.person_id}: nobody else moves it.")
    if case.owner is to and to is not Owner.PERSON:
        return case
    changed = replace(
        case,
        owner=to,
        person_id=actor.removeprefix("person:") if to is Owner.PERSON else None,
        updated_at=now,
    )
    store.update_case(tx, case.id, {"owner": changed.owner.value, "person_id": changed.person_id, "updated_at": now})
    _note_owner(tx, ledger, case, to, actor=actor, because=because, now=now)
    return changed


def _note_owner(
    tx: Transaction, ledger: Ledger, case: Case, to: Owner, *, actor: str, because: str, now: datetime
) -> None:
    ledger.note(
        tx,
        case_id=case.id,
        kind="CaseOwnerChanged",
        at=now,
        actor=actor,
        body={"from": case.owner.value, "to": to.value},
        personal={"because": because},
        customer_id=case.customer_id,
        release=case.release,
    )


def hand_over(tx: Transaction, ledger: Ledger, case: Case, *, actor: str, because: str, now: datetime) -> Case:
    """A worker gives the case to people: it waits for a person, and stays counted as handed over.

    `because` is the latest reason; the time stays that of the first hand-over.
    """
    changed = change_owner(tx, ledger, case, Owner.WAITING_ON_PERSON, actor=actor, because=because, now=now)
    if case.owner is Owner.WAITING_ON_PERSON:
        # People were waited for already, for an approval; now it is theirs.
        _note_owner(tx, ledger, case, Owner.WAITING_ON_PERSON, actor=actor, because=because, now=now)
    first = changed.handed_over_at or now
    store.update_case(tx, case.id, {"handed_over_at": first, "handed_over_because": because, "halted_by": None})
    return replace(changed, handed_over_at=first, handed_over_because=because, halted_by=None)


def end(tx: Transaction, ledger: Ledger, case: Case, *, outcome: str, actor: str, now: datetime) -> Case:
    """The need is met (`resolved`) or lawfully declined (`refused`)."""
    changed = change_owner(tx, ledger, case, Owner.RESOLVED, actor=actor, because=outcome, now=now)
    changed = replace(changed, outcome=outcome, resolved_at=now)
    store.update_case(tx, case.id, {"outcome": outcome, "resolved_at": now})
    ledger.note(
        tx, case_id=case.id, kind="CaseEnded", at=now, actor=actor, body={"outcome": outcome}, release=case.release
    )
    store.update_journey(tx, case.journey_id, {"phase": "action", "ended_at": now})
    return changed


def reopen(tx: Transaction, ledger: Ledger, case: Case, *, because: str, now: datetime) -> Case:
    """The end was none: the customer came back. The case goes to a worker again."""
    reopened = change_owner(tx, ledger, case, Owner.REOPENED, actor="house", because=because, now=now)
    store.update_case(tx, case.id, {"outcome": None, "resolved_at": None})
    store.update_journey(tx, case.journey_id, {"ended_at": None})
    working = change_owner(tx, ledger, reopened, Owner.WORKER, actor="house", because=because, now=now)
    return replace(working, outcome=None, resolved_at=None)


def open_case(tx: Transaction, ledger: Ledger, contact: Contact, *, release: str, now: datetime) -> Case:
    """A new case for a need that has just arisen, in the customer's open journey or a new one."""
    journey = store.open_journey(tx, contact.customer_id)
    journey_id = journey.id if journey is not None else new_id("journey")
    if journey is None:
        store.insert(
            tx,
            store.journeys,
            {"id": journey_id, "customer_id": contact.customer_id, "phase": "awareness", "began_at": now},
        )
    case = Case(
        id=new_id("case"),
        customer_id=contact.customer_id,
        journey_id=journey_id,
        contact_id=contact.id,
        channel=contact.channel,
        release=release,
        owner=Owner.WORKER,
        opened_at=now,
        updated_at=now,
    )
    store.insert(
        tx,
        store.cases,
        {
            "id": case.id,
            "customer_id": case.customer_id,
            "journey_id": case.journey_id,
            "contact_id": case.contact_id,
            "channel": case.channel,
            "release": release,
            "owner": case.owner.value,
            "opened_at": now,
            "updated_at": now,
            "memory": {},
        },
    )
    ledger.note(
        tx,
        case_id=case.id,
        kind="CaseOpened",
        at=now,
        actor="house",
        body={"customer": case.customer_id, "journey": journey_id, "channel": contact.channel, "contact": contact.id},
        release=release,
    )
    return case


def get(reader: Reader, case_id: str) -> Case:
    """The case. Raises CaseNotFound."""
    row = store.case(reader, case_id)
    if row is None:
        raise CaseNotFound(f"There is no case {case_id}.")
    return _case_of(row)


def begin_turn(tx: Transaction, case_id: str, fence: str) -> Case:
    """The case, now fenced: from here on only the turn that holds `fence` may change it."""
    row = store.fence_case(tx, case_id, fence)
    if row is None:
        raise CaseNotFound(f"There is no case {case_id}.")
    return _case_of(row)


def lock_for_turn(tx: Transaction, case: Case) -> Case:
    """The case as it stands, locked. Raises TurnSuperseded when another turn has taken it over."""
    row = store.lock_case(tx, case.id)
    if row is None or row.fence != case.fence:
        raise TurnSuperseded(f"Case {case.id} is being worked on by another process; this turn ends here.")
    return _case_of(row)


def lock(tx: Transaction, case_id: str) -> Case:
    """The case, locked until the transaction ends. Raises CaseNotFound."""
    row = store.lock_case(tx, case_id)
    if row is None:
        raise CaseNotFound(f"There is no case {case_id}.")
    return _case_of(row)


def messages_of(reader: Reader, case_id: str, *, unhandled: bool = False) -> list[Message]:
    return [message_of(row) for row in store.messages_of(reader, case_id, unhandled=unhandled)]


def memory_before(reader: Reader, case: Case) -> dict[str, Any]:
    """What was remembered on the customer's case before this one; empty where there is none."""
    row = store.case_before(reader, case.customer_id, case.id)
    return dict(row.memory) if row is not None else {}


def contact_of(reader: Reader, contact_id: str) -> Contact:
    row = store.contact_by_id(reader, contact_id)
    if row is None:
        raise CaseNotFound(f"There is no contact point {contact_id}.")
    return Contact(row.id, row.customer_id, row.channel, row.address)


def latest_of(reader: Reader, customer_id: str, limit: int) -> list[Case]:
    """A customer's cases, the latest changed first."""
    return [_case_of(row) for row in store.latest_of_customer(reader, customer_id, limit)]


def list_cases(
    reader: Reader, *, owner: Owner | None = None, customer_id: str | None = None, limit: int = 100, offset: int = 0
) -> list[Case]:
    """Latest changed first."""
    rows = store.list_cases(
        reader, owner=owner.value if owner else None, customer_id=customer_id, limit=limit, offset=offset
    )
    return [_case_of(row) for row in rows]


def message_of(row: Row[Any]) -> Message:
    return Message(**row._mapping)


def _case_of(row: Row[Any]) -> Case:
    values = dict(row._mapping)
    values["owner"] = Owner(values["owner"])
    return Case(**values)


def _writable(incoming: Incoming) -> Incoming:
    """Channels hand in anything; no database holds a zero byte or half of a surrogate pair."""

    def cleaned(text: str) -> str:
        return text.replace("\x00", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    return replace(
        incoming,
        address=cleaned(incoming.address),
        text=cleaned(incoming.text),
        foreign_id=None if incoming.foreign_id is None else cleaned(incoming.foreign_id),
        subject=None if incoming.subject is None else cleaned(incoming.subject),
    )


def _contact(tx: Transaction, incoming: Incoming, now: datetime) -> Contact:
    row = store.contact(tx, incoming.channel, incoming.address)
    if row is not None:
        return Contact(row.id, row.customer_id, row.channel, row.address)
    customer_id, contact_id = new_id("cus"), new_id("contact")
    store.insert(tx, store.customers, {"id": customer_id, "created_at": now})
    store.insert(
        tx,
        store.contact_points,
        {"id": contact_id, "customer_id": customer_id, "channel": incoming.channel, "address": incoming.address},
    )
    return Contact(contact_id, customer_id, incoming.channel, incoming.address)


def _case_for(
    tx: Transaction, ledger: Ledger, contact: Contact, *, release: Callable[[str], str], now: datetime
) -> Case:
    row = store.latest_case(tx, contact.customer_id)
    if row is not None:
        case = _case_of(row)
        ended_lately = case.resolved_at is not None and now - case.resolved_at <= REOPEN_WITHIN
        if case.owner.is_open or ended_lately:
            return case
    return open_case(tx, ledger, contact, release=release(contact.customer_id), now=now)
