"""The page on speaking: its examples are valid, and what it names exists."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from aboveloop.connect.speech.hibari import HibariVoice
from aboveloop.connect.speech.moonshine import Moonshine
from aboveloop.connect.speech.settings import speech_of
from aboveloop.operation.models import OperationFile

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "let-customers-speak.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    found = re.findall(rf"( *)```{kind}\n(.*?)\1```", PAGE, flags=re.DOTALL)
    return [re.sub(rf"(?m)^{indent}", "", text) for indent, text in found]


def test_the_channels_are_channels() -> None:
    first, second = (YAML(typ="safe", pure=True).load(block) for block in blocks("yaml"))
    operation = OperationFile.model_validate({"name": "shop", "title": "Shop", **first})
    assert set(operation.channels) == {"webchat", "voice"} and not operation.channels["voice"].outside
    assert OperationFile.model_validate({"name": "shop", "title": "Shop", **second}).channels["voice"].outside


def test_the_provider_is_one(tmp_path: Path) -> None:
    (block,) = blocks("toml")
    (tmp_path / "models.toml").write_text(block)
    found = speech_of(tmp_path)
    assert found is not None
    assert (found.name, found.languages, found.voice_languages) == ("acme", ("en", "de", "fr"), ("en", "de"))


def test_the_extra_and_its_versions_are_those_of_the_page() -> None:
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert extra["voice"] == ["hibari-tts==0.2.1", "moonshine-voice==0.1.0"]
    assert "moonshine-voice 0.1.0" in PAGE and "hibari-tts 0.2.1" in PAGE
    assert Moonshine.name.endswith("0.1.0") and HibariVoice.name.endswith("0.2.1")


def test_the_licences_are_those_of_the_wheels() -> None:
    pytest.importorskip("moonshine_voice", reason="The extra `voice` is not installed: uv sync --extra voice.")
    assert metadata.metadata("moonshine-voice")["License"] == "MIT"
    assert metadata.metadata("hibari-tts")["License"] == "Apache-2.0"
