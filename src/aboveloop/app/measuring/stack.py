"""The KPI stack of one pilot: what its KPI is there to move, what moves it, and whether they follow one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aboveloop.app.measuring import kpis, over_time
from aboveloop.app.premises import Premises
from aboveloop.kit.database import Reader
from aboveloop.measure.counting import Scope, Value, count
from aboveloop.measure.kpis import Standing, judge
from aboveloop.measure.together import FEWEST_DAYS, Line, Link, link_in_words, links_of
from aboveloop.operation.charters import Charter
from aboveloop.operation.delivery import LEVELS, Kpi, is_above

# A case that nobody understood has no procedure yet, so these say nothing of some procedures alone.
OF_THE_COMPANY = ("not_understood_rate", "write_error_rate")


@dataclass(frozen=True)
class Storey:
    """One KPI of the stack. `is_of_pilot` where it is counted over the pilot's procedures alone, not the company."""

    kpi: Kpi
    value: Value | None
    standing: Standing
    is_of_pilot: bool


@dataclass(frozen=True)
class Tie:
    """`early` is there to move `late`. `link` where it does so beyond chance; `days` with a value of either."""

    early: Kpi
    late: Kpi
    link: Link | None
    days: int

    @property
    def sentence(self) -> str:
        if self.link is not None:
            return link_in_words(self.link)
        pair = f"“{self.late.title}” follows “{self.early.title}”"
        if self.days < FEWEST_DAYS:
            asked = f"that takes {FEWEST_DAYS} days with values of both; there are {self.days}"
            return f"Whether {pair} cannot be told yet: {asked}."
        return f"It does not show that {pair}: no more than chance has it."


@dataclass(frozen=True)
class Stack:
    """From the business down. `missing` are the levels on which nothing is tied to the pilot's KPI."""

    storeys: tuple[Storey, ...]
    ties: tuple[Tie, ...]
    missing: tuple[str, ...]

    def below(self, kpi: str) -> list[Tie]:
        """What is there to move this KPI."""
        return [tie for tie in self.ties if tie.late.kpi == kpi]

    def as_json(self) -> dict[str, Any]:
        return {
            "kpis": [
                {
                    "kpi": each.kpi.kpi,
                    "level": each.kpi.level,
                    "value": None if each.value is None else each.value.value,
                    "cases": None if each.value is None else each.value.cases,
                    "standing": each.standing.value,
                    "of_pilot": each.is_of_pilot,
                }
                for each in self.storeys
            ],
            "ties": [
                {
                    "early": tie.early.kpi,
                    "late": tie.late.kpi,
                    "days": tie.days,
                    "days_later": None if tie.link is None else tie.link.days_later,
                    "correlation": None if tie.link is None else round(tie.link.strength, 4),
                    "sentence": tie.sentence,
                }
                for tie in self.ties
            ],
            "missing_levels": list(self.missing),
        }


def stack_of(premises: Premises, reader: Reader, charter: Charter, now: datetime) -> Stack:
    """The stack of a charter, measured now, with the last eight weeks day by day. Empty where it names no KPI."""
    known = premises.current().kpis
    stacked = tied_to(charter.kpi or "", known)
    latest = {state.kpi.kpi: state for state in kpis.states(premises, reader, now)}
    storeys = []
    for kpi in stacked:
        if (scope := _scope(kpi, charter, now)) is not None and kpi.measure is not None:
            value = count(reader, kpi.measure, scope)
            storeys.append(Storey(kpi, value, judge(kpi, value), is_of_pilot=True))
        else:
            state = latest[kpi.kpi]
            storeys.append(Storey(kpi, state.value, state.standing, is_of_pilot=False))
    theirs = tuple(charter.procedures)
    lines = [
        over_time.line_of(premises, reader, each.kpi, now, procedures=theirs if each.is_of_pilot else None)
        for each in storeys
    ]
    there = {kpi.level for kpi in stacked}
    missing = tuple(level for level in reversed(LEVELS) if level not in there)
    return Stack(tuple(storeys), tuple(_ties(stacked, lines)), missing)


def tied_to(name: str, known: Mapping[str, Kpi]) -> list[Kpi]:
    """The KPI, everything that it is there to move, and everything that is there to move it; from the business down."""
    if name not in known:
        return []
    found = {name} | _reached(name, {each: _moved(kpi, known) for each, kpi in known.items()})
    found |= _reached(name, {each: [k.kpi for k in known.values() if each in _moved(k, known)] for each in known})
    return sorted((known[each] for each in found), key=lambda kpi: -LEVELS.index(kpi.level))


def _moved(kpi: Kpi, known: Mapping[str, Kpi]) -> list[str]:
    return [name for name in kpi.moves if name in known and is_above(known[name], kpi)]


def _reached(start: str, ways: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    ahead = list(ways[start])
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += ways[name]
    return found


def _scope(kpi: Kpi, charter: Charter, now: datetime) -> Scope | None:
    """Over which cases of the pilot it is counted; None where that says nothing."""
    if kpi.measure is None or kpi.measure in OF_THE_COMPANY or not charter.procedures:
        return None
    span = kpis.span_of(kpi, now)
    return Scope(span.since, span.until, procedures=tuple(charter.procedures))


def _ties(stacked: Sequence[Kpi], lines: Sequence[Line]) -> list[Tie]:
    here, by_name = {kpi.kpi: kpi for kpi in stacked}, {line.name: line for line in lines}
    pairs = [(kpi, here[name]) for kpi in stacked for name in _moved(kpi, here)]
    links = links_of(lines, among={(early.kpi, late.kpi) for early, late in pairs})
    found = {(link.early.name, link.late.name): link for link in links}
    return [
        Tie(
            early,
            late,
            found.get((early.kpi, late.kpi)),
            min(by_name[early.kpi].measured, by_name[late.kpi].measured),
        )
        for early, late in pairs
    ]
