"""Routing: where a message goes when nothing is under way. Pure: a reading in, a route with its reason out."""

from dataclasses import dataclass
from typing import Literal

from aboveloop.operation.models import Intent, Operation
from aboveloop.understand.readings import Reading
from aboveloop.work.doubt import is_sure

# Said by a customer in danger or at law: a person answers, at once.
FOR_PEOPLE = ("threat", "legal", "self_harm")
LANGUAGE = "The customer writes in a language that workers do not serve here."

Kind = Literal["person", "foreign", "procedure", "answer", "greeting", "goodbye", "unclear"]


@dataclass(frozen=True)
class Route:
    """`name` is the procedure that begins or the message that answers; `because` is why a person gets the case."""

    kind: Kind
    name: str = ""
    intent: str = ""
    because: str = ""


def for_people(operation: Operation, reading: Reading) -> Route | None:
    """Why a person must answer this message, whatever else is under way; None when a worker may."""
    for flag in FOR_PEOPLE:
        if flag in reading.flags:
            return Route("person", because=f"The message was flagged: {flag.replace('_', ' ')}.")
    if reading.wants_person:
        return Route("person", because="The customer asked for a person.")
    if reading.language is not None and reading.language not in operation.about.languages:
        return Route("foreign", because=LANGUAGE)
    return None


def route_of(operation: Operation, reading: Reading) -> Route:
    """Where the first message of a case goes."""
    return for_people(operation, reading) or begun(operation, reading)


def begun(operation: Operation, reading: Reading) -> Route:
    """What a message begins that a worker may answer."""
    intent = operation.intents.get(reading.intent)
    sure = is_sure(operation, intent, reading)
    if intent is not None and sure:
        route = called_for(intent)
        if route is not None:
            return route
    said = reading.intent if sure else ""
    if reading.greeting or said == "greeting":
        return Route("greeting", "greeting")
    if reading.thanks or reading.forget_it:
        return Route("goodbye", "goodbye")
    return Route("unclear", "not_understood")


def called_for(intent: Intent) -> Route | None:
    """What an intent calls for; None where the operation says nothing of it."""
    if intent.procedure is not None:
        return Route("procedure", intent.procedure, intent.intent)
    if intent.answer is not None:
        return Route("answer", intent.answer, intent.intent)
    if intent.hand_over:
        because = f"The operation gives {intent.title or intent.intent} to people."
        return Route("person", intent=intent.intent, because=because)
    return None
