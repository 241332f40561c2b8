"""Data shown: which data a decision stands on, where it goes when the action is done, and what is kept of it."""

from dataclasses import dataclass

from aboveloop.govern.approval import Approval
from aboveloop.operation.models import Operation

KEEPS = (
    "Arguments, facts and words are kept in the ledger under the customer's own key; erasing the customer makes them"
    " unreadable for ever."
)


@dataclass(frozen=True)
class DataFlow:
    """Three sentences for whoever approves: what was read, where it is sent, what is kept."""

    reads: str
    sends: str
    keeps: str


def flow_of(operation: Operation, approval: Approval) -> DataFlow:
    """The data flow of one action, as the operation declares it."""
    system_name, _, short = approval.action.operation.partition(".")
    system = operation.systems.get(system_name)
    spec = operation.system_operation(approval.action.operation)
    read = sorted({record.read.replace("_", " ") for record in spec.records.values()}) if spec else []
    title = (system.title or system_name) if system else system_name
    touches = ", ".join(spec.touches) if spec else ""
    return DataFlow(
        reads=f"The facts were read from {title} ({', '.join(read)})." if read else "No record was read for it.",
        sends=f"When approved, these arguments are sent to {title}; {short.replace('_', ' ')} touches "
        f"{touches or 'nothing of a customer'}.",
        keeps=KEEPS,
    )
