"""Appending and reading through the one door."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from aboveloop.kit.database import Database
from aboveloop.ledger.entries import NO_HASH, Draft, Entry
from aboveloop.ledger.errors import EntryNotFound, EntryRefused, LedgerDamaged
from aboveloop.ledger.ledger import Ledger

Story = Callable[[int], list[Entry]]


def test_each_case_has_a_chain_of_its_own(db: Database, ledger: Ledger, story: Story) -> None:
    story(40)
    with db.read() as reader:
        for case_id in ("case_a", "case_b", "case_c", "house"):
            chain = ledger.entries(reader, case_id)
            assert [entry.number for entry in chain] == list(range(10))
            assert [entry.previous for entry in chain] == [NO_HASH, *[entry.hash for entry in chain[:-1]]]
        assert ledger.entries(reader, "case_nobody_knows") == []


def test_entries_appended_together_are_as_if_appended_one_by_one(db: Database, ledger: Ledger, now: datetime) -> None:
    drafts = [Draft(case_id, "CaseOpened", now, "house", {"n": n}) for n, case_id in enumerate("abab")]
    with db.write() as tx:
        together = ledger.append_many(tx, drafts)
        single = ledger.append(tx, case_id="a", kind="CaseOpened", at=now, actor="house", body={})
    assert [(entry.case_id, entry.number) for entry in [*together, single]] == [
        ("a", 0),
        ("b", 0),
        ("a", 1),
        ("b", 1),
        ("a", 2),
    ]
    assert single.previous == together[2].hash
    with db.read() as reader:
        assert list(ledger.find(reader)) == [*together, single]


def test_appending_nothing_writes_nothing(db: Database, ledger: Ledger) -> None:
    with db.write() as tx:
        assert ledger.append_many(tx, []) == []
        assert ledger.count(tx) == 0


def test_a_refused_draft_keeps_all_of_its_companions_out(db: Database, ledger: Ledger, now: datetime) -> None:
    drafts = [Draft("a", "CaseOpened", now, "house", {}), Draft("a", "CaseOpened", now, "house", {"n": 2**60})]
    with db.write() as tx:
        with pytest.raises(EntryRefused, match=r"CaseOpened\.n"):
            ledger.append_many(tx, drafts)
        assert ledger.count(tx) == 0


def test_what_a_transaction_takes_back_leaves_no_gap(db: Database, ledger: Ledger, story: Story) -> None:
    before = story(4)
    with pytest.raises(ZeroDivisionError), db.write() as tx:
        ledger.append(tx, case_id="case_a", kind="CaseClosed", at=before[0].at, actor="house", body={})
        raise ZeroDivisionError
    after = story(4)
    assert after[0].number == 1
    assert after[0].previous == before[0].hash
    with db.read() as reader:
        assert ledger.verify(reader).ok


def test_find_gives_what_matches_in_the_order_of_writing(
    db: Database, ledger: Ledger, story: Story, now: datetime
) -> None:
    written = story(1_200)
    with db.write() as tx:
        late = ledger.append(
            tx, case_id="case_a", kind="CaseClosed", at=now + timedelta(hours=1), actor="person:priya", body={}
        )
    with db.read() as reader:
        assert list(ledger.find(reader)) == [*written, late]
        assert list(ledger.find(reader, kind="ActionDecided")) == written[::2]
        assert list(ledger.find(reader, case_id="house")) == written[3::4]
        assert list(ledger.find(reader, customer_id="customer_case_b")) == written[1::4]
        assert list(ledger.find(reader, since=now + timedelta(minutes=1))) == [late]
        assert list(ledger.find(reader, release="release_2")) == []
        assert list(ledger.find(reader, kind="MessageReceived", case_id="house", release="release_1")) == written[3::4]
        assert ledger.count(reader) == 1_201
        assert ledger.count(reader, kind="ActionDecided") == 600
        assert ledger.count(reader, since=now + timedelta(minutes=1), case_id="case_a") == 1
        assert ledger.entry(reader, late.id) == late


def test_a_reader_that_appends_does_not_chase_its_own_tail(
    db: Database, ledger: Ledger, story: Story, now: datetime
) -> None:
    story(8)
    with db.write() as tx:
        for entry in ledger.find(tx):
            ledger.append(tx, case_id=entry.case_id, kind="EntryRead", at=now, actor="house", body={"id": entry.id})
        assert ledger.count(tx, kind="EntryRead") == 8


def test_an_empty_ledger_has_nothing_to_find(db: Database, ledger: Ledger) -> None:
    with db.read() as reader:
        assert list(ledger.find(reader)) == []
        with pytest.raises(EntryNotFound, match="entry_1"):
            ledger.entry(reader, "entry_1")


def test_sealed_entries_come_in_the_order_of_leaves(db: Database, ledger: Ledger, story: Story, now: datetime) -> None:
    written = story(1_100)
    with db.write() as tx:
        ledger.checkpoint(tx, now)
    with db.read() as reader:
        assert list(ledger.sealed(reader, 0, 1_100)) == written
        assert list(ledger.sealed(reader, 5, 7)) == written[5:7]
        with pytest.raises(LedgerDamaged, match="leaf 1100 to 1199"):
            list(ledger.sealed(reader, 1_000, 1_200))
