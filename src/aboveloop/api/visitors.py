"""Who sends a request: a signed-in person by cookie, or a program with a person's bearer token."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from aboveloop.api.errors import NotJson
from aboveloop.app.doors import COOKIE, Doorkeeper, ForgeryRefused, Visitor
from aboveloop.app.looking import looks
from aboveloop.app.looking.doors import door_of, passing
from aboveloop.app.looking.looks import Looker
from aboveloop.app.looking.programs import PROGRAMS
from aboveloop.govern.approval import Approval
from aboveloop.govern.people import Right, may

FORM_KEY_HEADER = "X-Form-Key"


def doorkeeper_of(request: Request) -> Doorkeeper:
    """The doorkeeper of the site that this request came to."""
    doorkeeper = request.app.state.doorkeeper
    assert isinstance(doorkeeper, Doorkeeper), "the site is built with one"
    return doorkeeper


DoorkeeperHere = Annotated[Doorkeeper, Depends(doorkeeper_of)]


def signed_in(request: Request, doorkeeper: DoorkeeperHere) -> Visitor:
    """The visitor, found once for each request. Raises NotSignedIn."""
    known = getattr(request.state, "visitor", None)
    if isinstance(known, Visitor):
        return known
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return doorkeeper.program(token.strip())
    return doorkeeper.visitor(request.cookies.get(COOKIE))


VisitorHere = Annotated[Visitor, Depends(signed_in)]


async def admitted(request: Request, doorkeeper: DoorkeeperHere) -> AsyncIterator[None]:
    """What every address passes, before anything is read and before anything is given out.

    Raises DoorUndeclared, NotSignedIn, MayNot, and LookForgotten at the end.
    """
    name = f"{request.method} {request.scope['route'].path}"
    door = door_of(PROGRAMS, name)
    if door.is_open:
        yield
        return
    visitor = await run_in_threadpool(signed_in, request, doorkeeper)
    request.state.visitor = visitor
    with passing(name, door, visitor.person):
        yield


def holding(*rights: Right) -> Callable[[Visitor], Visitor]:
    """A dependency: the visitor, where they hold all of `rights`. Raises MayNot, else."""

    def visitor_with_rights(visitor: VisitorHere) -> Visitor:
        for right in rights:
            may(visitor.person, right).demand()
        return visitor

    return visitor_with_rights


CaseReaderHere = Annotated[Visitor, Depends(holding("read_cases"))]
PersonalReaderHere = Annotated[Visitor, Depends(holding("read_cases", "read_personal"))]


def note_look(doorkeeper: Doorkeeper, visitor: Visitor, customers: Mapping[str, str], what: str) -> None:
    """Write down that this visitor reads what is personal of these cases (`customers`: the customer of each)."""
    looks.note(doorkeeper.premises, Looker(visitor.person.actor, "api"), customers, what)


def customers_of(approvals: Iterable[Approval]) -> dict[str, str]:
    """By case, whose approvals these are."""
    return {each.action.case_id: each.customer_id for each in approvals}


def may_write(request: Request, doorkeeper: DoorkeeperHere, visitor: VisitorHere) -> Visitor:
    """The visitor of a write: JSON only, and with a cookie also the key of their own pages.

    Raises NotJson, ForgeryRefused.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise NotJson("A write takes JSON: send it with the header Content-Type: application/json.")
    if not request.headers.get("authorization", "").lower().startswith("bearer "):
        key = request.headers.get(FORM_KEY_HEADER)
        if key is None:
            raise ForgeryRefused(
                f"With a cookie, send the header {FORM_KEY_HEADER} too: GET /api/v1/me tells its value."
            )
        doorkeeper.check_form_key(visitor, key)
    return visitor


WriterHere = Annotated[Visitor, Depends(may_write)]


def may_answer(visitor: WriterHere) -> Visitor:
    """Who answers an approval sees what it is about: nobody approves blindly. Raises MayNot."""
    return holding("approve", "read_personal")(visitor)


AnswererHere = Annotated[Visitor, Depends(may_answer)]


def may_write_personal(visitor: WriterHere) -> Visitor:
    """Who answers a summary has read it. Raises MayNot."""
    return holding("read_cases", "read_personal")(visitor)


PersonalWriterHere = Annotated[Visitor, Depends(may_write_personal)]


def may_lead(visitor: WriterHere) -> Visitor:
    """Who leads an incident through its steps. Raises MayNot."""
    return holding("incident")(visitor)


IncidentLeaderHere = Annotated[Visitor, Depends(may_lead)]


def may_raise_alarm(visitor: WriterHere) -> Visitor:
    """Everybody may say that something is wrong; a program only where it may see it. Raises MayNot."""
    return holding("read_cases")(visitor) if visitor.is_program else visitor


AlarmHere = Annotated[Visitor, Depends(may_raise_alarm)]
