"""Evidence, alike on SQLite and PostgreSQL: a case, a customer and a time, checked by somebody who has only the key."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aboveloop.app.evidence import verify
from aboveloop.app.evidence.folder import Evidence, Wish, write_evidence
from aboveloop.app.evidence.scope import Scope, period
from work.bakery import ANNA, BEN, Bakery, operation_of

REFUND = ("refund 60 EUR for CR-1002 please", ANNA)


@pytest.fixture
def bakery(tmp_path: Path, database_url: str) -> Iterator[Bakery]:
    opened = Bakery(tmp_path, database_url, operation_of())
    opened.open()
    yield opened
    opened.close()


def checked(bakery: Bakery, done: Evidence) -> list[str]:
    report = verify.verify(done.folder, verify.parse_key(str(bakery.ledger.public_key)), None)
    assert report.wrong == []
    return report.verified


def test_every_scope_holds(bakery: Bakery, tmp_path: Path) -> None:
    began = bakery.house.clock.now()
    case = bakery.write(*REFUND, "yes")
    bakery.desk("priya").approve(bakery.approval(case).id, edits={"amount_cents": 5500})
    bakery.run_due()
    bakery.write("yes")
    bakery.seal()
    bakery.write("cancel CR-1003 please", address=BEN)
    scopes = (Scope("case", case.id), Scope("customer", case.customer_id), period(began, began + timedelta(days=1)))
    found = [write_evidence(bakery, Wish(scope), tmp_path / f"out{n}") for n, scope in enumerate(scopes)]
    for done in found:
        assert "1 approvals used" in " ".join(checked(bakery, done))
    assert [done.cases for done in found] == [1, 1, 2]
    # Making one folder is an entry of the house, which stands in the next.
    assert found[2].entries > found[0].entries
