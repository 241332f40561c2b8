"""The four questions of a decision, answered whole: which version decided, on what facts, who approved, what happened
after; and the person who is accountable for it, who is never an AI worker.

The same answers for the command line, the API, the console and a folder of evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aboveloop.kit.clock import iso
from aboveloop.operation.models import Operation
from aboveloop.work.account import Account
from aboveloop.work.decision_accounts import ERASED, DecisionAccount

# The duty whose holder answers for a procedure that names no owner of its own.
OPERATIONS = "operations"
# Stands where a value is there and is not shown to this reader.
SEALED = "sealed"


@dataclass(frozen=True)
class Accountable:
    """The person who answers for an outcome, and by which duty; `person` is None where the operation names nobody."""

    person: str | None
    name: str
    duty: str
    because: str

    def as_json(self) -> dict[str, Any]:
        return {"person": self.person, "name": self.name, "duty": self.duty, "because": self.because}


def accountable(operation: Operation, by: str) -> Accountable:
    """Who answers for what `by` (worker:NAME or person:ID) does under this operation.

    A person answers for what they do; for a worker the holder of its procedure's duty, else of the duty `operations`.
    """
    people = {person.id: person.name for person in operation.about.people}
    kind, _, name = by.partition(":")
    if kind == "person":
        who = people.get(name, name)
        return Accountable(name, who, "", f"{who} did it.")
    procedure = operation.procedures.get(name)
    duties = [procedure.owner] if procedure is not None and procedure.owner is not None else []
    for duty in (*duties, OPERATIONS, *sorted(operation.about.owners)):
        holder = operation.about.owners.get(duty)
        if holder is not None:
            who = people.get(holder, holder)
            whose = f"the procedure {name.replace('_', ' ')}" if duty in duties else "every procedure without an owner"
            return Accountable(holder, who, duty, f"{who} holds the duty {duty.replace('_', ' ')}: {whose}.")
    return Accountable(None, "nobody", "", "operation.yaml names no owner. Name one under `owners`.")


def answers(account: Account, operation: Operation, *, release_name: str, hidden: str = ERASED) -> dict[str, Any]:
    """The answers of every decision of a case, as JSON types. `hidden` stands for what cannot be read."""
    return {
        "case": account.case,
        "customer": account.customer,
        "release": account.release,
        "release_name": release_name,
        "owner": account.owner,
        "outcome": account.outcome,
        "accountable": accountable(operation, f"worker:{account.procedure or ''}").as_json(),
        "decisions": [_answered(account, each, operation, hidden) for each in account.decisions],
    }


def _answered(account: Account, decision: DecisionAccount, operation: Operation, hidden: str) -> dict[str, Any]:
    return {
        "operation": decision.operation,
        "action": decision.action,
        "decided_at": iso(decision.decided_at),
        "entries": list(decision.entries),
        "which_version_decided": _version(decision),
        "on_what_facts": _facts(decision, hidden),
        "who_approved": _approved(decision, hidden),
        "what_happened_after": _after(account, decision, hidden),
        "accountable": accountable(operation, decision.by).as_json(),
    }


def _version(decision: DecisionAccount) -> dict[str, Any]:
    rules = ", ".join(decision.rules) or "no rule permits it"
    who = decision.by.replace("worker:", "the AI worker ").replace("person:", "the person ").replace("_", " ")
    return {
        "release": decision.release,
        "by": decision.by,
        "stage": decision.stage,
        "lane": decision.lane,
        "needs": list(decision.needs),
        "rules": list(decision.rules),
        "reason": decision.reason,
        "sentence": f"Release {(decision.release or 'unknown')[:12]} decided what {who} proposed: {decision.lane}"
        f" ({rules}). {decision.reason}".strip(),
    }


def _facts(decision: DecisionAccount, hidden: str) -> dict[str, Any]:
    if decision.facts_erased:
        told = f"The arguments and the facts are {hidden}; their digest {decision.action[:12]} binds them."
        return {"arguments": hidden, "facts": hidden, "amount": decision.amount, "sentence": told}
    facts = [
        {"name": fact.name, "value": fact.value, "source": fact.source, "missing": fact.missing}
        for fact in decision.facts
    ]
    known = sum(not fact.missing for fact in decision.facts)
    return {
        "arguments": dict(decision.args or {}),
        "facts": facts,
        "amount": decision.amount,
        "sentence": f"{known} facts from the systems of record and the ledger, {len(facts) - known} that were missing.",
    }


def _approved(decision: DecisionAccount, hidden: str) -> dict[str, Any]:
    confirmed, approval = decision.confirmation, decision.approval
    given = [
        {
            "person": answer.person,
            "role": answer.role,
            "verdict": answer.verdict,
            "because": _shown(answer.because, hidden),
            "at": iso(answer.at),
        }
        for answer in (approval.answers if approval else ())
    ]
    edits = [{"name": e.name, "before": e.before, "after": e.after} for e in decision.edits]
    return {
        "customer_confirmed_at": iso(confirmed.at) if confirmed else None,
        "approval": approval.id if approval else None,
        "asked": list(approval.roles) if approval else [],
        "answers": given,
        "edits": edits,
        "sentence": _approved_sentence(decision, given),
    }


def _approved_sentence(decision: DecisionAccount, given: list[dict[str, Any]]) -> str:
    said = "The customer was shown exactly this and said yes. " if decision.confirmation else ""
    if given:
        each = ", ".join(f"{one['person'].partition(':')[2]} {one['verdict']} it at {one['at']}" for one in given)
        return f"{said}{each}."
    if decision.approval is not None:
        return f"{said}Nobody answered: {', '.join(decision.approval.roles)} was asked."
    if decision.lane == "prohibited":
        return f"{said}Nobody can approve it: policy prohibits it."
    return f"{said}No person had to approve it: policy allows it."


def _after(account: Account, decision: DecisionAccount, hidden: str) -> dict[str, Any]:
    outcome = decision.outcome
    stands = f"ended {account.outcome}" if account.outcome else f"is open ({account.owner.replace('_', ' ')})"
    words = outcome.words[:1].upper() + outcome.words[1:]
    return {
        "state": outcome.state,
        "at": iso(outcome.at),
        "result": _shown(outcome.result, hidden),
        "proved": outcome.proved,
        "case": stands,
        "sentence": f"{words}, at {iso(outcome.at)}. The case {stands}.",
    }


def _shown(value: Any, hidden: str) -> Any:
    return hidden if value == ERASED else value


def in_words(account: Account, told: Mapping[str, Any]) -> str:
    """For a terminal: where the case stands, the four answers of each decision and who is accountable, the timeline."""
    lines = [f"Case {account.case}: {account.owner}" + (f", ended {account.outcome}" if account.outcome else "")]
    lines += [f"Handed over: {account.handed_over_because}"] if account.handed_over_because else []
    lines += [
        f"Told over {each.channel} that an AI writes, {iso(each.at)}: {each.text} (release {(each.release or '')[:12]})"
        for each in account.disclosures
    ]
    for decision in told["decisions"]:
        version, facts = decision["which_version_decided"], decision["on_what_facts"]
        approved, after = decision["who_approved"], decision["what_happened_after"]
        lines += ["", f"{decision['operation']}: {after['state'].replace('_', ' ')}"]
        lines += [f"  Which version decided?  {version['sentence']}", f"    release {version['release']}"]
        lines += [f"  On what facts?          {facts['sentence']}"]
        lines += [f"    with {name} = {value}" for name, value in _pairs(facts["arguments"])]
        lines += [f"    {_fact(fact)}" for fact in (facts["facts"] if isinstance(facts["facts"], list) else ())]
        lines += [f"  Who approved?           {approved['sentence']}"]
        lines += [f"    because: {one['because']}" for one in approved["answers"] if one["because"]]
        lines += [f"    edited: {each['name']} from {each['before']} to {each['after']}" for each in approved["edits"]]
        lines += [f"  What happened after?    {after['sentence']}"]
        lines += [f"  Who is accountable?     {decision['accountable']['because']}"]
    lines += ["", "Timeline", *(f"  {iso(each.at)}  {each.actor:24} {each.words}" for each in account.timeline)]
    return "\n".join(lines)


def _pairs(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


def _fact(fact: Mapping[str, Any]) -> str:
    if fact["missing"]:
        return f"{fact['name']} is not known: {fact['missing']}"
    return f"{fact['name']} = {fact['value']} (from {fact['source']})"
