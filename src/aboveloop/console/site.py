"""The console as one web application: pages, what people do on them, sign-in, and how it says no."""

import logging
from urllib.parse import quote

import sqlalchemy as sa
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from aboveloop.app.doors import Doorkeeper, NotSignedIn
from aboveloop.console import (
    actions,
    backlog,
    charters,
    collections,
    consents,
    customers,
    data_health,
    decision_actions,
    decisions,
    drafts,
    duplicates,
    evidence,
    incidents,
    kpis,
    organisation,
    outcomes,
    pages,
    people,
    policy_pages,
    privacy,
    quality,
    radar,
    redesign,
    releasing,
    routing_drafts,
    routing_pages,
    scorecard,
    shadow,
    sheets,
    sign_in,
    stages,
    steering,
    summaries,
    training,
    understanding,
    value,
)
from aboveloop.console.frame import admitted, bare
from aboveloop.kit.errors import AboveloopError

logger = logging.getLogger(__name__)


def build_console(doorkeeper: Doorkeeper) -> FastAPI:
    """The application; whoever serves it adds the guards that every answer passes."""
    app = FastAPI(
        title="Aboveloop console",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(admitted, scope="function")],
    )
    app.state.doorkeeper = doorkeeper
    app.add_exception_handler(NotSignedIn, _to_sign_in)
    app.add_exception_handler(AboveloopError, _ours)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _of_the_framework)
    app.add_exception_handler(sa.exc.OperationalError, _database_down)
    app.add_exception_handler(Exception, _unforeseen)
    for part in (
        sign_in,
        pages,
        releasing,
        backlog,
        policy_pages,
        routing_drafts,
        routing_pages,
        decisions,
        actions,
        decision_actions,
        evidence,
        data_health,
        duplicates,
        incidents,
        privacy,
        quality,
        radar,
        consents,
        outcomes,
        organisation,
        kpis,
        steering,
        training,
        people,
        customers,
        summaries,
        understanding,
        shadow,
        sheets,
        scorecard,
        drafts,
        charters,
        stages,
        value,
        collections,
        redesign,
    ):
        app.include_router(part.router)
    return app


async def _to_sign_in(request: Request, error: Exception) -> Response:
    if request.method == "GET":
        return RedirectResponse(f"/sign-in?back={quote(request.url.path)}", status_code=303)
    return _page(401, f"{error} What you sent was not done.")


async def _ours(_: Request, error: Exception) -> Response:
    assert isinstance(error, AboveloopError), "registered for these alone"
    return _page(error.http_status, str(error))


async def _malformed(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError), "registered for these alone"
    names = sorted({str(each["loc"][-1]) for each in error.errors()})
    return _page(422, f"The address or the form has a value that cannot be read: {', '.join(names)}.")


async def _of_the_framework(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "registered for these alone"
    words = {404: "There is no such page.", 405: "This page cannot be used in this way."}
    return _page(error.status_code, words.get(error.status_code, str(error.detail)))


async def _database_down(_: Request, error: Exception) -> Response:
    logger.error("The database does not answer (%s).", type(error).__name__)
    return _page(503, "The database does not answer. Load the page again in a moment.")


async def _unforeseen(request: Request, error: Exception) -> Response:
    route = getattr(request.scope.get("route"), "path", "an unknown route")
    logger.error("The page %s failed with %s.", route, type(error).__name__, exc_info=error)
    return _page(500, "Something failed here. It was written down; load the page again, or tell the platform's owner.")


def _page(status: int, message: str) -> Response:
    return bare("error.html", status=status, message=message)
