"""Words to English speech on this machine: Hibari, whose default voice is in its wheel (Apache-2.0). Nothing is
downloaded: of its other voices none is used.
"""

import threading
from typing import Any

from aboveloop.connect.speech.ports import Sound, SpeechUnavailable

LANGUAGES = ("en",)
# The same words sound the same each time, so that they can be kept.
_SEED = 7


class HibariVoice:
    """Loaded with the first sentence: it takes half a second."""

    name = "hibari heart 0.2.1"
    languages = LANGUAGES
    outside = ""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: Any = None

    def speak(self, text: str, language: str) -> Sound:
        """The text as speech, empty where nothing in it is said. Raises SpeechUnavailable."""
        if language.partition("-")[0] not in LANGUAGES:
            raise SpeechUnavailable(f"{self.name} speaks no {language}, only English.")
        with self._lock:
            if self._loaded is None:
                # Imported with the first sentence: an optional library, and heavy.
                from hibari import Hibari  # noqa: PLC0415

                self._loaded = Hibari(threads=1)
            return Sound(self._loaded(text, seed=_SEED), self._loaded.sample_rate)
