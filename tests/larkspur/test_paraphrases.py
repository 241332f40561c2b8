"""The same need in many wordings gets the same decision. None of these texts is an example that the reader learns from.

While examples were written, only every other wording of a need was looked at; the rest, and the wordings kept apart,
tell what wordings that nobody foresaw come to. `benches/paraphrases.py` tells it by language and kind.
"""

import re
from pathlib import Path

import pytest

from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.operation.loading import load
from aboveloop.operation.models import Operation
from aboveloop.understand.cleaning import folded
from aboveloop.understand.examples import examples_of
from aboveloop.understand.intents import Verdict
from aboveloop.understand.reader import FirstReader
from aboveloop.understand.readings import Guess
from aboveloop.work.routing import FOR_PEOPLE
from pace import costs_at_most
from understand.wordings import ALL, KEPT_APART, NOT_DECIDED, Wording, decision, is_consistent

SEVERAL = Path(__file__).parent / "several_needs.txt"


@pytest.fixture(scope="module")
def operation() -> Operation:
    loaded = load(SAMPLE_OPERATION).operation
    assert loaded is not None
    return loaded


@pytest.fixture(scope="module")
def reader(operation: Operation) -> FirstReader:
    return FirstReader.fit(operation)


@pytest.fixture(scope="module")
def decided(operation: Operation, reader: FirstReader) -> list[tuple[Wording, str]]:
    return [(wording, decision(operation, reader.read(wording.text))) for wording in ALL]


def share(decided: list[tuple[Wording, str]]) -> float:
    return sum(is_consistent(wording, made) for wording, made in decided) / len(decided)


def test_there_are_600_english_wordings_and_100_of_each_other_language() -> None:
    count = {language: sum(one.language == language for one in ALL) for language in ("en", "de", "fr", "es")}
    assert count["en"] >= 600
    assert min(count["de"], count["fr"], count["es"]) >= 100
    assert len({one.text for one in ALL}) == len(ALL)


def test_no_wording_is_an_example(operation: Operation) -> None:
    examples = {re.sub(r"[^\w ]", "", folded(text)).strip() for text in examples_of(operation)[0]}
    assert [
        one.text for one in (*ALL, *KEPT_APART) if re.sub(r"[^\w ]", "", folded(one.text)).strip() in examples
    ] == []


def test_the_same_need_gets_the_same_decision(decided: list[tuple[Wording, str]]) -> None:
    assert share(decided) >= 0.96


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_every_language_is_served_alike(decided: list[tuple[Wording, str]], language: str) -> None:
    assert share([(one, made) for one, made in decided if one.language == language]) >= 0.95


def test_wordings_that_nobody_looked_at_are_understood(decided: list[tuple[Wording, str]]) -> None:
    assert share([(one, made) for one, made in decided if not one.looked_at]) >= 0.93


def test_wordings_kept_apart_are_understood_too(operation: Operation, reader: FirstReader) -> None:
    found = [is_consistent(one, decision(operation, reader.read(one.text))) for one in KEPT_APART]
    assert len(found) >= 300
    assert sum(found) / len(found) >= 0.86


def test_what_is_nobodys_business_is_hardly_ever_decided(decided: list[tuple[Wording, str]]) -> None:
    outside = [(one, made) for one, made in decided if one.need == "out_of_scope"]
    assert len(outside) >= 70
    assert sum(made not in NOT_DECIDED for _, made in outside) <= 4


def test_who_is_in_danger_or_wants_a_person_always_gets_one(decided: list[tuple[Wording, str]]) -> None:
    urgent = [(one, made) for one, made in decided if one.need in (*FOR_PEOPLE, "foreign")]
    assert [one.text for one, made in urgent if made != one.need] == []


def test_several_needs_in_a_message_are_all_read(reader: FirstReader) -> None:
    lines = [line.partition(": ") for line in SEVERAL.read_text(encoding="utf-8").splitlines()]
    wrong = [text for needs, _, text in lines if [one.intent for one in reader.read(text).needs] != needs.split("+")]
    assert len(lines) >= 27
    assert len(wrong) <= 4, wrong


def test_one_need_is_hardly_ever_read_as_two(reader: FirstReader) -> None:
    doubled = [one.text for one in ALL if reader.read(one.text).needs]
    assert len(doubled) <= 0.01 * len(ALL), doubled


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I do not want to cancel my order", "cancel_order"),
        ("please don't cancel my order", "cancel_order"),
        ("I'm not asking you to close my account", "close_account"),
        ("ich möchte nicht stornieren", "cancel_order"),
        ("je ne veux pas annuler ma commande", "cancel_order"),
        ("no quiero cancelar mi pedido", "cancel_order"),
    ],
)
def test_what_is_not_wanted_is_not_begun(operation: Operation, reader: FirstReader, text: str, intent: str) -> None:
    assert decision(operation, reader.read(text)) != intent


def test_what_is_wanted_beside_it_is(operation: Operation, reader: FirstReader) -> None:
    text = "I don't want to cancel my order, I want to change the delivery address of LK-100001"
    assert decision(operation, reader.read(text)) == "change_address"
    assert decision(operation, reader.read("I do not want to keep the boots, please take them back")) == "return_order"


@pytest.mark.parametrize(
    "text",
    [
        "and the other one?",
        "what about LK-100300?",
        "und die andere?",
        "et l'autre ?",
        "¿y el otro?",
        "same for LK-100300",
    ],
)
def test_what_makes_sense_only_with_what_came_before_is_told(reader: FirstReader, text: str) -> None:
    assert reader.read(text).follows_up
    assert not reader.read("where is the other parcel that you sent me last week").follows_up


class Instant:
    """Stands where the intents are judged, and takes no time."""

    def hidden(self, text: str) -> str:
        return text

    def guesses(self, text: str, count: int = 3, *, without: str | None = None) -> tuple[Guess, ...]:
        return (Guess("where_is_my_order", 0.9), Guess("cancel_order", 0.05), Guess("thanks", 0.01))

    def verdict(self, text: str, *, without: str | None = None) -> Verdict:
        return Verdict(self.guesses(text), 0.0)


def test_everything_but_the_intents_takes_less_than_half_a_millisecond(operation: Operation) -> None:
    reader = FirstReader(operation, Instant())  # type: ignore[arg-type]

    def read() -> None:
        for one in ALL:
            reader.read(one.text)

    # Twice the promise; `benches/signals.py` tells what it is.
    assert costs_at_most(0.001, read, per=len(ALL))


def test_a_wish_that_tells_more_of_the_first_is_no_second_need(reader: FirstReader) -> None:
    assert reader.read("is an exchange possible for LK-101535? i need a different size").needs == ()
