"""Actions: what a worker or a person proposes to do, bound by a digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from aboveloop.kit.canonical import digest


@dataclass(frozen=True)
class Principal:
    """Who proposes: `worker` with the name of its procedure or model, or `person` with the person's id."""

    kind: Literal["worker", "person"]
    id: str


@dataclass(frozen=True)
class Action:
    """A proposed operation (`system.operation`) with its arguments, on one case."""

    case_id: str
    operation: str
    args: Mapping[str, Any]
    by: Principal

    @cached_property
    def digest(self) -> str:
        """Names exactly this: one changed argument, another case or another operation is another digest."""
        return digest({"case": self.case_id, "operation": self.operation, "args": dict(self.args)})
