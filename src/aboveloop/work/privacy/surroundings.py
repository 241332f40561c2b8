"""What the house knows of a case's customer, so that the mask finds it in any text, and what may be asked about."""

import re
from typing import Any

from aboveloop.journey import cases
from aboveloop.journey.cases import Case
from aboveloop.kit.database import Reader
from aboveloop.operation.models import Operation
from aboveloop.understand.masking.finder import Known, Surroundings
from aboveloop.understand.masking.names import NAME_LIKE
from aboveloop.understand.masking.records import kind_of_key, known_in, names_of

# The fields of a case that an outside model may be told of, each only where it is named.
FIELDS = ("messages", "known", "intent", "procedure", "outcome", "handed_over_because", "summary")


def fields_of(reader: Reader, case: Case, names: tuple[str, ...]) -> dict[str, Any]:
    """The fields `names` of the case as they stand, personal values in them."""
    values: dict[str, Any] = {
        "messages": lambda: [
            {"from": message.author.partition(":")[0], "text": message.text}
            for message in cases.messages_of(reader, case.id)
        ],
        "known": lambda: [frame.get("variables", {}) for frame in case.memory.get("frames", [])],
        "intent": lambda: case.intent,
        "procedure": lambda: case.procedure,
        "outcome": lambda: case.outcome,
        "handed_over_because": lambda: case.handed_over_because,
    }
    return {name: values[name]() for name in names}


def surroundings(reader: Reader, operation: Operation, case: Case) -> Surroundings:
    """Values known of this customer and of the company's people; the company's own words; codes that name nobody."""
    fields = frozenset(operation.about.privacy.personal_fields)
    frames = case.memory.get("frames", [])
    known = known_in([[frame.get("variables", {}), frame.get("heard", {})] for frame in frames], fields)
    addresses = {case.contact_id, *(message.contact_id for message in cases.messages_of(reader, case.id))}
    for contact_id in sorted(addresses):
        address = cases.contact_of(reader, contact_id).address
        known.append(Known("email" if "@" in address else "private", address))
    of_company = of_operation(operation)
    return Surroundings((*known, *of_company.known), of_company.ordinary, of_company.safe)


def of_operation(operation: Operation) -> Surroundings:
    """Values known of the company's people; its own words; codes that name nobody. For texts of no case."""
    known: list[Known] = []
    for person in operation.about.people:
        known += names_of(person.name)
        if person.email:
            known.append(Known("email", person.email))
    return Surroundings(tuple(known), _ordinary(operation), _codes(operation))


def _ordinary(operation: Operation) -> frozenset[str]:
    """Words with capitals in what the company itself has written."""
    about = operation.about
    texts = [about.title, *(system.title for system in operation.systems.values())]
    texts += [text for messages in operation.messages.values() for text in messages.values()]
    for entity in about.entities.values():
        texts += [word.title() for phrases in entity.choices.values() for word in phrases]
    return frozenset(word.lower() for text in texts for word in NAME_LIKE.findall(text))


def _codes(operation: Operation) -> tuple[re.Pattern[str], ...]:
    entities = operation.about.entities.items()
    patterns = [each.pattern for name, each in entities if each.kind == "pattern" and not kind_of_key(name, {})]
    return tuple(re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") for pattern in patterns if pattern)
