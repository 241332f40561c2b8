"""Values of rows against the types of a contract: what is text, a number, an instant, and which instant."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from aboveloop.operation.contracts.contract import Field, LogicalType

Holds = Callable[[Any], bool]
# A whole number as programs write it; longer than any that is counted with.
WHOLE = re.compile(r"-?[0-9]{1,30}")


def is_integer(value: object) -> bool:
    """498.0 is one, as in JSON Schema; true is none."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())


def is_number(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int | Decimal) or (isinstance(value, float) and math.isfinite(value))


def instant(value: object, zone: str = "UTC") -> datetime | None:
    """The instant that a value says; without an offset, in `zone`. None where it says none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC if zone == "UTC" else ZoneInfo(zone))
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=ZoneInfo(zone))
    return None


def _is_date(value: object) -> bool:
    if isinstance(value, str):
        try:
            return len(value) == 10 and bool(date.fromisoformat(value))
        except ValueError:
            return False
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_time(value: object) -> bool:
    if isinstance(value, str):
        try:
            time.fromisoformat(value)
        except ValueError:
            return False
        return True
    return isinstance(value, time)


def _is_instant(value: object) -> bool:
    return not (isinstance(value, date) and not isinstance(value, datetime)) and instant(value) is not None


def _is_instant_with_offset(value: object) -> bool:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return False
    return isinstance(value, datetime) and value.tzinfo is not None


TYPES: Mapping[LogicalType, Holds] = {
    "string": lambda value: isinstance(value, str),
    "integer": is_integer,
    "number": is_number,
    "boolean": lambda value: isinstance(value, bool),
    "date": _is_date,
    "time": _is_time,
    "timestamp": _is_instant,
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, list | tuple),
}
WORDS: Mapping[LogicalType, str] = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date",
    "time": "a time of day",
    "timestamp": "an instant",
    "object": "a record",
    "array": "a list",
}


def type_of(field: Field) -> Holds | None:
    """What tells whether a value is of the column's type; None where the contract gives none."""
    if field.type is None:
        return None
    return _is_instant_with_offset if field.type == "timestamp" and field.has_offset else TYPES[field.type]


def from_text(field: Field) -> Callable[[str], object]:
    """How the text of a CSV file is read for this column: what is not of its type stays text, and is found wrong."""
    match field.type:
        case "integer":
            return _integer
        case "number":
            return _number
        case "boolean":
            return lambda text: {"true": True, "false": False}.get(text.strip().lower(), text)
        case _:
            return lambda text: text


def _integer(text: str) -> object:
    return int(text) if WHOLE.fullmatch(text) else text


def _number(text: str) -> object:
    try:
        return int(text) if WHOLE.fullmatch(text) else float(text)
    except ValueError:
        return text
