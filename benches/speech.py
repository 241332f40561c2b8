"""Spoken beside typed: 48 messages, said by this machine's own voice, heard by its own ears, read by the same reader.

Three ways in: clean, with noise of 10 dB, and over a telephone (8 kHz, 300 to 3,300 Hz, mu-law). Printed are the word
error, the share of needs and of order numbers that are read right beside the same messages typed, and what becomes of
those that are not: asked again, or wrong. A voice that is made is clearer than people are: take it as the best case.

    python benches/speech.py [--most 48]
"""

import argparse
import re
import time
from collections.abc import Callable, Iterable

import numpy as np
from scipy.signal import butter, resample_poly, sosfilt

from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.app.voice import SURE
from aboveloop.connect.speech.hibari import HibariVoice
from aboveloop.connect.speech.moonshine import Moonshine
from aboveloop.connect.speech.ports import Heard, Samples, Sound
from aboveloop.connect.speech.sentences import as_said
from aboveloop.connect.speech.wav import RATE, at_rate
from aboveloop.operation.loading import load
from aboveloop.understand.reader import FirstReader
from aboveloop.understand.readings import Reading

NUMBERED = (
    ("Where is my order {}?", "where_is_my_order"),
    ("I want to cancel order {}", "cancel_order"),
    ("I would like to return my order {}", "return_order"),
    ("My order {} arrived damaged", "damaged_goods"),
    ("Please change the delivery address of order {}", "change_address"),
    ("I still wait for the refund of order {}", "refund_not_received"),
    ("Could you send me the invoice for order {}?", "invoice_copy"),
    ("The wrong article came with order {}", "wrong_article"),
)
NUMBERS = ("LK-100007", "LK-100415", "LK-238164", "LK-759203")
PLAIN = (
    ("I want to talk to a person", "wants_person"),
    ("Please close my account", "close_account"),
    ("What are your opening hours?", "opening_hours"),
    ("How much is shipping to Belgium?", "shipping_cost"),
    ("How can I pay?", "payment_methods"),
    ("How long is the warranty on a tent?", "warranty"),
    ("Thank you very much", "thanks"),
    ("Good morning", "greeting"),
    ("My parcel never came", "late_or_lost_parcel"),
    ("I do not want it any more, please cancel it", "cancel_order"),
    ("The jacket is too small, can I exchange it?", "exchange"),
    ("The zip of my jacket is broken", "damaged_goods"),
    ("How long may I take to return something?", "return_policy"),
    ("I have not got my money back yet", "refund_not_received"),
    ("Which size should I take?", "size_guide"),
    ("It says delivered but there is no parcel", "late_or_lost_parcel"),
)
_WORD = re.compile(r"[a-z']+|\d")
_DIGITS = {
    word: str(digit)
    for digit, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
}


def telephone(samples: Samples) -> Samples:
    """Through the band and the companding of a telephone, and back."""
    narrow = resample_poly(samples, 1, 2)
    narrow = sosfilt(butter(4, [300, 3_300], btype="band", fs=8_000, output="sos"), narrow)
    told = np.sign(narrow) * np.log1p(255 * np.abs(np.clip(narrow, -1, 1))) / np.log1p(255)
    told = np.round(told * 127) / 127
    back = np.sign(told) * (256 ** np.abs(told) - 1) / 255
    return np.asarray(resample_poly(back, 2, 1), np.float32)


def noisy(samples: Samples) -> Samples:
    power = float(np.mean(samples**2)) / 10
    return samples + np.random.default_rng(3).normal(0, power**0.5, len(samples)).astype(np.float32)


WAYS: dict[str, Callable[[Samples], Samples]] = {
    "clean": lambda samples: samples,
    "noise": noisy,
    "telephone": telephone,
}


def words(text: str) -> list[str]:
    return [
        _DIGITS.get(word, word) for word in _WORD.findall(re.sub(r"\b([a-z])[. -]+(?=[a-z]\b)", r"\1", text.lower()))
    ]


def errors(said: list[str], heard: list[str]) -> int:
    """Words that were put in, left out or changed: the edit distance."""
    row = list(range(len(heard) + 1))
    for place, word in enumerate(said, 1):
        before, row[0] = row[0], place
        for other, each in enumerate(heard, 1):
            before, row[other] = row[other], min(row[other] + 1, row[other - 1] + 1, before + (word != each))
    return row[-1]


def is_right(reading: Reading, intent: str, number: str) -> tuple[bool, bool]:
    """Whether the need and the order number were read."""
    found = [each.value for each in reading.entities if each.name == "order_number"]
    return reading.intent == intent, found == ([number] if number else [])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=48)
    most = parser.parse_args().most
    loaded = load(SAMPLE_OPERATION)
    assert loaded.operation is not None
    reader, mouth, ears = FirstReader.fit(loaded.operation), HibariVoice(), Moonshine()
    messages = [(form.format(number), intent, number) for number in NUMBERS for form, intent in NUMBERED]
    messages = [*messages, *((text, intent, "") for text, intent in PLAIN)][:most]
    typed = [is_right(reader.read(text), intent, number) for text, intent, number in messages]
    needs, numbers = share(need for need, _ in typed), share(found for _, found in typed)
    print(f"{len(messages)} messages; typed: needs {needs}, numbers {numbers}", flush=True)
    for way, through in WAYS.items():
        said_words = wrong_words = 0
        outcomes: list[tuple[bool, bool, bool]] = []
        began = time.perf_counter()
        for text, intent, number in messages:
            sound = at_rate(mouth.speak(as_said(text), "en"), RATE)
            heard = ears.recognise(Sound(through(sound.samples), RATE), "en")
            said_words += len(words(as_said(text)))
            wrong_words += errors(words(as_said(text)), words(heard.text))
            need, found = is_right(reader.read(heard.text), intent, number)
            outcomes.append((need, found, is_sure(heard)))
        seconds = (time.perf_counter() - began) / len(messages)
        sure = [(need, found) for need, found, is_clear in outcomes if is_clear]
        needs, numbers = share(need for need, *_ in outcomes), share(found for _, found, _ in outcomes)
        wrong = share(not (need and found) for need, found in sure)
        print(
            f"{way:10} word error {100 * wrong_words / said_words:4.1f} %  needs {needs}  numbers {numbers}  "
            f"asked again {len(outcomes) - len(sure)}, of the others wrong {wrong}  {seconds:.2f} s each",
            flush=True,
        )


def is_sure(heard: Heard) -> bool:
    return bool(heard.text) and heard.confidence is not None and heard.confidence >= SURE


def share(of: Iterable[bool]) -> str:
    every = list(of)
    return f"{sum(every)}/{len(every)}"


if __name__ == "__main__":
    main()
