"""The policies in words: every rule with its lane, whom it asks, and what it is about."""

from dataclasses import dataclass

from aboveloop.console.words import GROUPS, spaced
from aboveloop.govern.rules import Rule, parse_rules
from aboveloop.operation.models import Operation


@dataclass(frozen=True)
class PolicyLine:
    """One rule as people read it. `text` is the rule itself, `place` its file and line."""

    id: str
    lane: str
    reason: str
    approvers: tuple[str, ...]
    who: str
    about: str
    text: str
    place: str


def policy_lines(operation: Operation) -> tuple[PolicyLine, ...]:
    """Every rule of the operation, in the order of its files."""
    known = _lines.get(operation.digest)
    if known is None:
        known = tuple(_line(operation, rule) for rule in parse_rules(operation).rules)
        # An operation never changes under its digest; more than the last few are not looked at.
        if len(_lines) >= KEPT:
            _lines.clear()
        _lines[operation.digest] = known
    return known


KEPT = 8
_lines: dict[str, tuple[PolicyLine, ...]] = {}


def _line(operation: Operation, rule: Rule) -> PolicyLine:
    permits = "reviewed" if rule.approvers else "allowed"
    return PolicyLine(
        id=rule.id,
        lane="prohibited" if rule.effect == "forbid" else permits,
        reason=rule.reason,
        approvers=rule.approvers,
        who=_who(rule.text),
        about=_about(operation, rule),
        text=rule.text,
        place=f"{rule.place.path}:{rule.place.line}",
    )


def _who(text: str) -> str:
    if "principal is Worker" in text:
        return "AI workers"
    return "people" if "principal is Person" in text else "workers and people"


def _about(operation: Operation, rule: Rule) -> str:
    if rule.actions is None:
        return "every action"
    return ", ".join(GROUPS.get(name) or _named(operation, name) for name in sorted(rule.actions))


def _named(operation: Operation, name: str) -> str:
    """An operation by its name in words: `shop.refund_order` as "refund order (shop)"."""
    system, _, short = name.partition(".")
    return f"{spaced(short)} ({operation.systems[system].title or system})" if system in operation.systems else name
