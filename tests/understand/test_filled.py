"""A form that was filled in is read like an answer to every question it asks, beside what its words say."""

import pytest

from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.operation.loading import load
from aboveloop.understand.reader import FirstReader
from aboveloop.understand.readings import Expectation, FieldFilled, FormFilled, Reading


@pytest.fixture(scope="module")
def reader() -> FirstReader:
    loaded = load(SAMPLE_OPERATION)
    assert loaded.operation is not None
    return FirstReader.fit(loaded.operation)


def read(
    reader: FirstReader, text: str = "", need: str | None = "return_order", language: str = "en", **values: str
) -> Reading:
    fields = tuple(FieldFilled(name.replace("_", " "), value, name, value) for name, value in values.items())
    filled = FormFilled("returns", language, need, fields, text)
    return reader.read("what is stored of it", expecting=Expectation(filled=filled))


def test_a_field_is_normalised_like_an_answer_and_says_where_it_is_from(reader: FirstReader) -> None:
    reading = read(reader, order_number="lk 100007", email="Anna@Mail.Example")
    found = {one.name: one for one in reading.entities}
    assert found["order_number"].value == "LK-100007"
    assert found["email"].value == "anna@mail.example"
    assert {one.source for one in reading.entities} == {"form field"}
    assert all(reading.text[one.start : one.end] == one.text for one in reading.entities)
    # Written otherwise than it is meant to be: as sure as the same answer in a chat would be.
    asked = reader.read("lk 100007", expecting=Expectation(entity="order_number"))
    assert found["order_number"].confidence == asked.entities[0].confidence


def test_what_a_form_is_for_needs_no_guess(reader: FirstReader) -> None:
    reading = read(reader, order_number="LK-100007")
    assert (reading.intent, reading.promised, reading.out_of_scope, reading.needs) == ("return_order", True, 0.0, ())
    assert reading.confidence > 0.9
    assert reading.alternatives[0].intent == "return_order"


def test_words_alone_tell_what_a_contact_form_is_about(reader: FirstReader) -> None:
    said = "where is my parcel?"
    alone, filled = reader.read(said), read(reader, said, None, order_number="LK-100007")
    assert (filled.intent, filled.confidence) == (alone.intent, alone.confidence)
    assert filled.entities[0].value == "LK-100007"


def test_a_field_and_words_that_name_different_orders_are_a_conflict(reader: FirstReader) -> None:
    assert read(reader, "it is about LK-100008", order_number="LK-100007").conflicts == ("order_number",)
    assert read(reader, "it is about LK-100007", order_number="LK-100007").conflicts == ()


def test_words_that_take_the_field_back_count(reader: FirstReader) -> None:
    reading = read(reader, "sorry, LK-100008, not LK-100007", order_number="LK-100007")
    assert reading.conflicts == ()
    assert [one.value for one in reading.found("order_number")] == ["LK-100008"]


def test_another_clear_need_in_the_words_comes_afterwards_with_what_it_names(reader: FirstReader) -> None:
    reading = read(reader, "Please cancel my order LK-100008 as well.", order_number="LK-100007")
    assert reading.intent == "return_order"
    assert [each.intent for each in reading.needs] == ["return_order", "cancel_order"]
    assert reading.conflicts == ()
    later = reading.needs[1]
    assert "LK-100008" in reading.text[later.start : later.end]


def test_who_wants_a_person_gets_one_whatever_the_form_is_for(reader: FirstReader) -> None:
    assert read(reader, "I want to talk to a person.", order_number="LK-100007").wants_person


def test_the_page_says_the_language_where_the_words_are_too_short(reader: FirstReader) -> None:
    assert read(reader, "", language="de", order_number="LK-100007").language in (None, "de")
    assert read(reader, "Die Schuhe sind leider viel zu klein geworden.", language="en").language == "de"


def test_a_choice_is_its_own_value_and_nothing_else(reader: FirstReader) -> None:
    fields = (FieldFilled("Why?", "Es ist zu klein", "return_reason", "too_small"),)
    filled = FormFilled("returns", "de", "return_order", fields, "")
    (found,) = reader.read("", expecting=Expectation(filled=filled)).entities
    assert (found.value, found.text) == ("too_small", "Es ist zu klein")
    assert reader.value("return_reason", "anything") is None


@pytest.mark.parametrize(
    ("entity", "written", "value"),
    [
        ("order_number", "100007", "LK-100007"),
        ("order_number", "LK-100007 and LK-100008", None),
        ("order_number", "12", None),
        ("order_number", "", None),
        ("email", "nobody", None),
        ("postcode", "1017 ab", "1017AB"),
        ("size", "42", "42"),
        ("amount", "49,90", {"minor": 4990, "currency": "EUR"}),
        ("what_is_wrong", "the sole came off", "the sole came off"),
    ],
)
def test_a_field_holds_one_value_of_its_entity_or_none(
    reader: FirstReader, entity: str, written: str, value: object
) -> None:
    assert reader.value(entity, written, language="en") == value


def test_signatures_and_quotes_of_a_field_take_nothing_of_the_others_away(reader: FirstReader) -> None:
    """Labels such as "From:" and "Date:" look like the head of a quoted mail: fields are never cleaned away by that."""
    fields = (
        FieldFilled("From", "anna@mail.example", "email", "anna@mail.example"),
        FieldFilled("Subject", "LK-100007", "order_number", "LK-100007"),
    )
    filled = FormFilled("f", "en", "return_order", fields, "They are too small.")
    found = {one.name: one.value for one in reader.read("", expecting=Expectation(filled=filled)).entities}
    assert found["order_number"] == "LK-100007" and found["email"] == "anna@mail.example"
