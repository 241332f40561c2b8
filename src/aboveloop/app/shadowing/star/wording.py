"""Words of a text, and what sorts of values stand in it."""

import re
from collections.abc import Iterator

_WORDS = re.compile(r"[a-z']+|\d+")
_TIME = re.compile(r"\d\s*(?:[ap]\.?m\b|o'?clock)|\d:\d\d|\b(?:noon|midnight)\b")
_DATE = re.compile(r"\d(?:st|nd|rd|th)\b|\d/\d")
_NAME = re.compile(r"\b(?:name is|name's|i'm|i am|this is|it's)\b")
_DAYS = frozenset([
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today", "tomorrow", "tonight",
    "weekend",
])  # fmt: skip
# Longer numbers are told from one another by nothing.
_LONGEST_NUMBER = 5


def words(text: str) -> list[str]:
    """The words of a text; a number is told only as one."""
    return ["#" if word.isdigit() else word for word in plain_words(text)]


def plain_words(text: str) -> list[str]:
    """The words of a text, numbers as they stand."""
    return _WORDS.findall(text.lower())


def sorts(text: str) -> Iterator[str]:
    """What sorts of values stand in a text: a time, a day, a date, a name, numbers by their length."""
    lower = text.lower()
    for name, pattern in (("time", _TIME), ("date", _DATE), ("name", _NAME)):
        if pattern.search(lower):
            yield name
    plain = plain_words(lower)
    if not _DAYS.isdisjoint(plain):
        yield "day"
    for word in plain:
        if word.isdigit():
            yield f"number{min(len(word), _LONGEST_NUMBER)}"
