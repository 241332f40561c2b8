"""A model in a file is the model: the same answers, no code in it, no other weights."""

import dataclasses
import json
import zipfile
from pathlib import Path

import pytest

from aboveloop.understand.errors import ModelDamaged, ModelForeign
from aboveloop.understand.intents import IntentModel
from aboveloop.understand.learning import learn
from aboveloop.understand.model_file import load_model, save_model
from understand.conftest import EXAMPLES, SAID
from understand.small_talk import FoldedWords

TEXTS = [text for examples in EXAMPLES.values() for text in examples]
LABELS = [label for label, examples in EXAMPLES.items() for _ in examples]
ASKED = [text for texts in SAID.values() for text in texts][:60]


@pytest.fixture(scope="module", params=["words", "embedded"])
def model(request: pytest.FixtureRequest) -> IntentModel:
    return learn(TEXTS, LABELS, FoldedWords() if request.param == "embedded" else None)


@pytest.fixture
def saved(model: IntentModel, tmp_path: Path) -> Path:
    path = tmp_path / "intents.model"
    save_model(model, path)
    return path


def test_a_model_read_back_answers_the_same(model: IntentModel, saved: Path) -> None:
    again = load_model(saved).with_embedder(model.embedder)
    for text in ASKED:
        first, second = model.guesses(text), again.guesses(text)
        assert first[0].intent == second[0].intent
        assert first[0].confidence == pytest.approx(second[0].confidence, abs=0.01)
    kept, same = model.promise(cap=0.1), again.promise(cap=0.1)
    assert (kept.share, kept.reason) == (same.share, same.reason)


def test_the_same_examples_give_the_same_bytes(model: IntentModel, saved: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.model"
    save_model(learn(TEXTS, LABELS, model.embedder), other)
    assert other.read_bytes() == saved.read_bytes()


def test_nothing_in_it_is_a_pickle(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        assert {Path(name).suffix for name in archive.namelist()} == {".json", ".npy"}
        for name in archive.namelist():
            if name.endswith(".npy"):
                assert b"'|O'" not in archive.read(name)[:200]


def test_a_model_of_other_weights_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "intents.model"
    save_model(learn(TEXTS, LABELS, FoldedWords()), path)
    loaded = load_model(path)
    for other in (FoldedWords("other"), None):
        with pytest.raises(ModelForeign, match="fitted with the weights folded-words"):
            loaded.with_embedder(other)


def test_a_model_of_words_needs_no_weights(tmp_path: Path) -> None:
    path = tmp_path / "intents.model"
    save_model(learn(TEXTS, LABELS), path)
    assert load_model(path).with_embedder(FoldedWords()).embedder is None


@pytest.mark.parametrize("damage", ["cut", "text", "version", "label", "missing"])
def test_a_damaged_file_is_told_of(saved: Path, damage: str) -> None:
    if damage == "cut":
        saved.write_bytes(saved.read_bytes()[:-400])
    elif damage == "text":
        saved.write_text("label,text\n")
    else:
        with zipfile.ZipFile(saved) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        header = json.loads(parts["model.json"])
        if damage == "version":
            header["version"] = 99
        elif damage == "label":
            header["labels"] = header["labels"][:-1]
        else:
            del parts["weights.npy"]
        parts["model.json"] = json.dumps(header).encode()
        with zipfile.ZipFile(saved, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
    with pytest.raises(ModelDamaged):
        load_model(saved)


def test_what_is_written_is_whole_or_not_there(model: IntentModel, tmp_path: Path) -> None:
    path = tmp_path / "intents.model"
    path.write_bytes(b"before")
    broken = dataclasses.replace(model, texts=(object(),))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        save_model(broken, path)
    assert path.read_bytes() == b"before"
