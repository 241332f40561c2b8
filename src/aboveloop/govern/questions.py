"""Questions: all that a decision is made from, in one value, so that it can be asked again of any pack of policies."""

from dataclasses import dataclass
from typing import Any

from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.facts import NOTHING_KNOWN, Conversation, Denials, Evidence, Fact, action_fault
from aboveloop.govern.lanes import Decision, Stage
from aboveloop.govern.policy import PolicyPack
from aboveloop.operation.expressions import ExpressionFailed, parse
from aboveloop.operation.models import Operation
from aboveloop.operation.scenario_models import PolicyTest

# Whose actions a test or a hypothetical question speaks of; no rule can be written for it by name by accident.
NOBODY_IN_PARTICULAR = "test"


@dataclass(frozen=True)
class Question:
    """One action with what is known, what the conversation has earned, what is approved, and the stage."""

    action: Action
    evidence: Evidence
    conversation: Conversation = NOTHING_KNOWN
    approved_by: frozenset[str] = frozenset()
    stage: Stage = Stage.SUPERVISED
    # Why somebody must see it first whatever policy says; "" where policy alone decides.
    seen_first: str = ""

    def answered_by(self, pack: PolicyPack) -> Decision:
        """What these policies say of it."""
        decision = pack.decide(
            self.action, self.evidence, self.conversation, approved_by=self.approved_by, stage=self.stage
        )
        if not self.seen_first or decision.needs:
            return decision
        return pack.seen_first(decision, self.action, self.approved_by, why=self.seen_first)


def question_of(operation: Operation, test: PolicyTest) -> Question:
    """The question that a test of policies/tests.yaml asks. Its stage must be one (`Stage`)."""
    action = Action(case_id="test", operation=test.action, args=test.args, by=Principal(test.by, NOBODY_IN_PARTICULAR))
    return Question(
        action=action,
        evidence=supposed(operation, action, test.facts, owner=test.owner),
        conversation=Conversation(
            test.customer,
            test.confirmed,
            misinformed=test.misinformed,
            told=test.told,
            consents=test.consents,
            denied=Denials(**test.denied_before.model_dump()),
        ),
        approved_by=frozenset(test.approved_by),
        stage=Stage(test.stage),
    )


def supposed(operation: Operation, action: Action, facts: dict[str, Any], *, owner: str = "") -> Evidence:
    """Evidence that somebody supposes, without any system of record. The resource is what the arguments alone tell."""
    spec = operation.system_operation(action.operation)
    resource = ""
    if spec is not None and spec.resource is not None:
        try:
            resource = str(parse(spec.resource).value({"args": dict(action.args)}))
        except ExpressionFailed:
            # The resource is found in a record, and a supposition has none.
            resource = ""
    return Evidence(
        facts={name: Fact(name, value, "supposed") for name, value in facts.items()},
        owner=owner,
        resource=resource,
        amount=_amount(operation, action),
        fault=action_fault(operation, action),
    )


def _amount(operation: Operation, action: Action) -> int | None:
    """The money at stake where the arguments alone tell it."""
    spec = operation.system_operation(action.operation)
    if spec is None or spec.amount is None:
        return None
    try:
        value = parse(spec.amount).value({"args": dict(action.args)}, currency=operation.about.currency)
    except ExpressionFailed:
        # The amount is found in a record too.
        return None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
