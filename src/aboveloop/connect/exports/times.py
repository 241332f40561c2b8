"""Times as exports write them, turned into microseconds in UTC; a time without a zone is in the zone of the reading."""

import calendar
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aboveloop.connect.exports.records import MappingWrong, RowUnreadable
from aboveloop.kit.clock import to_micros

_SPLIT = re.compile(
    r"(\d{1,2})([/.\-])(\d{1,2}|[A-Za-z]{3})\2(\d{4}|\d{2})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?"
)
_NUMBER = re.compile(r"\d{9,16}(?:\.\d+)?")
_MONTHS = {name: at for at, name in enumerate(calendar.month_abbr) if name}
# A whole number of seconds, milliseconds or microseconds since 1970, for the years 1973 to 5138.
_UNITS = ((10**11, 1_000_000), (10**14, 1_000), (10**17, 1))
# The years that two digits may mean.
_CENTURY = 2000


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """Raises MappingWrong for a zone that nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise MappingWrong(f"There is no time zone {name!r}. Write it as in Europe/Amsterdam.") from error


@lru_cache(maxsize=4096)
def micros(written: str, zone: str = "UTC", day_first: bool = True) -> int:
    """Raises RowUnreadable with the time that was written."""
    text = written.strip()
    if _NUMBER.fullmatch(text):
        number = float(text)
        return round(number * next((factor for bound, factor in _UNITS if number < bound), 1))
    try:
        found = _local(text, day_first)
        return to_micros(found if found.tzinfo else found.replace(tzinfo=UTC if zone == "UTC" else zone_of(zone)))
    except (ValueError, OverflowError) as error:
        raise RowUnreadable(f"{text[:40]!r} is no time that can be read.") from error


def finds_day_first(samples: Sequence[str]) -> bool | None:
    """Whether the day stands before the month, told by a number above 12; None where none is or both are."""
    found = [match for each in samples if (match := _SPLIT.match(each.strip())) and match[3].isdigit()]
    first = any(int(match[1]) > 12 for match in found)
    second = any(int(match[3]) > 12 for match in found)
    return None if first == second else first


def is_split(samples: Sequence[str]) -> bool:
    """Whether day and month might change places at all."""
    return any((match := _SPLIT.match(each.strip())) and match[3].isdigit() for each in samples)


def _local(text: str, day_first: bool) -> datetime:
    match = _SPLIT.fullmatch(text)
    if match is None:
        return datetime.fromisoformat(text)
    one, _, two, year, hour, minute, second, half = match.groups()
    day, month = (one, two) if day_first or not two.isdigit() else (two, one)
    number = int(month) if month.isdigit() else _MONTHS.get(month.title(), 0)
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    whole = int(year) + (_CENTURY if len(year) == 2 else 0)
    return datetime(whole, number, int(day), hours, int(minute or 0), int(second or 0))  # noqa: DTZ001 - zoned by micros
