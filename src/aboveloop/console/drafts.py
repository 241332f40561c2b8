"""Writing a charter in the browser: the form, its findings beside the fields, and the ways from draft to charter."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from aboveloop.app import kept_findings
from aboveloop.app.importing.footing import every_footing
from aboveloop.app.portfolio import candidates, drafts
from aboveloop.app.portfolio.drafts import Draft
from aboveloop.app.portfolio.errors import DraftChanged, DraftNotFound
from aboveloop.app.portfolio.templates import WIRED
from aboveloop.console import draft_form
from aboveloop.console.forms import Form, FormHere
from aboveloop.console.frame import CasesLook, Look
from aboveloop.govern import people
from aboveloop.govern.people import people_of
from aboveloop.history import store as histories
from aboveloop.history.errors import HistoryNotFound
from aboveloop.history.events import LEDGER
from aboveloop.kit.database import Reader
from aboveloop.operation.charter_faults import QUESTIONS
from aboveloop.operation.charters import Charter

router = APIRouter(default_response_class=HTMLResponse)
Named = Annotated[str, Query(max_length=100)]


@router.get("/drafts")
def new(look: CasesLook, candidate: Named = "", template: Named = "", charter: Named = "") -> HTMLResponse:
    """An empty form, or one begun from a candidate, a template or a charter at work. Raises MayNot."""
    people.may(look.visitor.person, "propose").demand()
    operation, values = look.operation, draft_form.empty()
    with look.premises.database.read() as reader:
        if candidate:
            begun = candidates.find(reader, candidate)
            values |= draft_form.from_candidate(operation, begun.candidate, begun.history)
        every = drafts.every(reader)
    if charter in operation.charters:
        values = draft_form.values_of(operation.charters[charter])
    if template in WIRED:
        values |= draft_form.from_template(WIRED[template])
    if not charter and not any(each.state == "pilot" for each in operation.charters.values()):
        values["focus"] = "yes"
    return _form_page(look, values, {}, every=every, candidate=candidate)


@router.post("/drafts")
def keep(form: FormHere) -> Response:
    """Keep the draft. What forbids it is said at its field, and so is what it still lacks. Raises MayNot."""
    look = form.look
    people.may(look.visitor.person, "propose").demand()
    with look.premises.database.read() as reader:
        before = _standing(look, reader, form.text("charter"))
        every = drafts.every(reader)
    found, wrong = draft_form.read(form, before)
    if found is not None:
        wrong |= drafts.refusals(look.operation, found)
    if found is None or wrong:
        given = {name: form.text(name) for name in form.values}
        return _form_page(look, given, {part: [said] for part, said in wrong.items()}, every=every, status=422)
    try:
        drafts.keep(look.premises, found, by=look.visitor.person, seen=form.text("seen"))
    except DraftChanged as error:
        return _changed(form, error, every)
    return RedirectResponse(f"/drafts/{found.charter}?notice=draft_kept", status_code=303)


@router.get("/drafts/{name}")
def one(look: CasesLook, name: str) -> HTMLResponse:
    """A draft with what it lacks beside each field. Raises DraftNotFound."""
    with look.premises.database.read() as reader:
        draft = drafts.find(reader, name)
        every = drafts.every(reader)
        seen = {each.candidate.candidate: each.history for each in candidates.every(reader)}
    values = draft_form.values_of(draft.charter)
    values.setdefault("history", seen.get(name, ""))
    values["seen"] = draft.version
    found = drafts.findings(look.operation, draft.charter)
    return _form_page(look, values, found, every=every, draft=draft)


@router.get("/drafts/{name}/file")
def file(look: CasesLook, name: str) -> Response:
    """The draft as the file that an operation folder holds. Raises DraftNotFound."""
    with look.premises.database.read() as reader:
        draft = drafts.find(reader, name)
    headers = {"Content-Disposition": f'attachment; filename="{name}.yaml"'}
    return Response(drafts.text_of(draft.charter), media_type="application/yaml", headers=headers)


@router.post("/drafts/{name}/release")
def release(form: FormHere, name: str) -> RedirectResponse:
    """A release with this charter, beside the one at work. Raises MayNot, DraftNotFound and FolderFaulty."""
    with form.look.premises.database.read() as reader:
        draft = drafts.find(reader, name)
    made = drafts.release(form.look.premises, draft, by=form.look.visitor.person)
    return RedirectResponse(f"/releases/{made.digest}?notice=release_made", status_code=303)


@router.post("/drafts/{name}/drop")
def drop(form: FormHere, name: str) -> RedirectResponse:
    """Give a draft up. Raises MayNot and DraftNotFound."""
    drafts.drop(form.look.premises, name, by=form.look.visitor.person)
    return RedirectResponse("/charters?notice=draft_dropped", status_code=303)


def _changed(form: Form, error: DraftChanged, every: Sequence[Draft]) -> HTMLResponse:
    """What was written, with who was faster. It carries the version that stands now: to keep it again is meant."""
    look, name = form.look, form.text("charter")
    with look.premises.database.read() as reader:
        now = next((each.version for each in drafts.every(reader) if each.charter.charter == name), "")
    given = {each: form.text(each) for each in form.values} | {"seen": now}
    return _form_page(look, given, {"charter": [str(error)]}, every=every, changed=str(error), status=409)


def _standing(look: Look, reader: Reader, name: str) -> Charter | None:
    """What the form changes: the draft of this name, else the charter at work."""
    try:
        return drafts.find(reader, name).charter
    except DraftNotFound:
        return look.operation.charters.get(name)


def _form_page(
    look: Look,
    values: Mapping[str, str],
    found: Mapping[str, Sequence[str]],
    *,
    every: Sequence[Draft],
    draft: Draft | None = None,
    candidate: str = "",
    changed: str = "",
    status: int = 200,
) -> HTMLResponse:
    operation = look.operation
    shown = draft_form.with_window(values, _about(look, values.get("history", "")), operation.about.timezone)
    focus = next((name for name, each in operation.charters.items() if each.state == "pilot"), "")
    return look.render(
        "draft.html",
        status=status,
        draft=draft,
        every=[each for each in every if draft is None or each.charter.charter != draft.charter.charter],
        is_refused=status != 200,
        changed=changed,
        value=lambda name: shown.get(name, ""),
        found=found,
        at_work=operation.charters.get(draft.charter.charter) if draft else None,
        focus="" if draft and focus == draft.charter.charter else focus,
        candidate=candidate,
        outcomes=WIRED,
        measures=draft_form.MEASURES,
        rows=draft_form.ROWS,
        buckets=draft_form.BUCKETS,
        duties=draft_form.DUTIES,
        guards=range(draft_form.GUARDS),
        questions=QUESTIONS,
        kpis=operation.kpis,
        teams=operation.about.functions,
        procedures={name: each.title or name for name, each in operation.procedures.items()},
        everybody=people_of(operation),
        histories=_sources(look),
        activities=_activities(look, values.get("history", "")),
    )


def _sources(look: Look) -> list[tuple[str, str]]:
    """What a baseline may be counted from, and how it is told there: a spreadsheet says that it is for exploration."""
    with look.premises.database.read() as reader:
        found = every_footing(look.premises, reader, look.operation)
    named = [
        (about.name, about.name if stands.is_firm else f"{about.name} ({stands.title})") for about, stands in found
    ]
    return [(LEDGER, "our own ledger"), *named]


def _about(look: Look, history: str) -> histories.About | None:
    try:
        return histories.find(look.premises.settings.home, history).about
    except HistoryNotFound:
        return None


def _activities(look: Look, history: str) -> list[str]:
    """What happens in the history, the most frequent first; nothing where nobody has looked at it."""
    if _about(look, history) is None:
        return []
    looked = kept_findings.looked(look.premises.settings.home, history)
    return [each["activity"] for each in (looked.found or {}).get("activities", [])][:20]
