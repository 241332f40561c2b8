"""Approvals and switches keep their promises on both databases, also when two want the same at once."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from aboveloop.govern.actions import Action
from aboveloop.govern.approval import Approval, Review, State
from aboveloop.govern.approvals import Approvals
from aboveloop.govern.errors import ApprovalAlreadyAnswered, ApprovalAlreadyUsed, ApprovalHasExpired
from aboveloop.govern.lanes import Decision, Lane
from aboveloop.govern.queue import store as queue
from aboveloop.govern.queue.delegation import Absences, Wish
from aboveloop.govern.queue.errors import ChainRefused, OwnedByOther
from aboveloop.govern.queue.ownership import Ownership
from aboveloop.govern.queue.reminders import Reminders
from aboveloop.govern.switches import Switches
from aboveloop.kit.database import Database, Transaction
from aboveloop.kit.errors import Conflict
from aboveloop.ledger.ledger import Ledger
from govern.conftest import House
from govern.corner import NOW, REFUNDABLE, WORKER, build_operation, person, refund, stakes

LATER = NOW + timedelta(minutes=10)
TOO_LATE = NOW + timedelta(hours=24)


@pytest.fixture
def house(database: Database) -> House:
    return _house(database)


def _house(database: Database) -> House:
    ledger = Ledger(b"m" * 32, b"s" * 32)
    return House(database, ledger, Approvals(ledger, timedelta(hours=24)), Switches(ledger, build_operation()))


def asked(house: House, action: Action, *roles: str) -> Approval:
    decision = Decision(Lane.REVIEWED, approvers=roles, rules=("r",), reason="R.")
    with house.database.write() as tx:
        return house.approvals.request(tx, Review(action, stakes(action), decision, "cust_1", "r1"), now=NOW)


def at_once(house: House, *moves: Callable[[Transaction], object]) -> list[object]:
    """What each move gave, or the error it ended with; all begin together, each in a transaction of its own."""
    together = threading.Barrier(len(moves))

    def one(move: Callable[[Transaction], object]) -> object:
        together.wait()
        try:
            with house.database.write() as tx:
                return move(tx)
        except Conflict as error:
            return error

    with ThreadPoolExecutor(len(moves)) as pool:
        return list(pool.map(one, moves))


def test_an_approval_lives_from_asking_to_use(house: House) -> None:
    approval = asked(house, refund(6000), "refund_approver", "manager")
    with house.database.write() as tx:
        assert [each.id for each in house.approvals.waiting(tx, LATER, person=person("noor"))] == [approval.id]
        house.approvals.approve(tx, approval.id, person=person("priya"), now=LATER, because="Fine.")
        edited = house.approvals.approve(
            tx, approval.id, person=person("noor"), now=LATER, args={"order_id": "LK-1", "amount_cents": 5500}
        )
        decision = Decision(Lane.REVIEWED, approvers=("manager",), rules=("r",), reason="R.")
        review = Review(edited.action, stakes(edited.action), decision, "cust_1", "r1")
        judged = house.approvals.judge(tx, edited.id, review, person=person("noor"), now=LATER)
        assert judged.state is State.APPROVED and judged.evidence == stakes(edited.action)
        assert house.approvals.held(tx, edited.digest, "case_1", LATER) == {"manager"}
        house.approvals.use(tx, edited.digest, "case_1", by=WORKER, now=LATER)
    again = asked(house, refund(6000), "manager")
    with house.database.write() as tx:
        assert [each.id for each in house.approvals.expire_due(tx, TOO_LATE)] == [again.id]
        house.approvals.forget(tx, "cust_1", now=TOO_LATE)
        assert all(not each.action.args for each in house.approvals.of_case(tx, "case_1"))


def test_an_approval_used_at_once_by_many_is_used_by_one(house: House) -> None:
    action = refund(6000)
    approval = asked(house, action, "manager")
    with house.database.write() as tx:
        house.approvals.approve(tx, approval.id, person=person("noor"), now=LATER)
    given = at_once(
        house, *[lambda tx: house.approvals.use(tx, action.digest, "case_1", by=WORKER, now=LATER) for _ in range(4)]
    )
    assert sum(isinstance(each, list) for each in given) == 1
    assert sum(isinstance(each, ApprovalAlreadyUsed) for each in given) == 3
    assert house.kinds("case_1").count("ApprovalUsed") == 1


def test_two_people_who_answer_at_once_for_two_roles_complete_it(house: House) -> None:
    for number in range(5):
        approval = asked(house, refund(6000 + number), "refund_approver", "manager")
        at_once(
            house,
            lambda tx, each=approval: house.approvals.approve(tx, each.id, person=person("priya"), now=LATER),
            lambda tx, each=approval: house.approvals.approve(tx, each.id, person=person("noor"), now=LATER),
        )
        with house.database.read() as reader:
            assert house.approvals.find(reader, approval.id).state is State.APPROVED


def test_of_an_approval_and_a_denial_at_once_one_counts(house: House) -> None:
    approval = asked(house, refund(6000), "manager")
    given = at_once(
        house,
        lambda tx: house.approvals.approve(tx, approval.id, person=person("noor"), now=LATER),
        lambda tx: house.approvals.deny(tx, approval.id, person=person("max"), now=LATER, because="No."),
    )
    assert sum(isinstance(each, ApprovalAlreadyAnswered) for each in given) == 1
    assert len(house.kinds("case_1")) == 2


def test_what_is_closed_by_two_at_once_is_closed_once(house: House) -> None:
    for number in range(5):
        asked(house, replace(refund(6000), case_id=f"case_{number}"), "manager")
    given = at_once(house, *[lambda tx: house.approvals.expire_due(tx, TOO_LATE) for _ in range(3)])
    assert sum(len(each) for each in given if isinstance(each, list)) == 5
    assert all(house.kinds(f"case_{number}") == ["ApprovalRequested", "ApprovalExpired"] for number in range(5))


def test_of_two_who_claim_at_once_one_looks_after_it(house: House) -> None:
    approval = asked(house, refund(6000), "refund_approver")
    ownership = Ownership(house.ledger, build_operation())
    given = at_once(
        house,
        lambda tx: ownership.claim(tx, approval.id, person=person("priya"), now=LATER),
        lambda tx: ownership.claim(tx, approval.id, person=person("max"), now=LATER),
    )
    assert sum(isinstance(each, OwnedByOther) for each in given) == 1
    assert house.kinds("case_1") == ["ApprovalRequested", "ApprovalClaimed"]


def test_who_is_marked_absent_at_once_with_each_other_as_deputy_makes_no_chain(house: House) -> None:
    absences = Absences(house.ledger, build_operation())

    def mark(tx: Transaction, who: str, deputy: str) -> object:
        wish = Wish(NOW, TOO_LATE, person(deputy))
        return absences.mark(tx, person(who), wish, by=person(who), now=NOW)

    given = at_once(house, lambda tx: mark(tx, "priya", "max"), lambda tx: mark(tx, "max", "priya"))
    assert sum(isinstance(each, ChainRefused) for each in given) == 1
    assert house.kinds("house") == ["AbsenceMarked"]


def test_a_reminder_noted_by_two_at_once_is_noted_once(house: House) -> None:
    approval = asked(house, refund(6000), "manager")
    reminders = Reminders(house.ledger, build_operation())
    given = at_once(
        house, *[lambda tx: reminders.note(tx, approval.id, "0.5", now=LATER, by="house") for _ in range(3)]
    )
    assert sorted(len(each) for each in given if isinstance(each, list)) == [0, 0, 2]
    assert house.kinds("case_1") == ["ApprovalRequested", "ApprovalReminded"]


def test_an_edit_cut_off_is_reopened_once_by_two_at_once(house: House) -> None:
    approval = asked(house, refund(6000), "manager")
    args = {"order_id": "LK-1", "amount_cents": 5500}
    with house.database.write() as tx:
        house.approvals.approve(tx, approval.id, person=person("noor"), now=LATER, args=args)
    after = LATER + timedelta(minutes=6)
    given = at_once(house, *[lambda tx: house.approvals.reopen_cut_off(tx, after) for _ in range(3)])
    assert sum(len(each) for each in given if isinstance(each, list)) == 1
    assert house.kinds("case_1").count("ApprovalReopened") == 1


def test_an_edit_and_a_withdrawal_at_once_leave_nothing_to_use(house: House) -> None:
    approval = asked(house, refund(6000), "manager")
    args = {"order_id": "LK-1", "amount_cents": 5500}
    decision = Decision(Lane.REVIEWED, approvers=("manager",), rules=("r",), reason="R.")

    def edit(tx: Transaction) -> object:
        edited = house.approvals.approve(tx, approval.id, person=person("noor"), now=LATER, args=args)
        review = Review(edited.action, stakes(edited.action), decision, "cust_1", "r1")
        return house.approvals.judge(tx, edited.id, review, person=person("noor"), now=LATER)

    def withdraw(tx: Transaction) -> object:
        return house.approvals.withdraw(tx, approval.id, now=LATER, because="Not wanted any more.")

    given = at_once(house, edit, withdraw)
    with house.database.read() as reader:
        first = house.approvals.find(reader, approval.id)
        if isinstance(given[0], ApprovalHasExpired):
            assert first.state is State.EXPIRED
        else:
            # The edit came first: what was withdrawn is its successor, which the worker finds by the link.
            assert first.state is State.SUPERSEDED and first.replaced_by is not None


def test_a_queue_of_a_thousand_is_told_quickly_and_in_order(house: House) -> None:
    with house.database.write() as tx:
        for number in range(1000):
            action = Action(case_id=f"case_{number}", operation="shop.refund_order", args={"n": number}, by=WORKER)
            decision = Decision(Lane.REVIEWED, approvers=("manager",), rules=("r",), reason="R.")
            evidence = replace(REFUNDABLE, amount=number)
            house.approvals.request(tx, Review(action, evidence, decision, "cust_1", "r1"), now=NOW)
    began = time.perf_counter()
    with house.database.read() as reader:
        wanted = queue.Queued(frozenset({"manager"}), "noor", True)
        rows = queue.waiting(reader, LATER, wanted, bands=(LATER,), limit=25)
        assert queue.count_waiting(reader, LATER, wanted) == 1000
        assert [kind.many for kind in queue.kinds_waiting(reader, LATER, wanted)] == [1000]
    assert [row.args["n"] for row in rows] == list(range(999, 974, -1))
    assert time.perf_counter() - began < 10


@pytest.mark.postgres
def test_who_answers_while_the_house_closes_what_is_due_is_not_overruled(postgres_url: str) -> None:
    """Only PostgreSQL: on SQLite, which has one writer at a time, nobody answers in between."""
    database = Database(postgres_url)
    database.create_tables()
    house = _house(database)
    approval = asked(house, refund(6000), "manager")

    def close() -> list[Approval]:
        with database.write() as other:
            return house.approvals.expire_due(other, TOO_LATE)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as tx:
            house.approvals.deny(tx, approval.id, person=person("noor"), now=LATER, because="No.")
            closing = pool.submit(close)
            _wait_until_somebody_waits(database)
        assert closing.result() == []
    with database.read() as reader:
        assert house.approvals.find(reader, approval.id).state is State.DENIED
    database.dispose()


def _wait_until_somebody_waits(database: Database) -> None:
    """Until a lock of this database is waited for, ten seconds at most."""
    query = (
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
        "WHERE NOT granted AND datname = current_database()"
    )
    for _ in range(500):
        with database.engine.connect() as connection:
            if connection.exec_driver_sql(query).scalar_one():
                return
        time.sleep(0.02)
    raise AssertionError("Nobody waits for the chain of the case.")


def test_asking_at_once_asks_once(house: House) -> None:
    decision = Decision(Lane.REVIEWED, approvers=("manager",), rules=("r",), reason="R.")
    review = Review(refund(6000), REFUNDABLE, decision, "cust_1")
    given = at_once(house, *[lambda tx: house.approvals.request(tx, review, now=NOW) for _ in range(3)])
    assert len({each.id for each in given if isinstance(each, Approval)}) == 1
    assert house.kinds("case_1") == ["ApprovalRequested"]


def test_a_switch_thrown_at_once_by_many_is_thrown_once(house: House) -> None:
    at_once(
        house,
        *[
            lambda tx: house.switches.pause(tx, "channel", name="webchat", by=person("noor"), because="Now.", now=NOW)
            for _ in range(3)
        ],
    )
    assert house.kinds("house") == ["SwitchThrown"]
    with house.database.write() as tx:
        assert house.switches.standing(tx, channel="webchat") is not None
        house.switches.resume(tx, "channel", name="webchat", by=person("max"), because="Done.", now=LATER)
        assert house.switches.standing(tx, channel="webchat") is None
    assert house.kinds("house") == ["SwitchThrown", "SwitchReleased"]
