"""When in doubt: verify the sources, log the case, give it to a person. Each of the three stands in the case's trace.

In doubt is a worker when two sources of a fact that matters say different things, when what the customer says of it is
not what the record says, or when it does not understand the customer as surely as what it would begin asks for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aboveloop.ledger.entries import Entry
from aboveloop.operation.models import Intent, Operation
from aboveloop.operation.system_models import SystemOperation
from aboveloop.procedures.frames import Frame
from aboveloop.understand.readings import Reading
from aboveloop.work.judgement import Judgement
from aboveloop.work.turn_state import Turn, steps_of

# How a case that waits for a person says that it is in doubt: the queue of exceptions finds it by this, or by
# NOT_UNDERSTOOD.
BECAUSE = "In doubt: "


@dataclass(frozen=True)
class Doubt:
    """What is in doubt. `because` repeats no value; `values` are kept under the customer's key."""

    about: Literal["sources", "claim", "understanding"]
    operation: str
    facts: tuple[str, ...]
    because: str
    values: Mapping[str, Any]


def doubt_of(spec: SystemOperation | None, judgement: Judgement, frame: Frame | None) -> Doubt | None:
    """What of an action's facts is in doubt, None where nothing is."""
    name, evidence = judgement.action.operation, judgement.evidence
    if evidence.conflicts:
        told = {fact: evidence.disagree.get(fact, evidence.missing[fact]) for fact in evidence.conflicts}
        return Doubt("sources", name, evidence.conflicts, f"two sources disagree on {_named(evidence.conflicts)}", told)
    claims = _claims(spec, frame) if spec is not None and frame is not None else {}
    against = {
        fact: {"claimed": said, "record": evidence.facts[fact].value}
        for fact, said in claims.items()
        if fact in evidence.facts and not any(_same(each, evidence.facts[fact].value) for each in said)
    }
    if not against:
        return None
    facts = tuple(against)
    return Doubt("claim", name, facts, f"the customer says otherwise than the record on {_named(facts)}", against)


def verified(turn: Turn, doubt: Doubt, still: Doubt | None) -> None:
    """Note that the sources were asked again, and what came of it."""
    body = {"about": doubt.about, "operation": doubt.operation, "facts": list(doubt.facts), "agree": still is None}
    turn.record("SourcesVerified", body, personal={"values": dict(doubt.values)})


def log(turn: Turn, doubt: Doubt) -> str:
    """Note the doubt on the case; returns why a person gets it."""
    body = {"about": doubt.about, "operation": doubt.operation, "facts": list(doubt.facts), "because": doubt.because}
    turn.record("DoubtLogged", body, personal={"values": dict(doubt.values)})
    return f"{BECAUSE}{doubt.because}."


def doubted(entries: Sequence[Entry]) -> Mapping[str, Mapping[str, Any]]:
    """Of the doubt that was logged last: by fact, what each source says. {} where none was, or it is erased."""
    logged = [each.personal["values"] for each in entries if each.kind == "DoubtLogged" and each.personal]
    values = logged[-1] if logged else {}
    return {fact: said for fact, said in values.items() if isinstance(said, Mapping)}


def is_sure(operation: Operation, intent: Intent | None, reading: Reading) -> bool:
    """Whether what the intent calls for may begin on this reading alone."""
    return reading.promised and reading.confidence >= least_confidence(operation, intent)


def least_confidence(operation: Operation, intent: Intent | None) -> float:
    """How surely a message must be understood before what its intent calls for begins."""
    asked = operation.about.understanding
    if intent is None or intent.procedure is None or not (asked.procedures or asked.operations):
        return asked.minimum_confidence
    done = {step.do for step in steps_of(operation, intent.procedure) if step.do is not None}
    further = [least for name, least in asked.operations.items() if name in done]
    return max(asked.minimum_confidence, asked.procedures.get(intent.procedure, 0.0), *further)


def _claims(spec: SystemOperation, frame: Frame) -> dict[str, list[Any]]:
    """What the customer says of facts, by fact: everything of the fact's entity that was said in this run."""
    found = {}
    for fact, source in spec.facts.items():
        if source.claimed_by is None:
            continue
        taken = [frame.variables[name] for name, entity in frame.said_as.items() if entity == source.claimed_by]
        said = [*taken, *frame.heard.get(source.claimed_by, [])]
        if said:
            found[fact] = said
    return found


def _same(claimed: Any, recorded: Any) -> bool:
    if isinstance(claimed, Mapping):
        claimed = claimed.get("minor")
    if isinstance(claimed, str) and isinstance(recorded, str):
        return claimed.strip().casefold() == recorded.strip().casefold()
    return bool(claimed == recorded)


def _named(facts: tuple[str, ...]) -> str:
    return ", ".join(fact.replace("_", " ") for fact in facts)
