"""The context pack: what whoever takes a case is given with it, so that the customer says nothing twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aboveloop.app.premises import Premises
from aboveloop.app.summaries.gathered import gathered
from aboveloop.govern.people import Person
from aboveloop.journey import cases
from aboveloop.journey.cases import Case
from aboveloop.journey.phases import Phase, phases
from aboveloop.journey.repeats import Listening, Repeat, repeats
from aboveloop.journey.times import Times, times
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.operation.models import Operation
from aboveloop.procedures.check import expand
from aboveloop.work.account import account_of
from aboveloop.work.doubt import least_confidence
from aboveloop.work.summaries.summary import Summary, summary_of

PACKED = "ContextPacked"
# Whoever takes a case reads no more of what came before.
MOST_EARLIER = 10
# Of these kinds a value says which order, which person: to say it again is to say it twice.
IDENTIFYING = frozenset({"pattern", "email", "money"})


@dataclass(frozen=True)
class Pack:
    """All that is known when a case changes hands: its summary, what came before, what was said twice, and its times.
    `earlier`: the customer's other cases, the latest first."""

    summary: Summary
    earlier: Sequence[Case]
    repeats: Sequence[Repeat]
    phases: Sequence[Phase]
    times: Times

    def as_json(self) -> dict[str, Any]:
        """JSON types, with what is personal in the summary."""
        return {
            "summary": self.summary.as_json(),
            "earlier": [earlier_json(each) for each in self.earlier],
            "repeats": [repeat_json(each) for each in self.repeats],
            "phases": [phase_json(each) for each in self.phases],
            "times": times_json(self.times),
        }


def pack_of(premises: Premises, reader: Reader, case: Case, now: datetime) -> Pack:
    """The pack of a case as it stands."""
    entries = premises.ledger.entries(reader, case.id)
    found = cases.latest_of(reader, case.customer_id, MOST_EARLIER + 1)
    earlier = [each for each in found if each.id != case.id][:MOST_EARLIER]
    chains = [entries, *(premises.ledger.entries(reader, each.id) for each in earlier)]
    operation = premises.operation_of(case.release)
    material = gathered(premises, reader, case, entries, account=account_of(case, entries), now=now)
    return Pack(
        summary=summary_of(material),
        earlier=earlier,
        repeats=repeats(chains, listening_of(operation)),
        phases=phases(entries, now),
        times=times(entries, now),
    )


def note(premises: Premises, person: Person, case: Case, *, given_to: str) -> Pack:
    """Write down that the context of a case was given with it: how much, and a digest of exactly what."""
    now = premises.house.clock.now()
    with premises.database.read() as reader:
        pack = pack_of(premises, reader, case, now)
    body = {
        "to": given_to,
        "sentences": len(pack.summary.sentences),
        "earlier_cases": [each.id for each in pack.earlier],
        "repeats": len(pack.repeats),
        "digest": pack.summary.digest,
    }
    with premises.database.write() as tx:
        premises.ledger.append(
            tx,
            case_id=case.id,
            kind=PACKED,
            at=now,
            actor=person.actor,
            body=body,
            customer_id=case.customer_id,
            release=case.release,
        )
    return pack


def listening_of(operation: Operation) -> Listening:
    """What counts as said, and which message asks for what, as this operation has it."""
    key = operation.digest
    if key not in _listening:
        if len(_listening) > MOST_KEPT:
            _listening.clear()
        _listening[key] = _listening_of(operation)
    return _listening[key]


# Releases never change; a house has few of them at work at once.
MOST_KEPT = 100
_listening: dict[str, Listening] = {}


def _listening_of(operation: Operation) -> Listening:
    asks: dict[str, str] = {}
    for procedure in operation.procedures.values():
        for step in expand(procedure, operation.fragments):
            if step.ask is not None:
                asks |= {message: step.ask for message in (step.say, step.again) if message is not None}
    listed = {answer.intent for answer in operation.about.answers}
    needs = {
        name: least_confidence(operation, intent)
        for name, intent in operation.intents.items()
        if intent.procedure or intent.answer or intent.hand_over or name in listed
    }
    entities = frozenset(name for name, each in operation.about.entities.items() if each.kind in IDENTIFYING)
    return Listening(entities, needs, asks)


def earlier_json(case: Case) -> dict[str, Any]:
    return {
        "case": case.id,
        "intent": case.intent,
        "channel": case.channel,
        "owner": case.owner.value,
        "outcome": case.outcome,
        "opened_at": iso(case.opened_at),
    }


def repeat_json(repeat: Repeat) -> dict[str, Any]:
    first, again = repeat.first, repeat.again
    return {
        "what": repeat.what,
        "name": repeat.name,
        "seams": list(repeat.seams),
        "asked": repeat.asked,
        "first": {"case": first.case, "entry": first.entry, "at": iso(first.at), "channel": first.channel},
        "again": {"case": again.case, "entry": again.entry, "at": iso(again.at), "channel": again.channel},
    }


def phase_json(phase: Phase) -> dict[str, Any]:
    until = None if phase.until is None else iso(phase.until)
    return {"name": phase.name, "since": iso(phase.since), "until": until, "round": phase.round, "entry": phase.entry}


def times_json(found: Times) -> dict[str, Any]:
    return {
        "first_response_seconds": _seconds(found.first_response),
        "resolution_seconds": _seconds(found.resolution),
        "with_people_seconds": _seconds(found.with_people),
        "waited_for_people_seconds": _seconds(found.waited_for_people),
    }


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else round(length.total_seconds(), 3)
