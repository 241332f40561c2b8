"""The JSON API of the queue: what waits in the order in which it presses, who looks after it, how long people take."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Query
from pydantic import Field

from aboveloop.api.routes import ApprovalId, described
from aboveloop.api.shapes import ApprovalShape, Shape, Words
from aboveloop.api.visitors import (
    AnswererHere,
    CaseReaderHere,
    DoorkeeperHere,
    PersonalReaderHere,
    customers_of,
    note_look,
)
from aboveloop.app.approval_measures import DAYS, review_cost
from aboveloop.app.approval_queue import Filters, Standing, queue_of
from aboveloop.app.queue_desk import QueueDesk
from aboveloop.govern.queue.ownership import Owner

router = APIRouter(prefix="/api/v1/queue", tags=["queue"], responses=described([401]))


class EarlierShape(Shape):
    """What was denied before of the same operation on the same record. `by` is empty where policy denied it."""

    approval_id: str
    case_id: str
    by: str
    at: datetime
    because: str
    how: str = Field(examples=["asked again with a smaller amount"])


class StandingShape(Shape):
    """One request in the queue."""

    approval: ApprovalShape
    owner: str | None = Field(description="Who looks after it now; null when nobody does.")
    claimed_by: str | None = Field(description="Who took it on; while they are away their deputy is the owner.")
    waited_seconds: float
    waited_working_seconds: float = Field(description="Only the working hours of the operation.")
    urgency: str = Field(examples=["expires within a working hour"])
    denied_before: list[EarlierShape]

    @classmethod
    def of(cls, each: Standing) -> Self:
        return cls(
            approval=ApprovalShape.of(each.review),
            owner=each.owner.person_id,
            claimed_by=each.owner.claimed_by,
            waited_seconds=each.age.waited.total_seconds(),
            waited_working_seconds=each.age.worked.total_seconds(),
            urgency=each.age.words,
            denied_before=[EarlierShape.model_validate(told) for told in each.earlier],
        )


class QueueShape(Shape):
    """One page of the queue; `total` counts what matches, `waiting` all that waits."""

    standing: list[StandingShape]
    total: int
    waiting: int
    page: int
    pages: int


class OwnerShape(Shape):
    """Who looks after a request now."""

    owner: str | None
    claimed_by: str | None

    @classmethod
    def of(cls, owner: Owner) -> Self:
        return cls(owner=owner.person_id, claimed_by=owner.claimed_by)


class ReassignShape(Shape):
    """Give a request to somebody who may answer it."""

    to: Words = Field(min_length=1, examples=["ferhat"])


@router.get("", summary="What waits, what presses first")
def queue(
    doorkeeper: DoorkeeperHere,
    visitor: PersonalReaderHere,
    show: Annotated[Literal["mine", "owned", "unowned", "others", "all"], Query(description="Which.")] = "all",
    operation: Annotated[str, Query(description="Only of this operation.", max_length=100)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> QueueShape:
    """What expires within a working hour first, then within half a working day; in each the larger amounts first."""
    premises = doorkeeper.premises
    filters = Filters(show=show, operation=operation)
    with premises.database.read() as reader:
        found = queue_of(premises, reader, visitor.person, premises.house.clock.now(), filters=filters, page=page)
    note_look(doorkeeper, visitor, customers_of(each.approval for each in found.standing), "approval")
    standing = [StandingShape.of(each) for each in found.standing]
    return QueueShape(standing=standing, total=found.total, waiting=found.waiting, page=page, pages=found.pages)


@router.get("/measures", summary="How long people take")
def measures(
    doorkeeper: DoorkeeperHere, _: CaseReaderHere, days: Annotated[int, Query(ge=1, le=3650)] = DAYS
) -> dict[str, Any]:
    """Waiting times by the clock and in working hours, how each person answers, and what needed nobody's approval."""
    premises = doorkeeper.premises
    with premises.database.read() as reader:
        return review_cost(premises, reader, premises.house.clock.now(), days=days).as_json()


@router.post("/{approval}/claim", summary="Look after a request", responses=described([403, 404, 409]))
def claim(doorkeeper: DoorkeeperHere, visitor: AnswererHere, approval: ApprovalId) -> OwnerShape:
    """Others see that you do. Whoever may answer still may."""
    return OwnerShape.of(QueueDesk(doorkeeper.premises, visitor.person).claim(approval))


@router.post("/{approval}/release", summary="Give a request back to all", responses=described([403, 404, 409]))
def release(doorkeeper: DoorkeeperHere, visitor: AnswererHere, approval: ApprovalId) -> OwnerShape:
    """Nobody looks after it then, and everybody who may answer sees that."""
    return OwnerShape.of(QueueDesk(doorkeeper.premises, visitor.person).release(approval))


@router.post("/{approval}/reassign", summary="Give a request to somebody", responses=described([403, 404, 409, 422]))
def reassign(
    doorkeeper: DoorkeeperHere, visitor: AnswererHere, approval: ApprovalId, wish: ReassignShape
) -> OwnerShape:
    """They must be somebody who may answer it."""
    return OwnerShape.of(QueueDesk(doorkeeper.premises, visitor.person).reassign(approval, wish.to))
