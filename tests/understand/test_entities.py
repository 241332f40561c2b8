"""Entities in a text: what, where, how sure."""

from datetime import datetime
from typing import Any

import pytest

from aboveloop.operation.models import Entity, OperationFile
from aboveloop.understand.amounts import number_in_words
from aboveloop.understand.answers import Answer
from aboveloop.understand.entities import Asked, EntityFinder
from aboveloop.understand.errors import EntityFaulty
from aboveloop.understand.patterns import Pattern
from aboveloop.understand.reader import FirstReader
from aboveloop.understand.readings import USABLE, Expectation, Found

NOTHING_ASKED = Asked(entity=None, today=None, answer=Answer(None))


def finds(reader: FirstReader, text: str, name: str, now: datetime, *, asked: bool = False) -> tuple[Found, ...]:
    expecting = Expectation(entity=name) if asked else None
    reading = reader.read(text, expecting=expecting, now=now)
    return tuple(found for found in reading.entities if found.name == name)


def values(reader: FirstReader, text: str, name: str, now: datetime, *, asked: bool = False) -> list[Any]:
    return [found.value for found in finds(reader, text, name, now, asked=asked) if found.confidence >= USABLE]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("cancel LK-100200", ["LK-100200"]),
        ("cancel lk-100200 please", ["LK-100200"]),
        ("lk 100 200", ["LK-100200"]),
        ("LK100200", ["LK-100200"]),
        ("my order is LK#100200.", ["LK-100200"]),
        ("L K 1 0 0 2 0 0", ["LK-100200"]),
        ("LK–100200", ["LK-100200"]),
        ("order 100200", ["LK-100200"]),
        ("order number: 100200", ["LK-100200"]),
        ("LK-100200 and LK-100201, not LK100202", ["LK-100200", "LK-100201", "LK-100202"]),
        ("LK-1002003", []),
        ("XLK-100200", []),
        ("LK-10020", []),
        ("I paid 100200", []),
        ("call 0201002003", []),
    ],
)
def test_order_numbers_are_found_however_they_are_written(
    reader: FirstReader, now: datetime, text: str, numbers: list[str]
) -> None:
    assert values(reader, text, "order_number", now) == numbers


@pytest.mark.parametrize("text", ["100200", "#100200", "it is 100200", "100 200", "lk 100200"])
def test_the_digits_alone_answer_the_question_for_an_order_number(
    reader: FirstReader, now: datetime, text: str
) -> None:
    assert values(reader, text, "order_number", now, asked=True) == ["LK-100200"]


def test_a_tolerant_match_is_less_sure_than_an_exact_one(reader: FirstReader, now: datetime) -> None:
    (exact,) = finds(reader, "LK-100200", "order_number", now)
    (tolerant,) = finds(reader, "lk 100 200", "order_number", now)
    (digits,) = finds(reader, "order 100200", "order_number", now)
    assert exact.confidence > tolerant.confidence > digits.confidence > USABLE


def test_more_digits_than_the_pattern_has_are_doubtful(reader: FirstReader, now: datetime) -> None:
    assert values(reader, "LK 100 200 300", "order_number", now) == []


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("49", ["49"]),
        ("size 49", ["49"]),
        ("43.5", ["43.5"]),
        ("49 please, and my order is LK-100200", ["49"]),
        ("I'm 30 years old, size 44", ["44"]),
        ("49 euros", []),
        ("49.90", []),
        ("100200", []),
        ("LK-100200", []),
        ("on 24/12/2026", []),
        ("50%", []),
        ("in 14 days", []),
    ],
)
def test_a_size_is_read_when_it_was_asked_for(reader: FirstReader, now: datetime, text: str, sizes: list[str]) -> None:
    assert values(reader, text, "size", now, asked=True) == sizes


def test_a_bare_number_is_no_size_when_nobody_asked(reader: FirstReader, now: datetime) -> None:
    assert values(reader, "I have 49 of them", "size", now) == []
    assert values(reader, "they are size 49", "size", now) == ["49"]
    assert values(reader, "my size is 49", "size", now) == ["49"]


def test_a_group_gives_value_and_place(reader: FirstReader, now: datetime) -> None:
    (found,) = finds(reader, "I take size 43.5 please", "size", now)
    assert (found.value, found.text, found.start, found.end) == ("43.5", "43.5", 12, 16)


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("€49.90", 4990, "EUR"), ("€ 49,90", 4990, "EUR"), ("49,90 EUR", 4990, "EUR"), ("EUR 49.90", 4990, "EUR"),
        ("50 euros", 5000, "EUR"), ("$20", 2000, "USD"), ("20 dollars", 2000, "USD"), ("£5.50", 550, "GBP"),
        ("twenty euros", 2000, "EUR"), ("twenty-five euros", 2500, "EUR"), ("a hundred and ten euros", 11000, "EUR"),
        ("1.234,50 €", 123450, "EUR"), ("1,234.50 euro", 123450, "EUR"), ("2k euro", 200000, "EUR"),
        ("€1.5k", 150000, "EUR"),
        ("50 cents", 50, "EUR"), ("¥500", 500, "JPY"), ("12.5 euro", 1250, "EUR"), ("refund me 49,90€!", 4990, "EUR"),
        ("I want 50.01 back for LK-100007", 5001, "EUR"), ("100€", 10000, "EUR"), ("20 bucks", 2000, "USD"),
    ],
)  # fmt: skip
def test_money_is_read_in_minor_units(reader: FirstReader, now: datetime, text: str, minor: int, currency: str) -> None:
    assert values(reader, text, "amount", now) == [{"minor": minor, "currency": currency}]


@pytest.mark.parametrize(
    "text", ["50%", "size 49", "LK-100200", "€2m", "49.999.1 euro", "half", "euro", "1012 AB", "call 020 123 4567"]
)
def test_what_is_no_money_is_none(reader: FirstReader, now: datetime, text: str) -> None:
    assert values(reader, text, "amount", now) == []


@pytest.mark.parametrize(("text", "minor"), [("50", 5000), ("fifty", 5000), ("49.9", 4990), ("about 30 please", 3000)])
def test_a_bare_number_is_money_when_an_amount_was_asked_for(
    reader: FirstReader, now: datetime, text: str, minor: int
) -> None:
    assert values(reader, text, "amount", now, asked=True) == [{"minor": minor, "currency": "EUR"}]
    assert values(reader, text, "amount", now) == []


def test_several_amounts_stand_in_order(reader: FirstReader, now: datetime) -> None:
    found = values(reader, "I paid €20 and then 30 euros, in all 50,00 EUR", "amount", now)
    assert [amount["minor"] for amount in found] == [2000, 3000, 5000]


def test_a_price_that_may_be_meant_both_ways_is_less_sure(reader: FirstReader, now: datetime) -> None:
    (found,) = finds(reader, "€1.234", "amount", now)
    assert found.value["minor"] == 123400
    assert found.confidence < 0.7


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("tomorrow", "2026-11-24"), ("today", "2026-11-23"), ("yesterday", "2026-11-22"),
        ("the day after tomorrow", "2026-11-25"),
        ("next monday", "2026-11-30"), ("on Friday", "2026-11-27"), ("last friday", "2026-11-20"),
        ("in 3 days", "2026-11-26"),
        ("two weeks ago", "2026-11-09"), ("in a month", "2026-12-23"), ("2026-12-24", "2026-12-24"),
        ("24/12/2026", "2026-12-24"),
        ("12/24/2026", "2026-12-24"), ("24.12.26", "2026-12-24"), ("3 November", "2026-11-03"),
        ("Jan 5th", "2027-01-05"),
        ("the 5th of January 2025", "2025-01-05"), ("December 24, 2026", "2026-12-24"), ("3/4/2026", "2026-04-03"),
    ],
)  # fmt: skip
def test_days_are_read(reader: FirstReader, now: datetime, text: str, day: str) -> None:
    assert values(reader, f"it came {text}.", "day", now) == [day]


@pytest.mark.parametrize(
    "text", ["31 February 2026", "2026-13-40", "LK-100200", "the sun is out", "1.2.3.4", "45/45/2026"]
)
def test_what_is_no_day_is_none(reader: FirstReader, now: datetime, text: str) -> None:
    assert values(reader, text, "day", now) == []


def test_without_the_present_only_days_with_a_year_are_known(reader: FirstReader) -> None:
    reading = reader.read("tomorrow, or on 2026-12-24, or on 3 November")
    assert [found.value for found in reading.found("day")] == ["2026-12-24"]


def test_tomorrow_is_the_customers_tomorrow(reader: FirstReader) -> None:
    late_in_utc = datetime.fromisoformat("2026-11-23T23:30:00+00:00")
    assert values(reader, "tomorrow", "day", late_in_utc) == ["2026-11-25"]


def test_months_come_first_in_america() -> None:
    finder = EntityFinder({"day": Entity(kind="date")}, currency="USD", timezone="America/Chicago")
    (found,) = finder.find("3/4/2026", NOTHING_ASKED, ())
    assert found.value == "2026-03-04"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no longer needed", "no_longer_needed"),
        ("I've changed my mind", "no_longer_needed"),
        ("ordered by mistake", "mistake"),
        ("it was accidentally ordered", "mistake"),
        ("mistake", "mistake"),
    ],
)
def test_a_choice_is_known_by_its_phrases(reader: FirstReader, now: datetime, text: str, value: str) -> None:
    assert values(reader, text, "reason", now) == [value]


@pytest.mark.parametrize("text", ["not by mistake", "it is no accident", "the minds of others"])
def test_a_choice_that_is_denied_is_none(reader: FirstReader, now: datetime, text: str) -> None:
    assert values(reader, text, "reason", now) == []


def test_contact_points_are_found_and_normalised(reader: FirstReader, now: datetime) -> None:
    text = "mail Anna.B@Customers.Example or call +31 6 1234-5678"
    assert values(reader, text, "email", now) == ["anna.b@customers.example"]
    assert values(reader, text, "phone", now) == ["+31612345678"]


@pytest.mark.parametrize(("text", "value"), [("1012 AB", "1012AB"), ("1012ab", "1012AB"), ("it's 1012 ab", "1012AB")])
def test_a_postcode_is_normalised(reader: FirstReader, now: datetime, text: str, value: str) -> None:
    assert values(reader, text, "postcode", now, asked=True) == [value]


def test_a_year_and_a_word_are_no_postcode_unless_asked(reader: FirstReader, now: datetime) -> None:
    assert values(reader, "in 2024 is too late", "postcode", now) == []


def test_yes_and_no_answer_a_question_of_fact_only_when_asked(reader: FirstReader, now: datetime) -> None:
    assert values(reader, "yes, on Monday", "arrived", now, asked=True) == ["yes"]
    assert values(reader, "no it didn't", "arrived", now, asked=True) == ["no"]
    assert values(reader, "yes", "arrived", now) == []


def test_a_free_answer_is_the_whole_text_and_only_when_asked(reader: FirstReader, now: datetime) -> None:
    text = "  Main Street 5, 1012 AB Amsterdam "
    assert values(reader, text, "address", now, asked=True) == [text.strip()]
    assert values(reader, text, "address", now) == []


@pytest.mark.parametrize("text", ["why do you need that?", "never mind", "can I talk to a person", "👍", "..."])
def test_what_is_no_answer_is_no_free_answer(reader: FirstReader, now: datetime, text: str) -> None:
    assert values(reader, text, "address", now, asked=True) == []


def test_the_digits_of_a_card_are_nothing_else(reader: FirstReader, now: datetime) -> None:
    reading = reader.read("my card is 4111 1111 1111 1111", now=now)
    assert reading.entities == ()
    assert [span.kind for span in reading.personal] == ["card"]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("twenty-five", 25),
        ("a hundred and ten", 110),
        ("two thousand", 2000),
        ("nineteen", 19),
        ("zero", 0),
        ("one two three", None),
        ("five twenty", None),
        ("twenty fifteen", None),
        ("hundred", 100),
    ],
)
def test_number_words_are_one_number_or_none(words: str, number: int | None) -> None:
    assert number_in_words(words) == number


@pytest.mark.parametrize(
    "entity",
    [
        Entity(kind="pattern"),
        Entity(kind="pattern", pattern="("),
        Entity(kind="pattern", pattern="a", group=1),
        Entity(kind="choice"),
    ],
)
def test_an_entity_that_cannot_be_looked_for_is_refused_at_once(entity: Entity) -> None:
    with pytest.raises(EntityFaulty, match="thing"):
        EntityFinder({"thing": entity}, currency="EUR", timezone="UTC")


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(EntityFaulty, match="Mars/Olympus"):
        EntityFinder({}, currency="EUR", timezone="Mars/Olympus")


@pytest.mark.parametrize(
    ("pattern", "text", "value"),
    [
        (r"(?:RET|RMA)-\d{5}", "rma 12345", "RMA-12345"),
        (r"RET\d{5}", "ret-12345", "RET12345"),
        (r"AB\.\d{4}", "ab 1234", "AB.1234"),
        (r"[A-Z]{2}-\d{4}", "QX-1234", "QX-1234"),
        (r"\bORD-[0-9]{4}\b", "ord-1234", "ord-1234"),
        (r"C\d{3,5}", "c 12 34", "C1234"),
    ],
)
def test_tolerant_forms_follow_the_pattern(pattern: str, text: str, value: str) -> None:
    found = Pattern.of("thing", Entity(kind="pattern", pattern=pattern)).matches(text, asked=True)
    assert [one.value for one in found] == [value]


def test_a_pattern_without_fixed_letters_has_no_tolerant_form() -> None:
    assert Pattern.of("size", Entity(kind="pattern", pattern=r"\d{2}")).matches("4 9", asked=True) == []


def test_a_shop_without_entities_is_read(now: datetime) -> None:
    about = OperationFile(name="shop", title="Shop")
    finder = EntityFinder(about.entities, currency=about.currency, timezone=about.timezone)
    assert finder.find("LK-100200 for 49 euros", NOTHING_ASKED, ()) == ()
