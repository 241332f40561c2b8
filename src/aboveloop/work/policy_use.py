"""Policy use: which rules ever decided anything, in the tests and in the ledger, and which never did."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aboveloop.govern.checks import run_policy_tests
from aboveloop.govern.lanes import Decision
from aboveloop.govern.rules import Rule, parse_rules
from aboveloop.ledger.entries import Entry
from aboveloop.operation.models import Operation
from aboveloop.work.judgement import holds_decision


@dataclass(frozen=True)
class RuleUse:
    """How often a rule decided. `ledger` is None where no ledger was looked at. `holds_back`: it is named by no test's
    decision, and yet without it some test would be decided otherwise, as of a rule that only waits for an approval."""

    rule: Rule
    tests: int
    ledger: int | None
    holds_back: bool = False


@dataclass(frozen=True)
class PolicyUse:
    """Every rule in the order of its file; `gone` counts rules of the ledger that this operation does not have."""

    rules: tuple[RuleUse, ...]
    gone: dict[str, int]

    @property
    def untested(self) -> tuple[RuleUse, ...]:
        """Rules that no test would miss."""
        return tuple(use for use in self.rules if not use.tests and not use.holds_back)

    @property
    def unused(self) -> tuple[RuleUse, ...]:
        """Rules that decided nothing in the ledger; none where no ledger was looked at."""
        return tuple(use for use in self.rules if use.ledger == 0)

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": not self.untested,
            "rules": [
                {
                    "rule": use.rule.id,
                    "file": use.rule.place.path,
                    "line": use.rule.place.line,
                    "reason": use.rule.reason,
                    "tests": use.tests,
                    "holds_back": use.holds_back,
                    "ledger": use.ledger,
                }
                for use in self.rules
            ],
            "never_in_tests": [use.rule.id for use in self.untested],
            "never_in_ledger": [use.rule.id for use in self.unused],
            "gone": self.gone,
        }


def use_of(operation: Operation, entries: Iterable[Entry] | None = None) -> PolicyUse:
    """Decide the policy tests, and count the rules of the ledger's decisions by id, whichever release decided.

    Raises PoliciesInvalid.
    """
    results = run_policy_tests(operation)
    tests = Counter(rule for result in results for rule in result.decision.rules)
    decisions = [result.decision for result in results]
    ledger = None if entries is None else rules_of(entries)
    rules = parse_rules(operation).rules
    known = {rule.id for rule in rules}
    return PolicyUse(
        rules=tuple(
            RuleUse(
                rule,
                tests[rule.id],
                None if ledger is None else ledger[rule.id],
                holds_back=not tests[rule.id] and _is_missed(operation, rule, decisions),
            )
            for rule in rules
        ),
        gone={rule: count for rule, count in sorted((ledger or {}).items()) if rule not in known},
    )


def _is_missed(operation: Operation, rule: Rule, decisions: list[Decision]) -> bool:
    """True when some test is decided otherwise without the rule."""
    text = operation.policies[rule.place.path].replace(rule.text, "", 1)
    # Under a digest of its own: a pack is kept by its operation's digest.
    without = operation.model_copy(
        update={"policies": {**operation.policies, rule.place.path: text}, "digest": f"{operation.digest}-{rule.id}"}
    )
    return [result.decision for result in run_policy_tests(without)] != decisions


def rules_of(entries: Iterable[Entry]) -> Counter[str]:
    """How many of these decisions each rule decided."""
    return Counter(rule for entry in entries if holds_decision(entry) for rule in entry.body.get("rules", ()))
