"""Erase a person: their key in the ledger, and what the state tables hold of them."""

from datetime import timedelta

from aboveloop.govern.approvals import Approvals
from aboveloop.govern.incidents.store import blank_repairs
from aboveloop.journey import store
from aboveloop.journey.errors import CustomerNotFound
from aboveloop.journey.forms import store as forms
from aboveloop.journey.matching import store as joins
from aboveloop.kit.database import Transaction
from aboveloop.kit.ids import new_id
from aboveloop.work import store as effects
from aboveloop.work.house import House
from aboveloop.work.outcomes import store as outcomes
from aboveloop.work.privacy import holds
from aboveloop.work.privacy.store import blank_person


def erase(house: House, tx: Transaction, customer_id: str, *, actor: str) -> list[str]:
    """Erase a customer and every record that turned out to be the same person. Returns the ids.

    The chain stays whole and verifies; what was personal in it can no longer be read by anybody. Raises
    CustomerNotFound, UnderHold.
    """
    if store.customer(tx, customer_id) is None:
        raise CustomerNotFound(f"There is no customer {customer_id}.")
    now = house.clock.now()
    approvals = Approvals(house.ledger, timedelta(0))
    everyone = store.merged_customers(tx, customer_id)
    holds.refuse_held(tx, everyone)
    blank_person(tx, everyone)
    for each in everyone:
        case_ids = store.case_ids_of(tx, each)
        for case_id in case_ids:
            # A turn at work still knows what is erased here: it may write nothing of it back.
            store.fence_case(tx, case_id, new_id("fence"))
        effects.blank_effects(tx, case_ids)
        approvals.forget(tx, each, now=now)
        blank_repairs(tx, each)
        outcomes.forget(tx, [each])
        forms.forget_person(tx, each)
        store.erase_customer(tx, each, now)
        joins.blank(tx, [each])
        house.ledger.erase(tx, each, at=now, actor=actor)
    return everyone
