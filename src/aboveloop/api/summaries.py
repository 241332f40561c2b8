"""Summaries over the API: what a case is about, what to do next, and what people make of it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator, Field

from aboveloop.api.routes import CaseId, described
from aboveloop.api.shapes import Shape, Words, writable
from aboveloop.api.visitors import CaseReaderHere, DoorkeeperHere, PersonalReaderHere, PersonalWriterHere, note_look
from aboveloop.app.looking.doors import READS
from aboveloop.app.service.customer import customer_timeline
from aboveloop.app.service.measures import service_measures
from aboveloop.app.summaries import answers
from aboveloop.app.summaries.answers import DAYS, Answer
from aboveloop.app.summaries.gathered import summary
from aboveloop.app.summaries.pack import pack_of
from aboveloop.journey import cases

router = APIRouter(prefix="/api/v1", tags=["summaries"], responses=described([401, 403]))
CustomerId = Annotated[str, Path(description="The house's own id of the customer.", max_length=100)]
LongWords = Annotated[str, AfterValidator(writable), Field(max_length=answers.LONGEST)]


class SentenceShape(Shape):
    """One sentence and the entries of the ledger that it stands on. `quote` is in somebody's own words."""

    key: str
    words: str
    quote: str | None
    cut: bool
    at: str
    entries: list[str]


class StepShape(Shape):
    """One step that the case asks of people, why, and how it is done."""

    id: str
    kind: str = Field(examples=["answer_approval"])
    words: str
    because: str
    rules: list[str]
    right: str | None = Field(description="What a person needs for it.")
    page: str
    act: str | None = Field(description="Done at once when it is accepted.")
    command: str
    by: str | None = Field(description="When it is too late.")
    entries: list[str]


class SummaryShape(Shape):
    """Nothing in it is made up: every sentence names its entries. `digest` names exactly what was read."""

    case: str
    language: str
    at: str
    digest: str
    erased: bool
    personal_left_out: bool
    asked: list[SentenceShape]
    known: list[SentenceShape]
    done: list[SentenceShape]
    open: list[SentenceShape]
    next: list[StepShape]


class AnswerShape(Shape):
    """`target`: `summary`, or the id of a step."""

    target: Words = Field(min_length=1, examples=["summary"])
    verdict: Literal["accepted", "edited", "rejected"]
    digest: Words | None = Field(default=None, description="Of the summary that was read.")
    text: LongWords = Field(default="", description="How you would say it, for `edited`.")
    because: Words = ""


class TakenShape(Shape):
    case: str
    name: str
    verdict: str
    done: bool = Field(description="Whether the step was carried out with the answer.")


@router.get(
    "/cases/{case}/summary", summary="What is asked, done, open, and what to do next", responses=described([404])
)
def summary_of_case(doorkeeper: DoorkeeperHere, visitor: CaseReaderHere, case: CaseId) -> SummaryShape:
    """For who may not read what is personal, the same without quotes and values."""
    premises = doorkeeper.premises
    personal = READS in visitor.person.may
    with premises.database.read() as reader:
        found = cases.get(reader, case)
    if personal:
        note_look(doorkeeper, visitor, {found.id: found.customer_id}, "case")
    with premises.database.read() as reader:
        told = summary(premises, reader, found)
    return SummaryShape.model_validate((told if personal else told.plain()).as_json())


@router.post(
    "/cases/{case}/summary/answer", summary="Accept, edit or reject", responses=described([403, 404, 409, 422])
)
def answer_summary(
    doorkeeper: DoorkeeperHere, visitor: PersonalWriterHere, case: CaseId, wish: AnswerShape
) -> TakenShape:
    """An accepted step that needs no words is done, by your own rights."""
    with doorkeeper.premises.database.read() as reader:
        found = cases.get(reader, case)
    note_look(doorkeeper, visitor, {found.id: found.customer_id}, "case")
    given = Answer(wish.target, wish.verdict, digest=wish.digest, text=wish.text, because=wish.because)
    taken = answers.answer(doorkeeper.premises, visitor.person, found.id, given)
    name = taken.step.kind if taken.step is not None else wish.target
    return TakenShape(case=found.id, name=name, verdict=wish.verdict, done=taken.is_done)


@router.get("/cases/{case}/context", summary="The context pack", responses=described([404]))
def context_of_case(doorkeeper: DoorkeeperHere, visitor: PersonalReaderHere, case: CaseId) -> dict[str, Any]:
    """What whoever takes the case is given: its summary, what came before, what was said twice, phases and times."""
    premises = doorkeeper.premises
    with premises.database.read() as reader:
        found = cases.get(reader, case)
    note_look(doorkeeper, visitor, {found.id: found.customer_id}, "case")
    with premises.database.read() as reader:
        return pack_of(premises, reader, found, premises.house.clock.now()).as_json()


@router.get("/customers/{customer}/timeline", summary="A customer over channels and cases", responses=described([404]))
def timeline_of_customer(
    doorkeeper: DoorkeeperHere, visitor: PersonalReaderHere, customer: CustomerId
) -> dict[str, Any]:
    """The latest first, with what they had to say again."""
    premises = doorkeeper.premises
    with premises.database.read() as reader:
        found = customer_timeline(premises, reader, customer)
    note_look(doorkeeper, visitor, {each.id: each.customer_id for each in found.cases} or {customer: customer}, "case")
    return found.as_json(personal=True)


@router.get("/service", summary="How customers were served")
def service(
    doorkeeper: DoorkeeperHere, _: CaseReaderHere, days: Annotated[int, Query(ge=1, le=3650)] = DAYS
) -> dict[str, Any]:
    """Deflection, avoidable contacts and their causes, route precision, what was said again, and waiting."""
    premises = doorkeeper.premises
    with premises.database.read() as reader:
        return service_measures(premises, reader, premises.house.clock.now(), days=days).as_json()


@router.get("/guidance", summary="How guidance was answered")
def guidance(
    doorkeeper: DoorkeeperHere, _: CaseReaderHere, days: Annotated[int, Query(ge=1, le=3650)] = DAYS
) -> dict[str, Any]:
    """By kind and by need: accepted, edited, rejected."""
    premises = doorkeeper.premises
    with premises.database.read() as reader:
        found = answers.rates(reader, premises.house.clock.now(), days=days)
        needs = answers.by_need(reader, premises.house.clock.now(), days=days)
    return {
        "days": days,
        "rates": [each.as_json() for each in found],
        "needs": [each.as_json() for each in needs],
    }
