"""The pages of the radar: histories, what was found in each, and the events of an example case."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app import kept_findings
from aboveloop.app.importing.footing import footing_of
from aboveloop.console.forms import FormHere
from aboveloop.console.frame import CasesLook
from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.govern import people
from aboveloop.kit.clock import from_micros
from aboveloop.kit.errors import WrongUsage

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/radar")
def history_list(look: CasesLook) -> HTMLResponse:
    """Every history with its scores."""
    found = kept_findings.histories(look.premises.settings.home)
    with look.premises.database.read() as reader:
        stands = {each.about.name: footing_of(reader, look.operation, each.about) for each in found}
    return look.render("radar_list.html", histories=found, stands=stands, instant=from_micros)


@router.get("/radar/{name}")
def history(look: CasesLook, name: str) -> HTMLResponse:
    """What was found in one history. Raises HistoryNotFound."""
    seen = kept_findings.looked(look.premises.settings.home, name)
    with look.premises.database.read() as reader:
        stands = footing_of(reader, look.operation, seen.about)
    return look.render(
        "radar.html",
        about=seen.about,
        stands=stands,
        found=seen.found,
        instant=from_micros,
        case_link=lambda case: f"/radar/{name}/case?" + urlencode({"id": case}),
    )


@router.post("/radar/{name}")
def look_at(form: FormHere, name: str) -> RedirectResponse:
    """Look at a history now. Raises MayNot, HistoryNotFound."""
    people.may(form.look.visitor.person, "propose").demand()
    assumed = Assumptions(number_of(form.text("hour_cost")), number_of(form.text("touch_minutes")))
    kept_findings.look_at(form.look.premises.settings.home, name, assumed)
    return RedirectResponse(f"/radar/{name}?notice=measured", status_code=303)


@router.get("/radar/{name}/case")
def example(look: CasesLook, name: str, case: Annotated[str, Query(alias="id", max_length=300)]) -> HTMLResponse:
    """The events of one case, without what was said. Raises HistoryNotFound."""
    events = kept_findings.events_of(look.premises.settings.home, name, case)
    status = 200 if events else 404
    return look.render("radar_case.html", status=status, name=name, case=case, events=events, instant=from_micros)


def number_of(text: str) -> float | None:
    """A number from 0 up as people write it, None where they wrote nothing. Raises WrongUsage."""
    if not text.strip():
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError as error:
        raise WrongUsage(f"{text!r} is no number. Write one such as 45.") from error
    if not 0 <= value < 1e9:
        raise WrongUsage(f"{text} cannot be. Write a number from 0 up.")
    return value
