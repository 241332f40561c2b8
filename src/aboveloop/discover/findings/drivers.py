"""Drivers: what is known at the start and goes with slow or reopened cases, found in earlier cases, judged on later."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from aboveloop.discover.cases import CaseMeasures
from aboveloop.discover.findings.chance import Estimate, discoveries, share
from aboveloop.discover.ordering import Mask
from aboveloop.history.logs.beginnings import Values
from aboveloop.history.logs.log import Numbers
from aboveloop.kit.chances import at_most_drawn

LEARNED_SHARE = 0.7
# Slow is the slowest quarter of the earlier cases that ended.
SLOW = 0.75
# A kind of fewer earlier cases is an anecdote; one whose share is not a fifth higher is not worth a look.
FEWEST, LIFT = 30, 1.2
MOST_KINDS = 20
EXAMPLES = 5


@dataclass(frozen=True)
class Driver:
    """Of `judged` later cases of this kind, `share` are slow or reopened, of all later cases `usual`."""

    outcome: str
    kind: str
    share: Estimate
    usual: float
    judged: int
    likely: float
    examples: tuple[int, ...]

    @property
    def lift(self) -> float:
        return self.share.value / self.usual

    def as_json(self, names: dict[int, str]) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "kind": self.kind,
            "lift": round(self.lift, 3),
            "share": self.share.as_json(),
            "usual": round(self.usual, 4),
            "judged_cases": self.judged,
            "chance": self.likely,
            "examples": [names[each] for each in self.examples],
        }


def drivers(cases: CaseMeasures, facts: Mapping[str, Values]) -> list[Driver]:
    """Those that stand on later cases, the highest lift first. They go along with it: that is no cause."""
    chosen = np.flatnonzero(cases.reached_end) if cases.ends.names else np.arange(cases.cases)
    cut = int(LEARNED_SHARE * len(chosen))
    if cut < FEWEST or len(chosen) - cut < FEWEST:
        return []
    found = [
        driver
        for outcome, bad in _outcomes(cases, chosen, cut)
        for fact, values in facts.items()
        for driver in _of_fact(outcome, bad, fact, values, chosen, cut)
    ]
    stands = discoveries([each.likely for each in found])
    real = [each for each, is_real in zip(found, stands, strict=True) if is_real]
    return sorted(real, key=lambda each: (-each.lift, each.outcome, each.kind))


def _outcomes(cases: CaseMeasures, chosen: Numbers, cut: int) -> Iterator[tuple[str, Mask]]:
    slow = cases.micros[chosen] > np.quantile(cases.micros[chosen[:cut]], SLOW)
    yield "slow", slow
    yield "reopened", cases.reopenings[chosen] > 0


def _of_fact(outcome: str, bad: Mask, fact: str, values: Values, chosen: Numbers, cut: int) -> Iterator[Driver]:
    said = np.array(["" if values[each] is None else values[each] for each in chosen])
    kinds = np.unique(said)
    later = bad[cut:]
    if not 2 <= len(kinds) <= MOST_KINDS or not later.any() or not bad[:cut].any():
        return
    for kind in kinds[kinds != ""]:
        inside = said == kind
        early = bad[:cut][inside[:cut]]
        judged = int(inside[cut:].sum())
        if len(early) < FEWEST or not judged or early.mean() < LIFT * bad[:cut].mean():
            continue
        hits = int((later & inside[cut:]).sum())
        # As many or more, if the later cases of this kind were drawn from all later ones by lot.
        likely = 1.0 - at_most_drawn(hits - 1, drawn=judged, marked=int(later.sum()), of=len(later)) if hits else 1.0
        some = chosen[cut:][later & inside[cut:]][:EXAMPLES]
        yield Driver(
            outcome, f"{fact} is {kind}", share(hits, judged), float(later.mean()), judged, max(likely, 0.0),
            tuple(int(each) for each in some),
        )  # fmt: skip
