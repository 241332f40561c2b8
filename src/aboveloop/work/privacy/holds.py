"""Legal holds: what somebody may need before a court is not erased, by nobody and by no time, until it is released."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.engine import Row

from aboveloop.govern import people
from aboveloop.govern.people import Person
from aboveloop.journey import cases as journey_cases
from aboveloop.journey.errors import CustomerNotFound
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger
from aboveloop.work.privacy import store
from aboveloop.work.privacy.errors import HoldNotFound, UnderHold

Scope = Literal["customer", "case"]


@dataclass(frozen=True)
class Hold:
    id: str
    scope: Scope
    subject: str
    because: str
    placed_by: str
    placed_at: datetime
    released_by: str | None
    released_at: datetime | None
    released_because: str | None


@dataclass(frozen=True)
class Wish:
    """What is to be held, and why: a customer with everything of theirs, or one case."""

    scope: Scope
    subject: str
    because: str


def place(tx: Transaction, ledger: Ledger, wish: Wish, *, by: Person, now: datetime) -> Hold:
    """Hold it from now on. Raises MayNot, WrongUsage, CustomerNotFound, CaseNotFound."""
    people.may(by, "erase").demand()
    if not wish.because.strip():
        raise WrongUsage("Say why it is held, for those who must release it later. Nothing was held.")
    subject = owner = wish.subject
    if wish.scope == "case":
        owner = journey_cases.get(tx, subject).customer_id
    else:
        ids = store.person_ids(tx, subject)
        if not ids:
            raise CustomerNotFound(f"There is no customer {subject}.")
        subject = owner = ids[0]
    store.lock_customers(tx, [owner])
    values = {"id": new_id("hold"), "scope": wish.scope, "subject": subject, "because": wish.because.strip()}
    store.add_hold(tx, {**values, "placed_by": by.id, "placed_at": now})
    _note(tx, ledger, "HoldPlaced", values, (by, now, owner))
    found = store.hold(tx, values["id"])
    assert found is not None, "it was placed in this transaction"
    return _hold(found)


def release(tx: Transaction, ledger: Ledger, hold_id: str, *, by: Person, because: str, now: datetime) -> Hold:
    """What was held may be erased again when its time comes. Raises MayNot, WrongUsage, HoldNotFound."""
    people.may(by, "erase").demand()
    if not because.strip():
        raise WrongUsage("Say why it need not be held any more. It is still held.")
    values = {"released_by": by.id, "released_at": now, "released_because": because.strip()}
    if not store.release_hold(tx, hold_id, values):
        raise HoldNotFound(f"No hold {hold_id} stands. `aboveloop hold list` shows those that do.")
    found = store.hold(tx, hold_id)
    assert found is not None, "it was released in this transaction"
    told = {"id": found.id, "scope": found.scope, "subject": found.subject, "because": because.strip()}
    _note(tx, ledger, "HoldReleased", told, (by, now, _owner(tx, found)))
    return _hold(found)


def standing(reader: Reader) -> list[Hold]:
    return [_hold(row) for row in store.list_holds(reader, standing=True)]


def every(reader: Reader) -> list[Hold]:
    return [_hold(row) for row in store.list_holds(reader, standing=False)]


def on_person(reader: Reader, customer_ids: Sequence[str]) -> list[Hold]:
    """Holds on any record of a person, or on any of their cases."""
    return [_hold(row) for row in store.holds_on(reader, customer_ids)]


def refuse_held(reader: Reader, customer_ids: Sequence[str]) -> None:
    """Raises UnderHold where a hold stands on the person or a case of theirs."""
    found = on_person(reader, customer_ids)
    if found:
        named = ", ".join(f"{each.id} on {each.scope} {each.subject}" for each in found)
        raise UnderHold(f"Nothing was erased: {named} stands ({found[0].because}). Release it first, or wait.")


def _owner(reader: Reader, found: Row[Any]) -> str:
    return found.subject if found.scope == "customer" else journey_cases.get(reader, found.subject).customer_id


def _note(
    tx: Transaction, ledger: Ledger, kind: str, values: dict[str, str], stamp: tuple[Person, datetime, str]
) -> None:
    """`stamp`: who did it, when, and whose customer it is about."""
    by, now, customer_id = stamp
    body = {"hold": values["id"], "scope": values["scope"], "subject": values["subject"]}
    ledger.append(
        tx,
        case_id=values["subject"] if values["scope"] == "case" else HOUSE,
        kind=kind,
        at=now,
        actor=by.actor,
        body=body,
        personal={"because": values["because"]},
        customer_id=customer_id,
    )


def _hold(row: Row[Any]) -> Hold:
    return Hold(**row._mapping)
