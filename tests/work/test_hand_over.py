"""Hand-over: people take a case, speak, give it back or end it; nobody else moves it meanwhile."""

import pytest

from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import Person
from aboveloop.journey import cases
from aboveloop.journey.errors import CaseNotFound, OwnershipRefused
from aboveloop.journey.ownership import Owner
from aboveloop.kit.errors import WrongUsage
from aboveloop.work import hand_over
from work.bakery import ANNA, ANNAS_OTHER, Bakery

CANCEL = ("cancel CR-1001 please", ANNA)
REFUND = ("refund 60 EUR for CR-1002 please", ANNA)


def test_a_person_takes_a_case_and_the_worker_is_silent(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    taken = bakery.desk("tom").take_over(case.id)
    assert (taken.owner, taken.person_id) == (Owner.PERSON, "tom")
    bakery.write("yes")
    bakery.advance(days=10)
    assert bakery.said(case) == ["ask_email", "confirm_cancel"]
    assert bakery.till.done == []
    assert bakery.unhandled(case) == ["yes"]
    assert bakery.case(case.id).person_id == "tom"


def test_a_person_without_the_right_takes_nothing(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    nobody = Person("eve", "Eve", frozenset(), frozenset())
    for act in (
        lambda: hand_over.take_over(bakery.house, case.id, nobody),
        lambda: hand_over.reply(bakery.house, case.id, nobody, "Hello."),
    ):
        with pytest.raises(MayNot, match="Eve"):
            act()
    assert bakery.case(case.id).owner is Owner.WAITING_ON_CUSTOMER


def test_a_case_of_one_person_is_not_taken_moved_or_ended_by_another(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.desk("tom").take_over(case.id)
    hana = bakery.desk("hana")
    for act in (
        lambda: hana.take_over(case.id),
        lambda: hana.reply(case.id, "Hello."),
        lambda: hana.hand_back(case.id),
        lambda: hana.finish(case.id, "resolved"),
    ):
        with pytest.raises(OwnershipRefused, match=r"tom|hana"):
            act()
    assert bakery.case(case.id).person_id == "tom"
    # The same person again is no harm.
    bakery.desk("tom").take_over(case.id)


def test_nobody_speaks_on_a_case_they_have_not_taken(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    with pytest.raises(OwnershipRefused, match="take it over first"):
        bakery.desk("tom").reply(case.id, "Hello.")
    with pytest.raises(OwnershipRefused):
        bakery.desk("tom").finish(case.id, "resolved")
    with pytest.raises(CaseNotFound):
        bakery.desk("tom").take_over("case_none")


def test_a_reply_is_told_in_the_persons_own_words_and_counts_as_an_answer(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    desk = bakery.desk("tom")
    desk.take_over(case.id)
    bakery.write("are you there?")
    desk.reply(case.id, "  I am here.  ")
    last = bakery.messages(case)[-1]
    assert (last.text, last.author, last.template) == ("I am here.", "person:tom", None)
    assert bakery.unhandled(case) == []
    with pytest.raises(WrongUsage, match="nothing to say"):
        desk.reply(case.id, " \n ")


def test_a_reply_goes_where_the_customer_wrote_last(bakery: Bakery) -> None:
    bakery.write(*CANCEL[:1], ANNAS_OTHER, "no", address=ANNAS_OTHER, channel="email")
    case = bakery.write(*CANCEL, address="chat")
    bakery.desk("tom").take_over(case.id)
    bakery.write("I am at work now", address=ANNAS_OTHER, channel="email")
    bakery.desk("tom").reply(case.id, "Good.")
    heard, told = bakery.messages(case)[-2:]
    assert told.contact_id == heard.contact_id


def test_a_case_given_back_is_worked_on_with_what_was_said_meanwhile(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    desk = bakery.desk("tom")
    desk.take_over(case.id)
    bakery.write("where is my order CR-1002")
    given = desk.hand_back(case.id, "Please track it.")
    assert given.owner is Owner.WORKER
    bakery.run_due()
    assert bakery.said(case)[-1] == "order_status"
    assert bakery.unhandled(case) == []
    changes = [entry for entry in bakery.entries(case) if entry.kind == "CaseOwnerChanged"]
    assert any((entry.personal or {}).get("because") == "handed back: Please track it." for entry in changes)
    assert all("track it" not in str(entry.body) for entry in changes)


def test_after_a_case_is_given_back_an_old_yes_confirms_nothing(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    desk = bakery.desk("tom")
    desk.take_over(case.id)
    bakery.write("yes")
    desk.hand_back(case.id)
    bakery.run_due()
    assert bakery.till.done == []
    assert bakery.case(case.id).owner is Owner.WAITING_ON_CUSTOMER


def test_a_case_ended_by_a_person_is_at_rest_whatever_timers_were_set(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.troubles.plan("till.cancel_order", "down", times=2)
    bakery.write("yes")
    assert bakery.case(case.id).owner is Owner.WAITING_ON_TIME
    desk = bakery.desk("tom")
    desk.take_over(case.id)
    ended = desk.finish(case.id, "refused")
    assert (ended.owner, ended.outcome) == (Owner.RESOLVED, "refused")
    bakery.advance(days=5)
    assert bakery.till.done == []
    assert bakery.case(case.id).outcome == "refused"
    with pytest.raises(WrongUsage, match="resolved or refused"):
        desk.finish(case.id, "forgotten")


def test_a_worker_does_not_go_on_with_a_case_that_came_to_rest_in_another_way(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.troubles.plan("till.cancel_order", "down")
    case = bakery.write("yes")
    with bakery.database.write() as tx:
        cases.end(tx, bakery.ledger, cases.lock(tx, case.id), outcome="refused", actor="house", now=bakery.clock.now())
    bakery.advance(days=5)
    assert bakery.till.done == []
    assert bakery.case(case.id).owner is Owner.RESOLVED


def test_thanks_to_a_person_who_ended_a_case_leave_it_ended(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    desk = bakery.desk("tom")
    desk.take_over(case.id)
    desk.finish(case.id, "resolved")
    bakery.write("thank you")
    assert bakery.case(case.id).owner is Owner.RESOLVED
    assert bakery.kinds(case).count("TurnFailed") == 0
    assert bakery.said(case)[-1] == "goodbye"


def test_a_case_at_rest_can_be_taken_up_again(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "yes")
    taken = bakery.desk("tom").take_over(case.id)
    assert (taken.owner, taken.outcome, taken.person_id) == (Owner.PERSON, None, "tom")
    bakery.desk("tom").hand_back(case.id)
    bakery.run_due()
    assert bakery.till.done == ["cancel_order"]


def test_taking_over_withdraws_what_others_were_asked_for(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    bakery.desk("tom").take_over(case.id)
    assert [each.state for each in bakery.approvals(case)] == ["expired"]
    assert "ApprovalWithdrawn" in bakery.kinds(case)


def test_the_latest_reason_is_the_one_that_a_person_reads(bakery: Bakery) -> None:
    case = bakery.write("I want to complain")
    desk = bakery.desk("tom")
    desk.take_over(case.id)
    desk.hand_back(case.id)
    bakery.run_due()
    case = bakery.write("I want to talk to a human")
    assert case.handed_over_because == "The customer asked for a person."


def test_giving_up_twice_in_a_turn_is_giving_up_once(bakery: Bakery) -> None:
    case = bakery.write("I want to complain")
    assert bakery.said(case) == ["handed_over"]
    assert bakery.kinds(case).count("CaseOwnerChanged") == 1


def test_a_house_that_may_not_say_goodbye_still_hands_over(bakery: Bakery) -> None:
    original = bakery.operation.messages["en"].pop("handed_over")
    try:
        case = bakery.write("I want to complain")
    finally:
        bakery.operation.messages["en"]["handed_over"] = original
    assert case.owner is Owner.WAITING_ON_PERSON
    assert bakery.said(case) == []
    assert "MessageWithheld" in bakery.kinds(case)
