"""Consents: what a customer agreed to, for which purpose, said by whom, when and on which channel; and took back.

To serve a customer who writes needs no consent: the law has other grounds for it. Everything else does, and is off
until it is given. Taking it back is as easy as giving it, and holds at once.
"""

from dataclasses import dataclass
from datetime import datetime

from aboveloop.journey.errors import CustomerNotFound
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.errors import WrongUsage
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.purposes import PURPOSES, Purpose
from aboveloop.work.privacy import store

WORDS: dict[Purpose, str] = {
    "service": "to be served when they write",
    "proactive_contact": "to be written to without having asked",
    "model_training": "that models learn from what they wrote",
    "personalisation": "that answers are fitted to what is known of them",
}
# What holds for somebody who has said nothing.
UNASKED: dict[Purpose, bool] = {
    "service": True,
    "proactive_contact": False,
    "model_training": False,
    "personalisation": False,
}


@dataclass(frozen=True)
class Consent:
    """What holds for one purpose. `by`, `channel` and `at` are None where the customer has said nothing."""

    purpose: Purpose
    given: bool
    by: str | None = None
    channel: str | None = None
    at: datetime | None = None


def purpose_of(text: str) -> Purpose:
    """Raises WrongUsage for what is no purpose."""
    for purpose in PURPOSES:
        if text == purpose:
            return purpose
    raise WrongUsage(f"There is no purpose {text!r}. Name one of: {', '.join(PURPOSES)}.")


@dataclass(frozen=True)
class Said:
    """What a customer said. `by` is customer:ID, or person:ID of who wrote it down for them."""

    customer_id: str
    purpose: Purpose
    given: bool
    by: str
    channel: str


def say(tx: Transaction, ledger: Ledger, said: Said, *, now: datetime) -> Consent:
    """Write down that a customer gave or withdrew a consent. Raises CustomerNotFound, WrongUsage without a channel."""
    ids = store.person_ids(tx, said.customer_id)
    if not ids:
        raise CustomerNotFound(f"There is no customer {said.customer_id}.")
    channel = said.channel.strip()
    if not channel:
        raise WrongUsage("Say on which channel it was said: in the chat, by e-mail, on the phone, on paper.")
    store.add_consent(
        tx,
        {
            "customer_id": ids[0],
            "purpose": said.purpose,
            "given": said.given,
            "by": said.by,
            "channel": channel,
            "at": now,
        },
    )
    ledger.append(
        tx,
        case_id=HOUSE,
        kind="ConsentGiven" if said.given else "ConsentWithdrawn",
        at=now,
        actor=said.by,
        body={"customer": ids[0], "purpose": said.purpose, "channel": channel},
        customer_id=ids[0],
    )
    return Consent(said.purpose, said.given, said.by, channel, now)


def standing(reader: Reader, customer_id: str) -> dict[Purpose, Consent]:
    """What holds now for every purpose. Of records that are one person, what was said last counts."""
    found = {purpose: Consent(purpose, UNASKED[purpose]) for purpose in PURPOSES}
    for row in store.consents_of(reader, store.person_ids(reader, customer_id)):
        found[row.purpose] = Consent(row.purpose, row.given, row.by, row.channel, row.at)
    return found


def given(reader: Reader, customer_id: str) -> tuple[Purpose, ...]:
    """The purposes to which the customer agrees now. Who is not known has agreed to nothing, and is served all the
    same: that they write is their wish to be."""
    return tuple(purpose for purpose, each in standing(reader, customer_id).items() if each.given)


def history(reader: Reader, customer_id: str) -> list[Consent]:
    """Everything that was said, oldest first."""
    rows = store.consents_of(reader, store.person_ids(reader, customer_id))
    return [Consent(row.purpose, row.given, row.by, row.channel, row.at) for row in rows]


def holds(reader: Reader, customer_id: str, purpose: Purpose) -> bool:
    """Whether this may be done for this customer. An unknown customer has agreed to nothing."""
    return bool(store.person_ids(reader, customer_id)) and standing(reader, customer_id)[purpose].given


def may_personalise(reader: Reader, customer_id: str) -> bool:
    """The off switch of personalisation: nothing is fitted to a customer who has not agreed to it."""
    return holds(reader, customer_id, "personalisation")
