"""Undo: the action that takes another one back, as the system's file declares it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aboveloop.kit.clock import iso
from aboveloop.operation.expressions import ExpressionFailed, parse
from aboveloop.operation.models import Operation


@dataclass(frozen=True)
class Undoing:
    """The operation and its arguments."""

    operation: str
    args: Mapping[str, Any]


@dataclass(frozen=True)
class NoUndo:
    """Why nothing takes it back."""

    because: str


def undo_of(operation: Operation, name: str, args: Mapping[str, Any], result: Any, now: datetime) -> Undoing | NoUndo:
    """What takes back `name`, performed with `args` and answered with `result`."""
    spec = operation.system_operation(name)
    if spec is None or spec.undo is None:
        return NoUndo(f"{name} declares no undo, so a person decides what is to be done.")
    variables = {"args": dict(args), "result": result, "now": iso(now), "customer": ""}
    try:
        wanted = {
            each: parse(text).value(variables, currency=operation.about.currency)
            for each, text in spec.undo.with_.items()
        }
    except ExpressionFailed as error:
        return NoUndo(f"What undoes {name} cannot be told from what it answered: {error}")
    return Undoing(f"{name.partition('.')[0]}.{spec.undo.do}", wanted)
