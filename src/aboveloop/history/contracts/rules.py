"""The rules of an asset, compiled once: what each says in words, and what is asked of every row.

A row costs well under a microsecond for each column, so that records read in a customer's turn are held to them too.
"""

import re
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from aboveloop.history.contracts.values import WORDS, Holds, instant, type_of
from aboveloop.operation.contracts.contract import Asset, Dimension, Field, Limit, Quality, Severity, Timeliness

Row = Mapping[str, Any]
# `row`: each row alone shows it; `repeated`, `absent`: only beside others; `rows`, `newest`: of all together.
Sort = Literal["row", "repeated", "absent", "rows", "newest", "future"]

# Clocks of two machines are said to differ by less; what lies further ahead has not happened.
SKEW = timedelta(minutes=1)
SHOWN_VALUES = 8
# A promise that nothing else is said of: no row at all.
NONE_AT_ALL = Limit()


@dataclass(frozen=True)
class Rule:
    """One promise. `name` is `order_id.required`; `fields` are the columns that it speaks of; `words` say it."""

    name: str
    words: str
    sort: Sort
    fields: tuple[str, ...] = ()
    limit: Limit = NONE_AT_ALL
    severity: Severity = "error"
    dimension: Dimension = "quality"

    @property
    def is_live(self) -> bool:
        """True where one row alone breaks it, so that a record read at work can."""
        return self.sort == "row" and self.limit.allows_none and self.severity == "error"


@dataclass(frozen=True)
class Column:
    """Everything asked of one column of a row."""

    name: str
    empty: tuple[int, ...]
    is_type: Holds | None
    type_rule: int
    tests: tuple[tuple[Holds, int], ...]


@dataclass(frozen=True)
class Late:
    """Two instants of one row, and how far they may lie apart."""

    since: Field
    field: Field
    within: timedelta
    rule: int

    def holds(self, row: Row) -> bool:
        """True as well where one of them cannot be told: that breaks rules of its own."""
        came, happened = (instant(row.get(each.name), each.zone) for each in (self.field, self.since))
        return came is None or happened is None or came - happened <= self.within


@dataclass(frozen=True)
class Rules:
    """All rules of an asset, and those that each row answers."""

    asset: Asset
    rules: tuple[Rule, ...]
    columns: tuple[Column, ...]
    late: tuple[Late, ...]

    def broken(self, row: Row) -> list[int]:
        """The places of the rules that this row breaks by itself."""
        found: list[int] = []
        get = row.get
        for column in self.columns:
            value = get(column.name)
            if value is None:
                if column.empty:
                    found += column.empty
            elif column.is_type is not None and not column.is_type(value):
                found.append(column.type_rule)
            else:
                for holds, rule in column.tests:
                    if not holds(value):
                        found.append(rule)
        for late in self.late:
            if not late.holds(row):
                found.append(late.rule)
        return found

    def live(self, fields: Collection[str] = ()) -> "Rules":
        """The same for records read at work: only what one row alone breaks, of these columns where they are named."""
        wanted = {
            place
            for place, rule in enumerate(self.rules)
            if rule.is_live and (not fields or set(rule.fields) <= set(fields))
        }
        columns = [
            replace(
                column,
                empty=tuple(place for place in column.empty if place in wanted),
                tests=tuple(test for test in column.tests if test[1] in wanted),
            )
            for column in self.columns
            if not fields or column.name in fields
        ]
        late = tuple(each for each in self.late if each.rule in wanted)
        return Rules(self.asset, self.rules, tuple(columns), late)


def compile_rules(asset: Asset) -> Rules:
    """Compile what `asset` promises."""
    rules: list[Rule] = []
    columns = tuple(_column(field, rules) for field in asset.fields)
    late = tuple(_timely(asset, rules))
    rules += _of_all_rows(asset)
    return Rules(asset, tuple(rules), columns, late)


def _column(field: Field, rules: list[Rule]) -> Column:
    empty: list[int] = []
    tests: list[tuple[Holds, int]] = []

    def add(name: str, words: str, **more: Any) -> int:
        rules.append(Rule(f"{field.name}.{name}", words, more.pop("sort", "row"), (field.name,), **more))
        return len(rules) - 1

    if field.required:
        empty.append(add("required", f"{field.name} is never empty"))
    is_type = type_of(field)
    type_rule = -1
    if field.type is not None:
        offset = " with its offset" if field.type == "timestamp" and field.has_offset else ""
        type_rule = add("type", f"{field.name} is {WORDS[field.type]}{offset}")
    tests += [(holds, add(name, words)) for name, words, holds in _of_values(field)]
    if field.unique or field.is_key:
        add("unique", f"no two rows have the same {field.name}", sort="repeated")
    if field.refers_to:
        words = f"every {field.name} stands in {field.refers_to}"
        add("refers", words, sort="absent", dimension="integration")
    for quality in field.quality:
        more = {"limit": quality.limit, "severity": quality.severity}
        words = quality.description or _quality_words(quality, field.name)
        match quality.metric:
            case "nullValues":
                empty.append(add(quality.name, words, **more))
            case "missingValues":
                place = add(quality.name, words, **more)
                empty.append(place)
                tests.append((_not_among(quality.missing), place))
            case "invalidValues":
                tests.append((_valid(quality), add(quality.name, words, **more)))
            case "duplicateValues":
                add(quality.name, words, sort="repeated", **more)
            case "rowCount":
                add(quality.name, words, sort="rows", **more)
    return Column(field.name, tuple(empty), is_type, type_rule, tuple(tests))


def _of_values(field: Field) -> Iterator[tuple[str, str, Holds]]:
    """What the options of a column ask of a value that is of its type."""
    if field.allowed:
        yield "allowed", f"{field.name} is one of {_shown(field.allowed)}", _among(field.allowed)
    if field.pattern is not None:
        matches = re.compile(field.pattern).search
        yield "pattern", f"{field.name} has the form {field.pattern}", lambda value: matches(str(value)) is not None
    shortest, longest = field.shortest, field.longest
    if shortest is not None or longest is not None:
        least, most = shortest or 0, longest if longest is not None else float("inf")
        yield "length", f"{field.name} is {least} to {most} long", lambda value: least <= len(_sized(value)) <= most
    for name, bound, words, holds in (
        ("minimum", field.minimum, "at least", lambda value: value >= field.minimum),
        ("maximum", field.maximum, "at most", lambda value: value <= field.maximum),
        ("above", field.above, "more than", lambda value: value > field.above),
        ("below", field.below, "less than", lambda value: value < field.below),
    ):
        if bound is not None and field.type in ("integer", "number"):
            yield name, f"{field.name} is {words} {bound}", holds


def _timely(asset: Asset, rules: list[Rule]) -> Iterator[Late]:
    for promise in asset.timeliness:
        field, since = asset.field(promise.field), asset.field(promise.since)
        if field is None:
            continue
        if since is not None:
            names = (since.name, field.name)
            words = f"{field.name} comes within {span(promise.within)} of {since.name}"
            rules.append(Rule(f"{field.name}.late", words, "row", names))
            yield Late(since, field, promise.within, len(rules) - 1)
            continue
        words = f"the newest {field.name} is no older than {span(promise.within)}"
        rules.append(Rule(f"{field.name}.fresh", words, "newest", (field.name,)))
        # An instant that lies ahead would make old data look fresh for ever.
        rules.append(Rule(f"{field.name}.future", f"no {field.name} lies in the future", "future", (field.name,)))


def _of_all_rows(asset: Asset) -> Iterator[Rule]:
    if len(asset.keys) > 1:
        names = tuple(field.name for field in asset.keys)
        yield Rule("rows.unique", f"no two rows have the same {' and '.join(names)}", "repeated", names)
    for quality in asset.quality:
        words = quality.description or _quality_words(quality, "")
        sort: Sort = "rows" if quality.metric == "rowCount" else "repeated"
        fields = () if sort == "rows" else quality.properties or tuple(field.name for field in asset.keys)
        yield Rule(f"rows.{quality.name}", words, sort, fields, quality.limit, quality.severity)


def promise_of(asset: Asset, rule: Rule) -> Timeliness | None:
    """The promise of timeliness behind a rule about the newest row."""
    return next((each for each in asset.timeliness if not each.since and f"{each.field}.fresh" == rule.name), None)


def span(within: timedelta) -> str:
    """`5 minutes`."""
    seconds = within.total_seconds()
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            number = int(seconds // size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{seconds:g} seconds"


def _quality_words(quality: Quality, name: str) -> str:
    what = {
        "nullValues": f"of empty {name}",
        "missingValues": f"of {name} that say nothing",
        "invalidValues": f"of {name} that are none of {_shown(quality.valid or ())}",
        "duplicateValues": f"of {name or ' and '.join(quality.properties)} that stand twice",
        "rowCount": "in all",
    }[quality.metric]
    if quality.metric == "invalidValues" and quality.limit.allows_none:
        return (
            f"{name} is one of {_shown(quality.valid)}" if quality.valid else f"{name} has the form {quality.pattern}"
        )
    return f"{quality.limit.words} {what}"


def _among(values: Collection[Any]) -> Holds:
    try:
        known = frozenset(values)
    except TypeError:
        return lambda value: value in values
    return lambda value: isinstance(value, Hashable) and value in known


def _not_among(values: Collection[Any]) -> Holds:
    is_among = _among(values)
    return lambda value: not is_among(value)


def _valid(quality: Quality) -> Holds:
    if quality.valid is not None:
        return _among(quality.valid)
    matches: Callable[[str], object] = re.compile(quality.pattern or "").search
    return lambda value: matches(str(value)) is not None


def _sized(value: Any) -> Any:
    return value if isinstance(value, str | list | tuple | Mapping) else str(value)


def _shown(values: Collection[Any]) -> str:
    shown = ", ".join(str(value) for value in list(values)[:SHOWN_VALUES])
    return f"{shown} …" if len(values) > SHOWN_VALUES else shown
