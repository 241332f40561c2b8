"""An approval as a value: what is put before people, who was asked, who answered, where it stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.govern import store
from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.errors import (
    ApprovalAlreadyAnswered,
    ApprovalAlreadyUsed,
    ApprovalHasExpired,
    ApprovalNotFound,
    ApprovalNotJudged,
    ApprovalReplaced,
)
from aboveloop.govern.facts import Evidence
from aboveloop.govern.four_eyes import people_needed
from aboveloop.govern.lanes import Decision
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import AboveloopError


class State(StrEnum):
    """Where an approval stands. `judging`: edited, and not yet decided anew."""

    WAITING = "waiting"
    JUDGING = "judging"
    APPROVED = "approved"
    DENIED = "denied"
    EXPIRED = "expired"
    USED = "used"
    SUPERSEDED = "superseded"


OPEN = (State.WAITING, State.JUDGING, State.APPROVED)


@dataclass(frozen=True)
class Review:
    """What is put before people: the action, what is known, and what policy says. `customer_id` is the house's own
    name for the customer whose key protects what is personal; `release` names the operation in force."""

    action: Action
    evidence: Evidence
    decision: Decision
    customer_id: str
    release: str | None = None


@dataclass(frozen=True)
class Answer:
    """One place that is asked: a role, or `second ROLE`; `person_id` is None until somebody answers for it."""

    role: str
    person_id: str | None
    verdict: str | None
    because: str
    at: datetime | None


@dataclass(frozen=True)
class Approval:
    """An approval and its answers. `replaces` and `replaced_by` link an edited action with its first form;
    `denied_before` is the approval in which the very same action was denied earlier on this case."""

    id: str
    action: Action
    digest: str
    state: State
    answers: tuple[Answer, ...]
    any_approver: bool
    four_eyes: bool
    evidence: Evidence
    rules: tuple[str, ...]
    reason: str
    customer_id: str
    release: str | None
    requested_at: datetime
    expires_at: datetime
    closed_at: datetime | None
    edited_by: str | None
    replaces: str | None
    replaced_by: str | None
    denied_before: str | None

    @property
    def requested_by(self) -> str:
        """`worker:<name>` or `person:<id>`."""
        return f"{self.action.by.kind}:{self.action.by.id}"

    @property
    def roles(self) -> tuple[str, ...]:
        """The places that are asked, in the order in which the rules name their roles."""
        return tuple(answer.role for answer in self.answers)

    @property
    def approved_by(self) -> frozenset[str]:
        """The places for which somebody has approved so far."""
        return frozenset(answer.role for answer in self.answers if answer.verdict == State.APPROVED)

    @property
    def is_complete(self) -> bool:
        """True when nobody needs to answer any more."""
        needed = people_needed(len(self.answers), any_approver=self.any_approver, four_eyes=self.four_eyes)
        return len(self.approved_by) >= needed


def row_values(approval_id: str, review: Review) -> dict[str, Any]:
    """The columns that a review fills."""
    action, decision = review.action, review.decision
    return {
        "id": approval_id,
        "case_id": action.case_id,
        "digest": action.digest,
        "operation": action.operation,
        "args": dict(action.args),
        "by_kind": action.by.kind,
        "by_id": action.by.id,
        "customer_id": review.customer_id,
        "release": review.release,
        "any_approver": decision.any_approver,
        "four_eyes": decision.four_eyes,
        "evidence": review.evidence.as_body(),
        "rules": list(decision.rules),
        "reason": decision.reason,
    }


def loaded(reader: Reader, rows: list[Row[Any]]) -> list[Approval]:
    """The approvals of these rows with their answers, in the same order."""
    asked: dict[str, list[Answer]] = {row.id: [] for row in rows}
    for row in store.answers_of(reader, asked):
        asked[row.approval_id].append(Answer(row.role, row.person_id, row.verdict, row.because, row.at))
    return [_approval(row, tuple(asked[row.id])) for row in rows]


def _approval(row: Row[Any], answers: tuple[Answer, ...]) -> Approval:
    action = Action(case_id=row.case_id, operation=row.operation, args=row.args, by=Principal(row.by_kind, row.by_id))
    return Approval(
        id=row.id,
        action=action,
        digest=row.digest,
        state=State(row.state),
        answers=answers,
        any_approver=row.any_approver,
        four_eyes=row.four_eyes,
        # An erased customer leaves nothing behind to show.
        evidence=Evidence.from_body(row.evidence) if row.evidence else Evidence(),
        rules=tuple(row.rules),
        reason=row.reason,
        customer_id=row.customer_id,
        release=row.release,
        requested_at=row.requested_at,
        expires_at=row.expires_at,
        closed_at=row.closed_at,
        edited_by=row.edited_by,
        replaces=row.replaces,
        replaced_by=row.replaced_by,
        denied_before=row.denied_before,
    )


def closed(approval: Approval) -> AboveloopError:
    """Why an approval that does not wait takes no answer."""
    match approval.state:
        case State.USED:
            return ApprovalAlreadyUsed(f"Approval {approval.id} was approved and used.")
        case State.SUPERSEDED:
            return ApprovalReplaced(f"Approval {approval.id} was replaced by {approval.replaced_by}. Answer that one.")
        case State.EXPIRED:
            return ApprovalHasExpired(f"Approval {approval.id} expired. Nothing is done; it can be asked anew.")
        case State.JUDGING:
            return ApprovalNotJudged(f"Approval {approval.id} was edited and is being decided anew. Wait a moment.")
        case _:
            return ApprovalAlreadyAnswered(f"Approval {approval.id} is {approval.state} already.")


def unusable(found: list[Approval], case_id: str) -> AboveloopError:
    """Why none of the approvals of an action can be used."""
    states = {approval.state for approval in found}
    if State.USED in states:
        return ApprovalAlreadyUsed(f"The approval of this action on {case_id} has been used. It is asked for anew.")
    if states & {State.EXPIRED, State.APPROVED}:
        return ApprovalHasExpired(f"The approval of this action on {case_id} has expired. It is asked for anew.")
    return ApprovalNotFound(f"Nobody has approved this action on {case_id}.")
