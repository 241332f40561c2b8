"""A sheet: what one page says, before anybody lays it out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Figure:
    """One number with its name, and beside it how sure it is or what it is of."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Rows under headings; a cell is a text."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Part:
    """A heading, sentences, figures and a table; whatever is empty is not shown."""

    title: str
    sentences: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Sheet:
    """What one page says. `lead` is what a hurried reader takes away, `origin` where the numbers come from."""

    title: str
    lead: str
    company: str
    at: datetime
    parts: Sequence[Part]
    limits: Sequence[str]
    origin: Sequence[str] = field(default=())
