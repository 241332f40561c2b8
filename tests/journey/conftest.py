"""A journey room of its own: database and ledger on SQLite, and a customer who writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aboveloop.journey import cases, store
from aboveloop.journey.cases import Case, Incoming, Received
from aboveloop.kit.database import Database
from aboveloop.ledger.ledger import Ledger

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Room:
    database: Database
    ledger: Ledger
    now: datetime = BEGIN

    def hear(
        self, text: str, address: str = "anna@mail.example", channel: str = "email", foreign_id: str | None = None
    ) -> Received:
        incoming = Incoming(channel, address, text, foreign_id)
        with self.database.write() as tx:
            return cases.receive(tx, self.ledger, incoming, release=lambda _customer: "release-1", now=self.now)

    def case(self, case_id: str) -> Case:
        with self.database.read() as reader:
            return cases.get(reader, case_id)

    def kinds(self, case_id: str) -> list[str]:
        with self.database.read() as reader:
            return [entry.kind for entry in self.ledger.entries(reader, case_id)]

    def end(self, case: Case, outcome: str = "resolved") -> Case:
        with self.database.write() as tx:
            return cases.end(tx, self.ledger, cases.lock(tx, case.id), outcome=outcome, actor="worker:x", now=self.now)

    def wait(self, **by: float) -> None:
        self.now += timedelta(**by)

    def contacts(self, customer_id: str) -> set[tuple[str, str]]:
        with self.database.read() as reader:
            return {(row.channel, row.address) for row in store.contacts_of(reader, customer_id)}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    database = Database(f"sqlite:///{tmp_path / 'journey.db'}")
    database.create_tables()
    yield Room(database, Ledger(b"m" * 32, b"s" * 32))
    database.dispose()
