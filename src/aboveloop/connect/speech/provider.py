"""Speech of a provider behind an OpenAI-compatible endpoint: `/audio/transcriptions` and `/audio/speech`.

Providers differ: not all tell how sure they are. What they tell is taken, and what they do not is not made up.
"""

import json
import math
import secrets
from typing import Any

from aboveloop.connect.models.exchange import Endpoint, Exchange, ModelUnavailable
from aboveloop.connect.speech.ports import Heard, Sound, SoundRefused, SpeechUnavailable
from aboveloop.connect.speech.settings import SpeechSettings
from aboveloop.connect.speech.wav import read_wav, write_wav

_LARGEST_WORDS = 1_000_000
_LARGEST_SOUND = 20_000_000
# An answer is cut into sentences before; a minute is far more than any of them.
_MOST_SECONDS = 60.0
# From here on a provider that counts silence says that nobody spoke.
_NO_SPEECH = 0.6


class ProviderRecogniser:
    """A provider's ears."""

    def __init__(self, settings: SpeechSettings) -> None:
        self._settings = settings
        self._exchange = Exchange(_endpoint(settings, "/audio/transcriptions", _LARGEST_WORDS))

    @property
    def name(self) -> str:
        return f"{self._settings.name} {self._settings.model}"

    @property
    def languages(self) -> tuple[str, ...]:
        return self._settings.languages

    @property
    def outside(self) -> str:
        return self._settings.name

    def recognise(self, sound: Sound, language: str) -> Heard:
        """What the provider heard. Raises SpeechUnavailable, ModelRefused."""
        fields = {"model": self._settings.model, "language": language.partition("-")[0]}
        body, kind = _form({**fields, "response_format": "verbose_json"}, write_wav(sound))
        try:
            answer = self._exchange.post(body, content_type=kind)
            told = json.loads(answer)
            text = str(told["text"]).strip()
            segments = told.get("segments") or []
            sure, silent = _sureness(segments)
        except ModelUnavailable as error:
            raise SpeechUnavailable(str(error), retry_after_seconds=error.retry_after_seconds) from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise SpeechUnavailable(f"The answer of {self._settings.name} holds no words.") from error
        if silent or not any(one.isalnum() for one in text):
            return Heard("", 0.0, language, self.name)
        return Heard(text, sure, language, self.name)

    def close(self) -> None:
        self._exchange.close()


class ProviderVoice:
    """A provider's voice."""

    def __init__(self, settings: SpeechSettings) -> None:
        self._settings = settings
        self._exchange = Exchange(_endpoint(settings, "/audio/speech", _LARGEST_SOUND))

    @property
    def name(self) -> str:
        return f"{self._settings.name} {self._settings.voice_model} {self._settings.voice}"

    @property
    def languages(self) -> tuple[str, ...]:
        return self._settings.voice_languages

    @property
    def outside(self) -> str:
        return self._settings.name

    def speak(self, text: str, language: str) -> Sound:
        """The text as the provider says it. Raises SpeechUnavailable, ModelRefused."""
        asked = {"model": self._settings.voice_model, "input": text, "voice": self._settings.voice}
        body = json.dumps({**asked, "response_format": "wav"}, ensure_ascii=False).encode()
        try:
            return read_wav(self._exchange.post(body), most_seconds=_MOST_SECONDS)
        except ModelUnavailable as error:
            raise SpeechUnavailable(str(error), retry_after_seconds=error.retry_after_seconds) from error
        except SoundRefused as error:
            raise SpeechUnavailable(f"The answer of {self._settings.name} is no sound.") from error

    def close(self) -> None:
        self._exchange.close()


def _endpoint(settings: SpeechSettings, path: str, largest: int) -> Endpoint:
    return Endpoint(settings.name, settings.url.rstrip("/") + path, settings.key, settings.timeout_seconds, largest)


def _form(fields: dict[str, str], sound: bytes) -> tuple[bytes, str]:
    """The body of a form with one file, and its kind."""
    line = secrets.token_hex(16)
    named = '--{line}\r\nContent-Disposition: form-data; name="{name}"'.format
    parts = [f"{named(line=line, name=key)}\r\n\r\n{value}\r\n" for key, value in fields.items()]
    head = f'{named(line=line, name="file")}; filename="said.wav"\r\nContent-Type: audio/wav\r\n\r\n'
    body = "".join([*parts, head]).encode() + sound + f"\r\n--{line}--\r\n".encode()
    return body, f"multipart/form-data; boundary={line}"


def _sureness(segments: list[dict[str, Any]]) -> tuple[float | None, bool]:
    """How sure the least sure segment is, None where that is not told; and whether all of them are silence."""
    told = [float(each["avg_logprob"]) for each in segments if each.get("avg_logprob") is not None]
    silence = [float(each["no_speech_prob"]) for each in segments if each.get("no_speech_prob") is not None]
    sure = round(math.exp(min(0.0, *told)), 4) if told else None
    return sure, bool(silence) and len(silence) == len(segments) and min(silence) > _NO_SPEECH
