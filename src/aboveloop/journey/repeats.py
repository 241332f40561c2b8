"""Repeats: where a customer had to say again what they had said before: a value, or what they want.

It counts only across a seam that the customer should not feel: another case, another channel, a hand-over between
worker and person, an end that was none. To say a number twice in one stretch of talk is no repeat.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from aboveloop.journey.ownership import Owner
from aboveloop.ledger.entries import Entry

Seam = Literal["case", "channel", "hand_over", "reopening"]
# Whoever comes back after a month has forgotten it too.
WITHIN = timedelta(days=30)
# A find below this was a bare word among others: nobody can say that it was given.
SURE = 0.5


@dataclass(frozen=True)
class Listening:
    """What counts: the entities that identify something, the intents that are a need with the confidence each asks
    for, and by message which entity it asks for."""

    entities: Collection[str]
    needs: Mapping[str, float]
    asks: Mapping[str, str]


@dataclass(frozen=True)
class Place:
    """Where something was said; `entry` is the reading that found it. No value stands here."""

    case: str
    entry: str
    at: datetime
    channel: str


@dataclass(frozen=True)
class Repeat:
    """`name` (an entity, or an intent) was said `first` and `again`, across these seams. `asked`: the house had just
    asked for it."""

    what: Literal["value", "need"]
    name: str
    first: Place
    again: Place
    seams: tuple[Seam, ...]
    asked: bool


@dataclass
class _Case:
    """A case as its chain is read: where the customer writes, how often it changed hands and was opened again."""

    channels: dict[str, str] = field(default_factory=dict)
    hands: int = 0
    reopened: int = 0
    told_last: str | None = None
    with_people: bool = False


@dataclass(frozen=True)
class _Said:
    place: Place
    hands: int
    reopened: int


def repeats(chains: Iterable[Sequence[Entry]], listening: Listening, *, within: timedelta = WITHIN) -> list[Repeat]:
    """Every repeat of one customer in these chains of cases, in the order in which it was said again."""
    cases: dict[str, _Case] = {}
    said: dict[tuple[str, str, str], _Said] = {}
    found: list[Repeat] = []
    for entry in sorted((each for chain in chains for each in chain), key=lambda each: (each.at, each.number)):
        state = cases.setdefault(entry.case_id, _Case())
        if entry.kind != "MessageRead":
            _take(state, entry)
            continue
        place = Place(entry.case_id, entry.id, entry.at, state.channels.get(entry.body["message"], ""))
        for key in _spoken(entry, listening):
            now = _Said(place, state.hands, state.reopened)
            before = said.get(key)
            seams = _seams(before, now) if before is not None else ()
            if before is not None and seams and entry.at - before.place.at <= within:
                what: Literal["value", "need"] = "need" if key[0] == "need" else "value"
                asked = listening.asks.get(state.told_last or "") == key[1]
                found.append(Repeat(what, key[1], before.place, place, seams, asked))
            said[key] = now
    return found


def _take(state: _Case, entry: Entry) -> None:
    match entry.kind:
        case "MessageReceived":
            state.channels[entry.body["message"]] = entry.body["channel"]
        case "MessageSent":
            state.told_last = entry.body.get("template")
        case "CaseOwnerChanged":
            to = entry.body["to"]
            with_people = to == Owner.PERSON.value
            state.hands += with_people != state.with_people
            state.with_people = with_people
            state.reopened += to == Owner.REOPENED.value
        case _:
            pass


def _spoken(entry: Entry, listening: Listening) -> Iterable[tuple[str, str, str]]:
    """What a message said, each thing once: the kind, its name and its value. Nothing of who was erased."""
    least = listening.needs.get(entry.body["intent"])
    if least is not None and entry.body["confidence"] >= least:
        yield "need", entry.body["intent"], ""
    reading: Mapping[str, Any] = (entry.personal or {}).get("reading", {})
    finds = {
        (each["name"], str(each["value"]))
        for each in reading.get("entities", ())
        if each["name"] in listening.entities and each["confidence"] >= SURE
    }
    for name, value in sorted(finds):
        yield "value", name, value


def _seams(before: _Said, now: _Said) -> tuple[Seam, ...]:
    first, again = before.place, now.place
    same = first.case == again.case
    crossed: list[tuple[Seam, bool]] = [
        ("case", not same),
        ("channel", bool(first.channel and again.channel) and first.channel != again.channel),
        ("hand_over", same and before.hands != now.hands),
        ("reopening", same and before.reopened != now.reopened),
    ]
    return tuple(seam for seam, is_crossed in crossed if is_crossed)
