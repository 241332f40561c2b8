"""Planes over words, for many examples without embeddings: nothing is judged by a model that learned from it."""

import random
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from aboveloop.understand.intents import IntentModel
from aboveloop.understand.learning import learn
from aboveloop.understand.model_file import load_model, save_model
from aboveloop.understand.prepared import MOST_LANDMARKS
from aboveloop.understand.separators import cross_fit, fit_separators

LABELS = 12
EACH = 560


def chatter(seed: int, each: int) -> tuple[list[str], list[str]]:
    """Short texts in made-up words, some of them of the label."""
    chance = random.Random(5)
    words = ["".join(chance.choices("abcdefghiklmnoprstuvw", k=chance.randint(3, 9))) for _ in range(2_000)]
    own = [chance.sample(words, 40) for _ in range(LABELS)]
    saying = random.Random(seed)
    texts, labels = [], []
    for label in range(LABELS):
        for _ in range(each):
            texts.append(" ".join(saying.choices(own[label], k=2) + saying.choices(words, k=4)))
            labels.append(f"about_{'abcdefghijkl'[label]}")
    return texts, labels


@pytest.fixture(scope="module")
def model() -> IntentModel:
    texts, labels = chatter(1, EACH)
    assert len(texts) > MOST_LANDMARKS
    return learn(texts, labels)


def test_many_examples_without_embeddings_are_read_by_planes(model: IntentModel) -> None:
    texts, labels = chatter(2, 20)
    assert model.planes is not None
    right = [model.guesses(text)[0].intent == label for text, label in zip(texts, labels, strict=True)]
    assert np.mean(right) > 0.85
    sure = model.confidence(model.judge(texts)).mean()
    assert sure == pytest.approx(np.mean(right), abs=0.12)
    assert max(model.confidence(model.judge(["zzzz yyyy", "жук"]))) < 0.2


def test_such_a_model_is_the_same_when_read_back(model: IntentModel, tmp_path: Path) -> None:
    path = tmp_path / "intents.model"
    save_model(model, path)
    again = load_model(path)
    for text in chatter(3, 2)[0]:
        first, second = model.guesses(text)[0], again.guesses(text)[0]
        assert first.intent == second.intent
        assert first.confidence == pytest.approx(second.confidence, abs=0.02)


def test_no_example_vouches_for_itself() -> None:
    """Each example has a word of its own that tells its label: a model that saw it would be right."""
    count, size = 300, 3
    targets = np.random.default_rng(1).integers(size, size=count)
    features = sparse.csr_array(sparse.eye_array(count, dtype=np.float32))
    importance = np.ones(count, dtype=np.float32)
    seen = fit_separators(features, targets, size, importance).scores(features)
    assert (seen.argmax(axis=1) == targets).mean() == 1.0
    again = cross_fit(features, targets, size, importance)
    assert (again.scores.argmax(axis=1) == targets).mean() < 0.6


def test_a_hidden_intent_is_never_the_best() -> None:
    generator = np.random.default_rng(2)
    targets = np.repeat(np.arange(6), 40)
    features = sparse.csr_array((np.eye(6)[targets] + generator.normal(size=(240, 6)) * 0.1).astype(np.float32))
    again = cross_fit(features, targets, 6, np.ones(240, dtype=np.float32))
    assert (again.scores.argmax(axis=1) == targets).mean() > 0.95
    assert (again.hidden.argmax(axis=1) == targets).mean() == 0.0


def test_two_labels_have_a_plane_each() -> None:
    features = sparse.csr_array(np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]], dtype=np.float32))
    planes = fit_separators(features, np.array([0, 0, 2, 2]), 3, np.ones(4, dtype=np.float32))
    assert planes.scores(features).argmax(axis=1).tolist() == [0, 0, 2, 2]
    assert planes.scores(features)[:, 1].max() == -1.0
