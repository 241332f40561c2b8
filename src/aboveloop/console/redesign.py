"""The page of a redesign: how a need is served today, and how a worker would serve it."""

from math import isfinite
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from aboveloop.app.portfolio import worth
from aboveloop.app.portfolio.errors import NothingToRedesign
from aboveloop.app.portfolio.redesign import redesign, steps_of
from aboveloop.app.shadowing.runs import RunNotFound
from aboveloop.console.frame import CasesLook
from aboveloop.console.radar import number_of
from aboveloop.discover.findings.assumptions import HOUR_COST, TOUCH_MINUTES, Assumptions
from aboveloop.history.events import LEDGER

WAYS = {
    "alone": "ends with the worker alone",
    "approval": "waits for one yes of a person",
    "people": "stays with people",
}

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/redesign/{procedure}")
def page(
    look: CasesLook,
    procedure: str,
    hour_cost: Annotated[str, Query(max_length=20)] = "",
    touch_minutes: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Both workflows with touches, time and cost; before any case was worked beside people, the target alone.

    Raises WrongUsage, and NothingToRedesign where there is no such procedure.
    """
    assumed = Assumptions(number_of(hour_cost), number_of(touch_minutes))
    with look.premises.database.read() as reader:
        try:
            found = redesign(look.premises, reader, procedure, assumed)
        except (NothingToRedesign, RunNotFound):
            spec = look.operation.procedures.get(procedure)
            if spec is None:
                raise
            after = steps_of(look.operation, procedure)
            return look.render("redesign_target.html", procedure=procedure, title=spec.title, after=after)
    return look.render(
        "redesign.html",
        found=found,
        ways=WAYS,
        hour_cost=hour_cost,
        touch_minutes=touch_minutes,
        usual=(HOUR_COST, TOUCH_MINUTES),
        currency=look.operation.about.currency,
        time_of=worth.time_of,
        is_bounded=lambda interval: isfinite(interval.low),
        behind="/cases" if found.history == LEDGER else f"/radar/{found.history}",
    )
