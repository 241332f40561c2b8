"""A start and its end are one event with a time of its own; nothing is lost where one of the two is missing."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aboveloop.discover.radar import as_json, look
from aboveloop.history.logs.columns import Named
from aboveloop.history.logs.lifecycle import fold
from aboveloop.history.logs.log import Log
from aboveloop.history.logs.opening import open_file, read
from discover.logs import MINUTE, coded, log_of

ROWS = """case,activity,time,lifecycle:transition
c1,Check,2024-01-01 09:00,start
c1,Check,2024-01-01 09:10,complete
c1,Pay,2024-01-01 10:00,schedule
c1,Pay,2024-01-01 10:10,start
c1,Ask,2024-01-01 10:15,start
c1,Pay,2024-01-01 10:30,complete
c1,Ask,2024-01-01 10:35,complete
c1,Check,2024-01-01 12:00,start
c2,Check,2024-01-01 13:00,complete
"""


def folded(*lines: tuple[str, str, int, str]) -> Log:
    log = log_of([(case, activity, minute, None) for case, activity, minute, _ in lines])
    return fold(log, coded([line[3] for line in lines]))


def told(log: Log) -> list[tuple[str, int, int]]:
    assert log.begun is not None
    names = [log.activities.names[code] for code in log.activities.codes]
    begun, at = ((times // MINUTE).tolist() for times in (log.begun, log.at))
    return list(zip(names, begun, at, strict=True))


def test_a_start_and_its_end_are_one_event_and_no_self_loop(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(ROWS, encoding="utf-8")
    log = read(open_file(path), Named())
    radar = look(log)
    assert log.columns.lifecycle == "lifecycle:transition"
    assert radar.cases.events.tolist() == [4, 1]
    assert radar.cases.self_loops.tolist() == [0, 0]
    assert radar.cases.loops.tolist() == [1, 0]
    assert (radar.cases.micros // MINUTE).tolist() == [180, 0]
    assert radar.cases.service is not None
    # Pay and Ask overlap for 15 minutes, which are worked once.
    assert (radar.cases.service.busy // MINUTE).tolist() == [35, 0]
    said = as_json(radar)
    assert said["service"]["waiting_seconds"]["mean"] == 145 * 60 / 2
    assert {each["activity"]: each["median_seconds"] for each in said["service"]["activities"]} == {
        "Pay": 1200, "Ask": 1200, "Check": 600,
    }  # fmt: skip
    assert any("3 activities start and end" in each for each in log.remarks)
    assert any("1 began and never ended" in each for each in log.remarks)
    assert any("1 rows were left out" in each and "schedule" in each for each in log.remarks)


def test_a_step_waits_from_an_end_to_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(ROWS, encoding="utf-8")
    steps = {
        (e["from"], e["to"]): e["median_seconds"] for e in as_json(look(read(open_file(path), Named())))["steps"]["top"]
    }
    assert steps == {("Check", "Pay"): 3600, ("Pay", "Ask"): 0, ("Ask", "Check"): 85 * 60}


def test_the_first_start_belongs_to_the_first_end_and_ends_without_a_start_stay() -> None:
    log = folded(
        ("c", "a", 0, "start"), ("c", "a", 1, "start"), ("c", "a", 3, "complete"),
        ("c", "a", 7, "complete"), ("c", "a", 9, "complete"),
    )  # fmt: skip
    assert told(log) == [("a", 0, 3), ("a", 1, 7), ("a", 9, 9)]


def test_a_log_that_only_completes_is_read_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(ROWS.replace("start", "complete").replace("schedule", "complete"), encoding="utf-8")
    log = read(open_file(path), Named())
    assert log.begun is None
    assert log.count == 9


def test_a_column_of_starts_gives_each_row_a_time_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("case,activity,begun,time\nc,a,2024-01-01 09:00,2024-01-01 09:30\nc,b,,2024-01-01 10:00\n")
    cases = look(read(open_file(path), Named(start="begun"))).cases
    assert cases.service is not None
    assert (cases.micros // MINUTE).tolist() == [60]
    assert (cases.service.busy // MINUTE).tolist() == [30]


WORDS = st.sampled_from(["start", "complete", "suspend", "?"])


@given(
    st.lists(st.tuples(st.sampled_from("xy"), st.sampled_from("ab"), st.integers(0, 9), WORDS), min_size=1, max_size=30)
)
def test_nothing_is_lost_and_nothing_begins_after_it_ends(lines: list[tuple[str, str, int, str]]) -> None:
    log = folded(*lines)
    assert log.begun is not None
    assert (log.begun <= log.at).all()
    kinds = [line[3] for line in lines]
    paired = sum(kind in ("start", "complete") for kind in kinds) - (log.count - kinds.count("?"))
    assert 0 <= paired <= min(kinds.count("start"), kinds.count("complete"))
    assert int(np.sum(log.begun < log.at)) <= paired
