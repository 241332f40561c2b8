"""The order of the five steps, as pure rules: what may be done now, and when a step is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from aboveloop.govern.incidents.errors import IncidentClosed, StepNotYet
from aboveloop.govern.incidents.incident import Incident, Repair, RepairState, Step, Touched, Verdict

# What must be done before. Customers are told and books are mended side by side; the rule can be mended meanwhile.
BEFORE: dict[Step, tuple[Step, ...]] = {
    Step.STOP: (),
    Step.CONTAIN: (Step.STOP,),
    Step.CORRECT: (Step.CONTAIN,),
    Step.RECONCILE: (Step.CONTAIN,),
    Step.REVIEW: (Step.CONTAIN,),
}


@dataclass(frozen=True)
class Allowed:
    """Whether a step may be taken now, and why or why not."""

    granted: bool
    reason: str


def may_take(incident: Incident, step: Step) -> Allowed:
    """Whether `step` may be taken (again) now."""
    if not incident.is_open:
        return Allowed(False, f"Incident {incident.id} is closed. Open another one for what was found since.")
    missing = [each for each in BEFORE[step] if incident.done_at(each) is None]
    if missing:
        return Allowed(False, f"Incident {incident.id}: {missing[0]} comes before {step}. Do that first.")
    return Allowed(True, f"{step.capitalize()} may be done.")


def may_close(incident: Incident) -> Allowed:
    """An incident closes when all five steps are done."""
    if not incident.is_open:
        return Allowed(False, f"Incident {incident.id} is closed already.")
    missing = [step for step in Step if incident.done_at(step) is None]
    if missing:
        return Allowed(False, f"Incident {incident.id} is not closed: {', '.join(missing)} not done yet.")
    return Allowed(True, "All five steps are done.")


def demand(incident: Incident, allowed: Allowed) -> None:
    """Raises IncidentClosed or StepNotYet where it is not granted."""
    if not allowed.granted:
        raise (StepNotYet if incident.is_open else IncidentClosed)(allowed.reason)


def is_corrected(touched: Sequence[Touched], repairs: Sequence[Repair]) -> bool:
    """Every affected customer was told, or a person decided that they need not be."""
    affected = {each.customer_id for each in touched if each.is_affected}
    settled = {
        each.customer_id
        for each in repairs
        if each.kind == "correction" and each.state in (RepairState.DONE, RepairState.KEPT)
    }
    return affected <= settled


def is_reconciled(touched: Sequence[Touched], repairs: Sequence[Repair]) -> bool:
    """Every wrong action is settled: put right, left by a person's decision, or accepted with a reason."""
    return not unsettled(touched, repairs)


def unsettled(touched: Sequence[Touched], repairs: Sequence[Repair]) -> list[Touched]:
    """The wrong actions of which nobody has decided, or whose repair is under way or failed."""
    return [
        each for each in touched if each.is_affected and each.accepted_by is None and not _is_settled(each, repairs)
    ]


def _is_settled(touched: Touched, repairs: Sequence[Repair]) -> bool:
    """The last undo tells: it was left as it is, or it is done and what is due after it is settled as well."""
    undos = [each for each in repairs if each.touched_key == touched.key and each.kind == "undo"]
    if not undos or touched.verdict is Verdict.UNKNOWN:
        return False
    if undos[-1].state is not RepairState.DONE:
        return undos[-1].state is RepairState.KEPT
    if not touched.lawful_amount:
        return True
    due = [each for each in repairs if each.touched_key == touched.key and each.kind == "compensation"]
    return bool(due) and due[-1].state in (RepairState.DONE, RepairState.KEPT)
