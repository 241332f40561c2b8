"""Prepared statements give what the toolkit's own execution gives, on both databases."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from aboveloop.kit.database import Database, DatabaseTrouble, Instant
from aboveloop.kit.prepared import Prepared, in_the_toolkits_words

metadata = sa.MetaData()
things = sa.Table(
    "prepared_things",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("at", Instant),
    sa.Column("about", sa.JSON),
    sa.Column("box", sa.LargeBinary),
    sa.Column("right", sa.Boolean),
)
INSERT = Prepared(sa.insert(things))
UPDATE = Prepared(sa.update(things).where(things.c.key == sa.bindparam("which")))
DELETE = Prepared(sa.delete(things).where(things.c.key == sa.bindparam("which")))
ONE = Prepared(sa.select(things).where(things.c.key == sa.bindparam("key")))
NEWEST = Prepared(sa.select(things.c.key).order_by(things.c.number.desc()).limit(1))
HIGHEST = Prepared(sa.select(sa.func.max(things.c.number)))
AT = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)
ROW = {"key": "a", "number": 1, "at": AT, "about": {"is": ["ü", None]}, "box": b"\x00\xff", "right": True}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(f"sqlite:///{tmp_path / 'house.db'}")
    metadata.create_all(found.engine)
    yield found
    found.dispose()


def test_what_goes_in_comes_out_as_it_was(database: Database) -> None:
    with database.write() as tx:
        assert tx.change(INSERT, ROW) == 1
    with database.read() as reader:
        row = reader.first(ONE, {"key": "a"})
        theirs = reader.first(sa.select(things).where(things.c.key == "a"))
    assert row is not None
    assert row._mapping == ROW
    assert row == tuple(theirs or ())
    assert (row.number, row[1]) == (1, 1)


def test_the_toolkit_reads_what_was_written_prepared_and_the_other_way_round(database: Database) -> None:
    with database.write() as tx:
        tx.change(INSERT, ROW)
        tx.execute(sa.insert(things), {**ROW, "key": "b", "number": 2})
    with database.read() as reader:
        rows = [reader.first(sa.select(things).where(things.c.key == "a")), reader.first(ONE, {"key": "b"})]
    assert [row and row.about for row in rows] == [ROW["about"], ROW["about"]]


def test_an_update_changes_the_columns_that_are_named_and_says_how_many(database: Database) -> None:
    with database.write() as tx:
        tx.change(INSERT, [ROW, {**ROW, "key": "b"}])
        assert tx.change(UPDATE, {"which": "b", "number": 9}) == 1
        assert tx.change(UPDATE, {"which": "b", "about": None, "at": None}) == 1
        assert tx.change(UPDATE, {"which": "nobody", "number": 9}) == 0
        assert tx.value(HIGHEST) == 9
        assert tx.value(NEWEST) == "b"
        assert tx.change(DELETE, {"which": "b"}) == 1
        assert tx.first(ONE, {"key": "b"}) is None
        assert tx.value(NEWEST, {}) == "a"


def test_nothing_found_is_none(database: Database) -> None:
    with database.read() as reader:
        assert reader.first(ONE, {"key": "a"}) is None
        assert reader.value(NEWEST) is None
        assert reader.all(ONE, {"key": "a"}) == []


def test_a_glance_sees_what_was_committed_and_nothing_else(database: Database) -> None:
    with database.glance() as reader:
        assert reader.value(HIGHEST) is None
        with database.write() as tx:
            tx.change(INSERT, ROW)
            assert reader.value(HIGHEST) is None
        assert reader.value(HIGHEST) == 1


def test_a_reading_sees_one_state_although_others_write(database: Database) -> None:
    with database.read() as reader:
        assert reader.value(HIGHEST) is None
        with database.write() as tx:
            tx.change(INSERT, ROW)
        assert reader.value(HIGHEST) is None


def test_an_error_is_the_toolkits_and_holds_no_values(database: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError) as told, database.write() as tx:
        tx.change(INSERT, ROW)
        tx.change(INSERT, ROW)
    assert "ü" not in str(told.value)
    with database.read() as reader:
        assert reader.value(HIGHEST) is None


def test_a_table_that_is_missing_is_trouble_of_the_database(database: Database) -> None:
    with database.write() as tx:
        tx.execute(sa.text("DROP TABLE prepared_things"))
    with pytest.raises(DatabaseTrouble), database.read() as reader:
        reader.all(ONE, {"key": "a"})


def test_a_database_that_stays_locked_is_trouble_of_the_database(tmp_path: Path, database: Database) -> None:
    other = Database(f"sqlite:///{tmp_path / 'house.db'}")
    with database.write(), pytest.raises(DatabaseTrouble), other.engine.connect() as plain:
        plain.exec_driver_sql("PRAGMA busy_timeout=1")
        plain.rollback()
        plain.execution_options(aboveloop_writes=True).begin()
    other.dispose()


def test_a_list_that_grows_is_refused(database: Database) -> None:
    growing = Prepared(sa.select(things).where(things.c.key.in_(sa.bindparam("keys", expanding=True))))
    with pytest.raises(ValueError, match="cannot be prepared"), database.read() as reader:
        reader.all(growing, {"keys": ["a"]})


def test_a_connection_that_broke_is_not_used_again(database: Database) -> None:
    """What the driver says of a lost connection is told in the toolkit's words, and the connection is given up."""
    with database.engine.connect() as connection:
        broken = sqlite3.ProgrammingError("Cannot operate on a closed database.")
        error = in_the_toolkits_words(connection, "SELECT 1", broken)
        assert isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
        assert connection.invalidated
    with database.engine.connect() as connection:
        error = in_the_toolkits_words(connection, "SELECT 1", sqlite3.OperationalError("no such table: x"))
        assert isinstance(error, sa.exc.OperationalError) and not error.connection_invalidated
