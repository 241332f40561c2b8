"""One session with an MCP server: opened once, used by many threads, over when its server is gone."""

from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any

import anyio
from anyio.from_thread import BlockingPortal
from mcp import Client
from mcp_types import CallToolResult, Implementation

from aboveloop import __version__
from aboveloop.connect.errors import SystemUnavailable
from aboveloop.connect.systems.mcp_transports import Pulse, Transport
from aboveloop.connect.systems.port import is_down
from aboveloop.operation.system_models import SystemOperation

# A server that imports half the world on a busy machine needs some ten seconds before it first answers.
OPEN_SECONDS = 30.0
# Longer than a caller repeats at once: opening costs a process and a second of its time.
OPEN_AGAIN_SECONDS = 5.0
# A server from which nothing at all came for this many timeouts hangs: a new session (and process) is better.
SILENT_TIMEOUTS = 3


class SessionOver(Exception):
    """The session ended before the call was sent."""


class McpSession:
    """Lives in the portal's event loop; its methods are called from other threads unless they are async."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._pulse: Pulse | None = None
        self._opened: Future[Client] = Future()
        self._finished: Future[None] = Future()

    @property
    def is_over(self) -> bool:
        return self._finished.done() or (self._pulse is not None and self._pulse.ended.is_set())

    @property
    def was_opened(self) -> bool:
        return self._opened.done()

    def start(self, portal: BlockingPortal) -> None:
        self._finished = portal.start_task_soon(self._live)

    def wait_until_open(self, name: str, spec: SystemOperation) -> None:
        """Return once calls may be made. Raises SystemUnavailable where the session did not come up."""
        if self._opened.done():
            return
        either: list[Future[Any]] = [self._opened, self._finished]
        wait(either, timeout=OPEN_SECONDS, return_when=FIRST_COMPLETED)
        if not self._opened.done():
            self._finished.cancel()
            raise self._not_opened(name, spec)

    async def call(self, tool: str, arguments: dict[str, Any], timeout_seconds: float) -> CallToolResult:
        """Call a tool, in the portal's loop. Raises SessionOver where nothing was sent, else the SDK's errors."""
        if self._pulse is None or self._pulse.ended.is_set():
            raise SessionOver
        client = self._opened.result()
        self._pulse.asked()
        return await client.call_tool(tool, arguments, read_timeout_seconds=timeout_seconds)

    def leave(self) -> None:
        """End the session; the next call opens another. A process is asked to stop, then made to."""
        self._finished.cancel()

    def leave_if_silent(self, timeout_seconds: float) -> None:
        """End the session where the server seems to hang: a single slow call is no reason, long silence is."""
        if self._pulse is None or self._pulse.silent_seconds() > SILENT_TIMEOUTS * timeout_seconds:
            self.leave()

    async def _live(self) -> None:
        """Open the session, keep it until its stream ends or it is left, then take it down."""
        pulse = Pulse()
        self._pulse = pulse
        with anyio.fail_after(OPEN_SECONDS) as opening:
            us = Implementation(name="aboveloop", version=__version__)
            async with Client(self._transport(pulse), cache=None, client_info=us) as client:
                opening.deadline = float("inf")
                self._opened.set_result(client)
                await pulse.ended.wait()

    def _not_opened(self, name: str, spec: SystemOperation) -> SystemUnavailable:
        error = self._finished.exception() if self._finished.done() and not self._finished.cancelled() else None
        why = _first_cause(error) if error is not None else "it did not come up in time"
        words = self._pulse.last_words() if self._pulse is not None else ""
        said = f"{why}; it last said: {words}" if words else why
        return is_down(name, spec, said, may_have_happened=False, retry_after_seconds=OPEN_AGAIN_SECONDS)


def _first_cause(error: BaseException) -> str:
    """The words of the first error inside groups of errors, or its kind where it has none."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error) or type(error).__name__
