"""The static check of procedures: a folder whose procedures pass it has no step that cannot run, and no way that
does not end. Also `expand`, which puts fragments in their place, for the check and for the runner alike."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from aboveloop.kit.errors import NotFound
from aboveloop.operation.expression_faults import arguments_in, suggestion
from aboveloop.operation.expressions import PLACEHOLDER, ExpressionFailed, parse
from aboveloop.operation.faults import Fault, Place, any_serious, ordered
from aboveloop.operation.message_faults import messages_of
from aboveloop.operation.models import Fragment, Operation, Procedure, Step
from aboveloop.operation.names import RUN_NAMES
from aboveloop.operation.places import Places
from aboveloop.procedures.flow import Flow, flow_of, silent_loops, unconfirmed_writes
from aboveloop.procedures.step_faults import fragments_in, part_faults, sources_of

TARGETS = ("go", "missing", "refused", "if_no")


@dataclass(frozen=True)
class Origin:
    """Where an expanded step was written: the kind (`procedure`, `fragment`) and name of the part, and its index."""

    kind: str
    part: str
    index: int


@dataclass
class _Scope:
    """The ids of one procedure, or of one use of a fragment, with what they are called after expansion."""

    fragment: str | None
    outer: "_Scope | None"
    ids: dict[str, str] = field(default_factory=dict)

    def resolve(self, target: str) -> str:
        """What the step `target`, named inside this scope, is called; itself where nobody around knows it."""
        scope: _Scope | None = self
        while scope is not None:
            if target in scope.ids:
                return scope.ids[target]
            scope = scope.outer
        return target


@dataclass(frozen=True)
class _Entry:
    """One step in its place. `names` are all the ids by which it can be gone to, the outermost first."""

    step: Step
    origin: Origin
    scope: _Scope
    names: Sequence[tuple[_Scope, str]]


def expand(procedure: Procedure, fragments: Mapping[str, Fragment]) -> list[Step]:
    """The steps of a procedure with those of its fragments in place of each `use`. Always the same for the same input.

    An id of a fragment's step stays as it is where it is the only one; else it becomes `<fragment>_<id>`, and
    `<fragment>_2_<id>` at the second use. The id of a `use` becomes that of the fragment's first step. Raises
    NotFound where a fragment does not exist or uses itself.
    """
    for name in fragments_in(procedure.steps, fragments):
        if name not in fragments or name in fragments_in(fragments[name].steps, fragments):
            raise NotFound(
                f"Procedure {procedure.procedure} uses the fragment {name}, which does not exist or uses itself."
                " Run `aboveloop check` on the operation."
            )
    return [step for step, _ in expanded(procedure, fragments)]


def expanded(procedure: Procedure, fragments: Mapping[str, Fragment]) -> list[tuple[Step, Origin]]:
    """As `expand`, with where each step was written; a `use` of what does not exist is left out."""
    root = _Scope(None, None)
    entries: list[_Entry] = []
    _flatten(procedure.steps, ("procedure", procedure.procedure), root, fragments, entries, [])
    finals = _final_ids(entries)
    for entry, final in zip(entries, finals, strict=True):
        for scope, name in entry.names:
            scope.ids[name] = final or name
    return [(_renamed(entry, final), entry.origin) for entry, final in zip(entries, finals, strict=True)]


def check_procedures(operation: Operation, places: Places, *, needs_confirmation: Callable[[str], bool]) -> list[Fault]:
    """Everything that is wrong in the procedures and fragments of `operation`.

    `needs_confirmation` tells of an operation (`shop.refund_order`) whether a policy for it wants the customer's yes.
    """
    faults: list[Fault] = []
    # Where steps are wrong in themselves, what follows from them would only repeat it in other words.
    wrong: set[tuple[str, str]] = set()
    for kind, name, steps in _parts(operation):
        found = list(part_faults(operation, places, kind, name, steps))
        faults += found
        wrong |= {(kind, name)} if any_serious(found) else set()
    used: set[str] = set()
    for name, procedure in operation.procedures.items():
        fragments = fragments_in(procedure.steps, operation.fragments)
        used |= fragments
        check = _ProcedureCheck(operation, places, procedure, needs_confirmation)
        found = list(check.target_faults())
        if not found and not wrong & {("procedure", name), *(("fragment", fragment) for fragment in fragments)}:
            found = check.flow_faults()
        faults += found
    for name in operation.fragments.keys() - used:
        faults.append(places.at("fragment", name).warning(f"No procedure uses the fragment `{name}`."))
    return ordered(faults)


# --- expansion ----------------------------------------------------------------------------------


def _flatten(
    steps: Sequence[Step],
    part: tuple[str, str],
    scope: _Scope,
    fragments: Mapping[str, Fragment],
    entries: list[_Entry],
    pending: list[tuple[_Scope, str]],
) -> None:
    """Append the entries of `steps`. `pending` holds ids of `use` steps that wait for the first step inside."""
    for index, step in enumerate(steps):
        names = [(scope, step.id)] if step.id is not None else []
        if step.use is None:
            entries.append(_Entry(step, Origin(*part, index), scope, [*pending, *names]))
            pending.clear()
            continue
        fragment = fragments.get(step.use)
        if fragment is None or step.use in fragments_in(fragment.steps, fragments):
            continue
        pending.extend(names)
        _flatten(fragment.steps, ("fragment", step.use), _Scope(step.use, scope), fragments, entries, pending)


def _final_ids(entries: Sequence[_Entry]) -> list[str | None]:
    """What each step is called in the end: ids of fragments give way to those of the procedure and to each other."""
    firsts = [entry.names[0] if entry.names else None for entry in entries]
    count = Counter(first[1] for first in firsts if first is not None)
    taken = {first[1] for first in firsts if first is not None}
    finals: list[str | None] = []
    for first in firsts:
        if first is None or first[0].fragment is None or count[first[1]] == 1:
            finals.append(first[1] if first is not None else None)
            continue
        scope, name = first
        final, number = f"{scope.fragment}_{name}", 1
        while final in taken:
            number += 1
            final = f"{scope.fragment}_{number}_{name}"
        taken.add(final)
        finals.append(final)
    return finals


def _renamed(entry: _Entry, final: str | None) -> Step:
    step, changes = entry.step, {}
    if step.id != final:
        changes["id"] = final
    for key in (*TARGETS, "confirm"):
        target: str | None = getattr(step, key)
        if target is not None:
            changes[key] = entry.scope.resolve(target)
    if step.choose is None:
        return step.model_copy(update=changes)
    choices = [choice.model_copy(update={"go": entry.scope.resolve(choice.go)}) for choice in step.choose]
    return step.model_copy(update={**changes, "choose": choices})


def _parts(operation: Operation) -> Iterator[tuple[str, str, Sequence[Step]]]:
    for name, procedure in operation.procedures.items():
        yield "procedure", name, procedure.steps
    for name, fragment in operation.fragments.items():
        yield "fragment", name, fragment.steps


# --- whole procedures ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _ProcedureCheck:
    """One expanded procedure: where its steps lead, and what is set when they run."""

    operation: Operation
    places: Places
    procedure: Procedure
    needs_confirmation: Callable[[str], bool]

    @cached_property
    def steps(self) -> list[tuple[Step, Origin]]:
        return expanded(self.procedure, self.operation.fragments)

    @cached_property
    def flow(self) -> Flow:
        return flow_of([step for step, _ in self.steps])

    def at(self, index: int, *path: str | int) -> Place:
        origin = self.steps[index][1]
        return self.places.at(origin.kind, origin.part, "steps", origin.index, *path)

    def target_faults(self) -> Iterator[Fault]:
        """Steps that are gone to, or confirmed, and do not exist."""
        by_id = {step.id: step for step, _ in self.steps if step.id is not None}
        for index, (step, _) in enumerate(self.steps):
            wanted: list[tuple[str, tuple[str | int, ...]]] = [
                (target, (key,)) for key in TARGETS if (target := getattr(step, key)) is not None
            ]
            wanted += [(choice.go, ("choose", number, "go")) for number, choice in enumerate(step.choose or ())]
            for target, path in wanted:
                if target not in by_id:
                    yield self.at(index, *path).fault(self._said(f"There is no step `{target}`", target, by_id))
            if step.confirm is not None and step.confirm not in by_id:
                yield self.at(index, "confirm").fault(
                    self._said(f"There is no step `{step.confirm}`", step.confirm, by_id)
                )
            elif step.confirm is not None and by_id[step.confirm].do is None:
                yield self.at(index, "confirm").fault(f"`{step.confirm}` is no `do` step: only a write is confirmed.")

    def _said(self, what: str, target: str, known: Collection[str]) -> str:
        return f"{what} in the procedure `{self.procedure.procedure}`.{suggestion(target, known)}"

    def flow_faults(self) -> list[Fault]:
        return [*self._way_faults(), *self._variable_faults()]

    def _way_faults(self) -> Iterator[Fault]:
        name, flow, count = self.procedure.procedure, self.flow, len(self.steps)
        reached = flow.reached()
        for index in range(count):
            if index not in reached and (index == 0 or index - 1 in reached):
                yield self.at(index).fault(f"No way through the procedure `{name}` leads to this step.")
        for index in sorted(reached):
            if any(edge.to == count for edge in flow.edges[index]):
                yield self.at(index).fault(
                    f"The procedure `{name}` falls off its end here: finish with `end`, `hand_over` or `go`."
                )
        for index in sorted(silent_loops(flow)):
            yield self.at(index).fault(
                f"The procedure `{name}` can go round from here for ever without asking anything: an `ask` whose"
                " variable is set says nothing, so `forget` it on the way, or `confirm`, `wait` or `hand_over`."
            )
        for index in sorted(unconfirmed_writes(flow)):
            write = flow.steps[index].do
            if write is not None and self.needs_confirmation(write):
                yield self.at(index, "do").fault(
                    f"A policy for `{write}` needs the customer's yes, and in the procedure `{name}` a way leads here"
                    " without a `confirm` that shows this step."
                )

    def _variable_faults(self) -> Iterator[Fault]:
        for index, known in sorted(self.flow.set_before().items()):
            step = self.flow.steps[index]
            for path, source in sources_of(step):
                yield from self._unset(source, known | RUN_NAMES, self.at(index, *path))
            shown = self._confirmed(step)
            for source in shown.with_.values() if shown is not None else ():
                yield from self._unset(source, known | RUN_NAMES, self.at(index, "confirm"))
            for _, message in messages_of(step):
                names = known | RUN_NAMES | ({"args"} if shown is not None else frozenset())
                yield from self._message_faults(index, message, names, shown)

    def _confirmed(self, step: Step) -> Step | None:
        if step.confirm is None:
            return None
        return next((other for other in self.flow.steps if other.id == step.confirm), None)

    def _unset(self, source: str, names: frozenset[str], place: Place) -> Iterator[Fault]:
        """Variables in an expression that need not be set. What does not parse is a fault of the step alone."""
        try:
            variables = parse(source).variables
        except ExpressionFailed:
            return
        for name in sorted(variables - names):
            yield place.fault(f"{source!r} uses `{name}`, {self._why_unset(name, names)}")

    def _why_unset(self, name: str, names: frozenset[str]) -> str:
        if name in self.flow.ever_set():
            return f"which some way through the procedure `{self.procedure.procedure}` has not set here."
        return f"which nothing in the procedure `{self.procedure.procedure}` sets.{suggestion(name, names)}"

    def _message_faults(self, index: int, message: str, names: frozenset[str], shown: Step | None) -> Iterator[Fault]:
        """Placeholders of a message that this step could not fill. `shown` is the write that it shows, if any."""
        for language, messages in self.operation.messages.items():
            path = f"messages/{language}/{message}.md"
            for match in PLACEHOLDER.finditer(messages.get(message, "")):
                for problem in self._filling_problems(match.group(1), names, shown):
                    yield self.at(index).fault(f"The message {path} uses {problem}")

    def _filling_problems(self, source: str, names: frozenset[str], shown: Step | None) -> Iterator[str]:
        try:
            variables = parse(source).variables
        except ExpressionFailed:
            return
        for name in sorted(variables - names):
            yield f"`{name}`, {self._why_unset(name, names)}"
        if shown is not None:
            for name in sorted(arguments_in(source) - set(shown.with_)):
                yield f"`args.{name}`, which `{shown.id}` does not give.{suggestion(name, shown.with_)}"
