"""Scenarios and policy tests: that they speak of things which exist in the operation."""

import functools
from collections.abc import Callable, Collection, Iterator, Mapping

from aboveloop.operation.expression_faults import suggestion
from aboveloop.operation.faults import Fault, Place
from aboveloop.operation.message_faults import missing_message
from aboveloop.operation.models import Operation
from aboveloop.operation.places import Places
from aboveloop.operation.scenario_models import PersonMove, PolicyTest, Scenario, ScenarioStep, SwitchMove
from aboveloop.operation.system_faults import operation_names

MOVES = ("customer", "worker", "waits_for", "person", "clock", "system", "record", "switch", "says")
# The stages of govern, which lies a floor above this room.
STAGES = ("shadow", "assist", "supervised", "autonomous")


def scenario_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    """Everything that is wrong in scenarios and policy tests."""
    for name, scenario in operation.scenarios.items():

        def at(*path: str | int, name: str = name) -> Place:
            return places.at("scenario", name, *path)

        if scenario.channel not in operation.about.channels:
            yield at("channel").fault(_unknown("channel", scenario.channel, operation.about.channels))
        for index, step in enumerate(scenario.steps):
            yield from _step_faults(operation, step, lambda *path, index=index, at=at: at("steps", index, *path))
        yield from _expectation_faults(operation, scenario, at)
    for index, test in enumerate(operation.policy_tests):
        yield from _policy_test_faults(operation, test, lambda *path, n=str(index): places.at("policy_test", n, *path))


def _action_faults(
    operation: Operation, name: str, place: Place, args: Mapping[str, object], args_at: Callable[[str], Place]
) -> Iterator[Fault]:
    """That the operation `system.operation` exists and has these arguments, which stand at `args_at`."""
    spec = operation.system_operation(name)
    if spec is None:
        yield place.fault(_unknown("operation", name, operation_names(operation)))
        return
    for argument in args:
        if argument not in spec.arguments:
            hint = suggestion(argument, spec.arguments)
            yield args_at(argument).fault(f"`{argument}` is no argument of `{name}`.{hint}")


def _name_faults(operation: Operation, name: str, place: Place) -> Iterator[Fault]:
    return _action_faults(operation, name, place, {}, lambda _: place)


def _unknown(what: str, name: str, known: "Mapping[str, object] | list[str]") -> str:
    return f"There is no {what} `{name}`.{suggestion(name, known)}"


def _step_faults(operation: Operation, step: ScenarioStep, at: Callable[..., Place]) -> Iterator[Fault]:
    moves = [move for move in MOVES if getattr(step, move) is not None]
    if not moves or (len(moves) > 1 and set(moves) != {"worker", "says"}):
        yield at().fault(f"A step of a scenario is one of {', '.join(MOVES)}; this one has {_listed(moves)}.")
    if step.channel is not None and step.channel not in operation.about.channels:
        yield at("channel").fault(_unknown("channel", step.channel, operation.about.channels))
    for index, message in enumerate(step.worker or ()):
        yield from missing_message(operation, message, at("worker", index))
    if step.person is not None:
        yield from _person_faults(operation, step.person, lambda *path: at("person", *path))
    if step.system is not None:
        yield from _name_faults(operation, step.system.fails, at("system", "fails"))
        if step.system.times < 1:
            yield at("system", "times").fault("A system must fail at least once.")
    for system in step.record or ():
        if system not in operation.systems:
            yield at("record", system).fault(_unknown("system", system, operation.systems))
    if step.switch is not None:
        yield from _switch_faults(operation, step.switch, lambda *path: at("switch", *path))


def _listed(moves: list[str]) -> str:
    return ", ".join(moves) or "none"


def _person_faults(operation: Operation, move: PersonMove, at: Callable[..., Place]) -> Iterator[Fault]:
    done = [key for key in ("approves", "denies", "replies", "finishes") if getattr(move, key) is not None]
    done += [key for key in ("takes_over", "hands_back") if getattr(move, key)]
    if not done:
        yield at().fault("This person does nothing: approves, denies, takes_over, replies, hands_back or finishes.")
    if move.approves is not None and move.denies is not None:
        yield at().fault("A person approves or denies, not both.")
    if move.edits and move.approves is None:
        yield at("edits").fault("Only a person who approves can edit the arguments.")
    if move.as_ is not None and all(person.id != move.as_ for person in operation.about.people):
        yield at("as").fault(_unknown("person", move.as_, [person.id for person in operation.about.people]))
    if move.approves is not None:
        yield from _action_faults(
            operation, move.approves, at("approves"), move.edits, lambda argument: at("edits", argument)
        )
    if move.denies is not None:
        yield from _name_faults(operation, move.denies, at("denies"))


def _switch_faults(operation: Operation, move: SwitchMove, at: Callable[..., Place]) -> Iterator[Fault]:
    thrown = {key: getattr(move, key) for key in ("pause", "resume") if getattr(move, key) is not None}
    if len(thrown) != 1:
        yield at().fault("A switch step either pauses or resumes.")
    known: dict[str, Collection[str]] = {
        "worker": operation.procedures,
        "procedure": operation.procedures,
        "operation": operation_names(operation),
        "channel": operation.about.channels,
    }
    for key, what in thrown.items():
        if what != "all" and len(what) != 1:
            yield at(key).fault(
                "A switch step names one thing, for example `{operation: shop.refund_order}`, or `all`."
            )
        for scope, name in what.items() if what != "all" else ():
            if name not in known[scope]:
                yield at(key, scope).fault(_unknown(scope, name, list(known[scope])))
    if move.as_ is not None and all(person.id != move.as_ for person in operation.about.people):
        yield at("as").fault(_unknown("person", move.as_, [person.id for person in operation.about.people]))


def _expectation_faults(operation: Operation, scenario: Scenario, at: Callable[..., Place]) -> Iterator[Fault]:
    expect = scenario.expect
    for index, performed in enumerate(expect.performed):

        def inside(*path: str, index: int = index) -> Place:
            return at("expect", "performed", index, *path)

        yield from _action_faults(
            operation, performed.action, inside("action"), performed.args, functools.partial(inside, "args")
        )
        spec = operation.system_operation(performed.action)
        if spec is not None and spec.kind == "read":
            yield inside("action").fault(f"`{performed.action}` is a read; only writes are expected.")
    for index, name in enumerate(expect.never):
        yield from _name_faults(operation, name, at("expect", "never", index))
    for name in expect.lanes:
        yield from _name_faults(operation, name, at("expect", "lanes", name))


def _policy_test_faults(operation: Operation, test: PolicyTest, at: Callable[..., Place]) -> Iterator[Fault]:
    yield from _action_faults(operation, test.action, at("action"), test.args, functools.partial(at, "args"))
    spec = operation.system_operation(test.action)
    for fact in test.facts if spec is not None else ():
        if spec is not None and fact not in spec.facts:
            yield at("facts", fact).fault(f"`{fact}` is no fact of `{test.action}`.{suggestion(fact, spec.facts)}")
    if test.stage not in STAGES:
        yield at("stage").fault(_unknown("stage", test.stage, list(STAGES)))
    approvers = {"approved_by": test.approved_by, "expect": test.expect.approvers or []}
    for key, roles in approvers.items():
        for role in roles:
            if role not in operation.about.roles:
                yield at(key).fault(_unknown("role", role, operation.about.roles))
