"""The JSON API: cases and their accounts, approvals, switches, releases, counts. What changes something is a POST."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from aboveloop.api.shapes import (
    ApprovalShape,
    ApprovalsShape,
    ApproveShape,
    CaseShape,
    CasesShape,
    CorrectionShape,
    CountsShape,
    DecisionsShape,
    DenyShape,
    ErrorShape,
    MeShape,
    PauseShape,
    ReadingShape,
    ReleaseShape,
    ReleasesShape,
    ResumedShape,
    SwitchesShape,
    SwitchShape,
)
from aboveloop.api.visitors import (
    AnswererHere,
    CaseReaderHere,
    DoorkeeperHere,
    PersonalReaderHere,
    VisitorHere,
    WriterHere,
    customers_of,
    note_look,
)
from aboveloop.app import store
from aboveloop.app.answering import answered
from aboveloop.app.desk import Desk
from aboveloop.app.doors import Doorkeeper, Visitor
from aboveloop.app.overview import find_cases, headline, standing_switches
from aboveloop.app.reviews import find_review, waiting_reviews
from aboveloop.app.store import CaseFilter
from aboveloop.app.teaching.corrections import Wish, correct
from aboveloop.journey import cases
from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.operation import releases
from aboveloop.work.account import account

STATUSES = {
    401: "Nobody is signed in.",
    403: "The person, or their token, may not do this.",
    404: "No such thing.",
    409: "It has changed in the meantime.",
    422: "Malformed.",
}
MOST_CASES = 200

CaseId = Annotated[str, Path(description="The case's id.", examples=["case_01k9xw3m2r7h4t8n5v0c1b"])]
MessageId = Annotated[str, Path(description="The message's id, or its number among the customer's.", max_length=100)]
ApprovalId = Annotated[str, Path(description="The approval's id.")]


def described(statuses: Sequence[int]) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route, for its description."""
    return {status: {"model": ErrorShape, "description": STATUSES[status]} for status in statuses}


router = APIRouter(prefix="/api/v1", responses=described([401, 403]))


@router.get("/me", tags=["people"], summary="Who you are here")
def me(doorkeeper: DoorkeeperHere, visitor: VisitorHere) -> MeShape:
    """Your name, your roles, what you may do, and the key that writes with a cookie need."""
    person = visitor.person
    return MeShape(
        id=person.id,
        name=person.name,
        roles=sorted(person.roles),
        may=sorted(person.may),
        form_key=doorkeeper.form_key(visitor),
    )


@router.get("/cases", tags=["cases"], summary="List cases")
def list_cases(
    doorkeeper: DoorkeeperHere,
    _: CaseReaderHere,
    owner: Annotated[Owner | None, Query(description="Only cases with this owner.")] = None,
    customer: Annotated[str | None, Query(description="Only cases of this customer.", max_length=100)] = None,
    about: Annotated[
        str | None,
        Query(
            description="Only cases with this id, message id of a channel, or value such as an order number.",
            max_length=200,
            min_length=1,
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_CASES)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> CasesShape:
    """The latest changed first."""
    wanted = CaseFilter(owner=owner.value if owner else None, customer=customer, about=about)
    with doorkeeper.premises.database.read() as reader:
        found = find_cases(reader, wanted, limit=limit, offset=offset)
    return CasesShape(cases=[CaseShape.of(case) for case in found.cases], total=found.total, limit=limit, offset=offset)


@router.get("/cases/{case}", tags=["cases"], summary="One case", responses=described([404]))
def one_case(doorkeeper: DoorkeeperHere, _: CaseReaderHere, case: CaseId) -> CaseShape:
    """The case as it stands now."""
    with doorkeeper.premises.database.read() as reader:
        return CaseShape.of(cases.get(reader, case))


@router.get("/cases/{case}/account", tags=["cases"], summary="The account of a case", responses=described([404]))
def account_of_case(doorkeeper: DoorkeeperHere, visitor: PersonalReaderHere, case: CaseId) -> dict[str, Any]:
    """Of every decision: which version decided, on what facts, who approved, and what happened after. Then the
    readings and the timeline. From the ledger alone; what was erased reads "erased"."""
    found = _noted(doorkeeper, visitor, case)
    with doorkeeper.premises.database.read() as reader:
        return account(reader, doorkeeper.premises.ledger, found).as_json()


@router.get(
    "/cases/{case}/decisions", tags=["cases"], summary="The four questions, answered", responses=described([404])
)
def decisions_of_case(doorkeeper: DoorkeeperHere, visitor: PersonalReaderHere, case: CaseId) -> DecisionsShape:
    """Of every decision: which version decided, on what facts, who approved, what happened after, and the person who is
    accountable. Each answer has a sentence for people beside its values."""
    premises = doorkeeper.premises
    found = _noted(doorkeeper, visitor, case)
    with premises.database.read() as reader:
        return DecisionsShape.model_validate(answered(premises, reader, found)[1])


def _noted(doorkeeper: Doorkeeper, visitor: Visitor, case: str) -> Case:
    """The case, once it is written down that the visitor reads what is personal of it."""
    with doorkeeper.premises.database.read() as reader:
        found = cases.get(reader, case)
    note_look(doorkeeper, visitor, {found.id: found.customer_id}, "case")
    return found


@router.post(
    "/cases/{case}/messages/{message}/reading",
    tags=["cases"],
    summary="Say what a message was about",
    responses=described([404, 422]),
)
def correct_reading(
    doorkeeper: DoorkeeperHere, visitor: WriterHere, case: CaseId, message: MessageId, said: ReadingShape
) -> CorrectionShape:
    """What was said of it before counts no more. It becomes an example once its case has ended, and only with nothing
    personal in it."""
    found = _noted(doorkeeper, visitor, case)
    wish = Wish(found.id, message, said.intent, said.also, said.drawn)
    return CorrectionShape.of(correct(doorkeeper.premises, wish, by=visitor.person))


@router.get("/approvals", tags=["approvals"], summary="What waits for approval")
def list_approvals(doorkeeper: DoorkeeperHere, visitor: PersonalReaderHere) -> ApprovalsShape:
    """Oldest first, also what you may not answer yourself: `may_answer` tells."""
    premises = doorkeeper.premises
    now = premises.house.clock.now()
    with premises.database.read() as reader:
        waiting = waiting_reviews(premises, reader, visitor.person, now)
        total = store.count_waiting(reader, now)
    note_look(doorkeeper, visitor, customers_of([each.approval for each in waiting]), "approval")
    return ApprovalsShape(approvals=[ApprovalShape.of(review) for review in waiting], total=total)


@router.get("/approvals/{approval}", tags=["approvals"], summary="One approval", responses=described([404]))
def one_approval(doorkeeper: DoorkeeperHere, visitor: PersonalReaderHere, approval: ApprovalId) -> ApprovalShape:
    """What, why, for whom, and what happens otherwise."""
    premises = doorkeeper.premises
    with premises.database.read() as reader:
        found = find_review(premises, reader, approval, visitor.person, premises.house.clock.now())
    note_look(doorkeeper, visitor, customers_of([found.approval]), "approval")
    return ApprovalShape.of(found)


@router.post(
    "/approvals/{approval}/approve",
    tags=["approvals"],
    summary="Approve, as asked or edited",
    responses=described([403, 404, 409, 422]),
)
def approve(
    doorkeeper: DoorkeeperHere, visitor: AnswererHere, approval: ApprovalId, answer: ApproveShape
) -> ApprovalShape:
    """Answers with the approval that stands now: with edited arguments that is a new one."""
    done = Desk(doorkeeper.premises, visitor.person).approve(approval, because=answer.because, edits=answer.args)
    return one_approval(doorkeeper, visitor, done.id)


@router.post(
    "/approvals/{approval}/deny", tags=["approvals"], summary="Deny", responses=described([403, 404, 409, 422])
)
def deny(doorkeeper: DoorkeeperHere, visitor: AnswererHere, approval: ApprovalId, answer: DenyShape) -> ApprovalShape:
    """One denial is enough. The case goes on with the no."""
    done = Desk(doorkeeper.premises, visitor.person).deny(approval, because=answer.because, reason=answer.reason)
    return one_approval(doorkeeper, visitor, done.id)


@router.get("/switches", tags=["switches"], summary="What is paused")
def list_switches(doorkeeper: DoorkeeperHere, _: CaseReaderHere) -> SwitchesShape:
    """The longest standing first."""
    with doorkeeper.premises.database.read() as reader:
        standing = standing_switches(reader, doorkeeper.premises)
    return SwitchesShape(switches=[SwitchShape.of(switch) for switch in standing])


@router.post("/switches/pause", tags=["switches"], summary="Pause", responses=described([403, 422]))
def pause(doorkeeper: DoorkeeperHere, visitor: WriterHere, wish: PauseShape) -> SwitchShape:
    """Holds before the next action; nothing is lost. Pausing what is paused changes nothing."""
    desk = Desk(doorkeeper.premises, visitor.person)
    return SwitchShape.of(desk.pause(wish.scope, wish.name, because=wish.because))


@router.post("/switches/resume", tags=["switches"], summary="Resume", responses=described([403, 409, 422]))
def resume(doorkeeper: DoorkeeperHere, visitor: WriterHere, wish: PauseShape) -> ResumedShape:
    """The cases that it stopped go on."""
    desk = Desk(doorkeeper.premises, visitor.person)
    return ResumedShape(cases=desk.resume(wish.scope, wish.name, because=wish.because))


@router.get("/releases", tags=["releases"], summary="List releases")
def list_releases(doorkeeper: DoorkeeperHere, _: CaseReaderHere) -> ReleasesShape:
    """The newest first; one of them is deployed."""
    with doorkeeper.premises.database.read() as reader:
        current = releases.deployed(reader)
        found = releases.list_releases(reader)
    return ReleasesShape(releases=[ReleaseShape.of(release, deployed=release == current) for release in found])


@router.get("/counts", tags=["cases"], summary="The headline")
def counts(doorkeeper: DoorkeeperHere, _: CaseReaderHere) -> CountsShape:
    """Cases by owner and outcome, what waits, and the share that AI workers resolved without a person."""
    premises = doorkeeper.premises
    with premises.database.read() as reader:
        return CountsShape.of(headline(reader, premises.house.clock.now()))
