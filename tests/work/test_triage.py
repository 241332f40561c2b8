"""Matching: what each thing that a rule asks means, and which rule of several counts."""

from datetime import UTC, datetime, timedelta

import pytest

from aboveloop.operation.routing import Routing, RoutingRule, When
from aboveloop.work.triage.matching import Seen, at_the_door, fits, inside, is_open, plain
from aboveloop.work.triage.seeing import known
from work.routed import ROUTED

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def seen(**values: object) -> Seen:
    return Seen(**{"channel": "webchat", **values})  # type: ignore[arg-type]


def asks(**values: object) -> When:
    return When.model_validate(values)


@pytest.mark.parametrize(
    ("when", "message", "does"),
    [
        ({}, {}, True),
        ({"words": ["invoice"]}, {"text": plain("Where is my INVOICE?")}, True),
        ({"words": ["invoice"]}, {"text": plain("two invoices")}, False),
        ({"words": ["invoice*"]}, {"text": plain("two invoices")}, True),
        ({"words": ["voice"]}, {"text": plain("my invoice")}, False),
        ({"words": ["guest post"]}, {"text": plain("a guest\npost")}, True),
        ({"words": ["größe"]}, {"text": plain("Andere GRÖßE bitte")}, True),
        ({"words": ["c++ (beta)"]}, {"text": plain("about c++ (beta) now")}, True),
        ({"words": ["offer"]}, {"subject": "an offer"}, True),
        ({"subject": ["offer"]}, {"text": "an offer"}, False),
        ({"senders": ["mill.example"]}, {"sender": "a@mill.example"}, True),
        ({"senders": ["mill.example"]}, {"sender": "a@track.mill.example"}, True),
        ({"senders": ["mill.example"]}, {"sender": "a@windmill.example"}, False),
        ({"senders": ["mill.example"]}, {"sender": ""}, False),
        ({"senders": ["Boss@Mill.example"]}, {"sender": "boss@mill.example"}, True),
        ({"senders": ["boss@mill.example"]}, {"sender": "clerk@mill.example"}, False),
        ({"attachments": True}, {"attachments": 2}, True),
        ({"attachments": False}, {"attachments": 0}, True),
        ({"attachments": False}, {"attachments": 1}, False),
        ({"languages": ["fr", "es"]}, {"language": "es"}, True),
        ({"languages": ["fr"]}, {"language": ""}, False),
        ({"channels": ["email"]}, {}, False),
        ({"flags": ["angry", "urgent"]}, {"flags": frozenset({"urgent"})}, True),
        ({"flags": ["angry"]}, {"flags": frozenset({"legal"})}, False),
        ({"intents": ["a", "b"]}, {"intent": "b"}, True),
        ({"intents": ["a"]}, {"intent": ""}, False),
        ({"understood": False}, {"understood": False}, True),
        ({"understood": False}, {"understood": True}, False),
        ({"open": False}, {"is_open": False}, True),
        ({"customers": ["new"]}, {"customer": frozenset({"returning"})}, False),
        ({"customers": ["came_back"]}, {"customer": frozenset({"returning", "came_back"})}, True),
        ({"flags": ["angry"], "languages": ["de"]}, {"flags": frozenset({"angry"}), "language": "en"}, False),
    ],
)
def test_everything_that_is_asked_must_hold(when: dict[str, object], message: dict[str, object], does: bool) -> None:
    assert fits(asks(**when), seen(**message)) is does


def test_the_first_rule_that_fits_counts_and_a_machine_meets_only_rules_that_name_it() -> None:
    first, second = (
        RoutingRule(rule="one", when=asks(words=["x"])),
        RoutingRule(rule="two", when=asks(words=["x", "y"])),
    )
    machines = RoutingRule(rule="machines", when=asks(automatic=["reply"]), to="people")
    aside = RoutingRule(rule="aside", when=asks(words=["z"]), to="aside")
    routing = Routing(rules=[aside, machines, first, second])
    fired = inside(routing, seen(text="x"))
    assert fired is not None and (fired.rule.rule, fired.place) == ("one", 2)
    fired = inside(routing, seen(text="y"))
    assert fired is not None and (fired.rule.rule, fired.place) == ("two", 3)
    assert inside(routing, seen(text="z")) is None, "what is set aside is decided at the door"
    assert at_the_door(routing, seen(text="x")) is None
    door = at_the_door(routing, seen(text="x", automatic="reply"))
    assert door is not None and (door.rule.rule, door.place) == ("machines", 1)
    assert at_the_door(routing, seen(text="x", automatic="report")) is None


def test_quoted_history_and_signatures_are_no_words_of_the_customer() -> None:
    text = "yes please\n\nOn Mon, 2 Mar 2026, Shop <a@shop.example> wrote:\n> your invoice is attached"
    assert plain(text) == "yes please"


def test_a_customer_is_new_returning_or_came_back_within_a_week() -> None:
    assert known([], NOW) == {"new"}
    assert known([NOW - timedelta(days=8)], NOW) == {"returning"}
    assert known([NOW - timedelta(days=7), None], NOW) == {"returning", "came_back"}
    assert known([None], NOW) == {"returning"}


def test_working_hours_are_of_the_operations_own_day() -> None:
    hours = {"days": ["mon"], "from": "10:00", "until": "18:00"}
    about = ROUTED.about.model_copy(
        update={
            "working_hours": type(ROUTED.about)
            .model_validate({"name": "x", "title": "x", "working_hours": hours})
            .working_hours
        }
    )
    operation = ROUTED.model_copy(update={"about": about})
    # Nine in the morning in UTC is ten in Amsterdam.
    assert is_open(operation, NOW)
    assert not is_open(operation, NOW - timedelta(minutes=1))
    assert not is_open(operation, NOW + timedelta(days=1))
    assert is_open(ROUTED, NOW + timedelta(days=1)), "without any, it is always open"
