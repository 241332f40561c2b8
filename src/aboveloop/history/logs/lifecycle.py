"""Activities that a log tells of twice, when they start and when they end: one event with a time of its own.

What else an activity's life is told in (it was scheduled, assigned, suspended) is no work of the case and is left out.
"""

import dataclasses
from collections import deque
from collections.abc import Iterator

import numpy as np

from aboveloop.history.logs.log import UNKNOWN, Coded, Log, Numbers, part
from aboveloop.history.states import plain

STARTS = frozenset({"start", "started", "begin", "began", "begun"})
ENDS = frozenset(
    {"complete", "completed", "end", "ended", "finish", "finished", "done"}
    | {"withdraw", "ate_abort", "pi_abort", "ate abort", "pi abort", "autoskip", "manualskip"}
)


def folds(names: tuple[str, ...]) -> bool:
    """Whether a column of these values tells of starts and of ends."""
    said = {plain(name) for name in names}
    return bool(said & STARTS) and bool(said & ENDS)


def fold(log: Log, lifecycle: Coded) -> Log:
    """The log with one event for each activity that was done, at its end; `begun` says when its work began.

    The first start of an activity in a case belongs to the first end of it there. What began and never ended stays, at
    its start; what ended and never began stays, without a time of its own.
    """
    kinds = np.array([_kind(name) for name in lifecycle.names])[lifecycle.codes]
    begun = log.at.copy()
    starts, ends = _pairs(log, kinds)
    begun[ends] = log.at[starts]
    is_kept = (kinds == "end") | (kinds == "whole") | (kinds == "start")
    is_kept[starts] = False
    kept = np.flatnonzero(is_kept)
    said = [f"{len(starts):,} activities start and end: each counts once, at its end, with the time between."]
    open_ = int((kinds[kept] == "start").sum())
    if open_:
        said.append(f"{open_:,} began and never ended: each counts at its start.")
    other = int((kinds == "beside").sum())
    if other:
        names = sorted(name for name in lifecycle.names if _kind(name) == "beside")
        said.append(f"{other:,} rows were left out: they tell that an activity was {', '.join(names)}.")
    folded = part(log, kept)
    return dataclasses.replace(folded, begun=begun[kept], remarks=(*log.remarks, *said))


def _kind(name: str) -> str:
    said = plain(name)
    return "start" if said in STARTS else "end" if said in ENDS else "whole" if name == UNKNOWN else "beside"


def _pairs(log: Log, kinds: np.ndarray) -> tuple[Numbers, Numbers]:
    """The rows of starts, and of the end that belongs to each."""
    rows = np.flatnonzero((kinds == "start") | (kinds == "end"))
    if not len(rows):
        return rows, rows
    order = np.lexsort((log.at[rows], log.activities.codes[rows], log.case_keys[rows]))
    rows = rows[order]
    key, code = log.case_keys[rows], log.activities.codes[rows]
    same = (key[1:] == key[:-1]) & (code[1:] == code[:-1])
    is_start = kinds[rows] == "start"
    group = np.append(0, np.cumsum(~same))
    # Where starts and ends take turns, neighbours belong together; only of other groups each row is looked at.
    turns = np.append(is_start[1:] != is_start[:-1], True) | np.append(~same, True)
    begins = np.flatnonzero(np.append(True, ~same))
    plainly = np.logical_and.reduceat(turns, begins) & is_start[begins]
    near = np.flatnonzero(same & is_start[:-1] & ~is_start[1:] & plainly[group[:-1]])
    far = list(_one_by_one(group, is_start, np.flatnonzero(~plainly[group])))
    first = np.append(near, np.array([pair[0] for pair in far], dtype=np.int64))
    second = np.append(near + 1, np.array([pair[1] for pair in far], dtype=np.int64))
    return rows[first], rows[second]


def _one_by_one(group: Numbers, is_start: np.ndarray, places: Numbers) -> Iterator[tuple[int, int]]:
    waiting: deque[int] = deque()
    here = -1
    for place in places.tolist():
        if group[place] != here:
            here = int(group[place])
            waiting.clear()
        if is_start[place]:
            waiting.append(place)
        elif waiting:
            yield waiting.popleft(), place
