"""Later needs: of several needs in one message the first is worked on, each other becomes a case of its own afterwards.

One after the other, so that a "yes" always answers one question. The next one begins when the case before it has ended,
was given to people, or waits for them; what the customer has already given (who they are, which order) goes along.
"""

from typing import Any

from aboveloop.journey import cases
from aboveloop.kit.database import Transaction
from aboveloop.operation.models import Operation
from aboveloop.understand.readings import USABLE, Found, Reading
from aboveloop.work import speak
from aboveloop.work.memory import Memory
from aboveloop.work.turn_state import Turn

# Said after the first need has begun, where the operation has such a message: that the others are not forgotten.
ANNOUNCED = "one_after_the_other"
# What names a person or a record goes along; a size or a reason belongs to the need it was said with.
_LONG_CODE = 4


def note(turn: Turn, reading: Reading) -> None:
    """Remember the needs of a message but for its first, in the customer's words, and tell the customer."""
    if len(reading.needs) < 2:
        return
    rest = reading.needs[1:]
    turn.memory.later = " ".join(reading.text[need.start : need.end].strip(" ,") + "." for need in rest)
    turn.memory.told = carried(turn.operation, reading)
    turn.record("NeedsNoted", {"first": reading.intent, "later": [need.intent for need in rest]})
    if turn.operation.message(ANNOUNCED, turn.language) is not None:
        speak.say(turn, ANNOUNCED)


def carried(operation: Operation, reading: Reading) -> dict[str, list[Any]]:
    """What a later need may take over from the message: e-mail address, telephone, long codes such as order numbers."""
    found: dict[str, list[Any]] = {}
    for name, entity in operation.about.entities.items():
        values = [
            find.value for find in own_finds(reading) if find.name == name and _goes_along(entity.kind, find.value)
        ]
        if values:
            found[name] = list(dict.fromkeys(values))
    return found


def own_finds(reading: Reading) -> tuple[Found, ...]:
    """The finds that do not stand in a clause of another need than the first."""
    places = [(need.start, need.end) for need in reading.needs[1:]]
    return tuple(
        find
        for find in reading.entities
        if find.confidence >= USABLE
        and (find.name not in reading.conflicts or len(places) > 0)
        and not any(start <= find.start < end for start, end in places)
    )


def remember(turn: Turn) -> None:
    """Keep what the procedure that ends now was told, for the needs that come after it."""
    top = turn.memory.top
    if not turn.memory.later or top is None:
        return
    entities = turn.operation.about.entities
    for variable, entity in top.said_as.items():
        value = top.variables.get(variable)
        if entity in entities and value is not None and _goes_along(entities[entity].kind, value):
            turn.memory.told[entity] = [value]


def open_next(turn: Turn) -> None:
    """Open a case for what is left, once this one is done, is with people, or waits for them or for a time."""
    waits = turn.memory.waiting in ("approval", "time")
    if not turn.memory.later or not (turn.is_done or waits):
        return
    text, told, language = turn.memory.later, dict(turn.memory.told), turn.memory.language
    turn.memory.later, turn.memory.told = "", {}
    house, now, contact = turn.house, turn.now, turn.contact
    memory = Memory(told=told, language=language).as_json()

    def write(tx: Transaction) -> None:
        # Read anew: the contact point's customer may have turned out to be another.
        standing = cases.contact_of(tx, contact.id)
        release = house.deployed(tx, standing.customer_id)
        fresh = cases.open_case(tx, house.ledger, standing, release=release, now=now)
        cases.take_over_need(tx, house.ledger, fresh, standing, text=text, memory=memory, now=now)
        house.turns.submit(tx, lane=fresh.id, stimulus="message")

    turn.pending.append(write)


def _goes_along(kind: str, value: object) -> bool:
    if kind in ("email", "phone"):
        return True
    return kind == "pattern" and sum(letter.isdigit() for letter in str(value)) >= _LONG_CODE
