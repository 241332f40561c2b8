"""The site of the `api` room: one web application with the JSON API, the chat and health."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

import aboveloop
from aboveloop.api import (
    chat,
    chat_page,
    chat_speech,
    errors,
    form_programs,
    forms,
    health,
    incidents,
    queue,
    routes,
    summaries,
)
from aboveloop.api.chat_sessions import ChatOptions
from aboveloop.api.fan_out import FanOut
from aboveloop.api.forms import FormOptions
from aboveloop.api.guards import Guards
from aboveloop.api.other_sites import admits_of
from aboveloop.api.visitors import admitted
from aboveloop.app.doors import Doorkeeper

ABOUT = """
What people do from above the loop, as JSON, and the web chat that customers write in.

Errors are `{"error": {"kind", "message"}}` with a sentence that says what to do. Programs send
`Authorization: Bearer TOKEN` (made by `aboveloop person token ID`); pages of this site send their cookie, and with a
write the header `X-Form-Key`. What changes something is a POST of JSON; nothing that changes anything answers to GET.
"""
# Addresses under these are the API's own: what is missing there is missing in JSON.
OWN = ("/api/", "/chat/", "/forms/", "/healthz")


def build_server(doorkeeper: Doorkeeper, options: ChatOptions | None = None) -> FastAPI:
    """The application. Its tables are made where they are missing."""
    premises = doorkeeper.premises
    premises.database.create_tables()
    chosen = options or ChatOptions()
    fan_out = FanOut(premises.database, chosen.poll_seconds)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        fan_out.close()

    app = FastAPI(
        title="Aboveloop",
        version=aboveloop.__version__,
        description=ABOUT,
        openapi_url="/api/v1/openapi.json",
        # Their pages load scripts from elsewhere, which this site's policy forbids.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        dependencies=[Depends(admitted, scope="function")],
    )
    app.state.doorkeeper = doorkeeper
    app.state.chat_options = chosen
    app.state.fan_out = fan_out
    app.state.form_options = FormOptions()
    errors.install(app)
    customers = (chat, chat_page, chat_speech, forms, form_programs)
    for part in (routes, summaries, queue, *customers, health, incidents):
        app.include_router(part.router)
    app.add_middleware(
        Guards,
        loopback_only=doorkeeper.trusted,
        admits=admits_of(doorkeeper),
        too_large={forms.PREFIX: forms.too_large(doorkeeper)},
    )
    return app


def answer_elsewhere(app: FastAPI, other: ASGIApp) -> None:
    """Let `other` answer every address that `app` has no route for, except those under the API's own."""
    missing = app.router.default

    async def elsewhere(scope: Scope, receive: Receive, send: Send) -> None:
        is_own = scope["type"] != "http" or scope["path"].startswith(OWN)
        await (missing if is_own else other)(scope, receive, send)

    app.router.default = elsewhere
