"""Environments: what stands beside production, who is in the canary's share, on both databases."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aboveloop.kit.database import Database, Transaction
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.environments import Change, digest_for, is_in_share, place, placed, standing_since, withdraw
from aboveloop.operation.errors import AlreadyAtWork, NothingPlaced, ReleaseNotFound, ShareImpossible
from aboveloop.operation.loading import load_files
from aboveloop.operation.releases import Release, create_release, deploy
from operation.kettle import FILES

NOOR = "person:noor"


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(b"m" * 32, b"s" * 32)


def release(tx: Transaction, ledger: Ledger, saying: str, now: datetime) -> Release:
    operation = load_files({**FILES, "messages/en/kept.md": saying}, Path("kettle")).operation
    assert operation is not None
    return create_release(tx, operation, ledger=ledger, by=NOOR, note="", now=now)


def two(tx: Transaction, ledger: Ledger, now: datetime) -> tuple[Release, Release]:
    """One in production and one that is not."""
    first, second = release(tx, ledger, "one", now), release(tx, ledger, "two", now)
    deploy(tx, first, ledger=ledger, by=NOOR, now=now)
    return first, second


def test_a_canary_serves_its_share_and_production_the_rest(database: Database, ledger: Ledger, now: datetime) -> None:
    with database.write() as tx:
        first, second = two(tx, ledger, now)
        place(tx, second, "canary", ledger=ledger, change=Change(NOOR, now, "Look at it."), share=10)
    customers = [f"cus_{number}" for number in range(2000)]
    with database.read() as reader:
        served = {customer: digest_for(reader, customer) for customer in customers}
        assert {customer: digest_for(reader, customer) for customer in customers} == served
    assert set(served.values()) == {first.digest, second.digest}
    # 200 expected, four standard deviations around it.
    assert 146 <= sum(digest == second.digest for digest in served.values()) <= 254


def test_a_larger_share_keeps_those_who_are_in() -> None:
    customers = [f"cus_{number}" for number in range(500)]
    small = {each for each in customers if is_in_share("d", each, 10)}
    large = {each for each in customers if is_in_share("d", each, 40)}
    assert small < large
    assert small != {each for each in customers if is_in_share("e", each, 10)}


def test_who_is_not_known_is_never_in_a_share() -> None:
    assert not is_in_share("d", "", 99)


def test_before_the_first_deployment_there_is_nothing_to_begin_on(database: Database) -> None:
    with database.read() as reader:
        assert digest_for(reader, "cus_1") is None
        assert placed(reader, "canary") is None
        assert standing_since(reader, "canary") is None


def test_a_withdrawn_canary_serves_nobody(database: Database, ledger: Ledger, now: datetime) -> None:
    with database.write() as tx:
        first, second = two(tx, ledger, now)
        place(tx, second, "canary", ledger=ledger, change=Change(NOOR, now), share=99)
    with database.write() as tx:
        left = withdraw(tx, "canary", ledger=ledger, change=Change("house", now, "A guard was breached."))
        assert (left.release, left.share) == (second, 99)
    with database.read() as reader:
        assert {digest_for(reader, f"cus_{number}") for number in range(200)} == {first.digest}
        kinds = [(entry.kind, entry.actor) for entry in ledger.entries(reader, "house")][-2:]
    assert kinds == [("ReleasePlaced", NOOR), ("ReleaseWithdrawn", "house")]


def test_evidence_counts_from_the_first_share_of_the_same_canary(
    database: Database, ledger: Ledger, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    with database.write() as tx:
        _, second = two(tx, ledger, now)
        third = release(tx, ledger, "three", now)
        place(tx, third, "shadow", ledger=ledger, change=Change(NOOR, later))
        place(tx, third, "canary", ledger=ledger, change=Change(NOOR, now), share=5)
        place(tx, second, "canary", ledger=ledger, change=Change(NOOR, now), share=5)
        place(tx, second, "canary", ledger=ledger, change=Change(NOOR, later), share=20)
        assert standing_since(tx, "canary") == now
        withdraw(tx, "canary", ledger=ledger, change=Change(NOOR, later))
        assert standing_since(tx, "canary") is None
        place(tx, second, "canary", ledger=ledger, change=Change(NOOR, later), share=5)
        assert standing_since(tx, "canary") == later


@pytest.mark.parametrize("share", [0, 100, -1])
def test_a_share_is_some_of_the_customers(database: Database, ledger: Ledger, now: datetime, share: int) -> None:
    with database.write() as tx:
        _, second = two(tx, ledger, now)
        with pytest.raises(ShareImpossible, match="1 to 99"):
            place(tx, second, "canary", ledger=ledger, change=Change(NOOR, now), share=share)


def test_what_is_impossible_is_refused(database: Database, ledger: Ledger, now: datetime) -> None:
    with database.write() as tx:
        first, second = two(tx, ledger, now)
        with pytest.raises(AlreadyAtWork, match="everybody"):
            place(tx, first, "shadow", ledger=ledger, change=Change(NOOR, now))
        with pytest.raises(NothingPlaced, match="canary"):
            withdraw(tx, "canary", ledger=ledger, change=Change(NOOR, now))
        unknown = Release("0" * 64, 9, "kettle", NOOR, "", now)
        with pytest.raises(ReleaseNotFound):
            place(tx, unknown, "shadow", ledger=ledger, change=Change(NOOR, now))
        assert placed(tx, "shadow") is None and second.number == 2
