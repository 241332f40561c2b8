"""All that is found in one log: three scores with their evidence, opportunities in order, and what people keep."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from aboveloop.discover import rework
from aboveloop.discover.cases import CaseMeasures
from aboveloop.discover.findings.alike import alike_answers
from aboveloop.discover.findings.asking import asking
from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.discover.findings.chance import Estimate, discoveries
from aboveloop.discover.findings.checks import Check, checks
from aboveloop.discover.findings.copying import copying
from aboveloop.discover.findings.copying import opportunity_of as copied_opportunity
from aboveloop.discover.findings.drivers import Driver, drivers
from aboveloop.discover.findings.keep_human import Keep, keep_human
from aboveloop.discover.findings.opportunity import Opportunity, places_of, ranked
from aboveloop.discover.findings.places import FEWEST, Place, opportunity, places, returns
from aboveloop.discover.findings.prefilter import prefilter
from aboveloop.discover.findings.repetition import Period, concentration, periods, repeated_kinds
from aboveloop.discover.findings.rules import Rule, facts_of, rules
from aboveloop.discover.findings.trends import Change, trends
from aboveloop.discover.outcomes import Outcomes, outcomes
from aboveloop.discover.radar import Radar
from aboveloop.history.logs.beginnings import Beginnings, Values
from aboveloop.history.logs.tellings import Tellings
from aboveloop.history.logs.zones import local_micros

WEEK = 7 * 86_400_000_000
# So many cases a week are as much volume as the score knows.
FULL_VOLUME = 1_000


@dataclass(frozen=True)
class Score:
    """From 0 to 100, with what it is made of."""

    value: float
    evidence: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"score": round(self.value, 1), "evidence": list(self.evidence)}


@dataclass(frozen=True)
class Findings:
    """What is claimed of a log. `rules` are those that stand, `names` are the ids of the example cases."""

    assumed: Assumptions
    repetition: Score
    rework: Score
    rules_score: Score
    opportunities: tuple[Opportunity, ...]
    keep: tuple[Keep, ...]
    periods: tuple[Period, ...]
    rules: tuple[Rule, ...]
    checks: tuple[Check, ...]
    asked_later: Estimate
    outcomes: Outcomes
    trends: tuple[Change, ...]
    drivers: tuple[Driver, ...]
    names: dict[int, str]

    @property
    def claims(self) -> frozenset[tuple[str, str]]:
        """Pattern and place of each, a rule by its outcome; with what the calendar shows."""
        told = {(each.pattern, each.place) for each in self.opportunities if each.pattern != "rule"}
        told |= {("rule", rule.outcome) for rule in self.rules}
        return frozenset(told | {("period", each.name) for each in self.periods if each.is_real})

    def as_json(self) -> dict[str, Any]:
        return {
            "assumptions": self.assumed.in_words(),
            "scores": {
                "repetition": self.repetition.as_json(),
                "rework": self.rework.as_json(),
                "rules": self.rules_score.as_json(),
            },
            "opportunities": [
                {"rank": rank, **each.as_json(self.names, self.assumed)}
                for rank, each in zip(places_of(self.opportunities), self.opportunities, strict=True)
            ],
            "keep_human": [each.as_json(self.names) for each in self.keep],
            "periods": [vars(each) for each in self.periods],
            "rules": [each.as_json() for each in self.rules],
            "checks": [each.as_json() for each in self.checks],
            "asked_later": self.asked_later.as_json(),
            "outcomes": self.outcomes.as_json(),
            "trends": [each.as_json(self.names) for each in self.trends],
            "drivers": [each.as_json(self.names) for each in self.drivers],
        }


def find(radar: Radar, known: Beginnings, assumed: Assumptions, told: Tellings | None = None) -> Findings:
    """Everything that is claimed of a measured log; `known` is what its cases begin with, `told` what events say."""
    cases = radar.cases
    facts = facts_of(cases, known)
    zone = cases.ordered.log.zone
    calendar = periods(cases.first if zone is None else local_micros(cases.first, zone))
    learned = rules(cases, known)
    stands = discoveries([rule.likely for rule in learned])
    real = [rule for rule, is_real in zip(learned, stands, strict=True) if is_real]
    repeated = repeated_kinds(cases, radar.variants, facts, assumed)
    rework_found = _rework_found(cases, assumed)
    by_rule = [_of_rule(rule, assumed) for rule in real]
    asked = asking(cases.ordered, told or Tellings())
    said = [] if told is None else _said(cases, told, facts, assumed)
    missed = _stand(cases, asked.places, assumed)
    ends = outcomes(cases.ordered)
    every = tuple(
        replace(each, prefilter=prefilter(cases, radar.variants, ends, each.inside))
        for each in ranked([*repeated, *rework_found, *by_rule, *missed, *said])
    )
    keep = tuple(keep_human(cases, radar.variants, facts, frozenset(fact for rule in real for fact in rule.facts)))
    changes, driven = trends(cases), drivers(cases, facts)
    behind = [each.examples for each in every] + [each.examples for each in keep]
    behind += [each.examples for each in changes] + [each.examples for each in driven]
    shown = sorted({case for examples in behind for case in examples})
    names = cases.ordered.names_of(np.array(shown, dtype=np.int64)) if shown else []
    return Findings(
        assumed=assumed,
        repetition=_repetition(radar, calendar),
        rework=_rework(cases),
        rules_score=_rules(real, len(learned)),
        opportunities=every,
        keep=keep,
        periods=tuple(calendar),
        rules=tuple(real),
        checks=tuple(checks(cases.ordered)),
        asked_later=asked.asked,
        outcomes=ends,
        trends=tuple(changes),
        drivers=tuple(driven),
        names={case: str(name) for case, name in zip(shown, names, strict=True)},
    )


def _rework_found(cases: CaseMeasures, assumed: Assumptions) -> list[Opportunity]:
    return _stand(cases, places(cases), assumed)


def _stand(cases: CaseMeasures, looked: Sequence[Place], assumed: Assumptions) -> list[Opportunity]:
    """Those of one family that chance does not explain."""
    looked = [place for place in looked if len(place.marked) >= FEWEST]
    stands = discoveries([place.likely for place in looked])
    return [opportunity(cases, place, assumed) for place, is_real in zip(looked, stands, strict=True) if is_real]


def _said(cases: CaseMeasures, told: Tellings, facts: Mapping[str, Values], assumed: Assumptions) -> list[Opportunity]:
    """What is copied and chased, and which answers are alike."""
    looked = [place for place in copying(cases.ordered, told) if len(place.marked) >= FEWEST]
    stands = discoveries([place.likely for place in looked])
    copied = [
        copied_opportunity(place, assumed, place.likely)
        for place, is_real in zip(looked, stands, strict=True)
        if is_real
    ]
    return [*copied, *alike_answers(cases, told, facts, assumed)]


def _of_rule(rule: Rule, assumed: Assumptions) -> Opportunity:
    """A decision that a rule could make: one touch for each case that the rule, and not habit, gets right."""
    count = len(rule.cases)
    more = rule.right
    gained = max(0.0, more.low - rule.usual.value), more.value - rule.usual.value, more.high - rule.usual.value
    low, value, high = (each * rule.judged * assumed.hours for each in gained)
    return Opportunity(
        pattern="rule",
        place=f"{rule.outcome} by {', '.join(rule.facts)}",
        cases=count,
        of=rule.judged,
        share=more,
        touch_hours=type(more)(value, low, high),
        elapsed_hours=None,
        likely=rule.likely,
        examples=tuple(int(each) for each in rule.cases[:5]),
        why=(
            f"Of {rule.judged:,} later cases a tree of {', '.join(rule.facts)} says of {more.value:.1%} rightly "
            f"whether {rule.outcome} comes; the most frequent answer is right for {rule.usual.value:.1%}."
        ),
        needs="What the tree asks must be known when the case begins, and stand where a worker can read it.",
        detail=tuple(rule.tree.splitlines()),
    )


def _repetition(radar: Radar, calendar: list[Period]) -> Score:
    """A third each: volume (logarithmic, full at FULL_VOLUME a week), concentration, and calendar."""
    cases = radar.cases
    weeks = max(float(cases.last.max() - cases.first.min()) / WEEK, 1.0)
    a_week = cases.cases / weeks
    volume = min(1.0, math.log1p(a_week) / math.log1p(FULL_VOLUME))
    alike = math.sqrt(concentration(radar.variants))
    real = [each for each in calendar if each.is_real]
    regular = len(real) / len(calendar) if calendar else 0.0
    times = "; ".join(f"{each.name}: {each.peak} has {each.ratio:.1f} times the mean" for each in real)
    return Score(
        100 * (volume + alike + regular) / 3,
        (
            f"{a_week:,.1f} cases a week.",
            f"{radar.variants.count:,} ways; the chance that two cases go the same way is {alike * alike:.1%}.",
            f"The calendar shows: {times}." if times else "Nothing in the calendar differs from chance.",
        ),
    )


def _rework(cases: CaseMeasures) -> Score:
    """The share of events that do again what was done, move a case to another group, or open it again."""
    ordered = cases.ordered
    again = returns(ordered) | rework.self_loops(ordered)
    again |= rework.reassignments(ordered, cases.own) | rework.reopenings(ordered, cases.own)
    count, touched = int(again.sum()), int((ordered.per_case(again) > 0).sum())
    return Score(
        100 * count / ordered.count,
        (
            f"{count:,} of {ordered.count:,} events do something again or move the case.",
            f"{touched:,} of {cases.cases:,} cases have such an event ({touched / cases.cases:.1%}).",
        ),
    )


def _rules(real: list[Rule], looked: int) -> Score:
    """The mean, over all outcomes looked at, of the part of what is left to decide that a rule decides."""
    if not looked:
        return Score(0.0, ("No outcome could be looked at: too few cases ended, or nothing is open when they begin.",))
    value = 100 * sum(rule.gain for rule in real) / looked
    told = [
        f"{rule.outcome}: right for {rule.right.value:.1%} ({rule.right.low:.1%} to {rule.right.high:.1%}) of later "
        f"cases, where the most frequent answer is right for {rule.usual.value:.1%}."
        for rule in real
    ]
    return Score(value, (f"{len(real)} of {looked} outcomes follow from what is known at the start.", *told))
