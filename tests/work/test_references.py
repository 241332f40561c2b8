"""Things told by what alone is new about them, and things put together from different records."""

from typing import Any

import pytest

from aboveloop.operation.models import Operation
from aboveloop.work.confirmation import Finding, confirmed
from aboveloop.work.transcript import Transcript
from work.library import PROVED, action, library_operation, told

HOME = {"street": "9 Elm Road", "house": "Flat 4", "city": "Chicago", "zip": "60612"}
OFFICE = {"street": "22 Park Lane", "house": "Room 7", "city": "Boston", "zip": "02139"}
LOAN = {
    "loan_id": "LN-4",
    "address": OFFICE,
    "copies": [{"name": "Atlas", "copy_id": "c_1", "options": {"colour": "grey", "size": "A4"}}],
}
MEMBER = {"member_id": "m_7", "address": HOME}
ATLAS = {
    "copies": {
        "c_1": {"copy_id": "c_1", "options": {"colour": "grey", "size": "A4"}},
        "c_2": {"copy_id": "c_2", "options": {"colour": "red", "size": "A4"}},
        "c_3": {"copy_id": "c_3", "options": {"colour": "red", "size": "A5"}},
    }
}
READ: tuple[tuple[str, Any], ...] = (
    ("get_loan", ({"loan_id": "LN-4"}, LOAN)),
    ("get_member", ({"member_id": "m_7"}, MEMBER)),
    ("get_book", ({"book_id": "b"}, ATLAS)),
)


@pytest.fixture
def library() -> Operation:
    return library_operation()


def talk(library: Operation, *said: tuple[str, Any]) -> Transcript:
    return told(library, *PROVED, *READ, *said)


def swap(transcript: Transcript, new: str) -> Finding:
    return confirmed(transcript, action("swap_copies", loan_id="LN-4", copies=["c_1"], new_copies=[new]))


def send(transcript: Transcript, **address: str) -> Finding:
    return confirmed(transcript, action("send_loan", loan_id="LN-4", **address))


def test_the_same_in_red_tells_the_red_one_that_is_otherwise_the_same(library: Operation) -> None:
    agreed = talk(library, ("worker", "In LN-4 I swap the Atlas for the red one. OK?"), ("customer", "Yes"))

    assert swap(agreed, "c_2").holds
    assert not swap(agreed, "c_3").holds


def test_an_address_is_told_by_what_is_its_own(library: Operation) -> None:
    agreed = talk(library, ("worker", "LN-4 (Atlas) goes to your default address in Chicago. OK?"), ("customer", "Yes"))

    assert send(agreed, **HOME).holds
    assert not send(agreed, street="1 Oak Street", house="Top", city="Detroit", zip="48201").holds


def test_an_address_put_together_from_two_records_is_nobodys(library: Operation) -> None:
    mixed = {**HOME, "street": OFFICE["street"], "house": OFFICE["house"]}
    proposal = "LN-4 (Atlas) goes to your default address: 22 Park Lane, Room 7, Chicago 60612. OK?"
    found = send(talk(library, ("worker", proposal), ("customer", "Yes")), **mixed)

    assert found.misinformed
    assert "no one record holds" in found.why


def test_an_address_that_the_customer_wrote_needs_no_record(library: Operation) -> None:
    mixed = {**HOME, "street": OFFICE["street"], "house": OFFICE["house"]}
    agreed = talk(
        library,
        ("customer", "Send LN-4 to 22 Park Lane, Room 7, Chicago 60612"),
        ("worker", "LN-4 (Atlas) goes to 22 Park Lane, Room 7, Chicago 60612. OK?"),
        ("customer", "Yes"),
    )

    assert send(agreed, **mixed).holds


# --- a yes that lies one step back ------------------------------------------------------------------


def test_a_yes_holds_through_a_detail_that_was_asked_for_after_it(library: Operation) -> None:
    said = [
        ("worker", "1. Cancel LN-4 (Atlas). 2. Extend LN-1 (Dune) by 14 days. Shall I?"),
        ("customer", "Yes, both."),
        ("worker", "By post or by e-mail, which do you prefer for the receipt?"),
        ("customer", "By post is best for me."),
    ]

    assert confirmed(talk(library, *said), action("cancel_loan", loan_id="LN-4")).holds
    assert confirmed(talk(library, *said), action("extend_loan", loan_id="LN-1", days=14)).holds
    assert not confirmed(talk(library, *said), action("extend_loan", loan_id="LN-1", days=60)).holds


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Do you confirm that I cancel LN-4?", "By post is best for me."),
        ("By post or by e-mail?", "How much is that?"),
        ("By post or by e-mail?", "No, wait."),
        ("I will now do that.", "By post is best for me."),
    ],
)
def test_a_yes_does_not_hold_through_doubt_or_a_new_proposal(library: Operation, asked: str, answer: str) -> None:
    agreed = talk(
        library, ("worker", "Cancel LN-4 (Atlas)?"), ("customer", "Yes."), ("worker", asked), ("customer", answer)
    )

    assert not confirmed(agreed, action("cancel_loan", loan_id="LN-4")).holds


def test_a_yes_after_a_no_counts_for_what_was_proposed_since(library: Operation) -> None:
    said = [
        ("worker", "I extend LN-1 (Dune) by 14 days, with your Visa ending in 4242. OK?"),
        ("customer", "No, not with the Visa."),
        ("worker", "For LN-1 only the Visa is possible. Shall I extend it nevertheless?"),
        ("customer", "Fine, go ahead and extend it."),
    ]

    assert confirmed(talk(library, *said), action("extend_loan", loan_id="LN-1", days=14)).holds
    assert not confirmed(talk(library, *said[:2]), action("extend_loan", loan_id="LN-1", days=14)).holds


def test_what_one_of_several_things_costs_is_no_other_price(library: Operation) -> None:
    proposal = "I take back all of LN-4, with the Atlas priced at $30, and refund you. OK?"
    agreed = talk(library, ("worker", proposal), ("customer", "Yes"))
    wrong = talk(library, ("worker", "I cancel LN-4 (Atlas) and refund you $30. OK?"), ("customer", "Yes"))

    assert confirmed(agreed, action("cancel_loan", loan_id="LN-4"), 9900).holds
    assert confirmed(wrong, action("cancel_loan", loan_id="LN-4"), 9900).misinformed


def test_what_another_thing_costs_is_no_other_refund(library: Operation) -> None:
    booked = "I cancel LN-4 (Atlas), and the new Atlas costs $30 in total. OK?"
    agreed = talk(library, ("worker", booked), ("customer", "Yes"))

    assert confirmed(agreed, action("cancel_loan", loan_id="LN-4"), 9900).holds


# --- which thing, and what is done to it ------------------------------------------------------------


def test_a_number_of_its_own_tells_which_record_it_is(library: Operation) -> None:
    loan = {"loan_id": "LN-8", "tracking": "99 1234 5678", "due": "2026-03-20"}
    read = ("get_loan", ({"loan_id": "LN-8"}, loan))
    by_number = told(library, *PROVED[:2], read, ("worker", "Cancel the one with 99 1234 5678?"), ("customer", "Yes"))
    by_day = told(library, *PROVED[:2], read, ("worker", "Cancel the one until March 20?"), ("customer", "Yes"))

    assert confirmed(by_number, action("cancel_loan", loan_id="LN-8")).holds
    assert not confirmed(by_day, action("cancel_loan", loan_id="LN-8")).holds


def test_a_yes_to_one_thing_done_is_no_yes_to_another(library: Operation) -> None:
    agreed = talk(library, ("worker", "Shall I pause LN-4 (Atlas)?"), ("customer", "Yes"))
    unnamed = talk(library, ("worker", "Shall I do that with LN-4 (Atlas)?"), ("customer", "Yes"))

    assert confirmed(agreed, action("pause_loan", loan_id="LN-4")).holds
    assert confirmed(agreed, action("cancel_loan", loan_id="LN-4")).why == (
        "what the customer was shown is rather shelf.pause_loan"
    )
    assert confirmed(unnamed, action("cancel_loan", loan_id="LN-4")).holds


# --- all of them ------------------------------------------------------------------------------------

CHART = {"loan_id": "LN-5", "status": "lent", "copies": [{"name": "Star Chart", "copy_id": "c_8"}]}
GLOBE = {"loan_id": "LN-6", "status": "lent", "copies": [{"name": "Old Globe", "copy_id": "c_9"}]}
GONE = {"loan_id": "LN-7", "status": "returned", "copies": [{"name": "Wall Map", "copy_id": "c_7"}]}


@pytest.mark.parametrize(
    ("proposal", "cancelled"),
    [
        ("I cancel all your loans. OK?", {"LN-5", "LN-6", "LN-7"}),
        ("I cancel all your lent loans. OK?", {"LN-5", "LN-6"}),
        ("I cancel all your lent loans except the globe. OK?", {"LN-5"}),
        ("I cancel every loan but the chart. OK?", {"LN-6", "LN-7"}),
        ("I cancel all your loans except what you told me. OK?", set()),
        ("I cancel your loans. OK?", set()),
    ],
)
def test_all_but_one_are_all_but_that_one(library: Operation, proposal: str, cancelled: set[str]) -> None:
    read = [("get_loan", ({"loan_id": each["loan_id"]}, each)) for each in (CHART, GLOBE, GONE)]
    agreed = told(library, PROVED[0], PROVED[1], *read, ("worker", proposal), ("customer", "Yes"))
    found = {name for name in ("LN-5", "LN-6", "LN-7") if confirmed(agreed, action("cancel_loan", loan_id=name)).holds}

    assert found == cancelled
