"""What of a process is drawn: its most common activities, and the steps between them that carry most cases."""

from dataclasses import dataclass

import numpy as np

from aboveloop.discover.graph import Edges, graph, graph_among, mean_places
from aboveloop.discover.ordering import Ordered
from aboveloop.history.logs.log import Numbers

# More than about fifteen boxes are no picture any more; more can be asked for.
USUAL = 15
# Steps are drawn, the most common first, until they carry this share of all;
CARRIED = 0.9
# but never more than so many for each activity, or lines hide what they mean.
STEPS_EACH = 2.5
# A first or last activity is shown as one when this share of the cases begins or ends with it.
EDGE_SHARE = 0.02


@dataclass(frozen=True)
class Node:
    """An activity that is drawn. `place` is where it usually stands in its cases, `code` its number in the log."""

    name: str
    code: int
    events: int
    place: float


@dataclass(frozen=True)
class Arrow:
    """A step between two nodes, by their numbers in the sketch; START and END are no activities."""

    source: int
    target: int
    count: int
    median_micros: int | None


START, END = -1, -2


@dataclass(frozen=True)
class Sketch:
    """`activities` is how many the log has, `carried` which share of the steps between the nodes is drawn."""

    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    activities: int
    cases: int
    carried: float


def sketch(ordered: Ordered, *, shown: int = USUAL) -> Sketch:
    """The `shown` most common activities with their steps; what lies between them is passed over, not cut."""
    names = ordered.log.activities.names
    often = np.bincount(ordered.activity, minlength=len(names))
    codes = np.argsort(-often, kind="stable")[:shown]
    found = graph(ordered) if len(codes) == len(names) else graph_among(ordered, codes)
    places = mean_places(ordered)
    codes = _in_flow(codes[np.argsort(places[codes], kind="stable")], found.edges)
    number = {int(code): place for place, code in enumerate(codes)}
    nodes = tuple(Node(names[code], int(code), int(often[code]), float(places[code])) for code in codes)
    arrows, carried = _steps(found.edges, number, int(STEPS_EACH * len(nodes)) + 1)
    arrows += [Arrow(START, number[code], count, None) for code, count in _common(found.starts, ordered.cases)]
    arrows += [Arrow(number[code], END, count, None) for code, count in _common(found.ends, ordered.cases)]
    return Sketch(nodes, tuple(arrows), len(names), ordered.cases, carried)


def _in_flow(codes: Numbers, edges: Edges) -> Numbers:
    """The order in which as few steps as possible lead back, begun from where activities usually stand: each in turn is
    moved to the place that is best for it, until none moves."""
    place = {int(code): at for at, code in enumerate(codes)}
    weight = np.zeros((len(codes), len(codes)))
    for source, target, count in zip(edges.source, edges.target, edges.count, strict=True):
        weight[place[int(source)], place[int(target)]] = count
    order = list(range(len(codes)))
    for _ in range(len(order)):
        before = list(order)
        for each in range(len(codes)):
            at = order.index(each)
            rest = [other for other in order if other != each]
            # What leads back if it stands at each place: steps to those before it, and from those behind it.
            leads_back = np.append(0, np.cumsum(weight[each, rest])) + np.append(
                np.cumsum(weight[rest, each][::-1])[::-1], 0
            )
            best = int(np.argmin(leads_back))
            if leads_back[best] < leads_back[at]:
                order = [*rest[:best], each, *rest[best:]]
        if order == before:
            break
    return codes[order]


def _steps(edges: Edges, number: dict[int, int], most: int) -> tuple[list[Arrow], float]:
    """The most common steps, and for each node the most common one that leads to it and from it."""
    total = max(int(edges.count.sum()), 1)
    wanted: dict[int, None] = {}
    carried = 0
    for place in range(len(edges)):
        if carried >= CARRIED * total or len(wanted) >= most:
            break
        wanted[place] = None
        carried += int(edges.count[place])
    for ends in (edges.source, edges.target):
        for code in number:
            best = np.flatnonzero((ends == code) & (edges.source != edges.target))
            if len(best):
                wanted[int(best[0])] = None
    arrows = [
        Arrow(
            number[int(edges.source[place])],
            number[int(edges.target[place])],
            int(edges.count[place]),
            int(edges.median_micros[place]),
        )
        for place in sorted(wanted)
    ]
    return arrows, sum(arrow.count for arrow in arrows) / total


def _common(counts: Numbers, cases: int) -> list[tuple[int, int]]:
    """Activities with which cases begin (or end) often enough, the most common at any rate."""
    by_count = np.argsort(-counts, kind="stable")
    return [
        (int(code), int(counts[code]))
        for rank, code in enumerate(by_count)
        if counts[code] and (rank == 0 or counts[code] >= EDGE_SHARE * cases)
    ]
