"""The roster: AI workers and people; what each does, when they hand over, who looks at it and how often."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from aboveloop.govern.people import Person, people_of
from aboveloop.govern.rules import parse_rules
from aboveloop.kit.money import Money
from aboveloop.operation.models import Failure, Operation, Procedure, Step
from aboveloop.work.answers import accountable


@dataclass(frozen=True)
class WorkerLine:
    """An AI worker: one procedure. `hands_over` says when it gives a case to people."""

    name: str
    title: str
    kinds: tuple[str, ...]
    does: tuple[str, ...]
    hands_over: tuple[str, ...]
    accountable: str
    reviewer: str | None
    every_days: int | None
    good: str | None
    may_fail: tuple[Failure, ...]


@dataclass(frozen=True)
class PersonLine:
    """A person: their roles, what they approve and up to how much, and what else is theirs."""

    person: Person
    roles: tuple[str, ...]
    approves: tuple[str, ...]
    limits: tuple[tuple[str, Money], ...]
    work: tuple[str, ...]
    duties: tuple[str, ...]
    reviews: tuple[str, ...]
    trained: date | None


# What people do, in the words of the roster, by the right that lets them.
WORK = {
    "approve": "approvals",
    "take_over": "exceptions: cases that workers give up",
    "reply": "words where feeling is needed",
    "pause": "stopping what goes wrong",
    "promote": "putting releases to work",
    "edit_policies": "risk: what is allowed, reviewed, prohibited",
    "incident": "incidents",
    "audit": "audits",
    "erase": "erasing customers",
}


def workers_of(operation: Operation) -> list[WorkerLine]:
    """Every AI worker, in the order of the folder."""
    return [_worker(operation, name, procedure) for name, procedure in operation.procedures.items()]


def people_lines(operation: Operation) -> list[PersonLine]:
    """Everybody above the loop, in the order of operation.yaml."""
    people = people_of(operation)
    asked = _approved_by(operation)
    trained = {spec.id: spec.trained for spec in operation.about.people}
    return [
        PersonLine(
            person=people[spec.id],
            roles=tuple(title_of(operation, role) for role in spec.roles),
            approves=tuple(sorted({each for role in spec.roles for each in asked.get(role, ())})),
            limits=tuple((title_of(operation, role), limit) for role, limit in people[spec.id].limits.items()),
            work=tuple(words for right, words in WORK.items() if right in people[spec.id].may),
            duties=tuple(duty for duty, holder in operation.about.owners.items() if holder == spec.id),
            reviews=tuple(_reviewed_by(operation, spec.id)),
            trained=trained[spec.id],
        )
        for spec in operation.about.people
    ]


def title_of(operation: Operation, role: str) -> str:
    """What a role is called."""
    spec = operation.about.roles.get(role)
    return spec.title if spec is not None and spec.title else role.replace("_", " ").capitalize()


def _worker(operation: Operation, name: str, procedure: Procedure) -> WorkerLine:
    oversight = procedure.oversight
    people = people_of(operation)
    steps = list(_all_steps(operation, procedure.steps))
    intents = [intent for intent in operation.intents.values() if intent.procedure == name]
    reviewer = people.get(oversight.reviewer) if oversight is not None else None
    return WorkerLine(
        name=name,
        title=procedure.title or name.replace("_", " ").capitalize(),
        kinds=tuple(intent.title or intent.intent.replace("_", " ") for intent in intents),
        does=tuple(sorted({step.do for step in steps if step.do is not None})),
        hands_over=tuple(dict.fromkeys(step.hand_over for step in steps if step.hand_over is not None)),
        accountable=accountable(operation, f"worker:{name}").because,
        reviewer=reviewer.name if reviewer is not None else None,
        every_days=oversight.every_days if oversight is not None else None,
        good=oversight.good if oversight is not None else None,
        may_fail=tuple(oversight.may_fail) if oversight is not None else (),
    )


def _all_steps(operation: Operation, steps: Sequence[Step], inside: frozenset[str] = frozenset()) -> Iterator[Step]:
    """The steps with those of the fragments that stand in them."""
    for step in steps:
        yield step
        fragment = operation.fragments.get(step.use or "")
        if fragment is not None and fragment.fragment not in inside:
            yield from _all_steps(operation, fragment.steps, inside | {fragment.fragment})


def _approved_by(operation: Operation) -> dict[str, set[str]]:
    """By role, the reasons of the rules that ask it."""
    asked: dict[str, set[str]] = {}
    for rule in parse_rules(operation).rules:
        for role in rule.approvers:
            asked.setdefault(role, set()).add(rule.reason or rule.id)
    return asked


def _reviewed_by(operation: Operation, person_id: str) -> Iterator[str]:
    for name, procedure in operation.procedures.items():
        if procedure.oversight is not None and procedure.oversight.reviewer == person_id:
            yield procedure.title or name.replace("_", " ")
