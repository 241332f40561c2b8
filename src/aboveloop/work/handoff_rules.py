"""Hand-over rules: every way in which a release gives a case to people. They are the operation's own, so they have its
version: a release names them by its digest, and `aboveloop release diff` tells what changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from aboveloop.operation.models import Operation
from aboveloop.operation.routing_words import rule_in_words
from aboveloop.procedures.check import expand
from aboveloop.work.listen import UNCLEAR_LIMIT
from aboveloop.work.routing import FOR_PEOPLE

Sort = Literal["rule", "need", "procedure", "words", "doubt", "language"]


@dataclass(frozen=True)
class HandoffRule:
    """`name` says where it stands: a routing rule, an intent, a step of a procedure, a flag, a setting."""

    sort: Sort
    name: str
    words: str
    is_adjustable: bool


def handoff_rules(operation: Operation) -> list[HandoffRule]:
    """All of them. What is not adjustable holds in every operation."""
    return [*_triage(operation), *_needs(operation), *_steps(operation), *_settings(operation)]


def _triage(operation: Operation) -> Iterator[HandoffRule]:
    for rule in operation.routing.rules:
        if rule.to == "people":
            yield HandoffRule("rule", rule.rule, rule_in_words(operation, operation.routing, rule), True)


def _needs(operation: Operation) -> Iterator[HandoffRule]:
    for name, intent in operation.intents.items():
        if intent.hand_over:
            yield HandoffRule("need", name, f"{intent.title or name} is for people", True)


def _steps(operation: Operation) -> Iterator[HandoffRule]:
    for name, procedure in operation.procedures.items():
        for place, step in enumerate(expand(procedure, operation.fragments)):
            if step.hand_over is not None:
                yield HandoffRule("procedure", f"{name}.{step.id or place}", step.hand_over, True)


def _settings(operation: Operation) -> Iterator[HandoffRule]:
    understanding = operation.about.understanding
    least = understanding.minimum_confidence
    words = f"Asked {UNCLEAR_LIMIT - 1} time more and still understood with less than {least:.0%}"
    yield HandoffRule("doubt", "understanding.minimum_confidence", words, True)
    cap = operation.about.reading.error_cap
    if cap is not None:
        words = f"Not read surely enough to keep wrong readings under {cap:.3g}"
        yield HandoffRule("doubt", "reading.error_cap", words, True)
    for name, least in {**understanding.procedures, **understanding.operations}.items():
        yield HandoffRule("doubt", name, f"Understood with less than {least:.0%}", True)
    yield HandoffRule("language", "languages", f"Not written in {', '.join(operation.about.languages)}", True)
    for flag in FOR_PEOPLE:
        yield HandoffRule("words", flag, f"The message was flagged: {flag.replace('_', ' ')}", False)
    yield HandoffRule("words", "wants_person", "The customer asked for a person", False)
