"""Explaining: why an action has its lane, and the smallest changes that would give it another.

Tried are what the customer could give, what people could approve, who acts, and single facts and arguments at the
values where some rule turns; where no single change opens a prohibited action, pairs of them. Everything else stays as
it is, so a fact that follows from a changed argument is not worked out anew.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, islice
from typing import Any, Literal

from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.facts import GREATEST_LONG, Evidence, Fact, action_fault
from aboveloop.govern.lanes import Decision, Lane, Need, Stage
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.questions import NOBODY_IN_PARTICULAR, Question
from aboveloop.govern.reads import Compared, Name, compared, names_read
from aboveloop.govern.rules import Rule
from aboveloop.kit.money import Money
from aboveloop.operation.system_models import SystemOperation

Kind = Literal["verification", "confirmation", "approval", "actor", "stage", "fact", "argument"]
OPENNESS = {Lane.PROHIBITED: 0, Lane.REVIEWED: 1, Lane.ALLOWED: 2}
NEEDS = {Need.VERIFICATION: "proved who they are", Need.CONFIRMATION: "said yes to exactly this"}
# A text that no rule names: what would hold if it were anything else.
SOMETHING_ELSE = "something else"
# A pair costs a decision, about a millisecond: a person waits no longer than a moment.
PAIRS_TRIED = 1500


@dataclass(frozen=True)
class Change:
    """One thing that could be otherwise. `before` and `after` are None where there is no value."""

    kind: Kind
    name: str
    before: Any
    after: Any

    def sentence(self, currency: str) -> str:
        """As the beginning of an `If ...` sentence."""
        match self.kind:
            case "verification":
                return (
                    "the owner of the record had proved to be writing" if self.after else "nobody had proved who writes"
                )
            case "confirmation":
                return f"the customer had {'seen exactly this and said yes' if self.after else 'not said yes to this'}"
            case "approval":
                return f"{self.name} had {'approved' if self.after else 'not approved'} exactly this"
            case "actor":
                return f"a {self.after} did it"
            case "stage":
                return f"the stage were {self.after}"
            case _ if self.after is None:
                return f"there were no {self.name.removesuffix('_cents')}"
            case _:
                return f"{self.name.removesuffix('_cents')} were {in_words(self.name, self.after, currency)}"


@dataclass(frozen=True)
class Otherwise:
    """Changes made together, usually one, and what would be decided then."""

    changes: tuple[Change, ...]
    decision: Decision

    def sentence(self, currency: str) -> str:
        ifs = " and ".join(change.sentence(currency) for change in self.changes)
        return f"If {ifs}: {decision_in_words(self.decision)}"


@dataclass(frozen=True)
class Looked:
    """A fact or argument and the rules, of those that decided, which look at it."""

    name: Name
    value: Any
    source: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """Why: the decision, the rules that decided, what they looked at; and what would open or close the lane."""

    question: Question
    decision: Decision
    rules: tuple[Rule, ...]
    looked_at: tuple[Looked, ...]
    unknown: Mapping[str, str]
    opens: tuple[Otherwise, ...]
    closes: tuple[Otherwise, ...]


def explain(pack: PolicyPack, question: Question) -> Explanation:
    """The decision of `question` and what would change it, what opens first."""
    decision = question.answered_by(pack)
    concerned = pack.rules_for(question.action.operation)
    rules = tuple(rule for rule in concerned if rule.id in decision.rules)
    tried = list(alternatives(pack, question, concerned))
    singles = [Otherwise((change,), asked.answered_by(pack)) for change, asked in tried]
    opens = _nearest(each for each in singles if openness(each.decision) > openness(decision))
    closes = _nearest(each for each in singles if openness(each.decision) < openness(decision))
    asked = _asked(decision, [change for change, _ in tried])
    if len(asked) > 1:
        opens.append(Otherwise(asked, _all(question, asked).answered_by(pack)))
    if not opens and decision.lane is Lane.PROHIBITED:
        opens = _nearest(_pairs(pack, question, [change for change, _ in tried]))
    return Explanation(
        question=question,
        decision=decision,
        rules=rules,
        looked_at=tuple(_looked_at(question, rules)),
        unknown={**question.evidence.missing, **question.evidence.absent},
        opens=tuple(sorted(opens, key=lambda each: openness(each.decision), reverse=True)),
        closes=tuple(sorted(closes, key=lambda each: openness(each.decision))),
    )


def alternatives(pack: PolicyPack, question: Question, rules: tuple[Rule, ...]) -> Iterator[tuple[Change, Question]]:
    """Every single change that is tried, with the question as it would be then."""
    spec = pack.operation.system_operation(question.action.operation)
    if spec is None or question.evidence.fault:
        return
    for change in (*_circumstances(question, spec, rules), *_values(question, spec, rules)):
        asked = changed(question, change)
        if change.kind != "argument" or not action_fault(pack.operation, asked.action):
            yield change, asked


def openness(decision: Decision) -> tuple[int, int, int]:
    """Greater is more permissive: first the lane, then how little is asked of the customer and of people."""
    return OPENNESS[decision.lane], -len(decision.needs), -len(decision.approvers)


def changed(question: Question, change: Change) -> Question:
    """The question with this one thing otherwise."""
    conversation, action = question.conversation, question.action
    match change.kind:
        case "verification":
            return replace(question, conversation=replace(conversation, customer=change.after or ""))
        case "confirmation":
            return replace(question, conversation=replace(conversation, confirmed=bool(change.after)))
        case "approval":
            one = frozenset({change.name})
            return replace(
                question, approved_by=question.approved_by | one if change.after else question.approved_by - one
            )
        case "actor":
            return replace(question, action=replace(action, by=Principal(change.after, NOBODY_IN_PARTICULAR)))
        case "stage":
            return replace(question, stage=Stage(change.after))
        case "argument":
            args = {name: value for name, value in action.args.items() if name != change.name}
            args |= {} if change.after is None else {change.name: change.after}
            return replace(question, action=Action(action.case_id, action.operation, args, action.by))
    return replace(question, evidence=_with_fact(question.evidence, change))


def in_words(name: str, value: Any, currency: str) -> str:
    """A value as people read it; what is named in cents is money."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value) or "none"
    if isinstance(value, int) and name.endswith("_cents"):
        return str(Money(value, currency))
    return str(value) or "empty"


def decision_in_words(decision: Decision) -> str:
    """The lane, what it still needs, and why."""
    wanted = " and ".join(NEEDS[need] for need in decision.needs)
    needs = f", once the customer has {wanted}" if wanted else ""
    joined = " or " if decision.any_approver else " and "
    by = f" by {joined.join(decision.approvers)}" if decision.approvers else ""
    if decision.four_eyes:
        by = f"{by} (two people)"
    return f"{decision.lane}{by}{needs}. {decision.reason}".strip()


def _circumstances(question: Question, spec: SystemOperation, rules: tuple[Rule, ...]) -> Iterator[Change]:
    """Who writes, what they said, who approved, who acts, and the stage."""
    customer, owner = question.conversation.customer, question.evidence.owner
    owned = spec.owner is not None
    if customer and (not owned or customer == owner):
        yield Change("verification", Need.VERIFICATION, customer, None)
    elif owner or not owned:
        yield Change("verification", Need.VERIFICATION, customer or None, owner or NOBODY_IN_PARTICULAR)
    confirmed = question.conversation.confirmed
    yield Change("confirmation", Need.CONFIRMATION, confirmed, not confirmed)
    for role in sorted({role for rule in rules for role in (*rule.approvers, *rule.roles)}):
        held = role in question.approved_by
        yield Change("approval", role, held, not held)
    kind = question.action.by.kind
    yield Change("actor", "by", kind, "person" if kind == "worker" else "worker")
    if question.stage is Stage.ASSIST:
        yield Change("stage", "stage", Stage.ASSIST.value, Stage.SUPERVISED.value)


def _values(question: Question, spec: SystemOperation, rules: tuple[Rule, ...]) -> Iterator[Change]:
    """Facts and arguments that rules look at, at the values where a rule turns."""
    for name, others in sorted(compared(rules).items(), key=lambda each: (each[0].part, each[0].name)):
        before = value_of(question, name)
        kind: Kind = "fact" if name.part == "facts" else "argument"
        for after in _turns(question, before, others):
            yield Change(kind, name.name, before, after)
        source = spec.facts.get(name.name)
        optional = name.name in spec.optional if kind == "argument" else source is not None and source.optional
        if optional and before is not None:
            yield Change(kind, name.name, before, None)


def value_of(question: Question, name: Name) -> Any:
    """The value of a fact or argument; None where there is none."""
    if name.part == "args":
        return question.action.args.get(name.name)
    fact = question.evidence.facts.get(name.name)
    return fact.value if fact is not None else None


def _turns(question: Question, before: Any, others: Compared) -> list[Any]:
    """Other values, at and on both sides of each that a rule compares with."""
    values = sorted((*others.values, *(value_of(question, other) for other in others.others)), key=str)
    if isinstance(before, bool):
        return [not before]
    if isinstance(before, list):
        listed = [value for value in values if isinstance(value, str)]
        return [[*before, one] for one in listed if one not in before] + [
            [kept for kept in before if kept != one] for one in listed if one in before
        ]
    numbers = {value for value in values if isinstance(value, int) and not isinstance(value, bool)}
    if isinstance(before, int) or (before is None and numbers):
        around = {number + step for number in numbers for step in (-1, 0, 1)}
        return sorted(number for number in around - {before} if abs(number) <= GREATEST_LONG)
    texts = {value for value in values if isinstance(value, str)}
    if before is None and not texts:
        return [True, False]
    return sorted(texts - {before}) + ([SOMETHING_ELSE] if before in texts else [])


def _with_fact(evidence: Evidence, change: Change) -> Evidence:
    facts = {name: fact for name, fact in evidence.facts.items() if name != change.name}
    if change.after is not None:
        facts[change.name] = Fact(change.name, change.after, "supposed")
    missing = {name: why for name, why in evidence.missing.items() if name != change.name}
    return replace(evidence, facts=facts, missing=missing)


def _asked(decision: Decision, changes: list[Change]) -> tuple[Change, ...]:
    """Everything together that the decision still asks of the customer and of people."""
    wanted = {*decision.needs, *(decision.approvers[:1] if decision.any_approver else decision.approvers)}
    earned = ("verification", "confirmation", "approval")
    return tuple(change for change in changes if change.kind in earned and change.name in wanted and change.after)


def _all(question: Question, changes: Iterable[Change]) -> Question:
    for change in changes:
        question = changed(question, change)
    return question


def _pairs(pack: PolicyPack, question: Question, changes: list[Change]) -> Iterator[Otherwise]:
    for one, two in islice(combinations(changes, 2), PAIRS_TRIED):
        if (one.kind, one.name) != (two.kind, two.name):
            decision = _all(question, (one, two)).answered_by(pack)
            if decision.lane is not Lane.PROHIBITED:
                yield Otherwise((one, two), decision)


def _nearest(found: Iterable[Otherwise]) -> list[Otherwise]:
    """Of the changes of the same things with the same outcome, the smallest."""
    kept: dict[object, Otherwise] = {}
    for each in found:
        what = tuple((change.kind, change.name, change.after is None) for change in each.changes)
        key = (what, each.decision.lane, each.decision.needs, each.decision.approvers)
        if key not in kept or _distance(each) < _distance(kept[key]):
            kept[key] = each
    return list(kept.values())


def _distance(otherwise: Otherwise) -> int:
    return sum(
        abs(change.after - change.before)
        for change in otherwise.changes
        if isinstance(change.after, int) and isinstance(change.before, int)
    )


def _looked_at(question: Question, rules: tuple[Rule, ...]) -> Iterator[Looked]:
    readers: dict[Name, list[str]] = {}
    for rule in rules:
        for name in names_read(rule.text):
            readers.setdefault(name, []).append(rule.id)
    for name in sorted(readers, key=lambda each: (each.part, each.name)):
        fact = question.evidence.facts.get(name.name) if name.part == "facts" else None
        source = fact.source if fact is not None else ("the proposed arguments" if name.part == "args" else "not known")
        yield Looked(name, value_of(question, name), source, tuple(readers[name]))
