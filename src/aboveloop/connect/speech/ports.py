"""What every backend of speech takes and gives: sounds, what was heard in them, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from aboveloop.kit.errors import PermanentError, TemporaryError

Samples = NDArray[np.float32]


class SoundRefused(PermanentError):
    """A recording that cannot be listened to: another format, damaged, empty."""


class SoundTooLong(PermanentError):
    """A recording of more seconds than are listened to."""

    http_status = 413


class SpeechUnavailable(TemporaryError):
    """A backend of speech gave no usable answer."""


@dataclass(frozen=True)
class Sound:
    """One channel, samples from -1 to 1."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


@dataclass(frozen=True)
class Heard:
    """`text` is "" where nothing was said. `confidence` from 0 to 1; None where the backend tells none.

    `by` names the recogniser with its version: words that came from speech are traced to it.
    """

    text: str
    confidence: float | None
    language: str
    by: str
    alternatives: tuple[str, ...] = ()


class _Speech(Protocol):
    """Threads share it. `outside`: the provider to whom sound or words go, "" where they stay on this machine."""

    @property
    def name(self) -> str: ...

    @property
    def languages(self) -> Sequence[str]: ...

    @property
    def outside(self) -> str: ...


class Recogniser(_Speech, Protocol):
    """Hears."""

    def recognise(self, sound: Sound, language: str) -> Heard:
        """Raises SpeechUnavailable."""
        ...


class Speaker(_Speech, Protocol):
    """Speaks."""

    def speak(self, text: str, language: str) -> Sound:
        """Raises SpeechUnavailable."""
        ...
