"""A ledger on SQLite and a small history to tell about."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from aboveloop.kit.database import Database
from aboveloop.ledger.entries import Draft, Entry
from aboveloop.ledger.ledger import Ledger

ORIGIN = "ledger.larkspur.example"

Story = Callable[[int], list[Entry]]


@pytest.fixture
def db(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    database.create_tables()
    yield database
    database.dispose()


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(master=b"m" * 32, seed=bytes(range(32)), origin=ORIGIN)


@pytest.fixture
def story(db: Database, ledger: Ledger, now: datetime) -> Story:
    """Writes entries round three cases and the house; the customer of each case has a name."""

    def write(entries: int) -> list[Entry]:
        chains = ("case_a", "case_b", "case_c", "house")
        drafts = [
            Draft(
                case_id=chains[number % 4],
                kind="MessageReceived" if number % 2 else "ActionDecided",
                at=now,
                actor="worker:refund",
                body={"count": number, "amount": 4990, "note": "Grüße"},
                personal={"name": f"Ada {number}"} if number % 4 != 3 else {},
                customer_id=f"customer_{chains[number % 4]}" if number % 4 != 3 else None,
                release="release_1",
            )
            for number in range(entries)
        ]
        with db.write() as tx:
            return ledger.append_many(tx, drafts)

    return write
