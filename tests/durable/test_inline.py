"""Turns that run when told to: only what was committed, in order, on the caller's clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aboveloop.durable.inline import InlineTurns
from aboveloop.durable.turns import Again, Done
from aboveloop.kit.clock import FixedClock
from aboveloop.kit.database import Database

START = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'turns.db'}")
    yield database
    database.dispose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def turns(clock: FixedClock) -> InlineTurns:
    return InlineTurns(clock)


def submit(turns: InlineTurns, database: Database, stimulus: str, delay_seconds: float = 0) -> None:
    with database.write() as tx:
        turns.submit(tx, lane="a", stimulus=stimulus, delay_seconds=delay_seconds)


def test_turns_run_in_the_order_in_which_they_are_due(turns: InlineTurns, memory: Database, clock: FixedClock) -> None:
    seen: list[str] = []

    def handler(lane: str, stimulus: str) -> Done:
        seen.append(f"{lane}:{stimulus}")
        return Done()

    submit(turns, memory, "later", 60)
    submit(turns, memory, "one")
    submit(turns, memory, "two")
    assert turns.run_due(handler) == 2
    assert seen == ["a:one", "a:two"]
    assert turns.next_due == START + timedelta(seconds=60)
    clock.advance(timedelta(seconds=60))
    assert turns.run_due(handler) == 1
    assert seen[-1] == "a:later"
    assert turns.run_due(handler) == 0


def test_what_a_turn_submits_for_now_runs_too(turns: InlineTurns, memory: Database) -> None:
    def handler(lane: str, stimulus: str) -> Done:
        if stimulus == "first":
            submit(turns, memory, "second")
        return Done()

    submit(turns, memory, "first")
    assert turns.run_due(handler) == 2


def test_what_was_submitted_in_a_transaction_that_fails_never_runs(turns: InlineTurns, memory: Database) -> None:
    with pytest.raises(RuntimeError), memory.write() as tx:
        turns.submit(tx, lane="a", stimulus="lost")
        raise RuntimeError
    assert turns.run_due(lambda lane, stimulus: Done()) == 0


def test_a_turn_that_asks_to_run_again_runs_again_after_its_pause(
    turns: InlineTurns, memory: Database, clock: FixedClock
) -> None:
    answers: list[Done | Again] = [Again(5), Again(0), Done()]
    submit(turns, memory, "x")
    assert turns.run_due(lambda lane, stimulus: answers.pop(0)) == 1
    assert turns.next_due == START + timedelta(seconds=5)
    clock.advance(timedelta(seconds=5))
    # A pause of nothing is still a pause: else a turn that can never end would never let go.
    assert turns.run_due(lambda lane, stimulus: answers.pop(0)) == 1
    clock.advance(timedelta(seconds=1))
    assert turns.run_due(lambda lane, stimulus: answers.pop(0)) == 1
    assert turns.next_due is None
