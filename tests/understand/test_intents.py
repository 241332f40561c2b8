"""Intents on their own: fitting, calibration, and how they do on real customers' messages."""

import collections
import csv
import gzip
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from aboveloop.understand.errors import TooFewIntents
from aboveloop.understand.features import Vocabulary, counted, stem
from aboveloop.understand.intents import IntentModel
from aboveloop.understand.learning import learn
from aboveloop.understand.words.built_in_en import ENGLISH as BUILT_IN
from pace import costs_at_most


def banking(shared: Path, per_intent: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Four fifths (or so many) of each intent's messages to learn from, one fifth to be asked."""
    with gzip.open(shared / "data/intents/banking77_train.csv.gz", "rt", encoding="utf-8") as file:
        rows = [(row["text"], row["category"]) for row in csv.DictReader(file)]
    random.Random(0).shuffle(rows)
    by_intent: dict[str, list[str]] = collections.defaultdict(list)
    for text, label in rows:
        by_intent[label].append(text)
    learned, asked = [], []
    for label, texts in sorted(by_intent.items()):
        cut = round(0.8 * len(texts))
        learned += [(text, label) for text in texts[:cut][:per_intent]]
        asked += [(text, label) for text in texts[cut:]]
    return learned, asked


def accuracy(model: IntentModel, asked: list[tuple[str, str]]) -> float:
    return sum(model.guesses(text)[0].intent == label for text, label in asked) / len(asked)


@pytest.mark.shared
def test_ten_examples_an_intent_suffice_for_most_of_77_intents(shared: Path) -> None:
    learned, asked = banking(shared, 10)
    model = learn(*zip(*learned, strict=True))
    assert accuracy(model, asked) >= 0.71


@pytest.mark.shared
@pytest.mark.slow
def test_many_examples_are_learned_from(shared: Path) -> None:
    learned, asked = banking(shared, 40)
    model = learn(*zip(*learned, strict=True))
    assert accuracy(model, asked) >= 0.84


@pytest.mark.shared
def test_confidence_is_honest_on_real_messages(shared: Path) -> None:
    """Of the messages that are believed with about 80 %, about that many are right; the unforeseen make it modest."""
    learned, asked = banking(shared, 10)
    model = learn(*zip(*learned, strict=True))
    guesses = [(model.guesses(text)[0], label) for text, label in asked]
    sure = np.array([guess.confidence for guess, _ in guesses])
    right = np.array([guess.intent == label for guess, label in guesses])
    for low, high in ((0.0, 0.4), (0.4, 0.7), (0.7, 0.9), (0.9, 1.01)):
        between = (sure >= low) & (sure < high)
        assert between.sum() > 50
        assert right[between].mean() >= sure[between].mean() - 0.05


@pytest.mark.shared
def test_intents_that_nobody_foresaw_come_out_lower(shared: Path) -> None:
    learned, asked = banking(shared, 30)
    known = set(sorted({label for _, label in learned})[::4])
    model = learn(*zip(*[pair for pair in learned if pair[1] in known], strict=True))
    foreseen = np.median([model.guesses(text)[0].confidence for text, label in asked if label in known])
    unforeseen = np.median([model.guesses(text)[0].confidence for text, label in asked if label not in known])
    assert foreseen > 0.85
    assert unforeseen < 0.6


def test_twenty_intents_with_thirty_examples_are_fitted_within_a_second() -> None:
    random.seed(5)
    words = ["".join(random.choices("abcdefghiklmnoprstuvw", k=random.randint(3, 9))) for _ in range(1500)]
    texts, labels = [], []
    for intent in range(20):
        own = random.sample(words, 60)
        texts += [" ".join(random.choices(own, k=6) + random.choices(words, k=4)) for _ in range(30)]
        labels += [f"intent_{intent}"] * 30
    for name, examples in BUILT_IN.items():
        texts += examples
        labels += [name] * len(examples)
    assert costs_at_most(1.0, lambda: learn(texts, labels))


@pytest.mark.parametrize(("texts", "labels"), [([], []), (["a"], ["x"]), (["a", "b"], ["x", "x"])])
def test_one_intent_cannot_be_told_from_none(texts: list[str], labels: list[str]) -> None:
    with pytest.raises(TooFewIntents):
        learn(texts, labels)


def test_two_intents_with_one_example_each_are_enough_to_begin() -> None:
    model = learn(["cancel my order", "where is my parcel"], ["cancel", "where"])
    assert model.guesses("cancel order please")[0].intent == "cancel"
    assert model.guesses("where is it")[0].intent == "where"


def test_examples_without_a_word_do_no_harm() -> None:
    model = learn(["", "!!", "cancel my order", "where is my parcel"], ["a", "a", "cancel", "where"])
    assert model.guesses("cancel my order")[0].intent == "cancel"


def test_a_text_without_known_features_has_no_confidence() -> None:
    model = learn(["cancel my order", "where is my parcel"], ["cancel", "where"])
    assert {guess.confidence for guess in model.guesses("жук")} == {0.0}


def test_a_label_can_be_ruled_out() -> None:
    model = learn(["cancel my order", "where is my parcel", "the weather"], ["cancel", "where", "outside"])
    assert all(guess.intent != "cancel" for guess in model.guesses("cancel my order", 2, without="cancel"))


def test_numbers_and_addresses_say_nothing_about_the_wish() -> None:
    assert counted("cancel LK-100200 49.90 anna@customers.example") == counted("cancel")


@pytest.mark.parametrize("intents", [2, 77])
def test_a_word_of_every_intent_weighs_a_third_of_a_new_one(intents: int) -> None:
    words = Vocabulary.of_intents([Counter(["the", f"word{place}"]) for place in range(intents)], np.arange(intents))
    assert words.idf[words.places["the"]] == pytest.approx(words.unseen / 3)
    assert words.idf[words.places["word0"]] > words.idf[words.places["the"]]


def test_a_word_weighs_by_the_intents_that_use_it_not_by_the_texts() -> None:
    counts = [Counter(["refund", "please"]), Counter(["refund"]), Counter(["refund"]), Counter(["cancel", "please"])]
    words = Vocabulary.of_intents(counts, np.array([0, 0, 0, 1]))
    weight = {name: words.idf[place] for name, place in words.places.items()}
    assert weight["refund"] == weight["cancel"] > weight["please"]


def test_how_much_is_said_of_others_does_not_change_how_a_text_is_read() -> None:
    said = ["cancel my order", "where is my parcel", "my parcel is late"]
    alone = learn(said, ["cancel", "where", "where"]).words
    wordy = learn([*said, "where is my parcel now", "where is it"], ["cancel", *["where"] * 4]).words
    assert alone.idf[alone.places["parcel"]] == wordy.idf[wordy.places["parcel"]]


@pytest.mark.parametrize(
    ("word", "other"), [("returns", "returned"), ("cancelling", "cancelled"), ("refunded", "refunding")]
)
def test_forms_of_a_word_share_a_stem(word: str, other: str) -> None:
    assert stem(word)[:5] == stem(other)[:5]
