"""Outcomes in a log: which cases carry one, by kind, and whether they tell a good end from a bad one.

Without an outcome nothing says whether a worker was right: it is the feedback signal of everything that is learned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from aboveloop.discover.ordering import Mask, Ordered
from aboveloop.history.outcomes import OUTCOMES, Outcome, outcome_of

# An end that fewer cases have tells nobody anything of the others.
RARE = 0.01


@dataclass(frozen=True)
class Outcomes:
    """By outcome: which cases have it, how often it came, and what the log calls it. `events` are all events."""

    cases: Mapping[Outcome, Mask]
    times: Mapping[Outcome, int]
    names: Mapping[Outcome, tuple[str, ...]]
    events: int

    @cached_property
    def labelled(self) -> Mask:
        """Which cases carry an outcome of any kind."""
        found: Mask = np.logical_or.reduce(list(self.cases.values()))
        return found

    @property
    def activity(self) -> int:
        """How many events are on the way: they say that somebody was busy."""
        return self.events - sum(self.times.values())

    @cached_property
    def tells_apart(self) -> bool:
        """Whether cases end in more ways than one: where all carry the same, nothing tells good from bad."""
        code = np.zeros(len(self.labelled), dtype=np.int64)
        for place, mask in enumerate(self.cases.values()):
            code += mask.astype(np.int64) << place
        _, counts = np.unique(code[self.labelled], return_counts=True)
        return int((counts >= max(RARE * len(code), 1)).sum()) >= 2

    def as_json(self) -> dict[str, Any]:
        many = len(self.labelled)
        kinds = {
            kind: {"cases": int(mask.sum()), "times": self.times[kind], "named": list(self.names[kind]),
                   "share_of_cases": float(mask.mean()) if many else 0.0}
            for kind, mask in self.cases.items()
            if mask.any()
        }  # fmt: skip
        return {
            "cases": many,
            "labelled": int(self.labelled.sum()),
            "tells_apart": self.tells_apart,
            "kinds": kinds,
            "activity_events": self.activity,
        }

    @property
    def in_words(self) -> str:
        """Such as "resolved 96 %, reopened 12 %"; "" where there is none."""
        return ", ".join(f"{kind} {mask.mean():.0%}" for kind, mask in self.cases.items() if mask.any())


def outcomes(ordered: Ordered) -> Outcomes:
    """The outcomes of a log, told by what its activities are called, and by its states where it has them."""
    activity = _by_kind(ordered, ordered.log.activities.names, ordered.activity)
    told = {kind: ordered.per_case(mask) for kind, mask in activity.items()}
    names = {kind: _named(ordered.log.activities.names, kind) for kind in OUTCOMES}
    cases = {kind: counts > 0 for kind, counts in told.items()}
    if ordered.log.states is not None:
        column = ordered.log.states
        for kind, mask in _by_kind(ordered, column.names, column.codes[ordered.rows]).items():
            cases[kind] |= ordered.per_case(mask) > 0
            names[kind] = tuple(dict.fromkeys((*names[kind], *_named(column.names, kind))))
    times = {kind: int(counts.sum()) for kind, counts in told.items()}
    return Outcomes(cases, times, names, ordered.count)


def _by_kind(ordered: Ordered, names: tuple[str, ...], codes: Any) -> dict[Outcome, Mask]:
    """By outcome, which events are one."""
    kinds = [outcome_of(name) for name in names]
    return {outcome: np.array([kind == outcome for kind in kinds], dtype=np.bool_)[codes] for outcome in OUTCOMES}


def _named(names: tuple[str, ...], outcome: Outcome) -> tuple[str, ...]:
    return tuple(name for name in names if outcome_of(name) == outcome)
