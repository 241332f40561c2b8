"""A model without an example, or without an intent, says what one would say that was fitted without them."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from aboveloop.understand.features import Vocabulary, counted
from aboveloop.understand.intents import OUTSIDE, IntentModel
from aboveloop.understand.learning import learn
from aboveloop.understand.unlearning import Unlearning

SAID = {
    "cancel_order": ["cancel my order", "please cancel the order", "stop the order", "i want to cancel it all"],
    "where_is_it": ["where is my parcel", "where is the order now", "track my parcel", "has it been sent"],
    "refund": ["i want my money back", "refund me please", "give me a refund", "money back for the order"],
    OUTSIDE: ["what is the weather", "tell me a joke", "who won the match", "do you like cats", "sing a song"],
}
TEXTS = [text for texts in SAID.values() for text in texts]
LABELS = [label for label, texts in SAID.items() for _ in texts]
ASKED = ["cancel the parcel", "where is my refund", "a joke about an order", "stop it", "qwertz"]


def fitted(left: str = "", hidden: str = "") -> IntentModel:
    kept = [place for place in range(len(TEXTS)) if TEXTS[place] != left and LABELS[place] != hidden]
    return learn([TEXTS[place] for place in kept], [LABELS[place] for place in kept])


@pytest.fixture(scope="module")
def unlearning() -> Unlearning:
    found = Unlearning.of(fitted())
    assert found is not None
    return found


@pytest.fixture(scope="module")
def plain() -> Unlearning:
    """Without messages out of scope, whose weight depends on how many other examples there are."""
    found = Unlearning.of(fitted(hidden=OUTSIDE))
    assert found is not None
    return found


def test_without_an_example_the_rest_explains_each_other_as_if_it_had_never_been(plain: Unlearning) -> None:
    """Weights are those of a least-squares fit to the rest, over the words that the whole fit knows."""
    place = plain.model.texts.index("track my parcel")
    found = plain.without(place)
    rest = np.delete(np.arange(len(plain.model.texts)), place)
    likeness = plain.model.landmarks.likeness(plain.model.landmarks.as_rows())[np.ix_(rest, rest)].astype(float)
    wanted = np.eye(3)[plain.model.of_label[rest]]
    weights = np.linalg.solve(likeness + 0.201 * np.eye(len(rest)), wanted)

    assert found.weights[rest] == pytest.approx(weights, abs=1e-4)
    assert not found.weights[place].any()


def test_without_an_intent_no_text_is_read_as_it(unlearning: Unlearning) -> None:
    found = unlearning.without_intent("where_is_it")

    assert found.labels == tuple(sorted({*SAID} - {"where_is_it"}))
    for text in [*ASKED, *SAID["where_is_it"]]:
        assert all(guess.intent != "where_is_it" for guess in found.guesses(text))
    assert found.weights.shape[1] == 3 and (np.diff(found.of_label) >= 0).all()


@pytest.mark.parametrize("hidden", ["cancel_order", "where_is_it", "refund"])
def test_what_is_hidden_lends_nothing_to_others(plain: Unlearning, hidden: str) -> None:
    found = plain.without_intent(hidden)
    anew = fitted(hidden=hidden)
    own = [label for label in SAID if label not in (hidden, OUTSIDE)]
    for label in own:
        for text in SAID[label]:
            assert found.guesses(text)[0].intent == label == anew.guesses(text)[0].intent


def test_an_example_does_not_vouch_for_itself(unlearning: Unlearning) -> None:
    place = unlearning.model.texts.index("has it been sent")
    before = unlearning.model.guesses("has it been sent")[0]
    after = unlearning.without(place).guesses("has it been sent")[0]

    assert before.intent == "where_is_it" and before.confidence > after.confidence


@pytest.mark.parametrize("kind", [0, 1])
def test_words_weigh_as_if_the_unlearned_texts_had_never_been(kind: int) -> None:
    counts = [counted(text)[kind] for text in TEXTS]
    left, rest = counts[3:7], counts[:3] + counts[7:]
    held = Counter(name for each in left for name in each)
    whole, anew = Vocabulary.of(counts).without(held, len(left)), Vocabulary.of(rest)

    assert whole.unseen == pytest.approx(anew.unseen)
    for name, place in whole.places.items():
        weight = anew.idf[anew.places[name]] if name in anew.places else anew.unseen
        assert whole.idf[place] == pytest.approx(weight), name
    for each in counts:
        known = dict(zip(*anew.vector(each), strict=True))
        found = dict(zip(*whole.vector(each), strict=True))
        for name, place in anew.places.items():
            if name in each:
                assert found[whole.places[name]] == pytest.approx(known[place])


def anew(model: IntentModel, left: set[int]) -> Vocabulary:
    """Words as a fit weighs them that never had the texts at `left`."""
    kept = [place for place in range(len(model.texts)) if place not in left]
    return Vocabulary.of_intents([counted(model.texts[place])[0] for place in kept], model.of_label[kept])


def same(found: Vocabulary, wanted: Vocabulary) -> bool:
    weights = [wanted.idf[wanted.places[name]] if name in wanted.places else wanted.unseen for name in found.places]
    return found.unseen == pytest.approx(wanted.unseen) and found.idf == pytest.approx(np.array(weights))


@pytest.mark.parametrize("text", ["has it been sent", "stop the order", "tell me a joke", "cancel order"])
def test_an_intent_forgets_the_words_that_only_the_unlearned_text_held(unlearning: Unlearning, text: str) -> None:
    place = unlearning.model.texts.index(text)
    assert same(unlearning.without(place).words, anew(unlearning.model, {place}))


def test_a_hidden_intent_is_one_document_fewer(unlearning: Unlearning) -> None:
    model = unlearning.model
    left = {place for place in range(len(model.texts)) if model.labels[model.of_label[place]] == "refund"}
    assert same(unlearning.without_intent("refund").words, anew(model, left))


def test_the_only_text_of_an_intent_takes_the_intent_with_it() -> None:
    model = learn([*TEXTS, "hello there"], [*LABELS, "c17"])
    found = Unlearning.of(model)
    assert found is not None
    place = model.texts.index("hello there")
    assert same(found.without(place).words, anew(model, {place}))


def test_a_text_without_words_is_forgotten_without_harm() -> None:
    model = learn([*TEXTS, "?!"], [*LABELS, "refund"])
    found = Unlearning.of(model)
    assert found is not None
    assert same(found.without(model.texts.index("?!")).words, model.words)


def test_an_example_resembles_others_less_where_its_own_words_are_unknown(plain: Unlearning) -> None:
    """As a message of a customer does, whose words no example holds."""
    place = plain.model.texts.index("has it been sent")
    found = plain.without(place)
    kept = replace(found, words=plain.model.words, letters=plain.model.letters)

    assert found.likeness("has it been sent").sum() < kept.likeness("has it been sent").sum()


def test_the_model_itself_stays_as_it_was(unlearning: Unlearning) -> None:
    before = [unlearning.model.guesses(text) for text in ASKED]
    unlearning.without(3)
    unlearning.without_intent("refund")

    assert [unlearning.model.guesses(text) for text in ASKED] == before
