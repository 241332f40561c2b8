"""The pages of charters: all of them on their way from idea to proven value, and each with what is decided there."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app.chartering import freezing, reporting
from aboveloop.app.chartering.errors import CharterIncomplete
from aboveloop.app.chartering.reporting import Report
from aboveloop.app.importing.footing import footing
from aboveloop.app.measuring import kpis
from aboveloop.app.measuring.stack import Storey, stack_of
from aboveloop.app.portfolio import reported, worth
from aboveloop.app.portfolio.after import After, proposed, weaknesses
from aboveloop.app.portfolio.funnel import LONGEST_PILOT, WAY, Pilot, Step, pilot_of, portfolio
from aboveloop.app.portfolio.pilot_guards import pilot_guards
from aboveloop.app.portfolio.premortem import premortem
from aboveloop.app.portfolio.redesign import needs_of
from aboveloop.app.shadowing import runs
from aboveloop.console.forms import Form, FormHere
from aboveloop.console.frame import CasesLook, Look
from aboveloop.console.kpis import LEVELS, behind
from aboveloop.govern.lanes import Stage
from aboveloop.history import store as histories
from aboveloop.history.errors import HistoryNotFound
from aboveloop.history.events import LEDGER
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import WrongUsage
from aboveloop.measure.errors import BaselineEmpty
from aboveloop.measure.kpis import in_words
from aboveloop.operation.charter_faults import QUESTIONS
from aboveloop.operation.charters import Charter
from aboveloop.operation.models import Operation

STEPS: Mapping[Step, str] = {
    Step.IDEA: "Idea",
    Step.CHARTERED: "Chartered",
    Step.SHADOW: "Beside people",
    Step.PRODUCTION: "In production",
    Step.PROVEN: "Value proven",
    Step.KEPT: "Stays with people",
}
# What each step asks of whoever looks at the page.
DECIDES: Mapping[Step, str] = {
    Step.IDEA: "Decide whether this is worth a pilot. Nothing is built on it before what is missing below is there.",
    Step.CHARTERED: "Decide when a worker may show what it would do: beside people it changes nothing.",
    Step.SHADOW: "Judge the cases in which worker and people differ, and decide whether the next stage is earned.",
    Step.PRODUCTION: "Decide whether the business metric moved: hold the after against the frozen before, and keep the"
    " report.",
    Step.PROVEN: "The value is proven by a report that was kept. Decide what comes next.",
    Step.KEPT: "It was decided that people do this better. That is a good end of a screening: nothing is owed.",
}
# Older ones stand on the page of their charter.
REPORTS_SHOWN = 20
GRADES: Mapping[str, tuple[str, str]] = {
    "as agreed": ("moved as agreed", "lane-tag-allowed"),
    "moved": ("moved, less than agreed", "warn"),
    "not moved": ("not moved beyond chance", "warn"),
    "no worker": ("moved, and no worker served", "warn"),
    "baseline broken": ("held against a broken baseline", "lane-tag-prohibited"),
}

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/charters")
def charter_list(look: CasesLook) -> HTMLResponse:
    """Every charter, the focus first, and how many came how far."""
    with look.premises.database.read() as reader:
        found = portfolio(look.premises, reader, look.now)
        kept = [each for of in reported.all_kept(reader).values() for each in of]
    return look.render(
        "charters.html",
        found=found,
        kept=sorted(kept, key=lambda each: each.at, reverse=True)[:REPORTS_SHOWN],
        grades=GRADES,
        steps=STEPS,
        way=WAY,
        longest=LONGEST_PILOT.days,
        worth=worth,
    )


@router.get("/charters/{name}")
def one_charter(
    look: CasesLook,
    name: str,
    since: date | None = None,
    until: date | None = None,
    history: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    """A charter, what it lacks, its baseline, and the after where one is asked for. Raises CharterUnknown."""
    premises, operation = look.premises, look.operation
    charter = freezing.charter_of(operation, name)
    with premises.database.read() as reader:
        pilot = pilot_of(premises, reader, charter, look.now)
        states = {each.kpi.kpi: each for each in kpis.states(premises, reader, look.now)}
        kept = reported.all_kept(reader).get(name, [])
        redesigns = _redesigns(reader, operation)
        reasons = premortem(premises, reader, charter)
        guards = pilot_guards(reader, charter, look.now)
        stands = footing(premises, reader, operation, charter.baseline.history) if charter.baseline else None
    asked = _asked(charter, since, until, history)
    report, unable = _report(look, pilot, asked, is_asked=since is not None and until is not None)
    return look.render(
        "charter.html",
        charter=charter,
        pilot=pilot,
        step=STEPS[pilot.step],
        decides=DECIDES[pilot.step],
        states=states,
        kept=kept,
        grades=GRADES,
        asked=asked,
        report=report,
        unable=unable,
        grade=reported.grade_of(report) if report is not None and report.after is not None else "",
        remarks=weaknesses(charter.baseline, pilot.ways, asked)
        if charter.baseline and asked and report is not None and report.after is not None
        else [],
        sources=[LEDGER, *(each.about.name for each in histories.all_of(premises.settings.home))],
        questions=QUESTIONS,
        redesigns=redesigns,
        reasons=reasons,
        guards=guards,
        stands=stands,
        worth=worth,
        is_unbuilt=all(way.stage is Stage.SHADOW for way in pilot.ways),
        valued_kpi=lambda state: in_words(
            state.kpi, state.value.value if state.value else None, operation.about.currency
        ),
    )


@router.get("/charters/{name}/stack")
def kpi_stack(look: CasesLook, name: str) -> HTMLResponse:
    """The four levels of KPIs around the one that the charter moves. Raises CharterUnknown."""
    charter = freezing.charter_of(look.operation, name)
    with look.premises.database.read() as reader:
        found = stack_of(look.premises, reader, charter, look.now)
    return look.render(
        "stack.html",
        charter=charter,
        found=found,
        levels=LEVELS,
        titles={each: kpi.title for each, kpi in look.operation.kpis.items()},
        shown=lambda kpi, value: in_words(kpi, value, look.operation.about.currency),
        links=lambda each: _cases_of(behind(each.kpi, frozenset(look.visitor.person.may)), each, charter),
    )


def _cases_of(address: str, storey: Storey, charter: Charter) -> str:
    """The cases behind a number of the stack: of the procedure alone where the number is, and the list can be."""
    if storey.is_of_pilot and address.startswith("/cases?"):
        return f"{address}&procedure={charter.procedures[0]}" if len(charter.procedures) == 1 else ""
    return address


@router.post("/charters/{name}/freeze")
def freeze(form: FormHere, name: str) -> RedirectResponse:
    """Count the baseline and freeze it. Raises MayNot, CharterIncomplete, BaselineFrozen and BaselineEmpty."""
    freezing.freeze(form.look.premises, name, by=form.look.visitor.person, because=form.text("because"))
    return RedirectResponse(f"/charters/{name}?notice=frozen#baseline", status_code=303)


@router.post("/charters/{name}/report")
def keep_report(form: FormHere, name: str) -> RedirectResponse:
    """Keep the report over the days that the form names. Raises MayNot, CharterIncomplete and BaselineEmpty."""
    since, until = _day(form, "since"), _day(form, "until")
    charter = freezing.charter_of(form.look.operation, name)
    after = _asked(charter, since, until, form.text("history"))
    if after is None:
        raise CharterIncomplete(f"The charter {name} does not say what its baseline is. Nothing was kept.")
    found = reporting.report(form.look.premises, name, **vars(after))
    reported.keep(form.look.premises, found, by=form.look.visitor.person, span=after.in_words)
    return RedirectResponse(f"/charters/{name}?notice=report_kept#kept", status_code=303)


def _redesigns(reader: Reader, operation: Operation) -> list[str]:
    """The procedures of which the latest run beside people tells how their need is served."""
    try:
        return needs_of(operation, runs.find(reader).compared)
    except runs.RunNotFound:
        return []


def _asked(charter: Charter, since: date | None, until: date | None, history: str) -> After | None:
    """The after that is asked for; what is not said is as proposed."""
    if charter.baseline is None:
        return None
    first = proposed(charter.baseline)
    begins = since or first.since
    return After(begins, until or begins + (first.until - first.since), history or first.history)


def _report(look: Look, pilot: Pilot, asked: After | None, *, is_asked: bool) -> tuple[Report | None, str]:
    """The report, or why the after that was asked for cannot be counted."""
    name = pilot.charter.charter
    if pilot.frozen is None or asked is None:
        return None, ""
    if not is_asked:
        return reporting.report(look.premises, name), ""
    try:
        return reporting.report(look.premises, name, **vars(asked)), ""
    except (BaselineEmpty, HistoryNotFound) as error:
        return reporting.report(look.premises, name), str(error)


def _day(form: Form, name: str) -> date:
    text = form.text(name, required="Name the first day of the after and the day after its last.")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(f"{text!r} is no day: write one such as 2027-01-04. Nothing was kept.") from error
