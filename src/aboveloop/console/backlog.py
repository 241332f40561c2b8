"""The backlog's page: proposals of the house, improvements with what waiting costs, and the release train."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app.improving import board, seeing
from aboveloop.console.forms import Form, FormHere, minor_of
from aboveloop.console.frame import CasesLook
from aboveloop.govern import people
from aboveloop.govern.people import people_of
from aboveloop.improve import answers
from aboveloop.improve.backlog import CLOSED, MOVES, Move, State, Wish
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation import releases

STATES: Mapping[str, str] = {
    "idea": "idea",
    "ready": "ready",
    "building": "building",
    "in_release": "in a release",
    "done": "done",
    "dropped": "dropped",
}
# What is done or dropped is looked up on the command line once there is more of it.
CLOSED_SHOWN = 20

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/backlog")
def backlog(look: CasesLook) -> HTMLResponse:
    """Everything that could be better, what is worth most first."""
    premises = look.premises
    with premises.database.read() as reader:
        found = board.items(premises, reader, look.now)
        proposals = answers.standing(reader)
        shown = board.train(premises, reader, found)
        every = releases.list_releases(reader)
    return look.render(
        "backlog.html",
        waiting=[item for item in found if item.state not in CLOSED],
        closed=[item for item in found if item.state in CLOSED][:CLOSED_SHOWN],
        leads=board.leads(found, look.operation.about.currency),
        proposals=[each for each in proposals if each.state == "open"],
        answered=[each for each in proposals if each.state in ("accepted", "dismissed")],
        train=shown,
        releases=every,
        states=STATES,
        moves=MOVES,
        procedures={name: each.title or name for name, each in look.operation.procedures.items()},
        everybody=people_of(look.operation),
        currency=look.operation.about.currency,
    )


@router.post("/backlog")
def add(form: FormHere) -> RedirectResponse:
    """Write an idea down."""
    by = form.look.visitor.person
    title = form.text("title", required="Say in a few words what could be better. Nothing was added.")
    why = form.text("why", required="Say what is not good, and for whom. Nothing was added.")
    wish = Wish(
        title, why, form.text("owner") or by.id, form.text("procedure"), _value(form) or 0, "person",
        form.text("link"), _due(form),
    )  # fmt: skip
    board.add(form.look.premises, wish, by=by)
    return RedirectResponse("/backlog?notice=added", status_code=303)


@router.post("/backlog/propose")
def propose(form: FormHere) -> RedirectResponse:
    """Let the house look now. Raises MayNot."""
    people.may(form.look.visitor.person, "propose").demand()
    seeing.propose(form.look.premises)
    return RedirectResponse("/backlog?notice=looked", status_code=303)


@router.post("/backlog/proposals/take")
def take(form: FormHere) -> RedirectResponse:
    """Take a proposal into the backlog."""
    by = form.look.visitor.person
    key = form.text("key", required="Say which proposal. Nothing was taken up.")
    owner = form.text("owner") or by.id
    board.take(form.look.premises, key, owner=owner, value_weekly=_value(form) or 0, by=by)
    return RedirectResponse("/backlog?notice=taken", status_code=303)


@router.post("/backlog/proposals/dismiss")
def dismiss(form: FormHere) -> RedirectResponse:
    """Dismiss a proposal with a reason."""
    key = form.text("key", required="Say which proposal. Nothing was dismissed.")
    because = form.text("because", required="Say why: it is not proposed again. Nothing was dismissed.")
    board.dismiss(form.look.premises, key, because=because, by=form.look.visitor.person)
    return RedirectResponse("/backlog?notice=dismissed", status_code=303)


@router.post("/backlog/{id_}/move")
def move(form: FormHere, id_: str) -> RedirectResponse:
    """Move an improvement, or change its owner, value, due day or what blocks it."""
    text = form.text("to", required="Say where it goes. Nothing was moved.")
    if text not in tuple(State):
        raise WrongUsage(f"{text!r} is no state of an improvement. Choose one of the list.")
    changes: dict[str, Any] = {"blocked": form.text("blocked")}
    owner, value, due = form.text("owner"), _value(form), _due(form)
    changes |= {"owner": owner} if owner else {}
    changes |= {"value_weekly": value} if value is not None else {}
    changes |= {"due": due.isoformat()} if due else {}
    asked = Move(State(text), form.text("because"), form.text("release") or None, changes)
    board.move(form.look.premises, id_, asked, by=form.look.visitor.person)
    return RedirectResponse("/backlog?notice=moved", status_code=303)


def _value(form: Form) -> int | None:
    """The amount in the form, in minor units; None where the field is empty."""
    text = form.text("value")
    if not text:
        return None
    try:
        return minor_of(text, form.look.operation.about.currency)
    except (ValueError, ArithmeticError) as error:
        raise WrongUsage(f"{text!r} is no amount. Write one such as 250.00.") from error


def _due(form: Form) -> date | None:
    text = form.text("due")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(f"{text!r} is no day. Write it as 2026-12-24.") from error
