"""Moves: what a procedure wants next. The runner names them; only the main flow carries them out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Ask:
    """Ask the customer for an entity, in the words of a message, and wait."""

    entity: str
    message: str
    step: str


@dataclass(frozen=True)
class LookUp:
    """Read from a system of record."""

    operation: str
    args: Mapping[str, Any]


@dataclass(frozen=True)
class Propose:
    """Show the customer exactly what will be done and wait for a yes."""

    operation: str
    args: Mapping[str, Any]
    message: str


@dataclass(frozen=True)
class Do:
    """Write to a system of record. `key` names this very write within its run."""

    operation: str
    args: Mapping[str, Any]
    step: str
    key: str


@dataclass(frozen=True)
class Tell:
    message: str


@dataclass(frozen=True)
class Pause:
    """Wait until then, having said `message` if there is one."""

    until: datetime
    message: str | None


@dataclass(frozen=True)
class GiveToPerson:
    because: str


@dataclass(frozen=True)
class Finish:
    outcome: str


Move = Ask | LookUp | Propose | Do | Tell | Pause | GiveToPerson | Finish
