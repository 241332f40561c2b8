"""Fan-out: one look at the messages of everybody, every few hundredths of a second, wakes all who listen.

Hundreds of open chats cost one small query at a time, and none while nobody listens. A listener that does not read
holds up nobody: what it has missed it reads from the database once it comes back.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import anyio.to_thread
import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.app import store
from aboveloop.journey.store import contact_by_id, last_message_number, messages_after
from aboveloop.kit.clock import iso, monotonic_seconds
from aboveloop.kit.database import Database, Reader

# A listener that is this many messages behind is told to read them from the database instead.
MOST_BEHIND = 100
# On PostgreSQL a number may be given out and committed after a higher one: so long it is looked for.
GAP_SECONDS = 10.0
MOST_GAPS = 1_000
# More than are ever written at once, and fewer than one query gives.
LOOKED_BACK = 200
ADDRESSES_KEPT = 10_000
AFTER_TROUBLE_SECONDS = 2.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ChatMessage:
    """One message of a chat as its customer sees it. `number` only grows; `author` is of a kind, not a name."""

    number: int
    id: str
    author: Literal["customer", "worker", "person"]
    text: str
    at: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> "ChatMessage":
        kind = str(row.author).partition(":")[0]
        author: Literal["customer", "worker", "person"] = (
            "customer" if row.direction == "in" else "person" if kind == "person" else "worker"
        )
        return cls(row.number, row.id, author, row.text, row.at)

    def as_json(self) -> dict[str, Any]:
        return {"number": self.number, "id": self.id, "author": self.author, "text": self.text, "at": iso(self.at)}


@dataclass
class Listener:
    """One open connection. `is_behind`: it has missed messages and must read them from the database."""

    waiting: deque[ChatMessage] = field(default_factory=deque)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    is_behind: bool = False

    def take(self) -> list[ChatMessage]:
        """What has come since the last time."""
        taken = list(self.waiting)
        self.waiting.clear()
        self.woken.clear()
        return taken

    def hand(self, message: ChatMessage) -> None:
        if len(self.waiting) >= MOST_BEHIND:
            self.is_behind = True
        else:
            self.waiting.append(message)
        self.woken.set()


class Watch:
    """Finds each new message once, also one whose number was committed late. Used by one thread at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._addresses: dict[str, str] = {}
        with database.read() as reader:
            self._last = last_message_number(reader)
            standing = {row.number for row in messages_after(reader, self._last - LOOKED_BACK)}
        # What is being written in this very moment may come to stand below the last: it is looked for as well.
        until = monotonic_seconds() + GAP_SECONDS
        first = max(self._last - LOOKED_BACK, 0) + 1
        self._gaps = {number: until for number in range(first, self._last) if number not in standing}

    def look(self) -> list[tuple[str, ChatMessage]]:
        """The new messages to customers, each with the address of its contact point."""
        with self._database.read() as reader:
            found = [*self._late(reader), *self._fresh(reader)]
            return [(self._address(reader, row), ChatMessage.of(row)) for row in found if row.direction == "out"]

    def _fresh(self, reader: Reader) -> list[Row[Any]]:
        rows = list(messages_after(reader, self._last))
        until = monotonic_seconds() + GAP_SECONDS
        for row in rows:
            for missing in range(self._last + 1, min(row.number, self._last + MOST_GAPS)):
                self._gaps[missing] = until
            self._last = row.number
        return rows

    def _late(self, reader: Reader) -> Iterable[Row[Any]]:
        now = monotonic_seconds()
        self._gaps = {number: until for number, until in self._gaps.items() if until > now}
        if not self._gaps:
            return []
        rows = store.messages_numbered(reader, list(self._gaps)[:MOST_GAPS])
        for row in rows:
            del self._gaps[row.number]
        return rows

    def _address(self, reader: Reader, row: Row[Any]) -> str:
        known = self._addresses.get(row.contact_id)
        if known is None:
            contact = contact_by_id(reader, row.contact_id)
            known = "" if contact is None else f"{contact.channel}:{contact.address}"
            if len(self._addresses) >= ADDRESSES_KEPT:
                self._addresses.clear()
            self._addresses[row.contact_id] = known
        return known


class FanOut:
    """All listeners of this process. Lives in one event loop; `close` may be called from any thread."""

    def __init__(self, database: Database, poll_seconds: float) -> None:
        self._database = database
        self._poll_seconds = poll_seconds
        self._listeners: dict[str, set[Listener]] = {}
        self._poller: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting = asyncio.Lock()
        # A thread of its own: a full house of slow requests does not delay what customers are told.
        self._thread = anyio.CapacityLimiter(1)
        self.is_closing = False

    @property
    def is_idle(self) -> bool:
        """True while nobody listens: then nothing is polled."""
        return not self._listeners

    @asynccontextmanager
    async def listening(self, address: str) -> AsyncIterator[Listener]:
        """A listener for one `channel:address`. Messages that come after this began are not missed."""
        self._loop = asyncio.get_running_loop()
        listener = _Hashed()
        await self._start(address, listener)
        try:
            yield listener
        finally:
            beside = self._listeners[address]
            beside.discard(listener)
            if not beside:
                del self._listeners[address]
            if self.is_idle and self._poller is not None:
                self._poller.cancel()
                self._poller = None

    def close(self) -> None:
        """End all streams, so that a server that stops need not wait for them."""
        self.is_closing = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake_all)

    def _wake_all(self) -> None:
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.woken.set()

    async def _start(self, address: str, listener: Listener) -> None:
        async with self._starting:
            self._listeners.setdefault(address, set()).add(listener)
            if self._poller is None:
                watch = await anyio.to_thread.run_sync(Watch, self._database, limiter=self._thread)
                self._poller = asyncio.create_task(self._poll(watch), name="chat-fan-out")

    async def _poll(self, watch: Watch) -> None:
        while True:
            try:
                found = await anyio.to_thread.run_sync(watch.look, limiter=self._thread)
            except sa.exc.DBAPIError as error:
                logger.warning("New messages could not be read and will be: %s", type(error).__name__)
                await asyncio.sleep(AFTER_TROUBLE_SECONDS)
                continue
            for address, message in found:
                for listener in self._listeners.get(address, ()):
                    listener.hand(message)
            await asyncio.sleep(self._poll_seconds)


class _Hashed(Listener):
    """A listener is itself, not what it holds: so that it stands in a set."""

    __hash__ = object.__hash__
