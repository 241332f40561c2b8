"""Sheets to take along: the radar, the work beside people and a charter on one page, as HTML or PDF."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from aboveloop.app import kept_findings
from aboveloop.app.chartering import freezing, reporting
from aboveloop.app.portfolio.after import After
from aboveloop.app.portfolio.errors import NothingToReport
from aboveloop.app.shadowing import runs
from aboveloop.app.sheets.beside import beside_sheet
from aboveloop.app.sheets.charter import charter_sheet
from aboveloop.app.sheets.html import page
from aboveloop.app.sheets.pdf import pdf
from aboveloop.app.sheets.radar import radar_sheet
from aboveloop.app.sheets.sheet import Sheet
from aboveloop.console.frame import CasesLook

Form = Literal["html", "pdf"]

router = APIRouter()


@router.get("/sheets/charters/{name}/{form}")
def of_charter(
    look: CasesLook,
    name: str,
    form: Form,
    since: date | None = None,
    until: date | None = None,
    history: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Before and after. Raises CharterUnknown, CharterIncomplete, BaselineEmpty and HistoryNotFound."""
    charter = freezing.charter_of(look.operation, name)
    after = None
    if since is not None and until is not None and charter.baseline is not None:
        after = After(since, until, history or charter.baseline.history)
    found = reporting.report(look.premises, name, **(vars(after) if after is not None else {}))
    return _taken(charter_sheet(look.operation, found, after, now=look.now), f"charter-{name}", form)


@router.get("/sheets/shadow/{form}")
def of_run(look: CasesLook, form: Form) -> Response:
    """The latest run beside people. Raises RunNotFound."""
    with look.premises.database.read() as reader:
        found = runs.find(reader)
    return _taken(beside_sheet(look.operation, found, None, now=look.now), f"beside-people-{found.history}", form)


@router.get("/sheets/radar/{name}/{form}")
def of_history(look: CasesLook, name: str, form: Form) -> Response:
    """What was found in a history. Raises HistoryNotFound, and NothingToReport where nobody has looked."""
    seen = kept_findings.looked(look.premises.settings.home, name)
    if seen.found is None:
        raise NothingToReport(f"Nobody has looked at {name} since it was imported: look first, on the radar's page.")
    return _taken(radar_sheet(name, look.operation.about.title, seen.found, now=look.now), f"radar-{name}", form)


def _taken(sheet: Sheet, name: str, form: Form) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    if form == "pdf":
        return Response(pdf(sheet), media_type="application/pdf", headers=headers)
    return Response(page(sheet), media_type="text/html; charset=utf-8", headers=headers)
