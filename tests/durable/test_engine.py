"""The durable engine's house-keeping: its pace, what it sweeps away, what it survives, and how it stops."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from dbos import DBOS

from aboveloop.durable import engine, store
from aboveloop.durable.engine import DurableTurns
from aboveloop.durable.turns import Again, Done
from aboveloop.kit.clock import FixedClock, SystemClock, monotonic_seconds
from aboveloop.kit.database import Database, Transaction

pytestmark = pytest.mark.xdist_group("dbos")


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'turns.db'}")
    database.create_tables()
    yield database
    database.dispose()


@pytest.fixture
def turns(lite: Database) -> Iterator[DurableTurns]:
    turns = DurableTurns(lite, SystemClock(), workers=2)
    turns.prepare()
    yield turns
    turns.stop()


def submit(database: Database, turns: DurableTurns, stimulus: str, delay_seconds: float = 0) -> None:
    with database.write() as tx:
        turns.submit(tx, lane="a", stimulus=stimulus, delay_seconds=delay_seconds)


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_turn_that_was_submitted_before_anybody_runs_turns_is_run_by_who_comes(
    lite: Database, turns: DurableTurns
) -> None:
    submit(lite, turns, "early")
    submit(lite, turns, "late", delay_seconds=0.2)
    seen: list[str] = []

    def handler(lane: str, stimulus: str) -> Done:
        seen.append(stimulus)
        return Done()

    turns.launch(handler)
    assert wait_until(lambda: seen == ["early", "late"])


def test_preparing_twice_and_stopping_what_never_ran_is_no_harm(lite: Database) -> None:
    turns = DurableTurns(lite, SystemClock())
    turns.prepare()
    turns.prepare()
    turns.stop()


def test_a_stopped_process_is_forgotten_and_another_may_run_turns_in_its_place(
    lite: Database, turns: DurableTurns
) -> None:
    turns.launch(lambda lane, stimulus: Done())
    turns.stop()
    with lite.read() as reader:
        assert store.known(reader) == []
    submit(lite, turns, "left over")
    seen: list[str] = []
    other = DurableTurns(lite, SystemClock())

    def handler(lane: str, stimulus: str) -> Done:
        seen.append(stimulus)
        return Done()

    other.launch(handler)
    try:
        assert wait_until(lambda: seen == ["left over"])
    finally:
        other.stop()


def test_the_pace_follows_the_work(lite: Database, turns: DurableTurns) -> None:
    turns.launch(lambda lane, stimulus: Done())
    queue = DBOS.retrieve_queue(engine.QUEUE)
    assert queue is not None

    def interval() -> float:
        found = DBOS.retrieve_queue(engine.QUEUE)
        assert found is not None
        return found.polling_interval_sec

    turns._set_pace(monotonic_seconds() + engine.IDLE_AFTER_SECONDS + 1)
    assert interval() == engine.IDLE_POLL_SECONDS
    turns._set_pace(monotonic_seconds())
    assert interval() == engine.BUSY_POLL_SECONDS


def test_a_queue_that_somebody_removed_has_no_pace(turns: DurableTurns, monkeypatch: pytest.MonkeyPatch) -> None:
    turns.launch(lambda lane, stimulus: Done())
    monkeypatch.setattr(DBOS, "retrieve_queue", lambda name: None)
    turns._set_pace(monotonic_seconds() + engine.IDLE_AFTER_SECONDS + 1)
    assert not turns._pace.is_busy


def test_finished_turns_are_swept_away_and_waiting_ones_are_not(lite: Database, turns: DurableTurns) -> None:
    ran = threading.Event()

    def handler(lane: str, stimulus: str) -> Done:
        ran.set()
        return Done()

    turns.launch(handler)
    submit(lite, turns, "done")
    submit(lite, turns, "waits", delay_seconds=3600)
    assert ran.wait(20)
    assert wait_until(lambda: len(DBOS.list_workflows(status="SUCCESS", queue_name=engine.QUEUE)) == 1)
    turns._sweep(SystemClock().now())
    assert len(DBOS.list_workflows(queue_name=engine.QUEUE)) == 2
    turns._sweep(SystemClock().now() + engine.KEEP_FINISHED + timedelta(minutes=1))
    left = DBOS.list_workflows(queue_name=engine.QUEUE)
    assert [turn.status for turn in left] == ["DELAYED"]


def test_the_beats_of_the_dead_are_removed_and_those_of_the_living_stay(lite: Database, turns: DurableTurns) -> None:
    turns.launch(lambda lane, stimulus: Done())
    with lite.write() as tx:
        store.beat(tx, "proc_dead", datetime(2020, 1, 1, tzinfo=UTC))
        store.beat(tx, "proc_alive", SystemClock().now())
    assert turns.take_over_from_the_dead() == 0
    with lite.read() as reader:
        assert {each.executor for each in store.known(reader)} == {turns.executor, "proc_alive"}


class Stumbling(Database):
    """A database that is away for its next transactions."""

    away = 0

    def write(self) -> AbstractContextManager[Transaction]:  # type: ignore[override]
        if self.away > 0:
            self.away -= 1
            raise sa.exc.OperationalError("BEGIN", {}, Exception("the database is away"))
        return super().write()


@pytest.fixture
def stumbling(tmp_path: Path) -> Iterator[Stumbling]:
    database = Stumbling(f"sqlite:///{tmp_path / 'turns.db'}")
    database.create_tables()
    yield database
    database.dispose()


def test_house_keeping_goes_on_after_the_database_was_away(
    stumbling: Stumbling, caplog: pytest.LogCaptureFixture
) -> None:
    turns = DurableTurns(stumbling, SystemClock(), workers=2)
    turns.prepare()
    turns.launch(lambda lane, stimulus: Done())
    try:
        stumbling.away = 1
        assert wait_until(lambda: "will be tried again" in caplog.text)
        with stumbling.write() as tx:
            store.forget(tx, turns.executor)

        def beats() -> bool:
            with stumbling.read() as reader:
                return any(each.executor == turns.executor for each in store.known(reader))

        assert wait_until(beats)
    finally:
        turns.stop()


def test_a_turn_that_must_run_again_is_not_lost_while_the_database_is_away(
    stumbling: Stumbling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "IDLE_POLL_SECONDS", 0.05)
    turns = DurableTurns(stumbling, SystemClock(), workers=2)
    turns.prepare()
    seen: list[str] = []

    def handler(lane: str, stimulus: str) -> Done | Again:
        seen.append(stimulus)
        if len(seen) == 1:
            stumbling.away = 3
            return Again(0.01)
        return Done()

    turns.launch(handler)
    try:
        submit(stumbling, turns, "x")
        assert wait_until(lambda: seen == ["x", "x"])
    finally:
        turns.stop()


def test_a_turn_that_cannot_be_put_back_before_the_end_is_not_counted_as_done(stumbling: Stumbling) -> None:
    turns = DurableTurns(stumbling, FixedClock(datetime(2026, 3, 2, tzinfo=UTC)))
    stumbling.away = 10
    turns._stopping.set()
    with pytest.raises(sa.exc.OperationalError):
        turns._workflow(lambda lane, stimulus: Again(1))("a", "x")
