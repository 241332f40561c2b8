"""Can I? A question in plain words finds the operation that it means and its lane with the reason, or says so."""

from pathlib import Path
from typing import Any

import pytest

from aboveloop.app.asked_range import Range, foreign, range_of
from aboveloop.app.can import CanAnswer, can
from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.app.plain_words import meaning_of
from aboveloop.govern.lanes import Lane, Need
from aboveloop.govern.policy import PolicyPack
from aboveloop.operation.loading import load

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def larkspur() -> PolicyPack:
    return pack_of(SAMPLE_OPERATION)


def pack_of(folder: Path) -> PolicyPack:
    operation = load(folder).operation
    assert operation is not None
    return PolicyPack.compile(operation)


def lanes(found: CanAnswer) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(part.when, part.decision.lane.value, part.decision.approvers) for part in found.parts]


# Low, medium and high risk, as a review board would list them.
TEXTBOOK = [
    ("drafting internal SOPs", "house.draft_procedure", "allowed"),
    ("drafting internal procedures", "house.draft_procedure", "allowed"),
    ("summarizing tickets with no PII", "house.summarise_case", "allowed"),
    ("summarising cases without personal data", "house.summarise_case", "allowed"),
    ("customer-facing text", "house.reply_free_text", "reviewed"),
    ("customer-facing free text", "house.reply_free_text", "reviewed"),
    ("decision support", "house.advise_decision", "reviewed"),
    ("vendor models touching operational data", "house.ask_model", "reviewed"),
    ("refunds above a threshold", "shop.refund_order", "reviewed"),
    ("autonomous refunds beyond policy", "shop.refund_order", "prohibited"),
    ("unapproved data exports", "house.export_records", "prohibited"),
    ("training on customer PII", "house.train_model", "prohibited"),
    ("training on customers' personal data", "house.train_model", "prohibited"),
]


@pytest.mark.parametrize(("question", "operation", "lane"), TEXTBOOK)
def test_the_textbook_examples_have_their_lanes(larkspur: PolicyPack, question: str, operation: str, lane: str) -> None:
    found = can(larkspur, question)
    assert found.operation is not None and found.operation.operation == operation
    assert found.lane == lane
    assert all(part.decision.reason for part in found.parts)


def test_an_amount_is_answered_from_threshold_to_threshold(larkspur: PolicyPack) -> None:
    assert lanes(can(larkspur, "issue a refund above 100 EUR")) == [
        ("from 100.01 EUR to 500.00 EUR", "reviewed", ("refund_approver",)),
        ("from 500.01 EUR", "reviewed", ("refund_approver", "operations_manager")),
    ]
    assert lanes(can(larkspur, "can I give 50 euros back?")) == [("50.00 EUR", "allowed", ())]
    assert lanes(can(larkspur, "refund 50.01")) == [("50.01 EUR", "reviewed", ("refund_approver",))]
    assert lanes(can(larkspur, "refunds below the threshold")) == [("up to 50.00 EUR", "allowed", ())]


def test_without_an_amount_every_stretch_is_told(larkspur: PolicyPack) -> None:
    found = can(larkspur, "issue a refund")
    assert found.lane == "depends"
    assert [when for when, _, _ in lanes(found)] == [
        "up to 50.00 EUR",
        "from 50.01 EUR to 500.00 EUR",
        "from 500.01 EUR",
    ]
    assert found.parts[0].decision.needs == (Need.VERIFICATION, Need.CONFIRMATION)
    assert "refund-twice" in [rule.id for rule in found.never]
    assert any("once; anything further" in each.decision.reason for each in found.parts[0].unless)


def test_the_amount_may_be_a_fact_of_the_record(larkspur: PolicyPack) -> None:
    found = can(larkspur, "resend a lost parcel")
    assert lanes(found) == [("up to 150.00 EUR", "allowed", ()), ("from 150.01 EUR", "reviewed", ("approver",))]


def test_what_the_question_says_of_the_record_counts(larkspur: PolicyPack) -> None:
    assert can(larkspur, "can I cancel an order that has shipped?").lane == "prohibited"
    assert can(larkspur, "cancel a packed order").lane == "reviewed"
    plain = can(larkspur, "cancel an order")
    assert plain.lane == "allowed"
    assert {each.decision.lane for each in plain.parts[0].unless} == {Lane.REVIEWED, Lane.PROHIBITED}
    # The operation's own name says nothing of the record.
    assert can(larkspur, "close a customer account").lane == "allowed"


def test_a_yes_or_no_that_the_question_leaves_open_is_answered_both_ways(larkspur: PolicyPack) -> None:
    found = can(larkspur, "summarise a case")
    assert found.lane == "depends"
    assert lanes(found) == [
        ("contains personal: yes", "reviewed", ("responsible_ai_lead",)),
        ("contains personal: no", "allowed", ()),
    ]


def test_what_needs_a_person_is_not_done_without_one(larkspur: PolicyPack) -> None:
    found = can(larkspur, "refund 200 EUR without approval")
    assert found.lane == "prohibited"
    assert found.parts[0].decision.reason.endswith("Without the approval of refund_approver nothing is done.")
    assert can(larkspur, "refund 20 EUR without approval").lane == "allowed"


def test_a_no_counts_only_near_to_what_it_denies(larkspur: PolicyPack) -> None:
    assert can(larkspur, "summarise a case, excluding anything personal").lane == "allowed"
    assert can(larkspur, "summarise cases with personal details").lane == "reviewed"


def test_people_are_asked_about_as_people(larkspur: PolicyPack) -> None:
    assert can(larkspur, "send free text to a customer", by="person").lane == "allowed"
    assert can(larkspur, "refund 20 EUR", by="person").lane == "allowed"


@pytest.mark.parametrize(
    "question", ["fly to the moon", "hire a colleague", "", "???", "может ли я вернуть деньги", "42", "a" * 4000]
)
def test_what_nobody_can_tell_is_said_to_be_unknown(larkspur: PolicyPack, question: str) -> None:
    found = can(larkspur, question)
    assert (found.lane, found.operation, found.parts) == ("unknown", None, ())


def test_two_operations_that_are_as_near_are_both_told(larkspur: PolicyPack) -> None:
    found = can(larkspur, "look up an order")
    assert found.operation is None
    assert {each.operation for each in found.nearest} >= {"shop.get_order", "shop.list_orders"}


def test_an_operation_may_be_named_itself(larkspur: PolicyPack) -> None:
    found = can(larkspur, " shop.get_order ")
    assert found.operation is not None and found.operation.operation == "shop.get_order" and found.lane == "allowed"


def test_a_foreign_currency_is_left_out_and_said_so(larkspur: PolicyPack) -> None:
    found = can(larkspur, "refund 50 USD")
    assert "USD" in found.note and found.lane == "depends"


def test_slips_of_the_pen_are_mended(larkspur: PolicyPack) -> None:
    best = meaning_of(larkspur.operation, "cancell an ordeer").best
    assert best is not None and best.operation == "shop.cancel_order"


@pytest.mark.parametrize(
    ("folder", "question", "operation"),
    [
        ("retail", "cancel an order because it is no longer needed", "retail.cancel_pending_order"),
        ("retail", "exchange delivered items", "retail.exchange_delivered_order_items"),
        ("airline", "cancel a reservation", "airline.cancel_reservation"),
        ("airline", "change the cabin", "airline.update_reservation_flights"),
        ("airline", "give a 100 dollar certificate", "airline.send_certificate"),
    ],
)
def test_other_companies_are_asked_in_the_same_way(folder: str, question: str, operation: str) -> None:
    found = can(pack_of(EXAMPLES / folder), question)
    assert found.operation is not None and found.operation.operation == operation
    assert found.lane in (*Lane, "depends")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a refund of 50 EUR", Range(5000, 5000)),
        ("above 100 EUR", Range(10001)),
        ("more than €100", Range(10001)),
        ("up to fifty euros", Range(None, 5000)),
        ("no more than 50 EUR", Range(None, 5000)),
        ("below 50 EUR", Range(None, 4999)),
        ("at least 50 EUR", Range(5000)),
        ("between 20 and 700 EUR", Range(2000, 70000)),
        ("between 700 EUR and 20 EUR", Range(2000, 70000)),
        ("from 20 to 30 EUR", Range(2000, 3000)),
        ("above a certain threshold", Range(threshold="above")),
        ("within the limit", Range(threshold="below")),
        ("above the threshold of 80 EUR", Range(8000, 8000)),
        ("no amount at all", None),
        ("50 USD", None),
    ],
)
def test_amounts_are_read_with_what_is_said_before_them(text: str, expected: Any) -> None:
    assert range_of(text, "EUR") == expected


def test_only_another_currency_is_foreign() -> None:
    assert (foreign("50 USD", "EUR"), foreign("50 EUR", "EUR"), foreign("fifty", "EUR")) == ("USD", "", "")
