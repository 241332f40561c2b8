"""An outside model behind an OpenAI-compatible chat endpoint: one question, one answer, nothing else leaves."""

import json
import os
from dataclasses import dataclass
from typing import Any

import httpx

from aboveloop.connect.models.vendors import Vendor
from aboveloop.kit.clock import monotonic_seconds
from aboveloop.kit.errors import PermanentError, TemporaryError

# An answer of the longest models is some hundred kilobytes.
LARGEST_ANSWER_BYTES = 2_000_000
# The server is busy or down and has not answered the question.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 529})


class ModelRefused(PermanentError):
    """The outside model does not take the question: a wrong key, an unknown model, a malformed request."""


class ModelUnavailable(TemporaryError):
    """The outside model gave no usable answer."""


@dataclass(frozen=True)
class ModelAnswer:
    """What the model said, and what it says of itself."""

    text: str
    model: str
    tokens_in: int | None
    tokens_out: int | None


class ChatModel:
    """One vendor's model. Follows no redirect and reads no proxy from the environment: the URL is where it goes."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        self._client = httpx.Client(timeout=vendor.timeout_seconds, follow_redirects=False, trust_env=False)

    def request_bytes(self, instructions: str, text: str) -> bytes:
        """Exactly what leaves the house as the body of the request."""
        asked = {
            "model": self.vendor.model,
            "messages": [{"role": "system", "content": instructions}, {"role": "user", "content": text}],
            "max_tokens": self.vendor.most_tokens,
            "temperature": 0,
        }
        return json.dumps(asked, ensure_ascii=False, sort_keys=True).encode()

    def ask(self, body: bytes) -> ModelAnswer:
        """Send what `request_bytes` made. Raises ModelRefused, ModelUnavailable."""
        name = self.vendor.name
        try:
            status, answer = self._exchange(body)
        except httpx.TimeoutException as error:
            raise ModelUnavailable(f"The model of {name} did not answer in {self.vendor.timeout_seconds} s.") from error
        except httpx.HTTPError as error:
            raise ModelUnavailable(f"The model of {name} cannot be reached: {type(error).__name__}.") from error
        if status in PASSING:
            raise ModelUnavailable(f"The model of {name} is busy or down: it answered {status}.")
        if status != 200:
            raise ModelRefused(f"The model of {name} refused: it answered {status}. Look at its settings and its key.")
        return self._read(answer)

    def close(self) -> None:
        self._client.close()

    def _exchange(self, body: bytes) -> tuple[int, bytes]:
        url = self.vendor.url.rstrip("/") + "/chat/completions"
        until = monotonic_seconds() + self.vendor.timeout_seconds
        answer = bytearray()
        with self._client.stream("POST", url, content=body, headers=self._headers()) as response:
            for chunk in response.iter_bytes():
                answer += chunk
                if len(answer) > LARGEST_ANSWER_BYTES:
                    raise ModelUnavailable(f"The answer of {self.vendor.name} is larger than {LARGEST_ANSWER_BYTES} B.")
                if monotonic_seconds() > until:
                    raise httpx.ReadTimeout("the answer trickles")
            return response.status_code, bytes(answer)

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "aboveloop"}
        if self.vendor.key:
            secret = os.environ.get(self.vendor.key, "")
            if not secret:
                raise ModelRefused(f"The key of {self.vendor.name} is missing: set {self.vendor.key} for this process.")
            headers["Authorization"] = f"Bearer {secret}"
        return headers

    def _read(self, answer: bytes) -> ModelAnswer:
        name = self.vendor.name
        try:
            told = json.loads(answer)
            text = told["choices"][0]["message"]["content"]
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise ModelUnavailable(f"The model of {name} talks nonsense: its answer has no message.") from error
        if not isinstance(text, str):
            raise ModelUnavailable(f"The model of {name} talks nonsense: its message is no text.")
        used = told.get("usage")
        return ModelAnswer(
            text, str(told.get("model", "")), _count(used, "prompt_tokens"), _count(used, "completion_tokens")
        )


def _count(used: Any, name: str) -> int | None:
    value = used.get(name) if isinstance(used, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**40 else None
