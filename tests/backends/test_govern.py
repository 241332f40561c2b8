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
from aboveloop.govern.switches import Switches
from aboveloop.kit.database import Database, Transaction
from aboveloop.ledger.ledger import Ledger
from govern.conftest import House
from govern.corner import NOW, REFUNDABLE, WORKER, build_operation, person, refund

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
        return house.approvals.request(tx, Review(action, REFUNDABLE, decision, "cust_1", "r1"), now=NOW)


def at_once(house: House, *moves: Callable[[Transaction], object]) -> list[object]:
    """What each move gave, or the error it ended with; all begin together, each in a transaction of its own."""
    together = threading.Barrier(len(moves))

    def one(move: Callable[[Transaction], object]) -> object:
        together.wait()
        try:
            with house.database.write() as tx:
                return move(tx)
        except (ApprovalAlreadyAnswered, ApprovalAlreadyUsed, ApprovalHasExpired) as error:
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
        review = Review(edited.action, REFUNDABLE, decision, "cust_1", "r1")
        judged = house.approvals.judge(tx, edited.id, review, person=person("noor"), now=LATER)
        assert judged.state is State.APPROVED and judged.evidence == REFUNDABLE
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
