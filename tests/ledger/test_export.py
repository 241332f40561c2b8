"""Exports: any byte that differs from what was written is found, given a checkpoint and a key kept elsewhere."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aboveloop.kit.database import Database
from aboveloop.ledger import store
from aboveloop.ledger.entries import Entry, Stored, from_record, record
from aboveloop.ledger.errors import ExportRefused, LedgerDamaged
from aboveloop.ledger.export import CHECKPOINT, ENTRIES, PUBLIC_KEY, README, Export, verify_export
from aboveloop.ledger.ledger import Ledger
from aboveloop.ledger.notes import Signer

Story = Callable[[int], list[Entry]]


def tried(times: int) -> settings:
    # The export of the fixture is only read: each example writes a folder of its own.
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=times, deadline=None, suppress_health_check=checks)


@pytest.fixture
def exported(db: Database, ledger: Ledger, story: Story, now: datetime, tmp_path: Path) -> Export:
    story(14)
    return ledger.export(db, tmp_path / "out", now)


def lines_of(export: Export) -> list[bytes]:
    return (export.folder / ENTRIES).read_bytes().splitlines(keepends=True)


def changed(export: Export, content: bytes, name: str = ENTRIES) -> Path:
    folder = export.folder.parent / "changed"
    shutil.copytree(export.folder, folder, dirs_exist_ok=True)
    (folder / name).write_bytes(content)
    return folder


def test_an_export_covers_everything_and_holds(db: Database, ledger: Ledger, exported: Export, story: Story) -> None:
    assert exported.entries == 14
    assert sorted(path.name for path in exported.folder.iterdir()) == sorted([ENTRIES, CHECKPOINT, PUBLIC_KEY, README])
    found = verify_export(exported.folder, exported.checkpoint.text, ledger.public_key)
    assert (found.entries, found.cases, found.ok, found.first_bad) == (14, 3, True, None)
    assert verify_export(exported.folder).ok
    with db.read() as reader:
        in_order = list(ledger.sealed(reader, 0, 14))
    assert [json.loads(line)["id"] for line in lines_of(exported)] == [entry.id for entry in in_order]
    assert (exported.folder / PUBLIC_KEY).read_text() == f"{ledger.public_key}\n"
    assert "14 entries" in (exported.folder / README).read_text()


def test_an_export_shows_no_personal_field_and_no_key(db: Database, exported: Export) -> None:
    with db.read() as reader:
        wrapped = store.key_of(reader, "customer_case_a")
    assert wrapped is not None
    for path in exported.folder.iterdir():
        content = path.read_bytes()
        assert b"Ada" not in content
        assert wrapped.wrapped not in content


def test_an_export_of_an_empty_ledger_holds(db: Database, ledger: Ledger, now: datetime, tmp_path: Path) -> None:
    export = ledger.export(db, tmp_path / "deep" / "out", now)
    assert verify_export(export.folder, export.checkpoint.text, ledger.public_key).ok
    assert not verify_export(changed(export, b"\n"), export.checkpoint.text, ledger.public_key).ok


@given(data=st.data())
@tried(250)
def test_every_changed_added_or_lost_byte_of_the_entries_is_found(
    ledger: Ledger, exported: Export, data: st.DataObject
) -> None:
    content = (exported.folder / ENTRIES).read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    byte = bytes([data.draw(st.integers(0, 255))])
    kind = data.draw(st.sampled_from(["change", "insert", "remove", "cut"]))
    mutated = {
        "change": content[:place] + byte + content[place + 1 :],
        "insert": content[:place] + byte + content[place:],
        "remove": content[:place] + content[place + 1 :],
        "cut": content[:place],
    }[kind]
    found = verify_export(changed(exported, mutated), exported.checkpoint.text, ledger.public_key)
    assert found.ok == (mutated == content)
    if mutated != content:
        leaf = content[:place].count(b"\n")
        assert found.first_bad is not None
        # The byte after a line's last belongs to that line as well as to the next.
        assert found.first_bad.leaf in (leaf, leaf + 1, leaf - 1)


@given(data=st.data())
@tried(120)
def test_every_moved_doubled_or_lost_line_is_found(ledger: Ledger, exported: Export, data: st.DataObject) -> None:
    lines = lines_of(exported)
    one, two = data.draw(st.integers(0, 13)), data.draw(st.integers(0, 13))
    kind = data.draw(st.sampled_from(["swap", "double", "remove", "cut", "move"]))
    mutated = list(lines)
    if kind == "swap":
        mutated[one], mutated[two] = mutated[two], mutated[one]
    elif kind == "double":
        mutated.insert(two, lines[one])
    elif kind == "remove":
        del mutated[one]
    elif kind == "cut":
        mutated = mutated[:one]
    else:
        mutated.insert(two, mutated.pop(one))
    found = verify_export(changed(exported, b"".join(mutated)), exported.checkpoint.text, ledger.public_key)
    assert found.ok == (mutated == lines)


@given(data=st.data())
@tried(150)
def test_every_changed_byte_of_the_checkpoint_and_the_key_is_found(
    ledger: Ledger, exported: Export, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from([CHECKPOINT, PUBLIC_KEY]))
    content = (exported.folder / name).read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    byte = bytes([data.draw(st.integers(0, 255))])
    kind = data.draw(st.sampled_from(["change", "insert", "remove", "cut"]))
    mutated = {
        "change": content[:place] + byte + content[place + 1 :],
        "insert": content[:place] + byte + content[place:],
        "remove": content[:place] + content[place + 1 :],
        "cut": content[:place],
    }[kind]
    folder = changed(exported, mutated, name)
    found = verify_export(folder, exported.checkpoint.text, ledger.public_key)
    shutil.rmtree(folder)
    assert found.ok == (mutated == content)


def rechained(lines: list[bytes]) -> list[Stored]:
    """The entries with the hashes that a careful forger would give them."""
    heads: dict[str, tuple[int, str]] = {}
    entries = []
    for line in lines:
        entry = from_record(line.rstrip(b"\n"))
        number, previous = heads.get(entry.case_id, (-1, "0" * 64))
        entry = entry._replace(number=number + 1, previous=previous)
        entry = entry._replace(hash=entry.computed_hash())
        heads[entry.case_id] = (entry.number, entry.hash)
        entries.append(entry)
    return entries


def test_a_forged_line_with_fitting_hashes_is_found_by_the_root(ledger: Ledger, exported: Export) -> None:
    lines = lines_of(exported)
    lines[3] = lines[3].replace(b"4990", b"9990")
    forged = b"".join(record(entry) + b"\n" for entry in rechained(lines))
    for outside in (exported.checkpoint.text, None):
        found = verify_export(changed(exported, forged), outside, ledger.public_key)
        assert "another root over 14 entries: it or one of the 13 after it" in found.reason
        assert found.first_bad is not None
        assert found.first_bad.leaf == 0


def test_a_whole_export_made_anew_is_found_against_the_key_kept_outside(
    db: Database, ledger: Ledger, exported: Export, now: datetime, tmp_path: Path
) -> None:
    forger = Ledger(b"m" * 32, bytes(32), "ledger.larkspur.example")
    with db.write() as tx:
        tx.execute(sa.delete(store.ledger_checkpoints))
        tx.execute(sa.delete(store.ledger_leaves))
        tx.execute(sa.update(store.ledger_entries).values(leaf=None))
    anew = forger.export(db, tmp_path / "anew", now)
    assert verify_export(anew.folder).ok
    found = verify_export(anew.folder, exported.checkpoint.text, ledger.public_key)
    assert not found.ok
    assert "not the key given" in found.reason


def test_an_export_is_held_against_an_older_checkpoint_too(
    db: Database, ledger: Ledger, story: Story, exported: Export, now: datetime, tmp_path: Path
) -> None:
    story(6)
    newer = ledger.export(db, tmp_path / "newer", now)
    assert verify_export(newer.folder, exported.checkpoint.text, ledger.public_key).ok
    cut = verify_export(exported.folder, newer.checkpoint.text, ledger.public_key)
    assert not cut.ok
    assert "covers 20 entries, the export 14" in cut.reason
    lines = lines_of(newer)
    lines[19] = lines[19].replace(b"4990", b"9990")
    late = changed(newer, b"".join(record(entry) + b"\n" for entry in rechained(lines)))
    found = verify_export(late, exported.checkpoint.text, ledger.public_key)
    assert found.first_bad is not None
    assert (found.first_bad.leaf, found.ok) == (14, False)


def test_files_that_are_missing_or_not_text_are_named(ledger: Ledger, exported: Export) -> None:
    for name in (ENTRIES, CHECKPOINT, PUBLIC_KEY):
        folder = changed(exported, b"\xff\xfe", name)
        assert not verify_export(folder, exported.checkpoint.text, ledger.public_key).ok
        (folder / name).unlink()
        found = verify_export(folder, exported.checkpoint.text, ledger.public_key)
        assert not found.ok
        assert name in found.reason
        shutil.rmtree(folder)
    assert verify_export(exported.folder / "nothing").entries == 0


def test_a_foreign_checkpoint_or_one_with_more_signatures_is_told(ledger: Ledger, exported: Export) -> None:
    foreign = Signer("ledger.larkspur.example", bytes(32)).sign("x\n")
    assert "no signature" in verify_export(exported.folder, foreign, ledger.public_key).reason
    witness = Signer("witness", bytes(32)).sign("x\n").split("\n\n")[1]
    witnessed = exported.checkpoint.text + witness
    assert verify_export(exported.folder, witnessed, ledger.public_key).ok
    more = verify_export(changed(exported, witnessed.encode(), CHECKPOINT), None, ledger.public_key)
    assert "more than the head" in more.reason
    twice = verify_export(changed(exported, f"{ledger.public_key}\n\n".encode(), PUBLIC_KEY))
    assert not twice.ok


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (b'{"id":"entry_x","case_id":"case_x","number":7}\n', ("entry_x", "case_x", 7)),
        (b'{"id":5,"case_id":5,"number":"7"}\n', (None, None, None)),
        (b"[]\n", (None, None, None)),
        (b"\xff\n", (None, None, None)),
        (b"[" * 100_000 + b"\n", (None, None, None)),
    ],
)
def test_a_bad_line_is_named_by_what_can_still_be_read(
    ledger: Ledger, exported: Export, line: bytes, name: tuple[object, ...]
) -> None:
    lines = lines_of(exported)
    for mutated, leaf in (([*lines[:5], line, *lines[5:]], 5), ([*lines, line], 14)):
        found = verify_export(changed(exported, b"".join(mutated)), exported.checkpoint.text, ledger.public_key)
        bad = found.first_bad
        assert bad is not None
        assert (bad.leaf, (bad.id, bad.case_id, bad.number)) == (leaf, name)
        assert found.entries == 15


def test_an_export_overwrites_nothing(db: Database, ledger: Ledger, now: datetime, tmp_path: Path) -> None:
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / "letter.txt").write_text("dear")
    with pytest.raises(ExportRefused, match="not empty"):
        ledger.export(db, folder, now)
    with pytest.raises(ExportRefused, match=r"letter\.txt"):
        ledger.export(db, folder / "letter.txt", now)
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]


def test_a_ledger_with_a_hole_is_not_exported(
    db: Database, ledger: Ledger, story: Story, now: datetime, tmp_path: Path
) -> None:
    gone = story(5)[2]
    with db.write() as tx:
        ledger.checkpoint(tx, now)
        tx.execute(sa.delete(store.ledger_entries).where(store.ledger_entries.c.id == gone.id))
    with pytest.raises(LedgerDamaged, match="leaf 2"):
        ledger.export(db, tmp_path / "out", now)
    assert not (tmp_path / "out" / CHECKPOINT).exists()
