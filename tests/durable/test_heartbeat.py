"""Who is alive: a heartbeat that stops, or a process that is gone from this machine, is a death."""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from aboveloop.durable import store
from aboveloop.durable.store import DEAD_AFTER, Process
from aboveloop.kit.database import Database

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def process(*, host: str = "elsewhere", pid: int = 1, silent: timedelta = timedelta(0)) -> Process:
    return Process("proc_1", host, pid, NOW - silent)


def gone_pid() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_a_process_elsewhere_is_dead_only_after_a_long_silence() -> None:
    assert not process(silent=DEAD_AFTER).is_dead(NOW)
    assert process(silent=DEAD_AFTER + timedelta(microseconds=1)).is_dead(NOW)
    assert not process(pid=gone_pid()).is_dead(NOW)


def test_a_process_of_this_machine_is_dead_at_once_when_it_is_gone() -> None:
    assert process(host=platform.node(), pid=gone_pid()).is_dead(NOW)
    assert not process(host=platform.node(), pid=os.getpid()).is_dead(NOW)
    assert process(host=platform.node(), pid=os.getpid(), silent=timedelta(minutes=1)).is_dead(NOW)


def test_a_process_of_another_user_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_yours(pid: int, signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", not_yours)
    assert not process(host=platform.node()).is_dead(NOW)


def test_a_beat_is_one_row_for_each_process_and_forgetting_removes_it(database: Database) -> None:
    with database.write() as tx:
        store.beat(tx, "proc_1", NOW)
        store.beat(tx, "proc_2", NOW)
        store.beat(tx, "proc_1", NOW + timedelta(seconds=2))
    with database.read() as reader:
        known = {each.executor: each for each in store.known(reader)}
    assert known["proc_1"].beat_at == NOW + timedelta(seconds=2)
    assert known["proc_2"].beat_at == NOW
    assert (known["proc_1"].host, known["proc_1"].pid) == (platform.node(), os.getpid())
    with database.write() as tx:
        store.forget(tx, "proc_1")
    with database.read() as reader:
        assert [each.executor for each in store.known(reader)] == ["proc_2"]
