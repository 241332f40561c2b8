"""Days in a text: "2026-11-23", "23/11/2026", "23 November", "tomorrow", "next Monday", "in 3 days"."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from aboveloop.understand.words.days import FORMS, DayForms, is_gone
from aboveloop.understand.words.lexicon import spelled

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: number for name, number in list(_MONTHS.items())} | {"sept": 9}
_DAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_DAYS |= {name[:3]: number for name, number in list(_DAYS.items())} | {"tues": 1, "thur": 3, "thurs": 3}
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}

_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_DAY = "(?P<weekday>" + "|".join(sorted(_DAYS, key=len, reverse=True)) + ")"
_NUMBER = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s+(?P<year>(?:19|20)\d\d))?"
_COUNT = r"(?P<count>\d{1,3}|" + "|".join(sorted(_COUNTS, key=len, reverse=True)) + ")"
_UNIT = r"(?P<unit>day|week|month)s?"


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,/-]){source}(?![\w/]|[.,-]\d)", re.IGNORECASE)


_ISO = _pattern(r"(?P<year>(?:19|20)\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)")
_NUMERIC = _pattern(r"(?P<first>[0-3]?\d)(?P<mark>[/.-])(?P<second>[0-3]?\d)(?P=mark)(?P<year>(?:20)?\d\d)")
_NUMERIC_SHORT = _pattern(r"(?P<first>[0-3]?\d)(?P<mark>/)(?P<second>[0-3]?\d)")
_DAY_MONTH = _pattern(rf"(?:the\s+)?{_NUMBER}\s+(?:of\s+)?{_MONTH}{_YEAR}")
_MONTH_DAY = _pattern(rf"{_MONTH}\s+(?:the\s+)?{_NUMBER}{_YEAR}")
_NAMED = _pattern(r"(?P<name>the day after tomorrow|day after tomorrow|the day before yesterday|day before yesterday|"
                  r"today|tonight|tomorrow|tmrw|yesterday)")  # fmt: skip
_WEEKDAY = _pattern(rf"(?:(?P<which>next|last|this|on|by|coming|past)\s+)?{_DAY}")
_AHEAD = _pattern(rf"in\s+{_COUNT}\s+{_UNIT}")
_BACK = _pattern(rf"{_COUNT}\s+{_UNIT}\s+(?:ago|back)")
_NAMED_DAYS = {"today": 0, "tonight": 0, "tomorrow": 1, "tmrw": 1, "yesterday": -1}
# "sat", "sun", "wed" and "mon" are words too: they count as days only behind "on", "next" and the like.
_SHORT_DAYS = frozenset(name for name in _DAYS if len(name) == 3)


_MOST = 50


@dataclass(frozen=True)
class DayFound:
    """A day at a place; `sure` from 0 to 1 is lower where the text leaves the year or the order open."""

    start: int
    end: int
    day: date
    sure: float


def days_in(
    text: str,
    today: date | None,
    *,
    month_first: bool = False,
    asked: bool = False,
    languages: tuple[str, ...] = ("en",),
) -> list[DayFound]:
    """Every day in the text, in order, as English and `languages` write it. Without `today` only days that name their
    year are found.

    `month_first` decides 3/4/2026 where both orders are possible. "3/4" without a year counts only when asked for.
    """
    found: list[DayFound] = []
    told = [each for language in languages if language in FORMS for each in _in_language(text, today, FORMS[language])]
    for candidate in (*told, *_candidates(text, today, month_first=month_first, asked=asked)):
        if all(candidate.end <= one.start or candidate.start >= one.end for one in found):
            found.append(candidate)
        if len(found) == _MOST:
            break
    return sorted(found, key=lambda one: one.start)


def _candidates(text: str, today: date | None, *, month_first: bool, asked: bool) -> Iterator[DayFound]:
    for match in _ISO.finditer(text):
        yield from _on(match, int(match["year"]), int(match["month"]), int(match["day"]), 0.98)
    for match in _NUMERIC.finditer(text):
        yield from _numeric(match, int(match["year"]) + (2000 if len(match["year"]) == 2 else 0), month_first)
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        for match in pattern.finditer(text):
            yield from _named_month(match, today)
    if today is None:
        return
    for match in _NAMED.finditer(text):
        name = match["name"].lower()
        ahead = _NAMED_DAYS.get(name, 2 if "after" in name else -2)
        yield DayFound(*match.span(), today + timedelta(days=ahead), 0.95)
    for pattern, sign in ((_AHEAD, 1), (_BACK, -1)):
        for match in pattern.finditer(text):
            yield _counted(match, today, sign)
    for match in _WEEKDAY.finditer(text):
        yield from _weekday(match, today, asked=asked)
    if asked:
        for match in _NUMERIC_SHORT.finditer(text):
            yield from (_nearest(one, today) for one in _numeric(match, today.year, month_first))


def _in_language(text: str, today: date | None, forms: DayForms) -> Iterator[DayFound]:
    """Days as another language than English writes them: their offsets hold only where no letter was spelled out."""
    plain = spelled(text.replace("ß", "s"))
    if len(plain) != len(text):
        return
    words = forms.words
    for match in forms.day_month.finditer(plain):
        yield from _in_month(match, words.months[match["month"].lower()], today)
    if today is None:
        return
    for match in forms.named.finditer(plain):
        name = " ".join(match["name"].lower().split())
        # "Morgen" is tomorrow and the morning, "mañana" as well.
        sure = 0.75 if name in ("morgen", "manana") else 0.95
        yield DayFound(*match.span(), today + timedelta(days=words.named[name]), sure)
    for pattern, sign in ((forms.ahead, 1), (forms.back, -1)):
        for match in pattern.finditer(plain):
            written = match["count"].lower()
            count = int(written) if written.isdigit() else words.counts[written]
            yield _after(match, sign * count, words.units[match["unit"].lower()], today)
    for match in forms.weekday.finditer(plain):
        found = match.groupdict()
        ahead = (words.weekdays[match["weekday"].lower()] - today.weekday()) % 7
        gone = found.get("last") is not None or is_gone((found.get("after") or "").lower())
        yield DayFound(*match.span(), today + timedelta(days=(ahead - 7) if gone else ahead), 0.85 if gone else 0.7)


def _on(match: re.Match[str], year: int, month: int, day: int, sure: float) -> Iterator[DayFound]:
    """The day, or nothing for a 31 February."""
    if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
        yield DayFound(*match.span(), date(year, month, day), sure)


def _numeric(match: re.Match[str], year: int, month_first: bool) -> Iterator[DayFound]:
    first, second = int(match["first"]), int(match["second"])
    if first > 12 or second > 12 or first == second:
        day, month, sure = (first, second, 0.9) if second <= 12 else (second, first, 0.9)
    else:
        day, month, sure = (second, first, 0.55) if month_first else (first, second, 0.55)
    yield from _on(match, year, month, day, sure)


def _named_month(match: re.Match[str], today: date | None) -> Iterator[DayFound]:
    yield from _in_month(match, _MONTHS[match["month"].lower()], today)


def _in_month(match: re.Match[str], month: int, today: date | None) -> Iterator[DayFound]:
    day = int(match["day"])
    if match["year"]:
        yield from _on(match, int(match["year"]), month, day, 0.95)
    elif today is not None:
        # 29 February is looked for in its own years by the check in `_on`.
        yield from (_nearest(one, today) for one in _on(match, today.year, month, day, 0.8))


def _nearest(found: DayFound, today: date) -> DayFound:
    """The day in the year in which it lies closest to today: orders lie behind us, deliveries just ahead."""
    years = [found.day]
    for year in (today.year - 1, today.year + 1):
        if found.day.day <= calendar.monthrange(year, found.day.month)[1]:
            years.append(found.day.replace(year=year))
    return DayFound(found.start, found.end, min(years, key=lambda day: abs(day - today)), min(found.sure, 0.8))


def _counted(match: re.Match[str], today: date, sign: int) -> DayFound:
    written = match["count"].lower()
    count = sign * (int(written) if written.isdigit() else _COUNTS[written])
    return _after(match, count, match["unit"].lower(), today)


def _after(match: re.Match[str], count: int, unit: str, today: date) -> DayFound:
    if unit == "month":
        months = today.year * 12 + today.month - 1 + count
        year, month = divmod(months, 12)
        day = today.replace(year=year, month=month + 1, day=min(today.day, calendar.monthrange(year, month + 1)[1]))
        return DayFound(*match.span(), day, 0.75)
    return DayFound(*match.span(), today + timedelta(days=count * (7 if unit == "week" else 1)), 0.9)


def _weekday(match: re.Match[str], today: date, *, asked: bool) -> Iterator[DayFound]:
    which, name = (match["which"] or "").lower(), match["weekday"].lower()
    if name in _SHORT_DAYS and not which and not asked:
        return
    ahead = (_DAYS[name] - today.weekday()) % 7
    if which in ("last", "past"):
        yield DayFound(*match.span(), today + timedelta(days=ahead - 7), 0.85)
    else:
        # "next Friday" on a Monday means either of two Fridays: the coming one is meant more often, not surely.
        yield DayFound(*match.span(), today + timedelta(days=ahead or 7 if which == "next" else ahead), 0.7)
