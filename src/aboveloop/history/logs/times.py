"""Times as logs write them: which format, and whether the day or the month stands first, is found in the values.

Times without a zone are read as UTC, or in the zone that the caller names.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aboveloop.history.logs.errors import LogUnreadable
from aboveloop.history.logs.zones import Local

_CLOCK = re.compile(
    r"(?P<gap>[T ]+)\d{1,2}:\d{2}(?P<seconds>:\d{2})?(?P<fraction>[.,]\d+)?(?P<half>\s*[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?$"
)
_YEAR_FIRST = re.compile(r"\d{4}(?P<sep>[-/.])\d{1,2}(?P=sep)\d{1,2}")
_YEAR_LAST = re.compile(r"\d{1,2}(?P<sep>[-/.])\d{1,2}(?P=sep)(?P<year>\d{4}|\d{2})(?!\d)")
_PACKED = re.compile(r"(19|20)\d{6}(?=$| )")
_PACKED_WHOLE = re.compile(r"(19|20)\d{6}(?P<gap>T?)\d{6}")
_NAMED = re.compile(r"\d{1,2}(?P<sep>[-/. ])[A-Za-z]{3,9}\.?(?P=sep)(?P<year>\d{4}|\d{2})(?!\d)")
_MONTH_FIRST = re.compile(r"(?P<month>[A-Za-z]{3,9})\.? \d{1,2},? \d{4}")
_NUMBER = re.compile(r"\d{9,19}(\.\d+)?")

# A whole number is seconds, milliseconds, microseconds or nanoseconds since 1970: each is for the years 1973 to 5138.
_UNITS = ((10**11, 1_000_000.0), (10**14, 1_000.0), (10**17, 1.0), (10**20, 0.001))


@dataclass(frozen=True)
class Format:
    """A way to write times: strptime's words, after `Z` and the like have been written as an offset."""

    words: str
    has_zone: bool
    note: str = ""


def micros(times: Any, samples: Sequence[str], local: Local | None = None) -> tuple[Any, str]:
    """A polars Series of times as microseconds since 1970 (null where there is none) and a remark on how it was read.

    `local` is where clocks stood that name no zone. `samples` are values of the column as text. Raises LogUnreadable
    where they are no times.
    """
    import polars  # noqa: PLC0415 - large, and wanted where logs are read alone

    kind = times.dtype
    if kind == polars.Date or isinstance(kind, polars.Datetime):
        if local is not None and getattr(kind, "time_zone", None) is None:
            return local.micros(times.cast(polars.Datetime("us"))), ""
        return times.cast(polars.Datetime("us")).to_physical(), ""
    if kind.is_numeric():
        return _from_numbers(times), ""
    present = [each.strip() for each in samples if each and each.strip()]
    if not present:
        raise LogUnreadable(f"The column {times.name} holds no times: it is empty. Name another with --time.")
    if all(_NUMBER.fullmatch(each) and not _PACKED_WHOLE.fullmatch(each) for each in present):
        return _from_numbers(times.cast(polars.Float64, strict=False)), ""
    return _from_text(times, present, local)


def looks_like_time(text: str) -> bool:
    """Whether a text is written as a time is."""
    text = text.strip()
    return bool(_NUMBER.fullmatch(text)) or _formats(text) != ()


def _from_numbers(times: Any) -> Any:
    import polars  # noqa: PLC0415

    largest = times.abs().max()
    if largest is None:
        return times.cast(polars.Int64)
    factor = next((factor for bound, factor in _UNITS if largest < bound), 0.001)
    if times.dtype.is_integer() and factor >= 1:
        return times.cast(polars.Int64) * int(factor)
    return (times.cast(polars.Float64) * factor).round(0).cast(polars.Int64)


def _from_text(times: Any, samples: Sequence[str], local: Local | None) -> tuple[Any, str]:
    """Each way of writing that the samples show, in turn, for what no way before could read."""
    ways: list[tuple[Format, ...]] = []
    for each in samples:
        found = _formats(each)
        if found and found not in ways:
            ways.append(found)
    if not ways:
        raise LogUnreadable(
            f"The column {times.name} holds no times that can be read: {samples[0]!r}. Name another with --time."
        )
    read, note = _best(times, ways[0], local)
    for way in ways[1:]:
        if read.null_count() > times.null_count():
            read = read.fill_null(_best(times, way, local)[0])
    return read, note


def _best(times: Any, way: tuple[Format, ...], local: Local | None) -> tuple[Any, str]:
    """Of the orders of day and month that are possible, the one that the values themselves tell.

    A number above 12 decides. Where none is, a log is written down in the order of time: fewer steps back decide, and
    of equals the day stands first, as in most of the world.
    """
    read = [(_parse(times, each), each) for each in way]
    if len(read) == 1:
        return _settled(read[0][0], read[0][1], local), ""
    fewest = min(found.null_count() for found, _ in read)
    left = [(found, each) for found, each in read if found.null_count() == fewest]
    if len(left) == 1:
        return _settled(*left[0], local), f"In the times of {times.name} {left[0][1].note}."
    found, chosen = min(left, key=lambda pair: int((pair[0].diff() < 0).sum()))
    return _settled(
        found, chosen, local
    ), f"In the times of {times.name} no number above 12 tells day from month; taken: {chosen.note}."


def _parse(times: Any, way: Format) -> Any:
    import polars  # noqa: PLC0415

    text = times.str.strip_chars()
    if way.has_zone:
        text = text.str.replace(r"\s*(Z|UTC|GMT)$", "+00:00")
    if ",%f" in way.words or ",%.f" in way.words:
        text = text.str.replace(",", ".", literal=True)
    words = way.words.replace(",%.f", "%.f")
    found = text.str.to_datetime(words, strict=False, time_unit="us", exact=True)
    if isinstance(found.dtype, polars.Datetime) and found.dtype.time_zone is not None:
        found = found.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return found.to_physical()


def _settled(read: Any, way: Format, local: Local | None) -> Any:
    """The times of a clock on the wall in the zone where it hung."""
    import polars  # noqa: PLC0415

    return read if local is None or way.has_zone else local.micros(read.cast(polars.Datetime("us")))


def _formats(text: str) -> tuple[Format, ...]:
    """The ways in which `text` may be a time; () where it is none, two where day and month might change places."""
    whole = _PACKED_WHOLE.fullmatch(text)
    if whole is not None:
        return (Format(f"%Y%m%d{whole['gap']}%H%M%S", has_zone=False),)
    for pattern in (_YEAR_FIRST, _YEAR_LAST, _NAMED, _MONTH_FIRST, _PACKED):
        day = pattern.match(text)
        if day is not None:
            clock = _clock(text[day.end() :])
            return () if clock is None else tuple(_with(words, note, clock) for words, note in _days(pattern, day))
    return ()


def _days(pattern: re.Pattern[str], day: re.Match[str]) -> list[tuple[str, str]]:
    if pattern is _PACKED:
        return [("%Y%m%d", "")]
    if pattern is _MONTH_FIRST:
        month = "%b" if len(day["month"]) == 3 else "%B"
        comma, dot = "," if "," in day.group() else "", "." if "." in day.group() else ""
        return [(f"{month}{dot} %d{comma} %Y", "")]
    sep = day["sep"]
    if pattern is _YEAR_FIRST:
        return [(f"%Y{sep}%m{sep}%d", "")]
    year = "%Y" if len(day["year"]) == 4 else "%y"
    if pattern is _NAMED:
        return [(f"%d{sep}%b{sep}{year}", "")]
    return [
        (f"%d{sep}%m{sep}{year}", "the day stands before the month"),
        (f"%m{sep}%d{sep}{year}", "the month stands before the day"),
    ]


def _clock(text: str) -> tuple[str, bool] | None:
    """strptime's words for what follows the day, and whether it names a zone."""
    if not text.strip():
        return "", False
    found = _CLOCK.match(text)
    if found is None:
        return None
    half = found["half"] or ""
    words = found["gap"] + ("%I" if half else "%H") + ":%M" + (":%S" if found["seconds"] else "")
    if found["fraction"]:
        words += "%.f" if found["fraction"][0] == "." else ",%.f"
    if half:
        words += half[: len(half) - len(half.lstrip())] + "%p"
    zone = found["zone"]
    return words + ("%z" if zone else ""), zone is not None


def _with(words: str, note: str, clock: tuple[str, bool]) -> Format:
    return Format(words + clock[0], clock[1], note)
