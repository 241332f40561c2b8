"""The runner: (steps, frame, surroundings) -> next move. Pure: it performs nothing and knows no clock.

Steps that only think (choose, set, forget, go) are walked here; every other step comes back as a move, and
the main flow reports what became of it: `told`, `answered`, `found`, `agreed`, `done` and their opposites.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aboveloop.kit.clock import iso
from aboveloop.operation.expressions import ExpressionFailed, instant_of, parse
from aboveloop.operation.models import Step
from aboveloop.procedures.frames import Frame
from aboveloop.procedures.moves import Ask, Do, Finish, GiveToPerson, LookUp, Move, Pause, Propose, Tell

# More thinking steps in a row than any sane procedure has: a loop that the static check did not see.
THINKING_LIMIT = 500


@dataclass(frozen=True)
class Surroundings:
    """What expressions see besides the variables: the present, who is verified, where they write from."""

    now: datetime
    customer: str
    contact: Mapping[str, str]
    currency: str

    def names(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        return {**variables, "now": iso(self.now), "customer": self.customer, "contact": dict(self.contact)}


def next_move(steps: Sequence[Step], frame: Frame, around: Surroundings) -> tuple[Frame, Move]:
    """Walk to the next step that needs the world. An expression without a value gives the case to a person."""
    for _ in range(THINKING_LIMIT):
        if frame.step >= len(steps):
            return frame, GiveToPerson(f"Procedure {frame.procedure} ran past its last step.")
        step = steps[frame.step]
        try:
            moved = _think(steps, step, frame, around)
            if isinstance(moved, Frame):
                frame = moved
                continue
            return frame, moved
        except ExpressionFailed as error:
            return frame, GiveToPerson(f"Step {_name(steps, frame.step)} of {frame.procedure}: {error}")
    return frame, GiveToPerson(f"Procedure {frame.procedure} went round without asking anything.")


def _think(steps: Sequence[Step], step: Step, frame: Frame, around: Surroundings) -> Frame | Move:
    """The frame after a step that only thinks, or the move that this step is."""
    values = around.names(frame.variables)

    def value(source: str) -> Any:
        return parse(source).value(values, currency=around.currency)

    if step.ask is not None:
        return _ask(steps, step, frame)
    if step.choose is not None:
        for choice in step.choose:
            if choice.otherwise or (choice.when is not None and value(choice.when) is True):
                return go_to(steps, frame, choice.go)
        return GiveToPerson(f"No choice of step {_name(steps, frame.step)} fits.")
    if step.set is not None:
        changed = {**frame.variables, **{name: value(source) for name, source in step.set.items()}}
        return _go_on(steps, step, replace(frame, variables=changed))
    if step.forget is not None:
        return _go_on(steps, step, _forget(frame, step.forget))
    if step.look_up is not None:
        return LookUp(step.look_up, _arguments(step, value))
    if step.confirm is not None:
        shown = step.confirm
        do = steps[_index(steps, shown)]
        args = frame.edited.get(shown) or _arguments(do, value)
        return Propose(do.do or "", args, step.say or "")
    if step.do is not None:
        name = _name(steps, frame.step)
        args = frame.edited.get(name) or _arguments(step, value)
        return Do(step.do, args, name, key=f"{frame.run_id}:{name}:{frame.visits}")
    if step.wait is not None:
        return Pause(_until(step, value, around.now), step.say)
    if step.hand_over is not None:
        return GiveToPerson(step.hand_over)
    if step.end is not None:
        return Finish(step.end)
    if step.say is not None:
        return Tell(step.say)
    return go_to(steps, frame, step.go or "")


def hear(frame: Frame, entities: Mapping[str, list[Any]]) -> Frame:
    """Keep what was said, for this question and later ones. What is said anew counts more than what was."""
    return replace(frame, heard={**frame.heard, **entities})


def told(steps: Sequence[Step], frame: Frame) -> Frame:
    return _go_on(steps, steps[frame.step], frame)


def not_answered(steps: Sequence[Step], frame: Frame) -> Frame | GiveToPerson:
    """The question brought nothing: count it, and give up when it was asked often enough."""
    step = steps[frame.step]
    name = _name(steps, frame.step)
    asked = frame.asked.get(name, 0) + 1
    if asked >= step.attempts:
        return GiveToPerson(f"The customer was asked {asked} times for {step.ask} and did not give it.")
    return replace(frame, asked={**frame.asked, name: asked})


def found(steps: Sequence[Step], frame: Frame, record: Any) -> Frame:
    step = steps[frame.step]
    variables = {**frame.variables, step.into: record} if step.into else frame.variables
    return _go_on(steps, step, replace(frame, variables=variables))


def missing(steps: Sequence[Step], frame: Frame) -> Frame | GiveToPerson:
    step = steps[frame.step]
    if step.missing is None:
        return GiveToPerson(f"There is no such record for {step.look_up}.")
    return go_to(steps, frame, step.missing)


def agreed(steps: Sequence[Step], frame: Frame) -> Frame:
    """The customer said yes to the proposal: on to the write itself."""
    return replace(frame, step=_index(steps, steps[frame.step].confirm or ""))


def declined(steps: Sequence[Step], frame: Frame) -> Frame | None:
    """The customer said no. None when the procedure says nothing about it: then all stays as it is."""
    step = steps[frame.step]
    return go_to(steps, frame, step.if_no) if step.if_no else None


def done(steps: Sequence[Step], frame: Frame, result: Any) -> Frame:
    step = steps[frame.step]
    variables = {**frame.variables, step.into: result} if step.into else frame.variables
    return _go_on(steps, step, replace(frame, variables=variables, visits=frame.visits + 1))


def refused(steps: Sequence[Step], frame: Frame, because: str) -> Frame | GiveToPerson:
    """Policy prohibits it, the system or a person said no."""
    step = steps[frame.step]
    if step.refused is None:
        return GiveToPerson(because)
    return go_to(steps, replace(frame, visits=frame.visits + 1), step.refused)


def proposing_again(steps: Sequence[Step], frame: Frame) -> Frame | None:
    """Back to the `confirm` that shows the write at hand; None where no step shows it."""
    name = _name(steps, frame.step)
    for index, step in enumerate(steps):
        if step.confirm == name:
            return replace(frame, step=index)
    return None


def edited(steps: Sequence[Step], frame: Frame, args: Mapping[str, Any]) -> Frame:
    """An approver changed the arguments of the write at hand."""
    return replace(frame, edited={**frame.edited, _name(steps, frame.step): dict(args)})


def corrected(steps: Sequence[Step], frame: Frame, entities: Mapping[str, list[Any]], *, other: bool) -> Frame | None:
    """The customer takes back an answer: back to its question, with the new value if there is one.

    `other` means "not this one: another" without naming it; the latest answer is then asked for again.
    None when nothing that was answered is taken back.
    """
    latest: int | None = None
    for index, step in enumerate(steps[: frame.step]):
        variable = step.into or step.ask or ""
        if step.ask is None or variable not in frame.variables or variable not in frame.said_as:
            continue
        values = entities.get(step.ask, [])
        if values and frame.variables[variable] not in values:
            return _back_to(frame, index, step, {step.ask: values})
        latest = index
    if other and latest is not None:
        return _back_to(frame, latest, steps[latest], {})
    return None


def _back_to(frame: Frame, index: int, step: Step, heard: Mapping[str, list[Any]]) -> Frame:
    cleared = _forget(frame, [step.into or step.ask or ""])
    return replace(cleared, step=index, heard={**cleared.heard, **heard}, edited={})


def go_to(steps: Sequence[Step], frame: Frame, target: str) -> Frame:
    return replace(frame, step=_index(steps, target))


def _ask(steps: Sequence[Step], step: Step, frame: Frame) -> Frame | Move:
    entity = step.ask or ""
    variable = step.into or entity
    if variable in frame.variables:
        return _go_on(steps, step, frame)
    values = frame.heard.get(entity, [])
    if values:
        return _go_on(
            steps,
            step,
            replace(
                frame,
                variables={**frame.variables, variable: values[0]},
                said_as={**frame.said_as, variable: entity},
                heard={**frame.heard, entity: values[1:]},
            ),
        )
    name = _name(steps, frame.step)
    message = step.again if frame.asked.get(name, 0) and step.again else step.say
    return Ask(entity, message or "", name)


def _forget(frame: Frame, names: Sequence[str]) -> Frame:
    entities = {frame.said_as[name] for name in names if name in frame.said_as}
    return replace(
        frame,
        variables={name: value for name, value in frame.variables.items() if name not in names},
        said_as={name: entity for name, entity in frame.said_as.items() if name not in names},
        heard={entity: values for entity, values in frame.heard.items() if entity not in entities},
    )


def _arguments(step: Step, value: Any) -> dict[str, Any]:
    """The arguments of a read or write; an expression that gives null leaves its argument out."""
    given = {name: value(source) for name, source in step.with_.items()}
    return {name: argument for name, argument in given.items() if argument is not None}


def _until(step: Step, value: Any, now: datetime) -> datetime:
    wait = step.wait
    if wait is not None and wait.until is not None:
        text = str(value(wait.until))
        try:
            return instant_of(text)
        except ValueError as error:
            raise ExpressionFailed(f"{wait.until!r} gave {text!r}, which is no instant.") from error
    return now + timedelta(hours=wait.hours or 0 if wait is not None else 0)


def _go_on(steps: Sequence[Step], step: Step, frame: Frame) -> Frame:
    return go_to(steps, frame, step.go) if step.go else replace(frame, step=frame.step + 1)


def _index(steps: Sequence[Step], name: str) -> int:
    for index, step in enumerate(steps):
        if step.id == name:
            return index
    raise ExpressionFailed(f"There is no step {name!r}.")


def _name(steps: Sequence[Step], index: int) -> str:
    return steps[index].id or f"step_{index + 1}"
