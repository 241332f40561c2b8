"""What is personal in what is imported, replaced before anything is stored; counted by kind and field.

The same value always becomes the same placeholder in this home, so that a customer who wrote twice is one customer
still; the secret of the home is needed to tell whether a value is behind it, and nothing brings the value back.
"""

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from aboveloop.understand.masking.finder import find_personal, readable
from aboveloop.understand.words.lexicon import words

_CAPITAL = re.compile(r"(?<![^\W_])[^\W\d_a-z][^\W_]*")
# Words that begin sentences, and are nobody's name.
_BEGINNERS = frozenset(
    words(
        """
        a all also an and any are as at but can could did do does each for from give good have he hello help hey hi how
        i if in is it its just my no not now of on one or our please she so still sorry thank thanks that the their
        then there these they this those to today we well what when where which who why would yes you your
        """
    )
)
# A digit, an @, a bracket, or words that introduce a name or spell out an address.
_NEEDS_RULES = re.compile(r"[\d@(\[{<]|(?i:\bname|\bat\b.*\bdot\b)")
# Texts that come again and again: replies from templates, states, subjects.
_REMEMBERED = 50_000
_CODE_LETTERS = 10
_NAME = "name"
# As the readers of help desks name people: by their number there.
_ID = re.compile(r"(?:person|customer|worker):[\w-]+")
# As they name people whose name or login alone is known (`records.named`).
_NAMED = re.compile(r"(person|customer): (.+)")
# A number from here on may be somebody's phone.
_LONG = 10**7


# A text that is nothing but a day, with its time or without, is nobody's number.
_DAY = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[T ]+[\d:.,]{4,15})?\s*(?:Z|[AaPp][Mm]|[+-]\d\d:?\d\d)?")


class Masker:
    """Masks values; `counts` are (field, kind): number. With `keeps` everything is counted and nothing replaced."""

    def __init__(self, secret: bytes, *, keeps: bool = False) -> None:
        self._key, self.keeps = secret, keeps
        self.counts: Counter[tuple[str, str]] = Counter()
        self._looked = lru_cache(_REMEMBERED)(self._look)

    def text(self, text: str, field: str) -> str:
        masked, kinds = self._looked(text)
        for kind in kinds:
            self.counts[field, kind] += 1
        return text if self.keeps else masked

    def name(self, text: str | None, field: str) -> str | None:
        """A value that stands for somebody or something, of which only an address gives anything away."""
        if text is None or "@" not in text:
            return text
        return self.text(text, field)

    def person(self, who: str | None) -> str | None:
        """Who did it: an id of the export stays, a name becomes a placeholder."""
        if who is not None and (match := _NAMED.fullmatch(who)):
            self.counts["who", _NAME] += 1
            return who if self.keeps else f"{match[1]}:{self._code(_NAME, match[2])}"
        return who if who is None or _ID.fullmatch(who) else self.text(who, "who")

    def value(self, value: Any, field: str) -> Any:
        """A JSON value with every text in it masked."""
        if isinstance(value, str):
            return self.text(value, field) if value else value
        if isinstance(value, int) and abs(value) >= _LONG:
            masked = self.text(str(value), field)
            return value if masked == str(value) else masked
        if isinstance(value, Mapping):
            return {self.name(str(key), field): self.value(each, field) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(each, field) for each in value]
        return value

    def attributes(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """`to` is a person, as who did it is."""
        return {
            key: self.person(each) if key == "to" and isinstance(each, str) else self.value(each, key)
            for key, each in values.items()
        }

    def _look(self, text: str) -> tuple[str, tuple[str, ...]]:
        if not may_hold(text) or _DAY.fullmatch(text.strip()):
            return text, ()
        plain = readable(text)
        found = find_personal(plain).finds
        if not found:
            return text, ()
        parts, end = [], 0
        for find in found:
            parts += [plain[end : find.start], self._placeholder(str(find.kind), plain[find.start : find.end])]
            end = find.end
        return "".join([*parts, plain[end:]]), tuple(str(find.kind) for find in found)

    def _placeholder(self, kind: str, written: str) -> str:
        return f"[{kind.upper()}_{self._code(kind, written)}]"

    def _code(self, kind: str, written: str) -> str:
        same = "".join(written.lower().split()).encode()
        return hmac.new(self._key, kind.encode() + b"\n" + same, hashlib.sha256).hexdigest()[:_CODE_LETTERS]


def may_hold(text: str) -> bool:
    """Whether the slow rules have to look: a cheap test that lets only plain sentences pass."""
    if _NEEDS_RULES.search(text) or not text.isascii():
        return True
    return any(word.lower() not in _BEGINNERS for word in _CAPITAL.findall(text))
