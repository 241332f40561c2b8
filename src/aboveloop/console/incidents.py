"""Incidents on pages: which there are, and of each its five steps, with what is decided in every one of them."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app.incidents import IncidentDesk, suspected, view_of
from aboveloop.console.forms import Form, FormHere
from aboveloop.console.frame import CasesLook, Look
from aboveloop.govern.incidents import steps
from aboveloop.govern.incidents.book import Book, Report
from aboveloop.govern.incidents.incident import Incident, Scope, Severity, Step
from aboveloop.govern.paging.pager import open_pages
from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.money import Money
from aboveloop.operation import releases

# More actions than people read line by line; the rest is behind `aboveloop incident show`.
SHOWN = 100

ENTRIES = {
    "IncidentOpened": "opened it",
    "IncidentStopped": "stopped it",
    "PageRaised": "paged who is on call",
    "PersonCalled": "called somebody",
    "CallDelivered": "a call was delivered",
    "CallFailed": "a call failed",
    "PageAcknowledged": "acknowledged the page",
    "IncidentContained": "found everybody affected",
    "IncidentCorrected": "every affected customer is answered for",
    "IncidentReconciled": "every wrong action is settled",
    "IncidentRuleTested": "tested a rule change",
    "IncidentReviewed": "the rule change held",
    "IncidentClosed": "closed it",
    "RepairProposed": "proposed a repair",
    "RepairDone": "a repair was done",
    "RepairDeclined": "a repair was declined by people",
    "RepairFailed": "a repair failed",
    "WrongAccepted": "accepted that something stays wrong",
}

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/incidents")
def incident_list(look: CasesLook) -> HTMLResponse:
    """What went wrong: what is open first."""
    premises, operation = look.premises, look.operation
    with premises.database.read() as reader:
        found = Book(premises.ledger, operation).all(reader)
        made = releases.list_releases(reader)
        pages = open_pages(reader)
    rules = sorted(rule.id for rule in premises.pack_of(operation).rules)
    writes = [
        f"{system.system}.{name}"
        for system in operation.systems.values()
        for name, spec in system.operations.items()
        if spec.kind == "write"
    ]
    return look.render(
        "incidents.html",
        found=found,
        pages=pages,
        done=_steps_done,
        severities=list(Severity),
        releases=made,
        rules=rules,
        writes=sorted(writes),
        procedures=sorted(operation.procedures),
    )


@router.get("/incidents/{incident_id}")
def one_incident(look: CasesLook, incident_id: str) -> HTMLResponse:
    """One incident and its five steps."""
    premises = look.premises
    with premises.database.read() as reader:
        view = view_of(premises, reader, incident_id)
        made = releases.list_releases(reader)
        current = releases.deployed(reader)
    incident = view.incident
    names = {each.digest: each.name for each in made}
    return look.render(
        "incident.html",
        incident=incident,
        view=view,
        shown=view.affected[:SHOWN],
        suspected=suspected(incident),
        may_take={step.value: steps.may_take(incident, step) for step in Step},
        may_close=steps.may_close(incident),
        releases=made,
        current=current,
        release_name=lambda digest: names.get(digest, (digest or "")[:12]),
        money=lambda minor: str(Money(minor, look.operation.about.currency)),
        entry_words=lambda kind: ENTRIES.get(kind, kind),
        minutes=_minutes,
    )


@router.post("/incidents/open")
def open_one(form: FormHere) -> RedirectResponse:
    title = form.text("title", required="Say in a line what went wrong. No incident was opened.")
    scope = Scope(
        release=form.text("release") or None,
        procedure=form.text("procedure") or None,
        rule=form.text("rule") or None,
        operation=form.text("operation") or None,
    )
    made = _desk(form).open(Report(title, _severity(form), scope, found_by=form.text("found_by")))
    return _back(made, "incident_opened")


@router.post("/pages/{page_id}/acknowledge")
def acknowledge(form: FormHere, page_id: str) -> RedirectResponse:
    _desk(form).acknowledge(page_id)
    return RedirectResponse("/incidents?notice=page_acknowledged", status_code=303)


@router.post("/incidents/{incident_id}/stop")
def stop(form: FormHere, incident_id: str) -> RedirectResponse:
    return _back(_desk(form).stop(incident_id, because=form.text("because")), "incident_stopped")


@router.post("/incidents/{incident_id}/contain")
def contain(form: FormHere, incident_id: str) -> RedirectResponse:
    view = _desk(form).contain(incident_id, against=form.text("against") or None)
    return _back(view.incident, "incident_contained")


@router.post("/incidents/{incident_id}/correct")
def correct(form: FormHere, incident_id: str) -> RedirectResponse:
    _desk(form).correct(incident_id, text=form.text("text"))
    return _back(incident_id, "incident_corrected")


@router.post("/incidents/{incident_id}/reconcile")
def reconcile(form: FormHere, incident_id: str) -> RedirectResponse:
    _desk(form).reconcile(incident_id, against=form.text("against") or None)
    return _back(incident_id, "incident_reconciled")


@router.post("/incidents/{incident_id}/accept")
def accept(form: FormHere, incident_id: str) -> RedirectResponse:
    because = form.text("because", required="Say why it may stay as it is. Nothing was accepted.")
    return _back(_desk(form).accept(incident_id, form.text("key"), because=because), "incident_accepted")


@router.post("/incidents/{incident_id}/review")
def review(form: FormHere, incident_id: str) -> RedirectResponse:
    named = form.text("release", required="Choose the release with the rule change.")
    scenario = form.text("scenario", required="Name the scenario that tells the incident.")
    premises = form.look.premises
    with premises.database.read() as reader:
        digest = releases.find_release(reader, named).digest
    _desk(form).review(incident_id, premises.operation_of(digest), scenario)
    return _back(incident_id, "incident_reviewed")


@router.post("/incidents/{incident_id}/close")
def close(form: FormHere, incident_id: str) -> RedirectResponse:
    lesson = form.text("lesson", required="Say in a line what was learnt. It was not closed.")
    _desk(form).close(incident_id, lesson=lesson)
    return _back(incident_id, "incident_closed")


def _desk(form: Form) -> IncidentDesk:
    look: Look = form.look
    return IncidentDesk(look.premises, look.visitor.person)


def _severity(form: Form) -> Severity:
    text = form.text("severity")
    try:
        return Severity(text)
    except ValueError as error:
        raise WrongUsage(f"{text!r} is no severity. Choose one of the list.") from error


def _back(incident: Incident | str, notice: str) -> RedirectResponse:
    incident_id = incident if isinstance(incident, str) else incident.id
    return RedirectResponse(f"/incidents/{incident_id}?notice={notice}", status_code=303)


def _steps_done(incident: Incident) -> int:
    return sum(1 for step in Step if incident.done_at(step) is not None)


def _minutes(span: Any) -> str:
    """A span of time in the unit in which people say it."""
    if span is None:
        return "not yet"
    seconds = int(span.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
