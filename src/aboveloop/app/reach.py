"""Whether a system of record answers now, in a sentence."""

from dataclasses import dataclass

from aboveloop.app.premises import Premises
from aboveloop.connect.errors import RecordMissing, SystemMisdescribed, SystemRefused, SystemUnavailable
from aboveloop.operation.models import Operation


@dataclass(frozen=True)
class Reached:
    """`ok`: it answered, if only with a no."""

    system: str
    ok: bool
    sentence: str


def reach(premises: Premises, operation: Operation, name: str) -> Reached:
    """Ask a read of the system that needs no argument, or any at all: an answer, even a no, shows that it lives."""
    system = operation.systems[name]
    if system.reach.kind in ("house", "recorded"):
        return Reached(name, True, f"It is of kind {system.reach.kind} and needs no connection.")
    reads = [key for key, spec in system.operations.items() if spec.kind == "read"]
    if not reads:
        return Reached(name, True, "It has no read to ask.")
    probe = system.journal or min(reads, key=lambda key: len(system.operations[key].arguments))
    spec = system.operations[probe]
    args = {key: 0 if schema.get("type") == "integer" else "0" for key, schema in spec.arguments.items()}
    if probe == system.journal:
        args = {"after": 0, "limit": 1}
    try:
        premises.systems_of(operation).read(f"{name}.{probe}", args)
    except (RecordMissing, SystemRefused):
        return Reached(name, True, f"It answers ({probe}).")
    except (SystemUnavailable, SystemMisdescribed) as error:
        return Reached(name, False, f"{error} Check `reach` in systems/{name}.yaml.")
    return Reached(name, True, f"It answers ({probe}).")
