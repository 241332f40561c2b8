"""The picture as SVG: boxes for activities, lines for steps with how often and how long, readable by keyboard.

Colours are the page's CSS variables, each with a value for where there are none; every box is a link or can be focused,
and says in words what it shows.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from itertools import pairwise

from aboveloop.discover.ordering import Ordered
from aboveloop.discover.picture.choosing import END, START, Node, Sketch, sketch
from aboveloop.discover.picture.layers import BOX_HEIGHT, BOX_WIDTH, DOT, Layout, Line, Spot, lay_out
from aboveloop.discover.picture.words import in_words, number

# Letters that a line of a box holds, and lines of its name.
LETTERS, LINES = 22, 2
LABEL_HEIGHT, LETTER = 15, 6.4
# Two boxes that follow each other both ways have two lines, each so far from where one would be.
APART = 14
STYLE = """
.process{font:13px system-ui,sans-serif;color:var(--ink,#1c2024)}
.process text{fill:var(--ink,#1c2024)}
.process .soft{fill:var(--soft,#555d65);font-size:12px}
.process .box{fill:var(--card,#fff);stroke:var(--line,#b9b5ab);stroke-width:1.5}
.process .often{fill:var(--accent,#1b5a9e)}
.process .line{fill:none;stroke:var(--soft,#555d65)}
.process .back{stroke:var(--warn,#7a4b00);stroke-dasharray:6 4}
.process .head{fill:var(--soft,#555d65)}
.process .head-back{fill:var(--warn,#7a4b00)}
.process .label{font-size:12px}
.process .plate{fill:var(--ground,#f7f6f2)}
.process .dot{fill:var(--soft,#555d65)}
.process a:focus .box,.process g[tabindex]:focus .box{stroke:var(--focus,#1b5a9e);stroke-width:4}
.process a:focus,.process g[tabindex]:focus{outline:none}
.process a:hover .box{stroke:var(--accent,#1b5a9e)}
"""


def draw(ordered: Ordered, *, shown: int, link: Callable[[Node], str] | None = None) -> str:
    """The SVG of a log's process with its `shown` most common activities; `link` gives where a box leads."""
    return draw_sketch(sketch(ordered, shown=shown), link=link)


def draw_sketch(drawn: Sketch, *, link: Callable[[Node], str] | None = None, styled: bool = True) -> str:
    """The SVG; `styled` is False where the page that it stands on brings STYLE itself."""
    layout = lay_out(drawn)
    most = max((arrow.count for arrow in drawn.arrows), default=1)
    busiest = max(node.events for node in drawn.nodes)
    layout = replace(layout, lines=_apart(layout.lines))
    lines = "".join(_line(drawn, line, most) for line in layout.lines)
    boxes = "".join(_box(node, layout.spots[place], busiest, link) for place, node in enumerate(drawn.nodes))
    style = f"<style>{STYLE}</style>" if styled else ""
    about = f"{len(drawn.nodes)} of {drawn.activities} activities and the steps between them, from start to end"
    return (
        f'<svg class="process" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {layout.width:.0f} {layout.height:.0f}"'
        f' width="{layout.width:.0f}" height="{layout.height:.0f}" role="group" aria-label="{about}">'
        f"{style}{lines}{_loops(drawn, layout)}{_dots(layout)}{boxes}{_labels(layout)}</svg>"
    )


def _apart(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines, with those that run between the same two boxes both ways beside each other."""
    steps = {(line.arrow.source, line.arrow.target) for line in lines}
    told = []
    for line in lines:
        both = (line.arrow.target, line.arrow.source) in steps
        away = 0 if not both else -APART if line.leads_back else APART
        told.append(replace(line, points=tuple((x + away, y) for x, y in line.points), side=away))
    return tuple(told)


def step_in_words(drawn: Sketch, line: Line) -> str:
    """`Resolved to Closed: 1,204 times, 5.0 d in the middle`."""
    source, target = (_name(drawn, each) for each in (line.arrow.source, line.arrow.target))
    time = "" if line.arrow.median_micros is None else f", {in_words(line.arrow.median_micros)} in the middle"
    return f"{source} to {target}: {number(line.arrow.count)} times{time}"


def _name(drawn: Sketch, place: int) -> str:
    return {START: "Start", END: "End"}.get(place) or drawn.nodes[place].name


def _box(node: Node, spot: Spot, busiest: int, link: Callable[[Node], str] | None) -> str:
    left, top = spot.x - BOX_WIDTH / 2, spot.y - BOX_HEIGHT / 2
    rows = _wrapped(node.name)
    first = spot.y - 8 * len(rows) + 3
    text = "".join(
        f'<text x="{spot.x:.0f}" y="{first + 16 * place:.0f}" text-anchor="middle">{escape(row)}</text>'
        for place, row in enumerate(rows)
    )
    share = node.events / busiest
    inside = (
        f"<title>{escape(node.name)}: {number(node.events)} times</title>"
        f'<rect class="box" x="{left:.0f}" y="{top:.0f}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8"/>'
        f'<rect class="often" x="{left + 8:.0f}" y="{top + BOX_HEIGHT - 6:.0f}" rx="1.5"'
        f' width="{max((BOX_WIDTH - 16) * share, 2):.0f}" height="3"/>{text}'
        f'<text class="soft" x="{spot.x:.0f}" y="{first + 16 * len(rows):.0f}" text-anchor="middle">'
        f"{number(node.events)}</text>"
    )
    label = f'aria-label="{escape(node.name)}: {number(node.events)} times"'
    if link is not None:
        return f'<a href="{escape(link(node))}" {label}>{inside}</a>'
    return f'<g tabindex="0" role="img" {label}>{inside}</g>'


def _wrapped(name: str) -> list[str]:
    """A name in the lines of a box; what does not fit is cut, and stands whole in the title."""
    rows: list[str] = [""]
    for word in name.replace("_", " ").split():
        joined = f"{rows[-1]} {word}".strip()
        if len(joined) <= LETTERS or not rows[-1]:
            rows[-1] = joined
        else:
            rows.append(word)
    cut = rows[:LINES]
    if len(rows) > LINES:
        cut[-1] += "…"
    return [row if len(row) <= LETTERS else f"{row[: LETTERS - 1]}…" for row in cut]


def _line(drawn: Sketch, line: Line, most: int) -> str:
    start, *_, end = line.points
    down = 1 if end[1] > start[1] else -1
    points = [
        (start[0], start[1] + down * _half(line.arrow.source)),
        *line.points[1:-1],
        (end[0], end[1] - down * (_half(line.arrow.target) + 7)),
    ]
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x, y), (next_x, next_y) in pairwise(points):
        middle = (y + next_y) / 2
        path += f"C{x:.1f} {middle:.1f} {next_x:.1f} {middle:.1f} {next_x:.1f} {next_y:.1f}"
    width = 1 + 5 * line.arrow.count / most
    back = " back" if line.leads_back else ""
    return (
        f"<g><title>{escape(step_in_words(drawn, line))}</title>"
        f'<path class="line{back}" d="{path}" stroke-width="{width:.1f}"/>'
        f"{_head(points[-1], down, width, line.leads_back)}</g>"
    )


def _head(tip: tuple[float, float], down: int, width: float, leads_back: bool) -> str:
    x, y = tip
    half = 3.5 + width / 2
    kind = "head-back" if leads_back else "head"
    return f'<path class="{kind}" d="M{x - half:.1f} {y:.1f}L{x + half:.1f} {y:.1f}L{x:.1f} {y + down * 7:.1f}Z"/>'


def _half(place: int) -> float:
    return DOT / 2 if place < 0 else BOX_HEIGHT / 2


def _dots(layout: Layout) -> str:
    start, end = layout.spots[START], layout.spots[END]
    half = DOT / 2
    return (
        f'<circle class="dot" cx="{start.x:.0f}" cy="{start.y:.0f}" r="{half}"/>'
        f'<text class="soft" x="{start.x + DOT:.0f}" y="{start.y + 4:.0f}">start</text>'
        f'<rect class="dot" x="{end.x - half:.0f}" y="{end.y - half:.0f}" width="{DOT}" height="{DOT}" rx="3"/>'
        f'<text class="soft" x="{end.x + DOT:.0f}" y="{end.y + 4:.0f}">end</text>'
    )


def _loops(drawn: Sketch, layout: Layout) -> str:
    """Steps from a box to itself, at its right side."""
    told = ""
    for arrow in layout.loops:
        spot = layout.spots[arrow.source]
        x, y = spot.x + BOX_WIDTH / 2, spot.y
        name = drawn.nodes[arrow.source].name
        time = "" if arrow.median_micros is None else f", {in_words(arrow.median_micros)} in the middle"
        told += (
            f"<g><title>{escape(name)} again at once: {number(arrow.count)} times{time}</title>"
            f'<path class="line back" stroke-width="1.5"'
            f' d="M{x:.0f} {y - 14:.0f}C{x + 26:.0f} {y - 24:.0f} {x + 26:.0f} {y + 24:.0f} {x + 7:.0f} {y + 14:.0f}"/>'
            f'<path class="head-back" d="M{x:.0f} {y + 12:.0f}l9 -3l-2 8Z"/></g>'
        )
    return told


def _labels(layout: Layout) -> str:
    """How often and how long, beside the middle of each line, moved up or down where two would overlap."""
    taken: list[tuple[float, float, float]] = []
    told = ""
    for line in sorted(layout.lines, key=lambda each: -each.arrow.count):
        text = number(line.arrow.count)
        if line.arrow.median_micros is not None:
            text += f" · {in_words(line.arrow.median_micros)}"
        x, y = _middle(line)
        # Where another line runs beside it, on the side away from that one.
        half = LETTER * len(text) / 2 + 6
        beside = x + math.copysign(half, line.side) if line.side else x
        told += _label(text, min(max(beside, half), layout.width - half), y, taken)
    for arrow in layout.loops:
        spot = layout.spots[arrow.source]
        told += _label(f"↻ {number(arrow.count)}", spot.x + BOX_WIDTH / 2 + 26, spot.y - 32, taken)
    return told


def _label(text: str, x: float, y: float, taken: list[tuple[float, float, float]]) -> str:
    half = LETTER * len(text) / 2
    moved = next(
        (y + away for away in (0, -16, 16, -32, 32) if all(_clear(x, y + away, half, other) for other in taken)), None
    )
    if moved is None:
        # It would only hide others; it stands in the title of its line and in the table of steps.
        return ""
    taken.append((x, moved, half))
    return (
        f'<rect class="plate" x="{x - half - 2:.0f}" y="{moved - 7:.0f}" width="{2 * half + 4:.0f}" height="14"/>'
        f'<text class="label" x="{x:.0f}" y="{moved + 4:.0f}" text-anchor="middle">{escape(text)}</text>'
    )


def _clear(x: float, y: float, half: float, other: tuple[float, float, float]) -> bool:
    return abs(x - other[0]) > half + other[2] + 4 or abs(y - other[1]) >= LABEL_HEIGHT


def _middle(line: Line) -> tuple[float, float]:
    """The middle of the first stretch of a line, between two layers."""
    (x, y), (next_x, next_y) = line.points[0], line.points[1]
    return (x + next_x) / 2, (y + next_y) / 2
