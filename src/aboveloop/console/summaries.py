"""What people answer to a summary or to a suggested step; a step that one press can do is done with it."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app.summaries import answers, wording
from aboveloop.app.summaries.answers import Answer, verdict_named
from aboveloop.console.forms import FormHere
from aboveloop.journey import cases

router = APIRouter(default_response_class=HTMLResponse)


@router.post("/cases/{case_id}/suggestions")
def answer(form: FormHere, case_id: str) -> RedirectResponse:
    """Accept, edit or reject. What is accepted is done, or led to."""
    look = form.look
    with look.premises.database.read() as reader:
        case = cases.get(reader, case_id)
    look.note({case.id: case.customer_id}, "case")
    given = Answer(
        target=form.text("target", required="Say what you answer."),
        verdict=verdict_named(form.text("verdict")),
        digest=form.text("digest") or None,
        text=form.text("text"),
        because=form.text("because"),
    )
    taken = answers.answer(look.premises, look.visitor.person, case_id, given)
    leads = taken.step is not None and given.verdict == "accepted" and not taken.is_done
    page = taken.step.page if taken.step is not None and leads else f"/cases/{case_id}"
    notice = "step_done" if taken.is_done else f"suggestion_{given.verdict}"
    return RedirectResponse(_noticed(page, notice), 303)


def _noticed(page: str, notice: str) -> str:
    """The page with what was done, before the part of it that it leads to."""
    path, mark, place = page.partition("#")
    return f"{path}?notice={notice}{mark}{place}"


@router.post("/cases/{case_id}/wording")
def word(form: FormHere, case_id: str) -> RedirectResponse:
    """Ask an outside model for a wording; where something in it is new it is not shown, and the ledger says so."""
    look = form.look
    with look.premises.database.read() as reader:
        case = cases.get(reader, case_id)
    look.note({case.id: case.customer_id}, "case")
    vendor = form.text("vendor", required="Choose an outside model. Nothing was sent.")
    told = wording.word(look.premises, look.visitor.person, case_id, vendor=vendor)
    return RedirectResponse(f"/cases/{case_id}?notice={'worded' if told.text else 'not_worded'}#summary", 303)
