"""How long people take, how they answer, and who answers without looking: exactly, on a small known history."""

from datetime import timedelta

import pytest

from aboveloop.govern.approval import Approval, Review
from aboveloop.govern.lanes import Decision, Lane
from aboveloop.govern.queue.measures import Measures, measure, ranked
from govern.conftest import House
from govern.corner import NOW, WORKER
from govern.queueing import SHOP, asked, by_person, who

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def approve(house: House, approval: Approval, by: str, after: timedelta) -> None:
    with house.database.write() as tx:
        house.approvals.approve(tx, approval.id, person=who(by), now=NOW + after)


def deny(house: House, approval: Approval, by: str, after: timedelta, reason: str | None = None) -> None:
    with house.database.write() as tx:
        house.approvals.deny(tx, approval.id, person=who(by), now=NOW + after, because="No.", reason=reason)


def edit(house: House, approval: Approval, by: str, after: timedelta, cents: int, lane: Lane = Lane.REVIEWED) -> str:
    roles = ("refund_approver",) if lane is Lane.REVIEWED else ()
    args = {"order_id": "LK-1", "amount_cents": cents}
    with house.database.write() as tx:
        edited = house.approvals.approve(tx, approval.id, person=who(by), now=NOW + after, args=args)
        review = Review(edited.action, approval.evidence, Decision(lane, approvers=roles, rules=("r",)), "cust_1")
        return house.approvals.judge(tx, edited.id, review, person=who(by), now=NOW + after).id


def measured(house: House, after: timedelta = 30 * HOUR) -> Measures:
    with house.database.read() as reader:
        return measure(reader, SHOP.about, NOW - HOUR, NOW + after)


def test_waiting_times_are_told_by_clock_and_working_hours_for_operation_role_and_day(house: House) -> None:
    approve(house, asked(house, case="a"), "priya", 10 * MINUTE)
    approve(house, asked(house, case="b"), "priya", 30 * MINUTE)
    deny(house, asked(house, 6000, "manager", case="c"), "noor", 22 * HOUR, "wrong_amount")
    found = measured(house)
    assert (found.all.many, found.all.median, found.all.p95) == (3, 30 * MINUTE, 22 * HOUR)
    # From noon to six and from eight to ten on the next morning.
    assert found.all.p95_working == 8 * HOUR and found.all.median_working == 30 * MINUTE
    assert found.by_role["refund_approver"].median == 10 * MINUTE
    assert found.by_role["manager"].many == 1
    assert list(found.by_operation) == ["shop.refund_order"]
    assert list(found.by_day) == ["2026-11-14"]
    assert found.ended == {"approved": 2, "denied": 1} and found.denied_as == {"wrong_amount": 1}
    assert (found.asked, found.waiting) == (3, 0)


def test_an_edit_is_one_answer_and_its_wait_ends_with_it(house: House) -> None:
    edit(house, asked(house, case="a"), "priya", 10 * MINUTE, 5500)
    found = measured(house)
    assert found.ended == {"edited": 1} and found.all.median == 10 * MINUTE and found.asked == 1
    (priya,) = found.by_person
    assert (priya.answers, priya.edited, priya.approved, priya.acceptance) == (1, 1, 0, 0.0)
    assert priya.median == 10 * MINUTE


def test_an_edit_of_an_edit_counts_from_the_first_request(house: House) -> None:
    decision = Decision(Lane.REVIEWED, approvers=("manager",), rules=("r",))
    approval = asked(house, case="a")
    with house.database.write() as tx:
        args = {"order_id": "LK-1", "amount_cents": 5500}
        edited = house.approvals.approve(tx, approval.id, person=who("priya"), now=NOW + MINUTE, args=args)
        review = Review(edited.action, approval.evidence, decision, "cust_1")
        waits = house.approvals.judge(tx, edited.id, review, person=who("priya"), now=NOW + MINUTE)
    edit(house, waits, "noor", HOUR, 5200, Lane.ALLOWED)
    found = measured(house)
    assert found.ended == {"edited": 1}
    assert {each.person_id: each.median for each in found.by_person} == {"priya": MINUTE, "noor": HOUR}


def test_what_nobody_answered_waited_to_its_end_and_what_was_withdrawn_does_not_count(house: House) -> None:
    asked(house, case="a")
    gone = asked(house, case="b")
    with house.database.write() as tx:
        house.approvals.withdraw(tx, gone.id, now=NOW + HOUR, because="Not wanted.")
    assert measured(house, HOUR).all.many == 0 and measured(house, HOUR).waiting == 1
    found = measured(house)
    assert found.ended == {"expired": 1} and found.all.median == 24 * HOUR
    with house.database.write() as tx:
        house.approvals.expire_due(tx, NOW + 25 * HOUR)
    assert measured(house).ended == {"expired": 1}


def test_what_was_approved_and_never_used_was_answered(house: House) -> None:
    approve(house, asked(house, case="a"), "priya", HOUR)
    with house.database.write() as tx:
        house.approvals.expire_due(tx, NOW + 25 * HOUR)
    assert measured(house).ended == {"approved": 1}


def test_two_roles_wait_for_the_second(house: House) -> None:
    approval = asked(house, 30_000, "refund_approver", "manager", case="a")
    approve(house, approval, "priya", MINUTE)
    assert measured(house, HOUR).all.many == 0
    approve(house, approval, "noor", HOUR)
    assert measured(house).all.median == HOUR


def test_who_answers_one_after_the_other_without_looking_shows(house: House) -> None:
    rows = [asked(house, case=f"case_{number}") for number in range(4)]
    for number, approval in enumerate(rows):
        approve(house, approval, "priya", HOUR + number * timedelta(seconds=2))
    (priya,) = measured(house).by_person
    assert priya.at_a_glance == pytest.approx(3 / 4)
    assert priya.acceptance == 1.0


def test_a_batch_shares_the_time_that_it_took(house: House) -> None:
    rows = [asked(house, case=f"case_{number}") for number in range(11)]
    approve(house, rows[0], "priya", HOUR)
    for approval in rows[1:]:
        approve(house, approval, "priya", HOUR + timedelta(seconds=20))
    assert measured(house).by_person[0].at_a_glance == pytest.approx(10 / 11)
    for number in range(5):
        approve(house, asked(house, case=f"late_{number}"), "finn", HOUR + 10 * MINUTE)
    assert next(each for each in measured(house).by_person if each.person_id == "finn").at_a_glance == 0


def test_nothing_asked_measures_nothing(house: House) -> None:
    found = measured(house)
    assert found.all == found.all.__class__(0, None, None, None, None)
    assert found.by_person == () and ranked([], 0.5) is None


def test_a_request_whose_roles_changed_counts_once(house: House) -> None:
    asked(house, 6000, case="a")
    with house.database.write() as tx:
        asked_anew = house.approvals.find(tx, house.approvals.of_case(tx, "a")[0].id)
        review = Review(
            asked_anew.action, asked_anew.evidence, Decision(Lane.REVIEWED, approvers=("manager",)), "cust_1"
        )
        house.approvals.request(tx, review, now=NOW + MINUTE)
    assert measured(house).ended == {"expired": 1}


def test_people_who_ask_are_measured_like_workers(house: House) -> None:
    assert WORKER.kind == "worker"
    approve(house, asked(house, case="a", by=by_person("finn")), "priya", HOUR)
    assert measured(house).ended == {"approved": 1}
