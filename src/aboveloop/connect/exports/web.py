"""Asking the API of a help desk: patient where it is busy, plain where it refuses, and only of its own address."""

import base64
import os
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from aboveloop.connect.errors import SystemUnavailable
from aboveloop.connect.exports.records import ExportUnreadable, MappingWrong

# The environment variable that holds the secret: it is never in a call, a file or a log.
TOKEN = "ABOVELOOP_IMPORT_TOKEN"
TRIES = 6
# Some desks count by the hour and say so.
LONGEST_WAIT_SECONDS = 3600.0
_BUSY = 429
_REFUSED = frozenset({401, 403})
# Answers that mean that there is nothing, for what may miss and for what may be refused.
_MISSING, _HIDDEN = frozenset({404}), frozenset({403, 404})
_TIMEOUT_SECONDS = 60.0

Wait = Callable[[float], None]
# From the token to the headers that show it.
Sign = Callable[[str], Mapping[str, str]]


def _wait(seconds: float) -> None:
    threading.Event().wait(seconds)


def as_bearer(token: str) -> Mapping[str, str]:
    """`someone@company/token:SECRET` is Basic, all else a bearer's token."""
    if ":" in token:
        return {"Authorization": "Basic " + base64.b64encode(token.encode()).decode()}
    return {"Authorization": f"Bearer {token}"}


class Web:
    """One help desk at `address` (`https://company.zendesk.com`). `told` are the headers of its last answer."""

    def __init__(
        self,
        address: str,
        *,
        sign: Sign = as_bearer,
        wait: Wait = _wait,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        parts = urlsplit(address)
        if parts.username or parts.password or parts.query:
            raise MappingWrong(f"The address holds a secret or a query. Put the token into {TOKEN} instead.")
        if not environment.get(TOKEN):
            raise MappingWrong(f"No token: set the environment variable {TOKEN}.")
        self.address, self.path, self._wait = f"{parts.scheme}://{parts.netloc}", parts.path, wait
        self.told: Mapping[str, str] = {}
        self._client = httpx.Client(
            base_url=self.address, headers=dict(sign(environment[TOKEN])), timeout=_TIMEOUT_SECONDS
        )

    def get(
        self, path: str, params: Mapping[str, Any] = {}, *, may_miss: bool = False, may_refuse: bool = False
    ) -> Any:
        """The answer's JSON; None for what is not there, where it may miss, or not for this token, where it may refuse.

        Raises ExportUnreadable where the desk refuses, SystemUnavailable where it stays away.
        """
        nothing = _HIDDEN if may_refuse else _MISSING if may_miss else frozenset()
        return self._ask(self._client.build_request("GET", path, params=dict(params)), nothing)

    def search(self, path: str, query: Mapping[str, Any]) -> Any:
        """The JSON of a question that changes nothing, though it is posted. Raises as `get` does."""
        return self._ask(self._client.build_request("POST", path, json=dict(query)), frozenset())

    def asked_at(self) -> datetime | None:
        """When the last answer was given, by the clock of the desk; None where it does not say."""
        try:
            return parsedate_to_datetime(self.told.get("Date", ""))
        except ValueError:
            return None

    def _ask(self, request: httpx.Request, nothing: frozenset[int]) -> Any:
        path, said = request.url.path, ""
        for attempt in range(TRIES):
            try:
                answer = self._client.send(request)
            except httpx.TransportError as error:
                said = type(error).__name__
            else:
                self.told = answer.headers
                if answer.is_success:
                    return _json(answer, path)
                if answer.status_code in nothing:
                    return None
                if answer.status_code in _REFUSED:
                    raise ExportUnreadable(
                        f"{self.address} refused the token ({answer.status_code}). Renew {TOKEN} and import again: it"
                        " goes on where it was."
                    )
                if answer.status_code != _BUSY and answer.status_code < 500:
                    raise ExportUnreadable(f"{self.address}{path} answered {answer.status_code}.")
                said = str(answer.status_code)
                self._wait(self._pause(attempt))
                continue
            self._wait(_backed_off(attempt))
        raise SystemUnavailable(
            f"{self.address}{path} gave no answer in {TRIES} tries (last: {said}). Import again later: it goes on where"
            " it was.",
            trouble="down",
            may_have_happened=False,
        )

    def _pause(self, attempt: int) -> float:
        """As long as the desk says: in seconds, or until a moment on its own clock."""
        after, reset = self.told.get("Retry-After", "").strip(), self.told.get("X-RateLimit-Reset", "").strip()
        if after.isdigit():
            return min(float(after), LONGEST_WAIT_SECONDS)
        now = self.asked_at()
        if reset.isdigit() and now is not None:
            return min(max(float(reset) - now.timestamp(), 1.0), LONGEST_WAIT_SECONDS)
        return _backed_off(attempt)

    def close(self) -> None:
        self._client.close()


def _json(answer: httpx.Response, path: str) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise ExportUnreadable(f"{path} answered no JSON. Is the address that of the API?") from error


def _backed_off(attempt: int) -> float:
    return float(min(2**attempt, LONGEST_WAIT_SECONDS))
