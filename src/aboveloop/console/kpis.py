"""The page of KPIs: what each is worth, against its target, with the cases behind it."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app.measuring import kpis as measuring
from aboveloop.app.measuring import over_time
from aboveloop.console.day_lines import HIGH, WIDE, across, drawing
from aboveloop.console.forms import FormHere
from aboveloop.console.frame import CasesLook
from aboveloop.govern import people
from aboveloop.kit.errors import WrongUsage
from aboveloop.measure import store
from aboveloop.measure.kpis import in_unit, in_words
from aboveloop.measure.together import FEWEST_DAYS, link_in_words
from aboveloop.operation.delivery import Kpi, is_vanity

LEVELS: Mapping[str, str] = {
    "business": "Business: what the company gets",
    "operational": "Operational: how the work goes",
    "leading": "Leading: what moves first",
    "model": "Model: how well the workers understand",
}
# The cases behind each measure; those of the last days alone.
BEHIND: Mapping[str, str] = {
    "containment": "/cases?show=alone",
    "first_contact_resolution": "/cases?show=came_back",
    "hand_over_rate": "/cases?show=handed_over",
    "refusal_rate": "/cases?show=refused",
    "resolution_rate": "/cases?show=resolved",
    "reopening_rate": "/cases?show=reopened",
    "refund_rate": "/cases?show=refunded",
    "payment_rate": "/cases?show=paid",
    "handling_time": "/cases?show=ended",
    "not_understood_rate": "/cases?show=not_understood",
    "failed_turn_rate": "/cases?show=failed",
    "write_error_rate": "/audit",
    "approval_wait": "/approvals/measures",
    "denial_rate": "/approvals/measures",
    "edit_rate": "/approvals/measures",
}

SPANS: Mapping[int, str] = {28: "4 weeks", 56: "8 weeks", 91: "13 weeks", 182: "26 weeks"}

router = APIRouter(default_response_class=HTMLResponse)


def behind(kpi: Kpi, may: frozenset[str]) -> str:
    """The page behind the KPI's number; "" where there is none for this person."""
    address = BEHIND.get(kpi.measure or "", "")
    if address == "/audit" and "audit" not in may:
        return ""
    return f"{address}&days={kpi.days}" if "?" in address else address


@router.get("/overview/kpis")
def kpi_list(look: CasesLook) -> HTMLResponse:
    """The KPI stack, level by level."""
    with look.premises.database.read() as reader:
        found = measuring.states(look.premises, reader, look.now)
        since = store.open_breaches(reader)
    currency = look.operation.about.currency
    return look.render(
        "kpis.html",
        found=found,
        levels=LEVELS,
        since=since,
        shown=lambda kpi, value: in_words(kpi, value, currency),
        links=lambda kpi: behind(kpi, frozenset(look.visitor.person.may)),
        titles={name: kpi.title for name, kpi in look.operation.kpis.items()},
        is_vanity=lambda kpi: is_vanity(kpi, look.operation.kpis),
    )


@router.get("/overview/kpis/days")
def day_by_day(
    look: CasesLook, days: Annotated[int, Query(ge=FEWEST_DAYS, le=over_time.MOST_DAYS)] = over_time.DAYS
) -> HTMLResponse:
    """Every line of the stack on one axis of days, with the workers' signals: what changed, and what follows what."""
    with look.premises.database.read() as reader:
        found = over_time.together(look.premises, reader, look.now, days=days)
    currency = look.operation.about.currency
    return look.render(
        "kpi_days.html",
        found=found,
        days=days,
        spans=SPANS if days in SPANS else {**SPANS, days: f"{days} days"},
        levels=LEVELS,
        fewest=FEWEST_DAYS,
        drawn=lambda line: drawing(line.values),
        across=across(days),
        shown=lambda unit, value: in_unit(unit, value, currency),
        in_a_sentence=link_in_words,
        wide=WIDE,
        high=HIGH,
    )


@router.post("/overview/kpis")
def measure_now(form: FormHere) -> RedirectResponse:
    """Measure everything that the house works out. Raises MayNot."""
    people.may(form.look.visitor.person, "propose").demand()
    measuring.measure_all(form.look.premises)
    return RedirectResponse("/overview/kpis?notice=measured", status_code=303)


@router.post("/overview/kpis/{name}")
def write_down(form: FormHere, name: str) -> RedirectResponse:
    """The owner writes down what they measured elsewhere. Raises NotOwner."""
    text = form.text("value", required="Say what you measured. Nothing was written down.")
    try:
        value = float(text.replace(",", "."))
    except ValueError as error:
        raise WrongUsage(f"{text!r} is no number. Write one such as 0.82. Nothing was written down.") from error
    measuring.record(form.look.premises, name, value, by=form.look.visitor.person, note=form.text("note"))
    return RedirectResponse("/overview/kpis?notice=measured", status_code=303)
