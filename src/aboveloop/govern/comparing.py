"""Comparing: the same question put to the policies of two operations, and whether it can be put to both at all."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from aboveloop.govern.facts import Evidence, action_fault
from aboveloop.govern.lanes import Decision
from aboveloop.govern.policy import CONSENTS, DENIED_BEFORE, PolicyPack
from aboveloop.govern.questions import Question
from aboveloop.operation.models import Operation


@dataclass(frozen=True)
class Compared:
    """What the older and the newer policies say. `unclear` says why that cannot be told; "" when it can."""

    before: Decision
    after: Decision
    unclear: str = ""

    @property
    def moves_lane(self) -> bool:
        return not self.unclear and self.before.lane is not self.after.lane

    @property
    def differs(self) -> bool:
        """True when the lane, or what is asked of the customer or of people, is another."""
        return not self.unclear and _asks(self.before) != _asks(self.after)


def _asks(decision: Decision) -> tuple[object, ...]:
    people = (set(decision.approvers), decision.any_approver, decision.four_eyes)
    return (decision.lane, set(decision.needs), *people)


def compare(question: Question, before: PolicyPack, after: PolicyPack, *, source: Operation | None) -> Compared:
    """Put the question to both. `source` is the operation whose facts it holds; None where somebody supposed them."""
    unclear = _unasked(question, (before, after)) or next(
        _unclear(question, (before.operation, after.operation), source), ""
    )
    return Compared(_decided(question, before), _decided(question, after), unclear)


def _unasked(question: Question, packs: tuple[PolicyPack, ...]) -> str:
    """What one side looks at and nobody looked up when it was decided."""
    known = {CONSENTS: question.conversation.consents, DENIED_BEFORE: question.conversation.denied}
    for name, value in known.items():
        if value is None and any(pack.looks_at(question.action, name) for pack in packs):
            return f"{name} was not looked up for {question.action.operation}."
    return ""


def _decided(question: Question, pack: PolicyPack) -> Decision:
    """What is wrong with the action itself is found anew: the arguments may be declared otherwise here."""
    evidence = replace(question.evidence, fault=action_fault(pack.operation, question.action))
    return replace(question, evidence=evidence).answered_by(pack)


def _unclear(question: Question, sides: tuple[Operation, ...], source: Operation | None) -> Iterator[str]:
    """What the evidence cannot tell to one of the sides: facts it does not hold, or holds by another definition."""
    name = question.action.operation
    origin = source.system_operation(name) if source is not None else None
    for side in sides:
        spec = side.system_operation(name)
        if spec is None or action_fault(side, question.action):
            # Refused whatever the facts are.
            continue
        known = _names(question.evidence)
        for fact, declared in spec.facts.items():
            if fact not in known and not (source is None and declared.optional):
                yield f"{fact} was not recorded for {name}."
            elif origin is not None and fact in origin.facts and origin.facts[fact].value != declared.value:
                yield f"{fact} of {name} is worked out otherwise."
        if origin is not None and (origin.owner, origin.records) != (spec.owner, spec.records):
            yield f"The owner or the records of {name} are read otherwise."


def _names(evidence: Evidence) -> set[str]:
    return {*evidence.facts, *evidence.missing, *evidence.absent}
