"""Moving: cases in flight change to another release, deliberately, when every step that they stand on is there too.

A case finishes on the release that it began on. When that release is bad, people move it; a case that waits for an
approval stays, because what was asked was decided by the old rules.
"""

from dataclasses import dataclass, replace

from aboveloop.journey import cases, store
from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.kit.clock import iso
from aboveloop.kit.ids import new_id
from aboveloop.operation.models import Operation, Step
from aboveloop.procedures.frames import Frame
from aboveloop.work.house import House
from aboveloop.work.memory import Memory
from aboveloop.work.turn_state import steps_of


@dataclass(frozen=True)
class Moved:
    """What became of one case: `refused` says why it stays where it is, "" where it moved."""

    case_id: str
    refused: str = ""


def move_case(house: House, case_id: str, to: str, *, actor: str, because: str) -> Moved:
    """Move one case to the release `to` and let it go on. What a turn was doing meanwhile is done again."""
    now = house.clock.now()
    with house.database.write() as tx:
        case = cases.lock(tx, case_id)
        old, new = house.operation_of(case.release), house.operation_of(to)
        memory = Memory.from_json(case.memory)
        refused = _objection(case, memory, to) or _lost_step(old, new, memory)
        if refused:
            return Moved(case_id, refused)
        memory.frames = [_placed(frame, old, new) for frame in memory.frames]
        values = {"release": to, "memory": memory.as_json(), "fence": new_id("fence"), "updated_at": now}
        store.update_case(tx, case_id, values)
        body = {"from": case.release, "to": to, "steps": [_step_name(new, frame) for frame in memory.frames]}
        house.ledger.append(
            tx,
            case_id=case_id,
            kind="CaseMoved",
            at=now,
            actor=actor,
            body={**body, "because": because, "at": iso(now)},
            customer_id=case.customer_id,
            release=to,
        )
        if case.owner.is_with_worker:
            house.turns.submit(tx, lane=case_id, stimulus="go_on")
    return Moved(case_id)


def _objection(case: Case, memory: Memory, to: str) -> str:
    if case.owner is Owner.RESOLVED:
        return "It has ended."
    if case.release == to:
        return "It runs on that release already."
    if memory.waiting == "approval":
        return "It waits for an approval that was asked for under the old rules. Answer or deny that first."
    return ""


def _lost_step(old: Operation, new: Operation, memory: Memory) -> str:
    """Why the case cannot stand where it stands; "" where it can."""
    for frame in memory.frames:
        if frame.procedure not in new.procedures:
            return f"The procedure {frame.procedure} does not exist there."
        if _counterpart(frame, old, new) is None:
            name = _step_name(old, frame)
            return f"The step {name} of {frame.procedure} does not exist there, or does something else."
    return ""


def _placed(frame: Frame, old: Operation, new: Operation) -> Frame:
    """The frame at the same step of the other release, wherever that stands there."""
    step = _counterpart(frame, old, new)
    assert step is not None, "checked for every frame before the first is placed"
    return replace(frame, step=step)


def _counterpart(frame: Frame, old: Operation, new: Operation) -> int | None:
    """Where the step that the frame stands on stands in the other release.

    A step with a name is the same step where it makes the same kind of move; one without a name must be equal, and the
    only one that is.
    """
    before, after = steps_of(old, frame.procedure), steps_of(new, frame.procedure)
    if frame.step >= len(before):
        return None
    step = before[frame.step]
    if step.id is not None:
        found = [place for place, each in enumerate(after) if each.id == step.id and _move(each) == _move(step)]
    else:
        found = [place for place, each in enumerate(after) if each == step]
        if len(found) > 1 and frame.step in found:
            found = [frame.step]
    return found[0] if len(found) == 1 else None


MOVES = ("ask", "look_up", "choose", "confirm", "do", "say", "wait", "hand_over", "end", "forget", "set", "go")


def _move(step: Step) -> tuple[str, object]:
    """The kind of move and, for what is done to the world, which."""
    kind = next(name for name in MOVES if getattr(step, name) is not None)
    return kind, getattr(step, kind) if kind in ("ask", "do", "confirm", "look_up") else None


def _step_name(operation: Operation, frame: Frame) -> str:
    steps = steps_of(operation, frame.procedure)
    named = steps[frame.step].id if frame.step < len(steps) else None
    return named or f"number {frame.step + 1}"
