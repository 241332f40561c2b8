"""Matching: a message, as it is seen, held against routing rules. Pure, and in order: the first that fits counts."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from aboveloop.operation.models import Operation
from aboveloop.operation.routing import Routing, RoutingRule, When
from aboveloop.operation.routing_words import conditions_in_words
from aboveloop.operation.working_hours import worked
from aboveloop.understand.cleaning import folded, readable

# Long enough to be told from nothing, short enough that nobody opens in between.
MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class Seen:
    """What rules may ask of one message. `subject` and `text` are folded; `intent` is "" where it is not understood
    surely and the case has none; `automatic` is "" for what a person wrote; `customer` are the words of `customers`
    that hold."""

    channel: str
    text: str = ""
    subject: str = ""
    sender: str = ""
    attachments: int = 0
    automatic: str = ""
    intent: str = ""
    language: str = ""
    flags: frozenset[str] = frozenset()
    understood: bool = True
    customer: frozenset[str] = frozenset({"new"})
    is_open: bool = True


@dataclass(frozen=True)
class Met:
    """One thing that a rule asks, in words, and whether it holds."""

    name: str
    words: str
    holds: bool


@dataclass(frozen=True)
class Fired:
    """The rule that counts, and its place from above."""

    rule: RoutingRule
    place: int


def plain(text: str) -> str:
    """A text as rules compare it: what the writer added, in small letters."""
    return folded(readable(text)[0])


def is_open(operation: Operation, at: datetime) -> bool:
    """Whether `at` lies within the working hours; an operation without any is always open."""
    return operation.about.working_hours is None or worked(operation.about, at, at + MOMENT) > timedelta(0)


def first(rules: Sequence[RoutingRule], seen: Seen) -> Fired | None:
    """The first rule that fits. What machines send meets only rules that name it."""
    for place, rule in enumerate(rules):
        if bool(rule.when.automatic) == bool(seen.automatic) and fits(rule.when, seen):
            return Fired(rule, place)
    return None


def at_the_door(routing: Routing, seen: Seen) -> Fired | None:
    """What is decided before a message is read: mail that is set aside, and what becomes of automatic mail."""
    found = first([each for each in routing.rules if each.to == "aside" or each.when.automatic], seen)
    return None if found is None else Fired(found.rule, routing.rules.index(found.rule))


def inside(routing: Routing, seen: Seen) -> Fired | None:
    """The rule of a message that was taken in: what would have been set aside at the door is asked no more."""
    return next(
        (
            Fired(rule, place)
            for place, rule in enumerate(routing.rules)
            if rule.to != "aside" and not rule.when.automatic and fits(rule.when, seen)
        ),
        None,
    )


def fits(when: When, seen: Seen) -> bool:
    return all(_ASKED[name](getattr(when, name), seen) for name in when.asked)


def conditions(operation: Operation, when: When, seen: Seen) -> Iterator[Met]:
    """Each thing that is asked, and whether it holds: why a rule fits, or does not."""
    for name, words in zip(when.asked, conditions_in_words(operation, when), strict=True):
        yield Met(name, words, _ASKED[name](getattr(when, name), seen))


@lru_cache(maxsize=512)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words in their order; a star stands for the rest of a word."""
    each = (
        r"\s".join(re.escape(word).replace(r"\*", r"\w*") for word in folded(phrase).split(" ")) for phrase in phrases
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)")


def _says(phrases: Sequence[str], text: str) -> bool:
    return _pattern(tuple(phrases)).search(text) is not None


def _is_from(senders: Sequence[str], sender: str) -> bool:
    domain = sender.partition("@")[2]
    given = [each.lower() for each in senders]
    return any(sender == each if "@" in each else domain == each or domain.endswith(f".{each}") for each in given)


_ASKED: dict[str, Callable[[Any, Seen], bool]] = {
    "intents": lambda asked, seen: seen.intent in asked,
    "flags": lambda asked, seen: not seen.flags.isdisjoint(asked),
    "languages": lambda asked, seen: seen.language in asked,
    "channels": lambda asked, seen: seen.channel in asked,
    "customers": lambda asked, seen: not seen.customer.isdisjoint(asked),
    "words": lambda asked, seen: _says(asked, f"{seen.subject}\n{seen.text}"),
    "subject": lambda asked, seen: _says(asked, seen.subject),
    "senders": lambda asked, seen: bool(seen.sender) and _is_from(asked, seen.sender),
    "attachments": lambda asked, seen: asked == (seen.attachments > 0),
    "automatic": lambda asked, seen: seen.automatic in asked,
    "understood": lambda asked, seen: asked == seen.understood,
    "open": lambda asked, seen: asked == seen.is_open,
}
