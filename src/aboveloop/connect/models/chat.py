"""An outside model behind an OpenAI-compatible chat endpoint: one question, one answer, nothing else leaves."""

import json
from dataclasses import dataclass
from typing import Any

from aboveloop.connect.models.exchange import Endpoint, Exchange, ModelUnavailable
from aboveloop.connect.models.vendors import Vendor

# An answer of the longest models is some hundred kilobytes.
LARGEST_ANSWER_BYTES = 2_000_000


@dataclass(frozen=True)
class ModelAnswer:
    """What the model said, and what it says of itself."""

    text: str
    model: str
    tokens_in: int | None
    tokens_out: int | None


class ChatModel:
    """One vendor's model."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        url = vendor.url.rstrip("/") + "/chat/completions"
        self._exchange = Exchange(Endpoint(vendor.name, url, vendor.key, vendor.timeout_seconds, LARGEST_ANSWER_BYTES))

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
        return self._read(self._exchange.post(body))

    def close(self) -> None:
        self._exchange.close()

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
