"""Redeciding: every decision of the ledger made again from its entry, its facts and its release.

What comes out otherwise means that an entry, a release or the software that decides was changed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aboveloop.govern.policy import PolicyPack
from aboveloop.kit.clock import iso
from aboveloop.kit.errors import PermanentError
from aboveloop.ledger.entries import Entry
from aboveloop.operation.models import Operation
from aboveloop.work.judgement import NotRecordedWhole, Recorded, as_recorded, holds_decision, recorded

# Enough to see a pattern; the count is of all.
DIFFERENCES_SHOWN = 100


@dataclass(frozen=True)
class Redecided:
    """One decision that came out otherwise, or could not be made again though all of it is there."""

    entry: str
    case: str
    operation: str
    release: str | None
    at: str
    because: str


@dataclass(frozen=True)
class Redecisions:
    """All decisions made again. `erased` cannot be any more, because their customer's key is gone; `incomplete` were
    written by a version that did not keep all that a message was judged by. Both are counted, neither is a fault."""

    decisions: int
    erased: int
    incomplete: int
    different: int
    differences: tuple[Redecided, ...]

    @property
    def first(self) -> Redecided | None:
        """The first that differs, in the order of the ledger."""
        return self.differences[0] if self.differences else None

    def as_json(self) -> dict[str, Any]:
        return {
            "decisions": self.decisions,
            "erased": self.erased,
            "incomplete": self.incomplete,
            "different": self.different,
            "ok": self.different == 0,
            "first": vars(self.first) if self.first else None,
            "differences": [vars(each) for each in self.differences],
        }

    def as_text(self) -> str:
        lines = [f"{each.entry} on {each.case} ({each.operation}): {each.because}" for each in self.differences]
        lines.append(f"{self.decisions} decisions made again, {self.different} came out otherwise.")
        if self.erased:
            lines.append(f"{self.erased} more are of erased customers and cannot be made again.")
        if self.incomplete:
            lines.append(f"{self.incomplete} more were written by a version that did not keep all that was judged by.")
        return "\n".join(lines)


def redecide(
    entries: Iterable[Entry],
    operation_of: Callable[[str], Operation],
    pack_of: Callable[[Operation], PolicyPack],
    *,
    progress: Callable[[int], None] = lambda done: None,
) -> Redecisions:
    """Make every decision in `entries` again, in their order."""
    decisions = erased = incomplete = different = 0
    differences: list[Redecided] = []
    for done, entry in enumerate(entries, start=1):
        progress(done)
        if not holds_decision(entry):
            continue
        try:
            because = _difference(entry, operation_of, pack_of)
        except NotRecordedWhole:
            if entry.personal is None:
                erased += 1
            else:
                incomplete += 1
            continue
        decisions += 1
        if because:
            different += 1
            if different <= DIFFERENCES_SHOWN:
                differences.append(_told(entry, because))
    return Redecisions(decisions, erased, incomplete, different, tuple(differences))


def _difference(
    entry: Entry, operation_of: Callable[[str], Operation], pack_of: Callable[[Operation], PolicyPack]
) -> str:
    """What differs, in a sentence; "" when nothing does. Raises NotRecordedWhole."""
    if entry.release is None:
        return "The entry names no release, so nobody can tell which policies decided."
    try:
        operation = operation_of(entry.release)
        found = recorded(entry, operation)
        again = found.question.answered_by(pack_of(operation))
    except NotRecordedWhole:
        raise
    except PermanentError as error:
        return f"It cannot be decided again: {error}"
    if found.digest and found.question.action.digest != found.digest:
        return "The arguments in the entry are not those of the action that it names."
    return _compared(found, as_recorded(again))


def _compared(found: Recorded, again: Mapping[str, Any]) -> str:
    parts = [
        f"{name} was {_listed(was)} and is {_listed(again[name])}"
        for name, was in found.decided.items()
        if was != again[name]
    ]
    return f"Decided again, {'; '.join(parts)}." if parts else ""


def _listed(value: Any) -> str:
    return ", ".join(value) or "none" if isinstance(value, list) else str(value)


def _told(entry: Entry, because: str) -> Redecided:
    operation = str(entry.body.get("operation", "house.reply"))
    return Redecided(entry.id, entry.case_id, operation, entry.release, iso(entry.at), because)
