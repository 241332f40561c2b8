"""How an MCP server is reached: a process of our own on stdio, or a URL. Both tell when nothing comes any more."""

import os
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import TracebackType
from typing import Any, Self

import anyio
import httpx2
from mcp import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.message import SessionMessage

from aboveloop.kit.clock import monotonic_seconds

# An idle HTTP server may hold the stream on which it would notify us open for this long between two bytes.
HTTP_IDLE_SECONDS = 300.0
# Enough of what a dying process writes to see why it died.
TAIL_BYTES = 4096

# Opens the two streams of one connection; a fresh one for each attempt.
Transport = Callable[["Pulse"], AbstractAsyncContextManager[tuple["WatchedStream", Any]]]


class Pulse:
    """Signs of life of one connection: since when it owes an answer, whether it ended, its last words."""

    def __init__(self) -> None:
        self.ended = anyio.Event()
        self.last_words: Callable[[], str] = str
        self._silent_since: float | None = None

    def asked(self) -> None:
        if self._silent_since is None:
            self._silent_since = monotonic_seconds()

    def heard(self) -> None:
        self._silent_since = None

    def silent_seconds(self) -> float:
        """How long nothing at all has come although something was asked."""
        since = self._silent_since
        return 0.0 if since is None else monotonic_seconds() - since


class WatchedStream:
    """A stream from a server that takes the pulse: the SDK itself does not tell that a stream has ended."""

    def __init__(self, inner: Any, pulse: Pulse) -> None:
        self._inner = inner
        self._pulse = pulse

    @property
    def last_context(self) -> Any:
        # The SDK looks here for the context of the sender, which only its HTTP streams know.
        return getattr(self._inner, "last_context", None)

    async def receive(self) -> SessionMessage | Exception:
        received: SessionMessage | Exception = await self._inner.receive()
        self._pulse.heard()
        return received

    async def aclose(self) -> None:
        self._pulse.ended.set()
        await self._inner.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            self._pulse.ended.set()
            raise StopAsyncIteration from None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def over_stdio(command: Sequence[str], environment: Mapping[str, str]) -> Transport:
    """A process that we start; it gets PATH, HOME and the like, and `environment`, but nothing else of ours."""
    server = StdioServerParameters(command=command[0], args=list(command[1:]), env=dict(environment))

    @asynccontextmanager
    async def connect(pulse: Pulse) -> AsyncIterator[tuple[WatchedStream, Any]]:
        tail = _Tail()
        pulse.last_words = tail.last_line
        with open(tail.write_end, "w", encoding="utf-8") as errors:
            async with stdio_client(server, errlog=errors) as (read, write):
                # Only the process holds the pipe now, so that the reader sees its end.
                errors.close()
                yield WatchedStream(read, pulse), write

    return connect


def over_http(url: str, headers: Mapping[str, str], timeout_seconds: float) -> Transport:
    """A server of somebody else at `url`; `headers` go with every request."""

    @asynccontextmanager
    async def connect(pulse: Pulse) -> AsyncIterator[tuple[WatchedStream, Any]]:
        timeout = httpx2.Timeout(timeout_seconds, read=HTTP_IDLE_SECONDS)
        async with (
            httpx2.AsyncClient(headers=dict(headers), timeout=timeout) as client,
            streamable_http_client(url, http_client=client) as (read, write),
        ):
            yield WatchedStream(read, pulse), write

    return connect


class _Tail:
    """Drains what a process writes to standard error, so that it never blocks, and keeps the end of it."""

    def __init__(self) -> None:
        self._read_end, self.write_end = os.pipe()
        self._kept = b""
        self._thread = threading.Thread(target=self._drain, name="system-errors", daemon=True)
        self._thread.start()

    def last_line(self) -> str:
        """The last line that was written; of a process that has just died, all of it is waited for."""
        self._thread.join(timeout=0.2)
        lines = self._kept.decode("utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _drain(self) -> None:
        with open(self._read_end, "rb", buffering=0) as stream:
            while chunk := stream.read(65_536):
                self._kept = (self._kept + chunk)[-TAIL_BYTES:]
