"""Rules: the policies of an operation, read one by one, each with its file and line.

A rule is one Cedar policy with its annotations. Cedar tells no positions, so the text is cut into policies here and
every piece is parsed and validated by itself: a wrong cut is a fault, never another meaning.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Literal

import cedarpy
from cedarpy import pst

from aboveloop.govern.schema import GROUPS, cedar_schema, groups_of, operations_of
from aboveloop.operation.faults import Fault, Place, ordered
from aboveloop.operation.models import Operation

# In Cedar a policy ends at the first `;` that stands in neither a string nor a comment.
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|;|\n|[^\S\n]+|[^\s;"/]+|/|"', re.DOTALL)
ASKS_FOR_ROLES = ("contains", "contains_all", "contains_any")


@dataclass(frozen=True)
class Rule:
    """One policy. `actions` are the actions and groups that its scope names, None when it is open to all; `reads`
    the attributes of the context that it looks at; `roles` those that it looks for in `approved_by`. `reads_whole` when
    it looks at the context as a whole too, so that any attribute may matter."""

    id: str
    effect: Literal["permit", "forbid"]
    annotations: Mapping[str, str]
    actions: frozenset[str] | None
    reads: frozenset[str]
    roles: frozenset[str]
    text: str
    place: Place
    reads_whole: bool = False

    @property
    def reason(self) -> str:
        return self.annotations.get("reason", "")

    @property
    def approvers(self) -> tuple[str, ...]:
        """The roles that the rule offers to ask: `@approver("one")` or `@approver("one, other")`."""
        named = self.annotations.get("approver", "").split(",")
        return tuple(role.strip() for role in named if role.strip())

    def concerns(self, action: str, groups: frozenset[str]) -> bool:
        """True when the rule's scope can cover `action`, which belongs to `groups`."""
        return self.actions is None or action in self.actions or not groups.isdisjoint(self.actions)


@dataclass(frozen=True)
class RuleBook:
    """Rules in the order of their files and lines, and what is wrong with them. Rules with faults are not all here."""

    rules: tuple[Rule, ...]
    faults: tuple[Fault, ...]


def parse_rules(operation: Operation) -> RuleBook:
    """Every policy of the operation that is Cedar and has a name of its own; the others as faults."""
    rules: dict[str, Rule] = {}
    faults: list[Fault] = []
    for path, text in sorted(operation.policies.items()):
        for line, piece in _pieces(text):
            place = Place(path, line)
            rule = _parsed(piece, place)
            if isinstance(rule, Fault):
                faults.append(rule)
            elif not rule.id:
                faults.append(place.fault('The rule has no @id("..."): a decision could not name it.'))
            elif rule.id in rules:
                first = rules[rule.id].place
                faults.append(place.fault(f"The @id {rule.id} is taken by the rule at {first.path}:{first.line}."))
            else:
                rules[rule.id] = rule
    return RuleBook(tuple(rules.values()), tuple(faults))


def validated_rules(operation: Operation) -> RuleBook:
    """The rules, each checked against the schema that is generated from the systems."""
    book = parse_rules(operation)
    schema = cedar_schema(operation)
    names = dict(operations_of(operation))
    members = Counter(group for spec in names.values() for group in groups_of(spec))
    faults = list(book.faults)
    for rule in book.rules:
        unknown = sorted((rule.actions or frozenset()) - names.keys() - set(GROUPS))
        if unknown:
            faults.append(rule.place.fault(f"Rule {rule.id} speaks of {unknown[0]}, which no system has."))
        elif rule.actions is None or any(name in names or members[name] for name in rule.actions):
            faults.extend(_validation_faults(rule, schema))
        # else the rule is for a group that has no operation yet, which Cedar would call impossible.
    return RuleBook(book.rules, tuple(ordered(faults)))


def _validation_faults(rule: Rule, schema: cedarpy.Schema) -> Iterator[Fault]:
    errors = cedarpy.validate_policies(rule.text, schema).errors
    if errors:
        # The same complaint comes once for every action that the rule covers, and a wrong name makes every action
        # inapplicable: the one that tells most is enough.
        texts = [error.error.removeprefix("for policy `policy0`, ") for error in errors]
        text = min(texts, key=lambda each: ("unable to find an applicable action" in each, each))
        yield rule.place.fault(f"Rule {rule.id} does not fit the systems: {text}.")


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Each policy of `text` with the line it begins on, comments before it left out."""
    line, start, piece = 1, 0, ""
    for token in TOKEN.findall(text):
        if not piece and token.strip() and not token.startswith("//"):
            start, piece = line, token
        elif piece:
            piece += token
        line += token.count("\n")
        if token == ";":
            yield start, piece
            piece = ""
    if piece:
        yield start, piece


def _parsed(text: str, place: Place) -> Rule | Fault:
    try:
        parsed = cedarpy.policies_to_pst(text)
    except ValueError as error:
        return place.fault(f"This is not a Cedar policy: {error}.")
    if len(parsed.static_policies) != 1:
        return place.fault("A rule names its principal and resource itself; templates (?principal) are not used here.")
    (policy,) = parsed.static_policies.values()
    reads, roles, reads_whole = _looked_at(policy.clauses)
    return Rule(
        id=policy.annotations.get("id", ""),
        effect=policy.effect,
        annotations=dict(policy.annotations),
        actions=_actions(policy.action),
        reads=reads,
        roles=roles,
        text=text,
        place=place,
        reads_whole=reads_whole,
    )


def _actions(scope: pst.ActionConstraint) -> frozenset[str] | None:
    match scope:
        case pst.ActionEq(entity):
            return frozenset({entity.id})
        case pst.ActionIn(entities):
            return frozenset(entity.id for entity in entities)
        case _:
            return None


def _looked_at(clauses: tuple[pst.Clause, ...]) -> tuple[frozenset[str], frozenset[str], bool]:
    """The attributes of the context that the conditions read, the roles they look for in `approved_by`, and whether
    the context is looked at in any other way than by one of its attributes."""
    context = pst.Var("context")
    approved_by = pst.GetAttr(context, "approved_by")
    reads: set[str] = set()
    roles: set[str] = set()
    bare = 0
    for node in nodes(clauses):
        bare += node == context
        match node:
            case pst.GetAttr(base, attribute) if base == context:
                reads.add(attribute)
                bare -= 1
            case pst.HasAttr(base, attributes) if base == context:
                reads.add(attributes[0])
                bare -= 1
            case pst.BinaryOp(op, left, right) if op in ASKS_FOR_ROLES and left == approved_by:
                roles.update(each.value for each in nodes((right,)) if isinstance(each, pst.StringLit))
            case _:
                pass
    return frozenset(reads), frozenset(roles), bare != 0


def nodes(roots: tuple[object, ...]) -> Iterator[object]:
    """Every node under `roots`. A stack of our own: the depth of a policy is not Python's business."""
    stack = list(roots)
    while stack:
        value = stack.pop()
        if isinstance(value, tuple):
            stack.extend(value)
        elif isinstance(value, Mapping):
            stack.extend(value.values())
        elif is_dataclass(value):
            yield value
            stack.extend(getattr(value, each.name) for each in fields(value))
