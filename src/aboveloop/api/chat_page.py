"""The pages of the web chat: the chat itself, in the visitor's language, and the button for a company's own pages."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import FileResponse, HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from aboveloop.api.chat_sessions import webchat_of
from aboveloop.api.guards import POLICY
from aboveloop.api.visitors import DoorkeeperHere
from aboveloop.api.voice_offer import language_on_page, offered, offered_languages
from aboveloop.connect.speech.ports import Recogniser
from aboveloop.govern.personalising import personalises
from aboveloop.operation.widget_words.words import wanted_in, words_in

HERE = Path(__file__).parent
PAGES = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(), undefined=StrictUndefined
)
STATIC = {
    "chat.js": "text/javascript",
    "speak.js": "text/javascript",
    "recorder.js": "text/javascript",
    "chat.css": "text/css",
}
KEPT = {"Cache-Control": "public, max-age=300"}
# What the button on a company's page says.
BUTTON = ("open", "close", "frame_title")

router = APIRouter()


@router.get("/chat", include_in_schema=False, response_class=HTMLResponse)
def page(
    doorkeeper: DoorkeeperHere,
    language: Annotated[str, Query(max_length=35)] = "",
    accept_language: Annotated[str, Header()] = "",
) -> HTMLResponse:
    """A small chat page, to try and to embed. In `language`, else as the browser asks, else the operation's first."""
    channel = webchat_of(doorkeeper.premises)
    operation = doorkeeper.premises.current()
    spoken = language_on_page(operation, [language, *wanted_in(accept_language)])
    words = words_in(spoken, channel.words)
    ears, aloud = offered(doorkeeper.premises, operation, spoken)
    shown = {
        "title": operation.about.title,
        "page_title": words["page_title"].format(title=operation.about.title),
        "disclosure": channel.disclosure_in(spoken),
        "language": spoken,
        "words": words,
        "personalises": personalises(operation),
        "ears": ears is not None,
        "aloud": aloud,
        "consent": _consent(words, ears),
    }
    framed = " ".join(("'self'", *channel.embed_on))
    policy = POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {framed}")
    headers = {"Content-Security-Policy": policy, "Content-Language": spoken, "Vary": "Accept-Language"}
    if ears is not None:
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(self)"
    return HTMLResponse(PAGES.get_template("chat.html").render(shown), headers=headers)


@router.get("/chat/static/{name}", include_in_schema=False, response_class=FileResponse)
def static(name: str) -> FileResponse:
    """The page's own script and style."""
    known = name if name in STATIC else "chat.js"
    return FileResponse(HERE / "static" / known, media_type=STATIC[known], headers=KEPT)


@router.get("/widget.js", include_in_schema=False)
def widget(doorkeeper: DoorkeeperHere) -> Response:
    """One script tag on a company's page puts the chat there; the button is in the language of that page."""
    channel = webchat_of(doorkeeper.premises)
    operation = doorkeeper.premises.current()
    languages = offered_languages(operation)
    words = {each: {name: words_in(each, channel.words)[name] for name in BUTTON} for each in languages}
    script = (HERE / "static" / "widget.js").read_text(encoding="utf-8")
    # As a script of its own nothing in it can end the script tag, but the two separators end a line in old browsers.
    told = json.dumps(words, ensure_ascii=True)
    headers = {**KEPT, "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(script.replace('"WORDS"', told), media_type="text/javascript", headers=headers)


def _consent(words: Mapping[str, str], ears: Recogniser | None) -> str:
    """What a customer agrees to before the first recording; it names whoever else hears them."""
    outside = "" if ears is None else ears.outside
    return words["voice_consent_outside"].format(provider=outside) if outside else words["voice_consent"]
