"""The shop's web chat as customers reach it. A door that is shut for a while is knocked at again until it opens."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx

from larkspur.customers.conversation import Line

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 3.0
ANSWER_SECONDS = 30.0
# The shop sends a sign of life every fifteen seconds; three missed ones and the line is dead.
SILENT_LINE_SECONDS = 50.0
TOO_MANY = 429


class DoorClosed(Exception):
    """The shop refused for good what a customer did: that is a fault in one of the two."""


class Door:
    """One shop for all customers. `most_open`: how many connections there may be at once."""

    def __init__(self, url: str, most_open: int, transport: httpx.AsyncBaseTransport | None = None) -> None:
        limits = httpx.Limits(max_connections=most_open, max_keepalive_connections=most_open)
        timeout = httpx.Timeout(ANSWER_SECONDS, pool=None)
        self._client = httpx.AsyncClient(base_url=url, limits=limits, timeout=timeout, transport=transport)

    async def close(self) -> None:
        await self._client.aclose()

    async def begin(self) -> str:
        """A new session's secret token."""
        answer = await self.ask("POST", "/chat/sessions")
        return str(answer["session"])

    async def write(self, session: str, name: str, text: str) -> None:
        """Write a message; `name` is its own id, by which the shop knows it again. Returns when it is taken."""
        await self.ask("POST", f"/chat/sessions/{session}/messages", {"id": name, "text": text})

    async def read(self, session: str) -> list[Line]:
        """The whole chat so far."""
        answer = await self.ask("GET", f"/chat/sessions/{session}/messages")
        return [_line(message) for message in answer["messages"]]

    async def listen(self, session: str, after: int) -> AsyncIterator[Line]:
        """What the shop writes, from number `after` on, without end."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                async for line in self._events(session, after):
                    after, pause = max(after, line.number), FIRST_PAUSE_SECONDS
                    yield line
            except httpx.TransportError:
                pass
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def ask(
        self, method: str, path: str, content: Mapping[str, Any] | None = None, token: str | None = None
    ) -> dict[str, Any]:
        """One request, repeated until it is answered. Raises DoorClosed when it is refused."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                answer = await self._client.request(method, path, json=content, headers=headers)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.is_success:
                found: dict[str, Any] = answer.json()
                return found
            if answer is not None and answer.status_code < 500 and answer.status_code != TOO_MANY:
                raise DoorClosed(f"{method} {path.split('?')[0]}: {answer.status_code} {answer.text[:300]}")
            told = answer.headers.get("Retry-After") if answer is not None else None
            await asyncio.sleep(float(told) if told and told.isdigit() else pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _events(self, session: str, after: int) -> AsyncIterator[Line]:
        timeout = httpx.Timeout(ANSWER_SECONDS, read=SILENT_LINE_SECONDS, pool=None)
        path = f"/chat/sessions/{session}/events?after={after}"
        async with self._client.stream("GET", path, timeout=timeout) as answer:
            if answer.status_code >= 500 or answer.status_code == TOO_MANY:
                return
            if not answer.is_success:
                raise DoorClosed(f"Listening was refused: {answer.status_code}.")
            async for row in answer.aiter_lines():
                if row.startswith("data:"):
                    yield _line(json.loads(row.removeprefix("data:")))


def _line(message: Mapping[str, Any]) -> Line:
    return Line(int(message["number"]), str(message["author"]), str(message["text"]))
