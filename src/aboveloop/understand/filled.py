"""A form that was filled in: what its fields say, read by the rules of any answer, beside what its words say.

A field is a claim like every word of a customer. Where it and the words name different values, neither is used and the
customer is asked. What the form is for needs no guess; what the words ask for besides is a need of its own.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Literal

from aboveloop.understand.answers import Answer
from aboveloop.understand.entities import Asked, EntityFinder
from aboveloop.understand.personal import personal_spans
from aboveloop.understand.readings import USABLE, FieldFilled, FormFilled, Found, Guess, NeedFound, Reading

SOURCE: Literal["form field"] = "form field"
# Chosen from a list: nothing was read, and people still choose the wrong line.
_CHOSEN = 0.97
# Words that ask for something else than the form is for are a need of their own only when that is clear.
_CLEARLY_ANOTHER = 0.85
# Two colours or two reasons are often both meant, as in any message.
_BOTH_MEANT = frozenset({"choice", "free", "yes_no", "number", "date"})
_NOTHING_ANSWERED = Answer(None)


def values_in(
    finder: EntityFinder, entity: str, written: str, *, now: datetime | None, languages: tuple[str, ...]
) -> tuple[Found, ...]:
    """The usable values of the entity in what was filled in, with places in it, each value once."""
    kind = finder.kind(entity)
    own = written.strip()
    if kind in ("choice", "yes_no"):
        known = finder.choices(entity) if kind == "choice" else ("yes", "no")
        return (Found(entity, own, own, 0, len(own), _CHOSEN),) if own in known else ()
    asked = Asked(entity, finder.today(now), _NOTHING_ANSWERED, languages=languages)
    kept: dict[str, Found] = {}
    for one in finder.find(own, asked, personal_spans(own)):
        if one.name == entity and one.confidence >= USABLE:
            kept.setdefault(repr(one.value), one)
    return tuple(kept.values())


def with_fields(
    reading: Reading,
    filled: FormFilled,
    finder: EntityFinder,
    *,
    now: datetime | None,
    languages: tuple[str, ...],
    needs: Collection[str],
) -> Reading:
    """`reading` is that of the form's words alone; the places of fields follow behind its text."""
    text = reading.text
    fields: list[Found] = []
    for field in filled.fields:
        line = f"{field.label}: {field.shown}"
        text = f"{text}\n{line}" if text else line
        start = len(text) - len(field.shown)
        fields += _finds(field, finder, start, now=now, languages=languages)
    read = replace(reading, text=text, personal=personal_spans(text))
    read = _with_finds(read, fields, finder)
    return read if filled.need is None else _for_need(read, filled.need, needs, words=len(reading.text))


def _finds(
    field: FieldFilled, finder: EntityFinder, start: int, *, now: datetime | None, languages: tuple[str, ...]
) -> Iterable[Found]:
    if field.entity is None:
        return
    as_written = field.value == field.shown
    for one in values_in(finder, field.entity, field.value, now=now, languages=languages):
        begin, end = (one.start, one.end) if as_written else (0, len(field.shown))
        yield replace(one, text=field.shown[begin:end], start=start + begin, end=start + end, source=SOURCE)


def _with_finds(reading: Reading, fields: list[Found], finder: EntityFinder) -> Reading:
    """Fields first: of several values that are all meant, the one that was filled in is taken first."""
    conflicts = list(reading.conflicts)
    kept: list[Found] = []
    for field in fields:
        said = [one for one in reading.entities if one.name == field.name and one.confidence >= USABLE]
        taken_back = any(
            one.name == field.name and one.value == field.value and one.confidence < USABLE for one in reading.entities
        )
        if taken_back and said:
            # "LK-2, not LK-1 as I chose above": the words correct the field.
            kept.append(replace(field, confidence=min(field.confidence, USABLE / 2)))
            continue
        kept.append(field)
        names_others = said and all(one.value != field.value for one in said)
        if names_others and finder.kind(field.name) not in _BOTH_MEANT and not _of_later_needs(said, reading):
            conflicts.append(field.name)
    return replace(reading, entities=(*kept, *reading.entities), conflicts=tuple(dict.fromkeys(conflicts)))


def _of_later_needs(said: list[Found], reading: Reading) -> bool:
    """Whether all of these stand in clauses of needs that come later: what they name is about something else."""
    places = [(need.start, need.end) for need in reading.needs[1:]]
    return all(any(start <= one.start < end for start, end in places) for one in said)


def _for_need(reading: Reading, need: str, needs: Collection[str], *, words: int) -> Reading:
    """The form says what it is for. `words` is how far its own words reach in the text."""
    others = tuple(each for each in reading.needs if each.intent != need)
    best = reading.alternatives[0] if reading.alternatives else Guess(reading.intent, reading.confidence)
    if not reading.needs and best.intent != need and best.intent in needs and best.confidence >= _CLEARLY_ANOTHER:
        others = (NeedFound(best.intent, best.confidence, 0, words),)
    own = (NeedFound(need, _CHOSEN, len(reading.text), len(reading.text)), *others) if others else ()
    conflicts = reading.conflicts
    if others:
        # What the words name belongs to what the words ask for.
        places = [(each.start, each.end) for each in others]
        conflicts = tuple(
            name
            for name in conflicts
            if any(
                one.name == name
                and one.source == ""
                and one.confidence >= USABLE
                and not any(start <= one.start < end for start, end in places)
                for one in reading.entities
            )
        )
    rest = tuple(Guess(each.intent, round(each.confidence * (1 - _CHOSEN), 4)) for each in reading.alternatives)
    guesses = (Guess(need, _CHOSEN), *(each for each in rest if each.intent != need))[:3]
    return replace(
        reading,
        intent=need,
        confidence=_CHOSEN,
        alternatives=guesses,
        out_of_scope=0.0,
        promised=True,
        needs=own,
        conflicts=conflicts,
    )
