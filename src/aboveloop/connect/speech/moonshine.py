"""English to words on this machine: Moonshine's tiny model, with its weights in its wheel (MIT). Nothing is downloaded.

Its own search for speech cuts the first words of telephone sound, so it is switched off and `hearing` decides.
"""

import threading
from pathlib import Path
from typing import Any

import numpy as np

from aboveloop.connect.speech.agreement import heard_alike
from aboveloop.connect.speech.hearing import has_speech, pieces
from aboveloop.connect.speech.ports import Heard, Samples, Sound, SpeechUnavailable
from aboveloop.connect.speech.wav import RATE, at_rate

LANGUAGES = ("en",)
# What it makes of breath and noise: never a whole message.
_EMPTY = frozenset({"", "you", "uh", "um", "the"})
# Before and after, so that no word is cut.
_MARGIN_SECONDS = 0.2


class Moonshine:
    """Loaded with the first recording: it takes half a second and some eighty megabytes."""

    name = "moonshine tiny-en 0.1.0"
    languages = LANGUAGES
    outside = ""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: Any = None

    def recognise(self, sound: Sound, language: str) -> Heard:
        """What was said. Raises SpeechUnavailable where the model does not work here."""
        if language.partition("-")[0] not in LANGUAGES:
            raise SpeechUnavailable(f"{self.name} hears no {language}, only English.")
        whole = at_rate(sound, RATE)
        if not has_speech(whole):
            return Heard("", 0.0, language, self.name)
        found = [heard_alike(_padded(each.samples), self._listen) for each in pieces(whole) if has_speech(each)]
        text = " ".join(text for text, _, _ in found if text).strip()
        if not text:
            return Heard("", 0.0, language, self.name)
        # A message is as sure as its least sure part.
        sure = min(sure for text, sure, _ in found if text)
        others = found[0][2] if len(found) == 1 else ()
        return Heard(text, round(sure, 4), language, self.name, others)

    def _listen(self, samples: Samples) -> str:
        # Imported with the first recording: an optional library, and heavy.
        from moonshine_voice.errors import MoonshineError  # noqa: PLC0415

        try:
            with self._lock:
                transcript = self._model().transcribe_without_streaming(samples, RATE)
        except (MoonshineError, OSError) as error:
            raise SpeechUnavailable(f"{self.name} does not work on this machine: {error}.") from error
        text = " ".join(line.text.strip() for line in transcript.lines).strip()
        return "" if text.lower().strip(" .,!?♪") in _EMPTY else text

    def _model(self) -> Any:
        if self._loaded is None:
            from moonshine_voice import ModelArch, Transcriber, get_assets_path  # noqa: PLC0415

            weights = Path(get_assets_path()) / "tiny-en"
            self._loaded = Transcriber(weights, ModelArch.TINY, options={"vad_threshold": "0.0"})
        return self._loaded


def _padded(samples: Samples) -> Samples:
    margin = np.zeros(int(_MARGIN_SECONDS * RATE), np.float32)
    return np.concatenate([margin, samples, margin])
