"""Personal fields: closed to everyone without the key, gone with it."""

import json
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from aboveloop.kit.database import Database, Reader
from aboveloop.kit.errors import WrongUsage
from aboveloop.ledger import store
from aboveloop.ledger.entries import Entry, Stored
from aboveloop.ledger.errors import PersonalUnreadable
from aboveloop.ledger.ledger import Ledger
from aboveloop.ledger.vault import Vault

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


def rows(reader: Reader, *entries: Entry) -> list[Stored]:
    return [row for entry in entries if (row := store.one(reader, entry.id)) is not None]


def box_of(db: Database, entry: Entry) -> bytes:
    with db.read() as reader:
        row = store.one(reader, entry.id)
    assert row is not None
    assert row.box is not None
    return row.box


def test_an_opening_opens_one_entry_and_no_other_of_the_customer(db: Database, ledger: Ledger, said: Entry) -> None:
    other = say(db, ledger, said.at)
    with db.read() as reader:
        one, two = ledger.openings(reader, rows(reader, said, other))
    assert (one.entry_id, one.personal) == (said.id, said.personal)
    assert one.key is not None
    assert one.key != two.key
    box, context = box_of(db, said), f"aboveloop/ledger/personal/v2\n{key_id(db)}\n".encode()
    opened = AESGCM(bytes.fromhex(one.key)).decrypt(box[:12], box[44:], context + said.id.encode())
    assert json.loads(opened) == said.personal
    with pytest.raises(InvalidTag):
        box = box_of(db, other)
        AESGCM(bytes.fromhex(one.key)).decrypt(box[:12], box[44:], context + other.id.encode())


def test_nothing_opens_what_was_erased_or_was_never_personal(db: Database, ledger: Ledger, said: Entry) -> None:
    with db.write() as tx:
        erased = ledger.erase(tx, "customer_1", at=said.at, actor="house").entry
        assert ledger.openings(tx, rows(tx, said, erased)) == []


def test_a_box_of_the_first_format_still_opens_but_cannot_be_proved(db: Database, ledger: Ledger, said: Entry) -> None:
    with db.write() as tx:
        key = Vault(b"m" * 32).key_for(tx, "customer_1", said.at)
        context = f"aboveloop/ledger/personal/v1\n{key.id}\n{said.id}".encode()
        box = bytes(12) + AESGCM(key._secret).encrypt(bytes(12), b'{"name":"Ada"}', context)
        tx.execute(sa.update(store.ledger_entries).values(box=box))
    assert reopened(db, ledger, said).personal == {"name": "Ada"}
    with db.read() as reader:
        (opening,) = ledger.openings(reader, rows(reader, said))
    assert opening.key is None


def key_id(db: Database) -> str:
    with db.read() as reader:
        row = store.key_of(reader, "customer_1")
    assert row is not None
    return row.key_id


def test_the_ledger_opens_entries_that_were_read_closed(db: Database, ledger: Ledger, said: Entry) -> None:
    with db.read() as reader:
        row = store.one(reader, said.id)
        assert row is not None
        assert ledger.opened(reader, [row]) == [said]


def test_of_two_who_make_a_customers_key_at_once_both_get_the_one_that_stands(
    db: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process adds the key between our look and our insert: what stands is used."""
    vault, answers = Vault(b"m" * 32), iter([False])
    real = store.add_key

    def slower(tx: object, new: store.WrappedKey, at: datetime) -> bool:
        real(tx, new, at)  # type: ignore[arg-type]
        return next(answers)

    monkeypatch.setattr(store, "add_key", slower)
    with db.write() as tx:
        key = vault.key_for(tx, "customer_9", now)
        assert vault.key_for(tx, "customer_9", now).id == key.id
