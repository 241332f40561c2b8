"""Ears and a mouth for tests of the doors: they obey the ports, and hear and say what the test tells them."""

import threading
from dataclasses import dataclass, field

import numpy as np

from aboveloop.connect.speech.ports import Heard, Sound, SpeechUnavailable
from aboveloop.connect.speech.wav import RATE, write_wav


@dataclass
class Ears:
    """Hear the texts one after the other, the last one again and again."""

    texts: list[str] = field(default_factory=lambda: ["I want to cancel my order"])
    confidence: float | None = 0.97
    name: str = "ears 1"
    languages: tuple[str, ...] = ("en",)
    outside: str = ""
    heard: list[Sound] = field(default_factory=list)
    broken: bool = False
    # Where given, listening waits until it is set.
    gate: threading.Event | None = None
    begun: threading.Event = field(default_factory=threading.Event)

    def recognise(self, sound: Sound, language: str) -> Heard:
        self.heard.append(sound)
        self.begun.set()
        if self.gate is not None:
            assert self.gate.wait(10)
        if self.broken:
            raise SpeechUnavailable("The ears are closed.", retry_after_seconds=3)
        text = self.texts.pop(0) if len(self.texts) > 1 else self.texts[0]
        return Heard(text, self.confidence if text else 0.0, language, self.name, ("I want to counsel my order",))


@dataclass
class Mouth:
    """Says a fifth of a second of tone for whatever it is given."""

    name: str = "mouth 1"
    languages: tuple[str, ...] = ("en",)
    outside: str = ""
    said: list[str] = field(default_factory=list)
    broken: bool = False

    def speak(self, text: str, language: str) -> Sound:
        if self.broken:
            raise SpeechUnavailable("The mouth is closed.")
        self.said.append(text)
        return recording(0.2)


def recording(seconds: float = 1.0) -> Sound:
    tone = 0.3 * np.sin(2 * np.pi * 300 * np.arange(int(seconds * RATE)) / RATE)
    return Sound(tone.astype(np.float32), RATE)


def wav(seconds: float = 1.0) -> bytes:
    return write_wav(recording(seconds))
