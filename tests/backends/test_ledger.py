"""The ledger on SQLite and PostgreSQL: many writers, one order, nothing lost."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from aboveloop.kit.database import Database, Transaction
from aboveloop.ledger import store
from aboveloop.ledger.entries import Draft, Entry
from aboveloop.ledger.export import verify_export
from aboveloop.ledger.ledger import Ledger
from aboveloop.ledger.proofs import check_growth, check_proof


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(b"m" * 32, bytes(range(32)))


def write(database: Database, ledger: Ledger, now: datetime, case_id: str, count: int) -> Entry:
    with database.write() as tx:
        return ledger.append(
            tx,
            case_id=case_id,
            kind="MessageReceived",
            at=now,
            actor="customer:customer_1",
            body={"count": count, "text": "naïve \u0000 ✓"},
            personal={"name": "Ada"},
            customer_id="customer_1",
        )


def in_parallel(work: Sequence[Callable[[], object]]) -> None:
    with ThreadPoolExecutor(len(work)) as pool:
        for done in [pool.submit(job) for job in work]:
            done.result()


def test_an_entry_comes_back_as_it_was_written(database: Database, ledger: Ledger, now: datetime) -> None:
    written = write(database, ledger, now, "case_1", 1)
    with database.read() as reader:
        assert ledger.entries(reader, "case_1") == [written]
        assert list(ledger.find(reader, customer_id="customer_1", since=now)) == [written]
        assert ledger.count(reader, kind="MessageReceived") == 1


def test_many_writers_of_one_chain_wait_for_each_other(database: Database, ledger: Ledger, now: datetime) -> None:
    def writer() -> None:
        for count in range(15):
            write(database, ledger, now, "case_1", count)

    def sealer() -> None:
        for _ in range(10):
            with database.write() as tx:
                ledger.checkpoint(tx, now)

    in_parallel([writer] * 6 + [sealer] * 2)
    with database.write() as tx:
        ledger.checkpoint(tx, now)
    with database.read() as reader:
        chain = ledger.entries(reader, "case_1")
        assert [entry.number for entry in chain] == list(range(90))
        assert {entry.personal is not None for entry in chain} == {True}
        found = ledger.verify(reader)
    assert (found.entries, found.ok) == (90, True), found.reason


def test_an_audit_beside_writers_and_sealers_raises_no_false_alarm(
    database: Database, ledger: Ledger, now: datetime
) -> None:
    stop = threading.Event()
    wrong: list[str] = []

    def writer(name: str) -> None:
        while not stop.is_set():
            with database.write() as tx:
                ledger.append_many(tx, [Draft(f"case_{name}", "CaseOpened", now, "house", {"n": n}) for n in range(3)])

    def sealer() -> None:
        while not stop.is_set():
            with database.write() as tx:
                ledger.checkpoint(tx, now)

    def auditor() -> None:
        for _ in range(12):
            with database.read() as reader:
                found = ledger.verify(reader)
                if not found.ok:
                    wrong.append(found.reason)
        stop.set()

    in_parallel([lambda: writer("a"), lambda: writer("b"), sealer, auditor])
    assert wrong == []


def test_chains_that_are_taken_in_different_orders_do_not_block_each_other(
    database: Database, ledger: Ledger, now: datetime
) -> None:
    def writer(cases: list[str]) -> None:
        for _ in range(20):
            with database.write() as tx:
                ledger.append_many(tx, [Draft(case_id, "CaseOpened", now, "house", {}) for case_id in cases])

    in_parallel([lambda: writer(["a", "b", "c"]), lambda: writer(["c", "b", "a"])])
    with database.read() as reader:
        assert ledger.count(reader) == 120
        assert ledger.verify(reader).ok


@pytest.mark.postgres
def test_entries_that_commit_late_are_sealed_by_the_next_checkpoint(
    postgres_url: str, ledger: Ledger, now: datetime
) -> None:
    database = Database(postgres_url)
    database.create_tables()
    with database.engine.connect() as slow, slow.begin():
        late = ledger.append(Transaction(slow), case_id="slow", kind="CaseOpened", at=now, actor="house", body={})
        quick = write(database, ledger, now, "quick", 1)
        with database.write() as tx:
            first = ledger.checkpoint(tx, now)
    with database.write() as tx:
        second = ledger.checkpoint(tx, now)
    with database.read() as reader:
        assert (first.head.size, second.head.size) == (1, 2)
        assert [entry.id for entry in ledger.sealed(reader, 0, 2)] == [quick.id, late.id]
        assert [entry.id for entry in ledger.find(reader)] == [late.id, quick.id]
        assert ledger.verify(reader, first.text).ok
        assert ledger.verify(reader, second.text).ok
        assert check_growth(ledger.prove_growth(reader, first.text), ledger.public_key).ok
    database.dispose()


def test_two_first_entries_of_one_customer_share_one_key(database: Database, ledger: Ledger, now: datetime) -> None:
    in_parallel([lambda case=f"case_{n}": write(database, ledger, now, case, 0) for n in range(6)])  # type: ignore[misc]
    with database.read() as reader:
        assert len(reader.all(sa.select(store.ledger_keys))) == 1
        assert [entry.personal for entry in ledger.find(reader)] == [{"name": "Ada"}] * 6


def test_an_erasure_holds_for_every_connection(database: Database, ledger: Ledger, now: datetime) -> None:
    written = write(database, ledger, now, "case_1", 0)
    with database.write() as tx:
        assert ledger.erase(tx, "customer_1", at=now, actor="person:priya").key_id is not None
    with database.read() as reader:
        assert ledger.entry(reader, written.id).personal is None
        assert reader.all(sa.select(store.ledger_keys)) == []
        assert ledger.verify(reader).ok


def test_an_erasure_that_is_taken_back_leaves_the_key(database: Database, ledger: Ledger, now: datetime) -> None:
    written = write(database, ledger, now, "case_1", 0)
    with pytest.raises(ZeroDivisionError), database.write() as tx:
        ledger.erase(tx, "customer_1", at=now, actor="house")
        raise ZeroDivisionError
    with database.read() as reader:
        assert ledger.entry(reader, written.id) == written


def test_proofs_exports_and_tampering_are_the_same_on_both(
    database: Database, ledger: Ledger, now: datetime, tmp_path: Path
) -> None:
    with database.write() as tx:
        drafts = [Draft(f"case_{n % 7}", "CaseOpened", now, "house", {"n": n}) for n in range(600)]
        written = ledger.append_many(tx, drafts)
    export = ledger.export(database, tmp_path / "out", now)
    assert verify_export(export.folder, export.checkpoint.text, ledger.public_key).ok
    with database.read() as reader:
        assert check_proof(ledger.prove(reader, written[300].id), ledger.public_key).ok
    with database.write() as tx:
        tx.execute(sa.delete(store.ledger_entries).where(store.ledger_entries.c.id == written[300].id))
    with database.read() as reader:
        bad = ledger.verify(reader, export.checkpoint.text).first_bad
    assert bad is not None
    assert (bad.leaf, bad.id, bad.case_id, bad.number) == (300, written[300].id, "case_6", 42)
