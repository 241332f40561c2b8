"""What a log tells of who did what: hand-overs between people, who sends a case to and fro, who does work again.

It is looked at only where somebody names the column: it is about people, and about nobody's worth.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from aboveloop.discover.graph import Edges, edges_of
from aboveloop.discover.ordering import Mask, Ordered
from aboveloop.history.logs.log import UNKNOWN, Numbers, Whole


@dataclass(frozen=True)
class Between:
    """What happened between two people, or of one with an activity: how often, in how many cases."""

    names: tuple[str, str]
    times: int
    cases: int

    def as_json(self, first: str, second: str) -> dict[str, Any]:
        return {first: self.names[0], second: self.names[1], "times": self.times, "cases": self.cases}


@dataclass(frozen=True)
class People:
    """`known` is the share of events that name somebody. `again` is work that the same person did before in the same
    case, `again_by_other` what somebody else did before; counts for each case stand in the order of the cases."""

    known: float
    handovers: Edges
    ping_pongs: tuple[Between, ...]
    again: tuple[Between, ...]
    again_by_other: tuple[Between, ...]
    handovers_of_case: Numbers
    ping_pongs_of_case: Numbers
    again_of_case: Numbers


def people(ordered: Ordered) -> People | None:
    """None where the log does not say who did what, or was read without it."""
    column = ordered.log.resources
    if column is None:
        return None
    who = column.codes[ordered.rows].astype(np.int64)
    said = np.ones(ordered.count, dtype=np.bool_)
    if UNKNOWN in column.names:
        said = who != column.names.index(UNKNOWN)
    # Events of nobody are passed over: between two events of one person nothing was handed over.
    places = np.flatnonzero(said)
    here, case = who[places], ordered.case[places]
    changed = np.flatnonzero((here[1:] != here[:-1]) & (case[1:] == case[:-1])) + 1
    begun = ordered.at if ordered.begun is None else ordered.begun
    waits = np.maximum(begun[places[changed]] - ordered.at[places[changed - 1]], 0)
    back = _back(here, case, changed)
    same, other = _again(ordered, who, places)
    names, activities = column.names, ordered.log.activities.names
    return People(
        known=float(said.mean()),
        handovers=edges_of(names, here[changed - 1], here[changed], waits, 1),
        ping_pongs=tuple(_pairs(names, names, *_sorted(here[back], here[back - 1]), case[back])),
        again=tuple(_pairs(names, activities, who[same], ordered.activity[same], ordered.case[same])),
        again_by_other=tuple(_pairs(names, activities, who[other], ordered.activity[other], ordered.case[other])),
        handovers_of_case=np.bincount(case[changed], minlength=ordered.cases),
        ping_pongs_of_case=np.bincount(case[back], minlength=ordered.cases),
        again_of_case=np.bincount(ordered.case[same], minlength=ordered.cases),
    )


def _back(here: Whole, case: Whole, changed: Numbers) -> Numbers:
    """Of the changes of person, those that bring a case back to the one before the last."""
    is_first = np.append(True, case[1:] != case[:-1]) if len(case) else np.zeros(0, dtype=np.bool_)
    turns = np.flatnonzero(is_first | np.isin(np.arange(len(here)), changed))
    held, of = here[turns], case[turns]
    back: Numbers = turns[2:][(held[2:] == held[:-2]) & (of[2:] == of[:-2])]
    return back


def _again(ordered: Ordered, who: Numbers, places: Numbers) -> tuple[Numbers, Numbers]:
    """The events of an activity that its case had before: done before by the same person, or only by others."""
    width = len(ordered.log.activities.names)
    doing = ordered.case[places].astype(np.int64) * width + ordered.activity[places]
    had = _seen_before(doing)
    mine = _seen_before(np.unique(doing, return_inverse=True)[1] * (int(who.max(initial=0)) + 1) + who[places])
    return places[had & mine], places[had & ~mine]


def _seen_before(values: Numbers) -> Mask:
    _, first = np.unique(values, return_index=True)
    before = np.ones(len(values), dtype=np.bool_)
    before[first] = False
    return before


def _sorted(one: Numbers, other: Numbers) -> tuple[Numbers, Numbers]:
    return np.minimum(one, other), np.maximum(one, other)


def _pairs(
    firsts: tuple[str, ...], seconds: tuple[str, ...], one: Whole, other: Whole, case: Whole
) -> Iterator[Between]:
    """Each pair with its counts, the most frequent first."""
    pairs, of, times = np.unique(one.astype(np.int64) * len(seconds) + other, return_inverse=True, return_counts=True)
    apart = np.unique(np.column_stack((of, case)), axis=0) if len(of) else np.zeros((0, 2), dtype=np.int64)
    cases = np.bincount(apart[:, 0].astype(np.int64), minlength=len(pairs))
    for place in np.argsort(-times, kind="stable"):
        first, second = divmod(int(pairs[place]), len(seconds))
        yield Between((firsts[first], seconds[second]), int(times[place]), int(cases[place]))


def as_json(found: People, shown: int) -> dict[str, Any]:
    """Without hand-overs, which are told as edges are."""
    return {
        "known": found.known,
        "ping_pongs": [each.as_json("one", "other") for each in found.ping_pongs[:shown]],
        "again_by_same": [each.as_json("who", "activity") for each in found.again[:shown]],
        "again_by_other": [each.as_json("who", "activity") for each in found.again_by_other[:shown]],
    }
