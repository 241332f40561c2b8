"""The engine comes when it is needed: looking costs nothing, and turns run as ever."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from aboveloop.durable import store
from aboveloop.durable.late import LateTurns
from aboveloop.durable.turns import Done
from aboveloop.kit.clock import SystemClock
from aboveloop.kit.database import Database
from durable.test_engine import wait_until

pytestmark = pytest.mark.xdist_group("dbos")


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'turns.db'}")
    database.create_tables()
    yield database
    database.dispose()


def test_turns_run_as_with_the_engine_itself(lite: Database) -> None:
    turns, seen = LateTurns(lite, SystemClock(), workers=2), []
    turns.prepare()
    with lite.write() as tx:
        turns.submit(tx, lane="a", stimulus="early")

    def handler(lane: str, stimulus: str) -> Done:
        seen.append(stimulus)
        return Done()

    turns.launch(handler)
    assert wait_until(lambda: seen == ["early"])
    turns.stop()


def test_whoever_only_looks_brings_no_engine(lite: Database) -> None:
    first = LateTurns(lite, SystemClock())
    first.prepare()
    first.stop()
    code = (
        "import sys; from aboveloop.durable.late import LateTurns; from aboveloop.kit.clock import SystemClock;"
        f"from aboveloop.kit.database import Database; turns = LateTurns(Database({lite.url!r}), SystemClock());"
        "turns.prepare(); turns.stop(); print('dbos' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"


def test_tables_of_another_version_are_prepared_again(lite: Database) -> None:
    with lite.write() as tx:
        store.note_prepared(tx, "0.1")
        store.note_prepared(tx, "0.1")
    turns = LateTurns(lite, SystemClock())
    turns.prepare()
    turns.stop()
    with lite.read() as reader:
        assert store.prepared_by(reader) not in (None, "0.1")
        assert "workflow_status" in sa.inspect(reader.connection).get_table_names()
