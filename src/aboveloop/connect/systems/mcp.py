"""Systems reached over MCP: one long-lived session for each, a process on stdio or a URL, shared by all threads.

Importing the SDK costs more than a second, so this module is imported when the first such system is opened.
"""

import threading
from collections.abc import Mapping
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import ExitStack
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import MCPError
from mcp_types import (
    CONNECTION_CLOSED,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    REQUEST_TIMEOUT,
    CallToolResult,
)
from pydantic import ValidationError

from aboveloop.connect.errors import SystemMisdescribed, SystemUnavailable
from aboveloop.connect.systems.mcp_answers import answer_of, crashed, words_of
from aboveloop.connect.systems.mcp_session import McpSession, SessionOver
from aboveloop.connect.systems.mcp_transports import Transport, over_http, over_stdio
from aboveloop.connect.systems.port import is_down, said_no, talked_nonsense, was_slow, with_key
from aboveloop.connect.systems.surroundings import Surroundings
from aboveloop.kit.clock import monotonic_seconds
from aboveloop.operation.system_models import System, SystemOperation

# The SDK's own clock starts once a request is written; where even writing hangs, we stop waiting this much later.
GRACE_SECONDS = 0.5
# Between two attempts to open a session that did not come up.
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 30.0
# What the system's own code says before it does anything: the request was not carried out.
NOT_CARRIED_OUT = frozenset({INVALID_PARAMS, METHOD_NOT_FOUND})


class McpPort:
    """A system behind an MCP server: each operation is the tool of the same name."""

    def __init__(self, system: System, surroundings: Surroundings) -> None:
        self._name = system.system
        self._timeout = system.reach.timeout_seconds
        self._transport = _transport_of(system, surroundings)
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._portal: BlockingPortal | None = None
        self._session: McpSession | None = None
        self._failures = 0
        self._open_again_at = 0.0

    def call(self, operation: str, spec: SystemOperation, args: Mapping[str, Any], *, key: str | None) -> Any:
        name = f"{self._name}.{operation}"
        session, portal = self._open_session()
        try:
            session.wait_until_open(name, spec)
        except SystemUnavailable:
            self._note_failure(session)
            raise
        self._failures = 0
        pending: Future[CallToolResult] = portal.start_task_soon(
            session.call, operation, with_key(spec, args, key), self._timeout
        )
        try:
            result = pending.result(timeout=self._timeout + GRACE_SECONDS)
        except FutureTimeout:
            pending.cancel()
            session.leave_if_silent(self._timeout)
            raise was_slow(name, spec, self._timeout) from None
        except SessionOver:
            raise is_down(name, spec, "the connection had ended", may_have_happened=False) from None
        except CancelledError:
            raise is_down(name, spec, "the session was closed", may_have_happened=True) from None
        except MCPError as error:
            raise self._explained(name, spec, session, error) from error
        except (ValidationError, RuntimeError) as error:
            # The SDK's words for an answer that breaks the protocol or the tool's own output schema.
            raise talked_nonsense(name, spec, str(error)) from error
        if not result.is_error:
            return answer_of(name, spec, result)
        words = words_of(result)
        if crashed(operation, words):
            raise talked_nonsense(name, spec, "its code crashed")
        raise said_no(name, spec, words.removeprefix(f"Error executing tool {operation}: "))

    def close(self) -> None:
        with self._lock:
            if self._session is not None:
                self._session.leave()
            self._session, self._portal = None, None
            # Waits until the session is down and its process gone.
            self._stack.close()

    def _open_session(self) -> tuple[McpSession, BlockingPortal]:
        """The session that lives, or a new one: all threads that wait for it share one attempt to open it."""
        with self._lock:
            if self._portal is None:
                self._portal = self._stack.enter_context(start_blocking_portal(name=f"system-{self._name}"))
            if self._session is None or (self._session.is_over and self._may_open_again(self._session)):
                self._session = McpSession(self._transport)
                self._session.start(self._portal)
            return self._session, self._portal

    def _may_open_again(self, ended: McpSession) -> bool:
        """At once where the last session had come up; else after a growing pause: a start costs a second of work."""
        return ended.was_opened or monotonic_seconds() >= self._open_again_at

    def _note_failure(self, session: McpSession) -> None:
        with self._lock:
            if session is self._session and monotonic_seconds() >= self._open_again_at:
                self._failures += 1
                pause = min(FIRST_PAUSE_SECONDS * 2**self._failures, LONGEST_PAUSE_SECONDS)
                self._open_again_at = monotonic_seconds() + pause

    def _explained(self, name: str, spec: SystemOperation, session: McpSession, error: MCPError) -> Exception:
        if error.code == REQUEST_TIMEOUT:
            session.leave_if_silent(self._timeout)
            return was_slow(name, spec, self._timeout)
        if error.code == CONNECTION_CLOSED:
            session.leave()
            return is_down(name, spec, "the connection ended", may_have_happened=True)
        if error.code == INVALID_REQUEST and "Session terminated" in error.message:
            # An HTTP server that was restarted does not know our session: it has done nothing with the request.
            session.leave()
            return is_down(name, spec, "it no longer knows our session", may_have_happened=False)
        if error.code in NOT_CARRIED_OUT:
            return said_no(name, spec, error.message)
        return talked_nonsense(name, spec, error.message)


def _transport_of(system: System, surroundings: Surroundings) -> Transport:
    reach, what = system.reach, f"The system {system.system}"
    if reach.command:
        command = [surroundings.fill(word, what=what) for word in reach.command]
        return over_stdio(command, surroundings.fill_all(reach.env, what=what))
    if reach.url:
        headers = surroundings.fill_all(reach.headers, what=what)
        return over_http(surroundings.fill(reach.url, what=what), headers, reach.timeout_seconds)
    raise SystemMisdescribed(f"{what} is reached over MCP but names neither `command` nor `url`. Give one.")
