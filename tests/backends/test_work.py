"""The main flow, alike on SQLite and PostgreSQL."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aboveloop.app.chartering.live_writes import live_write
from aboveloop.app.tally import tally
from aboveloop.durable.turns import Again
from aboveloop.journey.errors import OwnershipRefused
from aboveloop.journey.ownership import Owner
from aboveloop.work.erase import erase
from aboveloop.work.reconcile import reconcile
from work.bakery import ANNA, ANNAS_OTHER, BEN, Bakery, Crash, operation_of

CANCEL = ("cancel CR-1001 please", ANNA)
REFUND = ("refund 60 EUR for CR-1002 please", ANNA)


@pytest.fixture
def bakery(tmp_path: Path, database_url: str) -> Iterator[Bakery]:
    opened = Bakery(tmp_path, database_url, operation_of())
    opened.open()
    yield opened
    opened.close()


def test_a_need_is_carried_to_its_end(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "yes")
    assert (case.owner, case.outcome) == (Owner.RESOLVED, "resolved")
    assert bakery.till.done == ["cancel_order"]
    assert bakery.said(case) == ["ask_email", "confirm_cancel", "cancel_done"]
    assert reconcile(bakery.house, bakery.operation).differences == ()
    assert bakery.verifies()
    with bakery.database.read() as reader:
        live = live_write(reader, bakery.operation, "cancel_order")
    assert (live.state, live.case_id) == ("verified live", case.id)


def test_an_approval_is_asked_edited_confirmed_anew_and_used(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    bakery.desk("priya").approve(bakery.approval(case).id, edits={"amount_cents": 5500})
    bakery.run_due()
    bakery.write("yes")
    assert bakery.till.did("refund_order") == [{"order_id": "CR-1002", "amount_cents": 5500}]
    assert sorted(each.state for each in bakery.approvals(case)) == ["superseded", "used"]


def test_an_approval_expires(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    bakery.advance(hours=25)
    assert [each.state for each in bakery.approvals(case)] == ["expired"]
    assert bakery.case(case.id).owner is Owner.WAITING_ON_PERSON


def test_a_crash_in_the_middle_of_a_write_is_finished_once(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)

    def crash() -> None:
        raise Crash

    bakery.till.afterwards["cancel_order"] = crash
    bakery.hand_in("yes")
    with pytest.raises(Crash):
        bakery.run_due()
    bakery.turn(case.id, "message")
    assert bakery.till.done == ["cancel_order"]
    assert bakery.kinds(case).count("ActionPerformed") == 1
    assert bakery.case(case.id).outcome == "resolved"


def test_a_person_takes_over_while_a_turn_is_at_work(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.till.afterwards["cancel_order"] = lambda: bakery.desk("tom").take_over(case.id)
    bakery.write("yes")
    assert bakery.case(case.id).person_id == "tom"
    assert bakery.kinds(case).count("ActionPerformed") == 1
    assert "cancel_done" not in bakery.said(case)
    bakery.desk("tom").finish(case.id, "resolved")
    assert bakery.verifies()


def test_two_contact_points_become_one_customer_and_are_erased_together(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "yes")
    bakery.write("cancel CR-1002 please", ANNAS_OTHER, "no", address=ANNAS_OTHER, channel="email")
    assert len({each.customer_id for each in bakery.all_cases()}) == 1
    with bakery.database.write() as tx:
        assert len(erase(bakery.house, tx, case.customer_id, actor="person:hana")) == 2
    for secret in (ANNA, ANNAS_OTHER, "c_anna", "CR-1001", "CR-1002"):
        assert bakery.holding(secret) == []
    assert bakery.verifies()


def test_a_pause_holds_and_a_resume_goes_on(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.desk("hana").pause("all", "", because="Stop.")
    bakery.write("yes", "thank you")
    assert bakery.unhandled(case) == ["yes", "thank you"]
    bakery.desk("hana").resume("all", "", because="Go on.")
    bakery.run_due()
    assert bakery.said(case)[-2:] == ["cancel_done", "goodbye"]
    assert bakery.unhandled(case) == []


def test_the_tally_adds_up(bakery: Bakery) -> None:
    bakery.write(*CANCEL, "yes")
    bakery.write("cancel CR-1003 please", BEN, address=BEN)
    counted = tally(bakery)
    assert (counted.cases, counted.resolved, counted.under_way, counted.alone) == (2, 1, 1, 1)


def test_many_customers_at_once_are_served_without_disturbing_each_other(bakery: Bakery) -> None:
    names = [f"{name}@many.example" for name in "abcdefgh"]
    for number, name in enumerate(names):
        bakery.till.people[name] = {"customer_id": f"c_{name}", "name": name}
        bakery.till.add_order(f"CR-2{number:03}", f"c_{name}", 3000)
    lock = threading.Lock()

    def serve(number: int) -> str:
        case_id = ""
        for text in (f"cancel CR-2{number:03} please", names[number], "yes"):
            with lock:
                message = bakery.hand_in(text, address=names[number])
                case_id = bakery.case_of(message).id
            # A database may choose a turn to end a deadlock; then it runs again, as the engine would have it.
            while isinstance(bakery.turn(case_id, "message"), Again):
                pass
        return case_id

    with ThreadPoolExecutor(8) as pool:
        cases = [bakery.case(case_id) for case_id in pool.map(serve, range(8))]
    assert [case.outcome for case in cases] == ["resolved"] * 8
    assert bakery.till.done == ["cancel_order"] * 8
    assert bakery.verifies()


def test_of_many_people_who_take_a_case_at_once_one_has_it(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)

    def take(person: str) -> bool:
        try:
            bakery.desk(person).take_over(case.id)
        except OwnershipRefused:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        taken = list(pool.map(take, ["tom", "priya", "hana"]))
    assert taken.count(True) == 1
    assert bakery.case(case.id).owner is Owner.PERSON
