"""Pages of the work beside people: how far it agrees, what it would have taken over, who was right."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app.portfolio.redesign import needs_of
from aboveloop.app.shadowing import runs
from aboveloop.app.shadowing.comparing import ASPECTS, Compared
from aboveloop.app.shadowing.runs import Run, RunNotFound
from aboveloop.app.shadowing.scorecard import scorecard
from aboveloop.console.forms import FormHere
from aboveloop.console.frame import CasesLook
from aboveloop.kit.database import Reader
from aboveloop.understand.masking.examples import as_example
from aboveloop.work.privacy.surroundings import of_operation

# More than one sitting looks through; the rest follows when these are judged.
LISTED = 100
ASPECT_WORDS = {"intent": "Need", "route": "Route", "action": "Action", "outcome": "Outcome"}
WOULD_WORDS = {
    "ended_alone": "would have ended without a person",
    "asked_approval": "would have waited for a person's yes",
    "handed_over": "would have gone to a person",
}
RIGHT_WORDS = {"worker": "The worker", "person": "The person", "both": "Both", "neither": "Neither"}

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/shadow")
def page(look: CasesLook) -> HTMLResponse:
    """The scorecard of the latest run, kind by kind, and the cases in which worker and people differ."""
    with look.premises.database.read() as reader:
        found = _latest(reader)
    judged = {verdict.case_id: verdict for verdict in found.verdicts} if found else {}
    differing = found.differing if found else []
    differing.sort(key=lambda each: each.past.case_id in judged)
    return look.render(
        "shadow.html",
        run=found,
        card=scorecard(found.compared, found.verdicts) if found else None,
        differing=differing[:LISTED],
        more=max(0, len(differing) - LISTED),
        judged=judged,
        redesigns=needs_of(look.operation, found.compared) if found else [],
        aspects=ASPECT_WORDS,
        would=WOULD_WORDS,
        rights=RIGHT_WORDS,
        rate=_rate,
        time=_time,
    )


@router.get("/shadow/{run_id}/{case_id}")
def case_page(look: CasesLook, run_id: str, case_id: str) -> HTMLResponse:
    """One case: what the customer wrote, masked, and what each side did of it. Raises RunNotFound."""
    with look.premises.database.read() as reader:
        found = runs.find(reader, run_id)
    each = _case(found, case_id)
    around = of_operation(look.operation)
    return look.render(
        "shadow_case.html",
        run=found,
        each=each,
        words=[as_example(text, around).text for text in runs.words_of(look.premises, found, case_id)],
        verdict=next((verdict for verdict in found.verdicts if verdict.case_id == case_id), None),
        following=next((one.past.case_id for one in found.unjudged if one.past.case_id != case_id), None),
        aspects=[(ASPECT_WORDS[aspect], each.pairs[aspect]) for aspect in ASPECTS if aspect in each.pairs],
        rights=RIGHT_WORDS,
        time=_time,
    )


@router.post("/shadow/{run_id}/{case_id}")
def judge(form: FormHere, run_id: str, case_id: str) -> RedirectResponse:
    """Somebody says who was right. Raises MayNot, VerdictFaulty, RunNotFound."""
    right = form.text("right", required="Say who was right. Nothing was written down.")
    person = form.look.visitor.person
    runs.judge(form.look.premises, run_id, case_id, right, by=person, because=form.text("because"))
    with form.look.premises.database.read() as reader:
        left = runs.find(reader, run_id).unjudged
    following = f"/shadow/{run_id}/{left[0].past.case_id}" if left else "/shadow"
    return RedirectResponse(f"{following}?notice=judged", status_code=303)


def _latest(reader: Reader) -> Run | None:
    try:
        return runs.find(reader)
    except RunNotFound:
        return None


def _case(found: Run, case_id: str) -> Compared:
    for each in found.compared:
        if each.past.case_id == case_id:
            return each
    raise RunNotFound(f"There is no case {case_id} in the run {found.id}.")


def _rate(rate: dict[str, Any]) -> str:
    if rate["share"] is None:
        return "not noted by people"
    low, high = rate["interval"]
    return f"{rate['share']:.0%} of {rate['n']} ({low:.0%} to {high:.0%})"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "unknown"
    return f"{seconds:.2f} s" if seconds < 120 else f"{seconds / 3600:.1f} h"
