"""How much one chat may say: one recording at a time, and so many a minute. Counted by each process for itself."""

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager

from aboveloop.api.errors import StillListening, TooManyMessages
from aboveloop.kit.clock import monotonic_seconds

_MINUTE = 60.0
# Chats that are remembered; who comes back after so many others begins anew.
_MOST_CHATS = 10_000


class Listening:
    """Threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: set[str] = set()
        self._lately: OrderedDict[str, deque[float]] = OrderedDict()

    @contextmanager
    def to(self, address: str, at_most: int) -> Iterator[None]:
        """While one recording of a chat is listened to. Raises StillListening, TooManyMessages."""
        with self._lock:
            if address in self._now:
                raise StillListening("What was said before is still listened to. Wait for it.")
            self._count(address, at_most)
            self._now.add(address)
        try:
            yield
        finally:
            with self._lock:
                self._now.discard(address)

    def _count(self, address: str, at_most: int) -> None:
        now = monotonic_seconds()
        lately = self._lately.setdefault(address, deque())
        self._lately.move_to_end(address)
        while lately and lately[0] <= now - _MINUTE:
            lately.popleft()
        if len(lately) >= at_most:
            raise TooManyMessages(
                f"More than {at_most} recordings in a minute: this one was not listened to. Wait a moment.",
                retry_after_seconds=max(1.0, lately[0] + _MINUTE - now),
            )
        lately.append(now)
        while len(self._lately) > _MOST_CHATS:
            self._lately.popitem(last=False)
