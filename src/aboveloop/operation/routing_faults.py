"""Routing rules: that what they name exists, that each can fit something, and that each can count where it stands."""

import re
from collections.abc import Iterator, Sequence

from aboveloop.operation.expression_faults import suggestion
from aboveloop.operation.faults import Fault
from aboveloop.operation.models import Operation
from aboveloop.operation.names import BUILT_IN_INTENTS, LANGUAGE
from aboveloop.operation.places import Places
from aboveloop.operation.rights import BUNDLES
from aboveloop.operation.routing import AT_THE_DOOR, MAIL, Queue, RoutingRule, When

SENDER = re.compile(
    r"(?:[^\s@]+@)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+", re.IGNORECASE
)
# Only mail has these.
OF_MAIL = ("subject", "senders", "attachments", "automatic")
TAKES = "take_over"


def routing_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    """Everything that is wrong with routing.yaml."""
    routing = operation.routing
    yield from _twice("queue", [each.queue for each in routing.queues], places, "queues")
    yield from _twice("rule", [each.rule for each in routing.rules], places, "rules")
    for index, queue in enumerate(routing.queues):
        yield from _queue_faults(operation, queue, index, places)
    last_aside = max((at for at, each in enumerate(routing.rules) if each.to == "aside"), default=-1)
    for index, rule in enumerate(routing.rules):
        place = places.at("routing", "", "rules", index, "rule")
        for said in rule_faults(operation, rule):
            yield place.fault(f"The rule `{rule.rule}`: {said}")
        if rule.to != "aside" and not rule.when.automatic and index < last_aside:
            yield place.fault(
                f"The rule `{rule.rule}` stands before one that sets mail aside. What is set aside is decided before a"
                " message is read: those rules stand first."
            )
        cover = next((each for each in routing.rules[:index] if covers(each.when, rule.when)), None)
        if cover is not None:
            yield place.fault(
                f"The rule `{rule.rule}` never counts: `{cover.rule}` stands above it and fits all that it fits."
            )


def rule_faults(operation: Operation, rule: RoutingRule) -> Iterator[str]:
    """What is wrong with one rule by itself, in sentences."""
    when = rule.when
    known = {each.queue for each in operation.routing.queues}
    if rule.queue is not None and rule.queue not in known:
        yield f"there is no queue `{rule.queue}`.{suggestion(rule.queue, known)}"
    yield from _names(operation, when)
    if any(not each.strip(" *") for each in (*when.words, *when.subject)):
        yield "one of its words is empty."
    for each in when.senders:
        if not SENDER.fullmatch(each):
            yield f"`{each}` is no sender: write an address, or a domain such as mail.example."
    mail = [name for name in when.asked if name in OF_MAIL]
    if mail and when.channels and MAIL not in when.channels:
        yield f"it never fits: only mail has {' and '.join(mail)}, and it asks for another channel."
    yield from _at_the_door(rule)


def covers(above: When, below: When) -> bool:
    """Whether everything that `below` fits is fitted by `above` too."""
    for name in above.asked:
        wide, narrow = getattr(above, name), getattr(below, name)
        if isinstance(wide, list):
            if not narrow or not {str(each).lower() for each in narrow} <= {str(each).lower() for each in wide}:
                return False
        elif wide != narrow:
            return False
    # Mail of machines is asked only by rules that name it, and all others are passed over for it.
    return bool(above.automatic) == bool(below.automatic)


def _names(operation: Operation, when: When) -> Iterator[str]:
    for kind, given, known in (
        ("intent", when.intents, set(operation.intents) | BUILT_IN_INTENTS),
        ("channel", when.channels, set(operation.about.channels)),
    ):
        for each in given:
            if each not in known:
                yield f"there is no {kind} `{each}`.{suggestion(each, known)}"
    for each in when.languages:
        if not LANGUAGE.fullmatch(each):
            yield f"`{each}` is no language: write `en`, `nl` or `pt-BR`."
    if when.open is not None and operation.about.working_hours is None:
        yield "the operation names no working hours, so it is always open."


def _at_the_door(rule: RoutingRule) -> Iterator[str]:
    """What is decided before a message is read asks only what is known then."""
    when = rule.when
    if rule.to != "aside" and not when.automatic:
        return
    unknown = [name for name in when.asked if name not in AT_THE_DOOR]
    if unknown:
        yield f"it is decided before a message is read, when nobody knows its {' and '.join(unknown)}."
    if rule.to == "aside":
        if when.channels not in ([], [MAIL]):
            yield "only mail can be set aside: whoever writes in a chat waits for an answer."
        if not (when.senders or when.subject or when.words or when.automatic):
            yield "what is set aside is named by sender, subject, words or kind of automatic mail."
    elif rule.to == "usual":
        yield "automatic mail is never answered: it goes to people or is set aside."


def _queue_faults(operation: Operation, queue: Queue, index: int, places: Places) -> Iterator[Fault]:
    roles = operation.about.roles
    for number, role in enumerate(queue.roles):
        if role not in roles:
            place = places.at("routing", "", "queues", index, "roles", number)
            yield place.fault(f"There is no role `{role}`.{suggestion(role, roles)}")
    able = {name for name, role in roles.items() if TAKES in {r for w in role.may for r in BUNDLES.get(w, (w,))}}
    holders = [each for each in operation.about.people if able & set(each.roles) and set(queue.roles) & set(each.roles)]
    if not holders:
        place = places.at("routing", "", "queues", index, "roles")
        yield place.fault(f"Nobody who may take cases over holds a role of the queue `{queue.queue}`.")


def _twice(kind: str, names: Sequence[str], places: Places, key: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield places.at("routing", "", key, index, kind).fault(f"There are two of {kind} `{name}`.")
        seen.add(name)
