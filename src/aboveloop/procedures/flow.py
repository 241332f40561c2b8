"""The flow of a procedure: which step may come after which, and what is set on the way. Pure graph work.

It follows the runner: a yes to a `confirm` leads straight to the write that it showed, `go` replaces the next step,
an `ask` whose variable is set asks nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from aboveloop.operation.models import Step

# More than any procedure of a hundred steps reaches; beyond it the search for silent loops gives up.
MAXIMUM_STATES = 50_000


@dataclass(frozen=True)
class Edge:
    """A way from a step to the step at index `to`, where the variables `sets` are set and `clears` no longer.

    `to` equals the number of steps where the way falls off the end.
    """

    to: int
    sets: frozenset[str] = frozenset()
    clears: frozenset[str] = frozenset()
    agreed: bool = False


@dataclass(frozen=True)
class Flow:
    """Steps with the edges that leave each of them. Targets that do not exist have no edge."""

    steps: Sequence[Step]
    edges: Sequence[Sequence[Edge]]

    def reached(self, start: int = 0, *, without: frozenset[Edge] = frozenset()) -> set[int]:
        """Indexes of the steps that can be reached from `start`, itself included."""
        found: set[int] = set()
        waiting = [start]
        while waiting:
            index = waiting.pop()
            if index in found or index >= len(self.steps):
                continue
            found.add(index)
            waiting.extend(edge.to for edge in self.edges[index] if edge not in without)
        return found

    def set_before(self) -> dict[int, frozenset[str]]:
        """For each reachable step, the variables that are set on every way to it."""
        known: dict[int, frozenset[str]] = {0: frozenset()} if self.steps else {}
        waiting = list(known)
        while waiting:
            index = waiting.pop()
            for edge in self.edges[index]:
                if edge.to >= len(self.steps):
                    continue
                after = (known[index] | edge.sets) - edge.clears
                narrowed = known[edge.to] & after if edge.to in known else after
                if known.get(edge.to) != narrowed:
                    known[edge.to] = narrowed
                    waiting.append(edge.to)
        return known

    def ever_set(self) -> frozenset[str]:
        """The variables that are set anywhere."""
        return frozenset(name for edges in self.edges for edge in edges for name in edge.sets)


def flow_of(steps: Sequence[Step]) -> Flow:
    """The flow of expanded steps."""
    index_of = {step.id: index for index, step in reversed(list(enumerate(steps))) if step.id is not None}
    return Flow(steps, [list(_edges(step, index, index_of)) for index, step in enumerate(steps)])


def _edges(step: Step, index: int, index_of: Mapping[str, int]) -> Iterator[Edge]:
    """The ways out of one step. A step without a move is taken as one that goes on."""

    def to(
        target: str | None, sets: frozenset[str] = frozenset(), clears: frozenset[str] = frozenset()
    ) -> Iterator[Edge]:
        if target is not None and target in index_of:
            yield Edge(index_of[target], sets, clears)

    if step.end is not None or step.hand_over is not None:
        return
    if step.choose is not None:
        for choice in step.choose:
            yield from to(choice.go)
        return
    if step.confirm is not None:
        if step.confirm in index_of:
            yield Edge(index_of[step.confirm], agreed=True)
        yield from to(step.if_no)
        return
    sets, clears = changes_of(step)
    if step.go is None:
        yield Edge(index + 1, sets, clears)
    else:
        yield from to(step.go, sets, clears)
    yield from to(step.missing)
    yield from to(step.refused)


def changes_of(step: Step) -> tuple[frozenset[str], frozenset[str]]:
    """The variables that a step sets when it goes well, and those that it clears."""
    if step.ask is not None:
        return frozenset({step.into or step.ask}), frozenset()
    if step.set is not None:
        return frozenset(step.set), frozenset()
    if step.forget is not None:
        return frozenset(), frozenset(step.forget)
    return frozenset({step.into} if step.into else ()), frozenset()


def unconfirmed_writes(flow: Flow) -> set[int]:
    """Indexes of the writes that can be reached without a yes to a `confirm` that showed them.

    After the write itself an earlier yes no longer counts.
    """
    found = set()
    for index, step in enumerate(flow.steps):
        if step.do is None:
            continue
        agreed = frozenset(edge for edges in flow.edges for edge in edges if edge.agreed and edge.to == index)
        starts = [0, *(edge.to for edge in flow.edges[index])]
        reachable = flow.reached()
        if index in reachable and any(index in flow.reached(start, without=agreed) for start in starts):
            found.add(index)
    return found


def silent_loops(flow: Flow) -> set[int]:
    """Indexes of the first steps of loops that go round without asking, waiting or confirming anything.

    Walks every state (step, variables set) that the procedure can be in: an `ask` whose variable is set says nothing,
    so a loop back to it asks only where something forgets the variable on the way.
    """
    search = _Search(flow, frozenset(step.into or step.ask for step in flow.steps if step.ask))
    search.walk()
    return search.loops


State = tuple[int, frozenset[str]]


@dataclass
class _Search:
    """A depth-first walk that remembers the silent way it came; meeting a state of that way again closes a loop."""

    flow: Flow
    asked: frozenset[str]
    seen: set[State] = field(default_factory=set)
    loops: set[int] = field(default_factory=set)

    def walk(self) -> None:
        starts: list[State] = [(0, frozenset())] if self.flow.steps else []
        while starts and len(self.seen) < MAXIMUM_STATES:
            start = starts.pop()
            if start not in self.seen:
                starts.extend(self._silent_part(start))

    def _silent_part(self, start: State) -> list[State]:
        """Walk all silent ways from `start`; returns the states behind questions and waits."""
        loud: list[State] = []
        way: list[tuple[State, Iterator[tuple[State, bool]]]] = [(start, self._next(start))]
        on_way = {start}
        self.seen.add(start)
        while way and len(self.seen) < MAXIMUM_STATES:
            state, following = way[-1]
            reached = next(following, None)
            if reached is None:
                way.pop()
                on_way.discard(state)
                continue
            target, is_loud = reached
            if is_loud:
                loud.append(target)
            elif target in on_way:
                members = [passed for passed, _ in way]
                self.loops.add(min(index for index, _ in members[members.index(target) :]))
            elif target not in self.seen:
                self.seen.add(target)
                on_way.add(target)
                way.append((target, self._next(target)))
        return loud

    def _next(self, state: State) -> Iterator[tuple[State, bool]]:
        index, known = state
        step = self.flow.steps[index]
        asks = step.ask is not None and (step.into or step.ask) not in known
        is_loud = asks or step.wait is not None or step.confirm is not None
        for edge in self.flow.edges[index]:
            if edge.to < len(self.flow.steps):
                yield (edge.to, ((known | edge.sets) - edge.clears) & self.asked), is_loud
