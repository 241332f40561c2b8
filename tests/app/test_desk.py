"""The desk: what a person may do, does once, and stands in the ledger under their name."""

from collections.abc import Callable
from typing import Any

import pytest

from aboveloop.app.desk import Desk
from aboveloop.govern.errors import (
    ApprovalAlreadyUsed,
    ApprovalHasExpired,
    ApprovalNotFound,
    MayNot,
    NothingEdited,
    ReasonMissing,
    RoleMissing,
)
from aboveloop.kit.errors import Conflict, PermanentError, TemporaryError
from work.bakery import ANNA, Bakery

REFUND = ("refund 60 EUR for CR-1002 please", ANNA, "yes")


@pytest.mark.parametrize(
    "act",
    [
        lambda desk, approval: desk.approve(approval),
        lambda desk, approval: desk.approve(approval, edits={"amount_cents": 1}),
        lambda desk, approval: desk.deny(approval, because="No."),
        lambda desk, approval: desk.pause("all", "", because="Stop."),
        lambda desk, approval: desk.resume("all", "", because="Go."),
        lambda desk, approval: desk.must("audit"),
    ],
)
def test_who_may_not_cannot(bakery: Bakery, act: Callable[[Desk, str], Any]) -> None:
    case = bakery.write(*REFUND)
    with pytest.raises(MayNot):
        act(bakery.desk("tom"), bakery.approval(case).id)
    assert bakery.till.done == []
    assert bakery.approval(case).state == "waiting"


def test_who_may_approve_but_does_not_hold_the_role_cannot(bakery: Bakery) -> None:
    case = bakery.write(*REFUND)
    with pytest.raises(RoleMissing):
        bakery.desk("hana").approve(bakery.approval(case).id)


def test_an_answer_stands_under_the_persons_name_and_reasons_under_the_customers_key(bakery: Bakery) -> None:
    case = bakery.write(*REFUND)
    bakery.desk("priya").approve(bakery.approval(case).id, because="Annabelle is right.")
    (answered,) = [entry for entry in bakery.entries(case) if entry.kind == "ActionApproved"]
    assert answered.actor == "person:priya"
    assert answered.personal == {"because": "Annabelle is right."}
    assert "Annabelle" not in str(answered.body)


def test_an_answer_is_given_once(bakery: Bakery) -> None:
    case = bakery.write(*REFUND)
    approval = bakery.approval(case).id
    bakery.desk("priya").approve(approval)
    with pytest.raises(PermanentError):
        bakery.desk("priya").approve(approval)
    bakery.run_due()
    with pytest.raises(ApprovalAlreadyUsed):
        bakery.desk("priya").deny(approval, because="Too late.")
    assert bakery.till.done == ["refund_order"]


def test_an_answer_too_late_is_none(bakery: Bakery) -> None:
    case = bakery.write(*REFUND)
    approval = bakery.approval(case).id
    bakery.turns._waiting.clear()
    bakery.advance(hours=24)
    with pytest.raises(ApprovalHasExpired):
        bakery.desk("priya").approve(approval)


def test_a_denial_says_why(bakery: Bakery) -> None:
    case = bakery.write(*REFUND)
    with pytest.raises(ReasonMissing):
        bakery.desk("priya").deny(bakery.approval(case).id, because=" ")


def test_what_does_not_exist_is_said_so(bakery: Bakery) -> None:
    with pytest.raises(ApprovalNotFound):
        bakery.desk("priya").approve("approval_none")
    with pytest.raises(ApprovalNotFound):
        bakery.desk("priya").deny("approval_none", because="No.")


def test_an_edit_that_changes_nothing_is_refused_and_leaves_it_waiting(bakery: Bakery) -> None:
    case = bakery.write(*REFUND)
    with pytest.raises(NothingEdited):
        bakery.desk("priya").approve(bakery.approval(case).id, edits={"amount_cents": 6000})
    assert bakery.approval(case).state == "waiting"


def test_an_edit_whose_facts_cannot_be_told_now_can_be_made_again(bakery: Bakery) -> None:
    case = bakery.write(*REFUND)
    bakery.troubles.plan("till.get_order", "down")
    with pytest.raises(TemporaryError):
        bakery.desk("priya").approve(bakery.approval(case).id, edits={"amount_cents": 5500})
    assert bakery.till.done == []
    # Nothing hangs in between: the request waits as before, and the edit is made when the system is back.
    bakery.desk("priya").approve(bakery.approval(case).id, edits={"amount_cents": 5500})
    bakery.run_due()
    bakery.write("yes")
    assert bakery.till.did("refund_order") == [{"order_id": "CR-1002", "amount_cents": 5500}]


def test_an_edit_for_somebody_elses_record_is_denied(bakery: Bakery) -> None:
    case = bakery.write(*REFUND)
    bakery.desk("priya").approve(bakery.approval(case).id, edits={"order_id": "CR-1003", "amount_cents": 100})
    bakery.run_due()
    assert bakery.till.done == []
    assert sorted(each.state for each in bakery.approvals(case)) == ["denied", "superseded"]


def test_a_pause_and_a_resume_say_why_and_stand_in_the_ledger_of_the_house(bakery: Bakery) -> None:
    hana = bakery.desk("hana")
    with pytest.raises(ReasonMissing):
        hana.pause("all", "", because="")
    hana.pause("all", "", because="Stop.")
    assert hana.resume("all", "", because="Go.") == 0
    with pytest.raises(Conflict):
        hana.resume("all", "", because="Go.")
    assert bakery.kinds("house")[-2:] == ["SwitchThrown", "SwitchReleased"]
