"""The entities that an operation declares, found in a text with place and confidence."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aboveloop.operation.models import Entity
from aboveloop.understand.amounts import bare_money_in, money_in, numbers_in
from aboveloop.understand.answers import Answer
from aboveloop.understand.dates import days_in
from aboveloop.understand.errors import EntityFaulty
from aboveloop.understand.patterns import BARE_NUMBER, TOLERANT, Pattern, normalised
from aboveloop.understand.personal import EMAIL, PHONE, personal_spans, phones
from aboveloop.understand.readings import Found, Span

# An answer in free words is kept up to here; an address or a reason is shorter.
_FREE_CHARACTERS = 2_000
# A free text that reads as a question or a wish for something else is probably no answer.
_DOUBTFUL_FREE = 0.3
_NOT_BEFORE = re.compile(r"(?:\bnot|n't|\bno)\s+(?:\w+\s+)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """What the finder needs to know besides the text."""

    entity: str | None
    today: date | None
    answer: Answer
    astray: bool = False


@dataclass(frozen=True)
class _Place:
    start: int
    end: int

    def touches(self, start: int, end: int) -> bool:
        return start < self.end and end > self.start


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
        self._finders: dict[str, Callable[[str, str, Asked], list[Found]]] = {
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

    def today(self, now: datetime | None) -> date | None:
        """The customer's day: the operation's time zone decides."""
        return now.astimezone(self._zone).date() if now is not None else None

    def names_ours(self, text: str) -> bool:
        """Whether the text names something by a pattern with fixed letters of the company's own ("LK-")."""
        return any(
            one.sure >= TOLERANT and not one.bare
            for pattern in self._patterns.values()
            if pattern.digits_only is not None
            for one in pattern.matches(text, asked=False)
        )

    def find(self, text: str, asked: Asked, personal: tuple[Span, ...]) -> tuple[Found, ...]:
        """Every find, in the order of the text. A bare number inside an amount, a day or a card is none."""
        found: list[Found] = []
        for name, entity in self._entities.items():
            if entity.kind == "pattern":
                continue
            found += self._finders[entity.kind](name, text, asked)
        numbers = [name for name in self._entities if self._entities[name].kind == "pattern"]
        if numbers:
            held = [_Place(span.start, span.end) for span in personal]
            held += [_Place(one.start, one.end) for one in money_in(text, self._currency)]
            held += [_Place(one.start, one.end) for one in self._days(text, asked)]
            found += self._all_patterns(numbers, text, asked, held)
        found = _without_parts(found, self._entities, personal)
        return tuple(sorted(found, key=lambda one: (one.start, one.end, one.name)))

    def _all_patterns(self, names: list[str], text: str, asked: Asked, held: list[_Place]) -> list[Found]:
        matches = [
            (name, one) for name in names for one in self._patterns[name].matches(text, asked=asked.entity == name)
        ]
        # What holds letters ("LK-100200") is sure of itself; a bare number gives way to whatever it is part of.
        held = held + [_Place(one.start, one.end) for _, one in matches if not one.bare]
        return [
            Found(
                name,
                normalised(one.value, self._entities[name]),
                text[one.start : one.end],
                one.start,
                one.end,
                one.sure,
            )
            for name, one in matches
            if not one.bare or not any(place.touches(one.start, one.end) for place in held)
        ]

    def _pattern(self, name: str, text: str, asked: Asked) -> list[Found]:
        return self._all_patterns([name], text, asked, [])

    def _email(self, name: str, text: str, asked: Asked) -> list[Found]:
        return [_found(name, match.group().lower(), text, match.span(), 0.98) for match in EMAIL.finditer(text)]

    def _phone(self, name: str, text: str, asked: Asked) -> list[Found]:
        sure = set(phones(text))
        personal = [span for span in personal_spans(text) if span.kind in ("card", "iban")]
        found = []
        for match in PHONE.finditer(text):
            digits = re.sub(r"\D", "", match.group())
            if not 7 <= len(digits) <= 15 or any(
                span.start < match.end() and match.start() < span.end for span in personal
            ):
                continue
            if match.span() in sure or asked.entity == name:
                number = ("+" if "+" in match.group() else "") + digits
                found.append(_found(name, number, text, match.span(), 0.9 if match.span() in sure else 0.7))
        return found

    def _money(self, name: str, text: str, asked: Asked) -> list[Found]:
        amounts = money_in(text, self._currency)
        for bare in bare_money_in(text, self._currency, asked=asked.entity == name):
            if all(bare.end <= one.start or bare.start >= one.end for one in amounts):
                amounts.append(bare)
        return [
            _found(name, {"minor": one.minor, "currency": one.currency}, text, (one.start, one.end), one.sure)
            for one in amounts
        ]

    def _number(self, name: str, text: str, asked: Asked) -> list[Found]:
        sure = 1.0 if asked.entity == name else BARE_NUMBER
        return [
            _found(name, _json_number(one.number), text, (one.start, one.end), min(sure, one.sure))
            for one in numbers_in(text)
        ]

    def _days(self, text: str, asked: Asked, *, wanted: bool = False) -> list[Any]:
        return list(days_in(text, asked.today, month_first=self._month_first, asked=wanted))

    def _date(self, name: str, text: str, asked: Asked) -> list[Found]:
        days = days_in(text, asked.today, month_first=self._month_first, asked=asked.entity == name)
        return [_found(name, one.day.isoformat(), text, (one.start, one.end), one.sure) for one in days]

    def _choice(self, name: str, text: str, asked: Asked) -> list[Found]:
        found = []
        for value, pattern in self._choices[name]:
            for match in pattern.finditer(text):
                if not _NOT_BEFORE.search(text[max(0, match.start() - 20) : match.start()]):
                    sure = 0.9 if match["tail"] == "" else 0.8
                    found.append(_found(name, value, text, (match.start(), match.end()), sure))
        return found

    def _yes_no(self, name: str, text: str, asked: Asked) -> list[Found]:
        """Only when asked for: a yes answers the question that was put, whichever that was."""
        said = asked.answer.yes_no or asked.answer.leaning
        if asked.entity != name or said is None:
            return []
        return [_found(name, said, text, (0, len(text)), 0.95 if asked.answer.yes_no else 0.75)]

    def _free(self, name: str, text: str, asked: Asked) -> list[Found]:
        own = text.strip()
        if asked.entity != name or not any(letter.isalnum() for letter in own):
            return []
        start = text.index(own)
        value = own[:_FREE_CHARACTERS]
        return [_found(name, value, text, (start, start + len(value)), _DOUBTFUL_FREE if asked.astray else 0.9)]


def _found(name: str, value: Any, text: str, place: tuple[int, int], sure: float) -> Found:
    start, end = place
    return Found(name, value, text[start:end], start, end, sure)


def _json_number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _choices(name: str, entity: Entity) -> list[tuple[str, re.Pattern[str]]]:
    """For each choice a pattern of its own name and its phrases; longer words may go on: "accident(ally)"."""
    if not entity.choices:
        raise EntityFaulty(f"Entity {name} is of kind choice and has no choices. Give it some in operation.yaml.")
    made = []
    for value, phrases in entity.choices.items():
        words = sorted({value.replace("_", " "), *phrases}, key=len, reverse=True)
        spelled = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in words if phrase.strip())
        made.append((value, re.compile(rf"(?<!\w)(?:{spelled})(?P<tail>(?<=\w{{4}})\w{{0,6}}|)(?!\w)", re.IGNORECASE)))
    return made


def _without_parts(found: list[Found], entities: Mapping[str, Entity], personal: tuple[Span, ...]) -> list[Found]:
    """Without weak finds inside something longer: the 10 of LK-100200, the 49 of 49 euros, the digits of a card."""
    held = [_Place(span.start, span.end) for span in personal]
    held += [_Place(one.start, one.end) for one in found if _holds_its_digits(one, entities[one.name].kind)]
    return [
        one
        for one in found
        if not _is_weak(one, entities[one.name].kind) or not any(place.touches(one.start, one.end) for place in held)
    ]


def _holds_its_digits(one: Found, kind: str) -> bool:
    if kind == "money":
        return not one.text[-1:].isdigit() or not one.text[:1].isdigit()
    return kind in ("pattern", "email", "phone", "date") and one.confidence > BARE_NUMBER


def _is_weak(one: Found, kind: str) -> bool:
    """A number without a sign of what it counts, or something that only has the shape of a pattern."""
    unnamed = one.text[:1].isdigit() and one.text[-1:].isdigit()
    return kind == "number" or (kind == "money" and unnamed) or (kind == "pattern" and one.confidence <= BARE_NUMBER)
