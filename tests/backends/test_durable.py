"""Turns survive: on SQLite and PostgreSQL, in order, one at a time for each lane, taken over from the dead."""

import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aboveloop.durable import store
from aboveloop.durable.engine import DurableTurns
from aboveloop.durable.turns import Again, Done
from aboveloop.kit.clock import SystemClock
from aboveloop.kit.database import Database
from aboveloop.kit.errors import PermanentError

pytestmark = pytest.mark.xdist_group("dbos")


@pytest.fixture
def turns(database: Database) -> Iterator[DurableTurns]:
    turns = DurableTurns(database, SystemClock())
    turns.prepare()
    yield turns
    turns.stop()


def wait_until(condition: object, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def test_turns_of_one_lane_run_in_order_and_never_overlap(database: Database, turns: DurableTurns) -> None:
    seen: list[str] = []
    running: dict[str, int] = {}
    overlaps: list[str] = []
    lock = threading.Lock()

    def handler(lane: str, stimulus: str) -> Done:
        with lock:
            running[lane] = running.get(lane, 0) + 1
            if running[lane] > 1:
                overlaps.append(lane)
        time.sleep(0.005)
        with lock:
            running[lane] -= 1
            seen.append(f"{lane}:{stimulus}")
        return Done()

    turns.launch(handler)
    for number in range(5):
        with database.write() as tx:
            for lane in "abc":
                turns.submit(tx, lane=lane, stimulus=str(number))
    assert wait_until(lambda: len(seen) == 15)
    assert overlaps == []
    for lane in "abc":
        assert [entry for entry in seen if entry.startswith(lane)] == [f"{lane}:{n}" for n in range(5)]


def test_a_turn_submitted_in_a_transaction_that_fails_never_runs(database: Database, turns: DurableTurns) -> None:
    seen: list[str] = []

    def handler(lane: str, stimulus: str) -> Done:
        seen.append(stimulus)
        return Done()

    turns.launch(handler)
    with pytest.raises(RuntimeError), database.write() as tx:
        turns.submit(tx, lane="a", stimulus="lost")
        raise RuntimeError
    with database.write() as tx:
        turns.submit(tx, lane="a", stimulus="kept")
    assert wait_until(lambda: "kept" in seen)
    assert seen == ["kept"]


def test_a_turn_that_asks_to_run_again_runs_again_after_its_pause(database: Database, turns: DurableTurns) -> None:
    at: list[float] = []

    def handler(lane: str, stimulus: str) -> Done | Again:
        at.append(time.monotonic())
        return Again(0.3) if len(at) == 1 else Done()

    turns.launch(handler)
    with database.write() as tx:
        turns.submit(tx, lane="a", stimulus="x")
    assert wait_until(lambda: len(at) == 2)
    assert at[1] - at[0] >= 0.3


def test_a_second_launch_in_one_process_is_refused(turns: DurableTurns) -> None:
    turns.launch(lambda lane, stimulus: Done())
    with pytest.raises(PermanentError, match="already runs"):
        turns.launch(lambda lane, stimulus: Done())


def test_turns_of_a_killed_process_are_finished_by_another(
    database: Database, turns: DurableTurns, tmp_path: Path
) -> None:
    marker = tmp_path / "started"
    program = textwrap.dedent(
        """
        import sys, time, pathlib
        from aboveloop.durable.engine import DurableTurns
        from aboveloop.kit.clock import SystemClock
        from aboveloop.kit.database import Database
        database = Database(sys.argv[1])
        turns = DurableTurns(database, SystemClock())
        def handler(lane, stimulus):
            pathlib.Path(sys.argv[2]).write_text(stimulus)
            time.sleep(600)
        turns.launch(handler)
        with database.write() as tx:
            turns.submit(tx, lane="a", stimulus="orphan")
        time.sleep(600)
        """
    )
    process = subprocess.Popen([sys.executable, "-c", program, database.url, str(marker)])
    try:
        assert wait_until(marker.exists, 30)
    finally:
        process.kill()
        process.wait()
    seen: list[str] = []

    def handler(lane: str, stimulus: str) -> Done:
        seen.append(stimulus)
        return Done()

    turns.launch(handler)
    assert wait_until(lambda: seen == ["orphan"])
    with database.read() as reader:
        assert [process.executor for process in store.known(reader)] == [turns.executor]
