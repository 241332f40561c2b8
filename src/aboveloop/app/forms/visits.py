"""Visits: what a customer who sent a form sees of it: their reference, where it stands, and what was said."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aboveloop.app.forms.slips import address_of
from aboveloop.app.premises import Premises
from aboveloop.journey import cases, store
from aboveloop.journey.cases import Case
from aboveloop.journey.forms import store as forms
from aboveloop.journey.forms.sent import Sent
from aboveloop.journey.ownership import Owner
from aboveloop.kit.clock import iso
from aboveloop.operation.names import FORM_CHANNEL

SECRET = "session"

State = Literal["working", "asked", "person", "approval", "time", "paused", "settled"]
Author = Literal["you", "worker", "person"]

_STATES: dict[Owner, State] = {
    Owner.WAITING_ON_CUSTOMER: "asked",
    Owner.WAITING_ON_TIME: "time",
    Owner.WAITING_ON_PERSON: "person",
    Owner.PERSON: "person",
    Owner.RESOLVED: "settled",
}


@dataclass(frozen=True)
class Said:
    author: Author
    text: str
    at: datetime

    def as_json(self) -> dict[str, str]:
        return {"author": self.author, "text": self.text, "at": iso(self.at)}


@dataclass(frozen=True)
class Visit:
    """`case_id` is the reference; `sent` is None once it was erased."""

    address: str
    case_id: str
    state: State
    said: tuple[Said, ...]
    sent: Sent | None


def visit_of(premises: Premises, form: str, secret: str) -> Visit | None:
    """What the holder of the secret may see; None for a secret that was not given out here, or not with this form."""
    address = address_of(premises.settings.secret(SECRET), secret)
    if address is None:
        return None
    with premises.database.read() as reader:
        contact = store.contact(reader, FORM_CHANNEL, address)
        rows = store.messages_for_contact(reader, contact.id, 0) if contact is not None else ()
        if contact is None or not rows:
            return None
        sent = forms.of_contact(reader, contact.id)
        case = cases.get(reader, rows[-1].case_id)
    if sent is not None and sent.form != form:
        return None
    said = tuple(Said(_author(row.author), row.text, row.at) for row in rows)
    unheard = rows[-1].direction == "in" and rows[-1].handled_at is None
    return Visit(address, case.id, _state(case, unheard=unheard), said, sent)


def _author(author: str) -> Author:
    kind = author.partition(":")[0]
    return "you" if kind == "customer" else "person" if kind == "person" else "worker"


def _state(case: Case, *, unheard: bool) -> State:
    """What the case waits for, as its customer is told. `unheard`: no worker has heard yet what they wrote last."""
    if case.halted_by is not None:
        return "paused"
    if unheard and case.owner not in (Owner.WAITING_ON_PERSON, Owner.PERSON):
        return "working"
    if case.owner is Owner.WAITING_ON_PERSON and case.memory.get("waiting") == "approval":
        return "approval"
    return _STATES.get(case.owner, "working")
