"""Act: every outcome of an action, and what becomes of the case."""

from pathlib import Path

import pytest

from aboveloop.govern.errors import OwnRequest
from aboveloop.govern.lanes import Stage
from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.operation.models import Operation
from aboveloop.work.account import account
from work.bakery import ANNA, BEN, FILES, Bakery, Crash, operation_of

CANCEL = ("cancel CR-1001 please", ANNA)
REFUND = ("refund 60 EUR for CR-1002 please", ANNA)
NOTE = ("write a note for the baker", ANNA, "CR-1001")


def opened(home: Path, operation: Operation, stage: Stage = Stage.SUPERVISED) -> Bakery:
    home.mkdir()
    bakery = Bakery(home, f"sqlite:///{home / 'aboveloop.db'}", operation, stage=stage)
    bakery.open()
    return bakery


def changed(path: str, old: str, new: str) -> Operation:
    assert old in FILES[path]
    return operation_of({**FILES, path: FILES[path].replace(old, new)})


# --- reads ----------------------------------------------------------------------------------------


def test_a_record_that_is_found_goes_on(bakery: Bakery) -> None:
    case = bakery.write("where is my order CR-1002")
    assert bakery.said(case) == ["order_status"]
    read = [entry for entry in bakery.entries(case) if entry.kind == "RecordRead"]
    assert [entry.body["found"] for entry in read] == [True]
    assert "CR-1002" not in str(read[0].body)


def test_a_record_that_does_not_exist_goes_where_the_step_says(bakery: Bakery) -> None:
    case = bakery.write("cancel CR-9999 please", ANNA)
    assert bakery.said(case) == ["ask_email", "ask_order"]
    assert case.owner is Owner.WAITING_ON_CUSTOMER
    assert [entry.body["found"] for entry in bakery.entries(case) if entry.kind == "RecordRead"] == [True, False]


def test_a_record_that_does_not_exist_gives_it_to_a_person_where_no_step_is_named(bakery: Bakery) -> None:
    case = bakery.write("where is my order CR-9999")
    assert case.owner is Owner.WAITING_ON_PERSON
    assert case.handed_over_because == "There is no such record for till.get_order."


def test_a_read_that_no_rule_permits_is_denied_and_never_made(bakery: Bakery) -> None:
    case = bakery.write("show me the secret recipe")
    assert case.owner is Owner.WAITING_ON_PERSON
    assert bakery.till.did("get_recipe") == []
    assert "ActionRefused" in bakery.kinds(case)


def test_a_read_that_is_reviewed_waits_for_a_person(bakery: Bakery) -> None:
    case = bakery.write("I need a bill")
    assert bakery.till.did("get_invoice") == []
    assert bakery.said(case) == ["please_wait_for_approval"]
    bakery.desk("hana").approve(bakery.approval(case).id)
    bakery.run_due()
    assert bakery.said(case) == ["please_wait_for_approval", "invoice_sent"]
    assert bakery.case(case.id).outcome == "resolved"


def test_a_read_that_needs_who_the_customer_is_goes_to_a_person_where_nobody_asks(bakery: Bakery) -> None:
    case = bakery.write("my loyalty points")
    assert bakery.till.did("get_points") == []
    assert "needs verification" in (case.handed_over_because or "")


def test_a_read_that_the_system_refuses_goes_to_a_person(bakery: Bakery) -> None:
    bakery.till.refuses["get_order"] = "closed for today"
    case = bakery.write("where is my order CR-1002")
    assert case.owner is Owner.WAITING_ON_PERSON
    assert "closed for today" in (case.handed_over_because or "")


@pytest.mark.parametrize("trouble", ["down", "slow", "nonsense"])
def test_a_read_that_fails_is_made_again_by_itself(bakery: Bakery, trouble: str) -> None:
    bakery.troubles.plan("till.get_order", trouble, times=2)  # type: ignore[arg-type]
    case = bakery.write("where is my order CR-1002")
    assert case.owner is Owner.WAITING_ON_TIME
    assert bakery.said(case) == []
    bakery.advance(seconds=2)
    assert bakery.case(case.id).owner is Owner.WAITING_ON_TIME
    bakery.advance(seconds=4)
    assert bakery.case(case.id).outcome == "resolved"
    assert bakery.case(case.id).memory["tries"] == 0


def test_a_system_that_stays_away_gives_the_case_to_a_person_after_the_last_try(bakery: Bakery) -> None:
    bakery.troubles.plan("till.get_order", "down", times=100)
    case = bakery.write("where is my order CR-1002")
    bakery.advance(seconds=61)
    assert bakery.case(case.id).owner is Owner.WAITING_ON_TIME
    bakery.advance(seconds=1)
    case = bakery.case(case.id)
    assert case.owner is Owner.WAITING_ON_PERSON
    assert bakery.said(case) == ["system_trouble"]
    assert bakery.troubles.left("till.get_order") == 100 - 6
    # The end is the end: no timer of an earlier try starts again.
    bakery.advance(days=2)
    assert bakery.troubles.left("till.get_order") == 100 - 6


# --- writes ---------------------------------------------------------------------------------------


def test_a_write_is_performed_under_a_key_that_the_ledger_names(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "yes")
    (effect,) = bakery.effects()
    (call,) = [call for call in bakery.till.calls if call[0] == "cancel_order"]
    (performed,) = [entry for entry in bakery.entries(case) if entry.kind == "ActionPerformed"]
    assert effect.key == call[2] == performed.body["key"]
    assert (effect.state, effect.args, performed.body["proved"]) == ("performed", {"order_id": "CR-1001"}, True)
    assert performed.personal == {"result": {"order_id": "CR-1001"}}
    assert "CR-1001" not in str(performed.body)


def test_nothing_is_written_before_the_intent_is_committed(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    seen: list[tuple[str, int]] = []

    def look() -> None:
        (effect,) = bakery.effects()
        seen.append((effect.state, bakery.kinds(case).count("ActionDecided")))

    bakery.till.afterwards["cancel_order"] = look
    bakery.write("yes")
    assert seen == [("intended", 1)]


def test_a_write_that_policy_prohibits_goes_the_refused_way(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.till.orders["CR-1001"]["status"] = "sent"
    case = bakery.write("yes")
    assert bakery.till.did("cancel_order") == []
    assert bakery.said(case)[-1] == "cancel_not_possible"
    assert case.outcome == "refused"
    assert "ActionRefused" in bakery.kinds(case)
    assert bakery.effects() == []


def test_a_write_to_somebody_elses_record_is_prohibited(bakery: Bakery) -> None:
    case = bakery.write("cancel CR-1003 please", ANNA, "yes")
    assert bakery.till.did("cancel_order") == []
    assert case.outcome == "refused"


def test_a_write_that_the_system_refuses_goes_the_refused_way_and_is_recorded(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.till.refuses["cancel_order"] = "it is being baked"
    case = bakery.write("yes")
    assert bakery.said(case)[-1] == "cancel_not_possible"
    assert bakery.kinds(case).count("ActionRejected") == 1
    (effect,) = bakery.effects()
    assert effect.state == "refused"


def test_a_refused_write_found_again_after_a_crash_stays_refused(bakery: Bakery) -> None:
    case = bakery.write("send it to another address", ANNA, "CR-1001", "Hill Road 2")
    bakery.till.refuses["move_order"] = "it has left"
    bakery.till.afterwards["get_order"] = lambda: None
    bakery.write("yes")
    (effect,) = bakery.effects()
    assert effect.state == "refused"
    calls = len(bakery.till.did("move_order"))
    assert bakery.case(case.id).owner is Owner.WAITING_ON_PERSON
    assert "it has left" in (bakery.case(case.id).handed_over_because or "")
    assert calls == 1


def test_a_write_without_confirmation_in_its_procedure_goes_to_a_person(bakery: Bakery) -> None:
    case = bakery.write("close my loyalty account", ANNA)
    assert bakery.till.did("close_account") == []
    assert "needs confirmation" in (case.handed_over_because or "")


def test_a_write_for_somebody_who_wrote_from_elsewhere_since_goes_to_a_person(bakery: Bakery) -> None:
    bakery.write("cancel CR-1002 please", ANNA, address="a@x.example")
    bakery.write("forget it", address="a@x.example")
    case = bakery.write(*CANCEL)
    # The other contact point is hers too, but nobody proved in this conversation that she writes from it.
    case = bakery.write("yes", address="a@x.example")
    assert bakery.till.done == []
    assert case.owner is Owner.WAITING_ON_PERSON
    assert "needs verification" in (case.handed_over_because or "")


@pytest.mark.parametrize("trouble", ["down", "slow", "nonsense"])
@pytest.mark.parametrize("after", [False, True])
def test_a_write_that_fails_is_repeated_under_its_key_and_happens_once(
    bakery: Bakery, trouble: str, after: bool
) -> None:
    case = bakery.write(*CANCEL)
    bakery.troubles.plan("till.cancel_order", trouble, times=2, after=after)  # type: ignore[arg-type]
    case = bakery.write("yes")
    assert case.owner is Owner.WAITING_ON_TIME
    bakery.advance(seconds=10)
    assert bakery.till.done == ["cancel_order"]
    assert len({key for name, _, key in bakery.till.calls if name == "cancel_order"}) == 1
    assert bakery.kinds(case).count("ActionPerformed") == 1
    assert bakery.kinds(case).count("ActionDecided") == 1
    assert bakery.case(case.id).outcome == "resolved"


def test_a_write_whose_facts_cannot_be_told_now_waits_and_is_not_intended(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.troubles.plan("till.get_order", "down")
    case = bakery.write("yes")
    assert case.owner is Owner.WAITING_ON_TIME
    assert bakery.effects() == []
    bakery.advance(seconds=2)
    assert bakery.case(case.id).outcome == "resolved"


def test_a_write_that_the_system_does_not_show_afterwards_goes_to_a_person(bakery: Bakery) -> None:
    bakery.till.lies = True
    case = bakery.write(*CANCEL, "yes")
    assert "does not show it" in (case.handed_over_because or "")
    (performed,) = [entry for entry in bakery.entries(case) if entry.kind == "ActionPerformed"]
    assert performed.body["proved"] is False
    assert "cancel_done" not in bakery.said(case)


def test_a_proof_that_cannot_be_had_now_does_not_undo_what_was_done(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.till.afterwards["cancel_order"] = lambda: bakery.troubles.plan("till.get_order", "down")
    case = bakery.write("yes")
    assert case.outcome == "resolved"
    (performed,) = [entry for entry in bakery.entries(case) if entry.kind == "ActionPerformed"]
    assert performed.body["proved"] is None


def test_a_proof_whose_record_is_gone_does_not_hold(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.till.afterwards["cancel_order"] = lambda: bakery.till.orders.clear()
    case = bakery.write("yes")
    assert "does not show it" in (case.handed_over_because or "")


# --- writes without a key -------------------------------------------------------------------------


def test_a_write_without_a_key_whose_fate_is_unknown_is_never_repeated(bakery: Bakery) -> None:
    case = bakery.write(*NOTE)
    bakery.troubles.plan("till.note_order", "slow", after=True)
    case = bakery.write("yes")
    assert case.owner is Owner.WAITING_ON_PERSON
    assert "unknown" in (case.handed_over_because or "")
    assert "ActionUncertain" in bakery.kinds(case)
    (effect,) = bakery.effects()
    assert effect.state == "unknown"
    bakery.advance(days=1)
    assert bakery.till.orders["CR-1001"]["notes"] == 1


def test_a_write_without_a_key_that_surely_did_not_happen_is_made_again(bakery: Bakery) -> None:
    case = bakery.write(*NOTE)
    bakery.troubles.plan("till.note_order", "down", times=2)
    case = bakery.write("yes")
    assert case.owner is Owner.WAITING_ON_TIME
    bakery.advance(seconds=10)
    assert bakery.till.orders["CR-1001"]["notes"] == 1
    assert bakery.case(case.id).outcome == "resolved"


def test_a_write_without_a_key_that_a_crash_cut_off_is_never_repeated(bakery: Bakery) -> None:
    case = bakery.write(*NOTE)

    def crash() -> None:
        raise Crash

    bakery.till.afterwards["note_order"] = crash
    bakery.hand_in("yes")
    with pytest.raises(Crash):
        bakery.run_due()
    bakery.turn(case.id, "message")
    assert bakery.till.orders["CR-1001"]["notes"] == 1
    case = bakery.case(case.id)
    assert case.owner is Owner.WAITING_ON_PERSON
    assert "ActionUncertain" in bakery.kinds(case)


def test_a_write_without_a_key_or_proof_is_done_and_said_so(bakery: Bakery) -> None:
    case = bakery.write(*NOTE, "yes")
    assert case.outcome == "resolved"
    (performed,) = [entry for entry in bakery.entries(case) if entry.kind == "ActionPerformed"]
    assert performed.body["proved"] is None


# --- approvals ------------------------------------------------------------------------------------


def test_a_write_above_the_limit_waits_for_a_person_and_goes_on_with_the_yes(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    assert (case.owner, case.memory["waiting"]) == (Owner.WAITING_ON_PERSON, "approval")
    assert bakery.till.done == []
    approval = bakery.approval(case)
    assert approval.roles == ("refund_approver",)
    bakery.desk("priya").approve(approval.id, because="Fine.")
    assert bakery.till.done == []
    bakery.run_due()
    assert bakery.till.done == ["refund_order"]
    assert bakery.said(case)[-2:] == ["please_wait_for_approval", "refund_done"]
    assert [each.state for each in bakery.approvals(case)] == ["used"]
    assert bakery.case(case.id).outcome == "resolved"


def test_two_roles_are_two_people(bakery: Bakery) -> None:
    case = bakery.write("refund 300 EUR for CR-1002 please", ANNA, "yes")
    approval = bakery.approval(case)
    bakery.desk("priya").approve(approval.id)
    bakery.run_due()
    assert bakery.till.done == []
    bakery.desk("hana").approve(approval.id)
    bakery.run_due()
    assert bakery.till.done == ["refund_order"]


def test_a_denial_gives_the_case_to_a_person_where_no_step_is_named(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    bakery.desk("priya").deny(bakery.approval(case).id, because="Anna was paid already.")
    bakery.run_due()
    case = bakery.case(case.id)
    assert bakery.till.done == []
    assert case.owner is Owner.WAITING_ON_PERSON
    assert "Anna was paid already." in (case.handed_over_because or "")


def test_a_denial_goes_the_refused_way_where_there_is_one(tmp_path: Path) -> None:
    operation = changed("policies/all.cedar", '@id("cancel") @lane("allowed")', '@id("cancel-off") @lane("allowed")')
    text = (
        operation.files["policies/all.cedar"]
        .replace(
            'Action::"till.cancel_order", resource)\nwhen { context.verified && context.confirmed };',
            'Action::"till.cancel_order", resource)\n'
            'when { context.verified && context.confirmed && context.approved_by.contains("head") };',
        )
        .replace('@id("cancel-off") @lane("allowed")', '@id("cancel") @lane("reviewed") @approver("head")')
    )
    bakery = opened(tmp_path / "home", operation_of({**FILES, "policies/all.cedar": text}))
    case = bakery.write(*CANCEL, "yes")
    bakery.desk("hana").deny(bakery.approval(case).id, because="No.")
    bakery.run_due()
    assert bakery.said(case)[-1] == "cancel_not_possible"
    assert bakery.case(case.id).outcome == "refused"
    bakery.close()


def denied_and_handed_back(bakery: Bakery) -> Case:
    """Priya denied the refund, then gave the case back to the worker, and Anna asks for the very same again."""
    case = bakery.write(*REFUND, "yes")
    bakery.desk("priya").deny(bakery.approval(case).id, because="Anna was paid already.")
    bakery.run_due()
    bakery.desk("tom").take_over(case.id)
    bakery.desk("tom").hand_back(case.id)
    bakery.run_due()
    again = bakery.write(*REFUND, "yes")
    assert again.id == case.id
    return again


def test_what_was_denied_on_a_case_is_not_asked_again_there(bakery: Bakery) -> None:
    case = denied_and_handed_back(bakery)
    assert [each.state for each in bakery.approvals(case)] == ["denied"]
    assert bakery.till.done == []
    assert case.owner is Owner.WAITING_ON_PERSON
    assert "denied exactly this" in (case.handed_over_because or "")
    (refused,) = [entry for entry in bakery.entries(case) if entry.kind == "ActionRefused"]
    assert refused.body["denied_before"] == [bakery.approvals(case)[0].id]
    with bakery.database.read() as reader:
        told = account(reader, bakery.ledger, case)
    assert [each.outcome.state for each in told.decisions if not each.is_read][-1] == "denied"
    assert any("nobody was asked again" in line.words for line in told.timeline)


def test_an_operation_may_let_it_be_asked_once_more(tmp_path: Path) -> None:
    changes = changed("operation.yaml", "expire_after_hours: 24", "expire_after_hours: 24, ask_again: 1")
    bakery = opened(tmp_path / "home", changes)
    case = denied_and_handed_back(bakery)
    first, second = bakery.approvals(case)
    assert (first.state, second.state, second.denied_before) == ("denied", "waiting", first.id)
    bakery.close()


def test_an_approval_that_nobody_answers_in_time_is_a_no(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    bakery.advance(hours=24)
    assert bakery.case(case.id).memory["waiting"] == "approval"
    bakery.advance(seconds=2)
    case = bakery.case(case.id)
    assert [each.state for each in bakery.approvals(case)] == ["expired"]
    assert "Nobody approved it in time." in (case.handed_over_because or "")
    assert bakery.till.done == []


def test_an_edit_is_shown_to_the_customer_anew_and_done_only_after_their_yes(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    bakery.desk("priya").approve(bakery.approval(case).id, edits={"amount_cents": 5500})
    bakery.run_due()
    assert bakery.till.done == []
    assert bakery.said(case)[-1] == "confirm_refund"
    assert "55.00 EUR" in bakery.messages(case)[-1].text
    bakery.write("yes")
    assert bakery.till.did("refund_order") == [{"order_id": "CR-1002", "amount_cents": 5500}]
    assert bakery.case(case.id).outcome == "resolved"


def test_an_edit_that_the_customer_does_not_want_is_not_done(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    bakery.desk("priya").approve(bakery.approval(case).id, edits={"amount_cents": 5500})
    bakery.run_due()
    bakery.write("no")
    assert bakery.till.done == []
    assert bakery.case(case.id).outcome == "resolved"
    assert bakery.said(case)[-1] == "fine_kept_as_is"


def test_an_edit_into_what_policy_prohibits_is_denied(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    bakery.desk("priya").approve(bakery.approval(case).id, edits={"amount_cents": 99_999_999})
    bakery.run_due()
    assert bakery.till.done == []
    assert bakery.case(case.id).owner is Owner.WAITING_ON_PERSON


def test_an_edit_that_needs_others_waits_for_them(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    bakery.desk("priya").approve(bakery.approval(case).id, edits={"amount_cents": 30_000})
    bakery.run_due()
    assert bakery.case(case.id).memory["waiting"] == "approval"
    bakery.desk("hana").approve(bakery.approval(case).id)
    bakery.run_due()
    assert bakery.case(case.id).memory["waiting"] == "approval", "priya raised it: her own yes does not count"
    with pytest.raises(OwnRequest):
        bakery.desk("priya").approve(bakery.approval(case).id)
    bakery.desk("rafi").approve(bakery.approval(case).id)
    bakery.run_due()
    assert bakery.said(case)[-1] == "confirm_refund"
    bakery.write("yes")
    assert bakery.till.did("refund_order") == [{"order_id": "CR-1002", "amount_cents": 30_000}]


def test_an_edit_of_an_edit_is_followed_to_its_end(bakery: Bakery) -> None:
    case = bakery.write("refund 300 EUR for CR-1002 please", ANNA, "yes")
    bakery.desk("priya").approve(bakery.approval(case).id, edits={"amount_cents": 40_000})
    bakery.run_due()
    bakery.desk("hana").approve(bakery.approval(case).id, edits={"amount_cents": 35_000})
    bakery.run_due()
    bakery.desk("priya").approve(bakery.approval(case).id)
    bakery.run_due()
    assert bakery.said(case)[-1] == "confirm_refund"
    assert "350.00 EUR" in bakery.messages(case)[-1].text
    bakery.write("yes")
    assert bakery.till.did("refund_order") == [{"order_id": "CR-1002", "amount_cents": 35_000}]


def test_an_approval_counts_once(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    approval = bakery.approval(case)
    bakery.desk("priya").approve(approval.id)
    bakery.run_due()
    for _ in range(3):
        bakery.turn(case.id, f"approval:{approval.id}")
    assert bakery.till.done == ["refund_order"]
    again = bakery.write("refund 60 EUR for CR-1002 please")
    assert again.id == case.id
    bakery.write(ANNA, "yes")
    assert bakery.till.done == ["refund_order"]
    assert bakery.approval(case).id != approval.id


def test_an_approval_that_expires_before_the_customer_agrees_anew_is_asked_for_again(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    bakery.desk("priya").approve(bakery.approval(case).id, edits={"amount_cents": 5500})
    bakery.run_due()
    bakery.advance(hours=23)
    bakery.advance(hours=2)
    bakery.write("yes")
    assert bakery.till.done == []
    bakery.desk("priya").approve(bakery.approval(case).id)
    bakery.run_due()
    assert bakery.till.did("refund_order") == [{"order_id": "CR-1002", "amount_cents": 5500}]


def test_a_record_that_changed_while_a_person_thought_is_judged_anew(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    bakery.till.orders["CR-1002"]["refunded_cents"] = 89_000
    bakery.desk("priya").approve(bakery.approval(case).id)
    bakery.run_due()
    assert bakery.till.done == []
    assert bakery.case(case.id).owner is Owner.WAITING_ON_PERSON


def test_nobody_is_asked_for_a_case_that_a_person_took_meanwhile(bakery: Bakery) -> None:
    case = bakery.write(*REFUND)
    bakery.till.afterwards["get_order"] = lambda: bakery.desk("tom").take_over(case.id)
    bakery.write("yes")
    assert bakery.approvals(case) == []


# --- stages ---------------------------------------------------------------------------------------


def test_in_shadow_nothing_is_performed_and_the_decision_is_kept(tmp_path: Path, crumb: Operation) -> None:
    bakery = opened(tmp_path / "home", crumb, Stage.SHADOW)
    case = bakery.write(*CANCEL, "yes")
    assert bakery.till.done == []
    assert "ActionShadowed" in bakery.kinds(case)
    assert (case.handed_over_because or "").startswith("Shadow:")
    assert bakery.effects() == []
    bakery.close()


def test_in_assist_a_person_sees_every_write_first(tmp_path: Path, crumb: Operation) -> None:
    bakery = opened(tmp_path / "home", crumb, Stage.ASSIST)
    case = bakery.write(*CANCEL, "yes")
    assert bakery.till.done == []
    bakery.desk("priya").approve(bakery.approval(case).id)
    bakery.run_due()
    assert bakery.till.done == ["cancel_order"]
    bakery.close()


def test_ben_cannot_use_what_anna_proved(bakery: Bakery) -> None:
    bakery.write(*CANCEL)
    case = bakery.write("cancel CR-1001 please", "yes", address=BEN)
    assert bakery.till.done == []
    assert case.owner is not Owner.RESOLVED
