"""Releases: frozen texts, one deployed, every change in the ledger, on both databases."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aboveloop.kit.database import Database, Reader, Transaction
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation import store
from aboveloop.operation.digest import digest_of
from aboveloop.operation.errors import (
    NothingToRelease,
    NothingToRollBack,
    ReleaseDamaged,
    ReleaseNotFound,
    ReleaseUnreadable,
)
from aboveloop.operation.loading import load_files
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import (
    Release,
    create_release,
    deploy,
    deployed,
    find_release,
    list_deployments,
    list_releases,
    load_release,
    rollback,
)
from operation.kettle import FILES

PRIYA = "person:priya"


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(b"m" * 32, b"s" * 32)


def kettle_with(saying: str) -> Operation:
    operation = load_files({**FILES, "messages/en/kept.md": saying}, Path("kettle")).operation
    assert operation is not None
    return operation


def release(tx: Transaction, ledger: Ledger, saying: str, now: datetime) -> Release:
    return create_release(tx, kettle_with(saying), ledger=ledger, by=PRIYA, note=f"Say {saying}.", now=now)


def entries(reader: Reader, ledger: Ledger) -> list[tuple[str, str, str | None]]:
    return [(entry.kind, entry.actor, entry.release) for entry in ledger.entries(reader, "house")]


def test_a_release_is_named_by_digest_and_number(database: Database, ledger: Ledger, now: datetime) -> None:
    with database.write() as tx:
        first, second = release(tx, ledger, "one", now), release(tx, ledger, "two", now)
    assert (first.name, first.short, second.name) == ("r1", kettle_with("one").digest[:12], "r2")
    assert (first.operation, first.created_by, first.note, first.created_at) == ("kettle", PRIYA, "Say one.", now)
    with database.read() as reader:
        assert list_releases(reader) == [second, first]
        for named in ("r2", second.digest, second.short, second.digest[:6], second.digest.upper()):
            assert find_release(reader, named) == second


def test_the_same_content_is_the_same_release(database: Database, ledger: Ledger, now: datetime) -> None:
    with database.write() as tx:
        first = release(tx, ledger, "one", now)
    with database.write() as tx:
        assert release(tx, ledger, "one", now + timedelta(days=1)) == first
        assert entries(tx, ledger) == [("ReleaseCreated", PRIYA, first.digest)]


def test_a_release_loads_from_its_texts_alone(database: Database, ledger: Ledger, now: datetime) -> None:
    operation = kettle_with("from the database")
    with database.write() as tx:
        made = create_release(tx, operation, ledger=ledger, by=PRIYA, note="", now=now)
    with database.read() as reader:
        loaded = load_release(reader, made.digest)
        assert loaded.model_copy(update={"folder": operation.folder}) == operation
        assert load_release(reader, made.digest) is loaded
        assert load_release(reader, "r1") is loaded


@pytest.mark.parametrize("named", ["r9", "r", "rx", "", "abc", "0123456789ab", "r99999999999999999999", "%", "______"])
def test_an_unknown_release_is_not_found(database: Database, ledger: Ledger, now: datetime, named: str) -> None:
    with database.write() as tx:
        release(tx, ledger, "one", now)
        with pytest.raises(ReleaseNotFound, match="There is no release"):
            find_release(tx, named)


def test_an_operation_without_its_texts_is_not_released(database: Database, ledger: Ledger, now: datetime) -> None:
    bare = kettle_with("bare").model_copy(update={"files": {}})
    with database.write() as tx, pytest.raises(NothingToRelease, match="Load its folder again"):
        create_release(tx, bare, ledger=ledger, by=PRIYA, note="", now=now)


def test_changed_texts_are_found_out(database: Database, ledger: Ledger, now: datetime) -> None:
    with database.write() as tx:
        made = release(tx, ledger, "to be tampered with", now)
        files = store.release_files
        tx.execute(files.update().where(files.c.path == "messages/en/kept.md").values(text="Everything is free."))
    with database.read() as reader, pytest.raises(ReleaseDamaged, match="restore the database"):
        load_release(reader, made.digest)


def test_texts_that_this_version_cannot_load_say_so(database: Database, ledger: Ledger, now: datetime) -> None:
    files = {**FILES, "operation.yaml": FILES["operation.yaml"] + "from_the_future: 1\n"}
    digest = load_files(FILES, Path("kettle")).operation
    assert digest is not None
    odd = digest.model_copy(update={"files": files, "digest": digest_of(files)})
    with database.write() as tx:
        made = create_release(tx, odd, ledger=ledger, by=PRIYA, note="", now=now)
        with pytest.raises(ReleaseUnreadable, match="There is no key `from_the_future`"):
            load_release(tx, made.digest)


def test_nothing_is_deployed_at_first(database: Database) -> None:
    with database.read() as reader:
        assert deployed(reader) is None
        assert list_deployments(reader) == []


def test_what_is_deployed_last_is_at_work(database: Database, ledger: Ledger, now: datetime) -> None:
    with database.write() as tx:
        first, second = release(tx, ledger, "one", now), release(tx, ledger, "two", now)
        deploy(tx, first, ledger=ledger, by=PRIYA, now=now)
        deploy(tx, second, ledger=ledger, by="person:noor", now=now + timedelta(hours=1))
    with database.read() as reader:
        assert deployed(reader) == second
        assert [(change.release, change.deployed_by) for change in list_deployments(reader)] == [
            (second, "person:noor"),
            (first, PRIYA),
        ]
        assert entries(reader, ledger)[2:] == [
            ("ReleaseDeployed", PRIYA, first.digest),
            ("ReleaseDeployed", "person:noor", second.digest),
        ]
        assert ledger.entries(reader, "house")[-1].body["instead_of"] == first.digest


def test_deploying_what_is_deployed_changes_nothing(database: Database, ledger: Ledger, now: datetime) -> None:
    with database.write() as tx:
        first = release(tx, ledger, "one", now)
        deploy(tx, first, ledger=ledger, by=PRIYA, now=now)
        before = entries(tx, ledger)
        assert deploy(tx, first, ledger=ledger, by=PRIYA, now=now) == first
        assert entries(tx, ledger) == before
        with pytest.raises(NothingToRollBack):
            rollback(tx, ledger=ledger, by=PRIYA, now=now)


def test_rolling_back_twice_goes_back_twice(database: Database, ledger: Ledger, now: datetime) -> None:
    with database.write() as tx:
        first, second, third = (release(tx, ledger, saying, now) for saying in ("one", "two", "three"))
        for one in (first, second, third):
            deploy(tx, one, ledger=ledger, by=PRIYA, now=now)
        assert rollback(tx, ledger=ledger, by=PRIYA, now=now) == second
        assert rollback(tx, ledger=ledger, by=PRIYA, now=now) == first
        with pytest.raises(NothingToRollBack, match="No release was deployed before"):
            rollback(tx, ledger=ledger, by=PRIYA, now=now)
        assert deployed(tx) == first
        assert [kind for kind, _, _ in entries(tx, ledger)][-2:] == ["ReleaseRolledBack", "ReleaseRolledBack"]


def test_after_a_rollback_a_deployment_can_be_rolled_back_again(
    database: Database, ledger: Ledger, now: datetime
) -> None:
    with database.write() as tx:
        first, second, third = (release(tx, ledger, saying, now) for saying in ("one", "two", "three"))
        deploy(tx, first, ledger=ledger, by=PRIYA, now=now)
        deploy(tx, second, ledger=ledger, by=PRIYA, now=now)
        rollback(tx, ledger=ledger, by=PRIYA, now=now)
        deploy(tx, third, ledger=ledger, by=PRIYA, now=now)
        assert rollback(tx, ledger=ledger, by=PRIYA, now=now) == first


def test_nothing_deployed_cannot_be_rolled_back(database: Database, ledger: Ledger, now: datetime) -> None:
    with database.write() as tx, pytest.raises(NothingToRollBack, match="Deploy a release first"):
        rollback(tx, ledger=ledger, by=PRIYA, now=now)


def test_a_release_of_another_database_cannot_be_deployed(database: Database, ledger: Ledger, now: datetime) -> None:
    stranger = Release("f" * 64, 1, "kettle", PRIYA, "", now)
    with database.write() as tx, pytest.raises(ReleaseNotFound):
        deploy(tx, stranger, ledger=ledger, by=PRIYA, now=now)


def test_a_transaction_that_fails_leaves_neither_release_nor_entry(
    database: Database, ledger: Ledger, now: datetime
) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as tx:
        deploy(tx, release(tx, ledger, "one", now), ledger=ledger, by=PRIYA, now=now)
        raise ZeroDivisionError
    with database.read() as reader:
        assert (list_releases(reader), deployed(reader), entries(reader, ledger)) == ([], None, [])
