"""The backends of speech: this machine's own, and a provider's across a real socket, held to the same suite."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from aboveloop.connect.models.exchange import ModelRefused
from aboveloop.connect.speech.agreement import alike
from aboveloop.connect.speech.ports import Recogniser, Sound, Speaker, SpeechUnavailable
from aboveloop.connect.speech.provider import ProviderRecogniser, ProviderVoice
from aboveloop.connect.speech.settings import SpeechSettings, speech_of
from aboveloop.connect.speech.wav import RATE
from aboveloop.kit.errors import WrongUsage

pytest.importorskip("moonshine_voice", reason="The extra `voice` is not installed: uv sync --extra voice.")
pytest.importorskip("hibari", reason="The extra `voice` is not installed: uv sync --extra voice.")

from connect.speech.speech_server import Counterpart, answering

SAYS = "I would like to cancel my order, please."


@pytest.fixture(scope="module")
def counterpart() -> Iterator[Counterpart]:
    with answering() as server:
        yield server


@pytest.fixture(autouse=True)
def behaving(counterpart: Counterpart) -> None:
    counterpart.instead = None
    counterpart.keys.clear()


def settings_of(counterpart: Counterpart, **more: object) -> SpeechSettings:
    told = {
        "name": "acme",
        "url": counterpart.url,
        "model": "ears-1",
        "voice_model": "mouth-1",
        "voice_languages": ("en",),
    }
    return SpeechSettings(**{**told, **more})  # type: ignore[arg-type]


@pytest.fixture(params=["here", "provider"])
def ears(request: pytest.FixtureRequest, counterpart: Counterpart) -> Recogniser:
    return counterpart.ears if request.param == "here" else ProviderRecogniser(settings_of(counterpart))


@pytest.fixture(params=["here", "provider"])
def mouth(request: pytest.FixtureRequest, counterpart: Counterpart) -> Speaker:
    return counterpart.mouth if request.param == "here" else ProviderVoice(settings_of(counterpart))


def test_what_is_said_is_heard_again(ears: Recogniser, mouth: Speaker) -> None:
    heard = ears.recognise(mouth.speak(SAYS, "en"), "en")
    assert alike(heard.text, SAYS) > 0.95
    assert heard.confidence is not None and heard.confidence > 0.85
    assert (heard.by, heard.language) == (ears.name, "en")


def test_silence_is_nothing(ears: Recogniser) -> None:
    assert ears.recognise(Sound(np.zeros(RATE, np.float32), RATE), "en").text == ""


def test_noise_over_words_is_heard_less_surely(ears: Recogniser, mouth: Speaker) -> None:
    clear = mouth.speak(SAYS, "en")
    drowned = clear.samples + np.random.default_rng(5).normal(0, 0.25, len(clear.samples)).astype(np.float32)
    heard = ears.recognise(Sound(drowned, clear.rate), "en")
    assert heard.text == "" or (heard.confidence or 0) < (ears.recognise(clear, "en").confidence or 0)


def test_the_machine_itself_hears_and_speaks_english_alone(counterpart: Counterpart) -> None:
    assert (counterpart.ears.languages, counterpart.mouth.languages) == (("en",), ("en",))
    assert (counterpart.ears.outside, counterpart.mouth.outside) == ("", "")
    with pytest.raises(SpeechUnavailable, match="only English"):
        counterpart.ears.recognise(Sound(np.zeros(RATE, np.float32), RATE), "de")
    with pytest.raises(SpeechUnavailable, match="only English"):
        counterpart.mouth.speak("Guten Tag", "de")


def test_the_same_words_sound_the_same(counterpart: Counterpart) -> None:
    one, other = (counterpart.mouth.speak(SAYS, "en").samples for _ in range(2))
    assert np.array_equal(one, other)


def test_speech_beyond_a_piece_is_heard_to_its_end(counterpart: Counterpart) -> None:
    said = (
        "I ordered a pair of boots three weeks ago. The parcel was sent back to you. Then I wrote an email and nobody "
        "answered. After that I called and waited for an hour. I would like to have my money back. Please tell me what "
        "happens next."
    )
    heard = counterpart.ears.recognise(counterpart.mouth.speak(said, "en"), "en")
    assert alike(heard.text, said) > 0.9


# --- a provider, and what may be wrong with it --------------------------------------------------


def test_a_provider_is_asked_as_its_documentation_says(
    counterpart: Counterpart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_KEY", "s3cret")
    settings = settings_of(counterpart, key="ACME_KEY", voice="nova")
    sound = ProviderVoice(settings).speak("Hello there.", "en")
    ProviderRecogniser(settings).recognise(sound, "en-GB")
    assert counterpart.asked[-1] == {
        "model": "mouth-1",
        "input": "Hello there.",
        "voice": "nova",
        "response_format": "wav",
    }
    assert counterpart.forms[-1] == {"model": "ears-1", "language": "en", "response_format": "verbose_json"}
    assert counterpart.keys == ["Bearer s3cret"] * 2
    assert ProviderRecogniser(settings).name == "acme ears-1" and ProviderVoice(settings).name == "acme mouth-1 nova"
    assert (ProviderRecogniser(settings).outside, ProviderVoice(settings).outside) == ("acme", "acme")


TONE = Sound(np.zeros(RATE, np.float32), RATE)


@pytest.mark.parametrize(
    ("told", "text", "sure"),
    [
        ({"text": " Hello. "}, "Hello.", None),
        ({"text": "Hello.", "segments": []}, "Hello.", None),
        ({"text": "Hi.", "segments": [{"avg_logprob": -0.1}, {"avg_logprob": -1.0}]}, "Hi.", round(math.exp(-1), 4)),
        ({"text": "Hi.", "segments": [{"avg_logprob": 0.3}]}, "Hi.", 1.0),
        ({"text": "You", "segments": [{"avg_logprob": -0.1, "no_speech_prob": 0.9}]}, "", 0.0),
        ({"text": " ... "}, "", 0.0),
    ],
)
def test_what_a_provider_tells_is_taken_and_the_rest_not_made_up(
    counterpart: Counterpart, told: dict[str, object], text: str, sure: float | None
) -> None:
    counterpart.instead = 200, json.dumps(told).encode()
    heard = ProviderRecogniser(settings_of(counterpart)).recognise(TONE, "en")
    assert (heard.text, heard.confidence) == (text, sure)


@pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b'{"text": "a", "segments": [1]}', b"<html>", b"\xff"])
def test_nonsense_is_no_answer(counterpart: Counterpart, answer: bytes) -> None:
    counterpart.instead = 200, answer
    with pytest.raises(SpeechUnavailable):
        ProviderRecogniser(settings_of(counterpart)).recognise(TONE, "en")
    with pytest.raises(SpeechUnavailable):
        ProviderVoice(settings_of(counterpart)).speak("Hello", "en")


@pytest.mark.parametrize(("status", "kind"), [(503, SpeechUnavailable), (429, SpeechUnavailable), (401, ModelRefused)])
def test_a_provider_that_says_no_is_told_apart(counterpart: Counterpart, status: int, kind: type[Exception]) -> None:
    counterpart.instead = status, b"{}"
    with pytest.raises(kind):
        ProviderRecogniser(settings_of(counterpart)).recognise(TONE, "en")
    with pytest.raises(kind):
        ProviderVoice(settings_of(counterpart)).speak("Hello", "en")


def test_nobody_there_is_unavailable() -> None:
    with pytest.raises(SpeechUnavailable, match="cannot be reached"):
        ProviderRecogniser(SpeechSettings("http://127.0.0.1:9/v1", "x", name="acme")).recognise(TONE, "en")


def test_settings_are_read_of_the_home(tmp_path: Path) -> None:
    assert speech_of(tmp_path) is None
    (tmp_path / "models.toml").write_text(
        '[speech]\nname = "acme"\nurl = "https://acme.example/v1"\nmodel = "a"\nlanguages = ["en", "de"]\n'
        'voice_model = "b"\nvoice_languages = ["de"]\ntimeout_seconds = 5\n'
    )
    found = speech_of(tmp_path)
    assert found == SpeechSettings(
        "https://acme.example/v1", "a", name="acme", languages=("en", "de"), voice_model="b", voice_languages=("de",),
        timeout_seconds=5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('url = "https://a.example"', "lacks model"),
        ('url = "http://a.example"\nmodel = "a"', "https:// only"),
        ('url = "https://a.example"\nmodel = "a"\nlanguages = "en"', "wrong type"),
        ('url = "https://a.example"\nmodel = "a"\nlanguages = [1]', "languages of"),
        ('url = "https://a.example"\nmodel = "a"\nname = "A b"', "no name of a provider"),
        ('url = "https://a.example"\nmodel = "a"\ntimeout_seconds = 0', "above 0"),
        ('url = "https://a.example"\nmodel = "a"\nears = 2', "unknown setting"),
    ],
)
def test_faulty_settings_are_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "models.toml").write_text(f"[speech]\n{text}\n")
    with pytest.raises(WrongUsage, match=said):
        speech_of(tmp_path)
