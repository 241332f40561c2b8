"""The scorecard: candidates for a pilot on five scales from 1 to 5, ranked, and how firm the ranking is. Pure.

5 is always good: easy to integrate, little change to bear. What data tells is a hint beside the score.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field

from aboveloop.discover.errors import CandidatesUnreadable
from aboveloop.discover.outcomes import Outcomes, outcomes
from aboveloop.discover.radar import Radar
from aboveloop.operation.part import Name, Part

SCALES: Mapping[str, str] = {
    "value": "moves one KPI: time, cost, revenue or risk",
    "feasibility": "weeks, not quarters",
    "data_readiness": "clean inputs, and the outcome of each case is known",
    "integration": "few systems, with ways in (5: none to build)",
    "change": "how little people must do otherwise (5: nothing)",
}
# The four causes for which such projects fail (RAND 2024), as questions; one that is open keeps a candidate back.
QUESTIONS: Mapping[str, str] = {
    "aligned": "Does it serve an objective that the business has anyway?",
    "data": "Is there data enough to do and to judge it?",
    "infrastructure": "Is there what runs it, watches it and grows with it?",
    "suited": "Is it a problem for a worker, not one that people solve better?",
}
# A use case that needs five approvals before lunch is no pilot: half of a working day of eight hours.
BEFORE_LUNCH = 5
MORNING = 0.5
# Weights are moved up to half and twice their size: further is another opinion, not a doubt.
FACTORS = (0.5, 1.0, 2.0)
# The feedback signal: what is said where there is none, and the most that a history is worth in which all cases end
# alike.
NO_FEEDBACK = "no case carries an outcome in the data"
ALIKE = 3
# People may know better than the data, and where they say so much more, it is told.
APART = 2
# Scores of a quick win, besides one KPI and one team.
QUICK = {"value": 3, "feasibility": 4, "integration": 3, "change": 3}


class Candidate(Part):
    """A candidate as it is written down; `problem` comes first, the `worker` last if at all."""

    candidate: Name
    problem: str = Field(min_length=1)
    scores: dict[Name, int]
    kpis: list[str] = []
    teams: list[str] = []
    cases_a_day: float = Field(default=0, ge=0)
    approvals_a_case: float = Field(default=0, ge=0)
    ready: dict[Name, bool] = {}
    better_for_humans: bool = False
    worker: str | None = None


@dataclass(frozen=True)
class Ranked:
    """A candidate with its weighted score (1 to 5), what is missing, remarks, and the hints that data gives."""

    candidate: Candidate
    total: float
    lacks: tuple[str, ...]
    remarks: tuple[str, ...]
    hints: Mapping[str, str] = field(default_factory=dict)

    @property
    def approvals_a_day(self) -> float:
        return self.candidate.cases_a_day * self.candidate.approvals_a_case

    @property
    def is_politics(self) -> bool:
        """Whether people would be asked all morning."""
        return self.approvals_a_day * MORNING >= BEFORE_LUNCH

    @property
    def is_quick_win(self) -> bool:
        """Small in surface, not in effect: one KPI, one team, soon, nothing open."""
        each = self.candidate
        small = len(each.kpis) == 1 and len(each.teams) == 1 and not self.is_politics
        return small and not self.lacks and all(each.scores.get(name, 0) >= low for name, low in QUICK.items())

    @property
    def verdict(self) -> Literal["pilot", "not ready", "better for humans"]:
        if self.candidate.better_for_humans or self.candidate.ready.get("suited") is False:
            return "better for humans"
        return "not ready" if self.lacks or self.is_politics else "pilot"


@dataclass(frozen=True)
class Scorecard:
    """The ranking, and in which share of the tried weights the first stays first; `rivals` say who else comes first."""

    ranked: tuple[Ranked, ...]
    weights: Mapping[str, float]
    stays_first: float
    rivals: Mapping[str, float]

    @property
    def firmness(self) -> str:
        if len(self.ranked) < 2:
            return "There is nothing to compare with."
        first = self.ranked[0].candidate.candidate
        if self.stays_first == 1:
            return f"{first} stays first however the weights are halved or doubled."
        others = ", ".join(f"{name} in {share:.0%}" for name, share in self.rivals.items())
        return f"{first} stays first in {self.stays_first:.0%} of the weights that were tried; else first: {others}."


def rank(
    candidates: Sequence[Candidate], weights: Mapping[str, float] | None = None,
    hints: Mapping[str, Mapping[str, str]] | None = None,
) -> Scorecard:  # fmt: skip
    """Rank them. Every combination of halved, kept and doubled weights is tried: nothing is drawn by chance.

    Raises CandidatesUnreadable.
    """
    given = dict.fromkeys(SCALES, 1.0) | dict(weights or {})
    unknown = set(given) - set(SCALES)
    if unknown or min(given.values()) < 0 or not any(given.values()):
        raise CandidatesUnreadable(f"Weights are of {', '.join(SCALES)}, none below 0 and not all 0.")
    names = [each.candidate for each in candidates]
    if not names or len(set(names)) != len(names):
        raise CandidatesUnreadable("A scorecard ranks at least one candidate, each of a name of its own.")
    found = [_ranked(each, given, (hints or {}).get(each.candidate, {})) for each in candidates]
    # What is no pilot is shown after what is one, whatever its score.
    ranked = tuple(sorted(found, key=lambda each: (each.verdict != "pilot", -each.total, each.candidate.candidate)))
    firsts = _firsts([each.candidate for each in ranked if each.verdict == ranked[0].verdict], given)
    first = ranked[0].candidate.candidate
    return Scorecard(ranked, given, firsts.pop(first, 0.0), firsts)


def _firsts(candidates: Sequence[Candidate], weights: Mapping[str, float]) -> dict[str, float]:
    """Who comes first in which share of the tried weights; a tie is for who comes first here."""
    counts: dict[str, int] = {}
    tried = 0
    for factors in itertools.product(FACTORS, repeat=len(SCALES)):
        moved = {name: weights[name] * factor for name, factor in zip(SCALES, factors, strict=True)}
        best = max(candidates, key=lambda each: round(_total(each, moved), 9))
        counts[best.candidate] = counts.get(best.candidate, 0) + 1
        tried += 1
    return {name: count / tried for name, count in sorted(counts.items(), key=lambda item: -item[1])}


def _total(candidate: Candidate, weights: Mapping[str, float]) -> float:
    """The weighted mean of the scores; what is not scored counts as 1."""
    scores = candidate.scores
    return sum(weights[name] * scores.get(name, 1) for name in SCALES) / sum(weights.values())


def _ranked(candidate: Candidate, weights: Mapping[str, float], hints: Mapping[str, str]) -> Ranked:
    scores, answers = candidate.scores, candidate.ready
    lacks = [f"{name} is not scored ({SCALES[name]})" for name in SCALES if name not in scores]
    lacks += [f"{name} is scored {score}, not 1 to 5" for name, score in scores.items() if not 1 <= score <= 5]
    lacks += [f"open: {question}" for name, question in QUESTIONS.items() if name not in answers]
    lacks += [f"no: {QUESTIONS.get(name, name)}" for name, holds in answers.items() if not holds]
    lacks += [f"there is no scale or question {name}" for name in {*scores, *answers} - {*SCALES, *QUESTIONS}]
    remarks = []
    if len(candidate.kpis) != 1:
        remarks.append(f"It moves {len(candidate.kpis)} KPIs: a pilot moves one.")
    if len(candidate.teams) != 1:
        remarks.append(f"It concerns {len(candidate.teams)} teams: a pilot begins with one.")
    morning = candidate.cases_a_day * candidate.approvals_a_case * MORNING
    if morning >= BEFORE_LUNCH:
        remarks.append(f"It asks for {morning:.0f} approvals before lunch: that is politics, not a pilot.")
    hinted = hints.get("data_readiness", "")
    if NO_FEEDBACK in hinted:
        lacks.append(f"{NO_FEEDBACK} (of its history): nothing would tell whether a worker was right")
    elif hinted and scores.get("data_readiness", 0) - int(hinted.partition(":")[0]) >= APART:
        remarks.append(f"Data readiness is scored {scores['data_readiness']}, and its history says {hinted}.")
    return Ranked(candidate, _total(candidate, weights), tuple(lacks), tuple(remarks), dict(hints))


def hints_of(radar: Radar) -> dict[str, str]:
    """What a history tells of the scales, in words with a score to begin from."""
    cases = radar.cases
    days = max(1.0, (int(cases.ordered.at.max()) - int(cases.ordered.at.min())) / 86_400_000_000)
    feedback = outcomes(cases.ordered)
    rework = float(((cases.reopenings + cases.reassignments + cases.loops) > 0).mean())
    top = float(radar.variants.cases[:10].sum() / radar.variants.cases.sum())
    return {
        "value": f"{_scale(rework)}: {rework:.0%} of the cases hold rework, {cases.cases / days:.1f} cases a day",
        "feasibility": f"{_scale(top)}: the ten most common ways hold {top:.0%} of the cases",
        "data_readiness": _feedback(feedback, float(cases.reached_end.mean())),
    }


def _feedback(found: Outcomes, ended: float) -> str:
    """The feedback signal: how many cases carry an outcome, and whether that tells a good end from a bad one."""
    count, labelled = len(found.labelled), int(found.labelled.sum())
    if not labelled:
        silent = f"; {ended:.0%} reach an end that nothing follows, and no word says of which kind" if ended else ""
        return f"1: {NO_FEEDBACK}{silent}"
    said = f"{labelled:,} of {count:,} cases ({labelled / count:.0%}) carry an outcome in the data: {found.in_words}"
    scale = _scale(labelled / count)
    if not found.tells_apart:
        return f"{min(scale, ALIKE)}: {said}; all end alike, so nothing tells a good end from a bad one"
    return f"{scale}: {said}"


def _scale(share: float) -> int:
    """A share as a score from 1 to 5."""
    return 1 + min(4, int(share * 5))


def as_rows(card: Scorecard) -> list[dict[str, Any]]:
    """One flat row for each candidate, as files hold it."""
    return [
        {
            "place": place,
            "candidate": each.candidate.candidate,
            "problem": each.candidate.problem,
            "total": round(each.total, 3),
            "verdict": each.verdict,
            "quick_win": each.is_quick_win,
            **{name: each.candidate.scores.get(name) for name in SCALES},
            "approvals_a_day": round(each.approvals_a_day, 2),
            "lacks": "; ".join(each.lacks),
            "remarks": " ".join(each.remarks),
        }
        for place, each in enumerate(card.ranked, start=1)
    ]
