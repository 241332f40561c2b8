"""Personal fields: closed to everyone without the key, gone with it."""

from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from aboveloop.kit.database import Database
from aboveloop.kit.errors import WrongUsage
from aboveloop.ledger import store
from aboveloop.ledger.entries import Entry
from aboveloop.ledger.errors import PersonalUnreadable
from aboveloop.ledger.ledger import Ledger

NAME = "Ada Lovelace-Nightingale"


@pytest.fixture
def said(db: Database, ledger: Ledger, now: datetime) -> Entry:
    return say(db, ledger, now)


def say(db: Database, ledger: Ledger, now: datetime, customer: str = "customer_1") -> Entry:
    with db.write() as tx:
        return ledger.append(
            tx,
            case_id="case_1",
            kind="MessageReceived",
            at=now,
            actor=f"customer:{customer}",
            body={"channel": "email"},
            personal={"name": NAME, "lines": [1, None]},
            customer_id=customer,
        )


def reopened(db: Database, ledger: Ledger, entry: Entry) -> Entry:
    with db.read() as reader:
        return ledger.entry(reader, entry.id)


def test_personal_fields_open_as_they_were_written(db: Database, ledger: Ledger, said: Entry) -> None:
    assert said.personal == {"name": NAME, "lines": [1, None]}
    assert reopened(db, ledger, said) == said


def test_personal_fields_do_not_stand_in_the_file(db: Database, said: Entry, tmp_path: Path) -> None:
    db.dispose()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert said.id.encode() in content
    assert NAME.encode() not in content


def test_erased_fields_open_as_erased_and_the_chain_stays_whole(
    db: Database, ledger: Ledger, said: Entry, now: datetime
) -> None:
    with db.write() as tx:
        erasure = ledger.erase(tx, "customer_1", at=now, actor="person:priya")
    assert erasure.key_id is not None
    assert erasure.key_id in erasure.reason
    assert (erasure.entry.kind, erasure.entry.case_id) == ("CustomerErased", "house")
    assert erasure.entry.body == {"customer_id": "customer_1", "key_id": erasure.key_id}
    again = reopened(db, ledger, said)
    assert again.personal is None
    assert (again.body, again.hash) == (said.body, said.hash)
    with db.read() as reader:
        assert ledger.verify(reader).ok


def test_an_erased_key_is_not_left_in_the_file(
    db: Database, ledger: Ledger, said: Entry, now: datetime, tmp_path: Path
) -> None:
    with db.read() as reader:
        wrapped = store.key_of(reader, "customer_1")
    assert wrapped is not None
    with db.write() as tx:
        ledger.erase(tx, "customer_1", at=now, actor="house")
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()
    db.dispose()
    assert not any(wrapped.wrapped[12:] in path.read_bytes() for path in tmp_path.iterdir())


def test_an_erasure_by_another_process_takes_effect_at_once(
    db: Database, ledger: Ledger, said: Entry, now: datetime
) -> None:
    assert reopened(db, ledger, said).personal is not None
    elsewhere = Database(db.url)
    with elsewhere.write() as tx:
        Ledger(b"m" * 32, bytes(range(32))).erase(tx, "customer_1", at=now, actor="house")
    elsewhere.dispose()
    assert reopened(db, ledger, said).personal is None


def test_erasing_one_customer_leaves_the_others(db: Database, ledger: Ledger, said: Entry, now: datetime) -> None:
    kept = say(db, ledger, now, "customer_2")
    with db.write() as tx:
        ledger.erase(tx, "customer_1", at=now, actor="house")
    with db.read() as reader:
        assert [entry.personal for entry in ledger.entries(reader, "case_1")] == [None, kept.personal]


def test_a_customer_without_a_key_is_erased_with_that_answer(db: Database, ledger: Ledger, now: datetime) -> None:
    with db.write() as tx:
        erasure = ledger.erase(tx, "customer_9", at=now, actor="house")
    assert erasure.key_id is None
    assert "no personal fields" in erasure.reason
    assert erasure.entry.body == {"customer_id": "customer_9", "key_id": None}


def test_a_customer_who_comes_back_gets_a_new_key(db: Database, ledger: Ledger, said: Entry, now: datetime) -> None:
    with db.write() as tx:
        ledger.erase(tx, "customer_1", at=now, actor="house")
    later = say(db, ledger, now)
    assert reopened(db, ledger, said).personal is None
    assert reopened(db, ledger, later).personal == {"name": NAME, "lines": [1, None]}


def test_another_master_secret_opens_nothing_and_says_so(db: Database, said: Entry) -> None:
    with db.read() as reader, pytest.raises(PersonalUnreadable, match="master secret"):
        Ledger(b"x" * 32, bytes(32)).entry(reader, said.id)


def test_a_key_moved_to_another_customer_opens_nothing(db: Database, ledger: Ledger, said: Entry) -> None:
    with db.write() as tx:
        tx.execute(sa.update(store.ledger_keys).values(customer_id="customer_2"))
    with db.read() as reader, pytest.raises(PersonalUnreadable, match="customer_2"):
        ledger.entry(reader, said.id)


@pytest.mark.parametrize("change", ["other", "short"])
def test_a_changed_box_opens_nothing(db: Database, ledger: Ledger, said: Entry, now: datetime, change: str) -> None:
    box = sa.select(store.ledger_entries.c.box).where(store.ledger_entries.c.id == said.id)
    other = say(db, ledger, now)
    with db.write() as tx:
        moved = tx.value(box) if change == "other" else b""
        tx.execute(sa.update(store.ledger_entries).where(store.ledger_entries.c.id == other.id).values(box=moved))
    with db.read() as reader, pytest.raises(PersonalUnreadable, match=other.id):
        ledger.entry(reader, other.id)


def test_a_short_master_secret_is_refused() -> None:
    with pytest.raises(WrongUsage, match="32 bytes"):
        Ledger(b"short", bytes(32))
