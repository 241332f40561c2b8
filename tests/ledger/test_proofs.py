"""Proofs: checked by someone who has nothing but the proof and the public key."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from aboveloop.kit.database import Database
from aboveloop.kit.errors import WrongUsage
from aboveloop.ledger import store
from aboveloop.ledger.entries import Entry
from aboveloop.ledger.errors import CheckpointRefused, EntryNotFound, EntryNotSealed, LedgerDamaged
from aboveloop.ledger.ledger import Ledger
from aboveloop.ledger.notes import Signer, VerifierKey, open_note
from aboveloop.ledger.proofs import GrowthProof, Proof, check_growth, check_proof

Story = Callable[[int], list[Entry]]


@pytest.fixture
def written(db: Database, ledger: Ledger, story: Story, now: datetime) -> list[Entry]:
    told = story(300)
    with db.write() as tx:
        ledger.checkpoint(tx, now)
    return told


def test_every_sealed_entry_can_be_proved_to_an_outsider(db: Database, ledger: Ledger, written: list[Entry]) -> None:
    key = VerifierKey.parse(str(ledger.public_key))
    with db.read() as reader:
        for place in (0, 1, 255, 256, 298, 299):
            sent = json.dumps(ledger.prove(reader, written[place].id).to_json())
            check = check_proof(Proof.from_json(json.loads(sent)), key)
            assert check.ok
            assert check.reason == (
                f"Entry {written[place].id} is leaf {place} of 300 in the ledger ledger.larkspur.example."
            )


def test_a_proof_shows_no_personal_field(db: Database, ledger: Ledger, written: list[Entry]) -> None:
    assert written[0].personal == {"name": "Ada 0"}
    with db.read() as reader:
        assert "Ada" not in json.dumps(ledger.prove(reader, written[0].id).to_json())


def test_a_proof_for_another_entry_place_ledger_or_key_does_not_hold(
    db: Database, ledger: Ledger, written: list[Entry]
) -> None:
    with db.read() as reader:
        proof, other = ledger.prove(reader, written[8].id), ledger.prove(reader, written[9].id)
    namesake = Signer("ledger.larkspur.example", bytes(32))
    forged = namesake.sign(proof.checkpoint.split("\n\n")[0] + "\n")
    fields = json.loads(proof.entry)
    edited = Proof.from_json({**proof.to_json(), "entry": {**fields, "actor": "house"}})
    for wrong, reason in (
        (replace(proof, entry=other.entry), "does not lead"),
        (replace(proof, leaf=9), "does not lead"),
        (replace(proof, leaf=300), "does not lead"),
        (replace(proof, path=proof.path[:-1]), "does not lead"),
        (replace(proof, checkpoint=forged), "no signature by"),
        (replace(proof, entry=proof.entry + b" "), "canonical"),
        (edited, "does not give its hash"),
    ):
        check = check_proof(wrong, ledger.public_key)
        assert not check.ok
        assert reason in check.reason


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"entry": {}, "leaf": "1", "path": [], "checkpoint": ""},
        {"entry": {}, "leaf": 1, "path": [], "checkpoint": None},
        {"entry": {}, "leaf": 1, "path": ["xx"], "checkpoint": ""},
        {"entry": {}, "leaf": 1, "path": [5], "checkpoint": ""},
    ],
)
def test_what_is_no_proof_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Proof.from_json(fields)


def test_only_sealed_entries_have_proofs(db: Database, ledger: Ledger, story: Story, now: datetime) -> None:
    early = story(1)[0]
    with db.write() as tx:
        with pytest.raises(EntryNotSealed, match=early.id):
            ledger.prove(tx, early.id)
        ledger.checkpoint(tx, now)
    late = story(1)[0]
    with db.read() as reader:
        assert ledger.prove(reader, early.id).path == ()
        with pytest.raises(EntryNotSealed, match=late.id):
            ledger.prove(reader, late.id)
        with pytest.raises(EntryNotFound, match="entry_9"):
            ledger.prove(reader, "entry_9")


def test_a_ledger_that_was_changed_gives_no_proof(db: Database, ledger: Ledger, written: list[Entry]) -> None:
    with db.write() as tx:
        tx.execute(sa.update(store.ledger_tiles).values(hash="00" * 32))
    with db.read() as reader, pytest.raises(LedgerDamaged, match="does not lead"):
        ledger.prove(reader, written[299].id)


def test_growth_is_proved_against_a_checkpoint_kept_outside(
    db: Database, ledger: Ledger, story: Story, now: datetime
) -> None:
    texts = []
    for entries in (0, 1, 3, 256, 0, 41, 299):
        story(entries) if entries else None
        with db.write() as tx:
            texts.append(ledger.checkpoint(tx, now).text)
    with db.read() as reader:
        for text in texts:
            check = check_growth(ledger.prove_growth(reader, text), ledger.public_key)
            assert check.ok
            assert check.reason == f"The first {text.split()[1]} of 600 entries are unchanged."


def test_a_ledger_that_did_not_grow_out_of_the_older_one_is_found(
    db: Database, ledger: Ledger, written: list[Entry], sqlite_url: str, now: datetime
) -> None:
    other = Database(sqlite_url + ".other")
    other.create_tables()
    texts = []
    for count in range(3):
        with other.write() as tx:
            texts.append(ledger.checkpoint(tx, now).text)
            for _ in range(1 + 310 * count):
                ledger.append(tx, case_id="case_z", kind="CaseOpened", at=now, actor="house", body={})
    other.dispose()
    empty, one, many = texts[0], texts[1], texts[2]
    with db.write() as tx:
        assert check_growth(ledger.prove_growth(tx, empty), ledger.public_key).ok
        with pytest.raises(LedgerDamaged, match="did not grow"):
            ledger.prove_growth(tx, one)
        newest = ledger.checkpoint(tx, now)
        tx.execute(sa.delete(store.ledger_checkpoints))
        with pytest.raises(LedgerDamaged, match="tail was cut"):
            ledger.prove_growth(tx, many)
    check = check_growth(GrowthProof(one, newest.text, ()), ledger.public_key)
    assert not check.ok
    check = check_growth(GrowthProof(newest.text, newest.text, (b"x",)), ledger.public_key)
    assert not check.ok
    check = check_growth(GrowthProof(empty, newest.text, (b"x",)), ledger.public_key)
    assert not check.ok
    foreign = Signer("x", bytes(32)).key
    assert "no signature" in check_growth(GrowthProof(one, newest.text, ()), foreign).reason
    with db.read() as reader, pytest.raises(CheckpointRefused):
        ledger.prove_growth(reader, "nothing")


def test_growth_is_proved_up_to_the_checkpoint_asked_for(
    db: Database, ledger: Ledger, story: Story, now: datetime
) -> None:
    sealed = []
    for _ in range(3):
        story(5)
        with db.write() as tx:
            sealed.append(ledger.checkpoint(tx, now))
    with db.read() as reader:
        proof = ledger.prove_growth(reader, sealed[0].text, sealed[1])
    assert proof.newer == sealed[1].text
    assert check_growth(proof, ledger.public_key).ok


@pytest.mark.parametrize("text", ["ledger.larkspur.example\n5\nroot\n", "something without an end"])
def test_nothing_but_a_checkpoint_is_signed_as_one(ledger: Ledger, text: str) -> None:
    with pytest.raises(WrongUsage, match="say first what it is"):
        ledger.sign(text)


def test_another_note_is_signed_under_the_same_key(ledger: Ledger) -> None:
    assert open_note(ledger.sign("a list\nof things\n"), ledger.public_key) == "a list\nof things\n"
