"""Comparing: the same question put to the policies of two operations, and whether it can be put to both at all."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from aboveloop.govern.facts import Evidence, action_fault
from aboveloop.govern.lanes import Decision
from aboveloop.govern.policy import PolicyPack
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
        asked_before = (self.before.lane, set(self.before.needs), set(self.before.approvers), self.before.any_approver)
        asked_after = (self.after.lane, set(self.after.needs), set(self.after.approvers), self.after.any_approver)
        return not self.unclear and asked_before != asked_after


def compare(question: Question, before: PolicyPack, after: PolicyPack, *, source: Operation | None) -> Compared:
    """Put the question to both. `source` is the operation whose facts it holds; None where somebody supposed them."""
    unclear = next(_unclear(question, (before.operation, after.operation), source), "")
    return Compared(_decided(question, before), _decided(question, after), unclear)


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
