"""The picture: what is common is drawn, boxes stand apart, lines end at boxes, and everything is said in words."""

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest

from aboveloop.discover.ordering import Ordered, order
from aboveloop.discover.picture.choosing import END, START, sketch
from aboveloop.discover.picture.drawing import LETTER, draw
from aboveloop.discover.picture.layers import BOX_HEIGHT, BOX_WIDTH, DOT, lay_out
from aboveloop.discover.picture.page import page
from aboveloop.discover.picture.words import in_words
from aboveloop.discover.radar import look
from discover.logs import Line, log_of

WAYS = (
    (30, ("New", "Active", "Resolved", "Closed")),
    (10, ("New", "Active", "Wait", "Active", "Resolved", "Closed")),
    (5, ("New", "New", "Active", "Resolved", "Active", "Resolved", "Closed")),
    (2, ("New", '<odd> & "quoted"', "Closed")),
    (1, tuple(f"rare step number {each}" for each in range(12))),
)


def lines() -> list[Line]:
    found: list[Line] = []
    for count, way in WAYS:
        for _ in range(count):
            case = f"c{len(found)}"
            found += [(case, each, len(found) + 60 * at, "xy"[at % 2]) for at, each in enumerate(way)]
    return found


@pytest.fixture(scope="module")
def ordered() -> Ordered:
    return order(log_of(lines()))


def test_the_most_common_activities_are_drawn_in_the_order_of_the_flow(ordered: Ordered) -> None:
    drawn = sketch(ordered, shown=5)
    assert [node.name for node in drawn.nodes] == ["New", "Active", "Wait", "Resolved", "Closed"]
    steps = {(arrow.source, arrow.target): arrow.count for arrow in drawn.arrows}
    names = {node.name: place for place, node in enumerate(drawn.nodes)}
    assert steps[names["Active"], names["Resolved"]] == 50
    assert steps[START, names["New"]] == 47
    assert steps[names["Closed"], END] == 47
    assert drawn.carried > 0.9


def test_what_is_left_out_is_passed_over(ordered: Ordered) -> None:
    drawn = sketch(ordered, shown=4)
    places = {node.name: place for place, node in enumerate(drawn.nodes)}
    loop = [arrow for arrow in drawn.arrows if arrow.source == arrow.target == places["Active"]]
    assert [(arrow.count, arrow.median_micros) for arrow in loop] == [(10, 2 * 3_600_000_000)]


@pytest.mark.parametrize("shown", [1, 2, 5, 8, 30])
def test_boxes_stand_apart_and_inside(ordered: Ordered, shown: int) -> None:
    layout = lay_out(sketch(ordered, shown=shown))
    for one, other in combinations(layout.spots.values(), 2):
        apart = abs(one.x - other.x) >= (one.width + other.width) / 2 - 0.01
        assert apart or abs(one.y - other.y) >= BOX_HEIGHT
    for spot in layout.spots.values():
        assert spot.x + BOX_WIDTH / 2 - spot.width / 2 >= BOX_WIDTH / 2 and spot.x + spot.width / 2 <= layout.width
        assert spot.y + BOX_HEIGHT / 2 <= layout.height
    for dot in (START, END):
        assert layout.spots[dot].x + DOT + len("start") * LETTER <= layout.width
    for line in layout.lines:
        for place, point in ((line.arrow.source, line.points[0]), (line.arrow.target, line.points[-1])):
            assert point == (layout.spots[place].x, layout.spots[place].y)
    assert layout.spots[START].y < layout.spots[END].y


def test_the_svg_is_well_formed_and_says_what_it_shows(ordered: Ordered) -> None:
    told = draw(ordered, shown=30, link=lambda node: f"#a{node.code}")
    tree = ElementTree.fromstring(told)
    titles = [each.text or "" for each in tree.iter("{http://www.w3.org/2000/svg}title")]
    assert "New: 52 times" in titles
    assert any(re.fullmatch(r"Active to Resolved: 50 times, 1\.0 h in the middle", each) for each in titles)
    assert '<odd> & "quoted": 2 times' in titles
    assert draw(ordered, shown=3).count('tabindex="0"') == 3


def test_two_boxes_that_follow_each_other_have_two_lines_and_two_labels_side_by_side() -> None:
    ways = [("open", "solved", "open", "solved")] * 3
    rows: list[Line] = [
        (f"c{number}", name, 60 * at, "x") for number, way in enumerate(ways) for at, name in enumerate(way)
    ]
    svg = ElementTree.fromstring(draw(order(log_of(rows)), shown=5))
    spaces = "{http://www.w3.org/2000/svg}"
    labels = [each for each in svg.iter(f"{spaces}text") if each.get("class") == "label" and "·" in (each.text or "")]
    assert len(labels) == 2
    left, right = sorted(labels, key=lambda each: float(each.get("x", "")))
    assert left.get("y") == right.get("y"), "none had to give way to the other"
    apart = float(right.get("x", "")) - float(left.get("x", ""))
    assert apart > LETTER * (len(left.text or "") + len(right.text or "")) / 2
    (back,) = [path.get("d", "") for path in svg.iter(f"{spaces}path") if path.get("class") == "line back"]
    starts = [
        path.get("d", "").split("C")[0].split()[0] for path in svg.iter(f"{spaces}path") if path.get("class") == "line"
    ]
    assert back.split("C")[0].split()[0] not in starts, "it does not begin where another line does"


def test_times_are_told_in_the_unit_in_which_they_are_read() -> None:
    micros = (0, 300_000, 12_000_000, 90_000_000, 5_400_000_000, 86_400_000_000_000)
    assert [in_words(each) for each in micros] == ["0 s", "0.3 s", "12 s", "1.5 min", "1.5 h", "1,000.0 d"]


def test_a_log_of_one_event_is_a_picture_too() -> None:
    told = page(look(log_of([("c", "Alone", 0, None)])))
    assert "Alone: 1 times" in told and "Rework radar: made" in told
