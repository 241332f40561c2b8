"""A broken data contract pages and pauses what depends on it, once, and ends by itself when it is kept again."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aboveloop.app.contracts import store
from aboveloop.app.contracts.holding import NothingToHold, hold
from aboveloop.app.contracts.rounds import ContractRound
from aboveloop.govern.errors import MayNot, ReasonMissing
from aboveloop.govern.people import person_of
from aboveloop.journey.ownership import Owner
from aboveloop.kit.database import Database
from app.depot import GOOD, ODD, ON_PAID, ON_STATUS, ORDERS, UNPAID, Depot, operation
from work.bakery import ANNA, operation_of

REFUND = ("refund 20 EUR for CR-1001 please", ANNA, "yes")


@pytest.fixture
def depot(tmp_path: Path, database_url: str) -> Iterator[Depot]:
    opened = Depot(tmp_path / "home", database_url)
    yield opened
    opened.close()


def test_a_kept_contract_stops_nothing(depot: Depot) -> None:
    (looked,) = depot.look(GOOD)
    assert looked.result is not None and looked.result.state == "kept"
    assert depot.paused() == set() and depot.breaches() == [] and depot.kinds() == []


def test_a_breach_pauses_exactly_what_depends_on_it_and_pages_once(depot: Depot) -> None:
    (looked,) = depot.look(GOOD, ODD)
    assert looked.settled.opened and depot.paused() >= ON_STATUS
    assert not ON_PAID & depot.paused() and "procedure bake_later" not in depot.paused()
    assert depot.pages() == ["contract:orders"]
    assert all(switch.thrown_by == "house" and "Orders" in switch.because for switch in depot.switches())
    entry = next(each for each in depot.bakery.entries("house") if each.kind == "ContractBroken")
    (rule,) = entry.body["rules"]
    assert (rule["rule"], rule["count"], rule["of"], rule["rows"]) == ("status.approved", 1, 2, ["CR-2"])
    assert entry.release == depot.bakery.operation.digest
    assert "teleported" not in str(entry.body)


def test_the_same_breach_twice_is_one_breach(depot: Depot) -> None:
    depot.look(GOOD, ODD)
    told = depot.kinds()
    for _ in range(3):
        depot.look()
    assert depot.kinds() == told and len(depot.breaches()) == 1 and depot.pages() == ["contract:orders"]


def test_a_further_rule_adds_to_the_breach(depot: Depot) -> None:
    depot.look(GOOD, ODD)
    (looked,) = depot.look(ODD, UNPAID)
    assert looked.settled.grown == ("orders.paid_cents.required",) and not looked.settled.opened
    assert depot.paused() >= ON_PAID and len(depot.breaches()) == 1
    assert depot.kinds().count("ContractBroken") == 2 and depot.kinds().count("PageRaised") == 1


def test_it_ends_by_itself_and_what_waited_goes_on(depot: Depot) -> None:
    depot.look(GOOD, UNPAID)
    bakery = depot.bakery
    case = bakery.write(*REFUND)
    assert (case.owner, case.halted_by) == (Owner.WAITING_ON_PERSON, "operation:till.refund_order")
    (looked,) = depot.look(GOOD)
    assert looked.settled.closed and looked.settled.cases == 1 and depot.paused() == set()
    bakery.run_due()
    assert bakery.case(case.id).halted_by is None and "refund_order" in bakery.till.done
    assert depot.pages() == [] and depot.kinds()[-2:] == ["ContractHealed", "PageWithdrawn"]
    assert bakery.verifies()


def test_what_a_person_resumed_is_not_paused_again_for_the_same_breach(depot: Depot) -> None:
    depot.look(UNPAID)
    depot.bakery.desk("hana").resume("operation", "till.refund_order", because="I checked it.")
    depot.look(UNPAID)
    assert "operation till.refund_order" not in depot.paused()
    depot.look(GOOD)
    assert not depot.is_broken() and depot.paused() == set()


def test_a_pause_that_a_person_made_is_left_alone(depot: Depot) -> None:
    depot.bakery.desk("hana").pause("operation", "till.refund_order", because="Mine.")
    depot.look(UNPAID)
    depot.look(GOOD)
    assert not depot.is_broken() and depot.paused() == {"operation till.refund_order"}


def test_a_pause_that_a_person_extended_is_theirs(depot: Depot) -> None:
    depot.look(UNPAID)
    depot.bakery.desk("hana").pause("operation", "till.refund_order", because="I want to look first.")
    depot.look(GOOD)
    assert not depot.is_broken()
    (left,) = depot.switches()
    assert (left.name, left.thrown_by) == ("till.refund_order", "person:hana")


def test_a_person_may_hold_all_of_it_and_only_who_may_pause(depot: Depot) -> None:
    bakery = depot.bakery
    with pytest.raises(NothingToHold):
        hold(bakery, person_of(bakery.operation, "hana"), "orders", because="Wait.")
    depot.look(UNPAID)
    paused = depot.paused()
    for who in ("priya", "tom"):
        with pytest.raises(MayNot, match="may not pause"):
            hold(bakery, person_of(bakery.operation, who), "orders", because="Wait.")
        with pytest.raises(MayNot, match="may not resume"):
            bakery.desk(who).resume("operation", "till.refund_order", because="Go on.")
    with pytest.raises(ReasonMissing):
        hold(bakery, person_of(bakery.operation, "hana"), "orders", because=" ")
    held = hold(bakery, person_of(bakery.operation, "hana"), "orders", because="Wait for me.")
    assert {f"{switch.scope} {switch.name}" for switch in held} == paused
    depot.look(GOOD)
    assert not depot.is_broken() and depot.paused() == paused
    with pytest.raises(NothingToHold):
        hold(bakery, person_of(bakery.operation, "hana"), "orders", because="Again.")


def test_two_contracts_share_a_pause_until_both_are_kept(tmp_path: Path, database_url: str) -> None:
    second = ORDERS.replace("- name: orders", "- name: copies").replace("name: Orders", "name: Copies")
    second = second.replace("orders.jsonl", "copies.jsonl")
    depot = Depot(tmp_path / "home", database_url, operation(copies=second))
    copies = depot.home / "copies.jsonl"
    copies.write_text('{"order_id": "CR-9", "status": "placed"}\n')
    depot.look(UNPAID)
    assert "operation till.refund_order" in depot.paused() and len(depot.breaches("copies")) == 1
    depot.look(GOOD)
    assert not depot.is_broken() and "operation till.refund_order" in depot.paused()
    copies.write_text('{"order_id": "CR-9", "status": "placed", "paid_cents": 1}\n')
    depot.look()
    assert depot.paused() == set()
    depot.close()


def test_what_flaps_must_be_kept_longer_each_time(depot: Depot) -> None:
    needed = []
    for _ in range(5):
        depot.look(ODD)
        count = 0
        while depot.is_broken():
            depot.look(GOOD)
            count += 1
        needed.append(count)
    assert needed == [1, 2, 4, 8, 8]
    depot.bakery.clock.advance(timedelta(hours=2))
    depot.look(ODD)
    depot.look(GOOD)
    assert not depot.is_broken()


def test_a_break_while_it_heals_begins_the_count_again_and_pages_nobody(depot: Depot) -> None:
    depot.look(ODD)
    depot.look(GOOD)
    depot.look(ODD)
    pages = depot.kinds().count("PageRaised")
    depot.look(GOOD)
    depot.look(ODD)
    depot.look(GOOD)
    assert depot.is_broken() and depot.kinds().count("PageRaised") == pages == 2
    depot.look(GOOD)
    assert not depot.is_broken()


def test_a_silent_source_is_neither_kept_nor_broken_and_twice_is_a_breach_of_access(depot: Depot) -> None:
    depot.look(GOOD)
    depot.gone()
    (looked,) = depot.look()
    assert looked.result is not None and looked.result.state == "unreachable"
    assert not depot.is_broken() and depot.paused() == set()
    depot.look()
    (breach,) = depot.breaches()
    assert list(breach.findings) == ["orders.source.reachable"] and depot.paused() >= ON_PAID | ON_STATUS
    assert breach.findings["orders.source.reachable"]["dimension"] == "accessibility"
    depot.look(GOOD)
    assert not depot.is_broken() and depot.paused() == set()


def test_a_source_that_falls_silent_heals_no_breach(depot: Depot) -> None:
    depot.look(ODD)
    depot.gone()
    for _ in range(4):
        depot.look()
    assert depot.is_broken() and depot.paused() >= ON_STATUS


def test_an_empty_source_is_kept_unless_rows_are_promised(depot: Depot) -> None:
    depot.rows()
    (looked,) = depot.look()
    assert looked.result is not None and (looked.result.state, looked.result.rows) == ("kept", 0)
    volume = ORDERS.replace(
        "    properties:", "    quality: [{metric: rowCount, mustBeGreaterThan: 0}]\n    properties:"
    )
    depot.releases(operation(orders=volume))
    depot.look()
    assert depot.is_broken()


def test_what_heals_while_every_process_is_down_is_seen_by_the_next(tmp_path: Path, database_url: str) -> None:
    depot = Depot(tmp_path / "home", database_url)
    depot.look(ODD)
    depot.rows(GOOD)
    depot.bakery.clock.advance(timedelta(hours=9))
    ContractRound(depot.bakery).look()
    assert not depot.is_broken() and depot.paused() == set()
    depot.close()


def test_a_release_that_promises_less_ends_the_breach(depot: Depot) -> None:
    depot.look(ODD)
    depot.releases(operation(orders=ORDERS.replace("validValues: [placed", "validValues: [teleported, placed")))
    depot.look()
    assert not depot.is_broken() and depot.paused() == set()


def test_a_release_without_the_contract_ends_the_breach_at_once(depot: Depot) -> None:
    depot.look(ODD)
    depot.releases(operation_of())
    depot.round.look()
    assert not depot.is_broken() and depot.paused() == set()
    (breach,) = depot.breaches()
    assert "no longer has this contract" in breach.closed_because


def test_a_release_that_uses_other_data_is_paused_by_what_it_uses(depot: Depot) -> None:
    depot.look(ODD)
    before = depot.paused()
    narrower = ORDERS.replace("fields: [order_id, status, paid_cents]", "fields: [order_id, paid_cents]")
    depot.releases(operation(orders=narrower))
    depot.look()
    assert depot.is_broken() and depot.paused() == set() and before


def test_one_process_of_many_checks_what_is_due_once(depot: Depot, database_url: str) -> None:
    depot.bakery.clock.advance(timedelta(seconds=60))
    taken: list[bool] = []
    barrier = threading.Barrier(6)

    def claim() -> None:
        database = Database(database_url)
        barrier.wait()
        with database.write() as tx:
            now = depot.bakery.clock.now()
            taken.append(store.claim(tx, "orders", now=now, every=timedelta(seconds=60)))
        database.dispose()

    threads = [threading.Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 5 + [True]
    assert depot.round.look() == []


def test_a_clock_that_was_set_back_does_not_stop_the_checks(depot: Depot) -> None:
    depot.bakery.clock.advance(timedelta(days=3))
    depot.round.look()
    depot.bakery.clock.advance(timedelta(days=-3))
    assert [looked.contract for looked in depot.round.look()] == ["orders"]


def test_a_record_that_a_worker_reads_opens_the_breach(depot: Depot) -> None:
    depot.look(GOOD)
    depot.bakery.till.orders["CR-1001"]["status"] = "teleported"
    depot.bakery.write("where is my order CR-1001", ANNA)
    assert not depot.is_broken()
    (looked,) = depot.round.look()
    assert looked.settled.opened and looked.result is None and depot.paused() >= ON_STATUS
    entry = next(each for each in depot.bakery.entries("house") if each.kind == "ContractBroken")
    assert entry.body["rules"][0]["rows"] == ["CR-1001"]
    assert depot.round.look() == []
    depot.look(GOOD)
    assert not depot.is_broken()


def test_history_keeps_what_changed(depot: Depot) -> None:
    for rows in ((GOOD,), (GOOD,), (ODD,), (ODD,), (GOOD,), (GOOD,)):
        depot.look(*rows)
    with depot.bakery.database.read() as reader:
        states = [row.state for row in store.runs_of(reader, "orders", limit=50)]
    assert states == ["kept", "broken", "kept"]
