"""Turns that run when they are told to, on the caller's thread and clock: for scenarios, replays and tests."""

import heapq
import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aboveloop.durable.turns import Again, Handler
from aboveloop.kit.clock import Clock
from aboveloop.kit.database import Transaction


@dataclass(order=True)
class _Waiting:
    due: datetime
    number: int
    lane: str = field(compare=False)
    stimulus: str = field(compare=False)


class InlineTurns:
    """Keeps submitted turns in memory. They do not survive the process: that is what DurableTurns is for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._numbers = itertools.count()

    def submit(self, tx: Transaction, *, lane: str, stimulus: str, delay_seconds: float = 0) -> None:
        due = self._clock.now() + timedelta(seconds=delay_seconds)
        turn = _Waiting(due, next(self._numbers), lane, stimulus)
        # As with the durable engine, what is rolled back was never submitted.
        tx.before_commit(lambda: heapq.heappush(self._waiting, turn))

    def run_due(self, handler: Handler) -> int:
        """Run what is due now, and what that submits for now, in order. Returns how many turns ran."""
        ran = 0
        while self._waiting and self._waiting[0].due <= self._clock.now():
            turn = heapq.heappop(self._waiting)
            ran += 1
            result = handler(turn.lane, turn.stimulus)
            if isinstance(result, Again):
                turn.due = self._clock.now() + timedelta(seconds=max(result.after_seconds, 0.001))
                turn.number = next(self._numbers)
                heapq.heappush(self._waiting, turn)
        return ran

    @property
    def next_due(self) -> datetime | None:
        return self._waiting[0].due if self._waiting else None
