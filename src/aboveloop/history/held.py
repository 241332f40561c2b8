"""What stands behind a history: a spreadsheet somebody saved, or rows that a data contract was held to.

A spreadsheet is enough to explore with. What it says is nobody's promise, so nothing goes to production on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aboveloop.history.store import About

# Rows that a person saved as a file. What a help desk wrote itself is its own record, and is no spreadsheet.
SPREADSHEETS = frozenset({"csv", "excel"})
HELD_TO = "held_to"


@dataclass(frozen=True)
class Held:
    """The contract, its asset and version that every row of a history was held to before it was kept."""

    contract: str
    asset: str
    version: str

    def as_json(self) -> dict[str, str]:
        return {"contract": self.contract, "asset": self.asset, "version": self.version}


def held_of(about: About) -> Held | None:
    """None where some row of it was held to nothing."""
    return held_as(about.more)


def held_as(told: Mapping[str, Any]) -> Held | None:
    """As `held_to` says it, in what is known of a history or in the entry of its import."""
    said: Mapping[str, str] | None = told.get(HELD_TO)
    return Held(said["contract"], said["asset"], said["version"]) if said else None
