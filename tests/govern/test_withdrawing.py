"""What nobody wants any more needs no answer, and an answer that comes later opens nothing."""

from datetime import timedelta

import pytest

from aboveloop.govern.approval import Approval, Review, State
from aboveloop.govern.errors import ApprovalHasExpired
from aboveloop.govern.lanes import Decision, Lane
from govern.conftest import House
from govern.corner import NOW, REFUNDABLE, person, refund

LATER = NOW + timedelta(minutes=10)
REFUND = refund(6000)


def asked(house: House) -> Approval:
    decision = Decision(Lane.REVIEWED, approvers=("refund_approver",), rules=("a-rule",), reason="It is a lot.")
    with house.database.write() as tx:
        return house.approvals.request(tx, Review(REFUND, REFUNDABLE, decision, "cust_1", "r1"), now=NOW)


def withdraw(house: House, approval: Approval) -> Approval:
    with house.database.write() as tx:
        return house.approvals.withdraw(tx, approval.id, now=LATER, because="The customer wants it no longer.")


def approve(house: House, approval: Approval) -> None:
    with house.database.write() as tx:
        house.approvals.approve(tx, approval.id, person=person("priya"), now=LATER)


def held(house: House) -> frozenset[str]:
    with house.database.read() as reader:
        return house.approvals.held(reader, REFUND.digest, REFUND.case_id, LATER)


def test_a_withdrawn_approval_takes_no_answer(house: House) -> None:
    approval = withdraw(house, asked(house))
    assert approval.state is State.EXPIRED
    with pytest.raises(ApprovalHasExpired):
        approve(house, approval)


def test_an_approval_given_and_then_withdrawn_is_held_no_longer(house: House) -> None:
    approval = asked(house)
    approve(house, approval)
    assert held(house) == {"refund_approver"}
    withdraw(house, approval)
    assert held(house) == frozenset()


def test_withdrawing_stands_in_the_ledger_once_with_its_reason(house: House) -> None:
    approval = asked(house)
    withdraw(house, approval)
    withdraw(house, approval)
    with house.database.read() as reader:
        told = [entry for entry in house.ledger.entries(reader, REFUND.case_id) if entry.kind == "ApprovalWithdrawn"]
    assert [entry.body["because"] for entry in told] == ["The customer wants it no longer."]
