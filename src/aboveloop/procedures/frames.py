"""Frames: one execution of one procedure, as a value that can be kept in a row between turns."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Frame:
    """Where one execution stands.

    `step` indexes the expanded steps; `heard` keeps, by entity, the values said and not yet used;
    `said_as` tells which entity a variable came from; `asked` counts, by step, the questions without answer;
    `edited` holds arguments that an approver changed, by step; `visits` counts writes, so that each has a key of
    its own.
    """

    run_id: str
    procedure: str
    step: int = 0
    variables: Mapping[str, Any] = field(default_factory=dict)
    heard: Mapping[str, list[Any]] = field(default_factory=dict)
    said_as: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, int] = field(default_factory=dict)
    edited: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    visits: int = 0

    def heard_again(self) -> dict[str, list[Any]]:
        """What was told to this execution, by entity: for another one that takes its place."""
        used = {entity: [self.variables[name]] for name, entity in self.said_as.items() if name in self.variables}
        return {**dict(self.heard), **used}

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Frame":
        return Frame(**value)
