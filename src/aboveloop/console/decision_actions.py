"""What people do about the queue: look after requests, remind, approve several alike, and mark who is away."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app.queue_desk import QueueDesk
from aboveloop.app.reminding import ReminderRound
from aboveloop.console.forms import Form, FormHere, minor_of
from aboveloop.govern.people import may, person_of
from aboveloop.govern.queue.batches import Chosen
from aboveloop.govern.queue.delegation import Wish
from aboveloop.kit.errors import WrongUsage

router = APIRouter(default_response_class=HTMLResponse)
PICK = "pick."


@router.post("/approvals/{approval_id}/claim")
def claim(form: FormHere, approval_id: str) -> RedirectResponse:
    _desk(form).claim(approval_id)
    return _back(f"/approvals/{approval_id}", "claimed")


@router.post("/approvals/{approval_id}/release")
def release(form: FormHere, approval_id: str) -> RedirectResponse:
    _desk(form).release(approval_id)
    return _back(f"/approvals/{approval_id}", "released")


@router.post("/approvals/{approval_id}/reassign")
def reassign(form: FormHere, approval_id: str) -> RedirectResponse:
    to = form.text("to", required="Choose who looks after it from now on. Nothing was changed.")
    _desk(form).reassign(approval_id, to)
    return _back(f"/approvals/{approval_id}", "reassigned")


@router.post("/approvals/{approval_id}/remind")
def remind(form: FormHere, approval_id: str) -> RedirectResponse:
    """Sent by whoever sends the mail; seen in the console at once."""
    look = form.look
    may(look.visitor.person, "approve").demand()
    noted = ReminderRound(look.premises).remind_now(approval_id, look.visitor.person)
    return _back(f"/approvals/{approval_id}", "reminded" if noted else "not_reminded")


@router.post("/approvals/alike")
def approve_alike(form: FormHere) -> HTMLResponse:
    """Several of one kind with one sending: each is an approval of its own, and what became of each is told."""
    chosen = [
        Chosen(name.removeprefix(PICK), seen) for name, seen in form.values.items() if name.startswith(PICK) and seen
    ]
    form.look.note(_desk(form).customers_of(chosen), "approval")
    given = _desk(form).approve_batch(chosen, count=_count(form), because=form.text("because"))
    return form.look.render("approvals_answered_alike.html", given=given)


@router.post("/absences/mark")
def mark(form: FormHere) -> RedirectResponse:
    look = form.look
    deputy, most = form.text("deputy"), form.text("most")
    operation = form.text("operation")
    wish = Wish(
        starts_at=_instant(form, "starts", ends=False),
        ends_at=_instant(form, "ends", ends=True),
        deputy=person_of(look.operation, deputy) if deputy else None,
        operations=(operation,) if operation else (),
        most=_most(most, look.operation.about.currency),
    )
    _desk(form).mark_absent(form.text("person") or look.visitor.person.id, wish)
    return _back("/absences", "absent")


@router.post("/absences/{absence_id}/end")
def end(form: FormHere, absence_id: str) -> RedirectResponse:
    _desk(form).end_absence(absence_id)
    return _back("/absences", "back")


def _desk(form: Form) -> QueueDesk:
    return QueueDesk(form.look.premises, form.look.visitor.person)


def _count(form: Form) -> int:
    """How many the person says they approve. Raises WrongUsage."""
    text = form.text("count", required="Write how many you approve. Nothing was approved.")
    try:
        return int(text)
    except ValueError as error:
        raise WrongUsage(f"{text!r} is no number. Write how many you approve. Nothing was approved.") from error


def _most(text: str, currency: str) -> int | None:
    try:
        return minor_of(text, currency) if text else None
    except (ValueError, ArithmeticError) as error:
        raise WrongUsage(f"The limit takes an amount such as 200.00; {text!r} is none.") from error


def _instant(form: Form, name: str, *, ends: bool) -> datetime:
    """A day of the form, in the operation's time zone; the day that ends an absence belongs to it."""
    text = form.text(name)
    if not text and not ends:
        return form.look.now
    try:
        day = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(form.look.operation.about.timezone))
        # In UTC here, so that a day at the end of the calendar is refused here.
        return (day + timedelta(days=1) if ends else day).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise WrongUsage(f"{text!r} is no day. Write one such as 2026-12-24.") from error


def _back(path: str, notice: str) -> RedirectResponse:
    return RedirectResponse(f"{path}?notice={notice}", status_code=303)
