"""Forms for a company's own pages and programs, as JSON: what a form asks, sending it, and what became of it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from aboveloop.api.errors import FormMissing, VisitUnknown
from aboveloop.api.form_pages import Place, place_of, status_of
from aboveloop.api.routes import described
from aboveloop.api.shapes import Shape, Words
from aboveloop.api.visitors import DoorkeeperHere
from aboveloop.app.doors import Doorkeeper
from aboveloop.app.forms.filling import choices_of, kind_of, longest
from aboveloop.app.forms.sending import Given, NotTaken, say, send
from aboveloop.app.forms.slips import new_slip
from aboveloop.app.forms.visits import State, Visit, visit_of
from aboveloop.operation.form_models import Form, told

# More fields than a form has, each longer than any that is taken: the rest is not looked at.
MOST_FIELDS = 60


class ChoiceShape(Shape):
    value: str
    label: str


class FieldShape(Shape):
    field: str
    label: str
    help: str
    kind: str = Field(description="The kind of its entity; `need`, `short` or `long` for what is none.")
    required: bool
    autocomplete: str
    longest: int = Field(description="How many characters it takes.")
    choices: list[ChoiceShape] = Field(description="What may be chosen; empty where something is written.")


class FormShape(Shape):
    """A form in one language, and the slip with which it is sent once within a day."""

    form: str
    language: str
    languages: list[str]
    title: str
    about: str
    disclosure: str = Field(description="Show it: it says that an AI may answer.")
    fields: list[FieldShape]
    slip: str = Field(description="Send it along. What is sent twice with the same slip is one message.")


class FilledShape(Shape):
    """What was filled in, by the names of the fields; a choice by its value."""

    slip: Words
    language: Words = Field(default="", examples=["de"])
    values: dict[str, str] = Field(max_length=MOST_FIELDS, examples=[{"order_number": "LK-100007"}])


class SentShape(Shape):
    """It was written down; a worker answers it."""

    case: str = Field(description="The customer's reference.")
    visit: str = Field(description="Secret: whoever holds it reads and answers.")
    page: str = Field(description="The customer's own page of it on this site.")
    is_new: bool = Field(description="False where the same was sent with the same slip before.")


class WrongShape(Shape):
    field: str
    message: str


class RefusalShape(Shape):
    kind: str
    message: str
    fields: list[WrongShape] = Field(description="What is wrong, field by field, in the language of the form.")


class RefusedShape(Shape):
    """Nothing was written down."""

    error: RefusalShape


class SaidShape(Shape):
    author: str = Field(description="you, worker (an AI) or person.")
    text: str
    at: str


class VisitShape(Shape):
    case: str
    state: State = Field(description="Where it stands; `sentence` says it in words.")
    sentence: str
    messages: list[SaidShape]


class AddedShape(Shape):
    """A further message. `id` is the client's own name for it: the same id again changes nothing."""

    id: Words = Field(min_length=1, max_length=100)
    text: str


class TakenShape(Shape):
    message: str
    case: str


Name = Annotated[str, Path(max_length=100, description="The form's name.", examples=["contact"])]
VisitSecret = Annotated[str, Path(max_length=200, description="The visit's secret.")]
Lang = Annotated[str, Query(max_length=20, description="A language that the operation serves; else its first.")]

REFUSALS: dict[int | str, dict[str, object]] = {
    403: {"model": RefusedShape, "description": "The slip is none of this form."},
    422: {"model": RefusedShape, "description": "Something is wrong with what was filled in, or the slip is too old."},
    429: {"model": RefusedShape, "description": "Too many at this moment; Retry-After says when."},
}
router = APIRouter(tags=["forms"], responses=described([404]))


@router.get("/api/v1/forms/{name}", summary="Read a form")
def read(doorkeeper: DoorkeeperHere, name: Name, lang: Lang = "") -> FormShape:
    """What it asks, in one language. Pages of other sites may ask where the form names their origin (`embed_on`)."""
    place, form = _place(doorkeeper, name, lang)
    operation, language = place.operation, place.language
    fields = [
        FieldShape(
            field=each.field,
            label=told(each.label, language),
            help=told(each.help, language),
            kind=kind_of(each, operation),
            required=each.required,
            autocomplete=each.autocomplete,
            longest=longest(each, operation),
            choices=[ChoiceShape(value=value, label=label) for value, label in choices_of(each, operation, language)],
        )
        for each in form.fields
    ]
    return FormShape(
        form=form.form,
        language=language,
        languages=operation.about.languages,
        title=told(form.title, language),
        about=told(form.about, language),
        disclosure=place.disclosure,
        fields=fields,
        slip=new_slip(place.secret, form.form, place.premises.house.clock.now()),
    )


@router.post(
    "/api/v1/forms/{name}", summary="Send a form", status_code=201, response_model=SentShape, responses=REFUSALS
)
def fill_in(doorkeeper: DoorkeeperHere, name: Name, filled: FilledShape) -> Response:
    """Taken for good when this answers 201. Safe to repeat with the same slip."""
    place, form = _place(doorkeeper, name, filled.language)
    taken = send(place.premises, place.operation, form, Given(filled.slip, filled.values), language=place.language)
    if isinstance(taken, NotTaken):
        return _refused(taken)
    page = f"/forms/{form.form}/visits/{taken.visit}?lang={place.language}"
    told = SentShape(case=taken.case_id, visit=taken.visit, page=page, is_new=taken.is_new)
    return JSONResponse(told.model_dump(), status_code=201)


@router.get("/api/v1/forms/{name}/visits/{visit}", summary="See what became of a form")
def see(doorkeeper: DoorkeeperHere, name: Name, visit: VisitSecret, lang: Lang = "") -> VisitShape:
    """Where the case stands and what was said, oldest first."""
    place, found = _visit(doorkeeper, name, visit, lang)
    said = [SaidShape(**each.as_json()) for each in found.said]
    sentence = place.words[f"state_{found.state}"]
    return VisitShape(case=found.case_id, state=found.state, sentence=sentence, messages=said)


@router.post(
    "/api/v1/forms/{name}/visits/{visit}/messages",
    summary="Add to a form that was sent",
    status_code=202,
    response_model=TakenShape,
    responses={number: REFUSALS[number] for number in (422, 429)},
)
def add(doorkeeper: DoorkeeperHere, name: Name, visit: VisitSecret, added: AddedShape, lang: Lang = "") -> Response:
    """An answer, or something else. Safe to repeat with the same id."""
    place, found = _visit(doorkeeper, name, visit, lang)
    taken = say(place.premises, found.address, added.text, visit=visit, key=added.id, language=place.language)
    if isinstance(taken, NotTaken):
        return _refused(taken)
    told = TakenShape(message=taken.message_id, case=taken.case_id)
    return JSONResponse(told.model_dump(), status_code=202)


def _place(doorkeeper: Doorkeeper, name: str, lang: str) -> tuple[Place, Form]:
    """Raises FormMissing."""
    place = place_of(doorkeeper.premises, name, lang, "")
    if place.form is None:
        raise FormMissing(f"There is no form {name}: the operation at work has {_listed(place)}.")
    return place, place.form


def _visit(doorkeeper: Doorkeeper, name: str, secret: str, lang: str) -> tuple[Place, Visit]:
    """Raises VisitUnknown."""
    place = place_of(doorkeeper.premises, name, lang, "")
    found = visit_of(place.premises, name, secret)
    if found is None:
        raise VisitUnknown("There is no such visit. Send the form: what answers names one.")
    return place, found


def _listed(place: Place) -> str:
    return ", ".join(sorted(place.operation.forms)) or "none"


def _refused(refused: NotTaken) -> JSONResponse:
    fields = [WrongShape(field=each.field, message=each.sentence) for each in refused.wrong]
    told = RefusedShape(error=RefusalShape(kind=refused.kind, message=refused.sentence, fields=fields))
    headers = {}
    if refused.retry_after_seconds is not None:
        headers["Retry-After"] = str(round(refused.retry_after_seconds))
    return JSONResponse(told.model_dump(), status_code=status_of(refused), headers=headers)
