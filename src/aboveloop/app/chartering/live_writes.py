"""Whether a use case ever changed anything in the live system: without that it is a pilot that never left the sandbox.

A write counts when the ledger of this house tells that it was performed on a case of the procedure and that the system
of record, read back, showed it (`proof` of the operation). Rehearsals have ledgers of their own and count nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from aboveloop.app.chartering import store
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.operation.models import Operation
from aboveloop.procedures.check import expand


@dataclass(frozen=True)
class LiveWrite:
    """How far a procedure reaches. `operation`, `case_id` and `at` are of the first write that was verified."""

    procedure: str
    state: Literal["sandbox only", "verified live", "reads only"]
    sentence: str
    operation: str = ""
    case_id: str = ""
    at: datetime | None = None

    @property
    def is_sandbox_only(self) -> bool:
        return self.state == "sandbox only"

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "at": None if self.at is None else iso(self.at)}


def live_write(reader: Reader, operation: Operation, procedure: str) -> LiveWrite:
    """What the ledger tells of the writes of a procedure, as this operation has it."""
    writes = _writes(operation, procedure)
    if not writes:
        return LiveWrite(procedure, "reads only", "It only reads, so there is no write to verify.")
    row = store.first_verified(reader, procedure, writes)
    if row is not None:
        done = next(each for each in writes if store.names(each, row.body))
        sentence = f"{done} was done in the live system, and was there when it was read back."
        return LiveWrite(procedure, "verified live", sentence, done, row.case_id, row.at)
    unproved = [each for each in writes if _has_no_proof(operation, each)]
    sentence = f"No write of it ({', '.join(writes)}) was performed and read back in the live system."
    if unproved == writes:
        sentence += " None of them can be: no `proof` in systems/ says how to read back what they did."
    return LiveWrite(procedure, "sandbox only", sentence)


def _writes(operation: Operation, procedure: str) -> list[str]:
    """The operations of systems of record that the procedure performs, those of its fragments too."""
    spec = operation.procedures.get(procedure)
    steps = expand(spec, operation.fragments) if spec is not None else ()
    found = {step.do for step in steps if step.do is not None}
    return sorted(each for each in found if each.partition(".")[0] in operation.systems)


def _has_no_proof(operation: Operation, name: str) -> bool:
    spec = operation.system_operation(name)
    return spec is None or spec.proof is None
