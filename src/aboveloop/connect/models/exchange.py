"""One request to an outside model, one answer: follows no redirect, reads no proxy, ends in time.

Nothing here looks at what is sent or said; see `chat` and `embeddings`.
"""

import os
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from aboveloop.kit.clock import SystemClock, monotonic_seconds
from aboveloop.kit.errors import PermanentError, TemporaryError

# The server is busy or down and has not answered the question.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
# A server that asks for more patience than an hour is down.
_LONGEST_PAUSE_SECONDS = 3_600.0


class ModelRefused(PermanentError):
    """The outside model does not take the question: a wrong key, an unknown model, a malformed request."""

    def __init__(self, message: str, *, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class ModelUnavailable(TemporaryError):
    """The outside model gave no usable answer."""


@dataclass(frozen=True)
class Endpoint:
    """Where a model is reached. `key` names the environment variable that holds the secret, "" for none."""

    name: str
    url: str
    key: str
    timeout_seconds: float
    largest_answer_bytes: int


class Exchange:
    """Requests to one endpoint. Threads share it."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._to = endpoint
        self._client = httpx.Client(timeout=endpoint.timeout_seconds, follow_redirects=False, trust_env=False)

    def post(
        self, body: bytes, *, within_seconds: float | None = None, content_type: str = "application/json"
    ) -> bytes:
        """The body of a good answer. Raises ModelRefused, ModelUnavailable."""
        name, seconds = self._to.name, within_seconds or self._to.timeout_seconds
        try:
            status, answer, pause = self._exchanged(body, seconds, content_type)
        except httpx.TimeoutException as error:
            raise ModelUnavailable(f"The model of {name} did not answer in {seconds:.3g} s.") from error
        except httpx.HTTPError as error:
            raise ModelUnavailable(f"The model of {name} cannot be reached: {type(error).__name__}.") from error
        if status in PASSING:
            raise ModelUnavailable(
                f"The model of {name} is busy or down: it answered {status}.", retry_after_seconds=pause
            )
        if status != 200:
            raise ModelRefused(
                f"The model of {name} refused: it answered {status}. Look at its settings and its key.", status=status
            )
        return answer

    def close(self) -> None:
        self._client.close()

    def _exchanged(self, body: bytes, seconds: float, content_type: str) -> tuple[int, bytes, float]:
        until = monotonic_seconds() + seconds
        answer = bytearray()
        with self._client.stream(
            "POST", self._to.url, content=body, headers=self._headers(content_type), timeout=seconds
        ) as response:
            for chunk in response.iter_bytes():
                answer += chunk
                if len(answer) > self._to.largest_answer_bytes:
                    raise ModelUnavailable(
                        f"The answer of {self._to.name} is larger than {self._to.largest_answer_bytes} B."
                    )
                if monotonic_seconds() > until:
                    raise httpx.ReadTimeout("the answer trickles")
            return response.status_code, bytes(answer), _pause(response.headers.get("Retry-After", ""))

    def _headers(self, content_type: str) -> dict[str, str]:
        headers = {"Content-Type": content_type, "Accept": "application/json, audio/*", "User-Agent": "aboveloop"}
        if self._to.key:
            secret = os.environ.get(self._to.key, "")
            if not secret:
                raise ModelRefused(f"The key of {self._to.name} is missing: set {self._to.key} for this process.")
            headers["Authorization"] = f"Bearer {secret}"
        return headers


def _pause(told: str) -> float:
    """The seconds that `Retry-After` asks for, as a number or as a day; 1 where it asks for nothing."""
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(told) - SystemClock().now()).total_seconds()
        except (ValueError, TypeError):
            return 1.0
    return min(max(seconds, 0.0), _LONGEST_PAUSE_SECONDS) if seconds == seconds else 1.0
