"""Filling in: what a page sent, held against the form field by field, before it becomes a message."""

import functools
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aboveloop.app.forms.words import complaint, words_in
from aboveloop.journey.forms.sent import Field, Sent
from aboveloop.operation.form_models import Form, FormField, told
from aboveloop.operation.models import Entity, Operation
from aboveloop.understand.reader import FirstReader

# As long as a message of the chat may be; what is no story is shorter.
LONGEST_TEXT = 8_000
LONGEST_FREE = 2_000
LONGEST_LINE = 200
_COMPLAINTS = {
    "email": "no_email",
    "phone": "no_phone",
    "date": "no_date",
    "money": "no_money",
    "number": "no_number",
    "choice": "not_chosen",
    "yes_no": "not_chosen",
}


@dataclass(frozen=True)
class Wrong:
    """What is wrong with one field, in the customer's language."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Desk:
    """What a form is held against: the operation, how it reads, in which language the page is, and when."""

    operation: Operation
    reader: FirstReader
    language: str
    now: datetime


def unknown_fields(form: Form, values: Mapping[str, str]) -> list[str]:
    return sorted(values.keys() - {each.field for each in form.fields})


def check(form: Form, values: Mapping[str, str], desk: Desk) -> Sent | tuple[Wrong, ...]:
    """What was sent, or everything that is wrong with it, in the order of the fields."""
    wrong: list[Wrong] = []
    fields: list[Field] = []
    stories: list[str] = []
    need, address = form.intent, None
    for field in form.fields:
        value = _plain(values.get(field.field, ""))
        complaint = _complaint(field, value, desk)
        if complaint:
            wrong.append(Wrong(field.field, complaint))
        elif value and field.words == "long":
            stories.append(value)
        elif value:
            fields.append(_filled(field, value, desk))
            need = value if field.intents else need
            if field.answers_go_to:
                address = str(desk.reader.value(field.entity or "", value, now=desk.now, language=desk.language))
    if wrong:
        return tuple(wrong)
    return Sent(form.form, desk.language, need, tuple(fields), "\n\n".join(stories), address)


def choices_of(field: FormField, operation: Operation, language: str) -> list[tuple[str, str]]:
    """What may be chosen in a field, each with its words; empty where something is written."""
    if field.intents or field.choices:
        return [(name, told(spoken, language)) for name, spoken in (field.intents or field.choices).items()]
    words = words_in(language)
    return [("yes", words["yes"]), ("no", words["no"])] if kind_of(field, operation) == "yes_no" else []


def kind_of(field: FormField, operation: Operation) -> str:
    """The kind of its entity; `need`, `short` or `long` for what is no entity."""
    entity = entity_of(field, operation)
    if entity is not None:
        return entity.kind
    return "need" if field.intents else field.words or "short"


def entity_of(field: FormField, operation: Operation) -> Entity | None:
    return operation.about.entities.get(field.entity) if field.entity is not None else None


def longest(field: FormField, operation: Operation) -> int:
    """How many characters a field takes."""
    kind = kind_of(field, operation)
    return {"long": LONGEST_TEXT, "free": LONGEST_FREE}.get(kind, LONGEST_LINE)


def _plain(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def _complaint(field: FormField, value: str, desk: Desk) -> str:
    """What is wrong with a value, "" for nothing."""
    tell = functools.partial(complaint, words_in(desk.language), label=told(field.label, desk.language))
    kind, most = kind_of(field, desk.operation), longest(field, desk.operation)
    choices = choices_of(field, desk.operation, desk.language)
    if not value:
        return tell("not_chosen" if choices else "missing") if field.required else ""
    if len(value) > most:
        return tell("too_long", count=len(value), most=most)
    if _is_strange(value, lines=kind in ("long", "free")):
        return tell("strange")
    if choices:
        return "" if value in dict(choices) else tell("not_chosen")
    if field.entity is None or kind == "free":
        return ""
    if desk.reader.value(field.entity, value, now=desk.now, language=desk.language) is not None:
        return ""
    return tell(_COMPLAINTS.get(kind, "no_value"), help=told(field.help, desk.language))


def _is_strange(value: str, *, lines: bool) -> bool:
    """Control characters, and halves of pairs that no database holds."""
    allowed = "\n\t" if lines else "\t"
    return any(letter not in allowed and unicodedata.category(letter) in ("Cc", "Cs") for letter in value)


def _filled(field: FormField, value: str, desk: Desk) -> Field:
    shown = dict(choices_of(field, desk.operation, desk.language)).get(value, value)
    return Field(field.field, told(field.label, desk.language), shown, field.entity, value if field.entity else "")
