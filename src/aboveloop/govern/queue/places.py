"""Places: what the queue keeps of a request from the moment it is asked, so that it can be sorted and put together."""

from typing import Any

from aboveloop.govern.approval import Approval
from aboveloop.govern.queue import store
from aboveloop.kit.canonical import digest
from aboveloop.kit.database import Reader, Transaction

# Enough to tell the kinds of one operation folder apart, short enough for an address.
KIND_LENGTH = 16


def kind_of(approval: Approval) -> str:
    """Names what can be looked at side by side: the same operation, by the same rules, asked of the same roles."""
    alike = {
        "operation": approval.action.operation,
        "rules": sorted(approval.rules),
        "roles": sorted(approval.roles),
        "any_approver": approval.any_approver,
        "by": approval.action.by.kind,
    }
    return digest(alike)[:KIND_LENGTH]


def put(tx: Transaction, approval: Approval) -> None:
    """Give a request its place. Again, it keeps the one it has."""
    evidence = approval.evidence
    values: dict[str, Any] = {
        "approval_id": approval.id,
        "kind": kind_of(approval),
        "amount": None if evidence.amount is None else abs(evidence.amount),
        "resource": evidence.resource,
    }
    store.put(tx, values)


def forget(tx: Transaction, customer_id: str) -> None:
    """Remove what names the records of an erased customer."""
    store.blank_places(tx, customer_id)


def note_denial(tx: Transaction, approval_id: str, reason: str) -> None:
    """Remember which reason of the list a denial had."""
    store.set_place(tx, approval_id, {"denied_as": reason})


def denied_as(reader: Reader, approval_id: str) -> str | None:
    found = store.place(reader, approval_id)
    return None if found is None else found.denied_as
