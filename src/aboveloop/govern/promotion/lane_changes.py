"""Lane changes: what the policies of two releases decide differently, found by asking both.

Asked are the policy tests of both and, around each, every value that a rule of either holds an argument or fact
against, with its neighbours. That finds moved thresholds and opened doors; it proves nothing about what no test comes
near, so a rule that means something else is a change of risk even where no asked case differs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from aboveloop.govern.lanes import Decision, Lane, Stage
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.promotion.rule_meaning import literals_of, meaning_of
from aboveloop.govern.questions import question_of
from aboveloop.govern.rules import Rule
from aboveloop.govern.schema import groups_of, operations_of
from aboveloop.operation.changes.change import Change, Direction, ReviewPart, keys_of
from aboveloop.operation.models import Operation
from aboveloop.operation.scenario_models import PolicyTest
from aboveloop.operation.system_models import SystemOperation

PARTS = (ReviewPart.MONITORING, ReviewPart.ESCALATION, ReviewPart.AUDITABILITY)
# Two packs decide so many cases in a few seconds; the tests themselves come first.
MOST_ASKED = 3_000
STRICTNESS = {Lane.ALLOWED: 0, Lane.REVIEWED: 1, Lane.PROHIBITED: 2}
# What a fact of each type is tried with when a rule only looks whether it is there.
FLAGS = (True, False)


@dataclass(frozen=True)
class LaneChange:
    """Cases that were decided so and are now decided so. `example` is one; `of` counts all asked of the action; `roles`
    are those that were or are waited for."""

    action: str
    called: str
    before: str
    after: str
    direction: Direction
    cases: int
    of: int
    example: str
    rules: tuple[str, ...]
    roles: tuple[str, ...]

    @property
    def plain(self) -> str:
        """For the release notes."""
        return f"{self.called}: what {self.before} {self.after} now; for example, {self.example}."

    def as_change(self) -> Change:
        way = {"looser": "Less is looked at", "stricter": "More is looked at", "other": "It is decided otherwise"}
        words = (
            f"{self.called} ({self.action}): what {self.before} {self.after} now, in {self.cases} of {self.of} cases"
            f" asked; for example, {self.example}."
        )
        return Change(
            f"lane:{self.action}", words, f"{way[self.direction]} before this is done.", PARTS,
            noticed="customers", direction=self.direction, touches=frozenset({self.action}),
        )  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """How the policies of two releases differ. `asked` counts the cases that both were asked."""

    lanes: tuple[LaneChange, ...]
    rules: tuple[Change, ...]
    asked: int

    @property
    def changes(self) -> list[Change]:
        return [*(each.as_change() for each in self.lanes), *self.rules]


def compare_policies(old: Operation, new: Operation, *, most: int = MOST_ASKED) -> Comparison:
    """Ask both about at most `most` cases. Raises PoliciesInvalid where either cannot be compiled."""
    before, after = PolicyPack.compile(old), PolicyPack.compile(new)
    differing = _differing_rules(before, after)
    actions = _actions_to_ask(before, after, differing)
    # A pack is kept for what it decides by; tests belong to the operation that was handed in.
    tests = [*old.policy_tests, *new.policy_tests]
    lanes: list[LaneChange] = []
    asked = 0
    for action in actions:
        about = [test for test in tests if test.action == action]
        cases = list(_cases(about, before, after, most - asked))
        asked += len(cases)
        lanes += _changes_of(action, cases, before, after)
    moved = {each.action for each in lanes}
    return Comparison(tuple(lanes), tuple(_rule_changes(before, after, moved)), asked)


# --- which actions ------------------------------------------------------------------------------


def _differing_rules(before: PolicyPack, after: PolicyPack) -> list[Rule]:
    """The rules of either that the other has not, by what they mean."""
    old, new = ({meaning_of(rule) for rule in pack.rules} for pack in (before, after))
    return [rule for rule in before.rules if meaning_of(rule) not in new] + [
        rule for rule in after.rules if meaning_of(rule) not in old
    ]


def _actions_to_ask(before: PolicyPack, after: PolicyPack, differing: list[Rule]) -> list[str]:
    old, new = dict(operations_of(before.operation)), dict(operations_of(after.operation))
    return [
        name
        for name, spec in new.items()
        if name in old
        and (
            _judged_by(old[name]) != _judged_by(spec)
            or any(rule.concerns(name, groups_of(spec) | groups_of(old[name])) for rule in differing)
        )
    ]


def _judged_by(spec: SystemOperation) -> object:
    """All of an operation that a decision depends on, besides the records."""
    return spec.kind, sorted(spec.touches), spec.facts, spec.arguments, spec.optional, spec.owner


# --- what is asked ------------------------------------------------------------------------------


def _cases(about: list[PolicyTest], before: PolicyPack, after: PolicyPack, most: int) -> Iterator[PolicyTest]:
    """The tests of one action that both can be asked, then their neighbours, each once."""
    tests: dict[str, PolicyTest] = {}
    for test in about:
        tests.setdefault(_key(test), test)
    rules = {rule.text: rule for pack in (before, after) for test in about for rule in pack.rules_for(test.action)}
    literals = {literal for rule in rules.values() for literal in literals_of(rule)}
    neighbours = (near for test in tests.values() for near in _near(test, sorted(literals, key=repr)))
    seen: set[str] = set()
    for test in (*tests.values(), *neighbours):
        if len(seen) >= most:
            return
        if _key(test) not in seen and _can_be_asked(test, before) and _can_be_asked(test, after):
            seen.add(_key(test))
            yield test


def _near(test: PolicyTest, literals: list[tuple[tuple[str, str], object]]) -> Iterator[PolicyTest]:
    for (group, name), value in literals:
        held = test.args if group == "args" else test.facts
        if name in held:
            for tried in _tried(held[name], value):
                called = f"{test.test}”, but with {name.replace('_', ' ')} “{tried}"
                yield test.model_copy(update={"test": called, group: {**held, name: tried}})
    yield test.model_copy(update={"test": f"{test.test}”, but “unconfirmed", "confirmed": False})
    yield test.model_copy(update={"test": f"{test.test}”, but “unverified", "customer": ""})


def _tried(held: object, value: object) -> tuple[object, ...]:
    """The value and its neighbours, where it is of the kind that the test holds."""
    if type(held) is not type(value):
        return ()
    if isinstance(value, bool):
        return FLAGS
    return (value - 1, value, value + 1) if isinstance(value, int) else (value,)


def _can_be_asked(test: PolicyTest, pack: PolicyPack) -> bool:
    """Whether the test gives every fact and argument that this pack would miss."""
    spec = pack.operation.system_operation(test.action)
    assert spec is not None, "only operations that both have are asked about"
    wanted = {name for name, source in spec.facts.items() if not source.optional}
    return wanted <= test.facts.keys() and spec.arguments.keys() - set(spec.optional) <= test.args.keys()


def _as_known(test: PolicyTest, pack: PolicyPack) -> PolicyTest:
    """The test without the facts and arguments that this pack's operation does not know."""
    spec = pack.operation.system_operation(test.action)
    assert spec is not None, "only operations that both have are asked about"
    facts = {name: value for name, value in test.facts.items() if name in spec.facts}
    args = {name: value for name, value in test.args.items() if name in spec.arguments}
    return test.model_copy(update={"facts": facts, "args": args})


def _key(test: PolicyTest) -> str:
    """What the test asks, whatever it is called and expects."""
    return test.model_dump_json(exclude={"test", "expect"})


# --- what both say ------------------------------------------------------------------------------


def _changes_of(action: str, cases: list[PolicyTest], before: PolicyPack, after: PolicyPack) -> list[LaneChange]:
    spec = after.operation.system_operation(action)
    called = (spec.description.partition(".")[0] if spec is not None else "") or action
    found: dict[tuple[str, str, Direction], list[tuple[PolicyTest, Decision, Decision]]] = {}
    for case in cases:
        was, now = _decide(before, case), _decide(after, case)
        if _weight(was) != _weight(now):
            needs = set(was.needs) != set(now.needs)
            found.setdefault((_was(was, needs), _is(now, needs), _direction(was, now)), []).append((case, was, now))
    return [
        LaneChange(
            action, called, was, now, direction, len(alike), len(cases), f"“{alike[0][0].test}”",
            tuple(dict.fromkeys(rule for _, _, decision in alike for rule in decision.rules)),
            tuple(dict.fromkeys(role for _, *both in alike for each in both for role in each.approvers)),
        )
        for (was, now, direction), alike in sorted(found.items(), key=lambda each: -len(each[1]))
    ]  # fmt: skip


def _decide(pack: PolicyPack, asked: PolicyTest) -> Decision:
    case = _as_known(asked, pack)
    if case.stage not in tuple(Stage):
        case = case.model_copy(update={"stage": Stage.SUPERVISED.value})
    return question_of(pack.operation, case).answered_by(pack)


def _weight(decision: Decision) -> tuple[int, frozenset[str], frozenset[str]]:
    if decision.lane is Lane.PROHIBITED:
        return 2, frozenset(), frozenset()
    return STRICTNESS[decision.lane], frozenset(decision.approvers), frozenset(str(need) for need in decision.needs)


def _direction(was: Decision, now: Decision) -> Direction:
    before, after = _weight(was), _weight(now)
    if before[0] != after[0]:
        return "looser" if after[0] < before[0] else "stricter"
    if after[1] <= before[1] and after[2] <= before[2]:
        return "looser"
    return "stricter" if after[1] >= before[1] and after[2] >= before[2] else "other"


def _was(decision: Decision, needs: bool) -> str:
    """How it was decided; with what the customer owed where that differs too."""
    if decision.lane is Lane.PROHIBITED:
        return "was refused"
    first = "was done at once" if decision.lane is Lane.ALLOWED else f"waited for {_roles(decision)}"
    return first + _after_needs(decision) * needs


def _is(decision: Decision, needs: bool) -> str:
    if decision.lane is Lane.PROHIBITED:
        return "is refused"
    first = "is done at once" if decision.lane is Lane.ALLOWED else f"waits for {_roles(decision)}"
    return first + _after_needs(decision) * needs


def _roles(decision: Decision) -> str:
    return " and ".join(role.replace("_", " ") for role in decision.approvers)


def _after_needs(decision: Decision) -> str:
    owed = " and ".join(str(need) for need in decision.needs)
    return f" after {owed}" if owed else " without asking the customer more"


# --- what the rules say -------------------------------------------------------------------------


def _rule_changes(before: PolicyPack, after: PolicyPack, moved: set[str]) -> Iterator[Change]:
    old, new = ({rule.id: rule for rule in pack.rules} for pack in (before, after))
    removed, added, _ = keys_of(old, new)
    meant = {meaning_of(old[name]): name for name in removed}
    for name in added:
        former = meant.pop(meaning_of(new[name]), None)
        if former is not None:
            removed.remove(former)
            yield Change(f"rule:{name}", f"The rule {former} is called {name} now; it decides as before.")
        else:
            looser = new[name].effect == "permit"
            yield _rule(after, new[name], "is new", moved, "looser" if looser else "stricter")
    for name in removed:
        yield _rule(before, old[name], "is gone", moved, "stricter" if old[name].effect == "permit" else "looser")
    for name in sorted(old.keys() & new.keys()):
        if meaning_of(old[name]) != meaning_of(new[name]):
            yield _rule(after, new[name], "means something else", moved, "other")
        elif old[name].reason != new[name].reason:
            yield Change(f"rule:{name}", f"The rule {name} is told in other words: {new[name].reason}")


def _rule(pack: PolicyPack, rule: Rule, way: str, moved: set[str], direction: Direction) -> Change:
    actions = frozenset(name for name, spec in operations_of(pack.operation) if rule.concerns(name, groups_of(spec)))
    words = f"The rule {rule.id} {way}: {rule.reason}"
    if not actions & moved:
        words += " No case that was asked is decided otherwise, which is no proof that none is."
    risk = "What is allowed, reviewed or prohibited changes."
    return Change(f"rule:{rule.id}", words, risk, PARTS, "colleagues", direction, actions)
