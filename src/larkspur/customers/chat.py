"""The chat as a customer's browser has it: one session at the web-chat door, patient with a house that is away."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx

from larkspur.customers.mind import Line

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 3.0
# The door says something at least every fifteen seconds; a stream that is silent for longer is dead.
STREAM_SECONDS = 40.0
CALL_SECONDS = 30.0
AGAIN = (408, 425, 429)


class DoorRefused(Exception):
    """The house said no to a request, for good."""


class Door:
    """Calls over one shared client. What cannot be reached is tried again, as long as it takes."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._url = url

    async def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """The JSON answer. Raises DoorRefused for a no that trying again does not change."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                answer = await self._client.request(
                    method, self._url + path, json=body, headers=headers, timeout=CALL_SECONDS
                )
            except httpx.TransportError:
                await asyncio.sleep(pause)
            else:
                if answer.is_success:
                    return answer.json() if answer.content else None
                if answer.status_code < 500 and answer.status_code not in AGAIN:
                    raise DoorRefused(f"{method} was answered {answer.status_code}: {answer.text[:300]}")
                await asyncio.sleep(_asked_for(answer) or pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def begin(self) -> str:
        return str((await self.call("POST", "/chat/sessions"))["session"])

    async def write(self, session: str, message_id: str, text: str) -> None:
        """Hand in a message; the same id again changes nothing."""
        await self.call("POST", f"/chat/sessions/{session}/messages", {"id": message_id, "text": text})

    async def read(self, session: str) -> list[Line]:
        """The whole chat so far, of both sides."""
        lines: list[Line] = []
        while True:
            after = lines[-1].number if lines else 0
            page = (await self.call("GET", f"/chat/sessions/{session}/messages?after={after}"))["messages"]
            if not page:
                return lines
            lines += [_line(message) for message in page]

    async def listen(self, session: str, after: int) -> AsyncIterator[Line]:
        """What is answered, for ever: a stream that breaks is opened again where it ended."""
        seen = after
        while True:
            try:
                async for line in self._stream(session, seen):
                    seen = max(seen, line.number)
                    yield line
            except httpx.TransportError:
                pass
            await asyncio.sleep(FIRST_PAUSE_SECONDS)

    async def _stream(self, session: str, after: int) -> AsyncIterator[Line]:
        path = f"{self._url}/chat/sessions/{session}/events?after={after}"
        timeout = httpx.Timeout(CALL_SECONDS, read=STREAM_SECONDS)
        async with self._client.stream("GET", path, timeout=timeout) as answer:
            if answer.status_code >= 500 or answer.status_code in AGAIN:
                await asyncio.sleep(LONGEST_PAUSE_SECONDS)
                return
            if not answer.is_success:
                raise DoorRefused(f"The stream of a chat was answered {answer.status_code}.")
            async for text in answer.aiter_lines():
                if text.startswith("data:"):
                    yield _line(json.loads(text.removeprefix("data:")))


def _line(message: dict[str, Any]) -> Line:
    return Line(message["number"], message["author"], message["text"])


def _asked_for(answer: httpx.Response) -> float | None:
    """The seconds that the door asks to wait."""
    asked = answer.headers.get("Retry-After", "")
    return float(asked) if asked.isdigit() else None
