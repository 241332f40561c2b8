"""What a case remembers between turns: its running procedures and what it waits for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from aboveloop.procedures.frames import Frame

# What the top procedure waits for; None while it can go on by itself.
Waiting = Literal["answer", "confirmation", "approval", "time"]


@dataclass
class Memory:
    """`frames` is a stack: a digression runs on top, and what it interrupted goes on afterwards.

    `proposal` is what the customer was shown last and may say yes to; `confirmed` holds the digests that the
    customer said yes to and that were not done yet; `asking` is the entity asked for; `due` names the timer that
    counts, `missed` those that ran out during a pause; `resting` is the message that told of the wait; `heard_at` is
    when the customer wrote last, or a wait of theirs ended; `unclear` and `tries` count messages not understood and
    systems not answering, in a row; `disclosed` lists the contact points that were told they talk to an AI; `phase`
    is where the customer stands on the journey; `language` is the one that the customer writes in, as far as told;
    `later` is what else the customer asked for in the same message, in their words, and `told` what they had told by
    then.
    """

    frames: list[Frame] = field(default_factory=list)
    waiting: Waiting | None = None
    asking: str | None = None
    proposal: dict[str, Any] | None = None
    confirmed: list[str] = field(default_factory=list)
    approval: str | None = None
    due: str | None = None
    resting: str | None = None
    unclear: int = 0
    tries: int = 0
    heard_at: str | None = None
    reminded: bool = False
    disclosed: list[str] = field(default_factory=list)
    phase: str | None = None
    silence_timer: bool = False
    missed: list[str] = field(default_factory=list)
    language: str | None = None
    later: str = ""
    told: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def top(self) -> Frame | None:
        return self.frames[-1] if self.frames else None

    def replace_top(self, frame: Frame) -> None:
        self.frames[-1] = frame

    def clear_waiting(self) -> None:
        self.waiting = None
        self.asking = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Memory":
        memory = Memory(**value) if value else Memory()
        memory.frames = [Frame.from_json(frame) for frame in value.get("frames", [])]
        return memory
