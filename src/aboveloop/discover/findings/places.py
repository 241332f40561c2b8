"""Where rework happens: each pattern at each activity or pair of groups, tested against slips that happen anywhere.

A pattern is claimed where it comes in more cases than slips explain; its cost is what its cases take beyond their
peers: cases of the same place that began alike and do not have it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from aboveloop.discover import rework
from aboveloop.discover.cases import CaseMeasures
from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.discover.findings.chance import Estimate, difference, more_than, share
from aboveloop.discover.findings.opportunity import Opportunity
from aboveloop.discover.ordering import Mask, Ordered
from aboveloop.history.logs.log import UNKNOWN, Numbers

# People slip: what happens in one of fifty cases of a place is not worth a pilot.
SLIPS = 0.02
# Of fewer cases nothing is claimed.
FEWEST = 10
HOUR = 3_600_000_000
EXAMPLES = 5
# To be told something twice is talk, not rework.
TALK = frozenset(
    {"customer_message", "person_message", "worker_message", "house_message", "note", "tagged", "field_changed"}
)
NEEDS = {
    "self_loop": "The second time must not be work of its own: look at the examples for what was missing at first.",
    "loop": "What sends the case back must be known before this step: ask for it, or check it, earlier.",
    "ping_pong": "It must be known at the start which of the two groups can finish the case.",
    "asked_later": "It must be asked for when the case begins: by the form, or in the first answer.",
    "reopening": "What brings the case back must be seen before it is closed: ask the customer whether it is right.",
}


@dataclass(frozen=True)
class Place:
    """A pattern at a place: `marked` cases have it, `could` might have it, `times` is how often it happened."""

    pattern: str
    name: str
    marked: Numbers
    could: Numbers
    times: int

    @property
    def likely(self) -> float:
        return more_than(len(self.marked), of=len(self.could), chance=SLIPS)


def places(cases: CaseMeasures) -> list[Place]:
    """Every pattern at every place where it happened once."""
    ordered = cases.ordered
    again = rework.self_loops(ordered)
    came_back = returns(ordered) & ~again
    reopened = rework.reopenings(ordered, cases.own)
    before: Mask = np.zeros(ordered.count, dtype=np.bool_)
    before[:-1] = reopened[1:]
    # What is done again after a reopening is what the reopening costs, not a loop of its own.
    first_time = ~_after(ordered, reopened)
    return [
        *_at_activities(ordered, "self_loop", again & first_time),
        *_at_activities(ordered, "loop", came_back & first_time),
        *_at_activities(ordered, "reopening", before),
        *_between_groups(ordered),
    ]


def returns(ordered: Ordered) -> Mask:
    """The events whose activity the case had before."""
    count = len(ordered.log.activities.names)
    _, first = np.unique(ordered.case.astype(np.int64) * count + ordered.activity, return_index=True)
    had = np.ones(ordered.count, dtype=np.bool_)
    had[first] = False
    return had


def _after(ordered: Ordered, events: Mask) -> Mask:
    """The events of each case from the first of these on."""
    so_far: Numbers = np.cumsum(events, dtype=np.int64)
    earlier: Numbers = (so_far - events)[ordered.starts[:-1]]
    after: Mask = so_far > np.repeat(earlier, np.diff(ordered.starts))
    return after


def opportunity(cases: CaseMeasures, place: Place, assumed: Assumptions) -> Opportunity:
    """What a place costs."""
    marked = np.isin(place.could, place.marked)
    strata = _alike(cases.ordered)[place.could]
    elapsed = difference(cases.micros[place.could] / HOUR, marked, strata)
    touches = difference(cases.events[place.could].astype(float), marked, strata)
    count = len(place.marked)
    # Where no case is comparable, what is seen repeated is what could be spared.
    more = touches if touches is not None else Estimate(place.times / count, 0.0, place.times / count)
    spread = share(count, len(place.could))
    spared = beyond_slips(spread, len(place.could))
    return Opportunity(
        pattern=place.pattern,
        place=place.name,
        cases=count,
        of=len(place.could),
        share=spread,
        touch_hours=_never_negative(more).by(spared).times(assumed.hours),
        elapsed_hours=elapsed,
        likely=place.likely,
        examples=tuple(int(each) for each in place.marked[:EXAMPLES]),
        why=(
            f"It happened {place.times:,} times in {count:,} of {len(place.could):,} cases ({spread.value:.1%}); "
            f"a case with it has {more.value:.1f} more events than its peers{_longer(elapsed)}."
        ),
        needs=NEEDS[place.pattern],
        inside=place.could,
    )


def beyond_slips(spread: Estimate, could: int) -> Estimate:
    """How many cases of so many have what slips alone do not make. People will go on slipping, so no more can be
    spared; and what is hardly more than slips stands last, where it is hardly claimed."""
    return _never_negative(Estimate(spread.value - SLIPS, spread.low - SLIPS, spread.high - SLIPS)).times(could)


def _longer(elapsed: Estimate | None) -> str:
    if elapsed is None:
        return ", and no case is comparable for its time"
    if elapsed.low <= 0:
        return ", and no longer time is certain"
    return f" and takes {elapsed.value:,.1f} h longer ({elapsed.low:,.1f} to {elapsed.high:,.1f})"


def _never_negative(value: Estimate) -> Estimate:
    return Estimate(max(0.0, value.value), max(0.0, value.low), max(0.0, value.high))


def _alike(ordered: Ordered) -> Numbers:
    """How a case began: cases with the same first activity and group are peers."""
    first = ordered.starts[:-1]
    began: Numbers = ordered.activity[first].astype(np.int64)
    if ordered.group is not None:
        began = began * 65_536 + ordered.group[first]
    return began


def _at_activities(ordered: Ordered, pattern: str, events: Mask) -> Iterator[Place]:
    names = ordered.log.activities.names
    hits = np.flatnonzero(events)
    for code in np.unique(ordered.activity[hits]):
        name = names[code]
        if ordered.log.ours and name in TALK and pattern != "reopening":
            continue
        here = hits[ordered.activity[hits] == code]
        could = np.unique(ordered.case[ordered.activity == code])
        yield Place(pattern, name, np.unique(ordered.case[here]), could, len(here))


def _between_groups(ordered: Ordered) -> Iterator[Place]:
    """A pair of groups between which a case goes to and fro; of the cases that were with one of the two."""
    if ordered.group is None or ordered.log.groups is None:
        return
    names = ordered.log.groups.names
    hits = np.flatnonzero(rework.ping_pongs(ordered, rework.group_changes(ordered)))
    width = len(names)
    here, there = ordered.group[hits].astype(np.int64), ordered.group[hits - 1].astype(np.int64)
    pairs = np.minimum(here, there) * width + np.maximum(here, there)
    for pair in np.unique(pairs):
        one, other = int(pair) // width, int(pair) % width
        if UNKNOWN in (names[one], names[other]):
            continue
        could = np.unique(ordered.case[(ordered.group == one) | (ordered.group == other)])
        events = hits[pairs == pair]
        yield Place("ping_pong", f"{names[one]} <> {names[other]}", np.unique(ordered.case[events]), could, len(events))
