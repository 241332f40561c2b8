"""The scorecard's page: candidates ranked on five scales, what data hints at, how firm the ranking is, and a form."""

import csv
import io
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from aboveloop.app.portfolio import candidates
from aboveloop.app.portfolio.candidates import Kept
from aboveloop.console.forms import Form, FormHere
from aboveloop.console.frame import CasesLook, Look
from aboveloop.discover.scorecard import QUESTIONS, SCALES, Candidate, as_rows
from aboveloop.govern import people
from aboveloop.history import store as histories

VERDICTS: Mapping[str, tuple[str, str]] = {
    "pilot": ("fit for a pilot", "lane-tag-allowed"),
    "not ready": ("not ready", "warn"),
    "better for humans": ("stays with people", ""),
}
NOT_A_NUMBER = "Write a number from 0 up, such as 12 or 0.5."

router = APIRouter(default_response_class=HTMLResponse)
Weight = Annotated[float, Query(ge=0, le=100)]


def _weights(
    value: Weight = 1, feasibility: Weight = 1, data_readiness: Weight = 1, integration: Weight = 1, change: Weight = 1
) -> dict[str, float]:
    """How much each scale counts, as the address says."""
    return dict(zip(SCALES, (value, feasibility, data_readiness, integration, change), strict=True))


WeightsHere = Annotated[dict[str, float], Depends(_weights)]


@router.get("/scorecard")
def page(look: CasesLook, weights: WeightsHere) -> HTMLResponse:
    """The ranking under these weights. Raises CandidatesUnreadable where all weights are 0."""
    with look.premises.database.read() as reader:
        found = candidates.every(reader)
    card = candidates.card(look.premises.settings.home, found, weights) if found else None
    ranked = card.ranked if card else ()
    return look.render(
        "scorecard.html",
        card=card,
        pilots=[each for each in ranked if each.verdict != "better for humans"],
        kept=[each for each in ranked if each.verdict == "better for humans"],
        about={each.candidate.candidate: each for each in found},
        scales=SCALES,
        weights=weights,
        verdicts=VERDICTS,
        chartered=set(look.operation.charters),
        export="/scorecard/csv?" + urlencode(weights),
    )


@router.get("/scorecard/csv")
def export(look: CasesLook, weights: WeightsHere) -> Response:
    """The ranking as a table for a spreadsheet. Raises CandidatesUnreadable where there is no candidate."""
    with look.premises.database.read() as reader:
        found = candidates.every(reader)
    rows = as_rows(candidates.card(look.premises.settings.home, found, weights))
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]))
    writer.writeheader()
    writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)
    headers = {"Content-Disposition": 'attachment; filename="scorecard.csv"'}
    return Response(file.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/scorecard/candidate")
def candidate_form(
    look: CasesLook,
    name: Annotated[str, Query(max_length=100)] = "",
    history: Annotated[str, Query(max_length=100)] = "",
    opportunity: Annotated[int | None, Query(ge=0, le=10_000)] = None,
    kind: Annotated[int | None, Query(ge=0, le=10_000)] = None,
) -> HTMLResponse:
    """The form of a candidate: an empty one, one that is kept, or one that a finding of the radar begins.

    Raises MayNot, CandidateNotFound and HistoryNotFound.
    """
    people.may(look.visitor.person, "propose").demand()
    home = look.premises.settings.home
    begun = Kept(Candidate.model_construct(candidate="", problem="", scores={}), history)
    if name:
        with look.premises.database.read() as reader:
            begun = candidates.find(reader, name)
    elif opportunity is not None:
        begun = candidates.from_opportunity(home, history, opportunity)
    elif kind is not None:
        begun = candidates.from_kept_kind(home, history, kind)
    return _form_page(look, _values(begun), {})


@router.post("/scorecard/candidate")
def keep(form: FormHere) -> Response:
    """Keep a candidate. What is wrong is said at its field. Raises MayNot."""
    people.may(form.look.visitor.person, "propose").demand()
    kept, wrong = _read(form)
    if kept is None:
        return _form_page(form.look, {name: form.text(name) for name in form.values}, wrong, status=422)
    candidates.keep(form.look.premises, kept, by=form.look.visitor.person)
    return RedirectResponse("/scorecard?notice=candidate_kept", status_code=303)


@router.post("/scorecard/candidates/{name}/drop")
def drop(form: FormHere, name: str) -> RedirectResponse:
    """Take a candidate off the scorecard. Raises MayNot and CandidateNotFound."""
    candidates.drop(form.look.premises, name, by=form.look.visitor.person)
    return RedirectResponse("/scorecard?notice=candidate_dropped", status_code=303)


def _form_page(look: Look, values: Mapping[str, str], wrong: Mapping[str, str], *, status: int = 200) -> HTMLResponse:
    home = look.premises.settings.home
    return look.render(
        "candidate.html",
        status=status,
        value=lambda name: values.get(name, ""),
        wrong=wrong,
        scales=SCALES,
        questions=QUESTIONS,
        hints=candidates.hints_of(home, values.get("history", "")),
        histories=[each.about.name for each in histories.all_of(home)],
        kpis=look.operation.kpis,
        teams=look.operation.about.functions,
    )


def _values(kept: Kept) -> dict[str, str]:
    """What stands in the fields at first."""
    one = kept.candidate
    values = {"candidate": one.candidate, "problem": one.problem, "history": kept.history, "evidence": kept.evidence}
    values |= {f"score.{name}": str(score) for name, score in one.scores.items()}
    values |= {f"ready.{name}": "yes" if holds else "no" for name, holds in one.ready.items()}
    values |= {"kpi": next(iter(one.kpis), ""), "team": next(iter(one.teams), "")}
    for name in ("cases_a_day", "approvals_a_case"):
        number = getattr(one, name)
        values[name] = f"{number:g}" if number else ""
    values["better_for_humans"] = "yes" if one.better_for_humans else ""
    return values | {"worker": one.worker or ""}


def _read(form: Form) -> tuple[Kept | None, dict[str, str]]:
    """The candidate that a form means, or what is wrong at which field."""
    wrong: dict[str, str] = {}
    if not form.text("problem"):
        wrong["problem"] = "Say first what hurts, and whom. A candidate without a problem is a tool in search of one."
    numbers = {name: _number(form, name, wrong) for name in ("cases_a_day", "approvals_a_case")}
    scores = {name: int(text) for name in SCALES if (text := form.text(f"score.{name}")) in ("1", "2", "3", "4", "5")}
    ready = {name: text == "yes" for name in QUESTIONS if (text := form.text(f"ready.{name}")) in ("yes", "no")}
    given = {
        "candidate": form.text("candidate"),
        "problem": form.text("problem"),
        "scores": scores,
        "ready": ready,
        "kpis": [each for each in (form.text("kpi"),) if each],
        "teams": [each for each in (form.text("team"),) if each],
        "better_for_humans": form.text("better_for_humans") == "yes",
        "worker": form.text("worker") or None,
        **numbers,
    }
    try:
        found = Candidate.model_validate(given)
    except ValidationError as error:
        places = {str(each["loc"][0]) for each in error.errors(include_url=False)}
        if "candidate" in places:
            wrong["candidate"] = "Name it in small letters, digits and _, beginning with a letter."
        return None, wrong
    return (None, wrong) if wrong else (Kept(found, form.text("history"), form.text("evidence")), {})


def _number(form: Form, name: str, wrong: dict[str, str]) -> float:
    text = form.text(name).replace(",", ".")
    try:
        value = float(text or 0)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        wrong[name] = NOT_A_NUMBER
        return 0.0
    return value


def _plain(value: object) -> object:
    """A text that a spreadsheet would take for a formula is no longer one."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" else value
