"""The mask of one case: the same value always gets the same placeholder, and only the house can take it off.

Placeholders are drawn from the value with a secret of the house, so they do not depend on the order in which values
come, tell nothing about them, and need not be stored.
"""

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aboveloop.understand.masking.finder import Surroundings, find_personal, readable
from aboveloop.understand.masking.finds import Doubt, Kind
from aboveloop.understand.masking.masked import Masked
from aboveloop.understand.masking.names import folded
from aboveloop.understand.masking.records import kind_of_key

# No vowels, so that no code is a word; nothing that is read as something else (0 and O, 1 and I).
_LETTERS, _SIGNS = "BCDFGHJKMNPQRSTVWXZ", "BCDFGHJKMNPQRSTVWXZ23456789"
_CODE_SIGNS = 6
_KINDS = "NAME|EMAIL|PHONE|CARD|IBAN|ID|ADDRESS|POSTCODE|BIRTH|NETWORK|NUMBER|PRIVATE"
_LOOKS_LIKE_ONE = re.compile(rf"[\[({{<]\s*(?:{_KINDS})[\s_-]+([A-Z][2-9][A-Z0-9]{{4}})\s*[\])}}>]", re.IGNORECASE)
_OPEN, _CLOSE = r"[\[({<«⟨【]", r"[\])}>»⟩】]"


@dataclass(frozen=True)
class Restored:
    """An answer with its values back. `unknown` are placeholders in it that this mask never gave."""

    text: str
    unknown: tuple[str, ...]


class Mask:
    """Masks texts and records of one case, and puts the values back. Lives as long as one call; stores nothing."""

    def __init__(
        self,
        secret: bytes,
        case_id: str,
        around: Surroundings = Surroundings(),
        *,
        fields: frozenset[str] = frozenset(),
    ) -> None:
        self._key = hmac.digest(secret, f"aboveloop/masking/v1\n{case_id}".encode(), "sha256")
        self._around = around
        self._fields = fields
        self._values: dict[str, str] = {}
        self._codes: dict[tuple[Kind, str], str] = {}

    def text(self, text: str) -> Masked:
        """The text with a placeholder for each personal value."""
        plain = _LOOKS_LIKE_ONE.sub(lambda match: f"({match.group()[1:-1]})", readable(text))
        found = find_personal(plain, self._around)
        parts, end = [], 0
        for find in found.finds:
            parts += [plain[end : find.start], self._placeholder(find.kind, plain[find.start : find.end])]
            end = find.end
        counts = Counter(find.kind for find in found.finds)
        return Masked(
            "".join([*parts, plain[end:]]), {str(kind): number for kind, number in counts.items()}, found.doubts
        )

    def value(self, value: Any, *, under: Kind | None = None) -> tuple[Any, Counter[str], list[Doubt]]:
        """A JSON value with every personal part masked: whole under a personal key, else as a text."""
        counts: Counter[str] = Counter()
        doubts: list[Doubt] = []

        def walk(each: Any, kind: Kind | None) -> Any:
            if isinstance(each, Mapping):
                return {
                    self._part(str(key), counts, doubts): walk(inner, kind_of_key(str(key), each, self._fields) or kind)
                    for key, inner in each.items()
                }
            if isinstance(each, list | tuple):
                return [walk(inner, kind) for inner in each]
            if each is None or isinstance(each, bool) or not str(each).strip():
                return each
            if kind is not None:
                counts[kind] += 1
                return self._placeholder(kind, readable(str(each)))
            if isinstance(each, int | float):
                # A number that looks personal as a text is masked as one; else it stays a number.
                masked = self._part(str(each), counts, doubts)
                return each if masked == str(each) else masked
            return self._part(str(each), counts, doubts)

        return walk(value, under), counts, doubts

    def restore(self, text: str) -> Restored:
        """The text with the values back, whatever the model did to the placeholders: other letters, brackets, an 's."""
        if not self._values:
            return Restored(text, _unknown(text))
        codes = "|".join(sorted(self._values))
        pattern = re.compile(
            rf"(?:\\?{_OPEN}\s*)?(?:\b(?:{_KINDS})\w{{0,3}}(?:\\?[\s_–—-]){{1,3}})?(?<![A-Za-z0-9])(?P<code>{codes})"
            rf"(?P<ending>['’]?s)?(?![A-Za-z0-9])(?:\s*\\?{_CLOSE})?",
            re.IGNORECASE,
        )
        restored = pattern.sub(lambda m: self._values[m["code"].upper()] + (m["ending"] or ""), text)
        return Restored(restored, _unknown(restored))

    @property
    def values(self) -> Mapping[str, str]:
        """Placeholder codes and what they stand for: never leaves the house."""
        return dict(self._values)

    def _part(self, text: str, counts: Counter[str], doubts: list[Doubt]) -> str:
        masked = self.text(text)
        counts.update(masked.counts)
        doubts.extend(masked.doubts)
        return masked.text

    def _placeholder(self, kind: Kind, written: str) -> str:
        same = (kind, _normal(kind, written))
        if same not in self._codes:
            attempt = 0
            # Two values with one code would be put back wrongly; the chance is one in some millions.
            while (code := self._code(same, attempt)) in self._values:
                attempt += 1
            self._codes[same] = code
            self._values[code] = written
        return f"[{kind.upper()}_{self._codes[same]}]"

    def _code(self, same: tuple[Kind, str], attempt: int) -> str:
        drawn = hmac.new(self._key, f"{same[0]}\n{same[1]}\n{attempt}".encode(), hashlib.sha256).digest()
        rest = "".join(_SIGNS[byte % len(_SIGNS)] for byte in drawn[2:_CODE_SIGNS])
        # A letter and a figure first: neither a word of any language nor a number.
        return _LETTERS[drawn[0] % len(_LETTERS)] + "23456789"[drawn[1] % 8] + rest


def _normal(kind: Kind, written: str) -> str:
    """The value whatever way it is written."""
    if kind == "number":
        # Nobody knows what it counts: two numbers beside each other are another value than the same closer together.
        return written
    if kind in ("phone", "card"):
        return re.sub(r"\D", "", written)
    if kind in ("iban", "id", "postcode"):
        return re.sub(r"[^\w]", "", written).upper()
    return " ".join(re.sub(r"[,.]", " ", folded(written)).split())


def _unknown(text: str) -> tuple[str, ...]:
    return tuple(match.group() for match in _LOOKS_LIKE_ONE.finditer(text))
