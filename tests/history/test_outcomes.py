"""Outcomes are told from activity by what an event is called, in several languages, and only where it came about."""

import pytest

from aboveloop.history.events import HELP_DESK, OWN
from aboveloop.history.outcomes import outcome_of


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("solved", "resolved"),
        ("Closed", "resolved"),
        ("Gelöst", "resolved"),
        ("re-opened", "reopened"),
        ("refunded", "refunded"),
        ("Refund issued", "refunded"),
        ("Rückerstattung", "refunded"),
        ("Remboursé", "refunded"),
        ("paid", "paid"),
        ("Payment Handled", "paid"),
        ("bezahlt", "paid"),
        ("Pagado", "paid"),
        ("rated", "rated"),
        ("CSAT rating", "rated"),
        ("refused", "refused"),
    ],
)
def test_what_became_of_a_case(name: str, outcome: str) -> None:
    assert outcome_of(name) == outcome


@pytest.mark.parametrize(
    "name",
    [
        "refund requested", "Refund rejected", "request payment", "Payment reminder", "not paid", "unpaid",
        "partially paid", "payment", "customer_message", "note", "assigned", "opened",
        "Satisfaction survey sent", "Prepaid card", "",
    ],
)  # fmt: skip
def test_what_is_only_on_the_way(name: str) -> None:
    assert outcome_of(name) is None


def test_the_event_model_has_each_outcome_and_far_more_activity() -> None:
    found = {outcome_of(name) for name in (*HELP_DESK, *OWN)} - {None}
    assert found >= {"resolved", "reopened", "rated", "refused"}
    assert outcome_of("action_performed") is None
