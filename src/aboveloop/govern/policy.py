"""Policy: the lane of an action, found by asking Cedar again with what could still be earned.

Asked first with what is held; if denied, as if the customer had verified and confirmed; if still denied, as if the
roles that rules offer had approved. What is not really needed is then taken away again. See docs/operation-folder.md.
"""

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import cedarpy

from aboveloop.govern.actions import Action
from aboveloop.govern.errors import PoliciesInvalid
from aboveloop.govern.facts import GREATEST_LONG, Conversation, Denials, Evidence, type_fault
from aboveloop.govern.lanes import Decision, Lane, Need, Stage
from aboveloop.govern.personalising import NOT_AGREED, PERSONALISATION, is_personalised
from aboveloop.govern.rules import Rule, validated_rules
from aboveloop.govern.schema import argument_types, cedar_schema, groups_of, operations_of
from aboveloop.operation.models import Operation
from aboveloop.operation.system_models import SystemOperation

# A process serves one release and judges a few others (checks, replays): so many compiled packs are kept.
PACKS_KEPT = 16

# Said where policy alone would not ask anybody.
TWO_PEOPLE = "Two people must agree to this first."

# What of the context is looked up only where a rule looks at it.
CONSENTS, DENIED_BEFORE = "consents", "denied_before"

# What of the context changes with what is supposed.
SUPPOSED = ("verified", "identified", "confirmed", "approved_by", "customer")

# Cedar numbers the policies of a text in their order, and names those that fail in words only.
FAILED_RULE = re.compile(r"`policy(\d+)`")


@dataclass(frozen=True)
class Supposition:
    """What is supposed to be earned on top of what is held."""

    needs: tuple[Need, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """Cedar's answer to one question: `rules` decided; an `error` makes it a no, whatever else it says."""

    allowed: bool
    rules: tuple[Rule, ...]
    error: str


@dataclass(frozen=True)
class Slice:
    """The rules whose scope can cover one operation: asking only these gives the same answer several times faster."""

    spec: SystemOperation
    rules: Mapping[str, Rule]
    policies: cedarpy.PolicySet
    roles: tuple[str, ...]
    args: Mapping[str, str]
    # The attributes of the context that any of the rules looks at; None where one looks at it as a whole.
    reads: frozenset[str] | None


class PolicyPack:
    """The compiled policies of one operation. Threads may share it."""

    def __init__(self, operation: Operation) -> None:
        book = validated_rules(operation)
        if book.faults:
            raise PoliciesInvalid(
                f"The policies of {operation.about.name} cannot be used, so nothing is decided with them: "
                f"{book.faults[0]} Mend it and what else `aboveloop check` names."
            )
        self.operation = operation
        self.rules = book.rules
        self._schema = cedar_schema(operation)
        # The groups of actions: without the schema these entities would be none, and no rule for a group would apply.
        self._entities = cedarpy.Entities.from_json_str("[]", self._schema)
        self._slices = {name: self._slice(name, spec) for name, spec in operations_of(operation)}
        self._reviewers = tuple(name for name, role in operation.about.roles.items() if "approve" in role.may)

    @classmethod
    def compile(cls, operation: Operation) -> "PolicyPack":
        """The pack of an operation, compiled once for each digest. Raises PoliciesInvalid."""
        with _packs_lock:
            kept = _packs.get(operation.digest)
            if kept is not None and _same_policies(kept.operation, operation):
                return kept
        pack = cls(operation)
        with _packs_lock:
            _packs[operation.digest] = pack
            while len(_packs) > PACKS_KEPT:
                del _packs[next(iter(_packs))]
        return pack

    def rules_for(self, action: str) -> tuple[Rule, ...]:
        """The rules whose scope can cover the operation `action`; none where there is no such operation."""
        found = self._slices.get(action)
        return tuple(found.rules.values()) if found else ()

    def looks_at(self, action: Action, name: str) -> bool:
        """Whether the decision of `action` depends on `name` of the context, which somebody must then look up."""
        part = self._slices.get(action.operation)
        if part is None:
            return False
        read = part.reads is None or name in part.reads
        return read or (name == CONSENTS and is_personalised(self.operation, action))

    def _unknown(self, action: Action, conversation: Conversation) -> str:
        """Why it cannot be judged what the customer agreed to or was denied; "" when it can, or does not matter."""
        known = {CONSENTS: conversation.consents, DENIED_BEFORE: conversation.denied}
        missing = [name for name, value in known.items() if value is None and self.looks_at(action, name)]
        return f"{missing[0]} was not looked up for {action.operation}, so nothing is decided." if missing else ""

    def decide(
        self,
        action: Action,
        evidence: Evidence,
        conversation: Conversation,
        *,
        approved_by: frozenset[str] = frozenset(),
        stage: Stage = Stage.SUPERVISED,
    ) -> Decision:
        """The lane of `action`, what it still needs, by which rules and why. What cannot be judged is refused."""
        part = self._slices.get(action.operation)
        if part is None:
            return _refused(evidence.fault or f"There is no operation {action.operation}, so nothing permits it.")
        refusal = evidence.fault or _gap(action, part, evidence) or self._unknown(action, conversation)
        if refusal:
            return _refused(refusal)
        if is_personalised(self.operation, action) and PERSONALISATION not in (conversation.consents or ()):
            return _refused(NOT_AGREED)
        inquiry = _Inquiry(part, self._schema, self._entities, action, evidence, conversation, approved_by, stage)
        return self._by_two(self._staged(inquiry.decision(), inquiry), inquiry)

    def _slice(self, name: str, spec: SystemOperation) -> Slice:
        groups = groups_of(spec)
        rules = {rule.id: rule for rule in self.rules if rule.concerns(name, groups)}
        roles = dict.fromkeys(role for rule in rules.values() for role in rule.approvers)
        return Slice(
            spec=spec,
            rules=rules,
            policies=cedarpy.PolicySet.from_str("\n".join(rule.text for rule in rules.values())),
            roles=tuple(roles),
            reads=None
            if any(rule.reads_whole for rule in rules.values())
            else frozenset().union(*(rule.reads for rule in rules.values())),
            args=argument_types(self.operation.systems[name.partition(".")[0]], spec),
        )

    def _staged(self, decision: Decision, inquiry: "_Inquiry") -> Decision:
        """In stage assist a person sees every write of a worker first."""
        assisted = (
            inquiry.stage is Stage.ASSIST and inquiry.action.by.kind == "worker" and inquiry.part.spec.kind == "write"
        )
        if not assisted:
            return decision
        return self.seen_first(
            decision, inquiry.action, inquiry.approved_by, why="In stage assist a person sees every write first."
        )

    def _by_two(self, decision: Decision, inquiry: "_Inquiry") -> Decision:
        """What is marked `four_eyes` is never done by one alone. Which approvals count is for `Approvals.held`."""
        if not inquiry.part.spec.four_eyes:
            return decision
        if decision.lane is Lane.ALLOWED and not inquiry.approved_by:
            decision = self.seen_first(decision, inquiry.action, frozenset(), why=TWO_PEOPLE)
        return replace(decision, four_eyes=True) if decision.lane is Lane.REVIEWED else decision

    def seen_first(self, decision: Decision, action: Action, approved_by: frozenset[str], *, why: str) -> Decision:
        """The decision where somebody who may approve must see first what would be allowed at once.

        `why` says so in a sentence; what needs particular roles anyway stays as it is.
        """
        part = self._slices.get(action.operation)
        if decision.lane is not Lane.ALLOWED or part is None:
            return decision
        if not approved_by.isdisjoint({*self._reviewers, *part.roles}):
            return decision
        if not self._reviewers:
            return _refused(f"{why.rstrip('.')}, and no role may approve.")
        reason = f"{decision.reason} {why}".strip()
        return replace(decision, lane=Lane.REVIEWED, approvers=self._reviewers, any_approver=True, reason=reason)


@dataclass(frozen=True)
class _Inquiry:
    """All questions about one action."""

    part: Slice
    schema: cedarpy.Schema
    entities: cedarpy.Entities
    action: Action
    evidence: Evidence
    conversation: Conversation
    approved_by: frozenset[str]
    stage: Stage
    answers: dict[tuple[str, ...], Answer] = field(default_factory=dict)

    def decision(self) -> Decision:
        held = self._ask(Supposition())
        if held.error:
            return _refused(held.error)
        if held.allowed:
            return Decision(Lane.ALLOWED, rules=_ids(held), reason=_reasons(held))
        needs = self._possible_needs()
        roles = tuple(role for role in self.part.roles if role not in self.approved_by)
        everything = Supposition(needs, roles)
        widest = self._ask(everything)
        if widest.allowed:
            # The roles as well only where the customer alone is not enough.
            return self._least(*self._if_allowed(Supposition(needs), (everything, widest)))
        decided = widest if widest.rules or widest.error else held
        reason = decided.error or _reasons(decided) or self._unpermitted()
        return Decision(Lane.PROHIBITED, rules=_ids(decided), reason=reason)

    def _unpermitted(self) -> str:
        """Default deny names no rule, so it is said in words."""
        customer, owner = self.conversation.customer, self.evidence.owner
        if customer and self.part.spec.owner is not None and customer != owner:
            return f"No rule permits {self.action.operation} for a customer who does not own the record."
        return f"No rule permits {self.action.operation} here."

    def _possible_needs(self) -> tuple[Need, ...]:
        """What the customer could still give. Who has proved to be somebody else cannot become the owner."""
        needs = []
        if not self.conversation.customer and (self.evidence.owner or self.part.spec.owner is None):
            needs.append(Need.VERIFICATION)
        if not self.conversation.confirmed:
            needs.append(Need.CONFIRMATION)
        return tuple(needs)

    def _least(self, supposed: Supposition, answer: Answer) -> Decision:
        """Take away what is supposed in vain: first what the customer owes, then the roles."""
        for need in supposed.needs:
            fewer = replace(supposed, needs=tuple(each for each in supposed.needs if each is not need))
            supposed, answer = self._if_allowed(fewer, (supposed, answer))
        if len(supposed.roles) > 1:
            supposed, answer = self._fewest_roles(supposed, answer)
        lane = Lane.REVIEWED if supposed.roles else Lane.ALLOWED
        return Decision(lane, supposed.needs, supposed.roles, _ids(answer), _reasons(answer))

    def _fewest_roles(self, supposed: Supposition, answer: Answer) -> tuple[Supposition, Answer]:
        """One role where one is enough (the first that the rules name), else all without which it is denied."""
        for role in supposed.roles:
            alone = replace(supposed, roles=(role,))
            found = self._ask(alone)
            if found.allowed:
                return alone, found
        if len(supposed.roles) == 2:
            return supposed, answer
        for role in reversed(supposed.roles):
            fewer = replace(supposed, roles=tuple(each for each in supposed.roles if each != role))
            supposed, answer = self._if_allowed(fewer, (supposed, answer))
        return supposed, answer

    def _if_allowed(self, fewer: Supposition, otherwise: tuple[Supposition, Answer]) -> tuple[Supposition, Answer]:
        answer = self._ask(fewer)
        return (fewer, answer) if answer.allowed else otherwise

    def _ask(self, supposed: Supposition) -> Answer:
        """Cedar's answer; what was asked before is not asked again: each question costs as much as the first.

        Two suppositions are one question where they differ in nothing that any rule looks at.
        """
        context = self._context(supposed)
        reads = self.part.reads
        seen = tuple(str(context[name]) for name in SUPPOSED if reads is None or name in reads)
        if seen not in self.answers:
            self.answers[seen] = self._answer(context)
        return self.answers[seen]

    def _answer(self, context: dict[str, Any]) -> Answer:
        request = {
            "principal": {"type": self.action.by.kind.capitalize(), "id": self.action.by.id},
            "action": {"type": "Action", "id": self.action.operation},
            "resource": {"type": "Record", "id": self.evidence.resource},
            "context": json.dumps(context),
        }
        # The first question is held against the schema. The others differ only in what is supposed, whose types never
        # change, and cost a third less without it; a first question that fails ends the inquiry.
        schema = None if self.answers else self.schema
        result = cedarpy.is_authorized(request, self.part.policies, self.entities, schema=schema)
        names = result.diagnostics.id_annotations_by_reason
        decided = {names[each] for each in result.diagnostics.reasons}
        rules = tuple(rule for rule in self.part.rules.values() if rule.id in decided)
        error = self._error(result.diagnostics.errors)
        return Answer(result.allowed and not error, rules, error)

    def _error(self, errors: list[str]) -> str:
        """Which rule failed, without the values. Cedar skips a failing rule: here it refuses."""
        if not errors:
            return ""
        numbers = {int(number) for number in FAILED_RULE.findall(" ".join(errors))}
        failed = [rule_id for number, rule_id in enumerate(self.part.rules) if number in numbers]
        what = f"rule {', '.join(failed)} failed" if failed else "the facts do not fit the schema of the policies"
        return f"{self.action.operation} is refused, because {what}: nothing is allowed that cannot be judged."

    def _context(self, supposed: Supposition) -> dict[str, Any]:
        verifies = Need.VERIFICATION in supposed.needs
        owner = self.evidence.owner
        customer = owner if verifies else self.conversation.customer
        return {
            "verified": verifies or (customer != "" and (self.part.spec.owner is None or customer == owner)),
            "identified": verifies or customer != "",
            "confirmed": self.conversation.confirmed or Need.CONFIRMATION in supposed.needs,
            "misinformed": self.conversation.misinformed,
            "told": sorted(self.conversation.told),
            "approved_by": sorted({*self.approved_by, *supposed.roles}),
            "stage": str(self.stage),
            "owner": owner,
            "customer": customer,
            CONSENTS: sorted(self.conversation.consents or ()),
            DENIED_BEFORE: _counts(self.conversation.denied or Denials()),
            "args": {name: _plain(value) for name, value in self.action.args.items() if name in self.part.args},
            "facts": {name: fact.value for name, fact in self.evidence.facts.items()},
        }


def _gap(action: Action, part: Slice, evidence: Evidence) -> str:
    """Why the evidence is not enough to ask, in a sentence; "" when it is.

    Cedar skips a `forbid` whose attribute is missing, so a gap refuses before Cedar is asked.
    """
    unknown = next(iter(evidence.missing), None)
    for name, source in part.spec.facts.items():
        fact = evidence.facts.get(name)
        if (fact is None and not source.optional) or (fact is not None and type_fault(source.type, fact.value)):
            unknown = unknown or name
    if unknown is not None:
        return f"{unknown} is not known for {action.operation}, and without it nothing is decided."
    if any(type_fault("string", text) for text in (action.by.id, evidence.owner, evidence.resource)):
        return f"{action.operation} cannot be judged: the principal, owner or resource is no text."
    for name in part.args:
        value = action.args.get(name)
        if isinstance(value, int | float) and abs(value) > GREATEST_LONG:
            return f"{name} of {action.operation} is too large a number to be compared exactly."
    return ""


def _counts(denied: Denials) -> dict[str, int]:
    return {name: value for name, value in vars(denied).items() if value is not None}


def _plain(value: object) -> object:
    """JSON Schema calls 5.0 an integer, Cedar does not."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _refused(reason: str) -> Decision:
    return Decision(Lane.PROHIBITED, reason=reason)


def _ids(answer: Answer) -> tuple[str, ...]:
    return tuple(rule.id for rule in answer.rules)


def _reasons(answer: Answer) -> str:
    return " ".join(dict.fromkeys(rule.reason for rule in answer.rules if rule.reason))


def _same_policies(one: Operation, other: Operation) -> bool:
    """Digests name content; this guards against two operations built in memory that claim the same one."""
    return (one.policies, one.systems, one.about) == (other.policies, other.systems, other.about)


_packs: dict[str, PolicyPack] = {}
_packs_lock = threading.Lock()
