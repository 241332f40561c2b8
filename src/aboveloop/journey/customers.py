"""Customers: who they have proved to be, and that two contact points are one person."""

from dataclasses import replace
from datetime import datetime

from aboveloop.journey import store
from aboveloop.journey.cases import Case
from aboveloop.kit.database import Transaction
from aboveloop.ledger.ledger import Ledger


def verify(
    tx: Transaction, ledger: Ledger, case: Case, *, contact_id: str, known_as: str, evidence: str, now: datetime
) -> Case:
    """Record that who writes from `contact_id` on this case is `known_as` in the system of record.

    Contact points that proved to be the same person become one customer, so that context follows them.
    """
    store.update_case(tx, case.id, {"verified_contact": contact_id, "verified_as": known_as})
    customer_id = case.customer_id
    holder = store.customer_known_as(tx, known_as)
    if holder is None:
        current = store.customer(tx, customer_id)
        if current is not None and current.known_as is None:
            store.set_known_as(tx, customer_id, known_as)
    ledger.note(
        tx,
        case_id=case.id,
        kind="CustomerVerified",
        at=now,
        actor="house",
        body={"contact": contact_id, "evidence": evidence},
        personal={"known_as": known_as},
        customer_id=customer_id,
        release=case.release,
    )
    if holder is not None and holder.id != customer_id:
        customer_id = _merge(tx, ledger, case, into=holder.id, now=now)
    return replace(case, customer_id=customer_id, verified_contact=contact_id, verified_as=known_as)


def _merge(tx: Transaction, ledger: Ledger, case: Case, *, into: str, now: datetime) -> str:
    """The case's customer turns out to be `into`: contact points, journeys and cases move there."""
    current = store.customer(tx, case.customer_id)
    if current is not None and current.known_as is not None:
        # Proved to be two different people from one address: a shared device. Keep them apart.
        return case.customer_id
    store.move_contacts(tx, case.customer_id, into)
    ledger.note(
        tx,
        case_id=case.id,
        kind="CustomersMerged",
        at=now,
        actor="house",
        body={"from": case.customer_id, "into": into},
        release=case.release,
    )
    return into
