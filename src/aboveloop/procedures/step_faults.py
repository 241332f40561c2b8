"""Steps of procedures and fragments, each looked at alone: one move, the keys that go with it, names that exist."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aboveloop.operation.expression_faults import expression_faults, is_usable_name, suggestion
from aboveloop.operation.faults import Fault, Place
from aboveloop.operation.message_faults import messages_of, missing_message
from aboveloop.operation.models import Choice, Fragment, Operation, Step
from aboveloop.operation.names import RESERVED_NAMES
from aboveloop.operation.places import Places
from aboveloop.operation.system_faults import call_faults

# Each move with the keys that may go with it. `say` and `go` are moves only where no other move stands.
GOES_WITH: Mapping[str, frozenset[str]] = {
    "use": frozenset(),
    "ask": frozenset({"into", "say", "again", "attempts", "go"}),
    "look_up": frozenset({"with", "into", "missing", "go"}),
    "choose": frozenset(),
    "confirm": frozenset({"say", "if_no"}),
    "do": frozenset({"with", "into", "refused", "go"}),
    "wait": frozenset({"say", "go"}),
    "hand_over": frozenset(),
    "end": frozenset(),
    "forget": frozenset({"go"}),
    "set": frozenset({"go"}),
    "say": frozenset({"go"}),
    "go": frozenset(),
}
WEAK_MOVES = frozenset({"say", "go"})
# The runner calls a step without an id by its position.
POSITION = re.compile(r"step_\d+")


def part_faults(operation: Operation, places: Places, kind: str, name: str, steps: Sequence[Step]) -> Iterator[Fault]:
    """Faults of the steps of one procedure or fragment (`kind`), each looked at alone."""
    if not steps:
        yield places.at(kind, name).fault(f"The {kind} `{name}` has no steps.")
    seen: dict[str, int] = {}
    for index, step in enumerate(steps):

        def at(*path: str | int, index: int = index) -> Place:
            return places.at(kind, name, "steps", index, *path)

        if step.id is not None and step.id in seen:
            yield at("id").fault(f"There are two steps `{step.id}`: first on line {seen[step.id]}.")
        if step.id is not None:
            seen.setdefault(step.id, at("id").line)
            if POSITION.fullmatch(step.id):
                yield at("id").fault(f"`{step.id}` is what the house calls a step without an id: choose another id.")
        yield from _StepCheck(operation, step, at, name if kind == "fragment" else None).faults()


@dataclass(frozen=True)
class _StepCheck:
    """One step by itself; `at` gives places inside it, `fragment` names the fragment that it stands in, if any."""

    operation: Operation
    step: Step
    at: Callable[..., Place]
    fragment: str | None

    def faults(self) -> Iterator[Fault]:
        given = _given(self.step)
        strong = [move for move in GOES_WITH if move in given and move not in WEAK_MOVES]
        moves = strong or [move for move in ("say", "go") if move in given][:1]
        if len(moves) != 1:
            several = f"has {', '.join(moves)}" if moves else "has none"
            yield self.at().fault(f"A step is exactly one of {', '.join(GOES_WITH)}; this one {several}.")
            return
        for key in sorted(given - GOES_WITH[moves[0]] - {"id", moves[0]}):
            yield self.at(key).fault(f"`{key}` means nothing in a step that is `{moves[0]}`.")
        yield from self._content_faults(moves[0])
        yield from self._variable_name_faults()
        yield from self._expression_faults()
        for key, message in messages_of(self.step):
            yield from missing_message(self.operation, message, self.at(key))

    def _content_faults(self, move: str) -> Iterator[Fault]:
        step = self.step
        if move in ("ask", "confirm") and step.say is None:
            yield self.at().fault(f"A step that is `{move}` needs `say`: the message that is sent.")
        if step.use is not None:
            yield from self._use_faults(step.use)
        if step.ask is not None and step.ask not in self.operation.about.entities:
            hint = suggestion(step.ask, self.operation.about.entities)
            yield self.at("ask").fault(f"There is no entity `{step.ask}` in operation.yaml.{hint}")
        if step.look_up is not None:
            yield from self._call_faults("look_up", step.look_up, "write")
        if step.do is not None:
            yield from self._call_faults("do", step.do, "read")
        if step.choose is not None:
            yield from self._choice_faults(step.choose)
        if step.wait is not None and (step.wait.hours is None) == (step.wait.until is None):
            yield self.at("wait").fault("A wait has either `hours` or `until`.")
        if step.hand_over is not None and not step.hand_over.strip():
            yield self.at("hand_over").fault("Say why, for the person who takes over.")
        if move in ("set", "forget") and not getattr(step, move):
            yield self.at(move).fault(f"`{move}` names no variable.")

    def _use_faults(self, name: str) -> Iterator[Fault]:
        fragments = self.operation.fragments
        if name not in fragments:
            yield self.at("use").fault(f"There is no fragment `{name}`.{suggestion(name, fragments)}")
        elif self.fragment == name or self.fragment in fragments_in(fragments[name].steps, fragments):
            yield self.at("use").fault(f"The fragment `{self.fragment}` uses itself here.")

    def _call_faults(self, move: str, name: str, forbidden: str) -> Iterator[Fault]:
        spec = self.operation.system_operation(name)
        if spec is None:
            known = [
                f"{system}.{called}" for system, found in self.operation.systems.items() for called in found.operations
            ]
            yield self.at(move).fault(f"There is no operation `{name}`.{suggestion(name, known)}")
            return
        if spec.kind == forbidden:
            other = "do" if move == "look_up" else "look_up"
            yield self.at(move).fault(f"`{name}` is a {spec.kind}: write `{other}: {name}`.")
        yield from call_faults(spec, name, self.step.with_, self.at)

    def _choice_faults(self, choices: Sequence[Choice]) -> Iterator[Fault]:
        for index, choice in enumerate(choices):
            if (choice.when is None) == (not choice.otherwise):
                yield self.at("choose", index).fault("A choice has either `when` or `otherwise: true`.")
            if choice.otherwise and index < len(choices) - 1:
                yield self.at("choose", index).fault("`otherwise` stands last: nothing after it is ever chosen.")
        if not choices or not choices[-1].otherwise:
            yield self.at("choose").fault("The last choice must be `otherwise: true`: every case goes somewhere.")

    def _variable_name_faults(self) -> Iterator[Fault]:
        step = self.step
        named = [(step.into, ("into",))] if step.into is not None else []
        names: list[tuple[str, tuple[str, ...]]] = [*named, *((name, ("set", name)) for name in step.set or {})]
        if step.ask is not None and step.into is None:
            names.append((step.ask, ("ask",)))
        for name, path in names:
            if name in RESERVED_NAMES or not is_usable_name(name):
                yield self.at(*path).fault(f"A variable cannot be called `{name}`: the word means something else.")

    def _expression_faults(self) -> Iterator[Fault]:
        for path, source in sources_of(self.step):
            yield from expression_faults(source, None, self.at(*path))


def _given(step: Step) -> set[str]:
    """The keys that stand in a step, as they are written."""
    return {name.rstrip("_") for name in step.model_fields_set if getattr(step, name) is not None}


def sources_of(step: Step) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The expressions of a step with their paths inside it."""
    for key, sources in (("with", step.with_), ("set", step.set or {})):
        for name, source in sources.items():
            yield (key, name), source
    for number, choice in enumerate(step.choose or ()):
        if choice.when is not None:
            yield ("choose", number, "when"), choice.when
    if step.wait is not None and step.wait.until is not None:
        yield ("wait", "until"), step.wait.until


def fragments_in(steps: Sequence[Step], fragments: Mapping[str, Fragment]) -> set[str]:
    """The names of all fragments that these steps use, also through others."""
    found: set[str] = set()
    waiting = [step.use for step in steps if step.use is not None]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            inner = fragments[name].steps if name in fragments else []
            waiting.extend(step.use for step in inner if step.use is not None)
    return found
