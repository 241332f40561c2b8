"""The pages of the queue of decisions: what waits, requests side by side, who is away, and what review costs."""

from collections.abc import Sequence
from decimal import InvalidOperation
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from aboveloop.app import approval_queue
from aboveloop.app.approval_measures import DAYS, review_cost
from aboveloop.app.approval_queue import LOOKED_AHEAD, SHOWS, TOO_MANY, Filters
from aboveloop.app.summaries.gathered import summary
from aboveloop.console.forms import field_text, minor_of
from aboveloop.console.frame import CasesLook, Look, LookHere, PersonalLook
from aboveloop.govern.approval import Approval
from aboveloop.govern.people import people_of
from aboveloop.govern.queue.delegation import coming, standing
from aboveloop.govern.queue.measures import Measures
from aboveloop.journey import cases
from aboveloop.work.turn_state import approvals_of

router = APIRouter(default_response_class=HTMLResponse)
# One list of a page; what is more is told, and filtered by the page before.
LISTED = 200
Short = Query(max_length=100)


@router.get("/approvals")
def queue_page(
    look: PersonalLook,
    show: Annotated[str, Short] = "",
    operation: Annotated[str, Short] = "",
    kind: Annotated[str, Short] = "",
    least: Annotated[str, Short] = "",
    within: Annotated[int | None, Query(ge=1, le=10_000)] = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """What this person owes, what presses first; everything else is one click away."""
    premises, person = look.premises, look.visitor.person
    minor = _minor(least, look.operation.about.currency)
    filters = Filters(show, operation, kind, least=minor, within_hours=within)
    with premises.database.read() as reader:
        # Who may answer nothing looks at everything.
        if show not in SHOWS:
            mine = approval_queue.queue_of(premises, reader, person, look.now, filters=Filters()).mine
            filters = Filters("mine" if mine else "all", operation, kind, least=minor, within_hours=within)
        queue = approval_queue.queue_of(premises, reader, person, look.now, filters=filters, page=page)
        away = standing(reader, look.now)
    _note(look, [each.approval for each in queue.standing])
    given = {"show": show, "operation": operation, "kind": kind, "least": least, "within": within or ""}
    kept = {name: value for name, value in given.items() if value}
    return look.render(
        "approvals.html",
        queue=queue,
        filters=filters,
        least=least if minor is not None else "",
        shows=SHOWS,
        away=away,
        too_many=TOO_MANY,
        link=lambda **changes: "/approvals?" + urlencode({**kept, **changes}),
        page=page,
        **_card_words(look),
    )


@router.get("/approvals/alike/{kind}")
def batch_page(look: PersonalLook, kind: str) -> HTMLResponse:
    """Requests of one kind side by side: what differs stands beside each."""
    with look.premises.database.read() as reader:
        batch = approval_queue.batch_of(look.premises, reader, look.visitor.person, look.now, kind)
    _note(look, [each.approval for each in batch.standing])
    return look.render("approvals_alike.html", batch=batch, **_card_words(look))


@router.get("/approvals/measures")
def measures_page(look: CasesLook, days: Annotated[int, Query(ge=1, le=3650)] = DAYS) -> HTMLResponse:
    """How long people take, how they answer, and how much needs nobody."""
    with look.premises.database.read() as reader:
        cost = review_cost(look.premises, reader, look.now, days=days)
    return look.render("approvals_measures.html", cost=cost, found=cost.measures, days=days)


@router.get("/approvals/answered")
def answered_page(
    look: CasesLook,
    days: Annotated[int, Query(ge=1, le=3650)] = DAYS,
    operation: Annotated[str, Short] = "",
    role: Annotated[str, Short] = "",
    day: Annotated[str, Short] = "",
    how: Annotated[str, Short] = "",
    person: Annotated[str, Short] = "",
    glance: bool = False,
) -> HTMLResponse:
    """The requests behind a number of the measures."""
    with look.premises.database.read() as reader:
        found = review_cost(look.premises, reader, look.now, days=days).measures
    theirs = _answered_by(found, person, how, glance) if person else None
    shown = [
        wait
        for wait in found.waits
        if (not operation or wait.operation == operation)
        and (not role or role in wait.roles)
        and (not day or wait.day == day)
        and (person or not how or wait.how == how)
        and (theirs is None or wait.approval_id in theirs)
    ]
    return look.render("approvals_answered.html", shown=shown[:LISTED], total=len(shown), days=days)


@router.get("/approvals/{approval_id}")
def one_approval(look: PersonalLook, approval_id: str) -> HTMLResponse:
    """One approval by itself."""
    premises, person = look.premises, look.visitor.person
    with premises.database.read() as reader:
        found = approvals_of(premises.house, premises.current()).find(reader, approval_id)
        (told,) = approval_queue.standings(premises, reader, [found], person, look.now)
    _note(look, [found])
    with premises.database.read() as reader:
        case = cases.get(reader, found.action.case_id)
        shown = summary(premises, reader, case)
    able = approval_queue.colleagues(premises, told.review, look.now)
    return look.render("approval.html", told=told, colleagues=able, case=case, summary=shown, **_card_words(look))


@router.get("/absences")
def absence_page(look: LookHere) -> HTMLResponse:
    """Who is away, who stands in for them, and the form to mark oneself."""
    with look.premises.database.read() as reader:
        found = coming(reader, look.now, look.now + LOOKED_AHEAD)
    people = list(people_of(look.operation).values())
    writes = sorted(
        f"{system.system}.{name}"
        for system in look.operation.systems.values()
        for name, spec in system.operations.items()
        if spec.kind == "write"
    )
    return look.render(
        "absences.html",
        found=found,
        people=people,
        deputies=[each for each in people if "approve" in each.may],
        operations=writes,
        currency=look.operation.about.currency,
        is_now=lambda each: each.stands(look.now),
    )


def _answered_by(found: Measures, person: str, how: str, glance: bool) -> set[str]:
    """The first forms of what this person answered in this way: measures count an edited request once."""
    return {
        each.counted_as
        for each in found.given
        if each.person_id == person and (not how or each.verdict == how) and (not glance or each.is_at_a_glance)
    }


def _note(look: Look, approvals: Sequence[Approval]) -> None:
    """What is asked names what is personal of its case."""
    look.note({each.action.case_id: each.customer_id for each in approvals}, "approval")


def _card_words(look: Look) -> dict[str, Any]:
    about = look.operation.about
    return {"currency": about.currency, "field_text": field_text, "denial_reasons": about.approvals.denial_reasons}


def _minor(text: str, currency: str) -> int | None:
    """An amount as people write it; what is none filters nothing."""
    try:
        return minor_of(text, currency) if text else None
    except (ValueError, InvalidOperation):
        return None
