"""How the doors say no: one shape for every error, a sentence in it, and never a stack trace."""

import logging

import sqlalchemy as sa
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from aboveloop.kit.errors import AboveloopError, Conflict, NotFound, NotPermitted, PermanentError, TemporaryError

logger = logging.getLogger(__name__)

# Sentences for what the web framework refuses by itself.
REFUSALS = {
    404: ("NotFound", "There is nothing at this address."),
    405: ("MethodNotAllowed", "This address does not take that method. What changes something is a POST."),
    413: ("TooLarge", "The request is larger than this site takes."),
    415: ("WrongMediaType", "Send application/json."),
}


class SessionUnknown(NotFound):
    """No chat session has this token."""


class ChannelMissing(NotFound):
    """The operation has no web chat."""


class FormMissing(NotFound):
    """The operation at work has no such form."""


class VisitUnknown(NotFound):
    """Nobody sent a form under this secret."""


class TextRefused(PermanentError):
    """The text of a message cannot be taken."""


class TooManyMessages(TemporaryError):
    """More messages than one session may send in a minute."""

    http_status = 429


class VoiceMissing(NotFound):
    """Nobody hears, or reads aloud, this language here."""


class VoicePaused(TemporaryError):
    """People have paused the channel `voice`."""


class ConsentMissing(NotPermitted):
    """A recording of somebody who was not asked."""


class StillListening(Conflict):
    """The recording before this one of the same chat is still listened to."""


class SpokenUnknown(PermanentError):
    """Words that are said to have been spoken, and were not heard in this chat."""


class NotJson(PermanentError):
    """A write that is not JSON."""

    http_status = 415


def answer(status: int, kind: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """`{"error": {"kind", "message"}}`."""
    return JSONResponse({"error": {"kind": kind, "message": message}}, status_code=status, headers=headers)


def install(app: FastAPI) -> None:
    """Answer every error of `app` in the one shape."""
    app.add_exception_handler(AboveloopError, _ours)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _of_the_framework)
    app.add_exception_handler(sa.exc.OperationalError, _database_down)
    app.add_exception_handler(Exception, _unforeseen)


async def _ours(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AboveloopError), "registered for these alone"
    headers = {}
    if isinstance(error, TemporaryError):
        headers["Retry-After"] = str(max(1, round(error.retry_after_seconds)))
    if error.http_status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return answer(error.http_status, type(error).__name__, str(error), headers)


async def _malformed(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError), "registered for these alone"
    # The value that was sent is not repeated: it may be personal.
    faults = [f"{'.'.join(str(part) for part in each['loc'][1:]) or 'body'}: {each['msg']}" for each in error.errors()]
    return answer(422, "Malformed", f"The request cannot be read. {'; '.join(faults)}.")


async def _of_the_framework(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException), "registered for these alone"
    kind, message = REFUSALS.get(error.status_code, ("Refused", str(error.detail)))
    return answer(error.status_code, kind, message, dict(error.headers or {}))


async def _database_down(_: Request, error: Exception) -> JSONResponse:
    logger.error("The database does not answer (%s).", type(error).__name__)
    return answer(503, "DatabaseUnavailable", "The database does not answer. Try again soon.", {"Retry-After": "5"})


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    # The route, not the address: addresses of chats hold secrets.
    route = getattr(request.scope.get("route"), "path", "an unknown route")
    logger.error("A request to %s failed with %s.", route, type(error).__name__, exc_info=error)
    return answer(500, "Failed", "Something failed here. It was written down; try again, or tell the platform's owner.")
