"""Listen: what each message changes, in whatever state the case is."""

import pytest

from aboveloop.journey.ownership import Owner
from work.bakery import ANNA, BEN, Bakery

CANCEL = ("cancel CR-1001 please", ANNA)
REFUND = ("refund 60 EUR for CR-1002 please", ANNA)


# --- nothing is under way -------------------------------------------------------------------------


def test_a_greeting_is_greeted_and_the_case_waits(bakery: Bakery) -> None:
    case = bakery.write("hello")
    assert bakery.said(case) == ["greeting"]
    assert case.owner is Owner.WAITING_ON_CUSTOMER
    assert bakery.said(bakery.write("cancel CR-1001 please")) == ["greeting", "ask_email"]


def test_a_question_that_has_an_answer_is_answered_and_done(bakery: Bakery) -> None:
    case = bakery.write("is there gluten in it")
    assert bakery.said(case) == ["ingredients"]
    assert (case.outcome, case.intent) == ("resolved", "ingredients")


def test_an_intent_for_people_goes_to_people(bakery: Bakery) -> None:
    case = bakery.write("I want to complain")
    assert case.owner is Owner.WAITING_ON_PERSON
    assert case.handed_over_because == "The operation gives A complaint to people."


def test_what_is_unclear_is_asked_once_and_then_goes_to_a_person(bakery: Bakery) -> None:
    bakery.reader.set = {"mumble": {}, "grumble": {}}
    case = bakery.write("mumble")
    assert bakery.said(case) == ["not_understood"]
    case = bakery.write("grumble")
    assert case.owner is Owner.WAITING_ON_PERSON
    assert case.handed_over_because == "The customer's messages were not understood."


def test_what_is_understood_in_between_forgives_the_unclear(bakery: Bakery) -> None:
    bakery.reader.set = {"mumble": {}}
    bakery.write("mumble", *CANCEL)
    case = bakery.write("mumble")
    assert bakery.said(case) == ["not_understood", "ask_email", "confirm_cancel", "not_understood"]
    assert case.owner is Owner.WAITING_ON_CUSTOMER


@pytest.mark.parametrize("text", ["thank you", "never mind"])
def test_who_wants_nothing_is_bidden_goodbye(bakery: Bakery, text: str) -> None:
    case = bakery.write("hello", text)
    assert bakery.said(case) == ["greeting", "goodbye"]
    assert case.outcome == "resolved"


def test_a_reading_outside_the_promise_begins_nothing_however_sure_it_is(bakery: Bakery) -> None:
    bakery.reader.set = {"perhaps": {"intent": "cancel_order", "confidence": 0.99, "promised": False}}
    case = bakery.write("perhaps")
    assert bakery.said(case) == ["not_understood"]
    case = bakery.write("perhaps")
    assert case.owner is Owner.WAITING_ON_PERSON


def test_a_reading_outside_the_promise_interrupts_nothing(bakery: Bakery) -> None:
    bakery.reader.set = {"is there gluten": {"intent": "ingredients", "confidence": 0.99, "promised": False}}
    case = bakery.write(*CANCEL, "is there gluten")
    assert "ingredients" not in bakery.said(case)


def test_an_intent_below_the_operations_confidence_is_unclear(bakery: Bakery) -> None:
    bakery.reader.set = {"perhaps": {"intent": "cancel_order", "confidence": 0.34}}
    assert bakery.said(bakery.write("perhaps")) == ["not_understood"]
    bakery.reader.set = {"surely": {"intent": "cancel_order", "confidence": 0.35}}
    assert bakery.said(bakery.write("surely")) == ["not_understood", "ask_email"]


def test_an_intent_that_calls_for_nothing_is_unclear(bakery: Bakery) -> None:
    bakery.reader.set = {"hours": {"intent": "opening_hours", "confidence": 0.9}}
    assert bakery.said(bakery.write("hours")) == ["not_understood"]


def test_words_that_may_not_be_said_go_to_a_person_instead(bakery: Bakery) -> None:
    case = bakery.write("tell me the forbidden words")
    assert bakery.said(case) == ["handed_over"]
    assert "may not be sent" in (case.handed_over_because or "")


# --- for people, whatever is under way ------------------------------------------------------------


@pytest.mark.parametrize("before", [(), CANCEL[:1], CANCEL, ("remind me tomorrow",), (*REFUND, "yes")])
@pytest.mark.parametrize(
    ("reading", "told"),
    [
        ({"wants_person": True}, "handed_over"),
        ({"flags": ("threat",)}, "handed_over"),
        ({"flags": ("legal",)}, "handed_over"),
        ({"flags": ("self_harm",)}, "handed_over"),
    ],
)
def test_a_person_gets_what_is_for_people(
    bakery: Bakery, before: tuple[str, ...], reading: dict[str, object], told: str
) -> None:
    bakery.reader.set = {"listen": {**reading, "yes_no": "yes"}}
    case = bakery.write(*before, "listen")
    assert case.owner is Owner.WAITING_ON_PERSON
    assert case.memory["waiting"] != "approval"
    assert bakery.said(case)[-1] == told
    assert bakery.till.done == []
    assert all(each.state == "expired" for each in bakery.approvals(case))
    # From now on the worker is silent, and what is said waits for the person.
    bakery.write("yes")
    bakery.advance(days=5)
    assert bakery.said(case)[-1] == told
    assert bakery.unhandled(case) == ["yes"]


def test_another_language_goes_to_a_person_in_words_that_say_so(bakery: Bakery) -> None:
    case = bakery.write("Ich möchte bitte meine Bestellung stornieren, können Sie mir dabei helfen?")
    assert bakery.said(case) == ["language_not_served"]
    assert case.owner is Owner.WAITING_ON_PERSON


def test_a_cry_for_a_person_after_the_end_opens_the_case_again(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "yes")
    again = bakery.write("I want to talk to a human")
    assert again.id == case.id
    assert (again.owner, again.outcome) == (Owner.WAITING_ON_PERSON, None)


# --- a proposal waits -----------------------------------------------------------------------------


def test_a_yes_confirms_exactly_what_was_shown(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    shown = case.memory["proposal"]["digest"]
    bakery.write("yes")
    (confirmed,) = [entry for entry in bakery.entries(case) if entry.kind == "ActionConfirmed"]
    assert confirmed.body["action"] == shown
    assert confirmed.actor == f"customer:{case.customer_id}"


def test_a_yes_to_nothing_confirms_nothing(bakery: Bakery) -> None:
    case = bakery.write("yes")
    assert "ActionConfirmed" not in bakery.kinds(case)
    case = bakery.write("cancel CR-1001 please", "yes")
    assert "ActionConfirmed" not in bakery.kinds(case)


def test_a_no_goes_the_way_of_no(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "no")
    assert bakery.said(case)[-1] == "order_kept"
    assert case.outcome == "resolved"
    assert bakery.till.done == []


def test_a_no_without_a_way_leaves_all_as_it_is(bakery: Bakery) -> None:
    case = bakery.write("refund 20 EUR for CR-1001 please", ANNA, "no")
    assert bakery.said(case)[-1] == "fine_kept_as_is"
    assert case.outcome == "resolved"
    assert bakery.till.done == []


def test_another_value_takes_the_answer_back_and_is_shown_anew(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    first = case.memory["proposal"]["digest"]
    case = bakery.write("no, I meant CR-1002")
    assert bakery.said(case)[-1] == "confirm_cancel"
    assert "CR-1002" in bakery.messages(case)[-1].text
    assert case.memory["proposal"]["digest"] != first
    assert "AnswerTakenBack" in bakery.kinds(case)
    bakery.write("yes")
    assert bakery.till.did("cancel_order") == [{"order_id": "CR-1002"}]


def test_a_yes_with_a_change_is_no_yes(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.reader.set = {"yes but later": {"yes_no": "yes", "change": True}}
    case = bakery.write("yes but later")
    assert "ActionConfirmed" not in bakery.kinds(case)
    assert bakery.till.done == []


def test_the_other_one_is_asked_for(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "the other one")
    assert bakery.said(case)[-1] == "ask_order"
    bakery.write("CR-1002", "yes")
    assert bakery.till.did("cancel_order") == [{"order_id": "CR-1002"}]


def test_forget_it_stops_what_was_under_way(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "forget it")
    assert bakery.said(case)[-1] == "fine_kept_as_is"
    assert case.outcome == "resolved"
    bakery.write("yes")
    assert bakery.till.done == []


def test_another_need_goes_first_and_the_first_is_shown_anew(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.reader.set = {"where is CR-1002": {"intent": "track_order", "confidence": 0.9}}
    case = bakery.write("where is CR-1002")
    assert bakery.said(case)[-1] == "ask_order"
    assert [frame["procedure"] for frame in case.memory["frames"]] == ["cancel_order", "track_order"]
    case = bakery.write("CR-1002")
    assert bakery.said(case)[-2:] == ["order_status", "confirm_cancel"]
    assert len(bakery.all_cases()) == 1
    bakery.write("yes")
    assert bakery.till.did("cancel_order") == [{"order_id": "CR-1001"}]


def test_a_yes_after_a_digression_counts_only_once_it_is_shown_anew(bakery: Bakery) -> None:
    bakery.write(*CANCEL)
    bakery.reader.set = {"where is it": {"intent": "track_order", "confidence": 0.9}}
    bakery.write("where is it", "yes")
    assert bakery.till.done == []


def test_a_need_that_is_under_way_already_is_no_digression(bakery: Bakery) -> None:
    bakery.reader.set = {"cancel it": {"intent": "cancel_order", "confidence": 0.99}}
    case = bakery.write(*CANCEL, "cancel it")
    assert bakery.said(case)[-1] == "not_understood"
    assert len(case.memory["frames"]) == 1


def test_a_question_in_the_middle_is_answered_and_the_proposal_shown_again(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "when are you open")
    assert bakery.said(case)[-2:] == ["opening_hours", "confirm_cancel"]
    bakery.write("yes")
    assert bakery.till.done == ["cancel_order"]


def test_unclear_twice_before_a_proposal_goes_to_a_person(bakery: Bakery) -> None:
    bakery.reader.set = {"mumble": {}}
    case = bakery.write(*CANCEL, "mumble")
    assert bakery.said(case)[-1] == "not_understood"
    assert case.memory["waiting"] == "confirmation"
    case = bakery.write("mumble")
    assert case.owner is Owner.WAITING_ON_PERSON
    assert bakery.till.done == []


# --- a question waits -----------------------------------------------------------------------------


def test_the_answer_to_a_question_goes_on(bakery: Bakery) -> None:
    case = bakery.write("I want to cancel my order", ANNA, "CR-1001")
    assert bakery.said(case) == ["ask_email", "ask_order", "confirm_cancel"]


def test_no_answer_is_asked_for_again_in_other_words_and_then_given_up(bakery: Bakery) -> None:
    bakery.reader.set = {"mumble": {}}
    case = bakery.write("I want to cancel my order", ANNA, "mumble")
    assert bakery.said(case)[-1] == "ask_order_again"
    case = bakery.write("mumble")
    assert case.owner is Owner.WAITING_ON_PERSON
    assert "asked 2 times for order_number" in (case.handed_over_because or "")


def test_forget_it_stops_at_a_question_too(bakery: Bakery) -> None:
    case = bakery.write("I want to cancel my order", "forget it")
    assert (case.outcome, bakery.said(case)[-1]) == ("resolved", "fine_kept_as_is")


def test_another_need_at_a_question_goes_first(bakery: Bakery) -> None:
    bakery.write("I want to cancel my order")
    bakery.reader.set = {"remind": {"intent": "bake_later", "confidence": 0.9}}
    case = bakery.write("remind")
    assert bakery.said(case)[-1] == "until_later"
    bakery.advance(hours=2)
    assert bakery.said(case)[-2:] == ["it_is_later", "ask_email"]
    assert bakery.case(case.id).memory["asking"] == "email"


def test_a_need_half_understood_at_a_question_goes_first_when_nothing_else_fits(bakery: Bakery) -> None:
    bakery.write("I want to cancel my order")
    bakery.reader.set = {"track": {"intent": "track_order", "confidence": 0.6}}
    assert bakery.said(bakery.write("track"))[-1] == "ask_order"
    bakery.reader.set = {"later": {"intent": "bake_later", "confidence": 0.59}}
    case = bakery.write("later")
    assert [frame["procedure"] for frame in case.memory["frames"]] == ["cancel_order", "track_order"]


def test_a_question_of_the_customer_is_answered_and_ours_asked_again(bakery: Bakery) -> None:
    case = bakery.write("I want to cancel my order", "when are you open")
    assert bakery.said(case) == ["ask_email", "opening_hours", "ask_email"]
    case = bakery.write("is there gluten in it")
    assert bakery.said(case)[-2:] == ["ingredients", "ask_email"]
    assert case.owner is Owner.WAITING_ON_CUSTOMER


def test_an_earlier_answer_can_be_taken_back_at_a_later_question(bakery: Bakery) -> None:
    case = bakery.write("refund CR-1002 please", ANNA)
    assert bakery.said(case)[-1] == "ask_amount"
    case = bakery.write("sorry, I meant order CR-1001")
    assert bakery.said(case)[-1] == "ask_amount"
    bakery.write("10 EUR", "yes")
    assert bakery.till.did("refund_order") == [{"order_id": "CR-1001", "amount_cents": 1000}]


def test_a_free_answer_is_taken_whole(bakery: Bakery) -> None:
    case = bakery.write("send it to another address", ANNA, "CR-1001")
    assert bakery.said(case)[-1] == "ask_address"
    case = bakery.write("  Hill Road 2, the blue door  ")
    assert bakery.said(case)[-1] == "confirm_move"
    bakery.write("yes")
    assert bakery.till.orders["CR-1001"]["address"] == "Hill Road 2, the blue door"


def test_a_free_answer_that_the_reader_did_not_find_is_still_taken_whole(bakery: Bakery) -> None:
    bakery.reader.set = {"Hill Road 2": {}}
    bakery.write("send it to another address", ANNA, "CR-1001", "Hill Road 2", "yes")
    assert bakery.till.orders["CR-1001"]["address"] == "Hill Road 2"


def test_an_empty_free_answer_is_none(bakery: Bakery) -> None:
    bakery.reader.set = {" ": {}}
    case = bakery.write("send it to another address", ANNA, "CR-1001", " ")
    assert bakery.said(case)[-1] == "ask_address"
    assert case.owner is Owner.WAITING_ON_CUSTOMER


# --- an approval or a time waits ------------------------------------------------------------------


def test_while_people_think_the_customer_is_told_so(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes", "any news?")
    assert bakery.said(case)[-2:] == ["please_wait_for_approval", "please_wait_for_approval"]
    assert case.memory["waiting"] == "approval"


def test_thanks_while_people_think_need_no_answer(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes", "thank you")
    assert bakery.said(case)[-1] == "please_wait_for_approval"
    assert len(bakery.said(case)) == 3
    assert bakery.unhandled(case) == []


def test_a_question_while_people_think_is_answered(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes", "when are you open")
    assert bakery.said(case)[-1] == "opening_hours"
    assert case.memory["waiting"] == "approval"


def test_who_withdraws_while_people_think_gets_nothing_done(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    approval = bakery.approval(case)
    case = bakery.write("forget it")
    assert case.outcome == "resolved"
    assert [each.state for each in bakery.approvals(case)] == ["expired"]
    bakery.turn(case.id, f"approval:{approval.id}")
    assert bakery.till.done == []


def test_another_need_while_people_think_is_a_case_of_its_own(bakery: Bakery) -> None:
    first = bakery.write(*REFUND, "yes")
    bakery.reader.set = {"track": {"intent": "track_order", "confidence": 0.9}}
    second = bakery.write("track")
    assert second.id != first.id
    assert bakery.said(second) == ["ask_order"]
    assert bakery.unhandled(first) == bakery.unhandled(second) == []
    # The answer goes to the case that asked.
    second = bakery.write("CR-1002")
    assert bakery.said(second) == ["ask_order", "order_status"]
    bakery.desk("priya").approve(bakery.approval(first).id)
    bakery.run_due()
    assert bakery.till.done == ["refund_order"]


def test_what_was_written_after_another_need_goes_with_it(bakery: Bakery) -> None:
    first = bakery.write(*REFUND, "yes")
    bakery.reader.set = {"track": {"intent": "track_order", "confidence": 0.9}}
    bakery.hand_in("thank you")
    bakery.hand_in("track")
    last = bakery.hand_in("CR-1002")
    bakery.run_due()
    second = bakery.case_of(last)
    assert second.id != first.id
    assert bakery.said(second) == ["ask_order", "order_status"]
    assert bakery.unhandled(first) == bakery.unhandled(second) == []


def test_the_same_need_again_while_people_think_is_no_other(bakery: Bakery) -> None:
    first = bakery.write(*REFUND, "yes")
    bakery.reader.set = {"again": {"intent": "refund_order", "confidence": 0.99}}
    assert bakery.write("again").id == first.id
    assert len(bakery.all_cases()) == 1


def test_a_message_during_a_wait_is_told_what_was_told_before_it(bakery: Bakery) -> None:
    case = bakery.write("remind me tomorrow", "any news?")
    assert bakery.said(case) == ["until_later", "until_later"]
    bakery.advance(hours=2)
    assert bakery.said(case)[-1] == "it_is_later"
    assert bakery.case(case.id).outcome == "resolved"


def test_who_withdraws_during_a_wait_hears_nothing_later(bakery: Bakery) -> None:
    case = bakery.write("remind me tomorrow", "forget it")
    bakery.advance(hours=3)
    assert bakery.said(case) == ["until_later", "fine_kept_as_is"]


# --- a system does not answer ---------------------------------------------------------------------


def test_what_is_said_while_a_system_is_away_does_not_begin_the_need_anew(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.troubles.plan("till.cancel_order", "down", times=2)
    bakery.write("yes", "please cancel order CR-1001")
    assert len(bakery.case(case.id).memory["frames"]) == 1
    bakery.advance(minutes=5)
    assert bakery.till.done == ["cancel_order"]
    assert bakery.kinds(case).count("ProcedureStarted") <= 2
    assert all(bakery.unhandled(each) == [] for each in bakery.all_cases())


def test_what_is_said_while_a_system_is_away_is_heard_when_it_is_back(bakery: Bakery) -> None:
    bakery.troubles.plan("till.identify", "down", times=2)
    bakery.write(*CANCEL)
    case = bakery.write("when are you open")
    assert bakery.unhandled(case) == ["when are you open"]
    bakery.advance(minutes=2)
    assert bakery.said(case) == ["ask_email", "confirm_cancel", "opening_hours", "confirm_cancel"]
    assert bakery.unhandled(case) == []


# --- another contact point ------------------------------------------------------------------------


def test_answers_go_where_the_customer_wrote_last(bakery: Bakery) -> None:
    bakery.write("cancel CR-1002 please", ANNA, "no", address="anna-mail", channel="email")
    case = bakery.write(*CANCEL, address="anna-chat")
    assert len({each.customer_id for each in bakery.all_cases()}) == 1
    case = bakery.write("when are you open", address="anna-mail", channel="email")
    last = bakery.messages(case)[-1]
    assert (case.channel, last.contact_id) == ("email", case.contact_id)
    # She is told on this contact point too that an AI writes.
    assert [("AI assistant" in each.text) for each in bakery.messages(case) if each.template == "opening_hours"] == [
        True
    ]


# --- after the end --------------------------------------------------------------------------------


def test_thanks_after_the_end_are_answered_and_the_case_stays_ended(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "yes")
    again = bakery.write("thank you")
    assert (again.id, again.owner, again.outcome) == (case.id, Owner.RESOLVED, "resolved")
    assert bakery.said(case)[-1] == "goodbye"
    assert bakery.unhandled(case) == []


def test_a_greeting_after_the_end_opens_nothing(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "yes", "hello")
    assert case.owner is Owner.RESOLVED
    assert bakery.said(case)[-1] == "cancel_done"
    assert bakery.unhandled(case) == []


@pytest.mark.parametrize("text", ["yes", "no", "forget it"])
def test_a_late_answer_performs_nothing_and_opens_nothing(bakery: Bakery, text: str) -> None:
    case = bakery.write(*CANCEL, "yes", text)
    assert case.owner is Owner.RESOLVED
    assert bakery.till.done == ["cancel_order"]
    assert bakery.unhandled(case) == []


def test_the_same_need_after_the_end_opens_the_case_again(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "no")
    again = bakery.write("cancel CR-1001 please")
    assert again.id == case.id
    assert (again.owner, again.outcome) == (Owner.WAITING_ON_CUSTOMER, None)
    bakery.write(ANNA, "yes")
    assert bakery.till.done == ["cancel_order"]
    assert bakery.case(case.id).outcome == "resolved"


def test_another_need_after_the_end_is_a_case_of_its_own(bakery: Bakery) -> None:
    first = bakery.write(*CANCEL, "yes")
    second = bakery.write("where is my order CR-1002")
    assert second.id != first.id
    assert bakery.said(second) == ["order_status"]
    assert bakery.case(first.id).owner is Owner.RESOLVED


def test_what_is_unclear_after_the_end_opens_the_case_again_and_is_asked(bakery: Bakery) -> None:
    bakery.reader.set = {"mumble": {}}
    case = bakery.write(*CANCEL, "yes", "mumble")
    assert case.owner is Owner.WAITING_ON_CUSTOMER
    assert bakery.said(case)[-1] == "not_understood"


def test_long_after_the_end_everything_is_new(bakery: Bakery) -> None:
    first = bakery.write(*CANCEL, "yes")
    bakery.advance(days=4)
    assert bakery.write("thank you").id != first.id


def test_a_reading_is_kept_under_the_customers_key(bakery: Bakery) -> None:
    case = bakery.write("cancel CR-1001 please, says Annabelle")
    (read,) = [entry for entry in bakery.entries(case) if entry.kind == "MessageRead"]
    assert read.body["intent"] == "cancel_order"
    assert "Annabelle" not in str(read.body)
    assert read.personal is not None and "Annabelle" in str(read.personal)


def test_two_strangers_never_share_a_case(bakery: Bakery) -> None:
    assert bakery.write("hello", address=ANNA).id != bakery.write("hello", address=BEN).id
