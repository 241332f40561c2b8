"""What a worker beside clerks notices of values: which were given, changed, used, twice or not at all."""

import pytest

from aboveloop.app.shadowing.star.dialogues import Moment
from aboveloop.app.shadowing.star.features import of_step, of_task, since_answer, steps_of
from aboveloop.app.shadowing.star.slots import Slots, learn_slots, value_words
from aboveloop.app.shadowing.star.wording import sorts, words

DAYS = Slots({"day": ("monday", "thursday"), "venue": ("southside", "bay")})


def moment(
    *heard: str, path: tuple[str, ...] = ("START",), earlier: tuple[str, ...] = (), dialogue: str = "1", **asked: str
) -> Moment:
    return Moment(
        dialogue=dialogue, kind="happy, one task", tasks=("party",), path=path, heard=heard, earlier=earlier,
        answer={"Message": "Free."} if asked else None, answered_by="party" if asked else "",
        answer_is_new=False, answer_is_same=False, asked_with=asked, own_words="", step="x", task="party",
    )  # fmt: skip


def test_a_word_is_a_value_of_the_argument_in_whose_place_clerks_put_it() -> None:
    asked = [moment(dialogue=str(number), day='"Monday"', venue='api.is_equal_to("The Bay")') for number in range(3)]
    assert learn_slots(asked).words == {"day": ("monday",), "venue": ("bay", "the")}


def test_one_dialogue_teaches_a_value_once_however_often_it_asked() -> None:
    assert learn_slots([moment(day='"Monday"')] * 9).words == {}


def test_a_word_that_mostly_stands_elsewhere_is_no_value() -> None:
    asked = [moment(dialogue=str(number), name="may") for number in range(3)]
    asked += [moment(dialogue=str(number), month="may") for number in range(20)]
    assert learn_slots(asked).words == {"month": ("may",)}


def test_values_are_told_from_what_stands_around_them() -> None:
    assert value_words('api.is_one_of(["Dr. Alexis", "Dr. Morgan"])') == {"dr", "alexis", "morgan"}
    assert value_words("7") == {"7"} and value_words("") == set()


def test_what_was_given_is_told_from_what_was_changed_and_what_was_said_again() -> None:
    first = of_step(moment("On Monday please", earlier=("At Southside",)), DAYS)
    assert {"given:day", "known:day", "known:venue", "all known:day,venue"} <= first and "given:venue" not in first
    changed = of_step(moment("No, Thursday!", day='"Monday"'), DAYS)
    assert "changed:day" in changed and "repeated:day" not in changed and "given:day" not in changed
    again = of_step(moment("monday it is", day='"Monday"'), DAYS)
    assert "repeated:day" in again and "changed:day" not in again and "used in it:START:1" in again


def test_after_an_answer_the_message_before_the_query_still_counts() -> None:
    path = ("START", "query", "API:none")
    seen = of_step(moment(path=path, earlier=("Hello", "What is the rating?"), day="x"), DAYS)
    assert {"before:rating", "before:party:rating", "before:the_rating"} <= seen and "before:hello" not in seen
    assert not any(name.startswith("w:") for name in seen)


def test_nothing_said_and_nothing_done_is_no_error() -> None:
    empty = moment()
    assert of_step(empty, Slots({})) and of_task(empty)
    assert steps_of(empty) == ["START"] and since_answer(empty) == () and empty.last_message == ""


def test_steps_since_an_answer_are_those_after_the_last_one() -> None:
    path = ("START", "hello", "query", "API:a", "free", "query", "API:b", "inform", "free")
    assert since_answer(moment(path=path)) == ("inform", "free")
    assert steps_of(moment(path=path)) == ["START", "hello", "query", "query", "inform"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("at 5 pm", {"time", "number1"}), ("17:30", {"time", "number2"}),
        ("MONDAY the 3rd", {"day", "date", "number1"}),
        ("my name's Ada", {"name"}), ("account 1234567", {"number5"}), ("3 a.m.", {"time", "number1"}),
        ("", set()), ("5 apples", {"number1"}), ("às 17 horas", {"number2"}),
    ],
)  # fmt: skip
def test_sorts_of_values_are_told_by_how_they_look(text: str, found: set[str]) -> None:
    assert set(sorts(text)) == found


def test_numbers_are_words_of_one_kind() -> None:
    assert words("Table 4 at 20:15, don't wait") == ["table", "#", "at", "#", "#", "don't", "wait"]
