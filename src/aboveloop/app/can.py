"""Can: what somebody may do without asking, in plain words, from the policies themselves.

The lane that is told is the best that policy ever gives: what the customer still owes and the facts that forbid it are
told beside it. It is found by deciding, at every amount and every yes or no where some rule turns.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Literal

from aboveloop.app.asked_range import Range, foreign, range_of
from aboveloop.app.plain_words import Meant, meaning_of, stems_of
from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.explaining import OPENNESS, Otherwise, alternatives, explain, in_words
from aboveloop.govern.facts import Evidence, Fact
from aboveloop.govern.lanes import Decision, Lane
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.questions import NOBODY_IN_PARTICULAR, Question
from aboveloop.govern.reads import Name, compared
from aboveloop.govern.rules import Rule
from aboveloop.operation.models import Operation
from aboveloop.operation.system_models import SystemOperation

Who = Literal["worker", "person"]
ARGUMENT = re.compile(r"args\.([a-z][a-z0-9_]*)")
NEGATIONS = frozenset(stems_of("without no not non never excluding lacking free"))
# So many words before what they negate: "without any customer's personal records".
NEGATES_WITHIN = 4
ALONE = re.compile(r"\b(?:autonomous\w*|automatic\w*|on (?:its|their|my|our) own|unapproved|unsupervised|alone"
                   r"|without (?:any |an? )?(?:approval|asking|person|human|review)\w*)\b", re.I)  # fmt: skip
BEYOND = re.compile(
    r"\b(?:beyond|outside|against|contrary to|in breach of|in violation of|violating|breaking) (?:the |our |any )?"
    r"(?:polic\w+|rules?)\b", re.I
)  # fmt: skip
# Words that stand in names of yes-or-no arguments without saying what they are about.
OF_FLAGS = frozenset(stems_of("contains is has are with"))
# More yes-or-no arguments than this make more answers than anybody reads.
FLAGS_TOLD = 3
# A search over facts ends here at the latest; each step tries every single change.
STEPS = 6
CONTEXTS = 12
# From the best of the starting points only: each step costs some dozens of decisions.
CLIMBED = 2


@dataclass(frozen=True)
class Part:
    """The answer for one stretch of the question. `when` says for which, "" where it is all of it; `unless` are the
    single facts that would close the lane."""

    when: str
    decision: Decision
    unless: tuple[Otherwise, ...] = ()


@dataclass(frozen=True)
class CanAnswer:
    """The plain answer. `operation` is None where nobody can tell which is meant; `nearest` are then the likeliest.

    `lane` is one of the three, "depends" where the parts differ, "unknown" where the operation is not known.
    `never` are the rules that forbid it whatever else holds, each only where its condition does.
    """

    asked: str
    lane: str
    operation: Meant | None
    parts: tuple[Part, ...]
    never: tuple[Rule, ...]
    nearest: tuple[Meant, ...]
    note: str = ""


def can(pack: PolicyPack, text: str, *, by: Who = "worker") -> CanAnswer:
    """What `text` asks, answered by these policies for a worker or a person."""
    operation = pack.operation
    asked = range_of(text, operation.about.currency)
    meaning = meaning_of(operation, text, with_amount=asked is not None)
    if meaning.best is None:
        return CanAnswer(text, "unknown", None, (), (), meaning.nearest)
    name = meaning.best.operation
    spec = operation.system_operation(name)
    assert spec is not None, "a meaning is an operation that exists"
    rules = pack.rules_for(name)
    never = tuple(rule for rule in rules if rule.effect == "forbid" and not rule.roles and _may_forbid(rule, by))
    if BEYOND.search(text):
        reason = "What is beyond the rules is never done, and nobody's approval makes it lawful."
        told = Decision(Lane.PROHIBITED, rules=tuple(rule.id for rule in never), reason=reason)
        return CanAnswer(text, str(Lane.PROHIBITED), meaning.best, (Part("", told),), never, meaning.nearest)
    parts = tuple(_parts(_Asking(pack, name, spec, by, _facts_said(operation, name, rules, text)), text, asked))
    if ALONE.search(text):
        parts = tuple(replace(part, decision=_alone(part.decision)) for part in parts)
    lanes = {part.decision.lane for part in parts}
    lane = str(lanes.pop()) if len(lanes) == 1 else "depends"
    other = foreign(text, operation.about.currency)
    note = f"Amounts are in {operation.about.currency} here, so the {other} amount was left out." if other else ""
    return CanAnswer(text, lane, meaning.best, parts, never, meaning.nearest, note)


@dataclass(frozen=True)
class _Asking:
    """One operation, asked about by hypothetical actions of nobody in particular."""

    pack: PolicyPack
    name: str
    spec: SystemOperation
    by: Who
    said: Mapping[Name, Any]

    @property
    def operation(self) -> Operation:
        return self.pack.operation

    def best(self, fixed: Mapping[Name, Any]) -> tuple[Question, Decision]:
        """The best decision that any facts give with these arguments and facts as they are, and the question."""
        held = {**self.said, **fixed}
        begun = [(question, question.answered_by(self.pack)) for question in self._contexts(held)]
        begun.sort(key=lambda each: _score(each[1]), reverse=True)
        climbed = [self._climbed(question, decision, held) for question, decision in begun[:CLIMBED]]
        return max(climbed, key=lambda each: _score(each[1]))

    def _contexts(self, held: Mapping[Name, Any]) -> Iterator[Question]:
        """Starting points: the policy tests of this operation, whose facts belong together, and one made up."""
        tests = [test for test in self.operation.policy_tests if test.action == self.name and test.by == "worker"]
        yield from (_with(self._question(test.args, test.facts), held) for test in tests[:CONTEXTS])
        yield _with(self._question({}, {}), held)

    def _question(self, args: Mapping[str, Any], facts: Mapping[str, Any]) -> Question:
        """Nobody has proved who they are and nobody has said yes, so that the decision tells what is needed."""
        values = {name: Fact(name, value, "supposed") for name, value in {**self._made_up(), **facts}.items()}
        action = Action("test", self.name, {**self._arguments(), **args}, Principal(self.by, NOBODY_IN_PARTICULAR))
        return Question(action, Evidence(facts=values, owner=NOBODY_IN_PARTICULAR))

    def _made_up(self) -> dict[str, Any]:
        plain: dict[str, Any] = {"string": "", "long": 0, "bool": False, "strings": []}
        return {name: plain[source.type] for name, source in self.spec.facts.items() if not source.optional}

    def _arguments(self) -> dict[str, Any]:
        plain: dict[str, Any] = {"string": "", "integer": 1, "boolean": False, "array": [], "object": {}, "number": 1}
        needed = {name: each for name, each in self.spec.arguments.items() if name not in self.spec.optional}
        return {name: plain.get(str(schema.get("type")), "") for name, schema in needed.items()}

    def _climbed(self, question: Question, decision: Decision, held: Mapping[Name, Any]) -> tuple[Question, Decision]:
        """Change one fact at a time for the better, as long as that helps."""
        rules = self.pack.rules_for(self.name)
        for _ in range(STEPS):
            tried = [
                (changed, changed.answered_by(self.pack))
                for change, changed in alternatives(self.pack, question, rules)
                if change.kind == "fact" and Name("facts", change.name) not in held
            ]
            better = max(tried, key=lambda each: _score(each[1]), default=None)
            if better is None or _score(better[1]) <= _score(decision):
                break
            question, decision = better
        return question, decision


def _score(decision: Decision) -> tuple[int, int]:
    """More is more permissive; of two prohibited ones, the one with fewer rules against it is nearer."""
    forbidding = len(decision.rules) if decision.lane is Lane.PROHIBITED else len(decision.approvers)
    return OPENNESS[decision.lane], -forbidding


def _with(question: Question, fixed: Mapping[Name, Any]) -> Question:
    args = {**question.action.args, **{name.name: value for name, value in fixed.items() if name.part == "args"}}
    facts = {name.name: Fact(name.name, value, "asked") for name, value in fixed.items() if name.part == "facts"}
    evidence = replace(question.evidence, facts={**question.evidence.facts, **facts})
    return replace(question, action=replace(question.action, args=args), evidence=evidence)


def _parts(asking: _Asking, text: str, asked: Range | None) -> Iterator[Part]:
    """Every combination of the yes-or-no arguments that the question leaves open, over the stretches of the amount."""
    flags = {name: _said_of(name.name, text) for name in _flags(asking)}
    options = [(name, (said,) if said is not None else (True, False)) for name, said in flags.items()]
    for values in product(*(choices for _, choices in options)):
        fixed = {name: value for (name, _), value in zip(options, values, strict=True)}
        open_ones = {name: value for name, value in fixed.items() if flags[name] is None}
        told = ", ".join(
            f"{name.name.replace('_', ' ')}: {'yes' if value else 'no'}" for name, value in open_ones.items()
        )
        for stretch, part in _stretches(asking, fixed, asked):
            yield replace(part, when=", ".join(filter(None, (stretch, told))))


def _flags(asking: _Asking) -> list[Name]:
    """The yes-or-no arguments that rules look at."""
    read = [name for name in compared(asking.pack.rules_for(asking.name)) if name.part == "args"]
    found = [name for name in read if asking.spec.arguments.get(name.name, {}).get("type") == "boolean"]
    return sorted(found, key=lambda name: name.name)[:FLAGS_TOLD]


def _said_of(flag: str, text: str) -> bool | None:
    """Whether the question says yes or no to a flag such as `contains_personal`; None where it says neither."""
    wanted = set(stems_of(flag)) - OF_FLAGS
    words = stems_of(text)
    for place, word in enumerate(words):
        if word in wanted:
            before = words[max(0, place - NEGATES_WITHIN) : place]
            return NEGATIONS.isdisjoint(before)
        if word.startswith("un") and word[2:] in wanted:
            return False
    return None


def _stretches(asking: _Asking, fixed: Mapping[Name, Any], asked: Range | None) -> Iterator[tuple[str, Part]]:
    """The amounts, from threshold to threshold, with the answer of each stretch; one where no rule looks at them."""
    amount = _amount(asking)
    points = _points(asking, amount, asked) if amount is not None else []
    if amount is None or not points:
        yield "", _part(asking, *asking.best(fixed))
        return
    decided = [asking.best({**fixed, amount: point}) for point in points]
    begin = 0
    for end in range(1, len(decided) + 1):
        if end == len(decided) or _outcome(decided[end][1]) != _outcome(decided[begin][1]):
            yield _between(asking, points, (begin, end - 1), asked), _part(asking, *decided[begin])
            begin = end


def _part(asking: _Asking, question: Question, decision: Decision) -> Part:
    closes = explain(asking.pack, question).closes
    said = {name.name for name in asking.said}
    facts = [each for each in closes if each.changes[0].kind == "fact" and each.changes[0].name not in said]
    return Part("", decision, tuple(facts))


def _facts_said(operation: Operation, name: str, rules: Iterable[Rule], text: str) -> dict[Name, Any]:
    """Facts that the question itself tells: "an order that has shipped", "a late parcel"."""
    spec = operation.system_operation(name)
    assert spec is not None, "a meaning is an operation that exists"
    # "Close an account" says nothing of whether it is closed.
    words = set(stems_of(text)) - set(stems_of(name.partition(".")[2]))
    named = compared(rules)
    tests = [test.facts for test in operation.policy_tests if test.action == name]
    found: dict[Name, Any] = {}
    for fact, source in spec.facts.items():
        key = Name("facts", fact)
        if source.type == "bool" and set(stems_of(fact)) <= words:
            found[key] = _said_of(fact, text) is not False
        elif source.type == "string" and key in named:
            known = {*named[key].values, *(facts[fact] for facts in tests if fact in facts)}
            told = [value for value in sorted(known, key=str) if _is_said(value, words)]
            if len(told) == 1:
                found[key] = told[0]
    return found


def _is_said(value: object, words: set[str]) -> bool:
    stems = set(stems_of(str(value)))
    return bool(stems) and stems <= words


def _amount(asking: _Asking) -> Name | None:
    """The argument or fact that holds the money at stake, where rules look at it."""
    if asking.spec.amount is None:
        return None
    argument = ARGUMENT.fullmatch(asking.spec.amount)
    if argument is not None:
        return Name("args", argument[1])
    same = [name for name, source in asking.spec.facts.items() if source.value == asking.spec.amount]
    return Name("facts", same[0]) if same else None


def _points(asking: _Asking, amount: Name, asked: Range | None) -> list[int]:
    """Amounts on both sides of every threshold that rules name, inside the range that was asked."""
    named = compared(asking.pack.rules_for(asking.name)).get(amount)
    thresholds = [value for value in named.values if isinstance(value, int)] if named is not None else []
    if not thresholds:
        return []
    low, high = 1, max(thresholds) + 1
    if asked is not None:
        low = min(thresholds) + 1 if asked.threshold == "above" else asked.low or low
        high = min(thresholds) if asked.threshold == "below" else asked.high or max(high, low)
    around = {threshold + step for threshold in thresholds for step in (0, 1)}
    return sorted({low, max(high, low), *(point for point in around if low <= point <= high)})


def _outcome(decision: Decision) -> tuple[Any, ...]:
    return decision.lane, decision.needs, decision.approvers, decision.reason


def _between(asking: _Asking, points: list[int], stretch: tuple[int, int], asked: Range | None) -> str:
    """The stretch in words. What lies above the last threshold has no end."""
    first, last = points[stretch[0]], points[stretch[1]]
    is_open = stretch[1] == len(points) - 1 and (asked is None or (asked.high is None and asked.threshold != "below"))
    currency = asking.operation.about.currency
    low, high = in_words("_cents", first, currency), in_words("_cents", last, currency)
    if is_open:
        return f"from {low}" if first > 1 else "any amount"
    if first == last:
        return low
    return f"up to {high}" if first <= 1 else f"from {low} to {high}"


def _alone(decision: Decision) -> Decision:
    """What waits for a person is not done without one."""
    if decision.lane is not Lane.REVIEWED:
        return decision
    reason = f"{decision.reason} Without the approval of {' and '.join(decision.approvers)} nothing is done."
    return replace(decision, lane=Lane.PROHIBITED, approvers=(), reason=reason)


def _may_forbid(rule: Rule, by: Who) -> bool:
    other = "principal is Person" if by == "worker" else "principal is Worker"
    return other not in rule.text and not ({"verified", "confirmed"} & rule.reads)


def shown_rules(rules: Iterable[Rule]) -> list[dict[str, str]]:
    """Rules by id and reason."""
    return [{"rule": rule.id, "reason": rule.reason} for rule in rules]
