"""A call as a signed POST: for whatever wakes people up (a paging service, a chat room, a script).

The receiver computes HMAC-SHA256 over `<Aboveloop-Timestamp>.<body>` with the shared secret and compares it with the
header Aboveloop-Signature (`sha256=<hex>`); an old timestamp is a repeated letter.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import httpx

from aboveloop.kit.errors import PermanentError, TemporaryError

TIMEOUT_SECONDS = 10.0
# What a receiver says when the same letter may go well later.
LATER = (408, 425, 429)


class CallNotTaken(PermanentError):
    """The receiver says no, and will say no again."""


class ReceiverUnavailable(TemporaryError):
    """The receiver does not answer now."""


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def post(url: str, secret: bytes, timestamp: str, content: Mapping[str, Any]) -> None:
    """Send one call. Raises ReceiverUnavailable, CallNotTaken; neither repeats the address, which may hold a token."""
    body = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    headers = {
        "Content-Type": "application/json",
        "Aboveloop-Timestamp": timestamp,
        "Aboveloop-Signature": signature(secret, timestamp, body),
    }
    try:
        answer = httpx.post(url, content=body, headers=headers, timeout=TIMEOUT_SECONDS)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise CallNotTaken("The webhook's address is none: it begins with http:// or https://.") from error
    except httpx.HTTPError as error:
        raise ReceiverUnavailable(f"The webhook does not answer ({type(error).__name__}).") from error
    if answer.status_code >= 500 or answer.status_code in LATER:
        raise ReceiverUnavailable(f"The webhook answered {answer.status_code}.")
    if not answer.is_success:
        raise CallNotTaken(f"The webhook answered {answer.status_code}.")
