"""A change: one thing that differs between two releases, in a sentence, with whether and why it alters risk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Noticed = Literal["customers", "colleagues", "nobody"]
Direction = Literal["looser", "stricter", "other"]


class ReviewPart(StrEnum):
    """The five parts of the review of a release that changes risk."""

    MODEL_VENDOR = "model_vendor"
    DATA_HANDLING = "data_handling"
    MONITORING = "monitoring"
    ESCALATION = "escalation"
    AUDITABILITY = "auditability"


@dataclass(frozen=True)
class Change:
    """`about` names what changed (`procedure:cancel_order`, `message:en/greeting`); `words` is a sentence for people.

    `risk` says why it alters risk and is "" where it does not; `parts` are those of the review that must speak of it;
    `touches` names procedures (`cancel_order`) and operations (`shop.refund_order`) whose cases it reaches.
    """

    about: str
    words: str
    risk: str = ""
    parts: tuple[ReviewPart, ...] = ()
    noticed: Noticed = "nobody"
    direction: Direction = "other"
    touches: frozenset[str] = frozenset()

    @property
    def is_risky(self) -> bool:
        return bool(self.risk)


def listed(names: Iterable[str]) -> str:
    """`a, b and c`."""
    found = list(names)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else "nothing"


def shown_on(what: str, origins: Iterable[str]) -> str:
    """The sentence on which other sites may show it."""
    found = sorted(origins)
    return f"The {what} may be shown on {listed(found) if found else 'no other site'}."


def keys_of(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[list[str], list[str], list[str]]:
    """The names that were removed, were added, and stand in both with another value; each in order."""
    removed = sorted(old.keys() - new.keys())
    added = sorted(new.keys() - old.keys())
    changed = sorted(name for name in old.keys() & new.keys() if old[name] != new[name])
    return removed, added, changed
