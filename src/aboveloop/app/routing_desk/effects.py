"""Effects: past cases, held against rules that need not be at work: which of them would have gone elsewhere.

What was read of each message stands in the ledger, so nothing is read anew. What was set aside is no case and is not
counted; whom a customer would have written to otherwise nobody knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aboveloop.app.premises import Premises
from aboveloop.app.store import CaseFilter, find_cases
from aboveloop.journey import cases
from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.kit.database import Reader
from aboveloop.ledger.entries import Entry
from aboveloop.operation.models import Operation
from aboveloop.operation.routing import MAIL, URGENCY, Routing
from aboveloop.operation.routing_words import PRIORITIES
from aboveloop.understand.readings import Reading
from aboveloop.work.routing import begun, for_people
from aboveloop.work.triage import store
from aboveloop.work.triage.matching import Fired, Seen, at_the_door, inside
from aboveloop.work.triage.seeing import customer_of, seen_of

Kind = Literal["to_people", "from_people", "aside", "not_aside", "queue"]
KINDS: Mapping[Kind, str] = {
    "to_people": "would have gone to people at once",
    "from_people": "would not have gone to people by a rule",
    "aside": "would have been set aside",
    "not_aside": "would no longer be set aside",
    "queue": "would have stood elsewhere among what people take",
}
# As many as are shown of each kind; the number beside is of all.
SHOWN = 10


@dataclass(frozen=True)
class Place:
    """Where a case ends up by rules. `sent`: people get it at once; `aside`: it is never taken in."""

    sent: bool
    aside: bool
    queue: str
    urgency: int
    rule: str


@dataclass(frozen=True)
class Moved:
    """A past case that would have gone elsewhere."""

    case: Case
    kind: Kind
    before: str
    after: str


@dataclass(frozen=True)
class Effect:
    """Of `looked` cases, the latest changed first; `erased` could not be looked at. `moved` by kind, up to SHOWN of
    each, `counts` of all. `silent`: other queue, but people never had the case."""

    looked: int
    erased: int
    counts: Mapping[Kind, int]
    moved: Mapping[Kind, tuple[Moved, ...]]
    silent: int

    @property
    def elsewhere(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class _Said:
    """One message of a case as rules see it; `floor`: people get it whatever rules say."""

    seen: Seen
    floor: bool


def effect(premises: Premises, reader: Reader, old: Routing, new: Routing, *, many: int) -> Effect:
    """Hold the last `many` cases against both."""
    operation = premises.current()
    rows = find_cases(reader, CaseFilter(), limit=many, offset=0)
    moved: dict[Kind, list[Moved]] = {kind: [] for kind in KINDS}
    erased = silent = 0
    for row in rows:
        case = Case(**{**row._mapping, "owner": Owner(row.owner)})
        said = _said(premises, reader, operation, case)
        if said is None:
            erased += 1
            continue
        before, after = (_place(routing, said) for routing in (old, new))
        kind = _kind(before, after)
        if kind == "queue" and not (case.handed_over_at is not None or before.sent):
            silent += 1
        elif kind is not None:
            moved[kind].append(Moved(case, kind, _in_words(old, before), _in_words(new, after)))
    return Effect(
        looked=len(rows) - erased,
        erased=erased,
        counts={kind: len(found) for kind, found in moved.items()},
        moved={kind: tuple(found[:SHOWN]) for kind, found in moved.items()},
        silent=silent,
    )


def _said(premises: Premises, reader: Reader, operation: Operation, case: Case) -> list[_Said] | None:
    """The messages of a case that were read, in order; None where one of them is erased or none was read."""
    entries = [each for each in premises.ledger.entries(reader, case.id) if each.kind == "MessageRead"]
    messages = {each.id: each for each in cases.messages_of(reader, case.id)}
    carried = store.attachments_of(reader, list(messages))
    customer = customer_of(reader, case.customer_id, case.opened_at)
    found = []
    for entry in entries:
        message, reading = messages.get(str(entry.body["message"])), _reading(entry)
        if reading is None:
            return None
        if message is None:
            # It was moved to a case of its own.
            continue
        contact = cases.contact_of(reader, message.contact_id)
        seen_as_answer = bool(entry.body.get("asked"))
        seen = seen_of(
            operation,
            message,
            reading,
            case=case,
            address=contact.address,
            channel=contact.channel,
            answers=seen_as_answer,
            attachments=carried.get(message.id, 0),
            customer=customer,
        )
        found.append(_Said(seen, _is_for_people(operation, reading, begins=not seen_as_answer)))
    return found or None


def _is_for_people(operation: Operation, reading: Reading, *, begins: bool) -> bool:
    """Whether people get a message whatever routing rules say: by its words, or by the need that it begins."""
    if for_people(operation, reading) is not None:
        return True
    return begins and begun(operation, reading).kind == "person"


def _reading(entry: Entry) -> Reading | None:
    told: Any = (entry.personal or {}).get("reading")
    if not isinstance(told, Mapping):
        return None
    return Reading(
        text=str(told["text"]),
        language=told["language"],
        language_confidence=float(told["language_confidence"]),
        intent=str(told["intent"]),
        confidence=float(told["confidence"]),
        flags=tuple(told["flags"]),
        wants_person=bool(told["wants_person"]),
        promised=bool(told["promised"]),
    )


def _place(routing: Routing, said: Sequence[_Said]) -> Place:
    """Where these messages bring a case: the highest rule that any of them meets, until people have it."""
    first = said[0].seen
    if first.channel == MAIL and (door := at_the_door(routing, first)) is not None and door.rule.to == "aside":
        return Place(False, True, "", URGENCY["normal"], door.rule.rule)
    highest: Fired | None = None
    sent = False
    for each in said:
        fired = inside(routing, each.seen)
        if fired is not None and (highest is None or fired.place < highest.place):
            highest = fired
        if each.floor or (fired is not None and fired.rule.to == "people"):
            sent = True
            break
    rule = None if highest is None else highest.rule
    urgency = URGENCY["normal" if rule is None else rule.priority]
    return Place(sent, False, routing.queue_of(rule), urgency, "" if rule is None else rule.rule)


def _kind(before: Place, after: Place) -> Kind | None:
    if before.aside != after.aside:
        return "aside" if after.aside else "not_aside"
    if before.sent != after.sent:
        return "to_people" if after.sent else "from_people"
    if not after.aside and (before.queue, before.urgency) != (after.queue, after.urgency):
        return "queue"
    return None


def _in_words(routing: Routing, place: Place) -> str:
    if place.aside:
        return "set aside"
    soon = next(PRIORITIES[name] for name, urgency in URGENCY.items() if urgency == place.urgency)
    queue = f"{routing.queue_title(place.queue)}, {soon}" if place.queue else soon
    rule = routing.find(place.rule)
    by = f" (by “{rule.called}”)" if rule is not None else " (no rule)"
    return f"{'to people at once: ' if place.sent else ''}{queue}{by}"
