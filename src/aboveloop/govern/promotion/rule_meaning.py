"""What a rule means, whatever it looks like: two spellings of one condition are the same rule."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import cedarpy
from cedarpy import pst

from aboveloop.govern.rules import Rule

SIDES_DO_NOT_MATTER = ("and", "or")
Place = tuple[str, str]


@dataclass(frozen=True)
class Meaning:
    """`scope` and `conditions` are texts that are equal where Cedar decides alike for reasons of form alone."""

    effect: str
    scope: str
    conditions: tuple[str, ...]
    approvers: tuple[str, ...]


def meaning_of(rule: Rule) -> Meaning:
    policy = _parsed(rule)
    conditions = sorted(f"{type(clause).__name__} {_ordered(clause.expr)}" for clause in policy.clauses)
    scope = repr((policy.principal, policy.action, policy.resource))
    return Meaning(rule.effect, scope, tuple(conditions), tuple(sorted(rule.approvers)))


def literals_of(rule: Rule) -> Iterator[tuple[Place, object]]:
    """Every value that the rule holds an argument or a fact against: (("args", "amount_cents"), 5000).

    A fact that stands alone, as in `context.facts.given_up`, is held against true.
    """
    for node in _nodes(_parsed(rule).clauses):
        place = _place_of(node)
        if place is not None:
            yield place, True
        if isinstance(node, pst.BinaryOp):
            for side, other in ((node.left, node.right), (node.right, node.left)):
                place = _place_of(side)
                if place is not None and isinstance(other, pst.LongLit | pst.StringLit | pst.BoolLit):
                    yield place, other.value


def _place_of(node: object) -> Place | None:
    """("facts", "status") for `context.facts.status`."""
    match node:
        case pst.GetAttr(pst.GetAttr(pst.Var("context"), ("args" | "facts") as group), attribute):
            return group, attribute
        case _:
            return None


def _parsed(rule: Rule) -> Any:
    (policy,) = cedarpy.policies_to_pst(rule.text).static_policies.values()
    return policy


def _ordered(node: object) -> str:
    """The expression as text, the sides of `&&` and `||` in one order."""
    if isinstance(node, pst.BinaryOp) and node.op in SIDES_DO_NOT_MATTER:
        return f"{node.op}({', '.join(sorted(set(_sides(node, node.op))))})"
    if isinstance(node, tuple):
        return f"({', '.join(_ordered(each) for each in node)})"
    if is_dataclass(node) and not isinstance(node, type):
        inner = (f"{each.name}={_ordered(getattr(node, each.name))}" for each in fields(node))
        return f"{type(node).__name__}({', '.join(inner)})"
    return repr(node)


def _sides(node: object, op: str) -> Iterator[str]:
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, pst.BinaryOp) and each.op == op:
            waiting += [each.left, each.right]
        else:
            yield _ordered(each)


def _nodes(root: object) -> Iterator[object]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting.extend(node)
        elif isinstance(node, dict):
            waiting.extend(node.values())
        elif is_dataclass(node) and not isinstance(node, type):
            yield node
            waiting.extend(getattr(node, each.name) for each in fields(node))
