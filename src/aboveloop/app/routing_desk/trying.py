"""Trying: one message, read as it would be read now and held against rules that need not be at work. Keeps nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from aboveloop.app.premises import Premises
from aboveloop.app.routing_desk.drafts import drafted
from aboveloop.operation.models import Operation
from aboveloop.operation.routing import MAIL, Routing, RoutingRule
from aboveloop.operation.routing_words import AUTOMATIC, FLAGS, language_name, stands_in_words, then_in_words
from aboveloop.understand.readings import Reading
from aboveloop.work.doubt import is_sure
from aboveloop.work.routing import for_people, route_of
from aboveloop.work.triage.matching import Fired, Met, Seen, at_the_door, conditions, inside, is_open, plain
from aboveloop.work.triage.seeing import flags_of


@dataclass(frozen=True)
class Asked:
    """A message that somebody makes up. `customer` is one word of `customers`."""

    text: str
    channel: str
    subject: str = ""
    sender: str = ""
    attachments: bool = False
    automatic: str = ""
    customer: str = "new"


@dataclass(frozen=True)
class PassedOver:
    """A rule above the one that counts, and what it asks that does not hold."""

    rule: RoutingRule
    lacks: tuple[str, ...]


@dataclass(frozen=True)
class Tried:
    """`read` says how the message is understood, None where it is decided before it is read; `fired` is the rule that
    counts, with all that it asks; `end` says in a sentence what becomes of it."""

    read: str | None
    fired: Fired | None
    met: tuple[Met, ...]
    passed_over: tuple[PassedOver, ...]
    end: str


def try_out(premises: Premises, routing: Routing, asked: Asked) -> Tried:
    """What becomes of a first message under these rules."""
    operation = drafted(premises.current(), routing)
    now = premises.house.clock.now()
    door = Seen(
        channel=asked.channel,
        text=plain(asked.text),
        subject=plain(asked.subject),
        sender=asked.sender.strip().lower(),
        attachments=int(asked.attachments),
        automatic=asked.automatic,
        customer=frozenset({asked.customer} if asked.customer != "came_back" else {"came_back", "returning"}),
        is_open=is_open(operation, now),
    )
    if asked.channel == MAIL:
        fired = at_the_door(routing, door)
        if fired is not None or asked.automatic:
            return _tried(operation, door, None, fired, _end_at_the_door(operation, asked, fired))
    reading = premises.house.reader_of(premises.current()).read(asked.text, now=now)
    seen = _seen(operation, door, reading)
    fired = inside(routing, seen)
    end = _end(operation, reading, fired)
    return _tried(operation, seen, _in_words(operation, reading, seen), fired, end)


def _seen(operation: Operation, door: Seen, reading: Reading) -> Seen:
    sure = is_sure(operation, operation.intents.get(reading.intent), reading)
    return Seen(
        channel=door.channel,
        text=door.text,
        subject=door.subject,
        sender=door.sender,
        attachments=door.attachments,
        intent=reading.intent if sure else "",
        language=reading.language or "",
        flags=flags_of(reading),
        understood=sure,
        customer=door.customer,
        is_open=door.is_open,
    )


def _tried(operation: Operation, seen: Seen, read: str | None, fired: Fired | None, end: str) -> Tried:
    rules = operation.routing.rules
    above = rules if fired is None else rules[: fired.place]
    passed = []
    for rule in above:
        lacks = [each.words for each in conditions(operation, rule.when, seen) if not each.holds]
        if bool(rule.when.automatic) != bool(seen.automatic) and not lacks:
            lacks = ["a machine sent it" if rule.when.automatic else "a person wrote it"]
        if rule.to == "aside" and not lacks:
            lacks = ["it comes by mail"]
        passed.append(PassedOver(rule, tuple(lacks)))
    met = () if fired is None else tuple(conditions(operation, fired.rule.when, seen))
    return Tried(read, fired, met, tuple(passed), end)


def _end_at_the_door(operation: Operation, asked: Asked, fired: Fired | None) -> str:
    if fired is None:
        return f"It is {AUTOMATIC[asked.automatic]} and no rule takes it up, so it is set aside and never answered."
    return f"{then_in_words(operation.routing, fired.rule)}. It is decided before it is read, and no worker answers."


def _in_words(operation: Operation, reading: Reading, seen: Seen) -> str:
    intent = operation.intents.get(reading.intent)
    title = (intent.title if intent is not None else "") or reading.intent.replace("_", " ")
    sure = "surely enough to act" if seen.understood else "not surely enough to act"
    language = f"in {language_name(reading.language)}" if reading.language else "in a language that it is too short for"
    said = [FLAGS[each] for each in sorted(seen.flags) if each in FLAGS]
    flags = f" The customer {' and '.join(said)}." if said else ""
    return f"Read as “{title}” with {reading.confidence:.0%}, {sure}, {language}.{flags}"


_WORKER: Mapping[str, str] = {
    "answer": "It is answered at once.",
    "greeting": "A worker greets back.",
    "goodbye": "A worker says goodbye.",
    "unclear": "A worker asks back what is meant; the second time people get it.",
}


def _end(operation: Operation, reading: Reading, fired: Fired | None) -> str:
    routing, rule = operation.routing, None if fired is None else fired.rule
    stands = stands_in_words(routing, rule)
    floor = for_people(operation, reading)
    if floor is not None:
        return f"People get it, whatever rules say: {floor.because} Among what they take: {stands}."
    if rule is not None and rule.to == "people":
        return f"{then_in_words(routing, rule)}."
    route = route_of(operation, reading)
    if route.kind == "person":
        return f"People get it: {route.because} Among what they take: {stands}."
    begun = _WORKER.get(route.kind) or f"A worker begins “{_title(operation, route.name)}”."
    return f"{begun} If people get it: {stands}."


def _title(operation: Operation, procedure: str) -> str:
    return operation.procedures[procedure].title or procedure.replace("_", " ")
