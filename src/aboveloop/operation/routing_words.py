"""Routing rules in words, for people who never see the file."""

from collections.abc import Mapping

from aboveloop.operation.models import Operation
from aboveloop.operation.routing import Queue, Routing, RoutingRule, When

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
    "pl": "Polish",
}
FLAGS: Mapping[str, str] = {
    "threat": "threatens somebody",
    "legal": "speaks of lawyers or courts",
    "self_harm": "speaks of harming themselves",
    "injection": "gives orders to the machine",
    "angry": "is angry",
    "urgent": "is in a hurry",
    "wants_person": "asks for a person",
}
AUTOMATIC: Mapping[str, str] = {
    "report": "a bounce or a delivery report",
    "reply": "an automatic reply",
    "bulk": "a newsletter or a list",
    "no_reply": "from an address that nobody reads",
}
CUSTOMERS: Mapping[str, str] = {
    "new": "writes for the first time",
    "returning": "had a case before",
    "came_back": "had a case that ended within a week",
}
PRIORITIES: Mapping[str, str] = {"urgent": "urgent", "high": "soon", "normal": "in turn", "low": "when there is time"}


def conditions_in_words(operation: Operation, when: When) -> list[str]:
    """One clause for each thing that is asked."""
    return [_CLAUSES[name](operation, when) for name in when.asked]


def when_in_words(operation: Operation, when: When) -> str:
    """All of it in one sentence without an end."""
    clauses = conditions_in_words(operation, when)
    return " and ".join(clauses) if clauses else "Everything else"


def then_in_words(routing: Routing, rule: RoutingRule) -> str:
    if rule.to == "aside":
        return "Set aside: it becomes no case and is never answered"
    stands = stands_in_words(routing, rule)
    return (
        f"Goes to people at once: {stands}" if rule.to == "people" else f"Answered as usual; if people get it: {stands}"
    )


def stands_in_words(routing: Routing, rule: RoutingRule | None) -> str:
    """Where a case stands among what people take."""
    queue = routing.queue_title(routing.queue_of(rule))
    soon = PRIORITIES["normal" if rule is None else rule.priority]
    return f"{queue}, {soon}" if queue else soon


def rule_in_words(operation: Operation, routing: Routing, rule: RoutingRule) -> str:
    when, then = when_in_words(operation, rule.when), then_in_words(routing, rule)
    return f"{when[:1].upper()}{when[1:]}. {then}."


def queue_in_words(operation: Operation, queue: Queue) -> str:
    roles = operation.about.roles
    names = [roles[name].title or name.replace("_", " ") if name in roles else name for name in queue.roles]
    return f"{queue.called}, the work of: {', '.join(names)}"


def language_name(code: str) -> str:
    return LANGUAGES.get(code, code)


def _any(given: list[str]) -> str:
    return given[0] if len(given) == 1 else f"{', '.join(given[:-1])} or {given[-1]}"


def _quoted(given: list[str]) -> str:
    return _any([f"“{each}”" for each in given])


def _intents(operation: Operation, when: When) -> str:
    known = operation.intents
    titles = [known[each].title or each.replace("_", " ") if each in known else each for each in when.intents]
    return f"the need is {_quoted(titles)}"


def _attachments(_: Operation, when: When) -> str:
    return "something is attached" if when.attachments else "nothing is attached"


def _understood(_: Operation, when: When) -> str:
    return "the need is understood surely" if when.understood else "the need is not understood surely"


def _open(_: Operation, when: When) -> str:
    return "it comes within the working hours" if when.open else "it comes outside the working hours"


_CLAUSES = {
    "intents": _intents,
    "flags": lambda _, when: f"the customer {_any([FLAGS[each] for each in when.flags])}",
    "languages": lambda _, when: f"it is written in {_any([language_name(each) for each in when.languages])}",
    "channels": lambda _, when: f"it comes by {_any(list(when.channels))}",
    "customers": lambda _, when: f"the customer {_any([CUSTOMERS[each] for each in when.customers])}",
    "words": lambda _, when: f"it says {_quoted(list(when.words))}",
    "subject": lambda _, when: f"the subject says {_quoted(list(when.subject))}",
    "senders": lambda _, when: f"it is from {_any(list(when.senders))}",
    "attachments": _attachments,
    "automatic": lambda _, when: f"it is {_any([AUTOMATIC[each] for each in when.automatic])}",
    "understood": _understood,
    "open": _open,
}
