"""The go-live checklist: what an operation still lacks before its workers serve customers, whatever its tests say.

Most pilots that fail do not fail in the model: nobody owns the outcome, nobody is trained, nobody takes what the worker
gives up. Pure: from the operation alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from aboveloop.govern.duties import held_duties
from aboveloop.govern.people import Person, people_of
from aboveloop.operation.models import Operation, Procedure

# Who holds one of these acts on customers' cases, so they were shown how.
ACTING = frozenset({"approve", "take_over", "reply"})


@dataclass(frozen=True)
class Missing:
    """One thing that is not there: what (`owner`, `escalation`, `purpose`, `oversight`, `training`), where in the
    folder it belongs, and a sentence."""

    what: str
    where: str
    sentence: str


def missing_to_go_live(operation: Operation) -> tuple[Missing, ...]:
    """Everything that stands in the way of going live, in the order in which one would mend it."""
    return (
        *_purpose(operation),
        *_duties(operation),
        *_escalation(operation),
        *_oversight(operation),
        *_training(operation),
    )


def _purpose(operation: Operation) -> Iterator[Missing]:
    if operation.about.purpose is None:
        yield Missing(
            "purpose",
            "purpose",
            "Nobody has written down the objective, what success is, and how you will learn from it (`purpose`).",
        )


def _duties(operation: Operation) -> Iterator[Missing]:
    for held in held_duties(operation):
        if held.person is None:
            name = held.duty.name
            yield Missing("owner", f"owners.{name}", f"Nobody holds the duty {held.duty.title} (`owners.{name}`).")


def _escalation(operation: Operation) -> Iterator[Missing]:
    if not _holding(operation, "take_over"):
        yield Missing("escalation", "roles", "Nobody may take over a case, so what a worker gives up stays there.")


def _oversight(operation: Operation) -> Iterator[Missing]:
    people = people_of(operation)
    for name, procedure in operation.procedures.items():
        title = procedure.title or name
        where = f"procedures/{name}.oversight"
        if procedure.oversight is None:
            yield Missing(
                "oversight", where, f"{title} says neither who reviews its work, nor how often, nor what good work is."
            )
            continue
        if procedure.oversight.reviewer not in people:
            yield Missing(
                "oversight", where, f"The reviewer of {title}, {procedure.oversight.reviewer}, is none of the people."
            )
        yield from _failures(operation, procedure, where)


def _failures(operation: Operation, procedure: Procedure, where: str) -> Iterator[Missing]:
    """Acceptable failures that no scenario shows cannot be told from unacceptable ones."""
    oversight = procedure.oversight
    for failure in oversight.may_fail if oversight is not None else ():
        if failure.shown_by not in operation.scenarios:
            yield Missing(
                "oversight", where, f"No scenario {failure.shown_by} shows the acceptable failure “{failure.what}”."
            )


def _training(operation: Operation) -> Iterator[Missing]:
    trained = {spec.id for spec in operation.about.people if spec.trained is not None}
    for person in people_of(operation).values():
        if person.may & ACTING and person.id not in trained:
            yield Missing(
                "training",
                f"people.{person.id}.trained",
                f"{person.name} acts on customers' cases and was not trained yet (`trained`).",
            )


def _holding(operation: Operation, right: str) -> list[Person]:
    return [person for person in people_of(operation).values() if right in person.may]
