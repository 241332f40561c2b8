"""Who is verified and what was agreed to, on a small library that lends and sells books."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.govern.actions import Action
from aboveloop.operation.models import Operation, OperationFile
from aboveloop.operation.system_models import Reach, System, SystemOperation
from aboveloop.work.agreement import Agreement, agreement
from aboveloop.work.confirmation import confirmed, earned
from aboveloop.work.transcript import Answered, Transcript
from work.library import DUNE, PROVED, action, library_operation, told


@pytest.fixture
def library() -> Operation:
    return library_operation()


# --- who is verified --------------------------------------------------------------------------------


def test_a_lookup_with_what_the_customer_wrote_verifies(library: Operation) -> None:
    assert told(library, *PROVED).proved().customer == "m_7"


@pytest.mark.parametrize("written", ["ANA@mail.example", "My e-mail is ana@mail.example.", "(ana@mail.example)"])
def test_capitals_and_marks_do_not_hide_what_was_written(library: Operation, written: str) -> None:
    proof = told(library, ("customer", written), ("find_member", ({"email": "ana@mail.example"}, "m_7"))).proved()

    assert proof.customer == "m_7"


def test_a_lookup_with_what_only_the_worker_knew_verifies_nobody(library: Operation) -> None:
    proof = told(library, ("customer", "Hi"), ("worker", "ana@mail.example?"), PROVED[1]).proved()

    assert proof.customer == ""


def test_a_refused_lookup_verifies_nobody(library: Operation) -> None:
    transcript = told(library, PROVED[0])
    transcript.add(Answered("shelf.find_member", {"email": "ana@mail.example"}, "Error: not found", failed=True))

    assert transcript.proved().customer == ""


def test_the_first_proof_counts(library: Operation) -> None:
    other = (("customer", "or bo@mail.example"), ("find_member", ({"email": "bo@mail.example"}, "m_8")))

    assert told(library, *PROVED, *other).proved().customer == "m_7"


def test_reading_a_record_verifies_nobody(library: Operation) -> None:
    assert told(library, ("customer", "It is m_7, LN-1"), PROVED[2]).proved().customer == ""


def test_where_the_id_suffices_any_answer_that_holds_it_proves_it(library: Operation) -> None:
    spec = library.systems["shelf"].operations
    spec["get_member"] = spec["get_member"].model_copy(update={"verifies": "args.member_id"})
    given_id = told(library, ("customer", "I am m_7, about LN-1"), PROVED[2])
    only_loan = told(library, ("customer", "It is about LN-1"), PROVED[2])

    assert given_id.proved().customer == "m_7"
    assert only_loan.proved().customer == ""


def test_the_own_record_proves_what_a_lookup_would_have_proved(library: Operation) -> None:
    record = {"member_id": "m_7", "name": "Ana", "email": "ana@mail.example"}
    read = ("get_member", ({"member_id": "m_7"}, record))
    loan = ("get_loan", ({"loan_id": "LN-1"}, {**DUNE, "email": "ana@mail.example"}))

    assert told(library, ("customer", "m_7, ana@mail.example"), read).proved().customer == "m_7"
    assert told(library, ("customer", "I am m_7, Ana"), read).proved().customer == ""
    assert told(library, ("customer", "ana@mail.example"), ("worker", "m_7?"), loan).proved().customer == ""


# --- what is agreed to ------------------------------------------------------------------------------


def yes_to(library: Operation, proposal: str, reply: str, proposed: Action, amount: int | None = None) -> bool:
    return confirmed(told(library, *PROVED, ("worker", proposal), ("customer", reply)), proposed, amount).holds


def test_a_yes_to_the_listed_details_confirms(library: Operation) -> None:
    assert yes_to(
        library,
        "I will extend LN-1 (Dune) by 14 days. OK?",
        "Yes please.",
        action("extend_loan", loan_id="LN-1", days=14),
    )


def test_nothing_is_confirmed_before_the_customer_answers(library: Operation) -> None:
    transcript = told(library, *PROVED, ("worker", "Shall I extend LN-1 (Dune) by 14 days?"))

    assert not confirmed(transcript, action("extend_loan", loan_id="LN-1", days=14)).holds


@pytest.mark.parametrize(
    "reply", ["No.", "Wait, not yet.", "How much is that?", "Hm.", "Yes, but before you do: is it free?"]
)
def test_anything_but_a_yes_confirms_nothing(library: Operation, reply: str) -> None:
    proposed = action("extend_loan", loan_id="LN-1", days=14)

    assert not yes_to(library, "I will extend LN-1 (Dune) by 14 days. OK?", reply, proposed)


def test_a_yes_to_one_record_is_no_yes_to_another(library: Operation) -> None:
    assert not yes_to(library, "I will cancel LN-1 (Dune). OK?", "Yes", action("cancel_loan", loan_id="LN-2"))


def test_a_record_may_be_named_by_what_only_it_holds(library: Operation) -> None:
    assert yes_to(library, "I will cancel your loan of Emma. OK?", "Yes", action("cancel_loan", loan_id="LN-2"))
    assert not yes_to(library, "I will cancel your loan of Emma. OK?", "Yes", action("cancel_loan", loan_id="LN-1"))


def test_an_id_that_nobody_explained_is_not_shown(library: Operation) -> None:
    transcript = told(library, *PROVED[:2], ("worker", "I cancel LN-1. OK?"), ("customer", "Yes"))

    assert not confirmed(transcript, action("cancel_loan", loan_id="LN-1")).holds


def test_another_number_than_the_shown_one_is_not_confirmed(library: Operation) -> None:
    assert not yes_to(library, "Extend LN-1 (Dune) by 14 days?", "Yes", action("extend_loan", loan_id="LN-1", days=60))


def test_several_writes_stand_on_one_yes_to_their_list(library: Operation) -> None:
    transcript = told(
        library,
        *PROVED,
        ("worker", "1. Cancel LN-1 (Dune)\n2. Cancel LN-2 (Emma)\nShall I do both?"),
        ("customer", "Yes, both."),
        ("cancel_loan", ({"loan_id": "LN-1"}, {**DUNE, "status": "cancelled"})),
    )

    assert confirmed(transcript, action("cancel_loan", loan_id="LN-2")).holds


def test_one_yes_carries_the_same_write_once(library: Operation) -> None:
    transcript = told(library, *PROVED, ("worker", "Cancel LN-1 (Dune)?"), ("customer", "Yes"))
    again = action("cancel_loan", loan_id="LN-1")
    before = confirmed(transcript, again).holds
    transcript.add(Answered("shelf.cancel_loan", {"loan_id": "LN-1"}, DUNE, failed=False))

    assert before
    assert not confirmed(transcript, again).holds


def test_a_refused_write_does_not_use_up_the_yes(library: Operation) -> None:
    transcript = told(library, *PROVED, ("worker", "Cancel LN-1 (Dune)?"), ("customer", "Yes"))
    transcript.add(Answered("shelf.cancel_loan", {"loan_id": "LN-1"}, "Error: busy", failed=True))

    assert confirmed(transcript, action("cancel_loan", loan_id="LN-1")).holds


def test_a_list_agreed_to_holds_through_a_question_about_one_of_its_parts(library: Operation) -> None:
    transcript = told(
        library,
        *PROVED,
        ("worker", "1. Cancel LN-1 (Dune)\n2. Extend LN-2 (Emma) by 14 days. Correct?"),
        ("customer", "Yes, all correct."),
        ("worker", "May the reminder for LN-2 go to your e-mail?"),
        ("customer", "Yes, please."),
    )

    assert confirmed(transcript, action("cancel_loan", loan_id="LN-1")).holds


def test_what_the_worker_adds_after_the_yes_is_not_confirmed(library: Operation) -> None:
    transcript = told(
        library,
        *PROVED,
        ("worker", "Extend LN-1 (Dune) by 14 days?"),
        ("customer", "Yes"),
        ("worker", "I make it 60 days instead."),
    )

    assert not confirmed(transcript, action("extend_loan", loan_id="LN-1", days=60)).holds


def test_a_card_is_known_by_its_last_digits(library: Operation) -> None:
    proposal = "Buy Dune (LN-1) as a paperback with your Visa ending in 4242?"

    assert yes_to(library, proposal, "Yes", action("buy_book", loan_id="LN-1", card_id="card_11", binding="paperback"))
    assert not yes_to(
        library, proposal, "Yes", action("buy_book", loan_id="LN-1", card_id="card_22", binding="paperback")
    )


def test_another_choice_than_the_shown_one_is_not_confirmed(library: Operation) -> None:
    proposal = "Buy Dune (LN-1) as a hardcover with your Visa ending in 4242?"

    assert not yes_to(
        library, proposal, "Yes", action("buy_book", loan_id="LN-1", card_id="card_11", binding="paperback")
    )


def test_another_price_than_the_real_one_is_not_confirmed(library: Operation) -> None:
    proposal = "Buy Dune (LN-1) as a paperback with your Visa ending in 4242? The total is $9.90."
    bought = action("buy_book", loan_id="LN-1", card_id="card_11", binding="paperback")

    assert yes_to(library, proposal, "Yes", bought, amount=990)
    assert not yes_to(library, proposal, "Yes", bought, amount=1990)
    assert yes_to(library, proposal.replace("The total is", "The balance of your card is"), "Yes", bought, amount=1990)


def test_what_pays_was_spoken_of_before_the_yes_even_if_it_paid_before(library: Operation) -> None:
    paid_before = ("get_loan", ({"loan_id": "LN-1"}, {**DUNE, "payments": [{"card_id": "card_11", "cents": 300}]}))
    bought = action("buy_book", loan_id="LN-1", card_id="card_11", binding="paperback")

    def is_confirmed(shown: str, said: str, amount: int | None = 990) -> bool:
        talk = told(library, *PROVED, paid_before, ("worker", shown), ("customer", said))
        return confirmed(talk, bought, amount).holds

    assert is_confirmed("Buy Dune (LN-1) as a paperback with your Visa ending in 4242?", "Yes")
    assert is_confirmed("Buy Dune (LN-1) as a paperback with the original payment method?", "Yes")
    assert not is_confirmed("Buy Dune (LN-1) as a paperback?", "Yes")
    assert not is_confirmed("Buy Dune (LN-1) as a paperback? With which card?", "Yes, with the Visa ending in 4242")
    assert is_confirmed("Buy Dune (LN-1) as a paperback?", "Yes", amount=None), "no money moves"


def test_where_money_goes_back_the_card_need_not_be_told_again(library: Operation) -> None:
    paid_before = ("get_loan", ({"loan_id": "LN-1"}, {**DUNE, "payments": [{"card_id": "card_11", "cents": 300}]}))
    talk = told(library, *PROVED, paid_before, ("worker", "You return Dune (LN-1)?"), ("customer", "Yes"))

    assert confirmed(talk, action("return_book", loan_id="LN-1", card_id="card_11"), 990).holds


def test_what_pays_may_be_named_by_the_customer_before_the_yes(library: Operation) -> None:
    transcript = told(
        library,
        *PROVED,
        ("worker", "With which card do you want to buy Dune (LN-1) as a paperback?"),
        ("customer", "The Visa ending in 4242."),
        ("worker", "I buy it for you now, OK?"),
        ("customer", "Yes"),
    )

    bought = action("buy_book", loan_id="LN-1", card_id="card_11", binding="paperback")
    assert confirmed(transcript, bought, 990).holds


def test_a_request_alone_is_no_confirmation(library: Operation) -> None:
    reply = "Yes, I want changes: extend LN-1 by 14 days please."

    assert not yes_to(library, "Can I do something for you?", reply, action("extend_loan", loan_id="LN-1", days=14))


def test_the_own_profile_needs_no_id_but_the_details(library: Operation) -> None:
    moved = action("change_address", member_id="m_7", street="4 Oak Lane", city="Utrecht")

    assert yes_to(library, "Your new address: 4 Oak Lane, Utrecht. Right?", "That's right", moved)
    assert not yes_to(library, "Shall I change your address?", "Yes", moved)


def test_what_was_earned_says_where_it_comes_from(library: Operation) -> None:
    transcript = told(library, *PROVED, ("worker", "Cancel LN-1 (Dune)?"), ("customer", "No!"))
    found = earned(transcript, action("cancel_loan", loan_id="LN-1"), None)

    assert (found.customer, found.confirmed) == ("m_7", False)
    assert "find_member" in found.sources["customer"]
    assert "does not say yes" in found.sources["confirmed"]


# --- words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Yes.", "yes"),
        ("Sure, go ahead!", "yes"),
        ("That's correct. Thank you", "yes"),
        ("No, that's everything. Please proceed.", "yes"),
        ("Yes, I confirm. Also, how long does it take?", "yes"),
        ("I'm not happy about it, but fine, go ahead and refund it to the gift card.", "yes"),
        ("Can you go ahead and cancel it?", "yes"),
        ("No", "no"),
        ("Please don't cancel it.", "no"),
        ("Yes. Actually, wait.", "no"),
        ("That's over my budget.", "no"),
        ("I changed my mind.", "no"),
        ("Can you confirm if I get a refund?", "neither"),
        ("If that is possible, do it", "neither"),
        ("My order is LN-1", "neither"),
        ("", "neither"),
    ],
)
def test_the_last_clause_that_decides_counts(text: str, meant: str) -> None:
    assert agreement(text) is Agreement(meant)


@given(st.text(max_size=200))
@settings(max_examples=60)
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    assert agreement(text) in Agreement
    assert agreement(f"{text}\nNo, stop.") is not Agreement.YES


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3)
    )
)
@settings(max_examples=40)
def test_no_answer_of_a_system_is_too_strange_to_be_kept(answer: Any) -> None:
    args: Mapping[str, Any] = {"loan_id": "LN-1"}
    operation = SystemOperation(kind="read")
    transcript = Transcript(_with(operation))
    transcript.add(Answered("shelf.get_loan", args, answer, failed=False))

    assert transcript.proved().customer == ""


def _with(spec: SystemOperation) -> Operation:
    return Operation(
        folder=Path(),
        digest="one",
        about=OperationFile(name="one", title="One"),
        intents={},
        systems={"shelf": System(system="shelf", reach=Reach(kind="recorded"), operations={"get_loan": spec})},
        policies={},
        policy_tests=[],
        procedures={},
        fragments={},
        messages={},
        scenarios={},
    )
