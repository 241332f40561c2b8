"""Entities of kind `pattern`: the pattern itself, and a tolerant form for "lk 100 200" and "order 100200"."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from aboveloop.operation.models import Entity
from aboveloop.understand.amounts import MOST
from aboveloop.understand.errors import EntityFaulty

EXACT = 0.95
# The tolerant form was read: the digits are right, the writing was not.
TOLERANT = 0.75
# Only the digits of a number with a fixed prefix, behind a word of the entity's name or when asked for.
WITHOUT_PREFIX = 0.7
# A number among other words may be anything.
BARE_NUMBER = 0.4
BESIDE_ITS_NAME = 0.85
COUNTED = 0.3

_SEPARATOR = r"[\s\-\u2010-\u2015._#:/]{0,3}"
_SEPARATOR_SIGNS = " \t\r\n\u00a0-\u2010\u2011\u2012\u2013\u2014\u2015._#:/"
_JOINED_AFTER = re.compile(r"[.,:]\d|\s?%")
_JOINED_BEFORE = re.compile(r"\d[.,:]$")
_MORE_DIGITS = re.compile(r"[ -]\d")
# Units behind a bare number say that it counts something else.
_UNIT = re.compile(
    r"[\s-]*(?:%|percent|days?|weeks?|months?|years?|hours?|minutes?|mins?|times?|items?|pairs?|pieces?|people|am\b|pm\b|x\b)",
    re.IGNORECASE,
)
_ATOM = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]|\(\?:|[()|]|[^\\\[\]{}?*+^$.]", re.DOTALL)
_QUANTIFIER = re.compile(r"\{(\d+)(?:,(\d+))?\}|[?*+]")
_NAME_WORDS_ASIDE = frozenset({"number", "id", "code", "no", "name", "the", "of"})
_DIGITS_FOR_BARE = 4


@dataclass(frozen=True)
class PatternFound:
    """A match: its value before normalising, its place, how sure, and whether it was a number without letters."""

    value: str
    start: int
    end: int
    sure: float
    bare: bool


@dataclass(frozen=True)
class Pattern:
    """An entity's pattern, ready to be looked for."""

    name: str
    entity: Entity
    exact: re.Pattern[str]
    tolerant: "Tolerant | None"
    digits_only: "Tolerant | None"
    cue: re.Pattern[str] | None

    @classmethod
    def of(cls, name: str, entity: Entity) -> "Pattern":
        """Raises EntityFaulty where the pattern is missing, is no regular expression or lacks the group."""
        source = entity.pattern
        if not source:
            raise EntityFaulty(f"Entity {name} is of kind pattern and has no pattern. Give it one in operation.yaml.")
        try:
            exact = re.compile(rf"(?<![^\W_])(?:{source})(?![^\W_])", re.IGNORECASE)
        except re.error as error:
            raise EntityFaulty(f"The pattern of entity {name} is no regular expression: {error}.") from error
        if entity.group > exact.groups:
            raise EntityFaulty(f"Entity {name} takes group {entity.group}, but its pattern has {exact.groups}.")
        return cls(
            name=name,
            entity=entity,
            exact=exact,
            tolerant=Tolerant.of(source),
            digits_only=Tolerant.of(source, letters_optional=True),
            cue=_cue(name),
        )

    def matches(self, text: str, *, asked: bool) -> list[PatternFound]:
        """Every match in order; a tolerant one only where no exact one stands."""
        found = list(islice(self._exact(text, asked=asked), MOST))
        for form, sure in ((self.tolerant, TOLERANT), (self.digits_only, WITHOUT_PREFIX)):
            for one in islice(self._loosely(text, form, sure, asked=asked), MOST) if form else ():
                if all(one.end <= other.start or one.start >= other.end for other in found):
                    found.append(one)
        return sorted(found, key=lambda one: one.start)

    def _exact(self, text: str, *, asked: bool) -> Iterator[PatternFound]:
        for match in self.exact.finditer(text):
            value = match.group(self.entity.group)
            if not value:
                continue
            bare = not any(letter.isalpha() for letter in match.group())
            if bare and (_JOINED_AFTER.match(text, match.end()) or _JOINED_BEFORE.search(text[: match.start()][-2:])):
                continue
            start, end = match.span(self.entity.group)
            yield PatternFound(value, start, end, self._sure(text, match, bare=bare, asked=asked), bare)

    def _sure(self, text: str, match: re.Match[str], *, bare: bool, asked: bool) -> float:
        if not bare:
            # Letters in another case count as well as their own where fixed letters hold the match together;
            # "2024 is" is a postcode by its shape alone.
            shape_only = self.tolerant is None and not self._keeps_case(match.group())
            return EXACT if not shape_only or asked else BARE_NUMBER
        if _UNIT.match(text, match.end()):
            return COUNTED
        if self._beside_its_name(text, match.start(), match.end()):
            return BESIDE_ITS_NAME
        long_number = sum(letter.isdigit() for letter in match.group()) > _DIGITS_FOR_BARE
        return 0.9 if asked else 0.6 if long_number else BARE_NUMBER

    def _keeps_case(self, written: str) -> bool:
        return re.fullmatch(self.entity.pattern or "", written) is not None

    def _loosely(self, text: str, form: "Tolerant", sure: float, *, asked: bool) -> Iterator[PatternFound]:
        for match in form.looks.finditer(text):
            if form is self.tolerant and not form.holds_its_letters(match):
                continue
            exact = self.exact.fullmatch(form.rebuilt(match))
            if exact is None or not exact.group(self.entity.group):
                continue
            if form is self.digits_only and not (asked or self._beside_its_name(text, match.start(), match.end())):
                continue
            start = match.start() + len(match.group()) - len(match.group().lstrip(_SEPARATOR_SIGNS))
            cut_off = _MORE_DIGITS.match(text, match.end()) is not None and " " in match.group()
            sure_here = BARE_NUMBER if cut_off else sure
            yield PatternFound(exact.group(self.entity.group), start, match.end(), sure_here, bare=False)

    def _beside_its_name(self, text: str, start: int, end: int) -> bool:
        return self.cue is not None and self.cue.search(text[max(0, start - 24) : start]) is not None


@dataclass(frozen=True)
class Tolerant:
    """A pattern with separators allowed anywhere and fixed signs optional; `rebuilt` gives the right writing."""

    looks: re.Pattern[str]
    parts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, source: str, *, letters_optional: bool = False) -> "Tolerant | None":
        """None where the pattern holds no fixed letters, or parts that cannot be loosened without guessing."""
        atoms = _atoms(source)
        if atoms is None or not any(_is_letter(atom) for atom, _ in atoms):
            return None
        if letters_optional and not _digits_of(atoms) >= _DIGITS_FOR_BARE:
            return None
        built, parts = "", []
        for place, (atom, quantifier) in enumerate(atoms):
            if atom in ("(?:", "(", ")", "|"):
                built += ("(?:" if atom == "(" else atom) + quantifier
                continue
            name = f"p{place}"
            separator = _SEPARATOR if built and not built.endswith(("(?:", "|")) else ""
            built += separator + f"(?P<{name}>{_loosened(atom, quantifier, letters_optional)})"
            parts.append((name, _fixed(atom, quantifier)))
        return cls(re.compile(rf"(?<![^\W_])(?:{built})(?![^\W_])", re.IGNORECASE), tuple(parts))

    def holds_its_letters(self, match: re.Match[str]) -> bool:
        """Whether a fixed letter of the pattern stands in the match: without one, "4 9" would be size 49."""
        return any(fixed.isalpha() and match.group(name) for name, fixed in self.parts)

    def rebuilt(self, match: re.Match[str]) -> str:
        """The match as the pattern writes it: fixed signs from the pattern, the rest without separators."""
        written = ""
        for name, fixed in self.parts:
            part = match.group(name)
            if part is not None:
                written += fixed or re.sub(r"[^\w]|_", "", part)
        return written


def _atoms(source: str) -> list[tuple[str, str]] | None:
    """The parts of a simple pattern with their quantifiers; None for what is not simple."""
    atoms: list[tuple[str, str]] = []
    place = 0
    source = source.removeprefix("^").removesuffix("$")
    while place < len(source):
        match = _ATOM.match(source, place)
        if match is None or (match.group().startswith("\\") and match.group()[1] in "bBAZSDWs0123456789"):
            return None
        quantifier = _QUANTIFIER.match(source, match.end())
        text = quantifier.group() if quantifier else ""
        if text in ("*", "+") or match.group() == r"\w" or (match.group() == "(" and source[match.end() :][:1] == "?"):
            return None
        atoms.append((match.group(), text))
        place = quantifier.end() if quantifier else match.end()
    return atoms


def _is_letter(atom: str) -> bool:
    return len(atom) == 1 and atom.isalpha()


def _digits_of(atoms: list[tuple[str, str]]) -> int:
    total = 0
    for atom, quantifier in atoms:
        count = _QUANTIFIER.fullmatch(quantifier) if quantifier else None
        total += (int(count.group(1)) if count and count.group(1) else 1) if atom in (r"\d", "[0-9]") else 0
    return total


def _fixed(atom: str, quantifier: str) -> str:
    """What the pattern itself puts here, or empty where it is the customer's to say."""
    plain = atom[1:] if atom.startswith("\\") and not atom[1].isalnum() else atom
    return plain if len(plain) == 1 and not quantifier else ""


def _loosened(atom: str, quantifier: str, letters_optional: bool) -> str:
    if _fixed(atom, quantifier) or (len(atom) == 1 and not atom.isalnum()):
        optional = not _is_letter(atom) if not letters_optional else not atom.isdigit()
        return f"{re.escape(atom[-1])}{'?' if optional else ''}"
    count = _QUANTIFIER.fullmatch(quantifier) if quantifier else None
    if count and count.group(1):
        low, high = int(count.group(1)), int(count.group(2) or count.group(1))
        return f"{atom}(?:{_SEPARATOR}{atom}){{{max(low - 1, 0)},{max(high - 1, 0)}}}"
    return atom + quantifier


def _cue(name: str) -> re.Pattern[str] | None:
    """The words of an entity's name just before a number: "order number 100200", "size: 44"."""
    words = [word for word in name.split("_") if word not in _NAME_WORDS_ASIDE]
    if not words:
        return None
    return re.compile(
        rf"\b(?:{'|'.join(map(re.escape, words))})s?(?:\s+(?:number|no|nr|id|code|is|in|was))*[\s.:#\-]*$",
        re.IGNORECASE,
    )


def normalised(value: str, entity: Entity) -> str:
    """The value as the entity wants it written."""
    for form in entity.normalise:
        value = _FORMS[form](value)
    return value


_FORMS: dict[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "no_spaces": lambda value: "".join(value.split()),
}
