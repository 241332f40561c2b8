"""Routing what people take: by intent and skill, compared with routing by availability alone, on the same load.

A person is skilled in a need that they have settled before faster than others do, or, in a made-up load, by lot. By
availability whoever is free takes the oldest case; by skill the oldest case that they are skilled in, and another only
when it has waited too long. All is counted in minutes from the first arrival; the same seed gives the same result.
"""

import heapq
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any, Literal

from aboveloop.app.premises import Premises
from aboveloop.journey import cases
from aboveloop.journey.stretches import human, stretches
from aboveloop.kit.database import Reader

Rule = Literal["skill", "availability"]
# A case that waits longer is taken by anybody.
PATIENCE_MINUTES = 10.0
# Of a made-up load, the share of time that skilled people need for it: low enough that unskilled ones are not drowned,
# so that what is compared is not a queue that grows for ever.
BUSY = 0.5
# Where a person has not settled a need before they are slower, and sometimes pass it on. Assumed, and said so.
UNSKILLED_SLOWER = 1.6
UNSKILLED_PASSES_ON = 0.3
# Fewer past stretches than these say nothing about who is good at what.
ENOUGH = 20
MOST_PAST = 2_000


@dataclass(frozen=True)
class Arrival:
    """One case for people: when it comes and what it wants, in minutes; `minutes` is what a skilled person needs."""

    at: float
    intent: str
    minutes: float


@dataclass(frozen=True)
class Load:
    """What is simulated, and where it is from: `past`, or `seeded` where there is too little of it."""

    arrivals: Sequence[Arrival]
    skills: Mapping[str, frozenset[str]]
    source: Literal["past", "seeded"]


@dataclass(frozen=True)
class Result:
    """What one rule made of a load, in minutes. `first_touch`: settled by the first person who took it."""

    cases: int
    mean_wait: float
    p95_wait: float
    mean_to_settle: float
    first_touch: float
    passed_on: int

    def as_json(self) -> dict[str, Any]:
        return {name: round(value, 4) for name, value in vars(self).items()}


@dataclass
class _Desk:
    """The state of one simulation."""

    rule: Rule
    load: Load
    chance: random.Random
    waiting: list[tuple[float, int, Arrival, bool]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    settled: list[float] = field(default_factory=list)
    passed_on: int = 0
    events: list[tuple[float, int, str, Any]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def will(self, at: float, what: str, about: Any = None) -> None:
        """Something happens then; of one moment, what was said first."""
        heapq.heappush(self.events, (at, next(self.numbers), what, about))

    def take(self, person: str, now: float) -> tuple[float, int, Arrival, bool] | None:
        """What this person takes now, None for nothing."""
        skills = self.load.skills[person]
        oldest = self.waiting[:1] if self.rule == "availability" else []
        skilled = [each for each in self.waiting if each[2].intent in skills]
        late = [each for each in self.waiting if now - each[0] >= PATIENCE_MINUTES]
        for each in (*oldest, *skilled[:1], *late[:1]):
            self.waiting.remove(each)
            return each
        return None


def simulate(load: Load, rule: Rule, *, seed: int) -> Result:
    """Play the load under a rule. Every case is settled in the end."""
    desk = _Desk(rule, load, random.Random(seed))
    free = sorted(load.skills)
    for arrival in sorted(load.arrivals, key=lambda each: each.at):
        desk.will(arrival.at, "comes", (arrival, False))
    while desk.events:
        now, number, what, about = heapq.heappop(desk.events)
        if what == "comes":
            desk.waiting.append((now, number, *about))
            desk.will(now + PATIENCE_MINUTES, "waited")
        elif what == "free":
            free = sorted([*free, about])
        for person in list(free):
            taken = desk.take(person, now)
            if taken is not None:
                free.remove(person)
                _work(desk, person, taken, now)
    firsts = len(load.arrivals)
    return Result(
        cases=firsts,
        mean_wait=fmean(desk.waits) if desk.waits else 0.0,
        p95_wait=sorted(desk.waits)[max(-(-95 * len(desk.waits) // 100), 1) - 1] if desk.waits else 0.0,
        mean_to_settle=fmean(desk.settled) if desk.settled else 0.0,
        first_touch=1 - desk.passed_on / firsts if firsts else 0.0,
        passed_on=desk.passed_on,
    )


def _work(desk: _Desk, person: str, taken: tuple[float, int, Arrival, bool], now: float) -> None:
    came, _, arrival, was_passed = taken
    desk.waits.append(now - came)
    is_skilled = arrival.intent in desk.load.skills[person]
    minutes = arrival.minutes * (1.0 if is_skilled else UNSKILLED_SLOWER)
    # Nobody passes on twice: the second settles it, however long it takes.
    if not is_skilled and not was_passed and desk.chance.random() < UNSKILLED_PASSES_ON:
        desk.passed_on += 1
        desk.will(now + minutes / 2, "comes", (arrival, True))
        desk.will(now + minutes / 2, "free", person)
        return
    desk.settled.append(now + minutes - arrival.at)
    desk.will(now + minutes, "free", person)


def compared(load: Load, *, seed: int) -> dict[str, Any]:
    """Both rules on the same load, and what routing by skill saves."""
    by_skill, by_availability = (simulate(load, rule, seed=seed) for rule in ("skill", "availability"))
    saved = by_availability.mean_to_settle - by_skill.mean_to_settle
    return {
        "source": load.source,
        "seed": seed,
        "cases": by_skill.cases,
        "people": len(load.skills),
        "skill": by_skill.as_json(),
        "availability": by_availability.as_json(),
        "saved_minutes_a_case": round(saved, 4),
        "saved_share": round(saved / by_availability.mean_to_settle, 4) if by_availability.mean_to_settle else None,
        "assumed": {"unskilled_slower": UNSKILLED_SLOWER, "unskilled_passes_on": UNSKILLED_PASSES_ON},
    }


def past_load(premises: Premises, reader: Reader) -> Load | None:
    """The stretches in which people had cases, as a load; None where there are too few to tell who is good at what."""
    took: list[tuple[float, str, float, str]] = []
    for case in cases.list_cases(reader, limit=MOST_PAST):
        if case.handed_over_at is None:
            continue
        for each in human(stretches(premises.ledger.entries(reader, case.id))):
            if each.until is not None and each.person is not None:
                minutes = (each.until - each.since).total_seconds() / 60
                took.append((each.since.timestamp() / 60, case.intent or "", minutes, each.person))
    if len(took) < ENOUGH:
        return None
    usual = {intent: median(m for _, i, m, _ in took if i == intent) for _, intent, _, _ in took}
    people = {person: frozenset(_good_at(took, person, usual)) for _, _, _, person in took}
    begin = min(at for at, *_ in took)
    arrivals = [Arrival(at - begin, intent, max(minutes, 0.1)) for at, intent, minutes, _ in took]
    return Load(arrivals, people, "past")


def _good_at(took: Sequence[tuple[float, str, float, str]], person: str, usual: Mapping[str, float]) -> list[str]:
    """The needs that this person settles at least as fast as is usual."""
    mine = {intent for _, intent, _, who in took if who == person}
    return [i for i in mine if median(m for _, each, m, who in took if each == i and who == person) <= usual[i]]


def seeded_load(intents: Sequence[str], people: Sequence[str], *, many: int, seed: int) -> Load:
    """A made-up load: arrivals at random, as many as keep skilled people busy half of the time; each person is skilled
    in a third of the needs, and every need has somebody."""
    chance = random.Random(seed)
    skills = {person: set(chance.sample(intents, k=max(1, len(intents) // 3))) for person in people}
    for intent in intents:
        if not any(intent in known for known in skills.values()):
            skills[chance.choice(list(people))].add(intent)
    minutes = {intent: chance.uniform(4, 20) for intent in intents}
    gap = fmean(minutes.values()) / (BUSY * len(people))
    at, arrivals = 0.0, []
    for _ in range(many):
        at += chance.expovariate(1 / gap)
        intent = chance.choice(list(intents))
        arrivals.append(Arrival(at, intent, chance.lognormvariate(0, 0.4) * minutes[intent]))
    return Load(arrivals, {person: frozenset(known) for person, known in skills.items()}, "seeded")
