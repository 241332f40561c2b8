"""Earlier denials: the same action asked again is seen as such, also with slightly different arguments."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.govern.actions import Action
from aboveloop.govern.approval import Approval, State, loaded
from aboveloop.govern.facts import Denials
from aboveloop.govern.queue import store
from aboveloop.kit.database import Reader

# Of one page of requests; who was denied more often than that has the latest shown.
LOOKED_THROUGH = 500


@dataclass(frozen=True)
class EarlierDenial:
    """`by` is the person's id, "" where policy prohibited an edit. `how` says in words what is asked again."""

    approval_id: str
    case_id: str
    by: str
    at: datetime
    because: str
    how: str


def earlier_denials(reader: Reader, asked: Sequence[Approval]) -> dict[str, tuple[EarlierDenial, ...]]:
    """For each request by id, what was denied before of the same operation on the same record, the latest first."""
    customers = {approval.customer_id for approval in asked}
    operations = {approval.action.operation for approval in asked}
    rows = store.denials(reader, customers, operations, limit=LOOKED_THROUGH)
    denied = loaded(reader, rows)
    return {approval.id: tuple(_those_of(approval, denied)) for approval in asked}


def denied_before(
    reader: Reader, customer_ids: Collection[str], action: Action, resource: str, *, now: datetime
) -> Denials:
    """How often a person denied this before to the customer who has these records, as policies may ask."""
    rows = store.denials_by_people(reader, customer_ids, action.operation)
    exact = [row for row in rows if row.digest == action.digest]
    alike = [row for row in rows if _is_alike(row, action, resource)]
    if not alike:
        return Denials()
    latest = max(row.closed_at for row in alike)
    return Denials(len(exact), len(alike), max(int((now - latest).total_seconds() // 3600), 0))


def _is_alike(row: Row[Any], action: Action, resource: str) -> bool:
    same = row.resource == resource if resource else row.case_id == action.case_id
    return bool(same or row.digest == action.digest)


def _those_of(approval: Approval, denied: Sequence[Approval]) -> list[EarlierDenial]:
    found = []
    for each in denied:
        earlier = each.requested_at <= approval.requested_at and each.id != approval.id
        if earlier and _is_same(approval, each):
            found.append(_told(approval, each))
    return found


def _is_same(approval: Approval, denied: Approval) -> bool:
    """The same operation for the same customer on the same record; where it has no record, on the same case."""
    if approval.action.operation != denied.action.operation or approval.customer_id != denied.customer_id:
        return False
    if approval.digest == denied.digest:
        return True
    record = approval.evidence.resource
    return record == denied.evidence.resource if record else approval.action.case_id == denied.action.case_id


def _told(approval: Approval, denied: Approval) -> EarlierDenial:
    answer = next((each for each in denied.answers if each.verdict == State.DENIED), None)
    return EarlierDenial(
        approval_id=denied.id,
        case_id=denied.action.case_id,
        by=(answer.person_id or "") if answer else "",
        at=(answer.at if answer else None) or denied.closed_at or denied.requested_at,
        because=answer.because if answer else denied.reason,
        how=_how(approval, denied),
    )


def _how(approval: Approval, denied: Approval) -> str:
    before, after = denied.evidence.amount, approval.evidence.amount
    elsewhere = "" if approval.action.case_id == denied.action.case_id else ", on another case"
    if dict(approval.action.args) == dict(denied.action.args):
        return f"asked again exactly as it was{elsewhere}"
    if before is not None and after is not None and before != after:
        size = "smaller" if abs(after) < abs(before) else "larger"
        return f"asked again with a {size} amount{elsewhere}"
    return f"asked again with other arguments{elsewhere}"
