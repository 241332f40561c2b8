"""Everything personal in one text: what the house knows, what has a form of its own, and what may be personal."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from aboveloop.understand.masking.finds import Doubt, Find, Kind
from aboveloop.understand.masking.identities import national_ids
from aboveloop.understand.masking.names import doubts, hidden_emails, introduced, known_finds
from aboveloop.understand.masking.places import addresses, births
from aboveloop.understand.personal import personal_spans

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_ADDRESS_ON_THE_NET = re.compile(
    r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.])"
)
# Nine digits and more, however they are set apart: a phone, a card with a slip, an account. Shorter runs are orders.
_LONG_NUMBER = re.compile(r"(?<![\w])\+?\d(?:[ ().\-/]{0,2}\d){8,29}(?![\w])")
# What a company's own code may look like; nothing that passes a card's or an account's check digits is one.
_MAY_BE_A_CODE = frozenset({"number", "phone", "id", "postcode"})
_AT = re.compile(r"\S*@\S+")


@dataclass(frozen=True)
class Known:
    """A value that the records of this customer hold."""

    kind: Kind
    value: str


@dataclass(frozen=True)
class Surroundings:
    """What a text is looked at with: values known of the customer, words of the company's own that are nobody's name,
    and patterns of codes that name no person (order numbers)."""

    known: tuple[Known, ...] = ()
    ordinary: frozenset[str] = frozenset()
    safe: tuple[re.Pattern[str], ...] = ()


@dataclass(frozen=True)
class Found:
    """`finds` do not overlap and stand in order; `doubts` lie outside all of them."""

    finds: tuple[Find, ...] = ()
    doubts: tuple[Doubt, ...] = field(default=())

    @property
    def uncertainty(self) -> float:
        """How likely something personal was left, from 0 to 1: the gravest doubt."""
        return max((doubt.weight for doubt in self.doubts), default=0.0)


def readable(text: str) -> str:
    """`text` in one form for each letter, with nothing invisible in it that would hide a value from the rules."""
    composed = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _INVISIBLE.sub("", composed)


def find_personal(text: str, around: Surroundings = Surroundings()) -> Found:
    """What is personal in a `readable` text."""
    safe = [match.span() for pattern in around.safe for match in pattern.finditer(text)]
    finds = [
        find
        for find in _candidates(text, around.ordinary)
        if find.kind not in _MAY_BE_A_CODE or not _within(find, safe)
    ]
    finds += [
        Find(known.kind, start, end)
        for known in around.known
        for start, end in known_finds(text, known.value, known.kind)
    ]
    merged = _merged(finds)
    left = [
        doubt
        for doubt in (*doubts(text, around.ordinary), *_stray_at(text))
        if all(doubt.end <= find.start or doubt.start >= find.end for find in merged)
    ]
    return Found(tuple(merged), tuple(left))


def _candidates(text: str, ordinary: frozenset[str]) -> list[Find]:
    forms: list[Find] = [Find(span.kind, span.start, span.end) for span in personal_spans(text)]
    forms += [*national_ids(text), *addresses(text), *births(text), *introduced(text, ordinary), *hidden_emails(text)]
    forms += [Find("network", *match.span()) for match in _ADDRESS_ON_THE_NET.finditer(text)]
    forms += [Find("number", *match.span()) for match in _LONG_NUMBER.finditer(text) if not _is_time(match.group())]
    return forms


def _is_time(written: str) -> bool:
    """`2026-11-25 16:48` and the like: the digits of a day behind a year of ours."""
    return re.match(r"(?:19|20)\d\d-(?:0\d|1[0-2])-[0-3]\d(?!\d)", written) is not None


def _within(find: Find, places: Sequence[tuple[int, int]]) -> bool:
    return any(start <= find.start and find.end <= end for start, end in places)


def _merged(finds: list[Find]) -> list[Find]:
    """Overlapping finds become one that covers them all: nothing of either is left. The longest names the kind."""
    merged: list[Find] = []
    longest = 0
    for find in sorted(finds, key=lambda each: (each.start, -each.end)):
        if merged and find.start < merged[-1].end:
            last = merged[-1]
            kind = find.kind if find.end - find.start > longest else last.kind
            longest = max(longest, find.end - find.start)
            merged[-1] = Find(kind, last.start, max(last.end, find.end))
        else:
            merged.append(find)
            longest = find.end - find.start
    return merged


def _stray_at(text: str) -> list[Doubt]:
    return [Doubt("an @ that may belong to an address", 0.7, *match.span()) for match in _AT.finditer(text)]
