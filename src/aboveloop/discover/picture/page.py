"""A log's radar as one HTML file that needs nothing else: numbers, picture, variants, waiting, and cases behind each.

It is written to be sent and kept: no script, no outside file, light and dark, readable on a telephone.
"""

from html import escape
from itertools import groupby
from typing import Any

import numpy as np

from aboveloop.discover.cases import COUNTS
from aboveloop.discover.graph import Edges
from aboveloop.discover.picture.choosing import USUAL, Node
from aboveloop.discover.picture.drawing import draw
from aboveloop.discover.picture.words import in_words, number
from aboveloop.discover.radar import Radar, slowest
from aboveloop.history.logs.log import Numbers
from aboveloop.kit.clock import from_micros

# As many activities a picture may show; the second and third are for who asks for more.
SIZES = (8, USUAL, 30)
ROWS = 25
# As many cases as stand behind a number.
CASES_BEHIND = 5
TITLES = {
    "reopenings": "Reopenings",
    "reassignments": "Reassignments",
    "ping_pongs": "Ping-pong between groups",
    "self_loops": "The same activity twice in a row",
    "loops": "Activities that come back",
}
STYLE = """
:root{color-scheme:light dark;--ground:#f7f6f2;--card:#fff;--ink:#1c2024;--soft:#555d65;--line:#b9b5ab;--accent:#1b5a9e;
--warn:#7a4b00;--focus:#1b5a9e}
@media(prefers-color-scheme:dark){:root{--ground:#131619;--card:#1b1f23;--ink:#eceae5;--soft:#a8b0b8;--line:#4a5158;
--accent:#8abcf0;--warn:#f0c874;--focus:#8abcf0}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:80rem;padding:1rem;background:var(--ground);color:var(--ink);
font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:.5rem 0;overflow-wrap:anywhere}h2{font-size:1.2rem;margin:2rem 0 .5rem}
p{max-width:48rem}.soft{color:var(--soft)}
a{color:var(--accent)}a:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem;padding:.5rem;background:var(--ground)}
table{border-collapse:collapse;width:100%;background:var(--card)}
th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;color:var(--soft)}td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
tr:target{outline:3px solid var(--focus)}
.bar{display:block;height:.3rem;border-radius:.15rem;background:var(--accent);margin-top:.3rem}
.cases{overflow-wrap:anywhere;min-width:11rem;color:var(--soft);font-size:.9rem}
fieldset{border:0;padding:0;margin:.5rem 0}legend{font-weight:600;padding:0}label{margin-right:1rem}
.size{display:none}
"""


def page(radar: Radar) -> str:
    """The HTML of a radar."""
    cases = radar.cases
    name = escape(cases.ordered.log.name)
    first, last = (from_micros(int(each)).date() for each in (cases.ordered.at.min(), cases.ordered.at.max()))
    body = "".join(
        [
            f"<h1>Rework radar: {name}</h1>",
            f"<p>{number(cases.cases)} cases with {number(cases.ordered.count)} events from {first} to {last}. ",
            f"{_ends(radar)}</p>",
            _rework(radar),
            _picture(radar),
            _variants(radar),
            _steps("Where cases wait", "Steps, those first on which cases waited longest in all.", radar.graph.edges),
            "" if radar.handovers is None else _handovers(radar.handovers),
            _activities(radar),
            _remarks(radar),
        ]
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Rework radar: {name}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}{_size_style(radar)}</style>'
        f"</head><body><main>{body}</main></body></html>\n"
    )


def _ends(radar: Radar) -> str:
    cases = radar.cases
    if not cases.ends.names:
        return "No activity was found that ends the cases."
    times = cases.micros[cases.reached_end]
    said = f"{number(int(cases.reached_end.sum()))} cases reached an end ({escape(', '.join(cases.ends.names))})"
    if not len(times):
        return f"{said}."
    middle, most = np.quantile(times, (0.5, 0.9))
    return f"{said}, half of them within {in_words(middle)}, nine of ten within {in_words(most)}."


def _rework(radar: Radar) -> str:
    rows = []
    for name in COUNTS:
        counted: Numbers = getattr(radar.cases, name)
        if name in ("reassignments", "ping_pongs") and not radar.cases.has_groups:
            rows.append([_cell(TITLES[name]), _number(""), _number(""), _behind("not known: the log names no groups")])
            continue
        share = float((counted > 0).mean())
        worst = np.argsort(-counted, kind="stable")[:CASES_BEHIND]
        names = radar.cases.ordered.names_of(worst[counted[worst] > 0])
        behind = ", ".join(f"{case} ({counted[at]})" for case, at in zip(names, worst, strict=False))
        rows.append(
            [_cell(TITLES[name]), _number(number(int(counted.sum()))), _number(f"{share:.1%}"), _behind(behind)]
        )
    return "<h2>Rework</h2>" + _table("Rework", ["", "#Times", "#Share of cases", "Cases with the most"], rows)


def _picture(radar: Radar) -> str:
    ordered = radar.cases.ordered
    count = int((radar.graph.events > 0).sum())
    sizes = _sizes(count)
    choice = "".join(
        f'<label><input type="radio" name="size" id="size{size}"{" checked" if size == _usual(sizes) else ""}> '
        f"{'all ' if size >= count else ''}{min(size, count)}</label>"
        for size in sizes
    )
    drawn = "".join(
        f'<div class="size of{size} scroll" tabindex="0" role="region"'
        f' aria-label="The process with {min(size, count)} activities">{draw(ordered, shown=size, link=_link)}</div>'
        for size in sizes
    )
    return (
        "<h2>The process</h2><p class=soft>Lines show how often one activity follows another and how long that takes in"
        " the middle; dashed lines lead back. A box leads to its activity below.</p>"
        f"<form><fieldset><legend>Activities shown</legend>{choice}</fieldset></form>{drawn}"
    )


def _sizes(count: int) -> list[int]:
    """The sizes of picture that differ for a log of so many activities."""
    return [size for place, size in enumerate(SIZES) if place == 0 or SIZES[place - 1] < count]


def _usual(sizes: list[int]) -> int:
    return USUAL if USUAL in sizes else sizes[0]


def _size_style(radar: Radar) -> str:
    sizes = _sizes(int((radar.graph.events > 0).sum()))
    return "".join(f"body:has(#size{size}:checked) .of{size}{{display:block}}" for size in sizes)


def _link(node: Node) -> str:
    return f"#activity{node.code}"


def _variants(radar: Radar) -> str:
    found = radar.variants
    shown = min(ROWS, found.count)
    total = radar.cases.cases
    examples = found.ordered.names_of(found.example[:shown])
    rows = [
        [
            _cell(_way(found.activities(at))),
            _number(number(int(found.cases[at]))),
            f'<td class="n">{found.cases[at] / total:.1%}{_bar(int(found.cases[at]) / int(found.cases[0]))}</td>',
            _number(in_words(int(found.median_micros[at]))),
            _behind(examples[at]),
        ]
        for at in range(shown)
    ]
    told = f"<p class=soft>{number(found.count)} different ways; the {shown} most common.</p>"
    return (
        "<h2>Variants</h2>"
        + told
        + _table("Variants", ["Way", "#Cases", "#Share", "#Time in the middle", "A case"], rows)
    )


def _bar(share: float) -> str:
    return f'<span class="bar" style="width:{max(100 * share, 1):.0f}%"></span>'


def _way(activities: tuple[str, ...]) -> str:
    """`New › Active ×3 › Closed`."""
    told = []
    for name, run in groupby(activities):
        times = len(list(run))
        told.append(name if times == 1 else f"{name} ×{times}")
    return " › ".join(told)


def _steps(title: str, about: str, edges: Edges) -> str:
    slow = slowest(edges)
    rows = [
        [
            _cell(f"{slow.names[slow.source[at]]} › {slow.names[slow.target[at]]}"),
            _number(number(int(slow.count[at]))),
            _number(in_words(int(slow.median_micros[at]))),
            _number(in_words(int(slow.total_micros[at]))),
        ]
        for at in range(min(ROWS, len(slow)))
    ]
    headings = ["Step", "#Times", "#In the middle", "#In all"]
    return f"<h2>{title}</h2><p class=soft>{about}</p>" + _table(title, headings, rows)


def _handovers(edges: Edges) -> str:
    about = "From group to group: how long nothing happened until the next group's first event."
    return _steps("The slowest hand-overs", about, edges)


def _activities(radar: Radar) -> str:
    graph, ordered = radar.graph, radar.cases.ordered
    codes = [int(code) for code in np.argsort(-graph.events, kind="stable") if graph.events[code]]
    # Some event of each activity: its case stands behind the number.
    some = np.zeros(len(graph.events), dtype=np.int64)
    some[ordered.activity[::-1]] = ordered.case[::-1]
    examples = ordered.names_of(some[codes])
    rows = [
        [
            _cell(ordered.log.activities.names[code]),
            _number(number(int(graph.events[code]))),
            _number(number(int(graph.starts[code]))),
            _number(number(int(graph.ends[code]))),
            _behind(example),
        ]
        for code, example in zip(codes, examples, strict=True)
    ]
    ids = [f"activity{code}" for code in codes]
    return "<h2>Activities</h2>" + _table("Activities", ["Activity", "#Times", "#First", "#Last", "A case"], rows, ids)


def _remarks(radar: Radar) -> str:
    said = "".join(f"<li>{escape(each)}</li>" for each in radar.cases.ordered.log.remarks)
    return f"<h2>How it was read</h2><ul>{said}</ul>" if said else ""


def _cell(text: Any) -> str:
    return f"<td>{escape(str(text))}</td>"


def _number(text: str) -> str:
    return f'<td class="n">{escape(text)}</td>'


def _behind(text: str) -> str:
    return f'<td class="cases">{escape(text)}</td>'


def _table(title: str, headings: list[str], rows: list[list[str]], ids: list[str] | None = None) -> str:
    """A table of this name; a heading that begins with # stands over numbers."""
    head = "".join(
        f'<th scope="col" class="n">{each[1:]}</th>'
        if each.startswith("#")
        else f'<th scope="col">{each or "What"}</th>'
        for each in headings
    )
    marks = [""] * len(rows) if ids is None else [f' id="{each}"' for each in ids]
    body = "".join(f"<tr{mark}>{''.join(row)}</tr>" for mark, row in zip(marks, rows, strict=True))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{title}"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
