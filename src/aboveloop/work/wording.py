"""Wording: the ways in which a value can be said to a customer, and whether a text says it.

Everything is compared in one plain form: lower case, words only, numbers without signs, commas and empty decimals.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeGuard

Value = str | int | float

TYPOGRAPHIC = str.maketrans({"’": "'", "‘": "'"})
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
EMPTY_DECIMALS = re.compile(r"(\d)\.0{1,2}(?!\d)")
# A full stop parts words unless it stands inside one, as in an address or a number.
APART = re.compile(r"[^a-z0-9.@]+|\.(?=\s|$)|(?<=\s)\.")
ISO_DAY = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:T.*)?$")
NUMBER_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
# "I ordered this one by mistake": so many words may stand between two that belong together.
WORDS_BETWEEN = 3
# A postcode or a price has fewer digits.
DIGITS_OF_ITS_OWN = 7
# Answers and arguments nest a few levels; whatever is deeper is no record that was ever told to anybody.
GREATEST_DEPTH = 12


@dataclass(frozen=True)
class Leaf:
    """One value inside arguments or an answer, with the key that it stands under."""

    name: str
    value: Value


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """`text` as words with one space around each, so that `" word " in plain(text)` asks for whole words."""
    text = THOUSANDS.sub("", text.translate(TYPOGRAPHIC).lower())
    return f" {' '.join(APART.sub(' ', EMPTY_DECIMALS.sub(_whole, text)).split())} "


def says(text: str, value: Value) -> bool:
    """True when the plain `text` says `value`: in one of its forms, with a plural s, or with a few words in between."""
    if not isinstance(value, str):
        return any(pattern.search(text) for pattern in _number_patterns(value))
    if any(f" {form} " in text or f" {form}s " in text for form in _forms(value)):
        return True
    loose = _loose_pattern(value)
    return loose is not None and loose.search(text) is not None


def leaves(value: Any, name: str = "", depth: int = 0) -> Iterator[Leaf]:
    """The values in `value`, which is JSON. What is empty, zero, true or false no text can be seen to say: left out.

    A list of ids is named as its members are elsewhere: `item_ids` holds an `item_id`.
    """
    if depth > GREATEST_DEPTH:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, str(key), depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, name.removesuffix("s") if name.endswith("ids") else name, depth + 1)
    elif is_sayable(value):
        yield Leaf(name, value)


def is_sayable(value: object) -> TypeGuard[Value]:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value not in ("", 0)


def is_number_of_its_own(value: object) -> bool:
    """True for a text such as a phone or tracking number, which stands in no other text by chance."""
    digits = sum(each.isdigit() for each in value) if isinstance(value, str) else 0
    return digits >= DIGITS_OF_ITS_OWN and ISO_DAY.match(str(value)) is None


def _whole(match: re.Match[str]) -> str:
    return match.group(1)


@lru_cache(maxsize=8192)
def _forms(value: str) -> tuple[str, ...]:
    written = plain(value).strip()
    found = ISO_DAY.match(value)
    if not found:
        return (written,) if written else ()
    try:
        return (written, *_day_forms(date.fromisoformat(found[1])))
    except ValueError:
        return (written,)


def _day_forms(day: date) -> Iterator[str]:
    month = MONTHS[day.month - 1]
    for name in (month, month[:3]):
        for number in (str(day.day), f"{day.day}{_ordinal_ending(day.day)}"):
            yield f"{name} {number}"
            yield f"{number} {name}"
            yield f"{number} of {name}"
    yield f"{day.month} {day.day}"


def _ordinal_ending(number: int) -> str:
    return "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


@lru_cache(maxsize=4096)
def _number_patterns(value: int | float) -> tuple[re.Pattern[str], ...]:
    """A number may carry a unit ("2GB"); small whole ones are also said in words."""
    written = plain(f"{value:.2f}" if isinstance(value, float) else str(abs(value))).strip()
    patterns = [re.compile(rf" {re.escape(written)}(?:[a-z]{{1,3}})? ")]
    if float(value).is_integer() and 0 <= value < len(NUMBER_WORDS):
        patterns.append(re.compile(rf" {NUMBER_WORDS[int(value)]} "))
    return tuple(patterns)


@lru_cache(maxsize=4096)
def _loose_pattern(value: str) -> re.Pattern[str] | None:
    """Several words close together in order, whatever their endings: "no longer need it", "ordered it by mistake"."""
    words = [word for word in plain(value).split() if len(word) > 2]
    if len(words) < 2 or not all(word.isalpha() for word in words):
        return None
    stems = [word[: max(4, len(word) - 2)] for word in words]
    return re.compile(" " + rf"\w*(?: \S+){{0,{WORDS_BETWEEN}}} ".join(stems))
