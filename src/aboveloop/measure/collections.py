"""What outreach for unpaid invoices moved within 30 and 60 days: cash collected, days sales outstanding, fees of
agencies, write-offs. Counted over a history with amounts; each case is an invoice or an account. Pure.

A change has 95 % bounds from how far cases differ (sums and a ratio, linearised): a few large payers are told as such.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from aboveloop.history.events import Event
from aboveloop.kit.clock import from_micros, to_micros
from aboveloop.measure.errors import CollectionsUntold
from aboveloop.measure.intervals import Difference

WINDOWS = (30, 60)
# A year later on the same weekday.
YEAR = timedelta(days=364)
CERTAIN = 1.96
DAY = 86_400_000_000
# Where before and after begin and end, in microseconds.
Ends = tuple[int, int, int, int]
What = Literal["invoiced", "paid", "fee", "written_off"]
Numbers = NDArray[np.float64]
KINDS: tuple[What, ...] = get_args(What)
# How systems of receivables call these, in words without anything but letters.
USUAL: Mapping[What, str] = {
    "invoiced": "(invoice)?(invoiced|issued|created|sent)|invoice|billed|rechnung(gestellt)?",
    "paid": "(invoice|partial)?(paid|payment)(received|made|posted)?|cashreceived|bezahlt|zahlung",
    "fee": "(agency|collection|collections|collector)(fee|fees|cost|charge|commission)(s|paid)?|inkassogebuhr",
    "written_off": "(invoice|debt)?(writtenoff|writeoff|baddebt|chargedoff|chargeoff)|abgeschrieben|ausgebucht",
}
AMOUNTS = ("amount", "value", "sum", "total", "betrag", "montant", "importe")


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    CHANCE = "not told from chance"
    UNTOLD = "cannot be told"


@dataclass(frozen=True)
class Line:
    """One of the four: before and after in minor units, or in days for DSO; None where `why` says it cannot be told."""

    name: str
    unit: Literal["money", "days"]
    better: Literal["up", "down"]
    before: float | None
    after: float | None
    change: Difference | None
    why: str = ""

    @property
    def verdict(self) -> Verdict:
        if self.change is None:
            return Verdict.UNTOLD
        if not self.change.moved:
            return Verdict.CHANCE
        return Verdict.BETTER if (self.change.value > 0) == (self.better == "up") else Verdict.WORSE


@dataclass(frozen=True)
class Window:
    """So many days from the start, held against as many before. `profit` is what fees and write-offs together add to
    the result, in minor units; cash and DSO move when money comes, not how much is earned."""

    days: int
    before: tuple[date, date]
    after: tuple[date, date]
    lines: tuple[Line, ...]
    profit: Difference | None


@dataclass(frozen=True)
class Collections:
    """`seen` is how many events there were of each kind, `remarks` what weakens it, in sentences."""

    start: date
    windows: tuple[Window, ...]
    cases: int
    seen: Mapping[What, int]
    remarks: tuple[str, ...]

    @property
    def worse(self) -> list[str]:
        return [f"{each.name}, {window.days} days" for window in self.windows for each in window.lines
                if each.verdict is Verdict.WORSE]  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """How to read a history. `named` says which activities are meant where they are not called as usual, `amount` the
    attribute of the money. `places`: decimals of the currency. `a_year_before` holds the days against those of a year
    before instead of those just before the start."""

    start: date
    zone: ZoneInfo
    places: int = 2
    a_year_before: bool = False
    named: Mapping[What, tuple[str, ...]] = field(default_factory=dict)
    amount: str = ""


@dataclass(frozen=True)
class _Rows:
    """Amounts by case, kind and time; `first` and `last` bound all events of the history, also others."""

    case: NDArray[np.int64]
    kind: NDArray[np.int64]
    at: NDArray[np.int64]
    minor: Numbers
    cases: int
    first: int
    last: int


def collections(events: Iterable[Event], asked: Asked) -> Collections:
    """The scorecard. Raises CollectionsUntold where the history has no payments with amounts."""
    rows, unread = _read(events, asked)
    seen = {kind: int((rows.kind == place).sum()) for place, kind in enumerate(KINDS)}
    if not seen["paid"]:
        raise CollectionsUntold(
            "The history tells of no payment with an amount: name its activity with --paid and the column of the money"
            " with --amount." + (f" {unread} amounts could not be read." if unread else "")
        )
    said = [f"{unread} amounts could not be read and are left out."] if unread else []
    if not asked.a_year_before:
        said.append("The days just before may be another season: the same days of a year before tell it better.")
    windows = tuple(_window(rows, seen, asked, days) for days in WINDOWS)
    return Collections(asked.start, windows, rows.cases, seen, tuple(said))


def minor_of(text: str, places: int) -> int | None:
    """An amount as systems write it, in minor units; None where it cannot be told, such as 1,234."""
    bare = re.sub(r"[^\d.,-]", "", text)
    if not re.search(r"\d", bare):
        return None
    marks = [each for each in bare if each in ".,"]
    if len(set(marks)) == 2:
        bare = bare.replace(next(each for each in marks if each != marks[-1]), "")
    elif len(marks) > 1:
        bare = bare.replace(marks[0], "")
    elif marks and places < 3 and re.search(r"[.,]\d{3}$", bare):
        return None
    if not re.fullmatch(r"-?\d+([.,]\d*)?", bare):
        return None
    return round(Decimal(bare.replace(",", ".")).scaleb(places))


def _read(events: Iterable[Event], asked: Asked) -> tuple[_Rows, int]:
    known: dict[str, int | None] = {}
    cases: dict[str, int] = {}
    found: list[tuple[int, int, int, int]] = []
    ends: list[int] = []
    unread = 0
    for event in events:
        ends = [min(ends[0], event.at), max(ends[1], event.at)] if ends else [event.at, event.at]
        if event.activity not in known:
            known[event.activity] = _kind(event.activity, asked)
        kind = known[event.activity]
        if kind is None:
            continue
        minor = _amount(json.loads(event.attributes), asked)
        if minor is None:
            unread += 1
        else:
            found.append((cases.setdefault(event.case_id, len(cases)), kind, event.at, minor))
    table = np.array(found, dtype=np.int64).reshape(-1, 4)
    first, last = ends or (0, 0)
    return _Rows(table[:, 0], table[:, 1], table[:, 2], table[:, 3].astype(float), len(cases), first, last), unread


def _kind(activity: str, asked: Asked) -> int | None:
    for place, kind in enumerate(KINDS):
        if activity in asked.named.get(kind, ()):
            return place
    words = re.sub(r"[^a-z]", "", activity.lower().replace("ü", "u"))
    for place, kind in enumerate(KINDS):
        if kind not in asked.named and re.fullmatch(USUAL[kind], words):
            return place
    return None


def _amount(attributes: Mapping[str, Any], asked: Asked) -> int | None:
    names = (asked.amount,) if asked.amount else AMOUNTS
    by_name = {name.lower(): value for name, value in attributes.items()}
    value = next((by_name[name.lower()] for name in names if name.lower() in by_name), None)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(Decimal(str(value)).scaleb(asked.places))
    return minor_of(value, asked.places) if isinstance(value, str) else None


def _window(rows: _Rows, seen: Mapping[What, int], asked: Asked, days: int) -> Window:
    length = timedelta(days=days)
    after = (asked.start, asked.start + length)
    first = asked.start - (YEAR if asked.a_year_before else length)
    before = (first, first + length)
    a, b, c, d = (to_micros(datetime.combine(day, datetime.min.time(), asked.zone)) for day in (*before, *after))
    ends: Ends = (a, b, c, d)
    why = _uncovered(rows, asked.zone, ends, days)
    lines = (
        _sum(rows, seen, "paid", "cash collected", why, ends),
        _outstanding(rows, seen, why, days, ends),
        _sum(rows, seen, "fee", "agency fees", why, ends),
        _sum(rows, seen, "written_off", "write-offs", why, ends),
    )
    return Window(days, before, after, lines, None if why else _profit(rows, seen, ends))


def _uncovered(rows: _Rows, zone: ZoneInfo, ends: Ends, days: int) -> str:
    """Why the history does not reach over both spans; "" where it does. Nothing may happen on the first or last day."""
    if rows.last < ends[3] - DAY:
        return f"The history ends on {from_micros(rows.last).astimezone(zone):%d %b %Y}: the {days} days are not over."
    if rows.first >= ends[0] + DAY:
        begins = f"{from_micros(rows.first).astimezone(zone):%d %b %Y}"
        return f"The history begins on {begins}: there is no before of {days} days."
    return ""


def _by_case(rows: _Rows, kind: What, since: int, until: int) -> Numbers:
    chosen = (rows.kind == KINDS.index(kind)) & (rows.at >= since) & (rows.at < until)
    return np.bincount(rows.case[chosen], weights=rows.minor[chosen], minlength=rows.cases).astype(np.float64)


def _sum(rows: _Rows, seen: Mapping[What, int], kind: What, name: str, why: str, ends: Ends) -> Line:
    better: Literal["up", "down"] = "up" if kind == "paid" else "down"
    if not seen[kind]:
        why = f"The history tells of no {name}."
    if why:
        return Line(name, "money", better, None, None, None, why)
    before, after = _by_case(rows, kind, *ends[:2]), _by_case(rows, kind, *ends[2:])
    return Line(name, "money", better, before.sum(), after.sum(), _change(after - before))


def _profit(rows: _Rows, seen: Mapping[What, int], ends: Ends) -> Difference | None:
    lost: tuple[What, ...] = ("fee", "written_off")
    kinds = [kind for kind in lost if seen[kind]]
    if not kinds:
        return None
    each = [_by_case(rows, kind, *ends[:2]) - _by_case(rows, kind, *ends[2:]) for kind in kinds]
    return _change(np.sum(each, axis=0))


def _outstanding(rows: _Rows, seen: Mapping[What, int], why: str, days: int, ends: Ends) -> Line:
    """Days sales outstanding at the end of each span: what is open then over what was invoiced in it, in its days."""
    name = "days sales outstanding"
    spans = (ends[:2], ends[2:])
    sold = [_by_case(rows, "invoiced", *span) for span in spans]
    if not seen["invoiced"]:
        why = "The history tells of no invoices with amounts."
    elif not why and not (sold[0].sum() and sold[1].sum()):
        why = "Nothing was invoiced in one of the two spans."
    if why:
        return Line(name, "days", "down", None, None, None, why)
    values, away = [], []
    for part, (_, until) in zip(sold, spans, strict=True):
        gone = _by_case(rows, "paid", 0, until) + _by_case(rows, "written_off", 0, until)
        due = np.maximum(_by_case(rows, "invoiced", 0, until) - gone, 0.0)
        ratio = due.sum() / part.sum()
        values.append(float(days * ratio))
        away.append(days * (due - ratio * part) / part.sum())
    spread = CERTAIN * float(np.sqrt(((away[1] - away[0]) ** 2).sum()))
    change = values[1] - values[0]
    moved = Difference(change, change - spread, change + spread)
    return Line(name, "days", "down", values[0], values[1], moved)


def _change(by_case: Numbers) -> Difference:
    """A sum over cases that came by chance: its variance is the sum of squares."""
    value, spread = float(by_case.sum()), CERTAIN * float(np.sqrt((by_case**2).sum()))
    return Difference(value, value - spread, value + spread)


def as_json(found: Collections) -> dict[str, Any]:
    return {
        "start": found.start.isoformat(),
        "cases": found.cases,
        "events": dict(found.seen),
        "remarks": list(found.remarks),
        "worse": found.worse,
        "windows": [
            {
                "days": each.days,
                "before": [day.isoformat() for day in each.before],
                "after": [day.isoformat() for day in each.after],
                "profit": None if each.profit is None else vars(each.profit),
                "lines": [
                    {
                        "name": one.name,
                        "unit": one.unit,
                        "before": one.before,
                        "after": one.after,
                        "change": None if one.change is None else vars(one.change),
                        "verdict": one.verdict.value,
                        "why": one.why,
                    }
                    for one in each.lines
                ],
            }
            for each in found.windows
        ],
    }
