"""Reads: which facts and arguments a rule looks at, and which values of them are where its answer turns."""

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import cedarpy
from cedarpy import pst

from aboveloop.govern.rules import Rule, nodes

Part = Literal["facts", "args"]
ORDERED = ("eq", "not_eq", "less", "less_eq", "greater", "greater_eq")
OF_SETS = ("contains", "contains_all", "contains_any")


@dataclass(frozen=True)
class Name:
    """A fact (`facts`) or an argument (`args`) of an action, as rules name it."""

    part: Part
    name: str


@dataclass
class Compared:
    """What rules compare one fact or argument with: values that stand in the rules, and other facts or arguments."""

    values: set[Any] = field(default_factory=set)
    others: set[Name] = field(default_factory=set)


@functools.lru_cache(maxsize=4096)
def names_read(text: str) -> frozenset[Name]:
    """The facts and arguments that the rule with this text looks at, also where it only asks whether there are any."""
    found: set[Name] = set()
    for node in nodes(_clauses(text)):
        match node:
            case pst.GetAttr():
                found.update(_as_names(node))
            case pst.HasAttr(base, attributes):
                found.update(_as_names(pst.GetAttr(base, attributes[0])))
            case _:
                pass
    return frozenset(found)


def compared(rules: Iterable[Rule]) -> Mapping[Name, Compared]:
    """For everything that `rules` look at, what they compare it with. Sums and patterns are not looked into."""
    found: dict[Name, Compared] = {}
    for rule in rules:
        for name in names_read(rule.text):
            found.setdefault(name, Compared())
        for node in nodes(_clauses(rule.text)):
            match node:
                case pst.BinaryOp(op, left, right) if op in ORDERED or op in OF_SETS:
                    _take(found, left, right)
                    _take(found, right, left)
                case _:
                    pass
    return found


def _take(found: dict[Name, Compared], one: object, other: object) -> None:
    for name in _as_names(one):
        entry = found.setdefault(name, Compared())
        entry.values.update(_literals(other))
        entry.others.update(_as_names(other))


def _as_names(node: object) -> Iterator[Name]:
    match node:
        case pst.GetAttr(pst.GetAttr(pst.Var("context"), "facts"), name):
            yield Name("facts", name)
        case pst.GetAttr(pst.GetAttr(pst.Var("context"), "args"), name):
            yield Name("args", name)
        case _:
            pass


def _literals(node: object) -> Iterator[Any]:
    match node:
        case pst.LongLit(value) | pst.StringLit(value) | pst.BoolLit(value):
            yield value
        case pst.Set(elements):
            for element in elements:
                yield from _literals(element)
        case _:
            pass


@functools.lru_cache(maxsize=4096)
def _clauses(text: str) -> tuple[pst.Clause, ...]:
    (policy,) = cedarpy.policies_to_pst(text).static_policies.values()
    clauses: tuple[pst.Clause, ...] = policy.clauses
    return clauses
