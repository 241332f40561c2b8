"""Expressions: CEL with the few functions that operations need. Pure, without clock or chance."""

import functools
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from aboveloop.kit.errors import PermanentError
from aboveloop.kit.money import Money
from aboveloop.operation.cel_engine import cel
from aboveloop.operation.telling import IN_ENGLISH, Telling

PLACEHOLDER = re.compile(r"\{\{\s*(.+?)\s*\}\}", re.DOTALL)
COMPLAINT = re.compile(r"ERROR: <input>:\d+:\d+: (?:Syntax error: )?(.*)")

# The engine logs the values that a function failed on, which may be personal; ExpressionFailed tells of it anyway.
logging.getLogger("cel").addFilter(lambda record: False)


class ExpressionFailed(PermanentError):
    """An expression that does not parse, or has no value for these variables."""


@dataclass(frozen=True)
class Expression:
    """A parsed expression. `variables` are the names it reads, without those its own macros bind."""

    source: str
    variables: frozenset[str]

    def value(self, variables: Mapping[str, object], *, currency: str = "EUR", telling: Telling = IN_ENGLISH) -> Any:
        """The value for these variables, told as `telling` does. Raises ExpressionFailed where there is none."""
        program = _program(self.source)
        # Handing a record over costs more than evaluating: only what the expression names goes along.
        needed = {name: variables[name] for name in program.variables() if name in variables}
        functions = (
            {**_functions(currency), **_told(currency, telling)} if telling is not IN_ENGLISH else _functions(currency)
        )
        context = cel.Context(variables=needed, functions=functions)
        try:
            return program.execute(context)
        except (RuntimeError, ValueError, TypeError, LookupError, ArithmeticError) as error:
            raise ExpressionFailed(f"{self.source!r} has no value: {_first_line(error)}") from error


@functools.lru_cache(maxsize=4096)
def parse(source: str) -> Expression:
    """Parse `source`. Raises ExpressionFailed with the reason where it is not CEL or calls an unknown function."""
    try:
        program = _program(source)
    except ValueError as error:
        raise ExpressionFailed(f"{source!r} is not an expression: {_first_line(error)}") from error
    unknown = sorted(name for name in program.functions() if name.isidentifier() and name not in KNOWN_FUNCTIONS)
    if unknown:
        raise ExpressionFailed(f"{source!r} calls {unknown[0]}, which is not a function here.")
    return Expression(source, frozenset(program.variables()) - _bound_names(source))


def fill(text: str, variables: Mapping[str, object], *, currency: str = "EUR", telling: Telling = IN_ENGLISH) -> str:
    """`text` with every `{{ expression }}` replaced by its value. Raises ExpressionFailed; null does not fill."""

    def value_of(match: re.Match[str]) -> str:
        value = parse(match.group(1)).value(variables, currency=currency, telling=telling)
        if value is None:
            raise ExpressionFailed(f"{match.group(1)!r} is null and cannot be told to anybody.")
        return str(value)

    return PLACEHOLDER.sub(value_of, text)


def placeholders(text: str) -> list[Expression]:
    """The expressions that `text` needs to be filled."""
    return [parse(match.group(1)) for match in PLACEHOLDER.finditer(text)]


@functools.lru_cache(maxsize=4096)
def _program(source: str) -> Any:
    return cel.compile(source)


def _bound_names(source: str) -> frozenset[str]:
    """Names that macros such as `list.map(x, ...)` bind inside the expression."""
    return frozenset(re.findall(r"\.\s*(?:all|exists|exists_one|filter|map)\s*\(\s*([a-zA-Z_]\w*)\s*,", source))


def _first_line(error: Exception) -> str:
    """What CEL complains of, without the source that it repeats and the tokens that it would have liked."""
    text = str(error).strip()
    found = COMPLAINT.search(text)
    return (found.group(1) if found else text.splitlines()[0]).partition(" expecting {")[0].strip()


def instant_of(text: str) -> datetime:
    """An aware datetime from ISO text; a text without a zone is UTC, a day alone its first moment."""
    instant = datetime.fromisoformat(text)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant


def _cents(value: float | int | str) -> int:
    return int((Decimal(str(value)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _whole(minor: object) -> int:
    """Minor units as an integer: 49.9 is somebody's euros, and to cut it to 49 cents would be a lie about money."""
    if isinstance(minor, bool) or not isinstance(minor, int | float) or minor != int(minor):
        raise TypeError("money() takes whole minor units; cents() makes them of a decimal amount")
    return int(minor)


def _lower(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError("lower() takes text")
    return text.lower()


def _seconds_between(earlier: str, later: str) -> float:
    return (instant_of(later) - instant_of(earlier)).total_seconds()


def _sum(values: Sequence[Any]) -> Any:
    return sum(values)


def _distinct(values: Sequence[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _either(value: Any, default: Any) -> Any:
    return default if value is None else value


def _get(container: Any, key: str, default: Any) -> Any:
    found = container.get(key) if isinstance(container, Mapping) else None
    return default if found is None else found


def _told(currency: str, telling: Telling) -> dict[str, Callable[..., Any]]:
    """The functions whose result depends on the language in which it is told."""

    def money(minor: object, code: str = currency) -> str:
        return telling.money(Money(_whole(minor), code))

    return {
        "money": money,
        "day": lambda text: telling.day(datetime.fromisoformat(text)),
        "word": telling.word,
    }


@functools.lru_cache(maxsize=16)
def _functions(currency: str) -> dict[str, Callable[..., Any]]:
    return {
        **_told(currency, IN_ENGLISH),
        "cents": _cents,
        "days_between": lambda earlier, later: int(_seconds_between(earlier, later) // 86_400),
        "hours_between": lambda earlier, later: int(_seconds_between(earlier, later) // 3_600),
        "seconds": lambda text: int(instant_of(text).timestamp()),
        "sum": _sum,
        "distinct": _distinct,
        "joined": lambda values, separator: separator.join(str(value) for value in values),
        "positions": lambda values: list(range(len(values))),
        "flat": lambda lists: [value for values in lists for value in values],
        "lower": _lower,
        "get": _get,
        "either": _either,
    }


KNOWN_FUNCTIONS = frozenset(_functions("EUR")) | {
    "size",
    "has",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "int",
    "double",
    "string",
    "uint",
    "timestamp",
    "duration",
    "type",
    "all",
    "exists",
    "exists_one",
    "filter",
    "map",
    "getFullYear",
    "getMonth",
    "getDate",
    "getHours",
    "getMinutes",
    "getSeconds",
    "getDayOfWeek",
    "getDayOfYear",
}
