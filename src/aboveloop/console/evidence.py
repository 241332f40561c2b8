"""Taking evidence from the pages: a POST that makes the folder and gives it as one zip, for people who may."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from aboveloop.app.evidence.folder import Wish, write_evidence, zip_folder
from aboveloop.app.evidence.scope import Kind, Scope, scope_of
from aboveloop.app.looking import doors
from aboveloop.console.forms import Form, FormHere

router = APIRouter()


@router.post("/cases/{case_id}/evidence")
def of_case(form: FormHere, case_id: str) -> FileResponse:
    return _taken(form, Scope("case", case_id))


@router.post("/audit/evidence")
def of_choice(form: FormHere) -> FileResponse:
    """One case, customer or incident, or a time: exactly one of them. Raises WrongUsage."""
    kinds: tuple[Kind, ...] = ("case", "customer", "incident")
    named = {kind: form.text(kind) or None for kind in kinds}
    since, until = form.text("since") or None, form.text("until") or None
    return _taken(form, scope_of(named, since, until, zone=form.look.operation.about.timezone))


def _taken(form: Form, scope: Scope) -> FileResponse:
    """The zip, made in a place of its own that is gone once it is sent. Raises MayNot and what the writing raises."""
    wish = Wish(scope, form.look.visitor.person, personal=form.text("personal") == "yes", through="console")
    if not wish.personal:
        doors.told()
    name = f"evidence-{scope.kind}-{form.look.now:%Y-%m-%d}"
    with ExitStack() as kept:
        place = Path(kept.enter_context(TemporaryDirectory(prefix="aboveloop-evidence-")))
        packed = zip_folder(write_evidence(form.look.premises, wish, place / name).folder, place / f"{name}.zip")
        gone = BackgroundTask(kept.pop_all().close)
    return FileResponse(packed, media_type="application/zip", filename=packed.name, background=gone)
