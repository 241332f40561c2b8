"""A suggestion: one concrete step for a person, why, and how it is done."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aboveloop.govern.people import Right
from aboveloop.kit.canonical import canonical

Kind = Literal[
    "check_record",
    "correct_record",
    "answer_approval",
    "decide_doubt",
    "take_over",
    "call",
    "reply",
    "resume",
    "hand_back",
    "end",
    "follow_up",
    "wait",
    "nothing",
]
# What one press of a button does, where nothing has to be read or written first.
Act = Literal["take_over", "hand_back", "end_resolved"]
# Nobody has to do anything: there is nothing to accept.
IDLE: frozenset[Kind] = frozenset({"wait", "nothing"})


@dataclass(frozen=True)
class Suggestion:
    """`words` and `because` for who may read what is personal, `plain` and `plain_because` for everybody. `entries`:
    what it stands on. `right`: what a person needs for it. `page` leads to where it is done, `act` does it at once,
    `command` is the same on the command line, "" where there is none. `target`: an approval or an entry."""

    kind: Kind
    words: str
    because: str
    entries: tuple[str, ...]
    plain: str
    plain_because: str
    case_id: str
    target: str
    right: Right | None = None
    page: str = ""
    act: Act | None = None
    command: str = ""
    rules: Sequence[str] = ()
    by: datetime | None = None

    @property
    def id(self) -> str:
        """Names this very suggestion on this case; the same as long as it is about the same thing."""
        named = canonical([self.case_id, self.kind, self.target])
        return hashlib.sha256(named).hexdigest()[:16]

    @property
    def is_idle(self) -> bool:
        return self.kind in IDLE
