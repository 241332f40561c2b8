"""What the tests of governing share: the corner shop, its compiled policies, and a house on SQLite to write in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from aboveloop.govern.approvals import Approvals
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.switches import Switches
from aboveloop.kit.database import Database
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.models import Operation
from govern.corner import build_operation


@dataclass(frozen=True)
class House:
    database: Database
    ledger: Ledger
    approvals: Approvals
    switches: Switches

    def kinds(self, case_id: str) -> list[str]:
        """The kinds of all entries of a case, oldest first."""
        with self.database.read() as reader:
            return [entry.kind for entry in self.ledger.entries(reader, case_id)]


@pytest.fixture(scope="session")
def operation() -> Operation:
    return build_operation()


@pytest.fixture(scope="session")
def pack(operation: Operation) -> PolicyPack:
    return PolicyPack.compile(operation)


@pytest.fixture
def house(tmp_path: Path, operation: Operation) -> Iterator[House]:
    database = Database(f"sqlite:///{tmp_path / 'house.db'}")
    database.create_tables()
    ledger = Ledger(b"m" * 32, b"s" * 32)
    yield House(database, ledger, Approvals(ledger, timedelta(hours=24)), Switches(ledger, operation))
    database.dispose()
