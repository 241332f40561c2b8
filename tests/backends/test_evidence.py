"""Evidence, alike on SQLite and PostgreSQL: a case, a customer and a time, checked by somebody who has only the key."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aboveloop.app.evidence import verify
from aboveloop.app.evidence.folder import Evidence, Wish, write_evidence
from aboveloop.app.evidence.scope import Scope, period
from aboveloop.app.overview import find_cases
from aboveloop.app.store import CaseFilter
from aboveloop.journey.cases import Incoming
from aboveloop.work.erase import erase
from aboveloop.work.intake import take_in
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
        assert "Approvals used: 1" in " ".join(checked(bakery, done))
    assert [done.cases for done in found] == [1, 1, 2]
    # Making one folder is an entry of the house, which stands in the next.
    assert found[2].entries > found[0].entries


def test_a_case_is_found_by_what_it_works_with(bakery: Bakery) -> None:
    refund = bakery.write(*REFUND, "yes")
    bakery.desk("priya").approve(bakery.approval(refund).id)
    bakery.run_due()
    ended = bakery.case(refund.id)
    other = bakery.write("cancel CR-1003 please", address=BEN)

    def about(text: str) -> list[str]:
        with bakery.database.read() as reader:
            return [each.id for each in find_cases(reader, CaseFilter(about=text), limit=10, offset=0).cases]

    assert ended.outcome == "resolved"
    assert about("CR-1002") == about("cr-1002") == about(refund.id) == [refund.id]
    assert about("CR-1003") == [other.id]
    for nothing in ("CR-100", "CR-9999", "%", "_", '"', "", "\\", "ø", "'; DROP TABLE cases; --"):
        assert about(nothing) == [], nothing
    with bakery.database.write() as tx:
        erase(bakery.house, tx, refund.customer_id, actor="person:priya")
    assert about("CR-1002") == []


def test_a_case_is_found_by_the_channels_own_name_of_a_message(bakery: Bakery) -> None:
    received = take_in(bakery.house, Incoming("webchat", ANNA, "hello", foreign_id="<m1@mail.example>"))
    with bakery.database.read() as reader:
        found = find_cases(reader, CaseFilter(about="<m1@mail.example>"), limit=10, offset=0)
    assert [each.id for each in found.cases] == [received.case.id]
