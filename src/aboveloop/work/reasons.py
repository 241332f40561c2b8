"""Why: the reason of what was decided on a case, told to its customer in plain words, from the ledger.

Told are the reasons that the operation wrote for its rules, and whether a colleague decided. Never told: what a person
wrote for colleagues, facts and arguments, the conditions of a rule, anything of another case.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aboveloop.govern.policy import PolicyPack
from aboveloop.ledger.entries import Entry
from aboveloop.operation.models import Operation
from aboveloop.work import speak
from aboveloop.work.turn_state import Turn

MESSAGE = "why_decided"
NOTHING_YET = "Nothing has been decided here yet."
# What a decision becomes; reads and messages are decided too, and nobody asks after them.
_OUTCOMES = frozenset(
    {
        "ActionRefused",
        "ActionDecided",
        "ActionPerformed",
        "ActionRejected",
        "ActionUncertain",
        "ActionDenied",
        "ApprovalRequested",
        "ApprovalExpired",
    }
)


@dataclass(frozen=True)
class Reason:
    """The sentence, and the entry that it was taken from; None where nothing was decided."""

    text: str
    entry: str | None = None


def tell_why(turn: Turn) -> None:
    """Tell the customer why it was decided so. Raises CannotSay where the operation has no words for it."""
    with turn.house.database.read() as reader:
        entries = turn.house.ledger.entries(reader, turn.case.id)
    found = reason_of(entries, turn.operation, turn.house.pack_of(turn.operation))
    speak.say(turn, MESSAGE, {"reason": found.text})
    turn.record("ReasonTold", {"of": found.entry})


def reason_of(entries: Sequence[Entry], operation: Operation, pack: PolicyPack) -> Reason:
    """Why the last decision of a case, or else its end, came out as it did."""
    declined: Reason | None = None
    for entry in reversed(entries):
        if entry.kind in _OUTCOMES and _is_a_deed(entry, operation):
            told = _sentence(entry, entries, operation, pack)
            return Reason(f"{_about(entry, operation)}: {told}", entry.id)
        if entry.kind == "ProcedureEnded" and entry.body.get("outcome") == "refused":
            declined = declined or Reason(_by_procedure(entry, operation), entry.id)
        elif entry.kind == "ProcedureStarted" and declined is not None:
            # Nothing was refused in it: the procedure itself had no way to go on.
            return declined
    return declined or Reason(NOTHING_YET)


def _sentence(entry: Entry, entries: Iterable[Entry], operation: Operation, pack: PolicyPack) -> str:
    name = entry.body["operation"]
    match entry.kind:
        case "ActionRefused" if "denied_before" in entry.body:
            return "a colleague has looked at exactly this before and decided against it."
        case "ActionRefused":
            return f"it was not done. {_rules(pack, name, entry.body.get('rules', ()))}"
        case "ActionDenied" if entry.actor.startswith("person:"):
            listed = operation.about.approvals.denial_reasons.get(entry.body.get("reason", ""), "")
            return "a colleague looked at it and decided against it." + (f" {listed.rstrip('.')}." if listed else "")
        case "ActionDenied":
            return f"it was not done. {_rules(pack, name, entry.body.get('rules', ()))}"
        case "ApprovalExpired":
            return "a colleague has to agree to it, and nobody answered in time, so it was not done."
        case "ApprovalRequested":
            return f"a colleague has to agree to it first. {_rules(pack, name, entry.body.get('rules', ()))}"
        case "ActionRejected":
            return "it was allowed, but our systems did not accept it, so it was not done."
        case "ActionUncertain":
            return "we do not know yet whether it was done; a colleague looks into it."
        case _:
            return f"it was allowed. {_rules(pack, name, _decided_by(entry, entries))}"


def _rules(pack: PolicyPack, operation: str, ids: Iterable[str]) -> str:
    """The reasons that people wrote for these rules; their conditions stay inside."""
    wanted = set(ids)
    reasons = [rule.reason for rule in pack.rules_for(operation) if rule.id in wanted and rule.reason]
    return " ".join(dict.fromkeys(reasons)) or "None of our rules lets an assistant do it."


def _decided_by(entry: Entry, entries: Iterable[Entry]) -> Sequence[str]:
    """The rules of the decision that this outcome came from."""
    same: Mapping[str, Sequence[str]] = {
        each.body["key"]: each.body["rules"] for each in entries if each.kind == "ActionDecided" and "key" in each.body
    }
    return entry.body.get("rules") or same.get(entry.body.get("key", ""), ())


def _about(entry: Entry, operation: Operation) -> str:
    """What it was about, in the operation's own words for it, without any value."""
    spec = operation.system_operation(entry.body["operation"])
    words = spec.description.split(".")[0] if spec is not None and spec.description else ""
    return f"“{words}”" if words else f"“{entry.body['operation'].partition('.')[2].replace('_', ' ')}”"


def _is_a_deed(entry: Entry, operation: Operation) -> bool:
    spec = operation.system_operation(entry.body.get("operation", ""))
    return spec is not None and spec.kind == "write"


def _by_procedure(entry: Entry, operation: Operation) -> str:
    procedure = operation.procedures.get(entry.body.get("procedure", ""))
    titled = (procedure.title if procedure is not None else "") or str(entry.body.get("procedure", "")).replace(
        "_", " "
    )
    return f"Our rules for “{titled}” do not allow it as things stand; what stands against it is in my message above."
