"""The entities that an operation declares, found in a text with place and confidence."""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aboveloop.operation.models import Entity
from aboveloop.understand.amounts import MOST, Amount, bare_money_in, money_in, numbers_in
from aboveloop.understand.answers import Answer
from aboveloop.understand.dates import DayFound, days_in
from aboveloop.understand.errors import EntityFaulty
from aboveloop.understand.patterns import BARE_NUMBER, TOLERANT, Pattern, normalised
from aboveloop.understand.personal import PHONE
from aboveloop.understand.readings import Found, Span
from aboveloop.understand.settling import settled
from aboveloop.understand.spoken import Spoken, digits_in, in_digits

# An answer in free words is kept up to here; an address or a reason is shorter.
_FREE_CHARACTERS = 2_000
# A free text that reads as a question or a wish for something else is probably no answer.
_DOUBTFUL_FREE = 0.3
_WORD = re.compile(r"\w+")
_NOT_BEFORE = re.compile(r"(?:\bnot|n't|\bno)\s+(?:\w+\s+)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """What the finder needs to know besides the text."""

    entity: str | None
    today: date | None
    answer: Answer
    astray: bool = False
    languages: tuple[str, ...] = ("en",)


@dataclass(frozen=True)
class _Seen:
    """A text with what several finders look at, found once."""

    text: str
    asked: Asked
    personal: tuple[Span, ...]
    amounts: tuple[Amount, ...]
    days: tuple[DayFound, ...]
    beginnings: frozenset[str] = frozenset()
    spoken: tuple[Spoken, ...] = ()

    @functools.cached_property
    def in_digits(self) -> tuple[str, list[int]]:
        return in_digits(self.text, list(self.spoken))

    def holds(self, start: int, end: int) -> bool:
        """Whether the place is part of an amount, a day, a card, an address."""
        places: list[Span | Amount | DayFound] = [*self.personal, *self.amounts, *self.days]
        return any(start < one.end and end > one.start for one in places)


class EntityFinder:
    """Looks for every declared entity. Raises EntityFaulty at once where one cannot be looked for."""

    def __init__(self, entities: Mapping[str, Entity], *, currency: str, timezone: str) -> None:
        self._entities = dict(entities)
        self._currency = currency
        try:
            self._zone = ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise EntityFaulty(
                f"{timezone} is no time zone; days cannot be told. Use a name of the tz database."
            ) from error
        # 3/4 is the third of April where days come first, which is everywhere but in North America.
        self._month_first = timezone.startswith(("America/", "US/"))
        self._patterns = {
            name: Pattern.of(name, entity) for name, entity in entities.items() if entity.kind == "pattern"
        }
        self._choices = {name: _choices(name, entity) for name, entity in entities.items() if entity.kind == "choice"}
        self._day_names = frozenset(name for name, entity in entities.items() if entity.kind == "date")
        self._finders: dict[str, Callable[[str, _Seen], list[Found]]] = {
            "pattern": self._pattern,
            "email": self._email,
            "phone": self._phone,
            "money": self._money,
            "number": self._number,
            "date": self._date,
            "choice": self._choice,
            "yes_no": self._yes_no,
            "free": self._free,
        }

    def kind(self, name: str) -> str:
        return self._entities[name].kind

    def choices(self, name: str) -> Mapping[str, list[str]]:
        return self._entities[name].choices

    def today(self, now: datetime | None) -> date | None:
        """The customer's day: the operation's time zone decides."""
        return now.astimezone(self._zone).date() if now is not None else None

    def settle(self, found: tuple[Found, ...], text: str) -> tuple[tuple[Found, ...], tuple[str, ...]]:
        """The finds without what was taken back, and the entities whose values contradict each other."""
        return settled(found, self._entities, text)

    def codes_in(self, text: str) -> list[tuple[int, int]]:
        """Where the declared patterns stand exactly: order numbers, postcodes. They are in no language."""
        exact = (pattern.exact for pattern in self._patterns.values())
        return [match.span() for pattern in exact for match in islice(pattern.finditer(text), MOST)]

    def names_ours(self, found: tuple[Found, ...]) -> bool:
        """Whether something was found by a pattern with fixed letters of the company's own ("LK-")."""
        return any(
            one.name in self._patterns
            and self._patterns[one.name].digits_only is not None
            and one.confidence >= TOLERANT
            for one in found
        )

    def find(self, text: str, asked: Asked, personal: tuple[Span, ...]) -> tuple[Found, ...]:
        """Every find, in the order of the text, at most fifty of an entity. A bare number inside something is none."""
        days = days_in(
            text,
            asked.today,
            month_first=self._month_first,
            asked=asked.entity in self._day_names,
            languages=asked.languages,
        )
        seen = _Seen(
            text,
            asked,
            personal,
            tuple(money_in(text, self._currency, asked.languages)),
            tuple(days),
            _beginnings(text),
            tuple(digits_in(text, asked.languages)),
        )
        found: list[Found] = []
        for name, entity in self._entities.items():
            found += self._finders[entity.kind](name, seen)[:MOST]
        found = _without_parts(found, self._entities, personal)
        return tuple(sorted(found, key=lambda one: (one.start, one.end, one.name)))

    def _pattern(self, name: str, seen: _Seen) -> list[Found]:
        found = self._spoken_pattern(name, seen)
        for one in self._patterns[name].matches(seen.text, asked=seen.asked.entity == name):
            # What holds letters ("LK-100200") is sure of itself; a bare number gives way to whatever it is part of.
            if not (one.bare and seen.holds(one.start, one.end)):
                value = normalised(one.value, self._entities[name])
                found.append(_found(name, value, seen.text, (one.start, one.end), one.sure))
        return found

    def _spoken_pattern(self, name: str, seen: _Seen) -> list[Found]:
        """ "L K one double zero two zero zero": the digits as they were spoken, with the place of their words."""
        if not seen.spoken:
            return []
        text, places = seen.in_digits
        found = []
        for one in self._patterns[name].matches(text, asked=seen.asked.entity == name):
            start, end = places[one.start], places[one.end - 1] + 1
            if any(start < run.end and end > run.start for run in seen.spoken):
                value = normalised(one.value, self._entities[name])
                found.append(_found(name, value, seen.text, (start, end), min(one.sure, TOLERANT)))
        return found

    def _email(self, name: str, seen: _Seen) -> list[Found]:
        mails = [span for span in seen.personal if span.kind == "email"]
        return [
            _found(name, seen.text[span.start : span.end].lower(), seen.text, (span.start, span.end), 0.98)
            for span in mails
        ]

    def _phone(self, name: str, seen: _Seen) -> list[Found]:
        """Any number of seven digits or more when a phone number was asked for; else only what is written like one."""
        places = [(span.start, span.end, 0.9) for span in seen.personal if span.kind == "phone"]
        if seen.asked.entity == name:
            taken = [(span.start, span.end) for span in seen.personal]
            places += [
                (match.start(), match.end(), 0.7)
                for match in PHONE.finditer(seen.text)
                if all(match.end() <= start or match.start() >= end for start, end in taken)
            ]
        found = []
        for start, end, sure in places:
            written = seen.text[start:end]
            digits = re.sub(r"\D", "", written)
            if 7 <= len(digits) <= 15:
                found.append(_found(name, ("+" if "+" in written else "") + digits, seen.text, (start, end), sure))
        return found

    def _money(self, name: str, seen: _Seen) -> list[Found]:
        amounts = list(seen.amounts)
        for bare in bare_money_in(
            seen.text, self._currency, asked=seen.asked.entity == name, languages=seen.asked.languages
        ):
            if all(bare.end <= one.start or bare.start >= one.end for one in seen.amounts):
                amounts.append(bare)
        return [
            _found(name, {"minor": one.minor, "currency": one.currency}, seen.text, (one.start, one.end), one.sure)
            for one in amounts
        ]

    def _number(self, name: str, seen: _Seen) -> list[Found]:
        sure = 1.0 if seen.asked.entity == name else BARE_NUMBER
        return [
            _found(name, _json_number(one.number), seen.text, (one.start, one.end), min(sure, one.sure))
            for one in numbers_in(seen.text, seen.asked.languages)
        ]

    def _date(self, name: str, seen: _Seen) -> list[Found]:
        return [_found(name, one.day.isoformat(), seen.text, (one.start, one.end), one.sure) for one in seen.days]

    def _choice(self, name: str, seen: _Seen) -> list[Found]:
        found = []
        for value, pattern, beginnings in self._choices[name]:
            # Most texts hold no word that begins like one of the phrases: looking for that is far cheaper.
            if beginnings.isdisjoint(seen.beginnings):
                continue
            for match in pattern.finditer(seen.text):
                if not _NOT_BEFORE.search(seen.text[max(0, match.start() - 20) : match.start()]):
                    sure = 0.9 if match["tail"] == "" else 0.8
                    found.append(_found(name, value, seen.text, match.span(), sure))
        return found

    def _yes_no(self, name: str, seen: _Seen) -> list[Found]:
        """Only when asked for: a yes answers the question that was put, whichever that was."""
        answer = seen.asked.answer
        said = answer.yes_no or answer.leaning
        if seen.asked.entity != name or said is None:
            return []
        return [_found(name, said, seen.text, (0, len(seen.text)), 0.95 if answer.yes_no else 0.75)]

    def _free(self, name: str, seen: _Seen) -> list[Found]:
        own = seen.text.strip()
        if seen.asked.entity != name or not any(letter.isalnum() for letter in own):
            return []
        start = seen.text.index(own)
        value = own[:_FREE_CHARACTERS]
        sure = _DOUBTFUL_FREE if seen.asked.astray else 0.9
        return [_found(name, value, seen.text, (start, start + len(value)), sure)]


def _found(name: str, value: Any, text: str, place: tuple[int, int], sure: float) -> Found:
    start, end = place
    return Found(name, value, text[start:end], start, end, sure)


def _json_number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _choices(name: str, entity: Entity) -> list[tuple[str, re.Pattern[str], frozenset[str]]]:
    """For each choice a pattern of its own name and its phrases; longer words may go on: "accident(ally)"."""
    if not entity.choices:
        raise EntityFaulty(f"Entity {name} is of kind choice and has no choices. Give it some in operation.yaml.")
    made = []
    for value, phrases in entity.choices.items():
        words = sorted({value.replace("_", " "), *phrases}, key=len, reverse=True)
        spelled = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in words if phrase.strip())
        looked_for = re.compile(rf"(?<!\w)(?:{spelled})(?P<tail>(?<=\w{{4}})\w{{0,6}}|)(?!\w)", re.IGNORECASE)
        made.append((value, looked_for, _beginnings(" ".join(phrase.split()[0] for phrase in words if phrase.strip()))))
    return made


def _beginnings(text: str) -> frozenset[str]:
    """The first two letters of every word, in small letters: shorter words stand for themselves."""
    return frozenset(word[:2].lower() for word in _WORD.findall(text))


def _without_parts(found: list[Found], entities: Mapping[str, Entity], personal: tuple[Span, ...]) -> list[Found]:
    """Without weak finds inside something longer: the 10 of LK-100200, the 49 of 49 euros, the digits of a card."""
    held: list[Span | Found] = [*personal]
    held += [one for one in found if _holds_its_digits(one, entities[one.name].kind)]
    return [
        one
        for one in found
        if not _is_weak(one, entities[one.name].kind) or not any(_is_part(one, other) for other in held)
    ]


def _is_part(one: Found, other: Span | Found) -> bool:
    longer = other.end - other.start > one.end - one.start
    return longer and one.start < other.end and one.end > other.start


def _holds_its_digits(one: Found, kind: str) -> bool:
    if kind == "money":
        return not one.text[-1:].isdigit() or not one.text[:1].isdigit()
    return kind in ("pattern", "email", "phone", "date") and one.confidence > BARE_NUMBER


def _is_weak(one: Found, kind: str) -> bool:
    """A number without a sign of what it counts, or something that only has the shape of a pattern."""
    bare = not any(letter.isalpha() for letter in one.text)
    unnamed = one.text[:1].isdigit() and one.text[-1:].isdigit()
    if kind == "pattern":
        return bare or one.confidence <= BARE_NUMBER
    return kind == "number" or (kind == "money" and unnamed)
