"""The database: all of a transaction or nothing, on SQLite and PostgreSQL alike, with many writers at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from aboveloop.kit.database import Database, DatabaseTrouble, Instant, Reader, Transaction
from aboveloop.kit.errors import PermanentError

own = sa.MetaData()
notes = sa.Table(
    "kit_test_notes",
    own,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("text", sa.String),
    sa.Column("at", Instant),
)
followers = sa.Table(
    "kit_test_followers", own, sa.Column("note", sa.ForeignKey("kit_test_notes.number"), primary_key=True)
)


@pytest.fixture
def shelf(database: Database) -> Database:
    own.create_all(database.engine)
    return database


def texts(database: Database) -> list[str]:
    with database.read() as reader:
        return texts_in(reader)


def texts_in(reader: Reader) -> list[str]:
    return [row.text for row in reader.all(sa.select(notes.c.text).order_by(notes.c.number))]


def put(tx: Transaction, number: int, text: str = "x") -> None:
    tx.execute(sa.insert(notes).values(number=number, text=text))


def test_what_a_transaction_wrote_is_there_for_the_next_reader(shelf: Database) -> None:
    with shelf.write() as tx:
        put(tx, 1, "one")
        tx.execute(sa.insert(notes), [{"number": 2, "text": "two"}, {"number": 3, "text": "three"}])
        tx.execute(sa.insert(notes), {"number": 4, "text": "four"})
    assert texts(shelf) == ["one", "two", "three", "four"]


def test_a_transaction_that_fails_leaves_nothing(shelf: Database) -> None:
    with pytest.raises(RuntimeError), shelf.write() as tx:
        put(tx, 1)
        raise RuntimeError
    assert texts(shelf) == []
    # And the next writer is not kept waiting by it.
    with shelf.write() as tx:
        put(tx, 2, "after")
    assert texts(shelf) == ["after"]


def test_a_reader_asks_for_all_for_the_first_or_for_one_value(shelf: Database) -> None:
    with shelf.write() as tx:
        put(tx, 1, "one")
        put(tx, 2, "two")
    with shelf.read() as reader:
        wanted = sa.select(notes.c.text).where(notes.c.number == sa.bindparam("which"))
        assert reader.first(wanted, {"which": 2}) == ("two",)
        assert reader.first(wanted, {"which": 9}) is None
        assert reader.value(sa.select(sa.func.count()).select_from(notes)) == 2
        assert reader.value(wanted, {"which": 1}) == "one"
        assert reader.all(wanted, {"which": 1}) == [("one",)]
        assert not hasattr(reader, "execute")


def test_instants_come_back_as_they_were_in_utc(shelf: Database) -> None:
    at = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with shelf.write() as tx:
        tx.execute(sa.insert(notes).values(number=1, at=at))
        tx.execute(sa.insert(notes).values(number=2, at=None))
    with shelf.read() as reader:
        first, second = reader.all(sa.select(notes.c.at).order_by(notes.c.number))
        assert first.at == at
        assert first.at.tzinfo is UTC
        assert second.at is None
        stored = reader.value(sa.select(sa.type_coerce(notes.c.at, sa.BigInteger)).where(notes.c.number == 1))
    assert stored == 1772436600123456


def test_an_instant_without_a_time_zone_is_not_stored(shelf: Database) -> None:
    with pytest.raises(sa.exc.StatementError, match="time zone"), shelf.write() as tx:
        tx.execute(sa.insert(notes).values(number=1, at=datetime(2026, 1, 1)))


def test_what_is_kept_for_the_end_happens_once_in_order_and_inside(shelf: Database) -> None:
    done: list[str] = []
    with shelf.write() as tx:

        def first() -> None:
            done.append("first")
            put(tx, 1, "at the end")
            tx.before_commit(lambda: done.append("more"))

        tx.before_commit(first)
        tx.before_commit(lambda: done.append("second"))
        assert done == []
    assert done == ["first", "second", "more"]
    assert texts(shelf) == ["at the end"]


def test_what_is_kept_for_the_end_does_not_happen_when_the_block_fails(shelf: Database) -> None:
    done: list[str] = []
    with pytest.raises(RuntimeError), shelf.write() as tx:
        tx.before_commit(lambda: done.append("no"))
        raise RuntimeError
    assert done == []


def test_when_what_is_kept_for_the_end_fails_all_is_undone(shelf: Database) -> None:
    def fail() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError), shelf.write() as tx:
        put(tx, 1)
        tx.before_commit(fail)
    assert texts(shelf) == []


def test_many_writers_at_once_all_get_their_turn_and_lose_no_update(shelf: Database) -> None:
    with shelf.write() as tx:
        put(tx, 1, "0")

    def add_one(_: int) -> None:
        with shelf.write() as tx:
            locked = sa.select(notes.c.text).where(notes.c.number == 1)
            now = int(tx.value(locked.with_for_update() if tx.is_postgres else locked))
            tx.execute(sa.update(notes).where(notes.c.number == 1).values(text=str(now + 1)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_one, range(60)))
    assert texts(shelf) == ["60"]


def test_a_reader_is_not_kept_waiting_by_a_writer_and_sees_only_what_is_committed(shelf: Database) -> None:
    with shelf.write() as tx:
        put(tx, 1, "before")
    with shelf.write() as tx:
        tx.execute(sa.update(notes).values(text="after"))
        seen: list[list[str]] = []
        reader = threading.Thread(target=lambda: seen.append(texts(shelf)))
        reader.start()
        reader.join(timeout=10)
        assert seen == [["before"]]
    assert texts(shelf) == ["after"]


def test_a_reference_to_what_does_not_exist_is_refused(shelf: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError), shelf.write() as tx:
        tx.execute(sa.insert(followers).values(note=99))


def test_a_database_knows_which_it_is(database: Database, database_url: str) -> None:
    assert database.is_postgres == database_url.startswith("postgresql")
    with database.write() as tx:
        assert tx.is_postgres == database.is_postgres
        assert isinstance(tx, Reader)


def test_a_url_that_cannot_be_read_is_said_so_without_repeating_it() -> None:
    with pytest.raises(PermanentError, match="postgresql://user@host/name") as refused:
        Database("secret@@nowhere")
    assert "secret" not in str(refused.value)


def test_a_database_that_does_not_answer_is_trouble_that_may_pass() -> None:
    gone = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseTrouble), gone.read():
        pass
    gone.dispose()


def test_what_the_database_refuses_is_told_without_its_values(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError) as refused, database.read() as reader:
        reader.all(sa.select(sa.text("nothing_of_this_name")).where(sa.literal("Ada Lovelace") == sa.literal("x")))
    assert "Ada Lovelace" not in str(refused.value)


def test_what_is_there_stays_when_it_is_added_again_and_changes_when_it_is_put(shelf: Database) -> None:
    with shelf.write() as tx:
        assert tx.add(notes, {"number": 1, "text": "first", "at": datetime(2026, 3, 2, tzinfo=UTC)})
        assert not tx.add(notes, {"number": 1, "text": "second"})
        assert texts_in(tx) == ["first"]
        tx.put(notes, {"number": 1, "text": "third"})
        tx.put(notes, {"number": 2, "text": "new"})
        assert texts_in(tx) == ["third", "new"]
        # What is not given stays.
        assert tx.value(sa.select(notes.c.at).where(notes.c.number == 1)) == datetime(2026, 3, 2, tzinfo=UTC)


def test_two_processes_that_add_the_same_at_once_add_it_once(shelf: Database) -> None:
    def add(_: int) -> bool:
        with shelf.write() as tx:
            return tx.add(notes, {"number": 7, "text": "mine"})

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(add, range(8))) == [False] * 7 + [True]
