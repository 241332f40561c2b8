"""Kinds of cases that people should keep: too few, too different, too much at stake, or of what hurts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from aboveloop.discover.cases import CaseMeasures
from aboveloop.discover.findings.chance import share
from aboveloop.discover.variants import Variants
from aboveloop.history.logs.beginnings import Values
from aboveloop.history.logs.log import Numbers

# Fewer than one in two weeks: nobody can tell whether a worker does it well.
RARE_A_WEEK = 0.5
# Where surely less than this share goes the commonest way, each case is its own.
COMMON_WAY = 0.2
FEWEST = 30
MOST_KINDS = 20
# The slowest hundredth takes this many times the middle: what goes wrong here goes on for long.
TAIL_AT, TAIL = 0.99, 50
WEEK = 7 * 86_400_000_000
SENSITIVE = re.compile(
    r"\b(fraud|legal|lawyer|court|police|death|deceased|bereave\w*|suicid\w*|injur\w*|abuse|harass\w*|discriminat\w*|"
    r"medical|health|minor|child\w*|press|regulator\w*|data breach|betrug|anwalt|todesfall|frode|avvocato|fraude)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Keep:
    """A kind of case for people, with the reasons in words."""

    kind: str
    cases: int
    reasons: tuple[str, ...]
    examples: tuple[int, ...]

    def as_json(self, names: dict[int, str]) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "cases": self.cases,
            "reasons": list(self.reasons),
            "examples": [names[each] for each in self.examples],
        }


def keep_human(
    cases: CaseMeasures, variants: Variants, facts: Mapping[str, Values], decided_by: frozenset[str]
) -> list[Keep]:
    """The kinds that people should keep; `decided_by` are facts from which outcomes follow."""
    found = []
    for fact, values in facts.items():
        said = np.array(["" if value is None else value for value in values])
        kinds = np.unique(said)
        if not 2 <= len(kinds) <= MOST_KINDS:
            continue
        for kind in kinds:
            inside = np.flatnonzero(said == kind)
            reasons = _reasons(cases, variants, inside, str(kind), fact in decided_by) if kind else ()
            if reasons:
                found.append(Keep(f"{fact} is {kind}", len(inside), reasons, tuple(int(c) for c in inside[:5])))
    return sorted(found, key=lambda each: (-len(each.reasons), -each.cases, each.kind))


def _reasons(cases: CaseMeasures, variants: Variants, inside: Numbers, kind: str, decided: bool) -> tuple[str, ...]:
    reasons = []
    weeks = max(float(cases.last.max() - cases.first.min()) / WEEK, 1.0)
    if SENSITIVE.search(kind.replace("_", " ")):
        reasons.append("It is of something that hurts or binds: somebody should answer for it in person.")
    if len(inside) / weeks < RARE_A_WEEK:
        reasons.append(
            f"It is rare: {len(inside) / weeks:.2f} a week over {weeks:.0f} weeks, too few to judge a worker by."
        )
    if len(inside) < FEWEST:
        return tuple(reasons)
    common = share(int(np.bincount(variants.of_case[inside]).max()), len(inside))
    if common.high < COMMON_WAY and not decided:
        reasons.append(
            f"Each case is its own: the commonest way is that of {common.value:.0%}, and what is known at the start "
            "does not decide."
        )
    middle, most = np.quantile(cases.micros[inside], (0.5, TAIL_AT))
    if middle > 0 and most > TAIL * middle:
        reasons.append(f"It has a long tail: one in a hundred takes {most / middle:,.0f} times as long as the middle.")
    return tuple(reasons)
