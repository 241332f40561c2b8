"""How much waits, and since when, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from aboveloop.app.organisation import store
from aboveloop.app.organisation.store import Waiting
from aboveloop.govern.approval import Review
from aboveloop.govern.approvals import Approvals
from aboveloop.govern.facts import Denials
from aboveloop.govern.lanes import Decision, Lane
from aboveloop.govern.queue.earlier import denied_before
from aboveloop.kit.database import Database
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.store import releases
from govern.corner import NOW, person, refund, stakes

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_where_nothing_waits_there_is_no_oldest(database: Database) -> None:
    with database.read() as reader:
        for found in (
            store.handed_over(reader),
            store.halted(reader),
            store.uncertain(reader),
            store.asked(reader, AT),
            store.proposed(reader, 0),
            store.open_incidents(reader),
        ):
            assert found == Waiting(0, None)


def test_the_oldest_is_an_instant(database: Database) -> None:
    with database.write() as tx:
        for number in (1, 2, 3):
            values = {
                "digest": str(number) * 64,
                "number": number,
                "operation": "o",
                "created_by": "house",
                "note": "",
                "created_at": AT + timedelta(hours=number),
            }
            tx.execute(sa.insert(releases), values)
    with database.read() as reader:
        assert store.proposed(reader, 1) == Waiting(2, AT + timedelta(hours=2))


def test_denials_of_people_are_counted_exactly_alike_and_since(database: Database) -> None:
    ledger = Ledger(b"m" * 32, b"s" * 32)
    approvals = Approvals(ledger, timedelta(hours=24))

    def denied(cents: int, *, by_policy: bool = False, **where: str) -> None:
        order, case = where.get("order", "LK-1"), where.get("case", "case_1")
        customer = where.get("customer", "cus_1")
        action = replace(refund(cents, order), case_id=case)
        evidence = replace(stakes(action), resource=order)
        decision = Decision(Lane.REVIEWED, approvers=("manager",), rules=("r",))
        with database.write() as tx:
            asked = approvals.request(tx, Review(action, evidence, decision, customer), now=NOW)
            if by_policy:
                args = {**action.args, "note": "x"}
                edited = approvals.approve(tx, asked.id, person=person("noor"), now=NOW, args=args)
                no = Review(edited.action, evidence, Decision(Lane.PROHIBITED), customer)
                approvals.judge(tx, edited.id, no, person=person("noor"), now=NOW)
            else:
                approvals.deny(tx, asked.id, person=person("noor"), now=NOW + timedelta(hours=1), because="No.")

    def counted(cents: int, resource: str = "LK-1", customers: tuple[str, ...] = ("cus_1",)) -> Denials:
        with database.read() as reader:
            now = NOW + timedelta(hours=4, minutes=59)
            return denied_before(reader, customers, refund(cents), resource, now=now)

    assert counted(6000) == Denials()
    denied(6000)
    denied(5000, case="case_2")
    denied(6000, order="LK-2", case="case_3")
    denied(7000, customer="cus_2", case="case_4")
    denied(8000, case="case_5", by_policy=True)
    assert counted(6000) == Denials(exactly=1, alike=2, hours_since=3)
    assert counted(1, resource="LK-2") == Denials(0, 1, 3)
    assert counted(1, customers=("cus_1", "cus_2")) == Denials(0, 3, 3), "records of one person count together"
    assert counted(1, resource="") == Denials(0, 1, 3), "without a record, what was denied on the same case"
    assert counted(6000, customers=("cus_3",)) == Denials()
