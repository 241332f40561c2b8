"""Halting: what a person paused stands still before its next action, keeps everything, and goes on when resumed."""

import pytest

from aboveloop.govern.errors import MayNot
from aboveloop.govern.switches import Scope
from aboveloop.journey.ownership import Owner
from work.bakery import ANNA, Bakery

CANCEL = ("cancel CR-1001 please", ANNA)
REFUND = ("refund 60 EUR for CR-1002 please", ANNA)
SWITCHES: list[tuple[Scope, str]] = [
    ("all", ""),
    ("worker", "cancel_order"),
    ("procedure", "cancel_order"),
    ("operation", "till.cancel_order"),
    ("channel", "webchat"),
]


def pause(bakery: Bakery, scope: Scope = "all", name: str = "") -> None:
    bakery.desk("hana").pause(scope, name, because="Something is wrong.")


def resume(bakery: Bakery, scope: Scope = "all", name: str = "") -> int:
    released = bakery.desk("hana").resume(scope, name, because="It is well again.")
    bakery.run_due()
    return released


@pytest.mark.parametrize(("scope", "name"), SWITCHES)
def test_a_pause_holds_before_the_next_action_and_a_resume_goes_on(bakery: Bakery, scope: Scope, name: str) -> None:
    case = bakery.write(*CANCEL)
    pause(bakery, scope, name)
    case = bakery.write("yes")
    assert bakery.till.done == []
    assert (case.owner, case.halted_by) == (Owner.WAITING_ON_PERSON, f"{scope}:{name}")
    assert resume(bakery, scope, name) == 1
    assert bakery.till.done == ["cancel_order"]
    case = bakery.case(case.id)
    assert (case.outcome, case.halted_by) == ("resolved", None)
    assert bakery.unhandled(case) == []


def test_a_pause_of_something_else_holds_nothing(bakery: Bakery) -> None:
    pause(bakery, "operation", "till.refund_order")
    pause(bakery, "channel", "email")
    pause(bakery, "procedure", "refund_order")
    assert bakery.write(*CANCEL, "yes").outcome == "resolved"


def test_a_paused_read_is_not_made(bakery: Bakery) -> None:
    pause(bakery, "operation", "till.identify")
    bakery.write(*CANCEL)
    assert bakery.till.did("identify") == []
    resume(bakery, "operation", "till.identify")
    assert len(bakery.till.did("identify")) == 1


def test_messages_during_a_pause_are_heard_after_it_in_order(bakery: Bakery) -> None:
    pause(bakery)
    case = bakery.write(*CANCEL, "yes")
    assert bakery.unhandled(case) == [*CANCEL, "yes"]
    assert bakery.said(case) == []
    resume(bakery)
    assert bakery.said(case) == ["ask_email", "confirm_cancel", "cancel_done"]
    assert bakery.unhandled(case) == []


def test_a_timer_during_a_pause_counts_after_it(bakery: Bakery) -> None:
    case = bakery.write("remind me tomorrow")
    pause(bakery)
    bakery.advance(hours=5)
    assert bakery.said(case) == ["until_later"]
    resume(bakery)
    assert bakery.said(case) == ["until_later", "it_is_later"]


def test_an_approval_during_a_pause_counts_after_it(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    approval = bakery.approval(case)
    pause(bakery)
    bakery.desk("priya").approve(approval.id)
    bakery.run_due()
    assert bakery.till.done == []
    resume(bakery)
    assert bakery.till.done == ["refund_order"]
    assert bakery.case(case.id).outcome == "resolved"


def test_an_approval_that_expired_during_a_pause_is_a_no_after_it(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    pause(bakery)
    bakery.advance(hours=30)
    assert bakery.case(case.id).halted_by == "all:"
    resume(bakery)
    assert bakery.till.done == []
    assert "Nobody approved it in time." in (bakery.case(case.id).handed_over_because or "")


def test_a_write_that_is_tried_again_is_held_too(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.troubles.plan("till.cancel_order", "down")
    bakery.write("yes")
    pause(bakery, "operation", "till.cancel_order")
    bakery.advance(minutes=5)
    assert bakery.till.done == []
    assert bakery.case(case.id).halted_by == "operation:till.cancel_order"
    resume(bakery, "operation", "till.cancel_order")
    assert bakery.till.done == ["cancel_order"]
    assert bakery.kinds(case).count("ActionPerformed") == 1


def test_two_switches_hold_until_both_are_released(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    pause(bakery, "procedure", "cancel_order")
    pause(bakery)
    bakery.write("yes")
    resume(bakery, "procedure", "cancel_order")
    assert bakery.till.done == []
    resume(bakery)
    assert bakery.till.done == ["cancel_order"]
    assert bakery.case(case.id).halted_by is None


def test_a_person_may_take_a_paused_case_and_a_resume_does_not_take_it_back(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    pause(bakery)
    bakery.write("yes")
    bakery.desk("tom").take_over(case.id)
    resume(bakery)
    standing = bakery.case(case.id)
    assert (standing.owner, standing.person_id) == (Owner.PERSON, "tom")
    assert bakery.till.done == []
    assert standing.halted_by is None


def test_a_resume_does_not_take_back_what_was_handed_over_meanwhile(bakery: Bakery) -> None:
    bakery.write(*CANCEL)
    pause(bakery, "operation", "till.cancel_order")
    case = bakery.write("yes")
    # A person looks into it and gives it back; the worker talks on about other things.
    desk = bakery.desk("tom")
    desk.take_over(case.id)
    desk.hand_back(case.id)
    bakery.run_due()
    case = bakery.write("I want to talk to a human")
    assert (case.owner, case.halted_by) == (Owner.WAITING_ON_PERSON, None)
    assert resume(bakery, "operation", "till.cancel_order") == 0
    assert bakery.case(case.id).owner is Owner.WAITING_ON_PERSON
    # And the worker is silent: people have it.
    bakery.write("yes")
    assert bakery.unhandled(case) == ["yes"]
    assert bakery.till.done == []


def test_what_is_said_while_an_operation_is_paused_is_heard_after_it(bakery: Bakery) -> None:
    bakery.write(*CANCEL)
    pause(bakery, "operation", "till.cancel_order")
    case = bakery.write("yes", "thank you")
    assert bakery.unhandled(case) == ["thank you"]
    resume(bakery, "operation", "till.cancel_order")
    assert bakery.said(case)[-2:] == ["cancel_done", "goodbye"]
    assert bakery.unhandled(case) == []


def test_a_message_to_an_ended_case_during_a_pause_is_heard_after_it(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "yes")
    pause(bakery)
    bakery.write("thank you")
    assert bakery.unhandled(case) == ["thank you"]
    assert bakery.case(case.id).owner is Owner.RESOLVED
    resume(bakery)
    assert bakery.unhandled(case) == []
    assert bakery.said(case)[-1] == "goodbye"


def test_only_who_may_pause_pauses(bakery: Bakery) -> None:
    with pytest.raises(MayNot):
        bakery.desk("tom").pause("all", "", because="I want to.")
    assert bakery.write(*CANCEL, "yes").outcome == "resolved"
