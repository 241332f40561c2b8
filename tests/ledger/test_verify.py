"""The audit of the tables: whoever changes them is found, and the first bad entry is named."""

from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aboveloop.kit.database import Database, Transaction
from aboveloop.ledger import merkle, store
from aboveloop.ledger.entries import NO_HASH, Entry, Stored
from aboveloop.ledger.ledger import Ledger
from aboveloop.ledger.notes import Signer

Story = Callable[[int], list[Entry]]
Change = Callable[[Transaction, list[Entry]], object]

entries, leaves, checkpoints, tiles = (
    store.ledger_entries,
    store.ledger_leaves,
    store.ledger_checkpoints,
    store.ledger_tiles,
)


@pytest.fixture
def written(db: Database, ledger: Ledger, story: Story, now: datetime) -> list[Entry]:
    """Twelve entries under two checkpoints (8 and 12), then four that no checkpoint covers."""
    told = story(8)
    with db.write() as tx:
        ledger.checkpoint(tx, now)
    told += story(4)
    with db.write() as tx:
        ledger.checkpoint(tx, now)
    return told + story(4)


def set_of(entry: Entry, **values: object) -> sa.Update:
    return sa.update(entries).where(entries.c.id == entry.id).values(**values)


def rehash(tx: Transaction, entry: Entry) -> str:
    """Give an entry the hash of what now stands in it, as a careful forger would."""
    stored = store.one(tx, entry.id)
    assert stored is not None
    tx.execute(set_of(entry, hash=stored.computed_hash()))
    return stored.computed_hash()


def rechain(tx: Transaction, case_id: str) -> None:
    """Give every entry of a chain the hash and the previous hash that now fit, and its leaf too."""
    previous = NO_HASH
    for stored in store.chain(tx, case_id):
        fitting = stored._replace(previous=previous)
        previous = fitting.computed_hash()
        where = entries.c.id == stored.id
        tx.execute(sa.update(entries).where(where).values(previous=fitting.previous, hash=previous))
        tx.execute(sa.update(leaves).where(leaves.c.entry_id == stored.id).values(hash=previous))


def forge_and_rechain(tx: Transaction, told: list[Entry]) -> None:
    tx.execute(set_of(told[4], body='{"count":0}'))
    rechain(tx, told[4].case_id)


def forge_without_first_checkpoint(tx: Transaction, told: list[Entry]) -> None:
    tx.execute(sa.delete(checkpoints).where(checkpoints.c.size == 8))
    forge_and_rechain(tx, told)


def swap_leaves(tx: Transaction, told: list[Entry]) -> None:
    for entry, leaf in ((told[5], 900), (told[6], 5), (told[5], 6)):
        tx.execute(set_of(entry, leaf=leaf))


def swap_leaves_everywhere(tx: Transaction, told: list[Entry]) -> None:
    swap_leaves(tx, told)
    for entry, leaf in ((told[5], 900), (told[6], 5), (told[5], 6)):
        tx.execute(sa.update(leaves).where(leaves.c.entry_id == entry.id).values(leaf=leaf))


def delete_with_leaf(tx: Transaction, told: list[Entry], place: int) -> None:
    tx.execute(sa.delete(entries).where(entries.c.id == told[place].id))
    tx.execute(sa.delete(leaves).where(leaves.c.leaf == place))


def insert_copy(tx: Transaction, told: list[Entry]) -> None:
    last = store.one(tx, told[15].id)
    assert last is not None
    store.insert(tx, [last._replace(id="entry_forged", number=last.number + 2, previous=last.hash)])
    entry = store.one(tx, "entry_forged")
    assert entry is not None
    tx.execute(sa.update(entries).where(entries.c.id == entry.id).values(hash=entry.computed_hash()))


def test_a_ledger_that_nobody_touched_holds(db: Database, ledger: Ledger, written: list[Entry]) -> None:
    with db.read() as reader:
        found = ledger.verify(reader)
    assert (found.entries, found.cases, found.ok, found.first_bad) == (16, 3, True, None)
    assert "All 16 entries hold; 12 of them" in found.reason


def test_an_empty_ledger_holds(db: Database, ledger: Ledger) -> None:
    with db.read() as reader:
        found = ledger.verify(reader)
    assert (found.entries, found.cases, found.ok) == (0, 0, True)


# What was done, the place of the first bad entry among those told (None: no entry is), words of the reason.
CHANGES: dict[str, tuple[Change, int | None, str]] = {
    "a body edited": (lambda tx, told: tx.execute(set_of(told[4], body='{"count":4}')), 4, "content does not give"),
    "white space added": (lambda tx, told: tx.execute(set_of(told[4], body='{"count": 4}')), 4, "content"),
    "an actor edited": (lambda tx, told: tx.execute(set_of(told[0], actor="house")), 0, "content"),
    "a time edited": (lambda tx, told: tx.execute(set_of(told[9], at=told[9].at.replace(year=2025))), 9, "content"),
    "a time made text": (lambda tx, _: tx.execute(sa.text("UPDATE ledger_entries SET at='noon'")), 0, "cannot be read"),
    "a box edited": (lambda tx, told: tx.execute(set_of(told[2], box=b"x")), 2, "content"),
    "a box made text": (lambda tx, _: tx.execute(sa.text("UPDATE ledger_entries SET box='x'")), 0, "cannot be read"),
    "a hash edited": (lambda tx, told: tx.execute(set_of(told[2], hash="0" * 64)), 2, "content"),
    "an entry not yet sealed edited": (lambda tx, told: tx.execute(set_of(told[13], body="{}")), 13, "not sealed yet"),
    "an entry edited with its hash": (
        lambda tx, told: (tx.execute(set_of(told[4], body="{}")), rehash(tx, told[4])),
        4,
        "not what was sealed here",
    ),
    "a chain forged with its leaves": (forge_and_rechain, 0, "another root over 8 entries: it or one of the 7 after"),
    "an entry deleted": (
        lambda tx, told: tx.execute(sa.delete(entries).where(entries.c.id == told[6].id)),
        6,
        "missing",
    ),
    "the last of a chain deleted": (lambda tx, told: delete_with_leaf(tx, told, 10), None, "leaf 10"),
    "an entry deleted with its leaf": (
        lambda tx, told: delete_with_leaf(tx, told, 3),
        None,
        "next one sealed is leaf 4",
    ),
    "a leaf deleted": (lambda tx, _: tx.execute(sa.delete(leaves).where(leaves.c.leaf == 7)), 7, "nothing is sealed"),
    "the last leaf deleted": (
        lambda tx, _: tx.execute(sa.delete(leaves).where(leaves.c.leaf == 11)),
        11,
        "last checkpoint covers 12",
    ),
    "the tail of the sealed cut": (lambda tx, told: delete_with_leaf(tx, told, 11), None, "covers 12 entries"),
    "an entry not yet sealed deleted": (
        lambda tx, told: tx.execute(sa.delete(entries).where(entries.c.number == 2)),
        8,
        "missing",
    ),
    "entries moved in the order": (swap_leaves, 6, "not what was sealed here"),
    "entries moved with their leaves": (swap_leaves_everywhere, 0, "another root"),
    "an entry taken out of the tree": (lambda tx, told: tx.execute(set_of(told[9], leaf=None)), 9, "missing"),
    "an entry put into the tree": (lambda tx, told: tx.execute(set_of(told[12], leaf=77)), 12, "never given"),
    "an entry added with a gap": (insert_copy, None, "should be number 4"),
    "an entry moved to another case": (lambda tx, told: tx.execute(set_of(told[15], case_id="case_x")), 15, "content"),
    "an entry moved with its hash": (
        lambda tx, told: (tx.execute(set_of(told[12], case_id="case_x")), rehash(tx, told[12])),
        12,
        "number 0 of its chain",
    ),
    "a number repeated": (
        lambda tx, told: (tx.execute(set_of(told[15], number=9)), rehash(tx, told[15])),
        15,
        "number 3 of its chain",
    ),
    "a previous hash edited": (
        lambda tx, told: (tx.execute(set_of(told[14], previous="0" * 64)), rehash(tx, told[14])),
        14,
        "hash of the entry before",
    ),
    "the first checkpoint removed": (forge_without_first_checkpoint, 0, "one of the 11 after it"),
    "the last checkpoint removed": (
        lambda tx, _: tx.execute(sa.delete(checkpoints).where(checkpoints.c.size == 12)),
        8,
        "leaf 8 is numbered",
    ),
    "a checkpoint's text edited": (
        lambda tx, _: tx.execute(sa.update(checkpoints).values(text="no note")),
        None,
        "The stored checkpoint over 8 entries: ",
    ),
    "a checkpoint's size edited": (
        lambda tx, _: tx.execute(sa.update(checkpoints).where(checkpoints.c.size == 8).values(size=7)),
        0,
        "another root over 7",
    ),
    "a checkpoint over nothing forged": (
        lambda tx, _: tx.execute(sa.update(checkpoints).where(checkpoints.c.size == 8).values(size=0)),
        None,
        "another root over 0 entries.",
    ),
    "a checkpoint's tree edited": (
        lambda tx, _: tx.execute(sa.update(checkpoints).values(frontier="[]")),
        None,
        "tree kept with the stored checkpoint over 8",
    ),
    "a checkpoint's tree made unreadable": (
        lambda tx, _: tx.execute(sa.update(checkpoints).values(frontier="{")),
        None,
        "over 12 entries cannot be read",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_found_and_its_entry_named(
    db: Database, ledger: Ledger, written: list[Entry], name: str
) -> None:
    change, place, words = CHANGES[name]
    with db.write() as tx:
        change(tx, written)
    with db.read() as reader:
        found = ledger.verify(reader)
    assert not found.ok
    assert words in found.reason
    named = None if found.first_bad is None else found.first_bad.id
    if place is not None:
        assert named == written[place].id
        assert found.first_bad is not None
        assert found.first_bad.number == place // 4 or "repeated" in name
    else:
        assert named in (None, "entry_forged")


def test_a_deleted_entry_is_named_by_what_was_sealed(db: Database, ledger: Ledger, written: list[Entry]) -> None:
    with db.write() as tx:
        tx.execute(sa.delete(entries).where(entries.c.id == written[6].id))
    with db.read() as reader:
        bad = ledger.verify(reader).first_bad
    assert bad is not None
    assert (bad.leaf, bad.id, bad.case_id, bad.number) == (6, written[6].id, "case_c", 1)


@given(data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_any_changed_column_of_any_entry_is_found_at_that_entry(
    db: Database, ledger: Ledger, written: list[Entry], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, 15))
    column = data.draw(st.sampled_from([name for name in Stored._fields if name not in ("id", "case_id", "number")]))
    text = data.draw(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=8))
    connection = db.engine.connect()
    try:
        connection.exec_driver_sql(
            f"UPDATE ledger_entries SET {column} = ? WHERE id = ?",
            (text, written[place].id),
        )
        with db.read() as _:
            found = ledger.verify(Transaction(connection))
    finally:
        connection.rollback()
        connection.close()
    assert found.first_bad is not None
    assert found.first_bad.id == written[place].id


def test_a_cut_tail_shows_against_a_checkpoint_kept_outside(
    db: Database, ledger: Ledger, written: list[Entry], now: datetime
) -> None:
    with db.write() as tx:
        kept = ledger.checkpoint(tx, now).text
    with db.write() as tx:
        for place in range(8, 16):
            delete_with_leaf(tx, written, place)
        tx.execute(sa.delete(checkpoints).where(checkpoints.c.size > 8))
    with db.read() as reader:
        assert ledger.verify(reader).ok
        found = ledger.verify(reader, kept)
    assert not found.ok
    assert "covers 16 entries, the ledger's own 8" in found.reason
    assert found.entries == 8


def test_a_past_that_was_rewritten_and_signed_anew_shows_against_a_checkpoint_kept_outside(
    db: Database, ledger: Ledger, written: list[Entry], now: datetime
) -> None:
    with db.read() as reader:
        last = ledger.latest_checkpoint(reader)
    assert last is not None
    with db.write() as tx:
        forge_and_rechain(tx, written)
        tx.execute(sa.delete(checkpoints))
        tx.execute(sa.delete(leaves))
        tx.execute(sa.update(entries).values(leaf=None))
        ledger.checkpoint(tx, now)
    with db.read() as reader:
        assert ledger.verify(reader).ok
        found = ledger.verify(reader, last.text)
    assert not found.ok
    assert "the checkpoint given has another root over 12 entries" in found.reason


def test_an_older_checkpoint_kept_outside_agrees(db: Database, ledger: Ledger, story: Story, now: datetime) -> None:
    texts = []
    for _ in range(3):
        story(5)
        with db.write() as tx:
            texts.append(ledger.checkpoint(tx, now).text)
    with db.write() as tx:
        # The ledger may forget its own old checkpoints; the one outside is compared all the same.
        tx.execute(sa.delete(checkpoints).where(checkpoints.c.size < 15))
    with db.read() as reader:
        for text in texts:
            found = ledger.verify(reader, text)
            assert found.ok
            assert "agree with the checkpoint given" in found.reason


def test_a_checkpoint_that_the_key_did_not_sign_is_no_measure(
    db: Database, ledger: Ledger, written: list[Entry]
) -> None:
    foreign = Signer("ledger.larkspur.example", bytes(32)).sign("ledger.larkspur.example\n0\n\n")
    with db.read() as reader:
        found = ledger.verify(reader, foreign)
    assert not found.ok
    assert found.first_bad is None
    assert "no signature by the key" in found.reason
    assert (found.entries, found.cases) == (16, 3)


def test_changed_tiles_are_found(db: Database, ledger: Ledger, story: Story, now: datetime) -> None:
    story(merkle.TILE_LEAVES * 2)
    with db.write() as tx:
        ledger.checkpoint(tx, now)
    with db.read() as reader:
        assert ledger.verify(reader).ok
    for change in (sa.update(tiles).values(hash="00" * 32), sa.update(tiles).values(hash="xx"), sa.delete(tiles)):
        with db.write() as tx:
            tx.execute(change)
        with db.read() as reader:
            found = ledger.verify(reader)
        assert not found.ok


def test_a_ledger_of_several_batches_is_read_to_the_end(
    db: Database, ledger: Ledger, story: Story, now: datetime
) -> None:
    story(store.BATCH * 2 + 1)
    with db.write() as tx:
        ledger.checkpoint(tx, now)
    last = story(store.BATCH * 2 + 1)[-1]
    with db.read() as reader:
        assert ledger.verify(reader).ok
    with db.write() as tx:
        tx.execute(set_of(last, body="{}"))
    with db.read() as reader:
        bad = ledger.verify(reader).first_bad
    assert bad is not None
    assert bad.id == last.id


def test_a_table_that_the_database_cannot_read_is_reported(db: Database, ledger: Ledger, written: list[Entry]) -> None:
    with db.write() as tx:
        # Bytes that are no UTF-8 in a column of text: what a broken disk leaves behind.
        tx.execute(sa.text("UPDATE ledger_entries SET body = CAST(x'ff' AS TEXT) WHERE number = 2"))
    with db.read() as reader:
        found = ledger.verify(reader)
    assert not found.ok
    assert "cannot read the ledger" in found.reason
    assert found.first_bad is not None
