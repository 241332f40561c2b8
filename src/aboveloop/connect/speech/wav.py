"""WAV files in and out: PCM of 8 to 32 bits, one or two channels. Nothing here trusts what a header says."""

import io
import wave

import numpy as np
from scipy.signal import resample_poly

from aboveloop.connect.speech.ports import Samples, Sound, SoundRefused, SoundTooLong

# What recognisers are made for; a telephone has half of it.
RATE = 16_000
RATES = range(8_000, 48_001)
_SAYS = "Send a WAV file: PCM, one channel, 16 bits, 16 kHz."


def read_wav(content: bytes, *, most_seconds: float) -> Sound:
    """The sound of a WAV file, at 16 kHz. Raises SoundRefused, SoundTooLong."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            if channels not in (1, 2) or width not in (1, 2, 3, 4) or rate not in RATES:
                raise SoundRefused(f"This recording has {channels} channels of {8 * width} bits at {rate} Hz. {_SAYS}")
            # One frame more than fits tells that it is too long, whatever the header claims.
            frames = file.readframes(int(most_seconds * rate) + 1)
    except (wave.Error, EOFError, ValueError) as error:
        raise SoundRefused(f"This is no recording that can be read. {_SAYS}") from error
    whole = len(frames) // (channels * width)
    if whole > most_seconds * rate:
        raise SoundTooLong(f"This recording is longer than {most_seconds:.0f} seconds. Say it in parts.")
    if not whole:
        raise SoundRefused(f"This recording is empty. {_SAYS}")
    samples = _samples(frames[: whole * channels * width], width).reshape(-1, channels).mean(axis=1)
    return at_rate(Sound(samples.astype(np.float32), rate), RATE)


def write_wav(sound: Sound) -> bytes:
    """The sound as a WAV file of 16 bits."""
    told = (np.clip(sound.samples, -1, 1) * 32_767).astype("<i2")
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes(told.tobytes())
    return made.getvalue()


def at_rate(sound: Sound, rate: int) -> Sound:
    """The same sound with so many samples a second."""
    if sound.rate == rate:
        return sound
    step = np.gcd(sound.rate, rate)
    made = resample_poly(sound.samples, rate // step, sound.rate // step)
    return Sound(np.asarray(made, dtype=np.float32), rate)


def _samples(frames: bytes, width: int) -> Samples:
    if width == 1:
        return np.asarray((np.frombuffer(frames, np.uint8).astype(np.float32) - 128) / 128, np.float32)
    if width == 3:
        # Three bytes become the upper ones of four, which keeps the sign.
        padded = np.zeros((len(frames) // 3, 4), np.uint8)
        padded[:, 1:] = np.frombuffer(frames, np.uint8).reshape(-1, 3)
        return np.asarray(padded.view("<i4").reshape(-1) / 2**31, np.float32)
    return np.asarray(np.frombuffer(frames, f"<i{width}") / 2 ** (8 * width - 1), np.float32)
