"""Rework in each case: given to another group, opened again, to and fro, the same again. Every count is of events.

- reassignment: the assigned group changes (a missing group is a group of its own), or the log's own activity for it;
- reopening: back from resolved or closed to work, or the log's own activity for it;
- ping-pong: a group has the case again that had it before the last one (A, B, A);
- self loop: the same activity twice in a row; loop: an activity comes back after another one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aboveloop.discover.ordering import Mask, Ordered
from aboveloop.history.logs.log import Coded, Numbers
from aboveloop.history.states import Standing, is_bare, is_reassignment, is_reopening, standing_of

# Activities whose occurrence is kept in the bits of one word.
WORD = 64


@dataclass(frozen=True)
class OwnWords:
    """The activities by which a log itself tells of a reassignment and a reopening; empty where it has none."""

    reassignment: tuple[str, ...]
    reopening: tuple[str, ...]


def own_words(ordered: Ordered) -> OwnWords:
    names = ordered.log.activities.names
    if ordered.log.ours:
        return OwnWords((), ("reopened",))
    return OwnWords(
        _surest(tuple(name for name in names if is_reassignment(name))),
        _surest(tuple(name for name in names if is_reopening(name))),
    )


def reassignments(ordered: Ordered, words: OwnWords) -> Mask:
    """The events by which a case came to another group."""
    if words.reassignment:
        return _called(ordered, words.reassignment)
    return group_changes(ordered)


def group_changes(ordered: Ordered) -> Mask:
    """The events at which another group has the case than at the event before."""
    changed = np.zeros(ordered.count, dtype=np.bool_)
    if ordered.group is not None:
        changed[1:] = (ordered.group[1:] != ordered.group[:-1]) & ~ordered.is_first[1:]
    return changed


def ping_pongs(ordered: Ordered, changed: Mask) -> Mask:
    """The changes of group that bring a case back to the group before the last."""
    back = np.zeros(ordered.count, dtype=np.bool_)
    if ordered.group is None:
        return back
    turns = np.flatnonzero(changed | ordered.is_first)
    held, case = ordered.group[turns], ordered.case[turns]
    back[turns[2:]] = (held[2:] == held[:-2]) & (case[2:] == case[:-2])
    return back


def reopenings(ordered: Ordered, words: OwnWords) -> Mask:
    """The events by which a case went back to work."""
    if not words.reopening:
        return returns(ordered)
    called = _called(ordered, words.reopening)
    if ordered.log.ours or not _stands(ordered.log.activities):
        return called
    # Where the word is a state that lasts over several events, only entering it counts.
    called[1:] &= ~(called[:-1] & ~ordered.is_first[1:])
    return called


def returns(ordered: Ordered) -> Mask:
    """The events at which a case that was resolved or closed is at work again; notes and ratings are no work."""
    standing = standings(ordered)
    back = np.zeros(ordered.count, dtype=np.bool_)
    beside = standing == Standing.BESIDE
    if not beside.any():
        back[1:] = (standing[1:] == Standing.WORK) & (standing[:-1] >= Standing.RESOLVED) & ~ordered.is_first[1:]
        return back
    told = np.flatnonzero(~beside)
    here, case = standing[told], ordered.case[told]
    back[told[1:]] = (here[1:] == Standing.WORK) & (here[:-1] >= Standing.RESOLVED) & (case[1:] == case[:-1])
    return back


def standings(ordered: Ordered) -> npt.NDArray[np.uint8]:
    """Where the case stands at each event: by its state where the log has a column for it, else by the activity."""
    states = ordered.log.states
    if states is None:
        return _table(ordered.log.activities)[ordered.activity]
    return _table(states)[states.codes[ordered.rows]]


def self_loops(ordered: Ordered) -> Mask:
    same = np.zeros(ordered.count, dtype=np.bool_)
    same[1:] = (ordered.activity[1:] == ordered.activity[:-1]) & ~ordered.is_first[1:]
    return same


def distinct_activities(ordered: Ordered) -> Numbers:
    """How many different activities each case has: a bit for each, and the bits of a case together."""
    count = len(ordered.log.activities.names)
    found = np.zeros(ordered.cases, dtype=np.int64)
    for low in range(0, count, WORD):
        width = min(count - low, WORD)
        kind = np.dtype(f"uint{next(size for size in (8, 16, 32, 64) if size >= width)}").type
        bits = np.zeros(count, dtype=kind)
        bits[low : low + width] = kind(1) << np.arange(width, dtype=kind)
        together = np.bitwise_or.reduceat(bits[ordered.activity], ordered.starts[:-1])
        found += np.bitwise_count(together)
    return found


def _called(ordered: Ordered, names: tuple[str, ...]) -> Mask:
    is_meant = np.isin(np.array(ordered.log.activities.names), names)
    called: Mask = is_meant[ordered.activity]
    return called


def _surest(found: tuple[str, ...]) -> tuple[str, ...]:
    """Those that say nothing else, where there are such: a vendor's reassignment is not the case's."""
    return tuple(name for name in found if is_bare(name)) or found


def _stands(activities: Coded) -> bool:
    """Whether the activities are states that last: then a case is resolved by one of them, not by doing something."""
    return "resolved" in {name.strip().lower() for name in activities.names}


def _table(column: Coded) -> npt.NDArray[np.uint8]:
    return np.array([standing_of(name) for name in column.names], dtype=np.uint8)
