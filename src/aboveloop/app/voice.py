"""The voice of a house: who hears what customers say and reads answers to them, in which languages.

A provider of `models.toml` goes before this machine's own backends, but only where the operation lets what is said
leave the house.
Without either, and without the channel `voice`, there is no microphone and nothing is loaded.
"""

import functools
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

from aboveloop.connect.speech.hibari import HibariVoice
from aboveloop.connect.speech.moonshine import Moonshine
from aboveloop.connect.speech.ports import Heard, Recogniser, Sound, Speaker, SpeechUnavailable
from aboveloop.connect.speech.provider import ProviderRecogniser, ProviderVoice
from aboveloop.connect.speech.sentences import as_said
from aboveloop.connect.speech.settings import speech_of
from aboveloop.connect.speech.wav import write_wav
from aboveloop.operation.models import Channel, Operation
from aboveloop.operation.names import VOICE

Backend = TypeVar("Backend", Recogniser, Speaker)

# Below this it is asked again: on the bench, four of five that are as sure are right to the letter.
SURE = 0.85
# One listens, few wait: who waits longer than this is told so instead.
_MOST_WAITING = 4
_PATIENCE_SECONDS = 20.0
# A provider hears many at once, each of them in a thread of ours.
_MOST_OUTSIDE = 16
# Of a house that tells many customers the same; some forty kilobytes a sentence.
_KEPT_SENTENCES = 500
_BUSY = "Many are speaking at this moment. Try again in a moment."


class HouseVoice:
    """Threads share it. Backends are found at the first question and loaded at the first sound."""

    def __init__(self, home: Path, *, recognisers: Sequence[Recogniser] = (), speakers: Sequence[Speaker] = ()) -> None:
        self._home = home
        self._given = (tuple(recognisers), tuple(speakers))
        self._waiting = threading.Semaphore(_MOST_WAITING)
        self._turn = threading.Lock()
        self._outside = threading.Semaphore(_MOST_OUTSIDE)
        self._kept: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()
        self._keeping = threading.Lock()

    def ears(self, operation: Operation, language: str) -> Recogniser | None:
        """Who hears this language in this operation; None where nobody does: then no microphone is offered."""
        return self._first(self._found[0], operation, language)

    def mouth(self, operation: Operation, language: str) -> Speaker | None:
        """Who reads this language aloud; None where nobody does."""
        return self._first(self._found[1], operation, language)

    def hear(self, ears: Recogniser, sound: Sound, language: str) -> Heard:
        """What was said. Raises SpeechUnavailable, also where too many speak at once."""
        with self._in_turn(ears.outside):
            return ears.recognise(sound, language)

    def keeps(self, mouth: Speaker, text: str, language: str) -> bool:
        """Whether this sentence was made before and is kept."""
        with self._keeping:
            return (mouth.name, language, text) in self._kept

    def say(self, mouth: Speaker, text: str, language: str) -> bytes:
        """The sentence as a WAV file, made once. Raises SpeechUnavailable."""
        key = (mouth.name, language, text)
        with self._keeping:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        with self._in_turn(mouth.outside):
            made = write_wav(mouth.speak(as_said(text), language))
        with self._keeping:
            self._kept[key] = made
            while len(self._kept) > _KEPT_SENTENCES:
                self._kept.popitem(last=False)
        return made

    @functools.cached_property
    def _found(self) -> tuple[tuple[Recogniser, ...], tuple[Speaker, ...]]:
        ears, mouths = self._given
        if ears or mouths:
            return ears, mouths
        told = speech_of(self._home)
        if told is not None:
            ears = (ProviderRecogniser(told),)
            mouths = (ProviderVoice(told),) if told.voice_model else ()
        # This machine's own: the extra `voice`.
        if find_spec("moonshine_voice") is not None:
            ears = (*ears, Moonshine())
        if find_spec("hibari") is not None:
            mouths = (*mouths, HibariVoice())
        return ears, mouths

    @staticmethod
    def _first(found: Sequence[Backend], operation: Operation, language: str) -> Backend | None:
        channel = voice_of(operation)
        if channel is None:
            return None
        spoken = language.partition("-")[0]
        fit = (each for each in found if spoken in each.languages and (channel.outside or not each.outside))
        return next(fit, None)

    @contextmanager
    def _in_turn(self, outside: str) -> Iterator[None]:
        """This machine does one after the other. Raises SpeechUnavailable where too many wait."""
        waiting, turn = (self._outside, None) if outside else (self._waiting, self._turn)
        if not waiting.acquire(blocking=False):
            raise SpeechUnavailable(_BUSY, retry_after_seconds=5)
        try:
            if turn is not None and not turn.acquire(timeout=_PATIENCE_SECONDS):
                raise SpeechUnavailable(_BUSY, retry_after_seconds=5)
            try:
                yield
            finally:
                if turn is not None:
                    turn.release()
        finally:
            waiting.release()


def voice_of(operation: Operation) -> Channel | None:
    """The channel that says that customers may speak; None where they may not."""
    return operation.about.channels.get(VOICE)
