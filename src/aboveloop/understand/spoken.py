"""What is said in words instead of digits: numbers in other languages, and digits one by one ("one double zero")."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from aboveloop.understand.words.lexicon import spelled
from aboveloop.understand.words.numbers import REPEATS, spelled_numbers, spoken_digits

_WORD = re.compile(r"[^\W\d_]+")
# Between two spoken digits, or two parts of a number.
_NEAR = re.compile(r"[\s,.\-]{1,3}")
# Fewer are a number of their own ("one two" may be "one, two things").
_FEWEST_DIGITS = 3
_LONGEST_NUMBER = 6
_MOST = 50


@dataclass(frozen=True)
class Spoken:
    """A stretch of text and the number, or the digits, that it says."""

    start: int
    end: int
    digits: str


# Amounts, bare amounts and numbers are looked for in the same text, one after the other.
@functools.lru_cache(maxsize=4)
def numbers_in_words(text: str, languages: tuple[str, ...]) -> tuple[Spoken, ...]:
    """Numbers spelled out in German, French or Spanish. "Ein", "un" and "uno" alone are articles, and none."""
    return tuple(_numbers_in_words(text, languages))


def _numbers_in_words(text: str, languages: tuple[str, ...]) -> Iterator[Spoken]:
    known = spelled_numbers(tuple(language for language in languages if language != "en"))
    if not known:
        return
    words = list(islice(_WORD.finditer(text), 400))
    plain = [spelled(word.group().lower()) for word in words]
    place = 0
    firsts = _firsts(languages)
    while place < len(words):
        if plain[place] not in firsts:
            place += 1
            continue
        length = next(
            (
                size
                for size in range(min(_LONGEST_NUMBER, len(words) - place), 0, -1)
                if tuple(plain[place : place + size]) in known and _joined(text, words[place : place + size])
            ),
            0,
        )
        number = known[tuple(plain[place : place + length])] if length else 0
        if length and number > 1:
            yield Spoken(words[place].start(), words[place + length - 1].end(), str(number))
        place += max(1, length)


@functools.lru_cache(maxsize=32)
def _firsts(languages: tuple[str, ...]) -> frozenset[str]:
    return frozenset(phrase[0] for phrase in spelled_numbers(tuple(one for one in languages if one != "en")))


def digits_in(text: str, languages: tuple[str, ...]) -> list[Spoken]:
    """Runs of three and more digits that are spoken one by one, "double zero" being two."""
    known = spoken_digits(languages)
    found: list[Spoken] = []
    start, end, digits, times = 0, -1, "", 1
    for word in islice(_WORD.finditer(text), 400):
        plain = spelled(word.group().lower())
        follows = end >= 0 and _NEAR.fullmatch(text, end, word.start()) is not None
        if not follows:
            found += _run(start, end, digits)
            digits, end, times = "", -1, 1
        if plain in REPEATS:
            start, end, times = (start if digits else word.start()), word.end(), REPEATS[plain]
        elif plain in known:
            start = start if digits or times > 1 else word.start()
            digits, end, times = digits + known[plain] * times, word.end(), 1
        else:
            found += _run(start, end, digits)
            digits, end, times = "", -1, 1
    return (found + _run(start, end, digits))[:_MOST]


def in_digits(text: str, runs: list[Spoken]) -> tuple[str, list[int]]:
    """The text with its spoken digits as digits, and for each place in it the place in `text` that it came from."""
    made, places, end = "", [], 0
    for run in runs:
        made += text[end : run.start] + run.digits
        places += [*range(end, run.start), *([run.start] * (len(run.digits) - 1)), run.end - 1]
        end = run.end
    return made + text[end:], [*places, *range(end, len(text) + 1)]


def _run(start: int, end: int, digits: str) -> list[Spoken]:
    return [Spoken(start, end, digits)] if len(digits) >= _FEWEST_DIGITS else []


def _joined(text: str, words: list[re.Match[str]]) -> bool:
    return all(_NEAR.fullmatch(text, one.end(), other.start()) is not None for one, other in pairwise(words))
