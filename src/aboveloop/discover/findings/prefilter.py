"""The pre-filter: what work must have before it is worth a pilot. High-volume, process-driven, measurable.

It leaves nothing out of the log and scores nothing: it says of each opportunity which of four it has, and why it is
left out where it lacks one.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from aboveloop.discover.cases import CaseMeasures
from aboveloop.discover.ordering import Mask
from aboveloop.discover.outcomes import Outcomes
from aboveloop.discover.variants import Variants
from aboveloop.history.logs.log import Numbers

WEEK = 7 * 86_400_000_000
# The usual gates ask 150 cases until a worker serves under supervision, and a pilot takes a quarter: 12 a week.
A_WEEK = 12
# As many ways as somebody can write down; who needs more for half of the cases has no process yet.
WAYS, IN_WAYS = 10, 0.5
# What most cases lack cannot be measured.
MOST, KNOWN = 0.8, 0.5


@dataclass(frozen=True)
class Check:
    """One thing that is asked of the cases of an opportunity. `sentence` says what there is."""

    name: str
    held: bool
    sentence: str


@dataclass(frozen=True)
class Prefilter:
    """What was asked, in order."""

    checks: tuple[Check, ...]

    @property
    def passes(self) -> bool:
        return all(each.held for each in self.checks)

    @property
    def left_out(self) -> str:
        """Why it is left out; "" where it is not."""
        return " ".join(each.sentence for each in self.checks if not each.held)

    def as_json(self) -> dict[str, Any]:
        return {"passes": self.passes, "left_out": self.left_out, "checks": [vars(each) for each in self.checks]}


def prefilter(cases: CaseMeasures, variants: Variants, outcomes: Outcomes, inside: Numbers | None) -> Prefilter:
    """Look at the cases that an opportunity is about, by their places; None is every case."""
    chosen = np.arange(cases.cases) if inside is None else inside
    return Prefilter(
        (
            _volume(cases, chosen),
            _concentration(variants, chosen),
            _times(cases, chosen),
            _outcomes(outcomes.labelled[chosen] | cases.reached_end[chosen]),
        )
    )


def _volume(cases: CaseMeasures, chosen: Numbers) -> Check:
    weeks = max(float(cases.last.max() - cases.first.min()) / WEEK, 1.0)
    a_week = len(chosen) / weeks
    said = f"{a_week:,.1f} cases a week"
    if a_week >= A_WEEK:
        return Check("Volume", True, f"{said}.")
    return Check("Volume", False, f"{said}: with fewer than {A_WEEK} a quarter is too short to show anything.")


def _concentration(variants: Variants, chosen: Numbers) -> Check:
    ways = np.sort(np.bincount(variants.of_case[chosen]))[::-1]
    top = float(ways[:WAYS].sum() / len(chosen))
    said = f"The {WAYS} most common ways hold {top:.0%} of the cases"
    if top >= IN_WAYS:
        return Check("Concentration", True, f"{said}.")
    return Check("Concentration", False, f"{said}: nearly every case goes its own way, so there is no process to take.")


def _times(cases: CaseMeasures, chosen: Numbers) -> Check:
    share = float((cases.micros[chosen] > 0).mean())
    said = f"{share:.0%} of the cases have times from which their length can be told"
    if share >= MOST:
        return Check("Times", True, f"{said}.")
    return Check("Times", False, f"{said}: in the others there is one event, or all bear one time.")


def _outcomes(known: Mask) -> Check:
    """An end that no word names, and nothing follows, is one too."""
    share = float(known.mean())
    said = f"{share:.0%} of the cases carry an outcome"
    if share >= KNOWN:
        return Check("Outcomes", True, f"{said}.")
    return Check("Outcomes", False, f"{said}: nothing would tell whether a worker was right.")
