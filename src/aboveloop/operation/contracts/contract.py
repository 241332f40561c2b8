"""A data contract as values: what a data source promises, who owns it, who is called, and how its rows are fetched.

Written in the Open Data Contract Standard; what the standard leaves to each house stands in custom properties.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

LogicalType = Literal["string", "date", "timestamp", "time", "number", "integer", "object", "array", "boolean"]
Metric = Literal["nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount"]
Dimension = Literal["quality", "accessibility", "integration"]
# Broken, these page and pause; a warning is told and stops nothing.
Severity = Literal["error", "warning"]

OPERATORS = {
    "mustBe": "exactly",
    "mustNotBe": "anything but",
    "mustBeGreaterThan": "more than",
    "mustBeGreaterOrEqualTo": "at least",
    "mustBeLessThan": "less than",
    "mustBeLessOrEqualTo": "at most",
    "mustBeBetween": "between",
    "mustNotBeBetween": "outside of",
}


@dataclass(frozen=True)
class Limit:
    """What a count must be. `percent`: of all rows, instead of rows."""

    operator: str = "mustBe"
    low: float = 0
    high: float = 0
    percent: bool = False

    def holds(self, measured: float) -> bool:
        """True when the count, or the percentage, is as promised."""
        match self.operator:
            case "mustBe":
                return measured == self.low
            case "mustNotBe":
                return measured != self.low
            case "mustBeGreaterThan":
                return measured > self.low
            case "mustBeGreaterOrEqualTo":
                return measured >= self.low
            case "mustBeLessThan":
                return measured < self.low
            case "mustBeLessOrEqualTo":
                return measured <= self.low
            case "mustBeBetween":
                return self.low <= measured <= self.high
            case _:
                return not self.low <= measured <= self.high

    @property
    def allows_none(self) -> bool:
        """True when a single row breaks it, whatever the others are."""
        return self.holds(0) and not self.holds(1) and not self.percent

    @property
    def words(self) -> str:
        """`at most 3 rows`."""
        both = f"{self.low:g} and {self.high:g}" if "Between" in self.operator else f"{self.low:g}"
        return f"{OPERATORS[self.operator]} {both} {'percent' if self.percent else 'rows'}"


@dataclass(frozen=True)
class Quality:
    """One promise about how many values or rows are so. `properties`: together, for duplicates of whole rows."""

    name: str
    metric: Metric
    limit: Limit = Limit()
    valid: tuple[Any, ...] | None = None
    pattern: str | None = None
    missing: tuple[Any, ...] = ()
    properties: tuple[str, ...] = ()
    severity: Severity = "error"
    description: str = ""


@dataclass(frozen=True)
class Field:
    """One column of an asset. `physical` is its name in a table; `zone` is that of instants without an offset."""

    name: str
    physical: str
    type: LogicalType | None = None
    required: bool = False
    unique: bool = False
    is_key: bool = False
    allowed: tuple[Any, ...] = ()
    pattern: str | None = None
    shortest: int | None = None
    longest: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None
    zone: str = "UTC"
    has_offset: bool = False
    is_personal: bool = False
    # `orders.order_id`: every value stands there too.
    refers_to: str = ""
    quality: tuple[Quality, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class Timeliness:
    """The newest `field` is no older than `within`; with `since`, each row came so soon after that other instant."""

    field: str
    within: timedelta
    since: str = ""


@dataclass(frozen=True)
class Source:
    """How the rows are fetched: a read of a system (`shop.list_orders`), a table of an SQL system, or a file.

    `rows` is the way to the list in the read's answer (`events`, `result.orders`); `after` is the argument that goes
    on behind the last row of a page of `page` rows, by the asset's key.
    """

    read: str = ""
    arguments: Mapping[str, Any] | None = None
    rows: str = ""
    after: str = ""
    page: int = 1000
    table: str = ""
    file: str = ""

    @property
    def system(self) -> str:
        """The system that is asked; "" for a file."""
        return (self.read or self.table).partition(".")[0]


@dataclass(frozen=True)
class LiveRead:
    """A read at work whose records keep the promises too; `fields` are those it has, all where it is empty."""

    read: str
    rows: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asset:
    """One table of records that a contract speaks of."""

    name: str
    title: str
    fields: tuple[Field, ...]
    quality: tuple[Quality, ...] = ()
    timeliness: tuple[Timeliness, ...] = ()
    source: Source | None = None
    live: tuple[LiveRead, ...] = ()
    # Reads whose answers are made from these records, in other words than theirs.
    feeds: tuple[LiveRead, ...] = ()
    description: str = ""

    @property
    def keys(self) -> tuple[Field, ...]:
        """The columns that name a row."""
        return tuple(field for field in self.fields if field.is_key)

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True)
class Contract:
    """`name` is that of its file. `owner` is a person of the operation; `on_call` are persons or duties, in order."""

    name: str
    id: str
    title: str
    version: str
    path: str
    assets: tuple[Asset, ...]
    purpose: str = ""
    team: str = ""
    owner: str = ""
    on_call_title: str = ""
    on_call: tuple[str, ...] = ()
    every_seconds: float = 60.0

    def asset(self, name: str) -> Asset | None:
        return next((asset for asset in self.assets if asset.name == name), None)


def all_assets(contracts: Mapping[str, Contract]) -> Iterator[tuple[Contract, Asset]]:
    """Every asset with its contract, in the order of their names."""
    for name in sorted(contracts):
        for asset in contracts[name].assets:
            yield contracts[name], asset
