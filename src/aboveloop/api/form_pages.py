"""How the pages of forms look: from a form, what was filled in and what was said, to the page in a language."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from aboveloop.api.guards import LARGEST_BODY, POLICY
from aboveloop.app.forms.filling import choices_of, kind_of
from aboveloop.app.forms.sending import SECRET, NotTaken
from aboveloop.app.forms.slips import new_slip
from aboveloop.app.forms.visits import Visit
from aboveloop.app.forms.words import NAMES, chosen, words_in
from aboveloop.app.premises import Premises
from aboveloop.kit.clock import iso
from aboveloop.kit.ids import new_id
from aboveloop.operation.form_models import Form, FormField, told
from aboveloop.operation.models import Operation
from aboveloop.operation.names import FORM_CHANNEL

PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)
# Inputs carry a prefix, so that a form may call a field whatever it likes.
FIELD = "f."
_LOOKS = {"email": "email", "phone": "tel", "need": "radios", "choice": "select", "yes_no": "select"}
_MODES = {"money": "decimal", "number": "decimal", "email": "email", "phone": "tel"}


@dataclass(frozen=True)
class Place:
    """Which form of which operation is looked at (None: it has none of this name), and in which language."""

    premises: Premises
    operation: Operation
    form: Form | None
    language: str

    @property
    def words(self) -> Mapping[str, str]:
        return words_in(self.language)

    @property
    def secret(self) -> bytes:
        return self.premises.settings.secret(SECRET)

    @property
    def disclosure(self) -> str:
        return self.operation.about.channels[FORM_CHANNEL].disclosure_in(self.language)


def place_of(premises: Premises, name: str, lang: str, accepted: str) -> Place:
    operation = premises.current()
    # Without the channel's disclosure nobody may be written to there.
    form = operation.forms.get(name) if FORM_CHANNEL in operation.about.channels else None
    return Place(premises, operation, form, chosen(operation.about.languages, lang, accepted))


@dataclass(frozen=True)
class Input:
    """One field as the page shows it."""

    id: str
    name: str
    label: str
    help: str
    look: str
    value: str
    required: bool
    autocomplete: str
    choices: list[tuple[str, str]]
    wrong: str
    mode: str
    is_code: bool
    is_story: bool


def form_page(
    place: Place, form: Form, values: Mapping[str, str], slip: str = "", refused: NotTaken | None = None
) -> HTMLResponse:
    """The form, with what was filled in. `refused` says why it was not taken; without a slip it gets a new one."""
    wrong = {each.field: each.sentence for each in (refused.wrong if refused is not None else ())}
    inputs = [_input(place, field, values.get(field.field, ""), wrong.get(field.field, "")) for field in form.fields]
    return _page(
        place,
        "form.html",
        {
            "form": form.form,
            "title": told(form.title, place.language),
            "about": told(form.about, place.language),
            "disclosure": place.disclosure,
            "others": [
                (each, NAMES.get(each.partition("-")[0], each))
                for each in place.operation.about.languages
                if each != place.language
            ],
            "problem": refused.sentence if refused is not None else "",
            "wrong": [each for each in inputs if each.wrong],
            "slip": slip or new_slip(place.secret, form.form, place.premises.house.clock.now()),
            "fields": inputs,
        },
        refused,
        frames=form.embed_on,
    )


def visit_page(
    place: Place, visit: Visit, secret: str, name: str, refused: NotTaken | None = None, draft: str = ""
) -> HTMLResponse:
    """What the customer sees of what they sent. `draft` is an answer that was not taken."""
    telling, zone = place.operation.telling(place.language), ZoneInfo(place.operation.about.timezone)
    said = []
    for each in visit.said:
        at = each.at.astimezone(zone)
        when = f"{telling.day(at)}, {at:%H:%M}"
        said.append({"author": each.author, "text": each.text, "iso": iso(each.at), "when": when})
    by_mail = visit.sent is not None and FORM_CHANNEL in place.premises.channels
    return _page(
        place,
        "form_visit.html",
        {
            "case": visit.case_id,
            "answers_go_to": visit.sent.answers_go_to if visit.sent is not None and by_mail else None,
            "state": visit.state,
            "said": said,
            "here": f"/forms/{name}/visits/{secret}?lang={place.language}",
            "key": new_id("answer"),
            "problem": refused.sentence if refused is not None else "",
            "draft": draft,
        },
        refused,
        frames=place.form.embed_on if place.form is not None else (),
    )


def refusal_page(place: Place, word: str, status: int) -> HTMLResponse:
    """Why there is nothing to see, in a sentence."""
    sentence = place.words[word].format(most=LARGEST_BODY // 1024)
    answer = _page(place, "form_refusal.html", {"sentence": sentence}, None)
    answer.status_code = status
    return answer


def _page(
    place: Place,
    template: str,
    told: Mapping[str, object],
    refused: NotTaken | None,
    *,
    frames: list[str] | tuple[()] = (),
) -> HTMLResponse:
    values = {"language": place.language, "company": place.operation.about.title, "words": place.words, **told}
    policy = POLICY.replace("frame-ancestors 'none'", " ".join(("frame-ancestors 'self'", *frames)))
    headers = {"Content-Security-Policy": policy, "Content-Language": place.language}
    status = 200 if refused is None else status_of(refused)
    if refused is not None and refused.retry_after_seconds is not None:
        headers["Retry-After"] = str(round(refused.retry_after_seconds))
    return HTMLResponse(PAGES.get_template(template).render(values), status_code=status, headers=headers)


def status_of(refused: NotTaken) -> int:
    return {"not_ours": 403, "too_often": 429, "pace": 429}.get(refused.kind, 422)


def _input(place: Place, field: FormField, value: str, wrong: str) -> Input:
    kind = kind_of(field, place.operation)
    return Input(
        id=f"field-{field.field}",
        name=FIELD + field.field,
        label=told(field.label, place.language),
        help=told(field.help, place.language),
        look="area" if kind in ("long", "free") else _LOOKS.get(kind, "text"),
        value=value,
        required=field.required,
        autocomplete=field.autocomplete,
        choices=choices_of(field, place.operation, place.language),
        wrong=wrong,
        mode=_MODES.get(kind, ""),
        is_code=kind == "pattern",
        is_story=kind == "long",
    )
