"""What is counted of each case is what its definition says, whatever the order of the file."""

from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.discover import ordering
from aboveloop.discover.cases import COUNTS, CaseMeasures, measure
from aboveloop.discover.graph import graph, handovers
from aboveloop.discover.variants import variants
from aboveloop.history.logs.log import Log
from discover.logs import MINUTE, Line, log_of, told

NAMES = ("New", "Active", "Resolved", "Closed", "Note", "Wait")
LINES = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.sampled_from(NAMES),
        st.integers(0, 12),
        st.sampled_from(("x", "y", "z", None)),
    ),
    min_size=1,
    max_size=40,
)


def counts(log: Log) -> dict[str, int]:
    """Of a log of one case."""
    found = measure(log)
    return {name: int(getattr(found, name)[0]) for name in COUNTS}


def plainly(events: list[Line]) -> dict[str, Any]:
    """The definitions in words of one event after the other."""
    events = sorted(events, key=lambda line: line[2])
    activities = [line[1] for line in events]
    held = [line[3] for line in events]
    turns = [group for place, group in enumerate(held) if place == 0 or group != held[place - 1]]
    standing = [activity for activity in activities if activity != "Note"]
    rested = ("Resolved", "Closed")
    return {
        "events": len(events),
        "micros": (events[-1][2] - events[0][2]) * MINUTE,
        "reopenings": sum(a in rested and b not in rested for a, b in pairwise(standing)),
        "reassignments": len(turns) - 1,
        "ping_pongs": sum(a == b for a, b in zip(turns, turns[2:], strict=False)),
        "self_loops": sum(a == b for a, b in pairwise(activities)),
        "loops": sum(
            each in activities[:place] and each != activities[place - 1] for place, each in enumerate(activities)
        ),
    }


@settings(max_examples=80, deadline=None)
@given(LINES)
def test_every_count_is_what_reading_case_by_case_gives(lines: list[Line]) -> None:
    found = measure(log_of(lines))
    names = found.names()
    assert names == list(dict.fromkeys(line[0] for line in sorted(lines, key=lambda line: line[2])))
    for place, name in enumerate(names):
        expected = plainly([line for line in lines if line[0] == name])
        assert {key: int(getattr(found, key)[place]) for key in expected} == expected


@settings(max_examples=40, deadline=None)
@given(LINES)
def test_variants_and_steps_are_what_reading_case_by_case_gives(lines: list[Line]) -> None:
    ordered = ordering.order(log_of(lines))
    ways: dict[tuple[str, ...], int] = {}
    steps: dict[tuple[str, str], list[int]] = {}
    for name in dict.fromkeys(line[0] for line in lines):
        events = sorted((line for line in lines if line[0] == name), key=lambda line: line[2])
        way = tuple(line[1] for line in events)
        ways[way] = ways.get(way, 0) + 1
        for before, after in pairwise(events):
            steps.setdefault((before[1], after[1]), []).append((after[2] - before[2]) * MINUTE)
    found = variants(ordered)
    assert {found.activities(each): int(found.cases[each]) for each in range(found.count)} == ways
    edges = graph(ordered).edges
    for place in range(len(edges)):
        waits = sorted(steps.pop((edges.names[edges.source[place]], edges.names[edges.target[place]])))
        assert edges.count[place] == len(waits)
        assert edges.median_micros[place] == waits[(len(waits) - 1) // 2]
        assert edges.total_micros[place] == sum(waits)
    assert not steps


def test_cases_whose_hashes_begin_alike_are_kept_apart() -> None:
    lines = [(each, "New", minute, None) for minute, each in enumerate("abab")]
    log = log_of(lines)
    keys = np.array([1 if line[0] == "a" else 2 for line in lines], dtype=np.uint64)
    found = measure(Log(**{**vars(log), "case_keys": keys}))
    assert found.events.tolist() == [2, 2]
    assert found.names() == ["a", "b"]


def test_the_logs_own_words_win() -> None:
    said = told("Assignment", "Reassignment", "Closed", "Reopen", "Vendor reassignment", "Closed", "Assignment")
    assert counts(said) == {"reopenings": 1, "reassignments": 1, "ping_pongs": 0, "self_loops": 0, "loops": 2}


def test_a_state_of_being_open_again_counts_when_it_begins() -> None:
    assert counts(told("New", "Resolved", "Reopened", "Reopened", "Resolved", "Reopened"))["reopenings"] == 2


def test_from_resolved_to_closed_and_a_note_is_no_reopening() -> None:
    assert counts(told("Take", "Resolve ticket", "Closed", "Customer rating", "Note"))["reopenings"] == 0
    assert counts(told("Take", "Resolve ticket", "Note", "Take"))["reopenings"] == 1


def test_what_is_only_to_be_closed_is_not_closed() -> None:
    assert counts(told("Take", "To be closed", "Take", "Not resolved", "Take"))["reopenings"] == 0


def test_a_column_of_states_tells_where_the_activity_does_not() -> None:
    log = log_of([("c", "edit", minute, None) for minute in range(4)], states=("Open", "Resolved", "Open", "Closed"))
    found = measure(log)
    assert (found.reopenings.tolist(), found.reached_end.tolist()) == ([1], [True])


def test_a_missing_group_is_a_group_of_its_own() -> None:
    log = log_of([("c", "edit", minute, group) for minute, group in enumerate((None, "x", None, "x"))])
    assert (counts(log)["reassignments"], counts(log)["ping_pongs"]) == (3, 2)


def test_our_own_events_name_a_group_where_it_changes() -> None:
    lines: list[Line] = [
        ("c", "opened", 0, "a"),
        ("c", "note", 1, None),
        ("c", "assigned", 2, "b"),
        ("c", "x", 3, None),
    ]
    found = measure(log_of(lines, ours=True))
    assert found.reassignments.tolist() == [1]
    given_ = handovers(found.ordered)
    assert given_ is not None
    assert [(given_.names[a], given_.names[b]) for a, b in zip(given_.source, given_.target, strict=True)] == [
        ("a", "b")
    ]


def test_in_our_own_events_a_message_after_the_end_opens_nothing_again() -> None:
    lines: list[Line] = [("c", each, at, "a") for at, each in enumerate(("opened", "solved", "customer_message"))]
    found = measure(log_of(lines, ours=True))
    assert (found.reopenings.tolist(), found.reached_end.tolist()) == ([0], [True])
    found = measure(log_of([*lines, ("c", "reopened", 3, "a")], ours=True))
    assert (found.reopenings.tolist(), found.reached_end.tolist()) == ([1], [False])


def many(*ways: tuple[int, tuple[str, ...]]) -> CaseMeasures:
    """So many cases of each way, an hour between events and a day between cases."""
    lines: list[Line] = []
    for count, way in ways:
        for _ in range(count):
            case = len({line[0] for line in lines})
            lines += [(f"c{case}", each, case * 1_440 + 60 * at, None) for at, each in enumerate(way)]
    return measure(log_of(lines))


def test_cases_open_at_the_cut_have_reached_no_end() -> None:
    found = many((30, ("Ask", "Do", "Close")), (5, ("Ask", "Do")))
    assert found.ends.by_words == ("Close",)
    assert int(found.reached_end.sum()) == 30


def test_resolved_is_an_end_only_where_nothing_is_closed() -> None:
    assert many((30, ("Ask", "Resolved", "Closed")), (5, ("Ask", "Resolved"))).reached_end.sum() == 30
    assert many((30, ("Ask", "Resolved")), (5, ("Ask", "Do"))).reached_end.sum() == 30


def test_without_words_an_end_is_what_nothing_follows() -> None:
    found = many((40, ("Ask", "Ship")), (3, ("Ask", "Ship", "Ask", "Ship")), (1, ("Ask", "Check")), (1, ("Forgotten",)))
    assert found.ends.by_silence == ("Ship",)
    assert int(found.reached_end.sum()) == 43


def test_more_activities_than_a_word_has_bits_are_counted() -> None:
    ways = [str(each) for each in range(150)]
    found = measure(told(*ways, "0", "149"))
    assert (found.loops.tolist(), found.self_loops.tolist()) == ([2], [0])
    assert measure(told(*ways, "149", "3")).self_loops.tolist() == [1]
