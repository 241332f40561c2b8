"""What the house needs of a durable engine: submit a turn inside a transaction, run it until it is done.

A turn is named by its lane (turns of one lane never overlap and run in the order they were submitted)
and a stimulus: a short text that its handler understands.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aboveloop.kit.database import Transaction


@dataclass(frozen=True)
class Done:
    """The turn ended; nothing is left to do."""


@dataclass(frozen=True)
class Again:
    """The same turn must run again, not before `after_seconds` have passed."""

    after_seconds: float


Handler = Callable[[str, str], Done | Again]


class Turns(Protocol):
    """Accepts turns. What was submitted in a committed transaction runs, whatever crashes in between."""

    def submit(self, tx: Transaction, *, lane: str, stimulus: str, delay_seconds: float = 0) -> None: ...
