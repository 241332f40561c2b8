"""What masking finds: a stretch of text that is personal, or that may be and nobody can be sure."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "name", "email", "phone", "card", "iban", "id", "address", "postcode", "birth", "network", "number", "private"
]


@dataclass(frozen=True)
class Find:
    """`text[start:end]` is personal, of this kind."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True)
class Doubt:
    """What may be personal and was left in the text. `weight` is how likely that is, from 0 to 1; `because` names what
    it looks like and never repeats it."""

    because: str
    weight: float
    start: int
    end: int


def free(candidates: list[Find], taken: list[Find]) -> list[Find]:
    """Those that overlap none of `taken` and none before them in the list."""
    kept: list[Find] = []
    for find in candidates:
        if all(find.end <= other.start or find.start >= other.end for other in (*taken, *kept)):
            kept.append(find)
    return kept
