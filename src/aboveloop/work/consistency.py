"""The same need in other words: what is decided of each wording, and how often it is decided alike.

A decision is what a first message leads to, by the very route that customers' messages take: an intent (begun by a
worker, answered, or given to people, as the operation says), a danger, a wish for a person, a language that is not
served, or nothing but a question back.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from aboveloop.operation.models import Operation
from aboveloop.understand.evaluation import Rate
from aboveloop.understand.intents import OUTSIDE
from aboveloop.understand.readings import Reading
from aboveloop.work.doubt import least_confidence
from aboveloop.work.routing import FOR_PEOPLE, Route, called_for, route_of

# What is nobody's business here may be asked after or greeted, never decided.
NOT_DECIDED = frozenset({"unclear", "greeting", "goodbye"})
# Decisions that are no intent of the operation.
BESIDE_INTENTS = (*FOR_PEOPLE, "foreign", "person", *sorted(NOT_DECIDED))

By = Literal["worker", "person", "nobody"]


@dataclass(frozen=True)
class Decided:
    """`decision` is an intent, a reason for a person or one of NOT_DECIDED; `by` is who acts on it; `because` why."""

    decision: str
    by: By
    because: str
    language: str | None = None


@dataclass(frozen=True)
class Wording:
    """One way to say a need. `expected` is the decision that is right, "" where nobody said; `row` is its row."""

    need: str
    text: str
    language: str = ""
    expected: str = ""
    row: int = 0


@dataclass(frozen=True)
class Told:
    """A wording and what became of it. `usual` is what most wordings of its need get."""

    wording: Wording
    decided: Decided
    usual: str
    is_alike: bool
    is_right: bool | None

    @property
    def language(self) -> str:
        """The language that the row names, else the one that it was read in; "" where it was not told."""
        return self.wording.language or self.decided.language or ""


@dataclass(frozen=True)
class Share:
    """Of one need, one language or all: `alike` get the usual decision, `right` the one that is right."""

    name: str
    usual: str
    alike: Rate
    right: Rate


@dataclass(frozen=True)
class Consistency:
    """`alone` are needs with a single wording: nothing can be said of them, and they are counted nowhere but in
    `right`."""

    all: Share
    needs: tuple[Share, ...]
    languages: tuple[Share, ...]
    alone: tuple[str, ...]
    differing: tuple[Told, ...]


def decided(operation: Operation, reading: Reading) -> Decided:
    """What is decided of a first message that was read so."""
    route = route_of(operation, reading)
    because = _because(operation, reading, route)
    return Decided(_decision(route, reading), _by(operation, route), because, reading.language)


def possible(operation: Operation) -> frozenset[str]:
    """Everything that may be decided of a message, and so be expected of a wording."""
    begun = (name for name, intent in operation.intents.items() if called_for(intent) is not None)
    return frozenset((*begun, *BESIDE_INTENTS, OUTSIDE))


def is_right(expected: str, decision: str) -> bool:
    """Whether `decision` is what was expected; of what is out of scope nothing may be decided."""
    return decision in NOT_DECIDED if expected == OUTSIDE else decision == expected


def consistency(wordings: Sequence[Wording], decide: Callable[[str], Decided]) -> Consistency:
    """Decide each wording and compare those of each need. Wordings of a need are different texts."""
    needs: dict[str, list[tuple[Wording, Decided]]] = {}
    for wording in wordings:
        needs.setdefault(wording.need, []).append((wording, decide(wording.text)))
    several = {need: _told(pairs) for need, pairs in needs.items() if len(pairs) > 1}
    alone = {need: _told(pairs) for need, pairs in needs.items() if len(pairs) == 1}
    told = [each for own in several.values() for each in own]
    every = [*told, *(each for own in alone.values() for each in own)]
    languages = sorted({each.language for each in told})
    return Consistency(
        all=_share("all", "", told, every),
        needs=tuple(_share(need, own[0].usual, own, own) for need, own in several.items()),
        languages=tuple(_share(name, "", _spoken(told, name), _spoken(every, name)) for name in languages),
        alone=tuple(alone),
        differing=tuple(
            sorted(
                (each for each in every if not each.is_alike or each.is_right is False),
                key=lambda each: each.wording.row,
            )
        ),
    )


def _decision(route: Route, reading: Reading) -> str:
    if route.intent:
        return route.intent
    if route.kind == "person":
        return next((flag for flag in FOR_PEOPLE if flag in reading.flags), "person")
    return route.kind


def _by(operation: Operation, route: Route) -> By:
    if route.kind in ("person", "foreign"):
        return "person"
    return "nobody" if route.kind in NOT_DECIDED else "worker"


def _because(operation: Operation, reading: Reading, route: Route) -> str:
    if route.because:
        return route.because
    read = f"Read as {reading.intent} with {reading.confidence:.0%}"
    if route.kind != "unclear":
        return f"{read}."
    intent = operation.intents.get(reading.intent)
    if intent is None or called_for(intent) is None:
        return f"{read}, which begins nothing here."
    if not reading.promised:
        return f"{read}, not sure enough for the cap on wrong readings."
    return f"{read}, where {least_confidence(operation, intent):.0%} is asked for."


def _told(pairs: Sequence[tuple[Wording, Decided]]) -> list[Told]:
    """The wordings of one need beside what most of them get; of equally many, what came first."""
    outside = all(wording.expected == OUTSIDE for wording, _ in pairs)

    def seen(decision: str) -> str:
        # Whether one that is nobody's business is greeted or asked after makes no difference to anybody.
        return "unclear" if outside and decision in NOT_DECIDED else decision

    usual = Counter(seen(made.decision) for _, made in pairs).most_common(1)[0][0]
    return [
        Told(
            wording,
            made,
            usual,
            is_alike=seen(made.decision) == usual,
            is_right=is_right(wording.expected, made.decision) if wording.expected else None,
        )
        for wording, made in pairs
    ]


def _spoken(told: Sequence[Told], language: str) -> list[Told]:
    return [each for each in told if each.language == language]


def _share(name: str, usual: str, told: Sequence[Told], every: Sequence[Told]) -> Share:
    known = [each for each in every if each.is_right is not None]
    alike = Rate.of_counts(sum(each.is_alike for each in told), len(told))
    return Share(name, usual, alike, Rate.of_counts(sum(each.is_right is True for each in known), len(known)))
