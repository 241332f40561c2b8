"""A judgement: an action with all that it was judged by, as the ledger keeps it and as it is read back.

What is written here is enough to decide the action again, bit for bit, without asking any system.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.facts import Conversation, Denials, Evidence, gather
from aboveloop.govern.lanes import Decision, Lane, Need, Stage
from aboveloop.govern.questions import Question
from aboveloop.kit.errors import PermanentError
from aboveloop.ledger.entries import Entry
from aboveloop.operation.models import Operation

# The entries that hold a judgement whole. EditDecided: a person's edit of an action, decided anew.
JUDGED = frozenset({"RecordRead", "ActionRefused", "ActionShadowed", "ActionDecided", "EditDecided"})
# A message in the company's own words holds its judgement in short: its template is its only argument.
TOLD = "MessageSent"
REPLY = "house.reply"
# What the entry of a message keeps of what its conversation had earned.
EARNED = ("customer", "consents", "denied")


class NotRecordedWhole(PermanentError):
    """An entry of an older version, or of an erased customer, that does not hold all that was judged by."""


class EntryMalformed(PermanentError):
    """An entry of a decision that lacks what a decision is made of: no version of this software wrote it so."""


@dataclass(frozen=True)
class Judgement:
    """An action with all that it was judged by."""

    action: Action
    evidence: Evidence
    conversation: Conversation
    decision: Decision
    approved_by: frozenset[str]
    stage: Stage
    seen_first: str = ""

    @property
    def question(self) -> Question:
        """What can be asked again."""
        return Question(
            self.action, self.evidence, self.conversation, self.approved_by, self.stage, seen_first=self.seen_first
        )


@dataclass(frozen=True)
class Recorded:
    """A decision as an entry tells it. `decided` holds what is known of it: lane, needs, approvers, rules, reason.

    `digest` is the action's, "" where the entry does not name it.
    """

    entry: Entry
    question: Question
    digest: str
    decided: Mapping[str, Any]


def told(judgement: Judgement) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the ledger keeps of a judgement: enough to decide it again bit for bit. (body, personal)"""
    action, decision = judgement.action, judgement.decision
    body = {
        "operation": action.operation,
        "action": action.digest,
        "by": {"kind": action.by.kind, "id": action.by.id},
        "lane": decision.lane.value,
        "needs": [need.value for need in decision.needs],
        "approvers": list(decision.approvers),
        "rules": list(decision.rules),
        "reason": decision.reason,
        "stage": judgement.stage.value,
        "approved_by": sorted(judgement.approved_by),
        "amount": judgement.evidence.amount,
        **({"seen_first": judgement.seen_first} if judgement.seen_first else {}),
    }
    personal = {
        "args": dict(action.args),
        "evidence": judgement.evidence.as_body(),
        "conversation": _as_body(judgement.conversation),
    }
    return body, personal


def looked_up(conversation: Conversation) -> dict[str, Any]:
    """What was looked up of the customer, as the ledger keeps it; nothing where no rule looked at it."""
    found: dict[str, Any] = {}
    if conversation.consents is not None:
        found["consents"] = sorted(conversation.consents)
    if conversation.denied is not None:
        found["denied"] = vars(conversation.denied)
    return found


def _as_body(conversation: Conversation) -> dict[str, Any]:
    return {
        "customer": conversation.customer,
        "confirmed": conversation.confirmed,
        "sources": dict(conversation.sources),
        "misinformed": conversation.misinformed,
        "told": list(conversation.told),
        **looked_up(conversation),
    }


def _from_body(body: Mapping[str, Any]) -> Conversation:
    denied = body.get("denied")
    return Conversation(**{**body, **({} if denied is None else {"denied": Denials(**denied)})})


def holds_decision(entry: Entry) -> bool:
    """True for an entry that says what was decided of a worker's or a person's action."""
    return entry.kind in JUDGED or (entry.kind == TOLD and "lane" in entry.body)


def recorded(entry: Entry, operation: Operation) -> Recorded:
    """The decision that `entry` holds, of a release's `operation`. Raises NotRecordedWhole, EntryMalformed."""
    try:
        return _told_message(entry, operation) if entry.kind == TOLD else _judged(entry)
    except (KeyError, TypeError, ValueError) as error:
        raise EntryMalformed(
            f"Entry {entry.id} does not hold what a decision is made of. Run `aboveloop audit verify`."
        ) from error


def as_recorded(decision: Decision) -> dict[str, Any]:
    """A decision in the form in which entries hold it."""
    return {
        "lane": decision.lane.value,
        "needs": [need.value for need in decision.needs],
        "approvers": list(decision.approvers),
        "rules": list(decision.rules),
        "reason": decision.reason,
    }


def as_decision(decided: Mapping[str, Any]) -> Decision:
    """The decision that an entry holds; what it does not say is empty."""
    return Decision(
        lane=Lane(decided["lane"]),
        needs=tuple(Need(need) for need in decided.get("needs", ())),
        approvers=tuple(decided.get("approvers", ())),
        rules=tuple(decided.get("rules", ())),
        reason=decided.get("reason", ""),
    )


def _judged(entry: Entry) -> Recorded:
    if entry.personal is None or "conversation" not in entry.personal:
        raise NotRecordedWhole(f"Entry {entry.id} does not hold what was judged by any more: its customer was erased.")
    body, personal = entry.body, entry.personal
    by = Principal(body["by"]["kind"], body["by"]["id"])
    question = Question(
        action=Action(entry.case_id, body["operation"], personal["args"], by),
        evidence=Evidence.from_body(personal["evidence"]),
        conversation=_from_body(personal["conversation"]),
        approved_by=frozenset(body["approved_by"]),
        stage=Stage(body["stage"]),
        seen_first=body.get("seen_first", ""),
    )
    names = ("lane", "needs", "approvers", "rules", "reason")
    return Recorded(entry, question, body["action"], {name: body[name] for name in names})


class _NoRecords:
    """A message touches no record: where an operation declares that it does, its entry does not hold enough."""

    def read(self, operation: str, args: Mapping[str, Any]) -> Any | None:
        raise NotRecordedWhole(f"A message whose policy reads {operation} cannot be decided again from its entry.")


def _told_message(entry: Entry, operation: Operation) -> Recorded:
    body, personal = entry.body, entry.personal
    if personal is None or "customer" not in personal or "stage" not in body:
        raise NotRecordedWhole(f"Entry {entry.id} does not hold what its message was judged by.")
    kind, _, name = entry.actor.partition(":")
    by = Principal("worker" if kind == "worker" else "person", name)
    action = Action(entry.case_id, REPLY, {"template": body["template"]}, by)
    conversation = _from_body({name: personal[name] for name in EARNED if name in personal})
    evidence = gather(operation, action, _NoRecords(), conversation, entry.at)
    question = Question(action, evidence, conversation, stage=Stage(body["stage"]))
    return Recorded(entry, question, "", {"lane": body["lane"], "rules": body["rules"]})
