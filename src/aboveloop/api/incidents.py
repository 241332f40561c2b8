"""Incidents over the API: what there is, and the five steps as programs take them for a person."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field

from aboveloop.api.routes import described
from aboveloop.api.shapes import Shape, Words
from aboveloop.api.visitors import AlarmHere, CaseReaderHere, DoorkeeperHere, IncidentLeaderHere, note_look
from aboveloop.app.doors import Doorkeeper, Visitor
from aboveloop.app.incidents import IncidentDesk, plain, view_of
from aboveloop.app.looking.doors import READS
from aboveloop.govern.incidents.book import Book, Report
from aboveloop.govern.incidents.incident import Scope, Severity
from aboveloop.govern.paging.pager import open_pages
from aboveloop.operation import releases

IncidentId = Annotated[str, Path(description="The incident's id.")]
PageId = Annotated[str, Path(description="The page's id, or the incident that it is about.")]
REFUSALS = described([403, 404, 409, 422])

router = APIRouter(prefix="/api/v1", tags=["incidents"], responses=described([401]))


class OpenShape(Shape):
    """Open an incident: at least one of release, procedure, rule and operation names what is suspected."""

    title: Words = Field(min_length=1, examples=["Refunds are paid without approval"])
    severity: Severity = Severity.MAJOR
    release: Words | None = Field(default=None, examples=["r2"])
    procedure: Words | None = None
    rule: Words | None = None
    operation: Words | None = Field(default=None, examples=["shop.refund_order"])
    found_by: Words = ""


class AgainstShape(Shape):
    """The release by whose policy actions are judged; left out, the one before or the one at work."""

    against: Words | None = Field(default=None, examples=["r1"])


class TextShape(Shape):
    """What affected customers are told; left out, the operation's own message."""

    text: Words = ""


class AcceptShape(Shape):
    """Leave one wrong action as it is."""

    key: Words
    because: Words = Field(min_length=1)


class ReviewShape(Shape):
    """A release with the rule change, and its scenario that tells the incident."""

    release: Words = Field(examples=["r3"])
    scenario: Words


class CloseShape(Shape):
    lesson: Words = Field(min_length=1)


@router.get("/incidents", summary="List incidents")
def list_incidents(doorkeeper: DoorkeeperHere, _: CaseReaderHere) -> dict[str, Any]:
    """The newest first."""
    premises = doorkeeper.premises
    with premises.database.read() as reader:
        found = Book(premises.ledger, premises.current()).all(reader)
    return {"incidents": [plain(each) for each in found]}


@router.get("/incidents/{incident}", summary="One incident", responses=described([404]))
def one_incident(doorkeeper: DoorkeeperHere, visitor: CaseReaderHere, incident: IncidentId) -> dict[str, Any]:
    """Its steps, everybody touched, and each repair."""
    return _told(doorkeeper, visitor, incident)


@router.post("/incidents", summary="Open an incident", responses=REFUSALS)
def open_one(doorkeeper: DoorkeeperHere, visitor: AlarmHere, wish: OpenShape) -> dict[str, Any]:
    """Anybody of the operation may."""
    digest = None
    if wish.release:
        with doorkeeper.premises.database.read() as reader:
            digest = releases.find_release(reader, wish.release).digest
    scope = Scope(release=digest, procedure=wish.procedure, rule=wish.rule, operation=wish.operation)
    desk = IncidentDesk(doorkeeper.premises, visitor.person)
    made = desk.open(Report(wish.title, wish.severity, scope, found_by=wish.found_by))
    return _told(doorkeeper, visitor, made.id)


@router.post("/incidents/{incident}/stop", summary="1: stop", responses=REFUSALS)
def stop(doorkeeper: DoorkeeperHere, visitor: IncidentLeaderHere, incident: IncidentId) -> dict[str, Any]:
    """Pause what is suspected."""
    desk = IncidentDesk(doorkeeper.premises, visitor.person)
    desk.stop(incident)
    return _told(doorkeeper, visitor, incident)


@router.post("/incidents/{incident}/contain", summary="2: contain", responses=REFUSALS)
def contain(
    doorkeeper: DoorkeeperHere, visitor: IncidentLeaderHere, incident: IncidentId, wish: AgainstShape
) -> dict[str, Any]:
    """Find everybody affected."""
    IncidentDesk(doorkeeper.premises, visitor.person).contain(incident, against=wish.against)
    return _told(doorkeeper, visitor, incident)


@router.post("/incidents/{incident}/correct", summary="3: correct", responses=REFUSALS)
def correct(
    doorkeeper: DoorkeeperHere, visitor: IncidentLeaderHere, incident: IncidentId, wish: TextShape
) -> dict[str, Any]:
    """Draft a message to each affected customer; somebody else approves each."""
    desk = IncidentDesk(doorkeeper.premises, visitor.person)
    made = desk.correct(incident, text=wish.text)
    return {**_told(doorkeeper, visitor, incident), "proposed": made}


@router.post("/incidents/{incident}/reconcile", summary="4: reconcile", responses=REFUSALS)
def reconcile(
    doorkeeper: DoorkeeperHere, visitor: IncidentLeaderHere, incident: IncidentId, wish: AgainstShape
) -> dict[str, Any]:
    """Propose to undo what policy now would not allow; somebody else approves each."""
    desk = IncidentDesk(doorkeeper.premises, visitor.person)
    made = desk.reconcile(incident, against=wish.against)
    return {**_told(doorkeeper, visitor, incident), "proposed": made}


@router.post("/incidents/{incident}/accept", summary="4: leave one as it is", responses=REFUSALS)
def accept(
    doorkeeper: DoorkeeperHere, visitor: IncidentLeaderHere, incident: IncidentId, wish: AcceptShape
) -> dict[str, Any]:
    """With a reason that others read later."""
    desk = IncidentDesk(doorkeeper.premises, visitor.person)
    desk.accept(incident, wish.key, because=wish.because)
    return _told(doorkeeper, visitor, incident)


@router.post("/incidents/{incident}/review", summary="5: review", responses=REFUSALS)
def review(
    doorkeeper: DoorkeeperHere, visitor: IncidentLeaderHere, incident: IncidentId, wish: ReviewShape
) -> dict[str, Any]:
    """Test a rule change on the incident's own cases and as a scenario."""
    with doorkeeper.premises.database.read() as reader:
        digest = releases.find_release(reader, wish.release).digest
    desk = IncidentDesk(doorkeeper.premises, visitor.person)
    return desk.review(incident, doorkeeper.premises.operation_of(digest), wish.scenario).as_json()


@router.post("/incidents/{incident}/close", summary="Close it", responses=REFUSALS)
def close(
    doorkeeper: DoorkeeperHere, visitor: IncidentLeaderHere, incident: IncidentId, wish: CloseShape
) -> dict[str, Any]:
    """Its pauses end, and no case finishes on the faulty release."""
    desk = IncidentDesk(doorkeeper.premises, visitor.person)
    moved = desk.close(incident, lesson=wish.lesson)
    return {**_told(doorkeeper, visitor, incident), "cases": moved}


@router.get("/pages", summary="Who is being called about what")
def list_pages(doorkeeper: DoorkeeperHere, _: CaseReaderHere) -> dict[str, Any]:
    """The pages that nobody has acknowledged, the oldest first."""
    with doorkeeper.premises.database.read() as reader:
        return {"pages": [plain(each) for each in open_pages(reader)]}


@router.post("/pages/{page}/acknowledge", summary="Acknowledge a page", responses=REFUSALS)
def acknowledge(doorkeeper: DoorkeeperHere, visitor: AlarmHere, page: PageId) -> dict[str, Any]:
    """Nobody else is called about it."""
    done: dict[str, Any] = plain(IncidentDesk(doorkeeper.premises, visitor.person).acknowledge(page))
    return done


def _told(doorkeeper: Doorkeeper, visitor: Visitor, incident_id: str) -> dict[str, Any]:
    """The incident; arguments and letters of its repairs for who may read what is personal, which is written down."""
    with doorkeeper.premises.database.read() as reader:
        view = view_of(doorkeeper.premises, reader, incident_id)
    personal = READS in visitor.person.may
    if personal:
        note_look(doorkeeper, visitor, view.mended, "incident")
    return view.as_json(personal=personal)
