"""Waking: timers, answers to approvals and silence, each counted once and only while it counts."""

from datetime import timedelta

from aboveloop.journey.ownership import Owner
from work.bakery import ANNA, Bakery

CANCEL = ("cancel CR-1001 please", ANNA)
REFUND = ("refund 60 EUR for CR-1002 please", ANNA)


def test_a_wait_ends_when_its_time_comes_and_not_before(bakery: Bakery) -> None:
    case = bakery.write("remind me tomorrow")
    assert (case.owner, case.memory["waiting"]) == (Owner.WAITING_ON_TIME, "time")
    bakery.advance(hours=2, seconds=-1)
    assert bakery.said(case) == ["until_later"]
    bakery.advance(seconds=1)
    assert bakery.said(case) == ["until_later", "it_is_later"]


def test_a_timer_that_no_longer_counts_changes_nothing(bakery: Bakery) -> None:
    case = bakery.write("remind me tomorrow")
    told = bakery.kinds(case)
    bakery.turn(case.id, "timer:timer_of_another_wait")
    assert bakery.kinds(case) == told
    assert bakery.case(case.id).memory["waiting"] == "time"


def test_a_silent_customer_is_reminded_once_and_then_given_to_a_person(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.advance(hours=24)
    assert bakery.said(case)[-1] == "still_there"
    bakery.advance(hours=47)
    assert bakery.said(case).count("still_there") == 1
    bakery.advance(hours=1)
    case = bakery.case(case.id)
    assert case.owner is Owner.WAITING_ON_PERSON
    assert "fell silent" in (case.handed_over_because or "")
    assert bakery.said(case)[-1] == "still_there"
    bakery.advance(days=30)
    assert bakery.said(case)[-1] == "still_there"


def test_who_writes_again_is_not_silent(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.advance(hours=20)
    bakery.write("when are you open")
    bakery.advance(hours=20)
    assert "still_there" not in bakery.said(case)
    bakery.advance(hours=4)
    assert bakery.said(case)[-1] == "still_there"
    bakery.write("when are you open")
    bakery.advance(hours=24)
    assert bakery.said(case).count("still_there") == 2
    bakery.advance(hours=47)
    assert bakery.case(case.id).owner is Owner.WAITING_ON_CUSTOMER
    bakery.advance(hours=1)
    assert bakery.case(case.id).owner is Owner.WAITING_ON_PERSON


def test_who_answers_the_reminder_goes_on(bakery: Bakery) -> None:
    bakery.write(*CANCEL)
    bakery.advance(hours=30)
    case = bakery.write("yes")
    assert bakery.till.done == ["cancel_order"]
    bakery.advance(days=30)
    assert bakery.said(case)[-1] == "cancel_done"


def test_who_is_kept_waiting_by_people_is_not_silent(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    bakery.advance(hours=23)
    bakery.desk("priya").approve(bakery.approval(case).id, edits={"amount_cents": 5500})
    bakery.run_due()
    bakery.advance(hours=23)
    assert "still_there" not in bakery.said(case)
    bakery.advance(hours=1)
    assert bakery.said(case)[-1] == "still_there"


def test_silence_while_the_case_waits_for_others_is_no_silence(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    bakery.turn(case.id, "timer:silence")
    assert bakery.case(case.id).memory["waiting"] == "approval"
    assert "still_there" not in bakery.said(case)


def test_an_answer_to_an_approval_that_nobody_waits_for_changes_nothing(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.turn(case.id, "approval:approval_none")
    assert bakery.case(case.id).memory["waiting"] == "confirmation"
    assert bakery.kinds(case).count("TurnFailed") == 0


def test_an_approval_answered_while_another_turn_was_lost_is_seen_by_the_next(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    desk = bakery.desk("priya")
    desk.approve(bakery.approval(case).id)
    # The turn of the answer itself never runs; the customer's next message finds it.
    bakery.turns._waiting.clear()
    bakery.write("any news?")
    assert bakery.till.done == ["refund_order"]


def test_an_expiry_timer_of_an_answered_approval_changes_nothing(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    bakery.desk("priya").approve(bakery.approval(case).id)
    bakery.run_due()
    bakery.advance(hours=25)
    assert bakery.till.done == ["refund_order"]
    assert bakery.case(case.id).outcome == "resolved"
    assert [each.state for each in bakery.approvals(case)] == ["used"]


def test_each_try_waits_twice_as_long_as_the_one_before(bakery: Bakery) -> None:
    bakery.troubles.plan("till.identify", "down", times=100)
    start = bakery.clock.now()
    case = bakery.write(*CANCEL)
    tries: list[timedelta] = []
    while bakery.case(case.id).owner is Owner.WAITING_ON_TIME:
        due = bakery.turns.next_due
        assert due is not None
        bakery.clock.advance(due - bakery.clock.now())
        bakery.run_due()
        tries.append(bakery.clock.now() - start)
    assert [int(each.total_seconds()) for each in tries] == [2, 6, 14, 30, 62]
