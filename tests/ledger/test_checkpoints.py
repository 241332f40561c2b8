"""Sealing: all that is committed, once, in a tree that only grows."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from aboveloop.kit.database import Database
from aboveloop.ledger import merkle, store
from aboveloop.ledger.checkpoints import open_checkpoint, range_hash
from aboveloop.ledger.entries import Entry
from aboveloop.ledger.errors import CheckpointRefused, LedgerDamaged, LedgerUnreadable
from aboveloop.ledger.ledger import Ledger
from aboveloop.ledger.notes import Signer

Story = Callable[[int], list[Entry]]


def root_over(entries: list[Entry]) -> bytes:
    tree = merkle.Frontier()
    for entry in entries:
        tree.push(merkle.leaf_hash(bytes.fromhex(entry.hash)))
    return tree.root()


def test_a_checkpoint_covers_all_entries_in_the_order_of_writing(
    db: Database, ledger: Ledger, story: Story, now: datetime
) -> None:
    written = story(300)
    with db.write() as tx:
        first = ledger.checkpoint(tx, now)
    written += story(301)
    with db.write() as tx:
        second = ledger.checkpoint(tx, now)
    assert (first.head.size, first.head.root) == (300, root_over(written[:300]))
    assert (second.head.size, second.head.root) == (601, root_over(written))
    assert second.text.startswith("ledger.larkspur.example\n601\n")
    assert open_checkpoint(second.text, ledger.public_key) == second.head


def test_a_checkpoint_with_nothing_new_is_the_last_one_again(
    db: Database, ledger: Ledger, story: Story, now: datetime
) -> None:
    story(3)
    with db.write() as tx:
        first = ledger.checkpoint(tx, now)
        assert ledger.checkpoint(tx, now + timedelta(hours=1)) == first
        assert ledger.latest_checkpoint(tx) == first


def test_an_empty_ledger_has_a_checkpoint_too(db: Database, ledger: Ledger, story: Story, now: datetime) -> None:
    with db.write() as tx:
        assert ledger.latest_checkpoint(tx) is None
        empty = ledger.checkpoint(tx, now)
    assert (empty.head.size, empty.head.root) == (0, merkle.EMPTY_ROOT)
    story(1)
    with db.write() as tx:
        assert ledger.checkpoint(tx, now).head.size == 1
    with db.read() as reader:
        assert ledger.verify(reader, empty.text).ok


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (sa.update(store.ledger_checkpoints).values(frontier="[]"), "was changed"),
        (sa.update(store.ledger_checkpoints).values(frontier='["' + "00" * 32 + '"]'), "not the one it signed"),
        (sa.update(store.ledger_checkpoints).values(size=2, frontier='["' + "00" * 32 + '"]'), "not the one it signed"),
        (sa.delete(store.ledger_leaves).where(store.ledger_leaves.c.leaf == 3), "numbered up to 3, checked up to 4"),
        (sa.delete(store.ledger_checkpoints), "numbered up to 4, checked up to 0"),
    ],
)
def test_a_tree_that_does_not_grow_out_of_the_last_is_not_signed(
    db: Database, ledger: Ledger, story: Story, now: datetime, change: sa.Update, reason: str
) -> None:
    story(4)
    with db.write() as tx:
        ledger.checkpoint(tx, now)
        tx.execute(change)
        with pytest.raises(LedgerDamaged, match=reason):
            ledger.checkpoint(tx, now)


def test_a_checkpoint_that_was_tampered_with_is_not_built_upon(
    db: Database, ledger: Ledger, story: Story, now: datetime
) -> None:
    story(4)
    with db.write() as tx:
        ledger.checkpoint(tx, now)
        text = Signer("ledger.larkspur.example", bytes(32)).sign("ledger.larkspur.example\n4\nAA==\n")
        tx.execute(sa.update(store.ledger_checkpoints).values(text=text))
        with pytest.raises(CheckpointRefused, match="no signature by"):
            ledger.checkpoint(tx, now)
        tx.execute(sa.update(store.ledger_checkpoints).values(frontier="[5]"))
        with pytest.raises(LedgerUnreadable, match="over 4 entries"):
            ledger.checkpoint(tx, now)


@pytest.mark.parametrize(
    "text",
    [
        "log.example\n1\n",
        "log.example\n1\n\nroot\n",
        "other.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log.example\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log.example\n٣\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log.example\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log.example\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF=\n",
        "log.example\n1\nAAAA\n",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    signer = Signer("log.example", bytes(32))
    with pytest.raises(CheckpointRefused):
        open_checkpoint(signer.sign(text), signer.key)


def test_extension_lines_of_a_checkpoint_are_passed_over() -> None:
    signer = Signer("log.example", bytes(32))
    text = "log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\n"
    assert open_checkpoint(signer.sign(text), signer.key).root == merkle.EMPTY_ROOT


def test_stored_tiles_give_the_same_hashes_as_the_leaves(
    db: Database, ledger: Ledger, story: Story, now: datetime
) -> None:
    written = story(600)
    with db.write() as tx:
        ledger.checkpoint(tx, now)
        for low, high in ((0, 600), (0, 512), (256, 600), (256, 512), (512, 600), (0, 128), (4, 8)):
            assert range_hash(tx, low, high) == root_over(written[low:high])
        tx.execute(sa.update(store.ledger_tiles).values(hash="xx"))
        with pytest.raises(LedgerUnreadable, match="'xx'"):
            range_hash(tx, 0, 600)
