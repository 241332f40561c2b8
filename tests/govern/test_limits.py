"""Nobody approves more money than their role and they themselves may, however they go about it."""

from dataclasses import replace
from typing import Any

import pytest

from aboveloop.govern.approval import Approval, Review, State
from aboveloop.govern.errors import OverLimit, OwnRequest
from aboveloop.govern.lanes import Decision, Lane
from aboveloop.govern.people import Person, person_of
from govern.conftest import House
from govern.corner import ABOUT, NOW, REFUNDABLE, build_operation, refund

ROLES = {**ABOUT["roles"], "refund_approver": {"may": ["approve"], "approve_up_to": 20000}}
PEOPLE = [
    *ABOUT["people"],
    {"id": "junior", "name": "Juno Young", "roles": ["refund_approver"], "approve_up_to": 5000},
]
LIMITED = build_operation(about={**ABOUT, "roles": ROLES, "people": PEOPLE})


def who(person_id: str) -> Person:
    return person_of(LIMITED, person_id)


def ask(house: House, cents: int, *roles: str) -> Approval:
    evidence = replace(REFUNDABLE, amount=cents)
    decision = Decision(Lane.REVIEWED, approvers=roles or ("refund_approver",), rules=("a-rule",), reason="A lot.")
    with house.database.write() as tx:
        return house.approvals.request(tx, Review(refund(cents), evidence, decision, "cust_1", "r1"), now=NOW)


def approve(house: House, approval: Approval, by: str, args: dict[str, Any] | None = None) -> Approval:
    with house.database.write() as tx:
        return house.approvals.approve(tx, approval.id, person=who(by), now=NOW, args=args)


def judge(house: House, edited: Approval, cents: int, by: str) -> Approval:
    decision = Decision(Lane.REVIEWED, approvers=("refund_approver",), rules=("a-rule",), reason="A lot.")
    review = Review(edited.action, replace(REFUNDABLE, amount=cents), decision, "cust_1", "r1")
    with house.database.write() as tx:
        return house.approvals.judge(tx, edited.id, review, person=who(by), now=NOW)


@pytest.mark.parametrize(("by", "cents"), [("priya", 20000), ("junior", 5000), ("priya", 1)])
def test_up_to_the_limit_a_person_approves(house: House, by: str, cents: int) -> None:
    assert approve(house, ask(house, cents), by).state is State.APPROVED


@pytest.mark.parametrize(("by", "cents", "limit"), [("priya", 20001, "200.00 EUR"), ("junior", 5001, "50.00 EUR")])
def test_above_the_limit_a_person_may_not_approve(house: House, by: str, cents: int, limit: str) -> None:
    waiting = ask(house, cents)
    with pytest.raises(OverLimit, match=f"approves up to {limit}"):
        approve(house, waiting, by)
    with house.database.read() as reader:
        assert house.approvals.find(reader, waiting.id).state is State.WAITING
    assert house.kinds("case_1") == ["ApprovalRequested"]


def test_above_their_limit_a_person_may_still_deny(house: House) -> None:
    waiting = ask(house, 90000)
    with house.database.write() as tx:
        denied = house.approvals.deny(tx, waiting.id, person=who("junior"), now=NOW, because="Far too much.")
    assert denied.state is State.DENIED


def test_a_limit_holds_for_the_role_that_has_it(house: House) -> None:
    both = ask(house, 90000, "refund_approver", "manager")
    assert approve(house, both, "noor").approved_by == {"manager"}, "managers have no limit"
    with pytest.raises(OverLimit):
        approve(house, both, "priya")


def test_an_edit_below_the_limit_counts_for_its_editor(house: House) -> None:
    edited = approve(house, ask(house, 90000), "priya", {**refund(90000).args, "amount_cents": 15000})
    assert judge(house, edited, 15000, "priya").state is State.APPROVED


def test_a_lower_amount_that_is_still_above_the_limit_does_not_count_for_its_editor(house: House) -> None:
    edited = approve(house, ask(house, 90000), "junior", {**refund(90000).args, "amount_cents": 15000})
    judged = judge(house, edited, 15000, "junior")
    assert (judged.state, judged.approved_by) == (State.WAITING, frozenset())
    assert approve(house, judged, "priya").state is State.APPROVED


def test_an_edit_above_the_limit_waits_for_somebody_else(house: House) -> None:
    edited = approve(house, ask(house, 4000), "junior", {**refund(4000).args, "amount_cents": 15000})
    judged = judge(house, edited, 15000, "junior")
    assert (judged.state, judged.approved_by) == (State.WAITING, frozenset())
    with pytest.raises(OwnRequest):
        approve(house, judged, "junior")
    assert approve(house, judged, "priya").state is State.APPROVED


def test_people_are_not_shown_as_theirs_what_is_above_their_limit(house: House) -> None:
    small, large = ask(house, 4000), ask(house, 15000)
    with house.database.read() as reader:

        def seen(by: str) -> set[str]:
            return {each.id for each in house.approvals.waiting(reader, NOW, person=who(by))}

        assert seen("junior") == {small.id}
        assert seen("priya") == {small.id, large.id}
        assert seen("max") == {small.id, large.id}
        assert seen("cleo") == set()
