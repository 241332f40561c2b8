"""What a summary is made of: the case, its chain, and how this operation names things. And one sentence of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

from aboveloop.govern.switches import Switch
from aboveloop.journey.cases import Case
from aboveloop.ledger.entries import Entry
from aboveloop.operation.models import Operation
from aboveloop.work.decision_accounts import DecisionAccount
from aboveloop.work.memory import Memory
from aboveloop.work.summaries.phrases import say

# An action in one line for people, by operation and arguments; without arguments, what the operation does.
Says = Callable[[str, Mapping[str, Any] | None], str]
Part = Literal["asked", "known", "done", "open"]
# Longer words of a customer are cut here, and read on the page of the case.
LONGEST_QUOTE = 300
# As many entries as one sentence links to.
MOST_ENTRIES = 20


@dataclass(frozen=True)
class Sentence:
    """`words` with the entries that they stand on, the first and latest of many. `plain`: the same without anything
    personal, None where nothing would be left. `quote`: somebody's own words, in their own language."""

    part: Part
    key: str
    words: str
    entries: tuple[str, ...]
    at: datetime
    plain: str | None = None
    quote: str | None = None
    is_cut: bool = False


@dataclass(frozen=True)
class Material:
    """All that a summary may speak of. `names`: people by id; `switch`: the pause that stops the case."""

    case: Case
    entries: Sequence[Entry]
    decisions: Sequence[DecisionAccount]
    operation: Operation
    says: Says
    now: datetime
    names: Mapping[str, str] = field(default_factory=dict)
    switch: Switch | None = None

    @property
    def language(self) -> str:
        return self.operation.about.languages[0]

    @cached_property
    def memory(self) -> Memory:
        return Memory.from_json(self.case.memory)

    @cached_property
    def texts(self) -> Mapping[str, str | None]:
        """By message, what was written in it; None where it is erased."""
        heard = [each for each in self.entries if each.kind in ("MessageReceived", "MessageSent")]
        return {each.body["message"]: None if each.personal is None else each.personal.get("text") for each in heard}

    @cached_property
    def withdrawn(self) -> frozenset[str]:
        """Approvals that nobody needs to answer any more."""
        return frozenset(each.body["approval"] for each in self.entries if each.kind == "ApprovalWithdrawn")

    @property
    def is_erased(self) -> bool:
        return any(each.personal is None for each in self.entries)

    def counted(self, key: str, count: int) -> tuple[str, str]:
        """How many messages there are: behind it stands the last one, for who may read it."""
        plain = self.phrase(key, count=count)
        return f"{plain} {self.phrase('last_one')}", plain

    def of(self, *kinds: str) -> list[Entry]:
        return [each for each in self.entries if each.kind in kinds]

    def phrase(self, key: str, **values: object) -> str:
        return say(self.language, key, **values)

    def instant(self, at: datetime) -> str:
        """An instant in the company's own time, written the same in every language."""
        return f"{at.astimezone(ZoneInfo(self.operation.about.timezone)):%Y-%m-%d %H:%M}"

    def need(self, intent: str) -> str:
        """An intent as the operation titles it."""
        spec = self.operation.intents.get(intent)
        return spec.title if spec is not None and spec.title else intent.replace("_", " ")

    def procedure(self, name: str) -> str:
        spec = self.operation.procedures.get(name)
        return spec.title if spec is not None and spec.title else name.replace("_", " ")

    def person(self, person_id: str | None) -> str:
        return self.names.get(person_id or "", person_id or "")


def linked(entries: Sequence[str]) -> tuple[str, ...]:
    """The entries that a sentence links to: of very many, the first and the latest ones."""
    return tuple(entries) if len(entries) <= MOST_ENTRIES else (entries[0], *entries[1 - MOST_ENTRIES :])


def quoted(text: str | None) -> tuple[str | None, bool]:
    """Somebody's words, as they stand, and whether they were cut."""
    if text is None:
        return None, False
    whole = " ".join(text.split())
    return (whole, False) if len(whole) <= LONGEST_QUOTE else (f"{whole[:LONGEST_QUOTE]}…", True)
