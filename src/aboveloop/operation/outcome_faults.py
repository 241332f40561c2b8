"""Outcomes, held against the rest of the operation: what they are of, what they read, what their expressions use."""

from collections.abc import Callable, Iterator

from aboveloop.operation.expression_faults import expression_faults, suggestion
from aboveloop.operation.faults import Fault, Place
from aboveloop.operation.models import Operation
from aboveloop.operation.outcome_models import Outcome
from aboveloop.operation.places import Places

# What every expression of an outcome may use; those of a write also its arguments and its answer.
NAMES = frozenset({"now", "case", "customer", "again"})
WRITE_NAMES = frozenset({"args", "result"})


def outcome_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    """Everything that is wrong in outcomes.yaml."""
    for name, outcome in operation.outcomes.items():

        def at(*path: str | int, name: str = name) -> Place:
            return places.at("outcome", name, *path)

        yield from _subject_faults(operation, outcome, at)
        yield from _reading_faults(operation, outcome, at)
        if outcome.owner not in operation.about.owners:
            hint = suggestion(outcome.owner, operation.about.owners)
            yield at("owner").fault(f"Nobody holds the duty `{outcome.owner}`, so a breach would be nobody's.{hint}")


def _subject_faults(operation: Operation, outcome: Outcome, at: Callable[..., Place]) -> Iterator[Fault]:
    if outcome.of is not None:
        spec = operation.system_operation(outcome.of)
        if spec is None:
            yield at("of").fault(f"There is no operation `{outcome.of}`.{suggestion(outcome.of, _writes(operation))}")
        elif spec.kind != "write":
            yield at("of").fault(f"`{outcome.of}` is a {spec.kind} operation: only a write has an outcome.")
        if outcome.procedures:
            yield at("procedures").fault("An outcome is of a write or of procedures, not of both.")
    for index, procedure in enumerate(outcome.procedures):
        if procedure not in operation.procedures:
            hint = suggestion(procedure, operation.procedures)
            yield at("procedures", index).fault(f"There is no procedure `{procedure}`.{hint}")


def _reading_faults(operation: Operation, outcome: Outcome, at: Callable[..., Place]) -> Iterator[Fault]:
    spec = operation.system_operation(outcome.of) if outcome.of is not None else None
    arguments = spec.arguments if spec is not None else None
    known = NAMES | (WRITE_NAMES if outcome.of is not None else frozenset())
    if outcome.about is not None:
        yield from expression_faults(outcome.about, known - {"again"}, at("about"), arguments=arguments)
    for name, record in outcome.records.items():
        read = operation.system_operation(record.read)
        if read is None or read.kind != "read":
            yield at("records", name, "read").fault(f"There is no read `{record.read}`.")
            continue
        for argument, source in record.with_.items():
            yield from expression_faults(source, known, at("records", name, "with", argument), arguments=arguments)
            if argument not in read.arguments:
                yield at("records", name, "with", argument).fault(f"`{record.read}` has no argument `{argument}`.")
        for argument in sorted(read.arguments.keys() - set(read.optional) - record.with_.keys()):
            yield at("records", name).fault(f"`{record.read}` needs `{argument}`: say under `with` what it is.")
        known |= {name}
    for name, source in outcome.facts.items():
        yield from expression_faults(source, known, at("facts", name), arguments=arguments)
        known |= {name}
    yield from expression_faults(outcome.holds, known, at("holds"), arguments=arguments)


def _writes(operation: Operation) -> list[str]:
    every = ((each.system, name, spec) for each in operation.systems.values() for name, spec in each.operations.items())
    return [f"{system}.{name}" for system, name, spec in every if spec.kind == "write"]
