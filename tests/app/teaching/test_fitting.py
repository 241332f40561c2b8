"""What a reader would say to its own examples had it not learned from them."""

from dataclasses import replace

import pytest

from aboveloop.app.teaching.fitting import LeftOut, doubt, looked_back
from aboveloop.understand.intents import OUTSIDE, IntentModel
from aboveloop.understand.learning import learn

THINGS = ("boots", "a lamp", "two chairs", "the blue jacket", "a tent", "some rope", "the stove", "my order")
WISHES = {
    "cancel": "please cancel {}", "track": "where on earth is {}", "return": "i want to send back {}",
    "pay": "how do i pay for {}", "size": "which size fits best of {}", "gift": "wrap {} as a present",
}  # fmt: skip
TEXTS = [wish.format(thing) for wish in WISHES.values() for thing in THINGS] + [
    "tell me a joke",
    "hot today, is it not",
]
LABELS = [label for label in WISHES for _ in THINGS] + [OUTSIDE, OUTSIDE]


def read(model: IntentModel, text: str) -> tuple[str, float]:
    guess = model.guesses(text)[0]
    return guess.intent, guess.confidence


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return learn(TEXTS, LABELS)


@pytest.fixture(scope="module")
def found(model: IntentModel) -> LeftOut:
    return looked_back(model, TEXTS, LABELS, read)


def test_each_example_is_looked_back_on_once(found: LeftOut) -> None:
    assert sorted(each.name for each in found.known) == sorted(TEXTS[:-2])
    assert len(found.unknown) == len(found.unknown_of) == len(TEXTS)
    assert set(found.unknown_of) <= set(LABELS)


def test_examples_of_hidden_intents_are_doubted_more_than_those_left_out_alone(found: LeftOut) -> None:
    alone = [doubt(each.guess, each.confidence) for each in found.known]
    assert sum(alone) / len(alone) + 0.2 < sum(found.unknown) / len(found.unknown)


def test_the_same_examples_tell_the_same(model: IntentModel, found: LeftOut) -> None:
    assert looked_back(model, TEXTS, LABELS, read) == found


def test_of_very_many_examples_some_are_chosen_always_the_same(model: IntentModel) -> None:
    once, again = (looked_back(model, TEXTS, LABELS, read, most=20) for _ in range(2))
    assert once == again and len(once.known) <= 20
    assert len({each.label for each in once.known}) > 3


def test_where_nothing_can_be_unlearned_further_fits_tell(model: IntentModel) -> None:
    """As where a model learned from more examples than it compares messages with."""
    found = looked_back(replace(model, learned_from=10_000), TEXTS, LABELS, read)

    assert 3 <= len(found.known) <= len(TEXTS) // 10, "some of them are out of scope"
    assert len(TEXTS) - 2 <= len(found.unknown) <= len(TEXTS)
    assert sum(found.unknown) / len(found.unknown) > 0.5
