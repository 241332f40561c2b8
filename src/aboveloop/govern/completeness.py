"""How complete the model is around each worker: governance, instrumentation, ownership. Pure, from the folder.

Scaling AI is scaling these three, not the model: a share that stays behind is where the next worker will fail.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aboveloop.govern.duties import held_duties
from aboveloop.govern.people import people_of, rights_of
from aboveloop.operation.models import Operation, Procedure, Step


@dataclass(frozen=True)
class Item:
    """One thing that should be there: what is asked, whether it is, and what to write where it is not."""

    asks: str
    holds: bool
    mend: str


@dataclass(frozen=True)
class Completeness:
    """One procedure with its items in each of the three; every one has at least one item."""

    procedure: str
    title: str
    governance: tuple[Item, ...]
    instrumentation: tuple[Item, ...]
    ownership: tuple[Item, ...]

    @property
    def missing(self) -> tuple[Item, ...]:
        every = (*self.governance, *self.instrumentation, *self.ownership)
        return tuple(item for item in every if not item.holds)


def share(items: Sequence[Item]) -> float:
    """The part that holds, from 0 to 1."""
    return sum(item.holds for item in items) / len(items)


def completeness(operation: Operation) -> tuple[Completeness, ...]:
    """Every procedure, the least complete first; a part of the folder that is not there is missing for all."""
    found = [
        Completeness(
            name,
            procedure.title or name.replace("_", " "),
            tuple(_governance(operation, procedure)),
            tuple(_instrumentation(operation, procedure)),
            tuple(_ownership(operation, procedure)),
        )
        for name, procedure in operation.procedures.items()
    ]
    return tuple(sorted(found, key=lambda each: (-len(each.missing), each.procedure)))


def _governance(operation: Operation, procedure: Procedure) -> Iterator[Item]:
    tested = {test.action for test in operation.policy_tests}
    untested = [write for write in _writes(operation, procedure) if write not in tested]
    yield Item(
        "Every write that it asks for is tried by a policy test.",
        not untested,
        f"Write a policy test for {', '.join(untested)} in policies/tests.yaml.",
    )
    seen = procedure.oversight
    yield Item(
        "Somebody reviews its work, and what good work is is written down.",
        seen is not None,
        f"Write `oversight` in procedures/{procedure.procedure}.yaml.",
    )
    yield Item(
        "Which failures are acceptable is written down, each with a scenario that shows it.",
        seen is not None and bool(seen.may_fail),
        f"Write `oversight.may_fail` in procedures/{procedure.procedure}.yaml.",
    )
    yield Item(
        "A charter says why it exists and what it must earn.",
        any(procedure.procedure in charter.procedures for charter in operation.charters.values()),
        f"`aboveloop charter new` makes one; name {procedure.procedure} in its `procedures`.",
    )


def _instrumentation(operation: Operation, procedure: Procedure) -> Iterator[Item]:
    functions = [each for each in operation.about.functions.values() if procedure.procedure in each.procedures]
    kpis = [operation.kpis[name] for each in functions for name in each.kpis if name in operation.kpis]
    yield Item(
        "It moves a KPI that the house measures.",
        any(kpi.measure is not None for kpi in kpis),
        "Name it in a function of operation.yaml that has a measured KPI.",
    )
    guarded = any(kpi.guard is not None for kpi in operation.kpis.values())
    yield Item(
        "A guard says what may not get worse while more is automated.",
        guarded,
        "Mark a KPI of kpis.yaml with `guard`.",
    )
    writes = _writes(operation, procedure)
    checked = {outcome.of for outcome in operation.outcomes.values()}
    if writes:
        yield Item(
            "What it wrote is looked at again after the case has ended.",
            any(write in checked for write in writes),
            f"Write an outcome of {', '.join(writes)} in outcomes.yaml.",
        )


def _ownership(operation: Operation, procedure: Procedure) -> Iterator[Item]:
    people = people_of(operation)
    held = {each.duty.name for each in held_duties(operation) if each.person is not None}
    owner = procedure.owner
    yield Item(
        "Somebody owns it.",
        owner is not None and (owner in people or owner in held),
        f"Write `owner` in procedures/{procedure.procedure}.yaml: a person, or a duty that somebody holds.",
    )
    functions = [each for each in operation.about.functions.values() if procedure.procedure in each.procedures]
    yield Item(
        "A function of the company stands behind it, with an owner.",
        any(each.owner in people for each in functions),
        "Name it in a function of operation.yaml.",
    )
    if any(step.hand_over is not None for step in steps_within(operation, procedure.steps)):
        takes = any(
            "take_over" in rights_of(operation.about.roles[role].may) for each in people.values() for role in each.roles
        )
        yield Item(
            "Somebody may take over what it gives to people, and answers for edge cases.",
            takes and "escalation" in held,
            "Give a role `take_over` and the duty `escalation` a holder in operation.yaml.",
        )
    reviewer = procedure.oversight.reviewer if procedure.oversight is not None else None
    yield Item(
        "Its reviewer is a person of the company.",
        reviewer in people,
        f"Write `oversight.reviewer` in procedures/{procedure.procedure}.yaml.",
    )


def steps_within(operation: Operation, steps: Sequence[Step], above: frozenset[str] = frozenset()) -> Iterator[Step]:
    """The steps with those of every fragment that they use."""
    for step in steps:
        yield step
        fragment = operation.fragments.get(step.use) if step.use is not None else None
        if fragment is not None and fragment.fragment not in above:
            yield from steps_within(operation, fragment.steps, above | {fragment.fragment})


def _writes(operation: Operation, procedure: Procedure) -> list[str]:
    """The writes that it asks for, each once."""
    asked = [step.do for step in steps_within(operation, procedure.steps) if step.do is not None]
    found = {each: operation.system_operation(each) for each in asked}
    return [each for each, spec in found.items() if spec is not None and spec.kind == "write"]
