"""Fitting and reading files with a provider's embeddings: batches, patience, what is kept, and what is foreign."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from aboveloop.app.embeddings.kept import KeptVectors, key_of
from aboveloop.app.embeddings.provider import Manner, ProvidedEmbeddings, probed
from aboveloop.cli.main import main
from aboveloop.connect.models.embedding_settings import EmbeddingSettings
from aboveloop.connect.models.embeddings import EmbeddingModel
from aboveloop.connect.models.exchange import ModelUnavailable
from aboveloop.understand.embedding import are_same
from connect.embedding_server import Provider, by_words, provider

THINGS = ("parcel", "invoice", "refund", "password", "coffee", "window")
WAYS = (
    "where is my {}",
    "I need my {} today",
    "please send the {}",
    "is there news of the {}",
    "what about the {} now",
)
ROWS = [(way.format(thing), f"about_{thing}") for thing in THINGS for way in WAYS]


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("ABOVELOOP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ABOVELOOP_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    with provider() as served:
        (tmp_path / "home" / "models.toml").write_text(
            f'[embeddings]\nname = "acme"\nurl = "{served.url}"\nmodel = "embed-1"\nbatch = 16\n'
        )
        with (tmp_path / "examples.csv").open("w", newline="") as file:
            csv.writer(file).writerows([("text", "intent"), *ROWS])
        (tmp_path / "messages.csv").write_text("text\nwhere is the parcel\nmy invoice please\n")
        yield served


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


def embedder(
    served: Provider, kept: KeptVectors | None = None, waited: list[float] | None = None
) -> ProvidedEmbeddings:
    model = EmbeddingModel(EmbeddingSettings(served.url, "embed-1", "acme", batch=16))
    pauses = waited if waited is not None else []
    return ProvidedEmbeddings(
        model, probed(model), Manner(pause=lambda seconds: bool(pauses.append(seconds)), keep=kept)
    )


def test_fit_and_predict_with_the_provider(acme: Provider, tmp_path: Path) -> None:
    assert run("understand", "fit", tmp_path / "examples.csv", "--out", tmp_path / "m", "--embeddings", "provider") == 0
    requests = len(acme.raw)
    assert run("understand", "predict", tmp_path / "m", tmp_path / "messages.csv", "--out", tmp_path / "out.csv") == 0
    with (tmp_path / "out.csv").open() as file:
        assert [row["intent"] for row in csv.DictReader(file)] == ["about_parcel", "about_invoice"]
    assert len(acme.raw) - requests == 2, "the probes, and all messages at once"


def test_a_provider_that_changed_its_model_is_told_and_a_new_fit_mends_it(
    acme: Provider, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fit = ("understand", "fit", tmp_path / "examples.csv", "--out", tmp_path / "m", "--embeddings", "provider")
    read = ("understand", "predict", tmp_path / "m", tmp_path / "messages.csv", "--out", tmp_path / "out.csv")
    assert run(*fit) == 0
    acme.embed = lambda texts: by_words(texts, salt="another")
    assert run(*read) == 1
    assert "changed its model" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "out.csv").exists()
    assert run(*fit) == 0 and run(*read) == 0


def test_without_the_setting_such_a_model_says_what_is_missing(
    acme: Provider, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("understand", "fit", tmp_path / "examples.csv", "--out", tmp_path / "m", "--embeddings", "provider") == 0
    (tmp_path / "home" / "models.toml").unlink()
    assert run("understand", "predict", tmp_path / "m", tmp_path / "messages.csv", "--out", tmp_path / "out.csv") == 2
    assert "add [embeddings] to" in " ".join(capsys.readouterr().err.split())


def test_a_fit_waits_as_long_as_a_busy_provider_asks_and_goes_on(acme: Provider) -> None:
    waited: list[float] = []
    found = embedder(acme, waited=waited)
    acme.faults = [(429, {"Retry-After": "7"}), (503, {})]
    assert np.allclose(np.linalg.norm(found.embed([text for text, _ in ROWS])[0], axis=1), 1)
    assert waited == [7.0, 2.0]


def test_what_came_before_a_fit_gave_up_is_kept_and_not_asked_for_again(acme: Provider, tmp_path: Path) -> None:
    kept = KeptVectors(tmp_path / "kept")
    found = embedder(acme, kept)
    texts = [text for text, _ in ROWS]
    found.embed(texts[:16])
    acme.faults = [(429, {"Retry-After": "3600"})] * 20
    with pytest.raises(ModelUnavailable, match="goes on from there"):
        found.embed(texts)
    acme.faults = []
    again, before = embedder(acme, kept), len(acme.texts)
    again.embed(texts)
    assert acme.texts[before:] == texts[16:]


def test_batches_become_as_small_as_the_provider_takes_them(acme: Provider) -> None:
    acme.most_texts = 5
    found = embedder_without_probes(acme)
    found.embed([text for text, _ in ROWS])
    assert max(len(each["input"]) for each in acme.requests if len(each["input"]) <= 5) == 4


def embedder_without_probes(served: Provider) -> ProvidedEmbeddings:
    model = EmbeddingModel(EmbeddingSettings(served.url, "embed-1", "acme", batch=16))
    return ProvidedEmbeddings(model, np.ones((8, 256), dtype=np.float32) / 16, Manner(pause=lambda seconds: True))


def test_a_text_that_is_too_long_for_the_provider_is_cut_and_found_again(acme: Provider) -> None:
    found = embedder(acme)
    acme.most_characters = 300
    text = "where is my parcel " * 40
    (first,) = found.embed([text])
    sent = len(acme.raw)
    (again,) = found.embed([text])
    assert np.array_equal(first, again) and len(acme.raw) == sent


def test_what_may_not_leave_is_like_nothing(acme: Provider) -> None:
    found = embedder(acme)
    (rows,) = found.embed(["tell Zebulon Quatermass about it", "", "where is my parcel"])
    assert not rows[0].any() and not rows[1].any() and rows[2].any()
    assert found.withheld == 1 and b"Zebulon" not in b"".join(acme.raw)


def test_a_damaged_batch_is_only_asked_for_again(tmp_path: Path) -> None:
    kept = KeptVectors(tmp_path / "kept")
    kept.keep({key_of("a"): np.ones(3, dtype=np.float32)})
    assert list(kept.every()) == [key_of("a")]
    next((tmp_path / "kept").glob("*.rows.npy")).write_bytes(b"broken")
    assert kept.every() == {}


def test_the_same_but_for_rounding_is_the_same() -> None:
    rows = by_words(["a b c", "d e f"])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    assert are_same(rows, rows.astype(np.float16).astype(np.float32))
    assert not are_same(rows, rows[::-1].copy())
    assert not are_same(rows, rows[:, :10])
    assert not are_same(None, rows) and are_same(None, None)
