"""How sure what was heard is, where a recogniser does not say: it listens again to the same words a little slower and a
little faster. What is clear is heard the same; what was guessed is guessed otherwise.
"""

import re
from collections.abc import Callable
from difflib import SequenceMatcher

import numpy as np
from scipy.signal import resample_poly

from aboveloop.connect.speech.ports import Samples

# As little slower and faster as a person is from one day to the next.
_PACES = ((100, 94), (94, 100))
_DIGITS = {
    word: str(digit)
    for digit, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
}
_WORD = re.compile(r"[^\W_]+")


def heard_alike(samples: Samples, listen: Callable[[Samples], str]) -> tuple[str, float, tuple[str, ...]]:
    """The text that is most like the others, how much it is on average (0 to 1), and the others where they differ."""
    heard = [listen(samples)]
    heard += [listen(np.asarray(resample_poly(samples, up, down), np.float32)) for up, down in _PACES]
    likeness = [sum(alike(one, other) for other in heard) - 1 for one in heard]
    best = max(range(len(heard)), key=lambda place: (round(likeness[place], 6), -place))
    others = tuple(dict.fromkeys(each for each in heard if each and _plain(each) != _plain(heard[best])))
    return heard[best], likeness[best] / (len(heard) - 1), others


def alike(one: str, other: str) -> float:
    """From 0 to 1, by letters and digits: "one zero" and "10" are the same."""
    first, second = _plain(one), _plain(other)
    if not first or not second:
        return float(first == second)
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _plain(text: str) -> str:
    return "".join(_DIGITS.get(word, word) for word in _WORD.findall(text.lower()))
