"""Web forms: pages of the operation's forms, for customers. Plain pages and redirects, without any script.

What is wrong comes back on the same page with everything that was filled in. After sending, the page of the visit shows
the reference, where the case stands and what was said, and takes what its customer adds.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated

import anyio
import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from aboveloop.api.form_pages import FIELD, Place, form_page, place_of, refusal_page, visit_page
from aboveloop.api.visitors import DoorkeeperHere
from aboveloop.app.doors import Doorkeeper
from aboveloop.app.forms.filling import LONGEST_TEXT
from aboveloop.app.forms.sending import Given, NotTaken, Taken, say, send
from aboveloop.app.forms.visits import Visit, visit_of
from aboveloop.kit.clock import monotonic_seconds

HERE = FilePath(__file__).parent
URLENCODED = "application/x-www-form-urlencoded"
PREFIX = "/forms/"
# What is said at once by a button, in the words of the page.
SAID = {"person": "say_person", "why": "say_why"}
# So much is read and thrown away before a page says that it was too much; of more, the connection is cut.
DRAINED = 4 * 1024 * 1024


@dataclass(frozen=True)
class FormOptions:
    """How long a page waits for an answer that is nearly there, and how often it looks."""

    answer_within_seconds: float = 2.5
    look_every_seconds: float = 0.1


Name = Annotated[str, Path(max_length=100, description="The form's name.")]
VisitSecret = Annotated[str, Path(max_length=200, description="The visit's secret.")]
Lang = Annotated[str, Query(max_length=20, description="A language that the operation serves.")]

router = APIRouter(include_in_schema=False)


@router.get("/forms/static/forms.css")
def style() -> FileResponse:
    headers = {"Cache-Control": "public, max-age=300"}
    return FileResponse(HERE / "static" / "forms.css", media_type="text/css", headers=headers)


@router.get("/forms/{name}")
def page(request: Request, doorkeeper: DoorkeeperHere, name: Name, lang: Lang = "") -> Response:
    """The form, empty, in the language of the customer."""
    place = _place(request, doorkeeper, name, lang)
    return refusal_page(place, "no_form", 404) if place.form is None else form_page(place, place.form, {})


@router.post("/forms/{name}")
async def fill_in(request: Request, doorkeeper: DoorkeeperHere, name: Name, lang: Lang = "") -> Response:
    """Take a form in and lead to the page of its visit; else the form again, with what is wrong."""
    given = await _given(request)
    place = await anyio.to_thread.run_sync(functools.partial(_place, request, doorkeeper, name, lang))
    if given is None:
        return refusal_page(place, "too_large", 413)
    return await anyio.to_thread.run_sync(_filled_in, place, given)


@router.get("/forms/{name}/visits/{visit}")
async def visit(
    request: Request, doorkeeper: DoorkeeperHere, name: Name, visit: VisitSecret, lang: Lang = ""
) -> Response:
    """What became of it. Where the answer is nearly there, the page waits for it a moment."""
    place = await anyio.to_thread.run_sync(functools.partial(_place, request, doorkeeper, name, lang))
    found = await _answered(request, place, name, visit)
    return refusal_page(place, "no_visit", 404) if found is None else visit_page(place, found, visit, name)


@router.post("/forms/{name}/visits/{visit}")
async def add(
    request: Request, doorkeeper: DoorkeeperHere, name: Name, visit: VisitSecret, lang: Lang = ""
) -> Response:
    """Take what the customer adds, or says by a button."""
    given = await _given(request)
    place = await anyio.to_thread.run_sync(functools.partial(_place, request, doorkeeper, name, lang))
    if given is None:
        return refusal_page(place, "too_large", 413)
    return await anyio.to_thread.run_sync(_added, place, name, visit, given)


def too_large(doorkeeper: Doorkeeper) -> ASGIApp:
    """Answers, in place of the site, a form that is too large to be looked into."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        taken = 0
        # A browser shows the answer only once it could send what it had to send.
        while taken <= DRAINED:
            message = await receive()
            taken += len(message.get("body", b""))
            if message["type"] != "http.request" or not message.get("more_body", False):
                break
        name = request.url.path.removeprefix(PREFIX).partition("/")[0]
        lang = request.query_params.get("lang", "")
        place = await anyio.to_thread.run_sync(functools.partial(_place, request, doorkeeper, name, lang))
        await refusal_page(place, "too_large", 413)(scope, receive, send)

    return answer


def _place(request: Request, doorkeeper: Doorkeeper, name: str, lang: str) -> Place:
    return place_of(doorkeeper.premises, name, lang, request.headers.get("accept-language", ""))


async def _given(request: Request) -> Mapping[str, str] | None:
    """What the page sent; {} where it was no form of ours, None where it was too much."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != URLENCODED:
        return {}
    try:
        return {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    except ClientDisconnect:
        return None


def _filled_in(place: Place, given: Mapping[str, str]) -> Response:
    form = place.form
    if form is None:
        return refusal_page(place, "no_form", 404)
    own = {"slip", "website"}
    # What does not begin like a field keeps its whole name, which no field has.
    values = {key.removeprefix(FIELD) if key.startswith(FIELD) else f".{key}": given[key] for key in given.keys() - own}
    slip = given.get("slip", "")
    taken = send(
        place.premises, place.operation, form, Given(slip, values, given.get("website", "")), language=place.language
    )
    if isinstance(taken, Taken):
        # 303: a reload asks for the page of the visit and sends nothing again.
        return RedirectResponse(f"{PREFIX}{form.form}/visits/{taken.visit}?lang={place.language}", status_code=303)
    known = {each.field for each in form.fields}
    shown = {name: value for name, value in values.items() if name in known}
    return form_page(place, form, shown, "" if taken.kind in ("not_ours", "expired") else slip, taken)


def _added(place: Place, name: str, secret: str, given: Mapping[str, str]) -> Response:
    found = visit_of(place.premises, name, secret)
    if found is None:
        return refusal_page(place, "no_visit", 404)
    word = SAID.get(given.get("say", ""))
    text = place.words[word] if word is not None else given.get("text", "")
    key = given.get("key", "")[:100]
    told: Taken | NotTaken = (
        say(place.premises, found.address, text, visit=secret, key=key, language=place.language)
        if key
        else NotTaken("not_ours", place.words["not_ours"])
    )
    if isinstance(told, Taken):
        return RedirectResponse(f"{PREFIX}{name}/visits/{secret}?lang={place.language}#next", status_code=303)
    return visit_page(place, found, secret, name, told, draft=given.get("text", "")[: LONGEST_TEXT * 2])


async def _answered(request: Request, place: Place, name: str, secret: str) -> Visit | None:
    """The visit, as soon as it is answered or the time for that is over."""
    options = request.app.state.form_options
    assert isinstance(options, FormOptions), "the site is built with them"
    until = monotonic_seconds() + options.answer_within_seconds
    while True:
        found = await anyio.to_thread.run_sync(visit_of, place.premises, name, secret)
        if found is None or found.state != "working" or monotonic_seconds() >= until:
            return found
        await anyio.sleep(options.look_every_seconds)
