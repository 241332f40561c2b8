"""Which activities end a case, and which cases have reached an end: found by evidence, never by "it came last".

A log is cut somewhere, and the cases that are open then also have a last event.
"""

from dataclasses import dataclass

import numpy as np

from aboveloop.discover.ordering import Mask, Ordered
from aboveloop.discover.rework import standings
from aboveloop.history.logs.log import Coded, Codes
from aboveloop.history.states import Standing, is_reopening, standing_of

# An activity without a word for it is an end when it is the last of at least this share of the cases that have it,
STAYS_LAST = 0.8
# and of this share of all cases: what ends a few of them may as well be where they were forgotten.
COMMON = 0.05
# Looked at are cases so long before the cut that what usually follows would have followed.
SETTLED = 0.99
# Where this share of the cases closes, to be resolved is not the end yet.
CLOSES = 0.05


@dataclass(frozen=True)
class Endings:
    """The names of the activities or states that are ends, and by which evidence: a word, or that nothing follows."""

    names: tuple[str, ...]
    by_words: tuple[str, ...]
    by_silence: tuple[str, ...]
    reached: Mask


def endings(ordered: Ordered) -> Endings:
    """The ends of a log; `reached` says of each case whether it stands at one at the cut."""
    column = ordered.log.states or ordered.log.activities
    codes = ordered.activity if ordered.log.states is None else column.codes[ordered.rows]
    words = _by_words(ordered, column)
    # Where words tell the end, silence adds none: a case that was only resolved may yet be closed.
    silent = () if words else tuple(name for name in _by_silence(ordered, column, codes) if _may_end(name))
    names = words or silent
    is_end = np.isin(np.array(column.names), names)
    return Endings(names, words, silent, _reached(ordered, is_end[codes]))


def _by_words(ordered: Ordered, column: Coded) -> tuple[str, ...]:
    """What is called closed; or resolved, where a log does not close its cases."""
    if ordered.log.ours:
        return tuple(name for name in column.names if name in ("solved", "closed", "refused"))
    closed = tuple(name for name in column.names if standing_of(name) is Standing.CLOSED)
    if closed and _share_of_cases(ordered, column, closed) >= CLOSES:
        return closed
    rested = (Standing.RESOLVED, Standing.CLOSED)
    return tuple(name for name in column.names if standing_of(name) in rested)


def _share_of_cases(ordered: Ordered, column: Coded, names: tuple[str, ...]) -> float:
    codes = ordered.activity if ordered.log.states is None else column.codes[ordered.rows]
    has = np.isin(np.array(column.names), names)[codes]
    return float((ordered.per_case(has) > 0).mean())


def _by_silence(ordered: Ordered, column: Coded, codes: Codes) -> tuple[str, ...]:
    """What nearly always stays the last word of a case, also where there was time enough for another."""
    ends = ordered.starts[1:] - 1
    waits = np.diff(ordered.at)[~ordered.is_first[1:]]
    usual = np.quantile(waits, SETTLED) if len(waits) else 0
    settled = ordered.at[ends] <= ordered.at.max() - usual
    count = len(column.names)
    last = np.bincount(codes[ends[settled]], minlength=count)
    has = np.zeros(count, dtype=np.int64)
    # A case counts once for each activity that it has.
    pairs = np.unique(ordered.case.astype(np.int64) * count + codes)
    has += np.bincount(pairs[settled[pairs // count]] % count, minlength=count)
    found = (last >= STAYS_LAST * np.maximum(has, 1)) & (last >= max(COMMON * settled.sum(), 1))
    return tuple(name for name, is_end in zip(column.names, found, strict=True) if is_end)


def _may_end(name: str) -> bool:
    """Whether no word says otherwise: neither a reminder nor a reopening ends a case."""
    return standing_of(name) is not Standing.BESIDE and not is_reopening(name)


def _reached(ordered: Ordered, ends: Mask) -> Mask:
    """Whether the last of what says where a case stands is an end: a note after the end takes nothing back.

    Where the log has its own word for a reopening, only that word takes an end back.
    """
    names = ordered.log.activities.names
    back = np.array([is_reopening(name) for name in names]) if not ordered.log.ours else np.isin(names, ("reopened",))
    if back.any() or ordered.log.ours:
        speaks = ends | back[ordered.activity]
    else:
        speaks = ends | (standings(ordered) != Standing.BESIDE)
    if speaks[ordered.starts[1:] - 1].all():
        return ends[ordered.starts[1:] - 1]
    last = np.zeros(ordered.cases, dtype=np.bool_)
    told = np.flatnonzero(speaks)
    # The later ones write over the earlier ones of the same case.
    last[ordered.case[told]] = ends[told]
    return last
