"""What releasing keeps (gates, reviews, rollbacks, who serves what) is kept alike on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aboveloop.govern.promotion import load, store
from aboveloop.govern.promotion.load import LoadResult
from aboveloop.kit.database import Database
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.delivery import LoadFloor
from aboveloop.operation.releases import Release

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_a_process_is_seen_until_it_leaves(database: Database) -> None:
    serving = {"process": "a:1", "production": "d1", "canary": None, "serving_since": AT, "seen_at": AT}
    with database.write() as tx:
        store.save_process(tx, serving)
        store.save_process(tx, {**serving, "canary": "d2", "seen_at": AT + timedelta(minutes=1)})
        store.save_process(tx, {**serving, "process": "b:1"})
    with database.read() as reader:
        assert [(row.process, row.canary) for row in store.seen_processes(reader, AT)] == [("a:1", "d2"), ("b:1", None)]
        assert [row.process for row in store.seen_processes(reader, AT + timedelta(seconds=1))] == ["a:1"]
    with database.write() as tx:
        store.forget_process(tx, "a:1")
        assert [row.process for row in store.seen_processes(tx, AT)] == ["b:1"]


def test_rollbacks_are_told_the_newest_first(database: Database) -> None:
    values = {
        "environment": "canary",
        "left_digest": "d2",
        "to_digest": "d1",
        "rolled_back_by": "house",
        "commanded_at": AT,
        "effective_at": AT,
    }
    with database.write() as tx:
        for because in ("first", "second", "third"):
            store.insert_rollback(tx, {**values, "because": because})
        assert [row.because for row in store.all_rollbacks(tx, limit=2)] == ["third", "second"]


def test_a_bundle_is_written_over_by_its_digest(database: Database) -> None:
    columns = {column.name: column for column in store.bundles.columns}
    values = {
        name: AT if name.endswith("_at") else {} if "JSON" in str(column.type) else f"{name} of it"
        for name, column in columns.items()
    } | {"digest": "d1"}
    with database.write() as tx:
        store.save_bundle(tx, values)
        store.save_bundle(tx, values)
        row = store.bundle(tx, "d1")
        assert row is not None and row.digest == "d1"
        assert store.bundle(tx, "d2") is None


def test_the_load_test_that_passed_counts_else_the_latest(database: Database) -> None:
    ledger = Ledger(b"m" * 32, b"s" * 32)
    release = Release("d1", 1, "shop", "person:noor", "", AT)
    good = LoadResult(100, 5.0, 300, 20.0, 15.0, 0.1, 0.5, 0, 0, 0, 0, 0, "1", AT)
    with database.write() as tx:
        assert load.known(tx, release.digest, "1") is None
        load.record(tx, release, good, ledger=ledger, by="person:noor")
        load.record(tx, release, replace(good, lost=2), ledger=ledger, by="person:noor")
    with database.read() as reader:
        floor = LoadFloor(cases=50)
        assert load.known(reader, release.digest, "1", floor) == good
        latest = load.known(reader, release.digest, "1")
        assert latest is not None and latest.lost == 2
        assert [entry.kind for entry in ledger.find(reader)] == ["ReleaseLoadTested"] * 2
