"""The one source of the present. Every operation reads it once and passes `now` on."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present as an aware datetime in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until told to move: for tests, scenarios and replays."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("A clock needs an aware datetime; this one has no time zone.")
        self._now = start.astimezone(UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> datetime:
        with self._lock:
            self._now += by
            return self._now


def monotonic_seconds() -> float:
    """Seconds on a clock that only moves forward: for measuring, never for recording."""
    return time.perf_counter()


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 in UTC: how instants are stored, so that they travel between engines."""
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    since = instant - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_micros(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def iso(instant: datetime) -> str:
    """`2026-11-22T09:30:00.000000Z`: the one way an instant is written in entries and JSON."""
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
