"""CSV whose columns are known by name: a row is a ticket or a change of one, and what it says is told by its kind."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from aboveloop.connect.exports.event_rows import ROWS_OF_A_PAGE, SAMPLE
from aboveloop.connect.exports.files import Text, header_of, rows_of
from aboveloop.connect.exports.records import ExportUnreadable, Page, Reading, Record, Row, RowUnreadable, paged
from aboveloop.connect.exports.times import finds_day_first, is_split, micros, zone_of


class Cells:
    """One row by the names of its columns."""

    def __init__(self, values: Sequence[str], places: Mapping[str, list[int]], reading: Reading) -> None:
        self._values, self._places, self._reading = values, places, reading

    def get(self, *names: str) -> str:
        """What stands in the first of these columns that is there and says something; "" where none does."""
        return next((found for name in names for found in self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """What stands in all columns of this name."""
        return [found for at in self._places.get(name, ()) if (found := self._values[at].strip())]

    def at(self, *names: str) -> int | None:
        """The time in the first of these columns that has one. Raises RowUnreadable."""
        written = self.get(*names)
        return self.time(written) if written else None

    def time(self, written: str) -> int:
        return micros(written, self._reading.zone, self._reading.day_first is not False)


@dataclass(frozen=True)
class Form:
    """What a kind of sheet is. `times` are its columns of times, `tell` makes the record of a row.

    `has_keys`: a row is a whole ticket.
    """

    kind: str
    has_keys: bool
    times: tuple[str, ...]
    tell: Callable[[Cells], Record]
    remarks: tuple[str, ...] = ()


class Sheet:
    """A CSV file in a form. `names` are its columns as the form calls them; columns of one name are one list."""

    is_retry = False
    goes_on = False

    def __init__(self, text: Text, reading: Reading, form: Form, called: Callable[[str], str]) -> None:
        self._text, self._form = text, form
        self._sign, self.names = header_of(text)
        self.kind, self.has_keys, self.fingerprint = form.kind, form.has_keys, text.digest
        self._places: dict[str, list[int]] = {}
        for at, name in enumerate(self.names):
            self._places.setdefault(called(_first_name(name, self.names)), []).append(at)
        zone_of(reading.zone)
        self.reading = reading
        self.reading = self._read_as()

    def pages(self, mark: Any) -> Iterator[Page]:
        return paged(self._rows(), mark, ROWS_OF_A_PAGE)

    def record(self, row: Row) -> Record:
        return self._form.tell(Cells(row.value, self._places, self.reading))

    def _rows(self) -> Iterator[Row]:
        return rows_of(self._text, self._sign, len(self.names))

    def _read_as(self) -> Reading:
        """Whether the day stands first, found in the times of the first rows."""
        rows = [Cells(row.value, self._places, self.reading) for row in islice(self._rows(), SAMPLE) if not row.fault]
        if not rows:
            raise ExportUnreadable(f"{self._text.path} holds a header and no rows that fit it.")
        said, day_first = [*self.reading.remarks, *self._form.remarks], self.reading.day_first
        times = [found for row in rows for name in self._form.times for found in row.all(name)]
        if day_first is None and is_split(times):
            day_first = finds_day_first(times)
            if day_first is None:
                day_first = True
                said.append("No number above 12 tells day from month; the day is taken to stand first (--month-first).")
        return replace(self.reading, day_first=day_first, remarks=tuple(said))


def columns_of(text: Text, called: Callable[[str], str]) -> set[str]:
    """The columns of a file as its kind calls them."""
    _, names = header_of(text)
    return {called(_first_name(name, names)) for name in names}


def must(at: int | None, what: str) -> int:
    """Raises RowUnreadable where the row has no such time."""
    if at is None:
        raise RowUnreadable(f"It has no {what}.")
    return at


def _first_name(name: str, names: Sequence[str]) -> str:
    """`Comment (2)` is another column of the name `Comment`."""
    bare, sign, number = name.rpartition(" (")
    return bare if sign and bare in names and number.rstrip(")").isdigit() else name
