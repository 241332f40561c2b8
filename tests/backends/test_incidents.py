"""Incidents, pages and differences keep their promises on both databases, also when two want the same at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from aboveloop.govern import store as switching
from aboveloop.govern.approvals import Approvals
from aboveloop.govern.incidents.book import Book, Report, Stamp
from aboveloop.govern.incidents.errors import IncidentUnfit
from aboveloop.govern.incidents.incident import Repair, RepairState, Scope, Severity, Step, Touched, Verdict
from aboveloop.govern.paging import pager
from aboveloop.govern.paging import store as paging
from aboveloop.govern.paging.pager import Call, Pager, open_pages, raise_page
from aboveloop.govern.people import Person, person_of
from aboveloop.govern.switches import Switches
from aboveloop.kit.database import Database, Transaction
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.models import Operation
from aboveloop.work import store as work
from govern.conftest import House
from govern.corner import ABOUT, NOW, build_operation

LATER = NOW + timedelta(minutes=10)
ON_CALL: dict[str, Any] = {"levels": [{"page": ["noor"]}], "ways": {"noor": [{"email": "noor@corner.example"}]}}


@pytest.fixture
def operation() -> Operation:
    return build_operation(about={**ABOUT, "on_call": ON_CALL, "incidents": {"owner": "noor"}})


@pytest.fixture
def house(database: Database, operation: Operation) -> House:
    ledger = Ledger(b"m" * 32, b"s" * 32)
    return House(database, ledger, Approvals(ledger, timedelta(hours=24)), Switches(ledger, operation))


@pytest.fixture
def noor(operation: Operation) -> Person:
    return person_of(operation, "noor")


def report(title: str = "Refunds without approval") -> Report:
    return Report(title, Severity.CRITICAL, Scope(operation="shop.refund_order"))


def touched(key: str, case: str = "case_1") -> Touched:
    return Touched(key, case, "cus_1", "shop.refund_order", NOW, 12000, Verdict.WRONG, "Above 50 EUR.", 5000)


def repair(incident: str, number: int) -> Repair:
    return Repair(
        id=f"repair_{number}",
        incident_id=incident,
        kind="undo",
        touched_key="k1",
        case_id="case_1",
        customer_id="cus_1",
        operation="shop.undo_refund",
        args={"order_id": "LK-1"},
        effect_key=f"effect_{number}",
        by="noor",
        state=RepairState.WAITING,
        because="",
        approval_id=None,
        proposed_at=NOW,
        settled_at=None,
    )


def test_an_incident_goes_through_its_steps_and_all_of_it_is_kept(
    house: House, operation: Operation, noor: Person
) -> None:
    book, stamp = Book(house.ledger, operation), Stamp(noor, NOW)
    with house.database.write() as tx:
        incident = book.open(tx, report(), stamp)
        switch = house.switches.pause(
            tx, "operation", name="shop.refund_order", by=noor, because="Wrong amounts.", now=NOW
        )
        book.stopped(tx, book.lock(tx, incident.id, Step.STOP, noor), switch, stamp)
        stopped = book.lock(tx, incident.id, Step.CONTAIN, noor)
        book.contained(tx, stopped, [touched("k1"), touched("k2", "case_2")], stamp, yardstick="r1")
        for number in (1, 2):
            book.propose(tx, repair(incident.id, number), stamp)
    with house.database.read() as reader:
        found = book.find(reader, incident.id)
        assert [each.key for each in book.touched(reader, incident.id)] == ["k1", "k2"]
        assert [each.id for each in book.repairs(reader, incident.id)] == ["repair_1", "repair_2"]
        assert [entry.kind for entry in book.timeline(reader, incident.id)][:3] == [
            "IncidentOpened",
            "IncidentStopped",
            "IncidentContained",
        ]
        assert found.stopped_at == found.contained_at == NOW and found.closed_at is None
        assert [each.id for each in book.all(reader, only_open=True)] == [incident.id]
    with house.database.write() as tx:
        accepted = book.accept(
            tx, book.lock(tx, incident.id, Step.RECONCILE, noor), "k2", because="Small.", stamp=Stamp(noor, LATER)
        )
        assert accepted.id == incident.id
    with house.database.read() as reader:
        assert [each.accepted_by for each in book.touched(reader, incident.id)] == [None, "noor"]


def test_the_house_opens_one_in_the_name_of_their_owner_or_not_at_all(house: House, operation: Operation) -> None:
    with house.database.write() as tx:
        incident = Book(house.ledger, operation).open(tx, report("The ledger does not verify"), Stamp(None, NOW))
    assert (incident.owner, incident.opened_by, incident.found_by) == ("noor", "house", "the house")
    ownerless = Book(house.ledger, build_operation())
    with pytest.raises(IncidentUnfit, match="names no owner"), house.database.write() as tx:
        ownerless.open(tx, report(), Stamp(None, NOW))


def test_of_two_steps_at_once_the_second_waits_for_the_first(house: House, operation: Operation, noor: Person) -> None:
    book = Book(house.ledger, operation)
    with house.database.write() as tx:
        incident = book.open(tx, report(), Stamp(noor, NOW))

    def stop(_: int) -> str:
        with house.database.write() as tx:
            locked = book.lock(tx, incident.id, Step.STOP, noor)
            switch = house.switches.pause(
                tx, "operation", name="shop.refund_order", by=noor, because="Wrong amounts.", now=NOW
            )
            return str(book.stopped(tx, locked, switch, Stamp(noor, NOW)).stopped_at)

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(stop, range(2)))) == 1


class Telephone:
    def __init__(self) -> None:
        self.rings: list[Call] = []

    def deliver(self, call: Call, now: object) -> None:
        self.rings.append(call)


def page(tx: Transaction, house: House) -> pager.Page:
    return raise_page(
        tx, house.ledger, reason="The ledger does not verify", severity="critical", about="ledger", now=NOW
    )


def test_of_two_pagers_one_calls_and_the_other_finds_it_done(house: House, operation: Operation) -> None:
    with house.database.write() as tx:
        assert page(tx, house).id == page(tx, house).id
    telephone = Telephone()

    def once(_: int) -> int:
        return Pager(house.database, house.ledger, {"email": telephone}).round(operation, NOW)

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(once, range(2))) == 1
    assert [call.person for call in telephone.rings] == ["noor"]
    with house.database.write() as tx:
        pager.acknowledge(tx, house.ledger, "ledger", person=person_of(operation, "noor"), now=LATER)
        assert open_pages(tx) == []


def test_a_pager_whose_level_another_has_called_calls_nobody(house: House, operation: Operation) -> None:
    """Between reading what waits and claiming it, another process was faster."""
    with house.database.write() as tx:
        page(tx, house)
    telephone = Telephone()
    slow, fast = (Pager(house.database, house.ledger, {"email": telephone}) for _ in range(2))
    with house.database.read() as reader:
        (row,) = pager.store.open_pages(reader)
    assert fast.round(operation, NOW) == 1
    slow._escalate(operation, row, NOW)
    with house.database.read() as reader:
        assert len(pager.store.calls_of(reader, row.id)) == 1


def test_a_difference_stands_once_is_settled_once_and_may_come_back(house: House) -> None:
    values = {"key": "k1", "because": "gone", "operation": "shop.refund_order", "case_id": "case_1", "found_at": NOW}
    with house.database.write() as tx:
        assert [work.note_difference(tx, values) for _ in range(2)] == [True, False]
        assert [work.settle_difference(tx, "k1", "gone", LATER) for _ in range(2)] == [True, False]
        assert work.note_difference(tx, values)
        assert [row.key for row in work.standing_differences(tx)] == ["k1"]
        assert work.count_differences(tx, standing=True) == work.count_differences(tx, standing=False) == 1


def test_a_page_for_nobody_in_particular_names_nobody_first(house: House) -> None:
    with house.database.write() as tx:
        raised = page(tx, house)
        paging.insert_firsts(tx, raised.id, [])
        assert paging.firsts_of(tx, raised.id) == []


def test_a_pause_that_another_kept_first_is_theirs(house: House, noor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between our look and our change another person made it their own."""
    with house.database.write() as tx:
        house.switches.pause(tx, "all", name="", by=None, because="Wrong data.", now=NOW)
        monkeypatch.setattr(switching, "keep_switch", lambda *_: None)
        kept = house.switches.pause(tx, "all", name="", by=noor, because="Mine.", now=LATER)
    assert kept.because == "Wrong data."
