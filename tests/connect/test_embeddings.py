"""A provider's embeddings over its endpoint: what is understood, what is no answer, and how long it may last."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aboveloop.connect.models.breaker import Breaker
from aboveloop.connect.models.embedding_settings import EmbeddingSettings, embeddings_of
from aboveloop.connect.models.embeddings import EmbeddingModel
from aboveloop.connect.models.exchange import ModelRefused, ModelUnavailable
from aboveloop.kit.errors import WrongUsage
from connect.embedding_server import DIMENSIONS, Provider, by_words, provider

TEXTS = ["where is my parcel", "cancel my order", "où est mon colis"]


@pytest.fixture
def acme() -> Iterator[Provider]:
    with provider() as served:
        yield served


def model_of(served: Provider, **settings: Any) -> EmbeddingModel:
    return EmbeddingModel(EmbeddingSettings(**{"url": served.url, "model": "embed-1", "name": "acme", **settings}))


def asked(model: EmbeddingModel, texts: list[str] = TEXTS, **within: float) -> np.ndarray:  # type: ignore[type-arg]
    try:
        return model.ask(model.request_bytes(texts), len(texts), **within).vectors
    finally:
        model.close()


def units(texts: list[str]) -> np.ndarray:  # type: ignore[type-arg]
    rows = by_words(texts)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize(
    "way",
    [{}, {"backwards": True}, {"without_index": True}, {"bare": True}, {"backwards": True, "bare": True}],
)
@pytest.mark.parametrize("encoding", ["float", "base64"])
def test_whatever_small_things_providers_do_otherwise_each_text_gets_its_vector(
    acme: Provider, way: dict[str, bool], encoding: str
) -> None:
    for name, value in way.items():
        setattr(acme, name, value)
    assert np.allclose(asked(model_of(acme, encoding=encoding)), units(TEXTS), atol=1e-5)
    assert acme.requests[0]["input"] == TEXTS and acme.requests[0]["encoding_format"] == encoding


def test_the_request_is_what_the_settings_say(acme: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_KEY", "s3cret")
    found = asked(model_of(acme, dimensions=64, key="ACME_KEY", url=f"{acme.url}/embeddings"))
    assert found.shape == (3, 64) and np.allclose(np.linalg.norm(found, axis=1), 1)
    assert acme.requests[0]["dimensions"] == 64 and acme.requests[0]["model"] == "embed-1"
    assert b"Authorization: Bearer s3cret" in acme.raw[0]


def test_without_dimensions_and_key_neither_is_sent(acme: Provider) -> None:
    asked(model_of(acme))
    assert "dimensions" not in acme.requests[0] and b"Authorization" not in acme.raw[0]


def test_a_key_that_is_not_there_sends_nothing(acme: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACME_KEY", raising=False)
    with pytest.raises(ModelRefused, match="ACME_KEY"):
        asked(model_of(acme, key="ACME_KEY"))
    assert acme.raw == []


def rows(*vectors: Any) -> bytes:
    return json.dumps({"data": [{"index": place, "embedding": each} for place, each in enumerate(vectors)]}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'{"error": {"message": "no"}}',
        b'{"data": []}',
        b'{"data": [1, 2, 3]}',
        rows([1.0], [1.0]),
        rows([1.0], [1.0], [1.0, 2.0]),
        rows([], [], []),
        rows([0.0], [1.0], [1.0]),
        rows([float("nan")], [1.0], [1.0]),
        rows([10**400], [1.0], [1.0]),
        rows([1e300], [1.0], [1.0]),
        rows([None], [1.0], [1.0]),
        rows(["1"], [1.0], [1.0]),
        rows("***", "***", "***"),
        rows("AAA=", "AAA=", "AAA="),
        b'{"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1]}]}',
        b'{"data": [{"index": "0", "embedding": [1]}, {"index": 1, "embedding": [1]}, {"index": 2, "embedding": [1]}]}',
        b'{"data": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    ],
)
def test_an_answer_that_makes_no_sense_is_none(acme: Provider, body: bytes) -> None:
    acme.body = body
    with pytest.raises(ModelUnavailable):
        asked(model_of(acme))


def test_other_dimensions_than_were_asked_for_are_refused(acme: Provider) -> None:
    acme.body = rows([1.0] * 8, [1.0] * 8, [1.0] * 8)
    with pytest.raises(ModelRefused, match="8 dimensions; 64 were asked for"):
        asked(model_of(acme, dimensions=64))


@pytest.mark.parametrize(("told", "seconds"), [("7", 7.0), ("-3", 0.0), ("soon", 1.0), ("nan", 1.0), ("1e9", 3600.0)])
def test_a_busy_provider_says_how_long_to_wait(acme: Provider, told: str, seconds: float) -> None:
    acme.faults = [(429, {"Retry-After": told})]
    with pytest.raises(ModelUnavailable) as refused:
        asked(model_of(acme))
    assert refused.value.retry_after_seconds == seconds


@pytest.mark.parametrize("status", [400, 401, 404, 422, 301])
def test_what_is_refused_will_not_go_well_later(acme: Provider, status: int) -> None:
    acme.faults = [(status, {"Location": "http://elsewhere.example/"})]
    with pytest.raises(ModelRefused) as refused:
        asked(model_of(acme))
    assert refused.value.status == status


def test_nobody_waits_longer_than_they_said(acme: Provider) -> None:
    acme.slow_seconds = 5.0
    begun = time.perf_counter()
    with pytest.raises(ModelUnavailable):
        asked(model_of(acme), within_seconds=0.1)
    assert time.perf_counter() - begun < 4


def test_a_breaker_opens_after_three_failures_lets_one_try_and_closes_again() -> None:
    now = [0.0]
    breaker = Breaker("acme", lambda: now[0])

    def fail() -> None:
        with breaker.watching():
            raise ModelUnavailable("down")

    for _ in range(3):
        assert not breaker.is_open
        with pytest.raises(ModelUnavailable, match="down"):
            fail()
    assert breaker.is_open
    with pytest.raises(ModelUnavailable, match="left alone"):
        fail()
    now[0] = 11.0
    with breaker.watching(), pytest.raises(ModelUnavailable, match="left alone"):
        # While one tries, nobody else waits for it.
        fail()
    assert not breaker.is_open


def test_a_breaker_opens_at_once_where_the_provider_asks_for_time() -> None:
    now = [0.0]
    breaker = Breaker("acme", lambda: now[0])
    with pytest.raises(ModelUnavailable), breaker.watching():
        raise ModelUnavailable("busy", retry_after_seconds=60)
    now[0] = 59.0
    assert breaker.is_open
    now[0] = 61.0
    assert not breaker.is_open


SET_UP = '[embeddings]\nurl = "https://api.acme.example/v1"\nmodel = "m"\n'


def test_the_settings_are_read_and_their_faults_told(tmp_path: Path) -> None:
    assert embeddings_of(tmp_path) is None
    path = tmp_path / "models.toml"
    path.write_text(SET_UP + 'key = "K"\ndimensions = 64\nbatch = 8\nreading_seconds = 0.5\nname = "acme"\n')
    found = embeddings_of(tmp_path)
    assert found is not None
    assert (found.name, found.key, found.dimensions, found.batch, found.reading_seconds) == ("acme", "K", 64, 8, 0.5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[embeddings]\nmodel = 'm'\n", "lacks url"),
        ("[embeddings]\nurl = 'https://a.example'\n", "lacks model"),
        (SET_UP + "batch = 0\n", "out of range"),
        (SET_UP + "batch = true\n", "wrong type"),
        (SET_UP + "reading_seconds = 60\n", "out of range"),
        (SET_UP + "encoding = 'binary'\n", "base64"),
        (SET_UP + "name = 'A B'\n", "no name"),
        (SET_UP + "colour = 'red'\n", "unknown setting"),
        (SET_UP.replace("https", "http"), "https:// only"),
        (SET_UP.replace("https://api.acme.example", "http://127.0.0.1.evil.example"), "https:// only"),
        (SET_UP.replace("https://", "https://user:secret@"), "https:// only"),
        ("embeddings = 3\n", "takes only"),
        ("[other]\n", "takes only"),
    ],
)
def test_a_faulty_setting_says_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "models.toml").write_text(text)
    with pytest.raises(WrongUsage, match=said):
        embeddings_of(tmp_path)


def test_the_vectors_of_the_server_are_as_long_as_it_says(acme: Provider) -> None:
    assert asked(model_of(acme)).shape[1] == DIMENSIONS
