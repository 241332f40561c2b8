"""The directly-follows graph: what follows what, how often, and how long it takes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aboveloop.discover.medians import medians_and_totals
from aboveloop.discover.ordering import Mask, Ordered
from aboveloop.discover.sorting import blocks
from aboveloop.history.logs.log import Numbers, Whole

# Up to so many names, every pair of them has a place in a table.
DENSE = 2_000


@dataclass(frozen=True)
class Edges:
    """Pairs of names that follow each other: `count` times, in the middle after `median_micros`.

    `source` and `target` are numbers of `names`; the most frequent pair stands first. `total_micros` is what all of
    them waited together.
    """

    names: tuple[str, ...]
    source: Numbers
    target: Numbers
    count: Numbers
    median_micros: Numbers
    total_micros: Numbers

    def __len__(self) -> int:
        return len(self.count)


@dataclass(frozen=True)
class Graph:
    """`edges` between activities; `events`, `starts` and `ends` count for each activity how often it occurs, comes
    first in a case and comes last."""

    edges: Edges
    events: Numbers
    starts: Numbers
    ends: Numbers


def graph(ordered: Ordered) -> Graph:
    """The directly-follows graph of all cases."""
    names = ordered.log.activities.names
    follows = ~ordered.is_first[1:]
    source, target = ordered.activity[:-1][follows], ordered.activity[1:][follows]
    edges = edges_of(names, source, target, _waits(ordered, follows), ordered.unit)
    return Graph(
        edges,
        np.bincount(ordered.activity, minlength=len(names)),
        np.bincount(ordered.activity[ordered.starts[:-1]], minlength=len(names)),
        np.bincount(ordered.activity[ordered.starts[1:] - 1], minlength=len(names)),
    )


def _waits(ordered: Ordered, follows: Mask) -> Whole:
    """How many units lay before each of these events, as narrow as the times of the log allow."""
    longest = int(ordered.at.max() - ordered.at.min()) // ordered.unit
    waits = np.empty(int(follows.sum()), dtype=np.min_scalar_type(longest))
    done = 0
    for low, high in blocks(len(follows)):
        here = ordered.waits(low, high)[follows[low:high]]
        here //= ordered.unit
        waits[done : done + len(here)] = here
        done += len(here)
    return waits


def graph_among(ordered: Ordered, codes: Numbers) -> Graph:
    """The same for some activities alone, as if the log told of no others: what lies between them is time."""
    names = ordered.log.activities.names
    is_kept = np.isin(np.arange(len(names)), codes)
    kept = np.flatnonzero(is_kept[ordered.activity])
    activity, case = ordered.activity[kept], ordered.case[kept]
    same = case[1:] == case[:-1]
    begun = ordered.at if ordered.begun is None else ordered.begun
    waits = np.maximum(begun[kept[1:]] - ordered.at[kept[:-1]], 0)[same] // ordered.unit
    edges = edges_of(names, activity[:-1][same], activity[1:][same], waits, ordered.unit)
    first, last = np.append(True, ~same), np.append(~same, True)
    return Graph(
        edges,
        np.bincount(activity, minlength=len(names)),
        np.bincount(activity[first], minlength=len(names)),
        np.bincount(activity[last], minlength=len(names)),
    )


def mean_places(ordered: Ordered) -> npt.NDArray[np.float64]:
    """How many events stand before each activity in its case, on average."""
    place = np.arange(ordered.count, dtype=np.int64) - np.repeat(ordered.starts[:-1], np.diff(ordered.starts))
    names = len(ordered.log.activities.names)
    total = np.bincount(ordered.activity, weights=place, minlength=names)
    return total / np.maximum(np.bincount(ordered.activity, minlength=names), 1)


def handovers(ordered: Ordered) -> Edges | None:
    """From group to group: how often a case was given, and how long nothing happened until the next group's first
    event. None where the log names no groups."""
    groups = ordered.log.groups
    if groups is None or ordered.group is None:
        return None
    changed = np.flatnonzero((ordered.group[1:] != ordered.group[:-1]) & ~ordered.is_first[1:])
    begun = ordered.at if ordered.begun is None else ordered.begun
    waits = np.maximum(begun[changed + 1] - ordered.at[changed], 0) // ordered.unit
    return edges_of(groups.names, ordered.group[changed], ordered.group[changed + 1], waits, ordered.unit)


def edges_of(names: tuple[str, ...], source: Whole, target: Whole, waits: Whole, unit: int) -> Edges:
    """What follows what, of pairs of numbers of `names` with the time between, in units of so many microseconds."""
    width = len(names)
    pair = source.astype(np.min_scalar_type(width * width))
    pair *= pair.dtype.type(width)
    pair += target.astype(pair.dtype)
    kinds = None
    if width > DENSE:
        # Of many names only few pairs occur: a place for each that might would not fit into memory.
        kinds, pair = np.unique(pair, return_inverse=True)
    sizes = np.bincount(pair, minlength=1)
    middle, total = medians_and_totals(pair, waits, sizes)
    present = np.flatnonzero(sizes)
    by_count = present[np.lexsort((present, -sizes[present]))]
    pairs = by_count if kinds is None else kinds[by_count].astype(np.int64)
    middle, total = middle[by_count] * unit, total[by_count] * unit
    return Edges(names, pairs // width, pairs % width, sizes[by_count], middle, total)
