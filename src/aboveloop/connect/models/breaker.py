"""A breaker before an outside model: after some failures in a row nobody waits for it for a while."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aboveloop.connect.models.exchange import ModelRefused, ModelUnavailable
from aboveloop.kit.clock import monotonic_seconds

# One slow answer is chance, three in a row are not.
_FAILURES = 3
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 10.0, 300.0


class Breaker:
    """Counts failures in a row. While it is open nothing is asked; then one may try. Threads share it."""

    def __init__(self, name: str, seconds: Callable[[], float] = monotonic_seconds) -> None:
        self._name, self._seconds = name, seconds
        self._lock = threading.Lock()
        self._failures = 0
        self._pause = _FIRST_PAUSE_SECONDS
        self._open_until = 0.0
        self._why = ""

    @property
    def is_open(self) -> bool:
        with self._lock:
            return self._seconds() < self._open_until

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Around one question. Raises ModelUnavailable without asking while it is open."""
        self._demand_closed()
        try:
            yield
        except (ModelUnavailable, ModelRefused) as error:
            self._failed(error)
            raise
        with self._lock:
            self._failures, self._pause, self._open_until = 0, _FIRST_PAUSE_SECONDS, 0.0

    def _demand_closed(self) -> None:
        with self._lock:
            left = self._open_until - self._seconds()
            if left > 0:
                raise ModelUnavailable(
                    f"The model of {self._name} is left alone for another {left:.0f} s. {self._why}",
                    retry_after_seconds=left,
                )
            if self._open_until:
                # One tries; whoever comes meanwhile does not wait for its answer.
                self._open_until = self._seconds() + self._pause

    def _failed(self, error: ModelUnavailable | ModelRefused) -> None:
        with self._lock:
            self._failures += 1
            self._why = str(error)
            asked = error.retry_after_seconds if isinstance(error, ModelUnavailable) else 0.0
            if self._failures >= _FAILURES or asked > 1.0:
                pause = max(self._pause, asked)
                self._open_until = self._seconds() + pause
                self._pause = min(2 * self._pause, _LONGEST_PAUSE_SECONDS)
