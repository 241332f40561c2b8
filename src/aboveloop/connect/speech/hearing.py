"""Before a recogniser listens: is there speech at all, and where may a long recording be cut?

Small recognisers make words of noise and of silence, and say the same over and over where a recording is long.
"""

from collections.abc import Iterator

import numpy as np
from scipy.signal import butter, sosfilt

from aboveloop.connect.speech.ports import Samples, Sound

_FRAME_SECONDS = 0.02
# Quieter than this is a microphone that hears nobody.
_SILENCE_DB = -52.0
# Speech rises and falls; fans, hum and tones do not.
_LIVELY_DB = 9.0
_SHORTEST_SECONDS = 0.12
# Moonshine is trained on pieces of some seconds; beyond twenty it begins to repeat itself.
_PIECE_SECONDS, _SEEK_SECONDS = 12.0, 5.0


def has_speech(sound: Sound) -> bool:
    """False for silence, steady noise, hum, a click: then nobody spoke, whatever a recogniser would make of it."""
    loud = _loudness(sound)
    if not len(loud) or np.percentile(loud, 95) < _SILENCE_DB:
        return False
    floor = max(float(np.percentile(loud, 10)), _SILENCE_DB - 10)
    lively = loud > floor + _LIVELY_DB / 2
    return bool(np.percentile(loud, 95) - floor >= _LIVELY_DB and lively.sum() * _FRAME_SECONDS >= _SHORTEST_SECONDS)


def pieces(sound: Sound) -> Iterator[Sound]:
    """The sound in pieces that are not too long, cut where it is quietest."""
    loud, start = _loudness(sound), 0
    size = int(_FRAME_SECONDS * sound.rate)
    longest, seek = int(_PIECE_SECONDS / _FRAME_SECONDS), int(_SEEK_SECONDS / _FRAME_SECONDS)
    while len(loud) - start > longest:
        # A pause is quiet for a while: of single frames the closure of a "t" would do as well.
        window = np.convolve(loud[start + longest - seek : start + longest], np.ones(20) / 20, mode="same")
        cut = start + longest - seek + int(np.argmin(window))
        yield Sound(sound.samples[start * size : cut * size], sound.rate)
        start = cut
    yield Sound(sound.samples[start * size :], sound.rate)


def _loudness(sound: Sound) -> Samples:
    """Of each fiftieth of a second, in decibels, in the band that a telephone carries."""
    size = int(_FRAME_SECONDS * sound.rate)
    count = len(sound.samples) // size
    if not count:
        return np.zeros(0, np.float32)
    band = sosfilt(butter(2, [250, 3_400], btype="band", fs=sound.rate, output="sos"), sound.samples)
    frames = np.asarray(band, np.float32)[: count * size].reshape(count, size)
    made: Samples = (10 * np.log10(np.mean(frames**2, axis=1) + 1e-12)).astype(np.float32)
    return made
