"""Extracts: some entries, each proved under one checkpoint, and nothing that is not wanted."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from aboveloop.kit.database import Database
from aboveloop.ledger import merkle, store
from aboveloop.ledger.checkpoints import Checkpoint, range_hash
from aboveloop.ledger.entries import Entry, record
from aboveloop.ledger.errors import LedgerDamaged
from aboveloop.ledger.extracts import Proved, Subtrees, Wanted, cases_between, count
from aboveloop.ledger.ledger import Ledger
from aboveloop.ledger.proofs import Proof, check_proof

Story = Callable[[int], list[Entry]]


def sealed(db: Database, ledger: Ledger, now: datetime) -> Checkpoint:
    with db.write() as tx:
        return ledger.checkpoint(tx, now)


def extracted(db: Database, ledger: Ledger, wanted: Wanted, checkpoint: Checkpoint) -> list[Proved]:
    with db.read() as reader:
        found = list(ledger.extract(reader, wanted, checkpoint))
        assert count(reader, wanted, checkpoint.head.size) == len(found)
    return found


def test_every_entry_of_an_extract_has_a_true_proof(db: Database, ledger: Ledger, story: Story, now: datetime) -> None:
    # More than two tiles and a rest, so that stored and computed nodes both take part.
    entries = story(700)
    checkpoint = sealed(db, ledger, now)
    found = extracted(db, ledger, Wanted(["case_a", "case_c"]), checkpoint)
    assert [each.stored.id for each in found] == [each.id for each in entries if each.case_id in ("case_a", "case_c")]
    for each in found:
        proof = Proof(record(each.stored), each.leaf, each.path, checkpoint.text)
        assert check_proof(proof, ledger.public_key).ok


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700])
def test_shared_nodes_are_those_of_the_tree(
    db: Database, ledger: Ledger, story: Story, now: datetime, size: int
) -> None:
    story(size)
    sealed(db, ledger, now)
    with db.read() as reader:
        subtrees = Subtrees(reader, size)
        assert subtrees(0, size) == range_hash(reader, 0, size)
        for leaf in {0, size // 2, size - 1}:
            slow = merkle.inclusion_path(leaf, size, lambda low, high: range_hash(reader, low, high))
            assert merkle.inclusion_path(leaf, size, subtrees) == slow


def test_the_house_tells_of_the_customer_the_release_and_the_time(
    db: Database, ledger: Ledger, story: Story, now: datetime
) -> None:
    (*_, about_nobody) = story(4)
    later = now + timedelta(hours=1)
    with db.write() as tx:
        erased = ledger.erase(tx, "customer_case_a", at=now, actor="house").entry
        made = ledger.append(
            tx, case_id="house", kind="ReleaseCreated", at=now, actor="house", body={}, release="release_2"
        )
        thrown = ledger.append(tx, case_id="house", kind="SwitchThrown", at=later, actor="house", body={})
    checkpoint = sealed(db, ledger, now)

    def ids(wanted: Wanted) -> list[str]:
        return [each.stored.id for each in extracted(db, ledger, wanted, checkpoint)]

    assert ids(Wanted([])) == []
    assert ids(Wanted([], customers=["customer_case_a"])) == [erased.id]
    assert ids(Wanted([], releases=["release_1", "release_2"])) == [about_nobody.id, made.id]
    assert ids(Wanted([], since=now, until=later)) == [about_nobody.id, erased.id, made.id]
    assert ids(Wanted([], since=later, until=later + timedelta(seconds=1))) == [thrown.id]
    with db.read() as reader:
        assert cases_between(reader, now, later, 3) == ["case_a", "case_b", "case_c"]
        assert cases_between(reader, now, later, 1) == ["case_a"]
        assert cases_between(reader, later, later + timedelta(days=1), 7) == []


def test_what_was_written_after_the_checkpoint_is_left_out(
    db: Database, ledger: Ledger, story: Story, now: datetime
) -> None:
    story(4)
    checkpoint = sealed(db, ledger, now)
    story(4)
    assert [each.leaf for each in extracted(db, ledger, Wanted(["case_b"]), checkpoint)] == [1]


@pytest.mark.parametrize("table", ["entries", "leaves"])
def test_a_changed_entry_is_not_given_out(
    db: Database, ledger: Ledger, story: Story, now: datetime, table: str
) -> None:
    story(8)
    checkpoint = sealed(db, ledger, now)
    with db.write() as tx:
        if table == "entries":
            changed = sa.update(store.ledger_entries).where(store.ledger_entries.c.leaf == 4).values(body="{}")
            tx.execute(changed)
        else:
            tx.execute(sa.update(store.ledger_leaves).where(store.ledger_leaves.c.leaf == 5).values(hash="00" * 32))
    with pytest.raises(LedgerDamaged, match="Run the audit"):
        extracted(db, ledger, Wanted(["case_a"]), checkpoint)


def test_a_lost_leaf_is_said(db: Database, ledger: Ledger, story: Story, now: datetime) -> None:
    story(8)
    checkpoint = sealed(db, ledger, now)
    with db.write() as tx:
        tx.execute(sa.delete(store.ledger_leaves).where(store.ledger_leaves.c.leaf == 7))
    with pytest.raises(LedgerDamaged, match="missing"):
        extracted(db, ledger, Wanted(["case_a"]), checkpoint)
