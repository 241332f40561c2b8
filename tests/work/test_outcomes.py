"""Outcomes: read again after the end of a case, once, whatever happens meanwhile; what is not so waits for a person."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from aboveloop.app.organisation.queues import four_queues
from aboveloop.durable.turns import Again, Done
from aboveloop.govern.errors import MayNot
from aboveloop.govern.paging.pager import open_pages
from aboveloop.govern.people import person_of
from aboveloop.journey.cases import Case
from aboveloop.kit.errors import WrongUsage
from aboveloop.work.erase import erase
from aboveloop.work.outcomes import breaches, checks, store
from aboveloop.work.outcomes.breaches import Check
from aboveloop.work.outcomes.errors import BreachNotFound, BreachSettled
from work.bakery import ANNA, FILES, Bakery, operation_of

OUTCOMES = """\
- outcome: stands
  title: The refund stands in the till
  of: till.refund_order
  after: {minutes: 1}
  records: {order: {read: till.get_order, with: {order_id: args.order_id}}}
  facts: {refunded: order.refunded_cents}
  holds: refunded >= args.amount_cents
  owner: policy
  pages: low
- outcome: once
  title: Nobody comes back about the order
  of: till.refund_order
  after: {days: 7}
  about: args.order_id
  holds: again == 0
- outcome: tracked
  title: A tracked order is there
  procedures: [track_order]
  after: {hours: 1}
  holds: case.procedure == 'track_order' && customer == ''
  owner: operations
"""
REFUND = ("refund 60 EUR for CR-1002 please", ANNA, "yes")
LEADS = FILES["operation.yaml"].replace("erase]", "erase, incident]")


@pytest.fixture
def bakery(tmp_path: Path, database_url: str) -> Iterator[Bakery]:
    files = {**FILES, "outcomes.yaml": OUTCOMES, "operation.yaml": LEADS}
    opened = Bakery(tmp_path, database_url, operation_of(files))
    opened.open()
    yield opened
    opened.close()


def refunded(bakery: Bakery) -> Case:
    case = bakery.write(*REFUND)
    bakery.desk("priya").approve(bakery.approval(case).id)
    bakery.run_due()
    assert bakery.case(case.id).outcome == "resolved"
    return case


def later(bakery: Bakery, **by: float) -> int:
    """Time passes; then what is due is looked at, as the house does every few seconds. Returns how many were due."""
    bakery.advance(**by)
    due = checks.submit_due(bakery.house)
    bakery.run_due()
    return due


def checked(bakery: Bakery, case: Case) -> dict[str, Check]:
    with bakery.database.read() as reader:
        return {each.outcome: each for each in breaches.of_case(reader, bakery.house, case.id)}


def entries(bakery: Bakery, case: Case) -> list[tuple[str, bool | None]]:
    return [(e.body["outcome"], e.body["held"]) for e in bakery.entries(case) if e.kind == "OutcomeChecked"]


def settle(bakery: Bakery, check: Check, by: str = "hana", because: str = "Paid by hand.") -> Check:
    with bakery.database.write() as tx:
        person = person_of(bakery.operation, by)
        return breaches.settle(bakery.house, tx, check.id, person=person, because=because)


# --- what is checked, and when


def test_each_write_and_each_end_is_checked_when_it_is_due(bakery: Bakery) -> None:
    case = refunded(bakery)
    assert {name: each.state for name, each in checked(bakery, case).items()} == {
        "stands": "waiting",
        "once": "waiting",
    }
    assert later(bakery, seconds=30) == 0
    assert later(bakery, seconds=40) == 1
    assert entries(bakery, case) == [("stands", True)]
    assert later(bakery, days=8) == 1
    assert entries(bakery, case) == [("stands", True), ("once", True)]
    assert later(bakery, days=30) == 0, "once"
    tracked = bakery.write("where is my order CR-1001", address="crumb-17")
    assert set(checked(bakery, tracked)) == {"tracked"}


def test_what_was_read_stands_under_the_customers_key_and_the_decision_without_values_in_the_clear(
    bakery: Bakery,
) -> None:
    case = refunded(bakery)
    later(bakery, minutes=2)
    (entry,) = [each for each in bakery.entries(case) if each.kind == "OutcomeChecked"]
    assert entry.personal == {"values": {"refunded": 6000}}
    assert entry.actor == "house" and entry.release == bakery.operation.digest and "6000" not in str(entry.body)
    assert bakery.verifies()


def test_a_refused_case_is_checked_for_its_writes_alone(bakery: Bakery) -> None:
    case = bakery.write("where is my order CR-1001")
    bakery.desk("tom").take_over(case.id)
    bakery.desk("tom").finish(case.id, "refused")
    later(bakery, hours=2)
    assert entries(bakery, case) == []


def test_an_operation_without_outcomes_has_no_checks(tmp_path: Path, database_url: str) -> None:
    plain = Bakery(tmp_path, database_url, operation_of())
    plain.open()
    case = refunded(plain)
    assert checked(plain, case) == {}
    plain.close()


def test_what_a_person_ended_is_checked_too(bakery: Bakery) -> None:
    case = bakery.write("where is my order CR-1002")
    bakery.desk("tom").take_over(case.id)
    assert later(bakery, hours=2) == 1 and entries(bakery, case) == [], "with a person, it has not ended"
    bakery.desk("tom").finish(case.id, "resolved")
    assert later(bakery, hours=2) == 1
    assert entries(bakery, case) == [("tracked", True)]


# --- what is not so


def test_a_broken_promise_is_a_breach_with_owner_age_and_a_page_until_somebody_settles_it(bakery: Bakery) -> None:
    case = refunded(bakery)
    bakery.till.orders["CR-1002"]["refunded_cents"] = 0
    later(bakery, minutes=5)
    check = checked(bakery, case)["stands"]
    assert (check.state, check.is_open, check.owner) == ("broken", True, "policy")
    with bakery.database.read() as reader:
        queue = four_queues(reader, bakery, bakery.clock.now())[3]
        (page,) = open_pages(reader)
    part = queue.parts[0]
    assert (part.waiting.many, part.waiting.oldest, part.address) == (1, check.checked_at, "/outcomes")
    assert page.severity == "low" and case.id in page.reason
    done = settle(bakery, check)
    assert (done.is_open, done.settled_by) == (False, "hana")
    with bakery.database.read() as reader:
        assert four_queues(reader, bakery, bakery.clock.now())[3].parts[0].waiting.many == 0
        assert breaches.breaches(reader, bakery.house) == []
        assert [each.id for each in breaches.breaches(reader, bakery.house, standing=False)] == [check.id]
    last = bakery.entries(case)[-1]
    assert (last.kind, last.actor, last.personal) == (
        "OutcomeBreachSettled",
        "person:hana",
        {"because": "Paid by hand."},
    )


def test_who_comes_back_about_the_same_order_breaks_the_promise_and_about_another_does_not(bakery: Bakery) -> None:
    case = refunded(bakery)
    bakery.advance(days=2)
    bakery.write("where is my order CR-1001")
    bakery.advance(days=4)
    again = bakery.write("where is my order CR-1002")
    assert again.id != case.id
    later(bakery, days=2)
    assert dict(entries(bakery, case)) == {"stands": True, "once": False}
    (entry,) = [e for e in bakery.entries(case) if e.kind == "OutcomeChecked" and e.body["outcome"] == "once"]
    assert entry.personal == {"values": {"again": 1}}


def test_settling_needs_the_right_a_reason_and_an_open_breach(bakery: Bakery) -> None:
    case = refunded(bakery)
    bakery.till.orders["CR-1002"]["refunded_cents"] = 0
    waiting = checked(bakery, case)["once"]
    later(bakery, minutes=5)
    check = checked(bakery, case)["stands"]
    with pytest.raises(MayNot):
        settle(bakery, check, "tom")
    with pytest.raises(WrongUsage, match="still open"):
        settle(bakery, check, because="  ")
    with pytest.raises(BreachNotFound):
        settle(bakery, waiting)
    settle(bakery, check)
    with pytest.raises(BreachSettled):
        settle(bakery, check)
    assert [e.kind for e in bakery.entries(case)].count("OutcomeBreachSettled") == 1


# --- what goes wrong on the way


def test_a_system_that_is_down_is_asked_again_and_what_nobody_can_tell_is_a_breach(bakery: Bakery) -> None:
    case = refunded(bakery)
    bakery.troubles.plan("till.get_order", "down", times=3)
    later(bakery, minutes=2)
    assert entries(bakery, case) == []
    bakery.advance(minutes=30)
    assert entries(bakery, case) == [("stands", True)]
    other = bakery.write("refund 70 EUR for CR-1002 please", ANNA, "yes")
    bakery.desk("priya").approve(bakery.approval(other).id)
    bakery.run_due()
    bakery.troubles.plan("till.get_order", "down", times=100)
    later(bakery, minutes=2)
    bakery.advance(hours=2)
    assert dict(entries(bakery, other))["stands"] is None
    assert checked(bakery, other)["stands"].state == "untold" and checked(bakery, other)["stands"].is_open


def test_what_is_not_kept_any_more_cannot_be_told(bakery: Bakery) -> None:
    case = refunded(bakery)
    with bakery.database.write() as tx:
        tx.execute(sa.text("UPDATE effects SET args = '{}'"))
    later(bakery, minutes=2)
    assert entries(bakery, case) == [("stands", None)]
    assert "not kept any more" in checked(bakery, case)["stands"].because


def test_a_check_that_was_cut_off_is_run_again_and_recorded_once(bakery: Bakery) -> None:
    case = refunded(bakery)
    bakery.advance(minutes=2)
    assert checks.submit_due(bakery.house) == 1
    assert checks.submit_due(bakery.house) == 0, "another process finds nothing to take"
    (check,) = [each for each in checked(bakery, case).values() if each.outcome == "stands"]
    for _ in range(3):
        assert isinstance(bakery.turn(check.id, f"outcome:{check.id}"), Done)
    bakery.run_due()
    assert entries(bakery, case) == [("stands", True)]


def test_what_is_due_survives_a_restart(tmp_path: Path, database_url: str) -> None:
    files = {**FILES, "outcomes.yaml": OUTCOMES, "operation.yaml": LEADS}
    first = Bakery(tmp_path, database_url, operation_of(files))
    first.open()
    case = refunded(first)
    first.close()
    second = Bakery(tmp_path, database_url, operation_of(files))
    second.clock.advance(timedelta(minutes=5))
    second.till = first.till
    second._opened = first._opened
    assert checks.submit_due(second.house) == 1
    second.run_due()
    assert entries(second, case) == [("stands", True)]
    second.close()


def test_an_unknown_check_ends_its_turn(bakery: Bakery) -> None:
    found = bakery.turn("outcome_none", "outcome:outcome_none")
    assert isinstance(found, Done) and not isinstance(found, Again)


def test_a_case_that_is_opened_again_is_checked_after_its_next_end(bakery: Bakery) -> None:
    case = refunded(bakery)
    bakery.desk("tom").take_over(case.id)
    assert later(bakery, minutes=2) == 1
    assert entries(bakery, case) == [] and checked(bakery, case)["stands"].state == "dropped"
    bakery.desk("tom").finish(case.id, "resolved")
    assert checked(bakery, case)["stands"].state == "waiting"
    later(bakery, minutes=2)
    assert entries(bakery, case) == [("stands", True)]


def test_nothing_is_read_of_an_erased_customer(bakery: Bakery) -> None:
    case = refunded(bakery)
    bakery.till.orders["CR-1002"]["refunded_cents"] = 0
    with bakery.database.write() as tx:
        erase(bakery.house, tx, bakery.case(case.id).customer_id, actor="person:hana")
    reads = len(bakery.till.did("get_order"))
    assert later(bakery, days=8) == 0
    assert entries(bakery, case) == [] and len(bakery.till.did("get_order")) == reads
    assert {each.state for each in checked(bakery, case).values()} == {"dropped"}


def test_a_check_under_way_when_the_customer_is_erased_records_nothing(bakery: Bakery) -> None:
    case = refunded(bakery)
    bakery.advance(minutes=2)
    checks.submit_due(bakery.house)
    with bakery.database.write() as tx:
        erase(bakery.house, tx, bakery.case(case.id).customer_id, actor="person:hana")
    bakery.run_due()
    assert entries(bakery, case) == []


# --- many


def test_of_very_many_that_wait_a_look_takes_a_batch_in_the_order_in_which_they_are_due(bakery: Bakery) -> None:
    now = bakery.clock.now()
    row = {"customer_id": "c", "release": "r", "outcome": "stands", "effect_key": "", "state": "waiting", "since": now}
    rows = [
        {**row, "id": f"o{number:05}", "case_id": f"case{number}", "due_at": now + timedelta(seconds=number)}
        for number in range(5_000)
    ]
    with bakery.database.write() as tx:
        tx.execute(sa.insert(store.checks), rows)
        assert store.claim_due(tx, now - timedelta(seconds=1), checks.BATCH) == []
        first = store.claim_due(tx, now + timedelta(hours=1), checks.BATCH)
        second = store.claim_due(tx, now + timedelta(hours=1), checks.BATCH)
    assert first == [f"o{number:05}" for number in range(checks.BATCH)]
    assert second == [f"o{number:05}" for number in range(checks.BATCH, 2 * checks.BATCH)]
    with bakery.database.read() as reader:
        assert store.tally(reader) == {"running": 2 * checks.BATCH, "waiting": 5_000 - 2 * checks.BATCH}
