"""What was said of the things that an action chooses, held against the records of a library that swaps copies."""

from typing import Any

import pytest

from aboveloop.operation.models import Operation
from aboveloop.work.confirmation import Finding, confirmed, earned
from work.library import PROVED, action, library_operation, told

LOAN = {
    "loan_id": "LN-3",
    "member_id": "m_7",
    "copies": [
        {"name": "Road Atlas", "copy_id": "c_01", "options": {"binding": "paperback", "size": "large"}, "price": 30.0},
        {"name": "Star Chart", "copy_id": "c_09", "options": {"binding": "paperback", "size": "small"}, "price": 8.0},
    ],
}
ATLASES = {
    "name": "Road Atlas",
    "copies": {
        "c_01": {
            "copy_id": "c_01",
            "options": {"binding": "paperback", "size": "large"},
            "available": True,
            "price": 30.0,
        },
        "c_02": {
            "copy_id": "c_02",
            "options": {"binding": "hardcover", "size": "large"},
            "available": True,
            "price": 45.0,
        },
        "c_03": {
            "copy_id": "c_03",
            "options": {"binding": "hardcover", "size": "small"},
            "available": True,
            "price": 60.0,
        },
        "c_04": {
            "copy_id": "c_04",
            "options": {"binding": "leather", "size": "small"},
            "available": False,
            "price": 90.0,
        },
        "c_05": {"copy_id": "c_05", "options": {"binding": "ring", "size": "small"}, "available": True, "price": 12.0},
    },
}
READ: tuple[tuple[str, Any], ...] = (
    ("get_loan", ({"loan_id": "LN-3"}, LOAN)),
    ("get_book", ({"book_id": "b_1"}, ATLASES)),
)


@pytest.fixture
def library() -> Operation:
    return library_operation()


def swapped(library: Operation, wish: str, new: str, *, shown: str = "", reply: str = "Yes, please.") -> Finding:
    """The finding for swapping the atlas of LN-3 for `new`, after the customer's `wish` and a proposal."""
    proposal = f"LN-3: I swap the Road Atlas c_01 for {new}{shown}. OK?"
    transcript = told(
        library, *PROVED, ("worker", "Hello"), ("customer", wish), *READ, ("worker", proposal), ("customer", reply)
    )
    return confirmed(transcript, action("swap_copies", loan_id="LN-3", copies=["c_01"], new_copies=[new]))


# --- the cheapest, the most expensive ---------------------------------------------------------------


def test_the_most_expensive_is_the_most_expensive_that_can_be_had(library: Operation) -> None:
    wish = "I want the most expensive atlas instead."

    assert swapped(library, wish, "c_03").holds
    assert swapped(library, wish, "c_02") == Finding(
        False, "c_02 is not the most expensive: others are dearer", misinformed=True
    )


def test_the_cheapest_is_the_cheapest(library: Operation) -> None:
    assert swapped(library, "Give me the cheapest one", "c_05").holds
    assert swapped(library, "Give me the cheapest one", "c_03").misinformed


def test_a_claim_of_the_worker_is_checked_like_a_wish(library: Operation) -> None:
    assert swapped(library, "Another atlas, please", "c_02").holds
    assert swapped(library, "Another atlas, please", "c_02", shown=", the most expensive one").misinformed


def test_what_the_customer_wished_for_besides_excuses_a_lower_price(library: Operation) -> None:
    assert swapped(library, "The most expensive atlas in the same size", "c_02").holds
    assert swapped(library, "The most expensive large atlas", "c_02").holds
    assert not swapped(library, "The most expensive small atlas", "c_05").holds


def test_a_wish_for_both_ends_tells_nothing(library: Operation) -> None:
    assert swapped(library, "What are the cheapest and the most expensive atlas?", "c_02").holds


def test_a_wish_about_another_thing_tells_nothing_of_this(library: Operation) -> None:
    assert swapped(library, "I want the cheapest chart, and another atlas", "c_02").holds
    assert swapped(library, "I do not want the cheapest one", "c_02").holds


# --- the same as before -----------------------------------------------------------------------------


def test_the_same_size_is_the_same_size(library: Operation) -> None:
    wish = "A hardcover atlas, same size please"

    assert swapped(library, wish, "c_02").holds
    assert swapped(library, wish, "c_03").why == "c_03 has not the same size: small instead of large"


def test_the_same_size_of_another_thing_is_no_wish_for_this(library: Operation) -> None:
    assert swapped(library, "A hardcover atlas. And the chart in the same size.", "c_03").holds


# --- how many ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "holds"),
    [
        ("Cancel the loans that have just one copies item", False),
        ("Cancel the loan with 2 copies", True),
        ("Cancel the loan with only one copy", True),  # another word than the record's
        ("Cancel the loan with one copies", False),
        ("Cancel it, I have two other loans", True),
    ],
)
def test_the_record_with_so_many_has_so_many(library: Operation, wish: str, holds: bool) -> None:
    transcript = told(
        library, *PROVED, ("customer", wish), *READ, ("worker", "Cancel LN-3 (Road Atlas)?"), ("customer", "Yes")
    )

    assert confirmed(transcript, action("cancel_loan", loan_id="LN-3")).holds is holds


# --- how long ago -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("It was booked within the last 24 hours, so I can cancel it.", False),
        ("It was booked within the last two days.", True),
        ("It was not booked within the last 24 hours.", True),
        ("If it was booked within the last 24 hours, it is free.", True),
        ("You are within the last 24 hours of your stay.", True),
    ],
)
def test_no_older_than_a_day_is_no_older_than_a_day(library: Operation, said: str, holds: bool) -> None:
    read = ("get_loan", ({"loan_id": "LN-3"}, {**LOAN, "created_at": "2026-03-01T11:00:00"}))
    proposal = f"{said} Cancel LN-3 (Road Atlas)?"
    transcript = told(library, *PROVED, read, ("worker", proposal), ("customer", "Yes"))

    assert confirmed(transcript, action("cancel_loan", loan_id="LN-3")).holds is holds


# --- the own words for a choice ---------------------------------------------------------------------


def ended(library: Operation, wish: str, why: str, reply: str = "Yes, that is correct.") -> Finding:
    proposal = f"I end your membership with LN-3 (Road Atlas), because: {why}. OK?"
    transcript = told(library, *PROVED, *READ, ("customer", wish), ("worker", proposal), ("customer", reply))
    return confirmed(transcript, action("end_membership", loan_id="LN-3", why=why))


def test_a_reason_is_the_customers_and_not_what_the_worker_makes_of_it(library: Operation) -> None:
    wish = "I gave up the atlas loan, it costs too much. That is why."

    assert ended(library, wish, "too expensive because").misinformed is False
    assert "never of moved away" in ended(library, f"{wish} Because of the atlas.", "moved away").why


def test_without_the_reason_that_policy_asks_for_a_yes_is_not_enough(library: Operation) -> None:
    silent = ended(library, "End it please, the atlas loan", "too expensive")
    asked = told(
        library,
        *PROVED,
        *READ,
        ("worker", "What is the reason?"),
        ("customer", "The rent is too high here"),
        ("worker", "LN-3 (Road Atlas) ends, too expensive. OK?"),
        ("customer", "Yes"),
    )

    assert silent.why == "the customer has not told the why"
    assert confirmed(asked, action("end_membership", loan_id="LN-3", why="too expensive")).holds


@pytest.mark.parametrize(
    ("said", "told_so"),
    [
        ("I am moving to Graz.", ("why: moved away",)),
        ("I am not moving, it costs too much.", ()),
        ("I am not moving. It costs too much!", ("why: too expensive",)),
        ("Please end it.", ()),
    ],
)
def test_policies_see_what_the_customer_told_and_not_what_was_denied(
    library: Operation, said: str, told_so: tuple[str, ...]
) -> None:
    transcript = told(library, *PROVED, *READ, ("worker", "You moved away?"), ("customer", said))

    assert earned(transcript, action("end_membership", loan_id="LN-3", why="moved away"), None).told == told_so
