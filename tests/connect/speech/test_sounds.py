"""Sounds: what is read of a file that anybody may have made, where there is speech, and where it may be cut."""

import io
import struct
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aboveloop.connect.speech.agreement import alike, heard_alike
from aboveloop.connect.speech.hearing import has_speech, pieces
from aboveloop.connect.speech.ports import Sound, SoundRefused, SoundTooLong
from aboveloop.connect.speech.sentences import as_said, sentences
from aboveloop.connect.speech.wav import RATE, at_rate, read_wav, write_wav

CHANCE = np.random.default_rng(11)


def tone(seconds: float, rate: int = RATE, loud: float = 0.5) -> Sound:
    return Sound((loud * np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate)) / rate)).astype(np.float32), rate)


def spoken_like(seconds: float) -> Sound:
    """Noise that rises and falls four times a second, as syllables do."""
    at = np.arange(int(seconds * RATE)) / RATE
    rising = np.clip(np.sin(2 * np.pi * 2 * at), 0, 1) ** 2
    return Sound((0.3 * rising * CHANCE.normal(0, 1, len(at))).astype(np.float32), RATE)


def file_of(width: int, channels: int, rate: int) -> bytes:
    samples = tone(0.5, rate).samples
    whole = np.repeat((samples * (2 ** (8 * width - 1) - 1)).astype(np.int64), channels)
    raw = {
        1: lambda: (whole + 128).astype("u1").tobytes(),
        2: lambda: whole.astype("<i2").tobytes(),
        3: lambda: b"".join(struct.pack("<i", int(each))[:3] for each in whole),
        4: lambda: whole.astype("<i4").tobytes(),
    }[width]()
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(raw)
    return made.getvalue()


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_every_usual_file_is_the_same_sound(width: int, channels: int, rate: int) -> None:
    found = read_wav(file_of(width, channels, rate), most_seconds=1)
    assert found.rate == RATE and found.seconds == pytest.approx(0.5, abs=0.001)
    # Away from the edges, where a change of rate rings.
    middle = found.samples[1_000:-1_000]
    assert np.abs(middle - tone(0.5).samples[1_000 : 1_000 + len(middle)]).max() < 0.02


def test_what_is_written_is_read_again() -> None:
    found = read_wav(write_wav(tone(0.3)), most_seconds=1)
    assert np.abs(found.samples - tone(0.3).samples).max() < 1e-3
    loud = read_wav(write_wav(tone(0.3, loud=3.0)), most_seconds=1)
    assert np.abs(loud.samples).max() <= 1


@pytest.mark.parametrize(
    "content",
    [
        b"", b"RIFF", b"OggS" + bytes(60), b"\x1aE\xdf\xa3" + bytes(60), write_wav(tone(0.1))[:44],
        file_of(2, 1, 4_000), file_of(2, 1, 96_000),
        write_wav(tone(0.1)).replace(b"\x01\x00\x01\x00", b"\x03\x00\x01\x00"),
    ],
    ids=["empty", "cut", "ogg", "webm", "no samples", "slow", "fast", "floats"],
)  # fmt: skip
def test_what_is_no_recording_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(SoundRefused, match="WAV file: PCM"):
        read_wav(content, most_seconds=1)


def test_too_long_a_recording_is_refused_whatever_its_header_says() -> None:
    content = bytearray(write_wav(tone(1.5)))
    with pytest.raises(SoundTooLong, match="longer than 1 seconds"):
        read_wav(bytes(content), most_seconds=1)
    # A header that claims four gigabytes does not make room for them.
    content[40:44] = struct.pack("<I", 2**32 - 1)
    with pytest.raises(SoundTooLong):
        read_wav(bytes(content), most_seconds=1)
    assert read_wav(bytes(content), most_seconds=2).seconds == pytest.approx(1.5)


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_read_or_refused(content: bytes) -> None:
    for made in (content, write_wav(tone(0.01))[:44] + content):
        try:
            assert read_wav(made, most_seconds=1).rate == RATE
        except SoundRefused:
            pass


@pytest.mark.parametrize(
    ("name", "samples"),
    [
        ("silence", np.zeros(2 * RATE)),
        ("noise", CHANCE.normal(0, 0.05, 2 * RATE)),
        ("hum", 0.2 * np.sin(2 * np.pi * 50 * np.arange(2 * RATE) / RATE)),
        ("tone", tone(2).samples),
        ("click", np.eye(1, 2 * RATE, 9_000)[0]),
        ("shortest", np.zeros(10)),
    ],
)
def test_where_nobody_speaks_there_is_no_speech(name: str, samples: np.ndarray) -> None:
    assert not has_speech(Sound(samples.astype(np.float32), RATE)), name


def test_what_rises_and_falls_may_be_speech() -> None:
    assert has_speech(spoken_like(2))


def test_a_long_recording_is_cut_at_its_pauses_and_loses_nothing() -> None:
    parts = [spoken_like(8).samples, np.zeros(RATE, np.float32), spoken_like(9).samples, np.zeros(RATE, np.float32)]
    whole = Sound(np.concatenate([*parts, spoken_like(6).samples]), RATE)
    found = list(pieces(whole))
    assert np.array_equal(np.concatenate([each.samples for each in found]), whole.samples)
    assert all(each.seconds <= 12 for each in found)
    ends = np.cumsum([each.seconds for each in found])[:-1]
    # Each of these sounds ends in a quarter of a second of nothing.
    assert 7.75 <= ends[0] <= 9


def test_a_short_recording_is_not_cut() -> None:
    assert len(list(pieces(spoken_like(5)))) == 1


def test_a_rate_that_is_right_stays() -> None:
    sound = tone(0.1)
    assert at_rate(sound, RATE) is sound


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("LK one zero, two.", "lk 102", 1.0),
        ("", "", 1.0),
        ("yes", "", 0.0),
        ("Cancel it", "cancel it!", 1.0),
        ("yes", "no", 0.0),
    ],
)
def test_texts_are_alike_by_letters_and_digits(one: str, other: str, likeness: float) -> None:
    assert alike(one, other) == likeness


def test_what_is_heard_twice_wins_over_what_is_heard_once() -> None:
    heard = iter(["You yes please", "Yes, please.", "Yes please"])
    text, sure, others = heard_alike(tone(0.2).samples, lambda _: next(heard))
    assert (text, others) == ("Yes, please.", ("You yes please",))
    assert 0.8 < sure < 1


def test_what_is_heard_differently_each_time_is_not_sure() -> None:
    heard = iter(["We are good", "Statistics", "Forget it"])
    assert heard_alike(tone(0.2).samples, lambda _: next(heard))[1] < 0.5


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("…", ()),
        ("One. Two? Three!\n\nFour", ("One.", "Two?", "Three!", "Four")),
        ('He said "no." Then he left.', ('He said "no.', "Then he left.")),
        ("49.90 EUR is paid back.", ("49.90 EUR is paid back.",)),
    ],
)
def test_messages_are_cut_into_sentences(text: str, parts: tuple[str, ...]) -> None:
    assert sentences(text) == parts


@given(st.text(max_size=2_000))
def test_no_sentence_is_too_long_and_no_letter_is_lost(text: str) -> None:
    found = sentences(text)
    assert all(0 < len(each) <= 300 for each in found)
    letters = "".join(each for each in "".join(found) if each.isalnum())
    assert letters == "".join(each for each in text if each.isalnum())


def test_numbers_of_orders_are_said_sign_by_sign() -> None:
    assert as_said("Your order LK-100007 of 49.90 EUR") == "Your order L K 1 0 0 0 0 7 of 49.90 EUR"
