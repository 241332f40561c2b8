"""Embeddings: what every embedder must do, tried on the stand-in and on the real weights."""

from pathlib import Path

import numpy as np
import pytest

from aboveloop.kit.settings import shared_folder
from aboveloop.understand.embedding import Embedder
from aboveloop.understand.errors import EmbeddingsUnavailable
from aboveloop.understand.sentences import SentenceModel, load_sentences
from understand.small_talk import FoldedWords

TEXTS = ["where is my parcel", "I want my money back", "", "жук", "a" * 5_000, "where is my package", "hi"]


@pytest.fixture(scope="module")
def sentences() -> SentenceModel:
    shared = shared_folder()
    if shared is None:
        pytest.skip("The shared folder is missing: set ABOVELOOP_SHARED.")
    return load_sentences("minilm-int8", shared / "models" / "minilm-int8")


@pytest.fixture(params=["stand_in", pytest.param("real", marks=pytest.mark.shared)])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "stand_in":
        return FoldedWords()
    real: Embedder = request.getfixturevalue("sentences")
    return real


def test_every_view_has_a_row_of_length_one_for_each_text(embedder: Embedder) -> None:
    views = embedder.embed(TEXTS)
    assert len(views) == len(embedder.views)
    for view in views:
        assert len(view) == len(TEXTS)
        assert np.linalg.norm(view, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-3)


def test_a_text_among_others_is_as_it_is_alone(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS)
    for place, text in enumerate(TEXTS):
        for view, alone in zip(together, embedder.embed([text]), strict=True):
            assert float(view[place] @ alone[0]) > 0.96


def test_what_means_the_same_is_closer(embedder: Embedder) -> None:
    first, money, _, _, _, same, _ = embedder.embed(TEXTS)[0]
    assert first @ same > first @ money


@pytest.mark.shared
def test_meaning_counts_more_than_words(sentences: SentenceModel) -> None:
    parcel, lost, bread = sentences.embed(["where is my parcel", "my shipment got lost", "where is my bread"])[0]
    assert parcel @ lost > 0.45
    assert parcel @ lost > parcel @ bread


def test_unknown_weights_are_refused() -> None:
    with pytest.raises(EmbeddingsUnavailable, match="not ones that this version knows"):
        SentenceModel("minilm-int8", b"something else", "{}")


def test_missing_files_are_told_of(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingsUnavailable, match="cannot be read"):
        load_sentences("minilm-int8", tmp_path)
