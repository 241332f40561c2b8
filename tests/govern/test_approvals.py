"""An approval is one person's answer to exactly this: bound to its digest, used once, expiring, never one's own."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.approval import Approval, Review, State
from aboveloop.govern.errors import (
    AnsweredOnce,
    ApprovalAlreadyAnswered,
    ApprovalAlreadyUsed,
    ApprovalHasExpired,
    ApprovalNotFound,
    ApprovalNotJudged,
    ApprovalReplaced,
    ApprovalUnfit,
    MayNot,
    NothingEdited,
    OwnRequest,
    ReasonMissing,
    RoleMissing,
)
from aboveloop.govern.lanes import Decision, Lane
from aboveloop.govern.people import Person
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.store import LISTED, approvals
from aboveloop.kit.errors import AboveloopError
from aboveloop.ledger.errors import EntryRefused
from govern.conftest import House
from govern.corner import NOW, READY, REFUNDABLE, WORKER, person, refund, stakes

LATER = NOW + timedelta(minutes=10)
TOO_LATE = NOW + timedelta(hours=24)
REFUND = refund(6000)
LARGE = refund(30000)


def reviewed(*roles: str, any_approver: bool = False) -> Decision:
    return Decision(Lane.REVIEWED, approvers=roles, rules=("a-rule",), reason="It is a lot.", any_approver=any_approver)


def asked(
    house: House, action: Action = REFUND, *roles: str, now: datetime = NOW, any_approver: bool = False
) -> Approval:
    decision = reviewed(*(roles or ("refund_approver",)), any_approver=any_approver)
    with house.database.write() as tx:
        return house.approvals.request(tx, Review(action, stakes(action), decision, "cust_1", "r1"), now=now)


def approve(
    house: House, approval: Approval, by: str, now: datetime = LATER, args: dict[str, Any] | None = None
) -> Approval:
    with house.database.write() as tx:
        return house.approvals.approve(tx, approval.id, person=person(by), now=now, because="Fine.", args=args)


def deny(house: House, approval: Approval, by: str, now: datetime = LATER) -> Approval:
    with house.database.write() as tx:
        return house.approvals.deny(tx, approval.id, person=person(by), now=now, because="Not this one.")


def judge(house: House, approval: Approval, decision: Decision, by: str = "priya", now: datetime = LATER) -> Approval:
    review = Review(approval.action, stakes(approval.action), decision, "cust_1", "r1")
    with house.database.write() as tx:
        return house.approvals.judge(tx, approval.id, review, person=person(by), now=now)


def use(house: House, action: Action = REFUND, now: datetime = LATER) -> list[Approval]:
    with house.database.write() as tx:
        return house.approvals.use(tx, action.digest, action.case_id, by=action.by, now=now)


def held(house: House, action: Action = REFUND, now: datetime = LATER) -> frozenset[str]:
    with house.database.read() as reader:
        return house.approvals.held(reader, action.digest, action.case_id, now)


def found(house: House, approval: Approval) -> Approval:
    with house.database.read() as reader:
        return house.approvals.find(reader, approval.id)


# --- asking


def test_an_approval_carries_all_that_a_person_must_see(house: House) -> None:
    approval = asked(house)
    assert approval.state is State.WAITING and not approval.is_complete
    assert approval.action == REFUND and approval.digest == REFUND.digest
    assert approval.roles == ("refund_approver",) and approval.approved_by == frozenset()
    assert approval.requested_by == "worker:refunds"
    assert (approval.rules, approval.reason) == (("a-rule",), "It is a lot.")
    assert approval.evidence == stakes(REFUND)
    assert (approval.requested_at, approval.expires_at) == (NOW, TOO_LATE)
    assert (approval.replaces, approval.replaced_by, approval.denied_before, approval.release) == (
        None,
        None,
        None,
        "r1",
    )


def test_what_is_personal_stands_under_the_customers_key_only(house: House) -> None:
    approve(house, asked(house), "priya")
    with house.database.read() as reader:
        requested, approved = house.ledger.entries(reader, "case_1")
        clear = reader.all(sa.text("SELECT body FROM ledger_entries"))  # type: ignore[arg-type]
    assert requested.customer_id == approved.customer_id == "cust_1"
    assert requested.personal is not None and requested.personal["args"] == dict(REFUND.args)
    assert requested.personal["evidence"] == json.loads(json.dumps(stakes(REFUND).as_body()))
    assert approved.personal == {"because": "Fine."}
    assert requested.body["digest"] == REFUND.digest and requested.body["operation"] == "shop.refund_order"
    assert requested.body["roles"] == ["refund_approver"] and requested.body["expires_at"].startswith("2026-11-15T12")
    assert (approved.actor, approved.body["role"], approved.body["complete"]) == (
        "person:priya",
        "refund_approver",
        True,
    )
    assert not any("LK-1" in row.body or "6000" in row.body for row in clear)


def test_asking_the_same_again_gives_the_same_approval(house: House) -> None:
    first = asked(house)
    assert asked(house, now=LATER) == first
    assert house.kinds("case_1") == ["ApprovalRequested"]


def test_asking_other_roles_supersedes(house: House) -> None:
    first = asked(house)
    second = asked(house, REFUND, "manager", now=LATER)
    assert found(house, first).state is State.SUPERSEDED and found(house, first).replaced_by == second.id
    with pytest.raises(ApprovalReplaced, match=second.id):
        approve(house, first, "priya")
    third = asked(house, REFUND, "manager", any_approver=True, now=LATER)
    assert third.id != second.id


def test_asking_after_the_deadline_asks_anew(house: House) -> None:
    first = asked(house)
    second = asked(house, now=TOO_LATE)
    assert second.id != first.id and found(house, first).state is State.EXPIRED
    assert house.kinds("case_1") == ["ApprovalRequested", "ApprovalExpired", "ApprovalRequested"]


def test_the_same_action_after_a_denial_is_marked(house: House) -> None:
    first = deny(house, asked(house), "priya")
    assert first.state is State.DENIED and first.closed_at == LATER
    assert asked(house, now=LATER).denied_before == first.id
    assert asked(house, refund(6001), now=LATER).denied_before is None
    assert asked(house, replace(REFUND, case_id="case_2"), now=LATER).denied_before is None


@pytest.mark.parametrize(
    "decision",
    [
        Decision(Lane.ALLOWED),
        Decision(Lane.PROHIBITED),
        Decision(Lane.REVIEWED),
        Decision(Lane.ALLOWED, approvers=("manager",)),
    ],
)
def test_only_what_is_reviewed_is_asked_for(house: House, decision: Decision) -> None:
    with house.database.write() as tx, pytest.raises(ApprovalUnfit, match="there is nobody to ask"):
        house.approvals.request(tx, Review(REFUND, REFUNDABLE, decision, "cust_1"), now=NOW)


# --- answering


def test_an_approval_by_the_role_lets_exactly_this_action_pass(house: House, pack: PolicyPack) -> None:
    approved = approve(house, asked(house), "priya")
    assert approved.state is State.APPROVED and approved.is_complete
    assert approved.answers[0].person_id == "priya" and approved.answers[0].because == "Fine."
    assert held(house) == {"refund_approver"}
    assert pack.decide(REFUND, REFUNDABLE, READY, approved_by=held(house)).may_perform
    assert held(house, refund(6001)) == held(house, replace(REFUND, case_id="case_2")) == frozenset()


def test_what_waits_or_is_denied_holds_nothing(house: House) -> None:
    approval = asked(house)
    assert held(house) == frozenset()
    deny(house, approval, "priya")
    assert held(house) == frozenset()


def test_two_roles_need_two_people(house: House) -> None:
    approval = asked(house, LARGE, "refund_approver", "manager")
    first = approve(house, approval, "max")
    assert first.state is State.WAITING and first.approved_by == {"refund_approver"}
    assert held(house, LARGE) == frozenset()
    with pytest.raises(AnsweredOnce, match="The other role is another person"):
        approve(house, approval, "max")
    with pytest.raises(ApprovalAlreadyAnswered, match="for the role that Priya Raman holds"):
        approve(house, approval, "priya")
    second = approve(house, approval, "noor")
    assert second.state is State.APPROVED
    assert held(house, LARGE) == {"refund_approver", "manager"}


def test_who_holds_both_roles_answers_for_the_one_that_is_left(house: House) -> None:
    approval = asked(house, LARGE, "refund_approver", "manager")
    approve(house, approval, "priya")
    assert approve(house, approval, "max").state is State.APPROVED


def test_one_of_several_is_enough_where_any_may_approve(house: House) -> None:
    approval = asked(house, REFUND, "refund_approver", "manager", any_approver=True)
    assert approve(house, approval, "noor").state is State.APPROVED
    assert held(house) == {"manager"}


def test_one_denial_is_enough(house: House) -> None:
    approval = asked(house, LARGE, "refund_approver", "manager")
    approve(house, approval, "priya")
    assert deny(house, approval, "noor").state is State.DENIED
    assert held(house, LARGE) == frozenset()
    assert house.kinds("case_1") == ["ApprovalRequested", "ActionApproved", "ActionDenied"]


Move = Callable[[House, Approval, str], Approval]


@pytest.mark.parametrize("move", [approve, deny])
@pytest.mark.parametrize(
    ("by", "error", "status", "sentence"),
    [
        ("cleo", MayNot, 403, "may not approve"),
        ("odd", MayNot, 403, "may not approve"),
        ("noor", RoleMissing, 403, "waits for refund_approver, which Noor Haddad does not hold"),
    ],
)
def test_who_may_not_answer_is_refused(
    house: House, move: Move, by: str, error: type[AboveloopError], status: int, sentence: str
) -> None:
    approval = asked(house)
    with pytest.raises(error, match=sentence) as refused:
        move(house, approval, by)
    assert refused.value.http_status == status
    assert found(house, approval).state is State.WAITING


def test_holding_the_role_without_the_right_is_not_enough(house: House) -> None:
    hollow = Person("hollow", "Hollow", frozenset({"refund_approver"}), frozenset({"reply"}))
    approval = asked(house)
    with house.database.write() as tx, pytest.raises(MayNot):
        house.approvals.approve(tx, approval.id, person=hollow, now=LATER)


@pytest.mark.parametrize("move", [approve, deny])
def test_nobody_answers_their_own_request(house: House, move: Move) -> None:
    approval = asked(house, replace(REFUND, by=Principal("person", "priya")))
    with pytest.raises(OwnRequest, match="Somebody else answers it"):
        move(house, approval, "priya")
    assert move(house, approval, "max").state is not State.WAITING


def test_a_worker_of_the_same_name_is_not_the_person(house: House) -> None:
    approval = asked(house, replace(REFUND, by=Principal("worker", "priya")))
    assert approve(house, approval, "priya").state is State.APPROVED


@pytest.mark.parametrize("move", [approve, deny])
def test_nothing_is_answered_after_the_deadline(house: House, move: Callable[..., Approval]) -> None:
    approval = asked(house)
    with pytest.raises(ApprovalHasExpired, match="can be asked for anew") as refused:
        move(house, approval, "priya", now=TOO_LATE)
    assert refused.value.http_status == 409


@pytest.mark.parametrize("move", [approve, deny])
@pytest.mark.parametrize("earlier", [approve, deny])
def test_nothing_is_answered_twice(house: House, move: Move, earlier: Move) -> None:
    approval = asked(house)
    earlier(house, approval, "priya")
    with pytest.raises(ApprovalAlreadyAnswered, match="already"):
        move(house, approval, "max")


def test_an_approval_that_does_not_exist_is_not_found(house: House) -> None:
    with house.database.write() as tx, pytest.raises(ApprovalNotFound, match="no approval approval_0"):
        house.approvals.approve(tx, "approval_0", person=person("priya"), now=LATER)


def test_a_denial_says_why(house: House) -> None:
    approval = asked(house)
    with house.database.write() as tx, pytest.raises(ReasonMissing, match="say why"):
        house.approvals.deny(tx, approval.id, person=person("priya"), now=LATER, because="  ")


def test_an_approval_needs_no_reason(house: House) -> None:
    approval = asked(house)
    with house.database.write() as tx:
        house.approvals.approve(tx, approval.id, person=person("priya"), now=LATER)
    with house.database.read() as reader:
        assert house.ledger.entries(reader, "case_1")[-1].personal == {}


def test_arguments_that_were_changed_behind_the_house_are_not_approved(house: House) -> None:
    approval = asked(house)
    with house.database.write() as tx:
        tx.execute(sa.update(approvals).values(args={**REFUND.args, "amount_cents": 99999}))
    with pytest.raises(ApprovalUnfit, match="Run the audit"):
        approve(house, approval, "priya")


# --- using


def test_an_approval_is_used_once(house: House) -> None:
    approval = approve(house, asked(house), "priya")
    assert [each.id for each in use(house)] == [approval.id]
    assert found(house, approval).state is State.USED and found(house, approval).closed_at == LATER
    assert held(house) == frozenset()
    with pytest.raises(ApprovalAlreadyUsed, match="asked for anew"):
        use(house)
    with pytest.raises(ApprovalAlreadyUsed, match="approved and used"):
        approve(house, approval, "max")
    assert house.kinds("case_1") == ["ApprovalRequested", "ActionApproved", "ApprovalUsed"]


def test_all_approvals_of_an_action_are_used_together(house: House) -> None:
    approve(house, asked(house, LARGE, "refund_approver"), "priya")
    approve(house, asked(house, LARGE, "manager"), "noor")
    assert held(house, LARGE) == {"refund_approver", "manager"}
    assert len(use(house, LARGE)) == 2
    assert held(house, LARGE) == frozenset()


def test_what_nobody_approved_is_not_used(house: House) -> None:
    with pytest.raises(ApprovalNotFound, match="Nobody has approved"):
        use(house)
    deny(house, asked(house), "priya")
    with pytest.raises(ApprovalNotFound):
        use(house)


def test_an_approval_is_not_used_after_its_deadline(house: House) -> None:
    approve(house, asked(house), "priya")
    assert held(house, now=TOO_LATE) == frozenset()
    with pytest.raises(ApprovalHasExpired, match="has expired"):
        use(house, now=TOO_LATE)


def test_after_use_the_same_action_is_asked_for_anew(house: House) -> None:
    approve(house, asked(house), "priya")
    use(house)
    again = asked(house, now=LATER)
    assert again.state is State.WAITING and held(house) == frozenset()


# --- expiring


def test_no_answer_in_time_is_a_no(house: House) -> None:
    waiting, approved = asked(house), approve(house, asked(house, LARGE, "refund_approver"), "priya")
    fresh = asked(house, refund(7000), now=LATER)
    with house.database.write() as tx:
        assert house.approvals.expire_due(tx, LATER) == []
        closed = house.approvals.expire_due(tx, TOO_LATE)
        assert house.approvals.expire_due(tx, TOO_LATE) == []
    assert {each.id for each in closed} == {waiting.id, approved.id}
    assert all(each.state is State.EXPIRED and each.closed_at == TOO_LATE for each in closed)
    assert found(house, fresh).state is State.WAITING
    with pytest.raises(ApprovalHasExpired, match="Nothing is done"):
        approve(house, waiting, "priya")
    with house.database.read() as reader:
        last = house.ledger.entries(reader, "case_1")[-2:]
    assert [(entry.kind, entry.actor) for entry in last] == [("ApprovalExpired", "house")] * 2
    assert {entry.body["was"] for entry in last} == {"waiting", "approved"}


# --- editing


def test_an_edit_is_another_action_that_counts_only_once_it_is_judged(house: House, pack: PolicyPack) -> None:
    first = asked(house)
    edited = approve(house, first, "priya", args={**REFUND.args, "amount_cents": 5500})
    assert edited.state is State.JUDGING and edited.replaces == first.id and edited.edited_by == "priya"
    assert edited.action == refund(5500) and edited.digest != first.digest
    assert edited.expires_at == first.expires_at
    assert found(house, first).state is State.SUPERSEDED and found(house, first).replaced_by == edited.id
    assert held(house) == held(house, edited.action) == frozenset()
    with pytest.raises(ApprovalNotJudged, match="decided anew"):
        approve(house, edited, "max")
    judged = judge(house, edited, pack.decide(edited.action, REFUNDABLE, READY))
    assert judged.state is State.APPROVED and judged.answers[0].person_id == "priya"
    assert judged.rules == ("refund-approved",) and judged.evidence == stakes(edited.action)
    assert held(house) == frozenset() and held(house, edited.action) == {"refund_approver"}
    assert house.kinds("case_1") == ["ApprovalRequested", "ApprovalSuperseded", "ApprovalRequested", "ActionApproved"]
    with house.database.read() as reader:
        superseded = house.ledger.entries(reader, "case_1")[1]
    assert superseded.actor == "person:priya" and superseded.body["replaced_by"] == edited.id
    assert superseded.personal == {"args": {**REFUND.args, "amount_cents": 5500}, "because": "Fine."}


def test_an_edit_that_is_prohibited_is_denied(house: House, pack: PolicyPack) -> None:
    edited = approve(house, asked(house), "priya", args={**REFUND.args, "amount_cents": 90001})
    judged = judge(house, edited, pack.decide(edited.action, REFUNDABLE, READY))
    assert judged.state is State.DENIED and judged.reason == "Never more than was paid."
    with house.database.read() as reader:
        last = house.ledger.entries(reader, "case_1")[-1]
    assert (last.kind, last.actor, last.body["rules"]) == ("ActionDenied", "house", ["refund-beyond-paid"])


def test_an_edit_that_is_allowed_needs_nobody_else(house: House, pack: PolicyPack) -> None:
    edited = approve(house, asked(house), "priya", args={**REFUND.args, "amount_cents": 100})
    judged = judge(house, edited, pack.decide(edited.action, REFUNDABLE, READY))
    assert judged.state is State.APPROVED and judged.roles == () and held(house, edited.action) == frozenset()
    assert len(use(house, edited.action)) == 1


def test_an_edit_that_loosens_waits_for_others_than_its_editor(house: House, pack: PolicyPack) -> None:
    edited = approve(house, asked(house), "priya", args={**REFUND.args, "amount_cents": 30000})
    judged = judge(house, edited, pack.decide(edited.action, REFUNDABLE, READY))
    assert judged.state is State.WAITING and judged.approved_by == frozenset()
    with pytest.raises(OwnRequest, match="Priya Raman edited approval"):
        approve(house, judged, "priya")
    assert approve(house, judged, "noor").state is State.WAITING
    assert approve(house, judged, "max").state is State.APPROVED


def test_an_edit_that_tightens_counts_for_its_editor_where_others_are_needed_too(house: House) -> None:
    edited = approve(house, asked(house), "priya", args={**REFUND.args, "amount_cents": 5500})
    judged = judge(house, edited, reviewed("refund_approver", "manager"))
    assert judged.state is State.WAITING and judged.approved_by == {"refund_approver"}
    assert approve(house, judged, "noor").state is State.APPROVED


@pytest.mark.parametrize(
    "args",
    [
        {"order_id": "LK-1", "amount_cents": 6001},
        {"order_id": "LK-2", "amount_cents": 5500},
        {"order_id": "LK-1", "amount_cents": 5500, "note": "Less."},
        {"order_id": "LK-1", "amount_cents": 6000, "note": "The same money."},
    ],
)
def test_what_changes_more_than_the_amount_or_raises_it_needs_another_person(
    house: House, args: dict[str, Any]
) -> None:
    edited = approve(house, asked(house), "priya", args=args)
    judged = judge(house, edited, reviewed("refund_approver"))
    assert judged.state is State.WAITING and held(house, edited.action) == frozenset()
    with house.database.read() as reader:
        assert house.approvals.waiting(reader, LATER, person=person("priya")) == []
        assert [each.id for each in house.approvals.waiting(reader, LATER, person=person("max"))] == [judged.id]
    assert approve(house, judged, "max").state is State.APPROVED


def test_an_edit_that_needs_another_role_is_not_approved_by_its_editor(house: House) -> None:
    edited = approve(house, asked(house), "priya", args={**REFUND.args, "amount_cents": 5500})
    judged = judge(house, edited, reviewed("manager"))
    assert judged.state is State.WAITING and judged.approved_by == frozenset()
    with pytest.raises(OwnRequest):
        approve(house, judged, "priya")
    assert approve(house, judged, "noor").state is State.APPROVED


def test_what_was_asked_for_the_edited_action_meanwhile_is_superseded(house: House) -> None:
    edited = approve(house, asked(house), "priya", args={**REFUND.args, "amount_cents": 5500})
    meanwhile = asked(house, refund(5500), "manager", now=LATER)
    assert judge(house, edited, reviewed("refund_approver")).state is State.APPROVED
    assert found(house, meanwhile).replaced_by == edited.id


def test_what_somebody_approved_for_a_worker_is_no_approval_of_their_own_proposal(house: House) -> None:
    approve(house, asked(house), "priya")
    with house.database.read() as reader:
        ask = partial(house.approvals.held, reader, REFUND.digest, REFUND.case_id, LATER)
        assert ask() == ask(by=REFUND.by) == ask(by=Principal("person", "mateo")) != frozenset()
        assert ask(by=Principal("person", "priya")) == frozenset()


def test_an_edit_is_judged_once_by_its_own_review_and_editor(house: House) -> None:
    edited = approve(house, asked(house), "priya", args={**REFUND.args, "amount_cents": 5500})
    with pytest.raises(ApprovalUnfit, match="did not edit it"):
        judge(house, edited, reviewed("manager"), by="max")
    with pytest.raises(ApprovalUnfit, match="of another action"):
        judge(house, replace(edited, action=REFUND), reviewed("manager"))
    with pytest.raises(MayNot):
        judge(house, edited, reviewed("manager"), by="cleo")
    with pytest.raises(ApprovalHasExpired):
        judge(house, edited, reviewed("manager"), now=TOO_LATE)
    judge(house, edited, reviewed("refund_approver"))
    with pytest.raises(ApprovalUnfit, match="there is no edit to judge"):
        judge(house, edited, reviewed("refund_approver"))


def test_an_edit_that_nobody_judged_expires(house: House) -> None:
    edited = approve(house, asked(house), "priya", args={**REFUND.args, "amount_cents": 5500})
    with house.database.write() as tx:
        assert [each.id for each in house.approvals.expire_due(tx, TOO_LATE)] == [edited.id]


def test_an_edit_changes_something_that_can_be_kept(house: House) -> None:
    approval = asked(house)
    with pytest.raises(NothingEdited, match="the same as before"):
        approve(house, approval, "priya", args=dict(REFUND.args))
    with pytest.raises(EntryRefused):
        approve(house, approval, "priya", args={**REFUND.args, "amount_cents": 2**60})
    assert found(house, approval).state is State.WAITING


def test_an_edit_by_who_may_not_approve_changes_nothing(house: House) -> None:
    approval = asked(house)
    for by in ("cleo", "noor"):
        with pytest.raises((MayNot, RoleMissing)):
            approve(house, approval, by, args={**REFUND.args, "amount_cents": 1})
    assert found(house, approval).state is State.WAITING


# --- listing and forgetting


def test_the_oldest_waits_first(house: House) -> None:
    second = asked(house, refund(7000), now=LATER)
    first = asked(house, refund(8000), now=NOW)
    approve(house, asked(house), "priya")
    with house.database.read() as reader:
        assert [each.id for each in house.approvals.waiting(reader, LATER)] == [first.id, second.id]
        assert house.approvals.waiting(reader, TOO_LATE) == [second]
        assert len(house.approvals.of_case(reader, "case_1")) == 3
        assert house.approvals.of_case(reader, "case_2") == []


def test_people_see_what_they_may_answer(house: House) -> None:
    mine = asked(house, replace(REFUND, by=Principal("person", "priya")))
    both = asked(house, LARGE, "refund_approver", "manager")
    boss = asked(house, refund(7000), "manager")
    with house.database.read() as reader:

        def seen(by: str, **wanted: str) -> set[str]:
            return {each.id for each in house.approvals.waiting(reader, LATER, person=person(by), **wanted)}

        assert seen("priya") == {both.id}
        assert seen("noor") == {both.id, boss.id}
        assert seen("max") == {mine.id, both.id, boss.id}
        assert seen("cleo") == seen("odd") == set()
        assert seen("max", role="refund_approver") == {mine.id, both.id}
        assert seen("priya", role="manager") == set()
    approve(house, both, "max")
    with house.database.read() as reader:
        assert seen("max") == {mine.id, boss.id}
        assert seen("priya") == set()
        assert seen("noor") == {both.id, boss.id}


def test_the_list_is_filtered_by_role_case_and_operation(house: House) -> None:
    here = asked(house)
    there = asked(house, replace(REFUND, case_id="case_2"), "manager")
    with house.database.read() as reader:
        waiting = house.approvals.waiting
        assert waiting(reader, LATER, role="manager") == [there]
        assert waiting(reader, LATER, case_id="case_1") == [here]
        assert waiting(reader, LATER, operation="shop.refund_order") == [here, there]
        assert waiting(reader, LATER, operation="shop.cancel_order") == []


def test_a_long_list_is_cut(house: House) -> None:
    with house.database.write() as tx:
        for number in range(LISTED + 1):
            review = Review(refund(6000 + number), REFUNDABLE, reviewed("manager"), "cust_1")
            house.approvals.request(tx, review, now=NOW)
        assert len(house.approvals.waiting(tx, LATER)) == LISTED


def test_a_forgotten_customer_leaves_nothing_personal_behind(house: House) -> None:
    waiting = asked(house)
    used = approve(house, asked(house, LARGE, "refund_approver"), "priya")
    use(house, LARGE)
    other = Review(replace(REFUND, case_id="case_2"), REFUNDABLE, reviewed("manager"), "cust_2")
    with house.database.write() as tx:
        kept = house.approvals.request(tx, other, now=NOW)
        house.approvals.forget(tx, "cust_1", now=LATER)
    for approval, state in ((waiting, State.EXPIRED), (used, State.USED)):
        after = found(house, approval)
        assert (after.state, dict(after.action.args), after.evidence.facts) == (state, {}, {})
        assert all(answer.because == "" for answer in after.answers)
    assert found(house, kept) == kept


def test_a_failed_transaction_leaves_neither_answer_nor_entry(house: House) -> None:
    approval = asked(house)
    with pytest.raises(RuntimeError), house.database.write() as tx:
        house.approvals.approve(tx, approval.id, person=person("priya"), now=LATER)
        raise RuntimeError("The power is gone.")
    assert found(house, approval).state is State.WAITING
    assert house.kinds("case_1") == ["ApprovalRequested"]


def test_the_worker_is_named_in_the_ledger(house: House) -> None:
    approve(house, asked(house), "priya")
    use(house)
    with house.database.read() as reader:
        entries = house.ledger.entries(reader, "case_1")
    assert [entry.actor for entry in entries] == [f"worker:{WORKER.id}", "person:priya", f"worker:{WORKER.id}"]
    assert all(entry.release == "r1" for entry in entries)


# --- edits that an older version left undecided


def cut_off(house: House) -> tuple[Approval, Approval]:
    """The request and its edit, which nobody decided anew."""
    approval = asked(house)
    return approval, approve(house, approval, "priya", args={"order_id": "LK-1", "amount_cents": 5500})


def reopened(house: House, now: datetime) -> list[Approval]:
    with house.database.write() as tx:
        return house.approvals.reopen_cut_off(tx, now)


def test_an_edit_and_its_decision_are_all_or_nothing(house: House) -> None:
    approval = asked(house)
    with pytest.raises(RuntimeError), house.database.write() as tx:
        house.approvals.approve(
            tx, approval.id, person=person("priya"), now=LATER, args={"order_id": "LK-1", "amount_cents": 5500}
        )
        raise RuntimeError("killed here")
    assert found(house, approval).state is State.WAITING
    assert approve(house, approval, "priya").state is State.APPROVED


def test_a_cut_off_edit_lets_the_request_wait_again(house: House) -> None:
    approval, edited = cut_off(house)
    assert reopened(house, LATER + timedelta(minutes=5)) == []
    (again,) = reopened(house, LATER + timedelta(minutes=6))
    assert (again.id, again.state, again.replaced_by) == (approval.id, State.WAITING, None)
    assert found(house, edited).state is State.EXPIRED
    assert house.kinds("case_1")[-2:] == ["ApprovalWithdrawn", "ApprovalReopened"]
    assert reopened(house, LATER + timedelta(minutes=7)) == []
    assert approve(house, approval, "priya", LATER + timedelta(minutes=8)).state is State.APPROVED


def test_a_cut_off_edit_whose_request_is_over_or_asked_anew_is_only_closed(house: House) -> None:
    approval, _ = cut_off(house)
    asked(house, now=LATER)
    assert reopened(house, LATER + timedelta(minutes=6)) == []
    assert found(house, approval).state is State.SUPERSEDED
    other = asked(house, refund(7000), now=NOW)
    approve(house, other, "priya", args={"order_id": "LK-1", "amount_cents": 7500})
    assert reopened(house, TOO_LATE) == []
    assert found(house, other).state is State.SUPERSEDED
