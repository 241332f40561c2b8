"""The mask for what is only compared: nothing personal left, places kept, the same sign for any value of a kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aboveloop.understand.masking.finder import Known, Surroundings
from aboveloop.understand.masking.generic import MOST_CHARACTERS, hidden, sendable


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("My name is Anna Verhoeven, where is it?", "My name is [name] , where is it?"),
        ("write to anna@mail.example please", "write to [email] please"),
        ("write to ANNA@MAIL.EXAMPLE", "write to [email]"),
        ("where is my parcel", "where is my parcel"),
        ("", ""),
    ],
)
def test_a_value_becomes_its_kind(text: str, left: str) -> None:
    assert sendable(hidden(text).text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Ich heiße Jürgen Groß… und frage nach LK-1",
        "Ich heiße Ju\u0308rgen Gro\u00df und warte",
        "my mail is \uff41nna@mail.example ok",
        "My name is A\u200bnna Verhoeven ok",
    ],
)
def test_values_are_found_however_their_letters_are_written_and_places_stay(text: str) -> None:
    found = hidden(text)
    assert len(found.text) == len(text) and found.counts
    plain = sendable(found.text)
    for part in ("rgen", "Gro", "nna", "Verhoeven", "mail.example"):
        assert part not in plain


def test_what_the_house_knows_of_a_customer_is_hidden_anywhere() -> None:
    around = Surroundings((Known("name", "Okonkwo"),))
    assert "konkwo" not in sendable(hidden("okonkwo wants to know where it is", around).text)


def test_two_customers_look_alike_and_tell_nothing_of_lengths() -> None:
    one, other = (sendable(hidden(f"My name is {name}, cancel").text) for name in ("Bo Li", "Maximilian Featherstone"))
    assert one == other


@given(st.text(max_size=200))
def test_any_text_keeps_its_length_and_what_is_sent_is_short(text: str) -> None:
    found = hidden(text)
    assert len(found.text) == len(text)
    assert len(sendable(found.text * 20)) <= MOST_CHARACTERS
