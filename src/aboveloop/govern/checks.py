"""Checks of policies before a release: what is wrong with them, and whether they decide as their tests say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from aboveloop.govern.four_eyes import TWO_PEOPLE
from aboveloop.govern.lanes import Decision, Lane, Stage
from aboveloop.govern.people import people_of
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.questions import question_of
from aboveloop.govern.rules import Rule, parse_rules, validated_rules
from aboveloop.govern.schema import groups_of, operations_of
from aboveloop.operation.faults import Fault, ordered
from aboveloop.operation.models import Operation
from aboveloop.operation.scenario_models import PolicyTest

ANNOTATIONS = ("id", "lane", "approver", "reason")


@dataclass(frozen=True)
class Difference:
    """One thing that came otherwise than a test expects: `what` is lane, needs, approvers, rules or stage."""

    what: str
    expected: tuple[str, ...]
    came: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"{self.what} should be {_listed(self.expected)}, but is {_listed(self.came)}"


@dataclass(frozen=True)
class PolicyTestResult:
    """One test of policies/tests.yaml, `number` counting from 0: what was decided and, if it failed, what differs."""

    number: int
    test: str
    action: str
    decision: Decision
    differences: tuple[Difference, ...]

    @property
    def problem(self) -> str:
        """What differs and why it came so, in one line; "" where the test holds."""
        return "; ".join(f"{each.sentence} ({self.decision.reason})" for each in self.differences)

    @property
    def passed(self) -> bool:
        return not self.differences


def policy_faults(operation: Operation) -> list[Fault]:
    """Everything wrong with the policies: as Cedar, against the systems, and against the conventions of the house."""
    book = validated_rules(operation)
    faults = list(book.faults)
    for rule in book.rules:
        faults.extend(rule.place.fault(f"Rule {rule.id} {text}") for text in _convention_faults(rule))
        faults.extend(rule.place.fault(f"Rule {rule.id} {text}") for text in _role_faults(operation, rule))
        faults.extend(rule.place.fault(f"Rule {rule.id} {text}") for text in _four_eyes_faults(operation, rule))
        for name in sorted(rule.annotations.keys() - set(ANNOTATIONS)):
            faults.append(rule.place.warning(f"Rule {rule.id} has @{name}, which means nothing here."))
    return ordered(faults)


def run_policy_tests(operation: Operation) -> list[PolicyTestResult]:
    """Decide every test of policies/tests.yaml with the facts it gives. Raises PoliciesInvalid."""
    pack = PolicyPack.compile(operation)
    return [_result(pack, number, test) for number, test in enumerate(operation.policy_tests)]


def requires_confirmation(operation: Operation, action_name: str) -> bool:
    """True when a rule for the operation `system.operation` looks at whether the customer confirmed."""
    spec = operation.system_operation(action_name)
    if spec is None:
        return False
    groups = groups_of(spec)
    return any(
        "confirmed" in rule.reads and rule.concerns(action_name, groups) for rule in parse_rules(operation).rules
    )


def _convention_faults(rule: Rule) -> Iterator[str]:
    if not rule.reason.strip():
        yield 'has no @reason("..."): nobody could be told why.'
    lane = rule.annotations.get("lane")
    lawful = _lawful_lane(rule)
    if lane is None:
        yield f'has no @lane; write @lane("{lawful}").'
    elif lane != lawful:
        yield f'says @lane("{lane}"), but a {_kind(rule)} is {lawful}.'
    if rule.approvers and "approved_by" not in rule.reads:
        yield "names an @approver, but its condition never looks at context.approved_by."
    if rule.approvers or rule.effect == "permit":
        # A role that is looked for but not offered would never be asked; one only offered would be asked in vain.
        for role in sorted(rule.roles - set(rule.approvers)):
            yield f"looks for an approval by {role}, which its @approver does not name."


def _lawful_lane(rule: Rule) -> Lane:
    if rule.effect == "forbid":
        return Lane.PROHIBITED
    return Lane.REVIEWED if rule.approvers else Lane.ALLOWED


def _kind(rule: Rule) -> str:
    if rule.effect == "forbid":
        return "forbid"
    return "permit with an @approver" if rule.approvers else "permit without an @approver"


def _role_faults(operation: Operation, rule: Rule) -> Iterator[str]:
    people = people_of(operation).values()
    holders: list[list[str]] = []
    for role in rule.approvers:
        found = [person.id for person in people if role in person.roles and "approve" in person.may]
        if role not in operation.about.roles:
            yield f"names the approver {role}, which is no role in operation.yaml."
        elif not found:
            yield f"waits for {role}, but nobody who may approve holds that role."
        holders.append(found)
    complete = all(holders)
    if complete and not any(len(set(chosen)) == len(chosen) for chosen in product(*holders)):
        yield f"needs {len(holders)} people ({', '.join(rule.approvers)}), but there are not as many who may approve."


def _four_eyes_faults(operation: Operation, rule: Rule) -> Iterator[str]:
    """A role that is asked alone is answered by two of its holders, so there must be two."""
    if len(rule.approvers) != 1:
        return
    (role,) = rule.approvers
    holders = [each for each in people_of(operation).values() if role in each.roles and "approve" in each.may]
    for name, spec in operations_of(operation):
        if spec.four_eyes and rule.concerns(name, groups_of(spec)) and len(holders) < TWO_PEOPLE:
            yield f"is for {name}, to which two people must agree, but fewer than two may approve as {role}."


def _result(pack: PolicyPack, number: int, test: PolicyTest) -> PolicyTestResult:
    if test.stage not in tuple(Stage):
        refused = Decision(Lane.PROHIBITED, reason=f"{test.stage} is no stage.")
        unknown = Difference("stage", tuple(Stage), (test.stage,))
        return PolicyTestResult(number, test.test, test.action, refused, (unknown,))
    decision = question_of(pack.operation, test).answered_by(pack)
    return PolicyTestResult(number, test.test, test.action, decision, tuple(_differences(test, decision)))


def _differences(test: PolicyTest, decision: Decision) -> Iterator[Difference]:
    expected = test.expect
    compared: list[tuple[str, Sequence[str] | None, Sequence[str]]] = [
        ("lane", [expected.lane], [str(decision.lane)]),
        ("needs", expected.needs, [str(need) for need in decision.needs]),
        ("approvers", expected.approvers, decision.approvers),
        ("rules", expected.rules, decision.rules),
    ]
    for what, wanted, got in compared:
        if wanted is not None and sorted(wanted) != sorted(got):
            yield Difference(what, tuple(wanted), tuple(got))


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words) or "none"
