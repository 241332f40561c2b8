"""Reviews: what a person sees before answering an approval: what, why, for whom, and what happens otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aboveloop.app.data_shown import DataFlow, flow_of
from aboveloop.app.premises import Premises
from aboveloop.govern.answering import may_answer
from aboveloop.govern.approval import Approval
from aboveloop.govern.facts import Fact
from aboveloop.govern.people import Permission, Person
from aboveloop.kit.database import Reader
from aboveloop.kit.money import Money
from aboveloop.operation.expressions import ExpressionFailed, fill
from aboveloop.operation.models import Operation
from aboveloop.operation.part import JsonSchema
from aboveloop.work.turn_state import approvals_of

# What a person has proposed has no worker behind it that would tell anybody.
NOBODY_TELLS = "If nobody answers in time nothing is done, and whoever proposed it may do so again."
OTHERWISE = "If nobody answers in time it is denied: nothing is done, and the worker tells the customer so."


@dataclass(frozen=True)
class Argument:
    """One argument with the JSON Schema of its values."""

    name: str
    value: Any
    schema: JsonSchema
    optional: bool
    is_money: bool


@dataclass(frozen=True)
class Review:
    """An approval as it is put before one person. `allowed` says whether they may answer, and why not."""

    approval: Approval
    what: str
    why: str
    for_whom: str
    amount: Money | None
    arguments: tuple[Argument, ...]
    facts: tuple[Fact, ...]
    otherwise: str
    allowed: Permission
    flow: DataFlow
    touches: tuple[str, ...] = ()


def review_of(premises: Premises, approval: Approval, person: Person, now: datetime) -> Review:
    """The approval with its words, in the operation by which it was asked."""
    operation = premises.operation_of(approval.release) if approval.release else premises.current()
    evidence = approval.evidence
    amount = None if evidence.amount is None else Money(evidence.amount, operation.about.currency)
    return Review(
        approval=approval,
        what=what_of(operation, approval.action.operation, approval.action.args),
        why=approval.reason,
        for_whom=_for_whom(approval),
        amount=amount,
        arguments=tuple(_arguments(operation, approval)),
        facts=tuple(evidence.facts.values()),
        otherwise=NOBODY_TELLS if approval.action.by.kind == "person" else OTHERWISE,
        allowed=may_answer(person, approval, now),
        flow=flow_of(operation, approval),
        touches=_touches(operation, approval),
    )


def waiting_reviews(
    premises: Premises, reader: Reader, person: Person, now: datetime, *, case_id: str | None = None
) -> list[Review]:
    """What waits, also what this person may not answer, oldest first, at most 200."""
    found = approvals_of(premises.house, premises.current()).waiting(reader, now, case_id=case_id)
    return [review_of(premises, approval, person, now) for approval in found]


def find_review(premises: Premises, reader: Reader, approval_id: str, person: Person, now: datetime) -> Review:
    """Raises ApprovalNotFound."""
    found = approvals_of(premises.house, premises.current()).find(reader, approval_id)
    return review_of(premises, found, person, now)


def what_of(operation: Operation, name: str, args: Mapping[str, Any] | None) -> str:
    """An action in one line for people; its description or name where there are no words that can be filled."""
    spec = operation.system_operation(name)
    if spec is None or spec.says is None or args is None:
        return spec.description.partition(".")[0] or name if spec is not None else name
    try:
        return fill(spec.says, {"args": dict(args)}, currency=operation.about.currency)
    except ExpressionFailed:
        return spec.description.partition(".")[0] or name


def _touches(operation: Operation, approval: Approval) -> tuple[str, ...]:
    spec = operation.system_operation(approval.action.operation)
    return tuple(spec.touches) if spec is not None else ()


def _for_whom(approval: Approval) -> str:
    """The customer as the system of record knows them, and whether the one who writes is that customer."""
    owner = approval.evidence.owner
    verified = next((fact.value for fact in approval.evidence.about if fact.name == "customer"), "")
    if not owner:
        return str(verified) or approval.customer_id
    return owner if owner == verified else f"{owner}, but nobody proved to be them"


def _arguments(operation: Operation, approval: Approval) -> list[Argument]:
    spec = operation.system_operation(approval.action.operation)
    schemas = spec.arguments if spec is not None else {}
    optional = spec.optional if spec is not None else []
    args = approval.action.args
    money = spec.amount.removeprefix("args.") if spec is not None and spec.amount is not None else None
    return [
        Argument(name, args.get(name), schemas.get(name, {}), name in optional, name == money)
        for name in dict.fromkeys((*schemas, *args))
    ]
