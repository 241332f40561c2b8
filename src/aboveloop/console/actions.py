"""What people do on the pages: every one of these is a POST with the visitor's own key, and goes through the desk."""

from typing import Any, cast, get_args

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app.desk import Desk
from aboveloop.app.reviews import find_review
from aboveloop.app.teaching.corrections import Wish, correct
from aboveloop.console.forms import Form, FormHere, edits_of
from aboveloop.console.pages import audit_page
from aboveloop.govern import people
from aboveloop.govern.approval import Approval, State
from aboveloop.govern.switches import Scope
from aboveloop.journey import cases
from aboveloop.kit.errors import WrongUsage

router = APIRouter(default_response_class=HTMLResponse)


@router.post("/approvals/{approval_id}/approve")
def approve(form: FormHere, approval_id: str) -> RedirectResponse:
    """Exactly as asked."""
    _note(form, approval_id)
    answered = _desk(form).approve(approval_id, because=form.text("because"))
    return _back("/approvals", _after(answered, "approved"))


@router.post("/approvals/{approval_id}/edit")
def edit_and_approve(form: FormHere, approval_id: str) -> RedirectResponse:
    """With changed arguments, which are decided anew before they count."""
    look = form.look
    _note(form, approval_id)
    with look.premises.database.read() as reader:
        review = find_review(look.premises, reader, approval_id, look.visitor.person, look.now)
    edits: dict[str, Any] = edits_of(form, review.arguments, look.operation.about.currency)
    if not edits:
        raise WrongUsage("You changed nothing. Change an argument, or approve it as it is.")
    answered = _desk(form).approve(approval_id, because=form.text("because"), edits=edits)
    return _back("/approvals", _after(answered, "edited"))


@router.post("/approvals/{approval_id}/deny")
def deny(form: FormHere, approval_id: str) -> RedirectResponse:
    reason = form.text("reason")
    because = form.text(
        "because", required="" if reason else "Say why, for those who read it later. Nothing was denied."
    )
    _note(form, approval_id)
    _desk(form).deny(approval_id, because=because, reason=reason)
    return _back("/approvals", "denied")


@router.post("/switches/pause")
def pause(form: FormHere) -> RedirectResponse:
    scope, name = _target(form)
    because = form.text("because", required="Say why, so that others know when to resume. Nothing was paused.")
    _desk(form).pause(scope, name, because=because)
    return _back("/switches", "paused")


@router.post("/switches/resume")
def resume(form: FormHere) -> RedirectResponse:
    scope, name = _target(form)
    because = form.text("because", required="Say why it may go on. Nothing was resumed.")
    _desk(form).resume(scope, name, because=because)
    return _back("/switches", "resumed")


@router.post("/cases/{case_id}/take-over")
def take_over(form: FormHere, case_id: str) -> RedirectResponse:
    return _back(f"/cases/{_desk(form).take_over(case_id).id}", "taken_over")


@router.post("/cases/{case_id}/reply")
def reply(form: FormHere, case_id: str) -> RedirectResponse:
    _desk(form).reply(case_id, form.text("text", required="There is nothing to say: write the reply."))
    return _back(f"/cases/{case_id}", "replied")


@router.post("/cases/{case_id}/hand-back")
def hand_back(form: FormHere, case_id: str) -> RedirectResponse:
    return _back(f"/cases/{_desk(form).hand_back(case_id, form.text('note')).id}", "handed_back")


@router.post("/cases/{case_id}/finish")
def finish(form: FormHere, case_id: str) -> RedirectResponse:
    return _back(f"/cases/{_desk(form).finish(case_id, form.text('outcome')).id}", "finished")


@router.post("/cases/{case_id}/readings")
def correct_reading(form: FormHere, case_id: str) -> RedirectResponse:
    """What a message of the case was about."""
    look = form.look
    with look.premises.database.read() as reader:
        case = cases.get(reader, case_id)
    look.note({case.id: case.customer_id}, "case")
    intent = form.text("intent", required="Choose what the message was about. Nothing was written down.")
    wish = Wish(case_id, form.text("message"), intent, form.text("also"), form.text("drawn") == "yes")
    correct(look.premises, wish, by=look.visitor.person)
    return _back("/understanding/check" if wish.drawn else f"/cases/{case_id}", "corrected")


@router.post("/audit/verify")
def verify(form: FormHere) -> HTMLResponse:
    """Recompute the whole ledger, against a checkpoint kept elsewhere where one is given."""
    look = form.look
    people.may(look.visitor.person, "audit").demand()
    given = form.text("checkpoint").replace("\r\n", "\n")
    found = look.premises.verify(f"{given}\n" if given else None, by=look.visitor.person.actor)
    if found.first_bad is not None:
        look.premises.ledger_broken(found.reason)
    return audit_page(look, found)


def _note(form: Form, approval_id: str) -> None:
    """Who answers looks at what it is about. Raises ApprovalNotFound."""
    with form.look.premises.database.read() as reader:
        asked = _desk(form).approval(reader, approval_id)
    form.look.note({asked.action.case_id: asked.customer_id}, "approval")


def _desk(form: Form) -> Desk:
    return Desk(form.look.premises, form.look.visitor.person)


def _after(answered: Approval, done: str) -> str:
    """The notice that tells where the approval stands now."""
    if answered.state is State.DENIED:
        return "prohibited"
    return "partly" if answered.state is State.WAITING else done


def _target(form: Form) -> tuple[Scope, str]:
    """What to pause or resume. Raises WrongUsage."""
    scope, _, name = form.text("target", required="Choose what to pause or resume.").partition("|")
    if scope not in get_args(Scope):
        raise WrongUsage(f"{scope!r} cannot be paused. Choose one of the list.")
    return cast(Scope, scope), name


def _back(path: str, notice: str) -> RedirectResponse:
    return RedirectResponse(f"{path}?notice={notice}", status_code=303)
