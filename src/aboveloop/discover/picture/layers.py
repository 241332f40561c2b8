"""Where boxes and lines stand: layers from the start down to the end, lines that cross little and pass no box.

The method is Sugiyama's: every step points down in the order in which activities usually come, those that lead back are
turned for the layout; a line over several layers gets a place in each of them.
"""

from dataclasses import dataclass
from itertools import pairwise

from aboveloop.discover.picture.choosing import END, START, Arrow, Sketch

BOX_WIDTH, BOX_HEIGHT = 172, 56
DOT = 22
# "start" and "end" beside their dots: the gap and five letters.
WORD_BESIDE = 43
LANE = 30
GAP = 26
ROW = 132
MARGIN = 24
SWEEPS = 12


@dataclass(frozen=True)
class Spot:
    """The middle of a box or a dot, and its width."""

    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Line:
    """A step and the points that it passes, from the box where it begins to the box where it ends; `side` says how far
    it was moved because another line runs between the same boxes."""

    arrow: Arrow
    points: tuple[tuple[float, float], ...]
    leads_back: bool
    side: float = 0


@dataclass(frozen=True)
class Layout:
    """`spots` by node number, START and END too; `loops` are steps from a box to itself."""

    spots: dict[int, Spot]
    lines: tuple[Line, ...]
    loops: tuple[Arrow, ...]
    width: float
    height: float


# What stands in a layer: a node, or the place of a line, which is the line's number and the layer.
Item = int | tuple[int, int]


def lay_out(sketch: Sketch) -> Layout:
    arrows = [arrow for arrow in sketch.arrows if arrow.source != arrow.target]
    layer = _layers(sketch, arrows)
    rows: list[list[Item]] = [[] for _ in range(max(layer.values()) + 1)]
    for node in sorted(layer, key=lambda each: (layer[each], each)):
        rows[layer[node]].append(node)
    chains = [_chain(number, arrow, layer, rows) for number, arrow in enumerate(arrows)]
    beside: dict[Item, list[Item]] = {}
    for chain in chains:
        for above, below in pairwise(chain):
            beside.setdefault(above, []).append(below)
            beside.setdefault(below, []).append(above)
    _uncross(rows, beside)
    x = _columns(rows, beside)
    y = {item: MARGIN + BOX_HEIGHT / 2 + ROW * number for number, row in enumerate(rows) for item in row}
    left = min(x[item] - _width(item) / 2 for item in x) - MARGIN
    spots = {item: Spot(x[item] - left, y[item], _width(item)) for item in x if isinstance(item, int)}
    lines = tuple(
        _line(arrow, [(x[item] - left, y[item]) for item in chain], is_turned=chain[0] != arrow.source)
        for arrow, chain in zip(arrows, chains, strict=True)
    )
    loops = tuple(arrow for arrow in sketch.arrows if arrow.source == arrow.target)
    # A loop stands out to the right of its box, with its label.
    room = 4 * MARGIN if loops else MARGIN
    right = max(x[item] + _width(item) / 2 for item in x) - left + room
    right = max(right, *(spots[dot].x + spots[dot].width / 2 + WORD_BESIDE + MARGIN for dot in (START, END)))
    return Layout(spots, lines, loops, right, 2 * MARGIN + BOX_HEIGHT + ROW * (len(rows) - 1))


def _line(arrow: Arrow, points: list[tuple[float, float]], *, is_turned: bool) -> Line:
    return Line(arrow, tuple(reversed(points)) if is_turned else tuple(points), is_turned)


def _layers(sketch: Sketch, arrows: list[Arrow]) -> dict[int, int]:
    """Each node below all from which a step leads to it; nodes are numbered in the order in which they come."""
    layer = {START: 0}
    for node in range(len(sketch.nodes)):
        above = [START, *(arrow.source for arrow in arrows if arrow.target == node)]
        above += [arrow.target for arrow in arrows if arrow.source == node and arrow.target >= 0]
        layer[node] = max(layer[each] for each in above if each < node and each in layer) + 1
    layer[END] = max(layer.values()) + 1
    return layer


def _chain(number: int, arrow: Arrow, layer: dict[int, int], rows: list[list[Item]]) -> list[Item]:
    """The items that a line passes, from the upper to the lower end."""
    upper, lower = arrow.source, arrow.target
    if layer[upper] > layer[lower]:
        upper, lower = lower, upper
    between: list[Item] = [(number, each) for each in range(layer[upper] + 1, layer[lower])]
    for item in between:
        assert isinstance(item, tuple)
        rows[item[1]].append(item)
    return [upper, *between, lower]


def _uncross(rows: list[list[Item]], beside: dict[Item, list[Item]]) -> None:
    """Order each layer by where its neighbours stand, up and down in turn, and keep the order with fewest crossings."""
    best, fewest = [list(row) for row in rows], _crossings(rows, beside)
    for sweep in range(SWEEPS):
        order = range(1, len(rows)) if sweep % 2 == 0 else range(len(rows) - 2, -1, -1)
        for number in order:
            fixed = rows[number - 1] if sweep % 2 == 0 else rows[number + 1]
            place = {item: at for at, item in enumerate(fixed)}
            middles = {item: _middle(item, place, beside, at) for at, item in enumerate(rows[number])}
            rows[number].sort(key=middles.__getitem__)
        found = _crossings(rows, beside)
        if found < fewest:
            best, fewest = [list(row) for row in rows], found
    rows[:] = best


def _middle(item: Item, place: dict[Item, int], beside: dict[Item, list[Item]], here: int) -> float:
    near = [place[each] for each in beside.get(item, []) if each in place]
    return sum(near) / len(near) if near else float(here)


def _crossings(rows: list[list[Item]], beside: dict[Item, list[Item]]) -> int:
    count = 0
    for upper, lower in pairwise(rows):
        place = {item: at for at, item in enumerate(lower)}
        ends = [sorted(place[each] for each in beside.get(item, []) if each in place) for item in upper]
        seen: list[int] = []
        for each in ends:
            count += sum(before > now for now in each for before in seen)
            seen += each
    return count


def _columns(rows: list[list[Item]], beside: dict[Item, list[Item]]) -> dict[Item, float]:
    """The x of every item: as near to its neighbours as the order and the gaps of its layer let it."""
    x: dict[Item, float] = {}
    for row in rows:
        at = 0.0
        for item in row:
            x[item] = at + _width(item) / 2
            at += _width(item) + GAP
        for item in row:
            x[item] -= at / 2
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = [_mean([x[each] for each in beside.get(item, [])], x[item]) for item in row]
            for item, place in zip(row, _apart(row, wanted), strict=True):
                x[item] = place
    return x


def _apart(row: list[Item], wanted: list[float]) -> list[float]:
    """Places in this order, nowhere nearer than gaps allow: halfway between pushing right and pushing left."""
    right, left = list(wanted), list(wanted)
    for at in range(1, len(row)):
        right[at] = max(right[at], right[at - 1] + _distance(row[at - 1], row[at]))
    for at in range(len(row) - 2, -1, -1):
        left[at] = min(left[at], left[at + 1] - _distance(row[at], row[at + 1]))
    return [(one + other) / 2 for one, other in zip(right, left, strict=True)]


def _distance(one: Item, other: Item) -> float:
    return (_width(one) + _width(other)) / 2 + GAP


def _width(item: Item) -> float:
    if isinstance(item, tuple):
        return LANE
    return DOT if item < 0 else BOX_WIDTH


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
