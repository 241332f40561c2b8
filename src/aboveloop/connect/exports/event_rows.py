"""Tables with one event in a row: columns named by the reading become the event, all others its attributes.

Plain CSV is such a table; `app.importing.log_tables` makes event logs of other kinds into such.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, Protocol

from aboveloop.connect.exports.files import Text, header_of, rows_of
from aboveloop.connect.exports.records import (
    ExportUnreadable,
    Happening,
    MappingWrong,
    Page,
    Reading,
    Record,
    Row,
    RowUnreadable,
    paged,
)
from aboveloop.connect.exports.times import finds_day_first, is_split, micros, zone_of

NEEDED = ("case", "activity", "time")
ROLES = (*NEEDED, "who", "team", "channel")
# Rows that are looked at to find columns and the order of day and month.
SAMPLE = 5_000
ROWS_OF_A_PAGE = 5_000


class Table(Protocol):
    """Rows of texts under `names`. `digest` is of the file, `remarks` what was found in opening it."""

    kind: str
    names: list[str]
    remarks: tuple[str, ...]
    place: str

    @property
    def digest(self) -> str: ...

    def rows(self) -> Iterator[Row]: ...


class CsvTable:
    """A CSV file."""

    kind = "csv"

    def __init__(self, text: Text) -> None:
        self._text = text
        self._sign, self.names = header_of(text)
        self.digest, self.place = text.digest, str(text.path)
        said = []
        if text.encoding not in ("utf-8", "utf-8-sig"):
            said.append(f"The file is not UTF-8; it is read as {text.encoding}.")
        doubled = [name for name in self.names if name.endswith(")") and name.rpartition(" (")[0] in self.names]
        if doubled:
            said.append(f"Columns that have the name of another are called {', '.join(doubled)}.")
        self.remarks = tuple(said)

    def rows(self) -> Iterator[Row]:
        return rows_of(self._text, self._sign, len(self.names))


class EventRows:
    """A table of events."""

    has_keys = False
    is_retry = False
    goes_on = False

    def __init__(self, table: Table, reading: Reading) -> None:
        self._table, self.kind, self.names = table, table.kind, table.names
        self.fingerprint = table.digest
        self.reading = reading

    def sample(self) -> Mapping[str, list[str | None]]:
        """The first rows by column. Raises ExportUnreadable where there are none."""
        rows = [row.value for row in islice(self._table.rows(), SAMPLE) if not row.fault]
        if not rows:
            raise ExportUnreadable(f"{self._table.place} holds a header and no rows that fit it.")
        return {name: [row[at] or None for row in rows] for at, name in enumerate(self.names)}

    def read_as(self, columns: Mapping[str, str], sample: Mapping[str, list[str | None]]) -> None:
        """Settle which column is what, and whether the day stands first. Raises MappingWrong."""
        for role, name in columns.items():
            if role not in ROLES or name not in self.names:
                known = f"Columns are: {', '.join(self.names)}. They can be: {', '.join(ROLES)}."
                raise MappingWrong(f"{role}={name} cannot be mapped. {known}")
        lost = [role for role in NEEDED if role not in columns]
        if lost:
            raise MappingWrong(
                f"No column is the {lost[0]}. Say --map {lost[0]}=COLUMN; there are: {', '.join(self.names)}."
            )
        times = [each for each in sample[columns["time"]] if each]
        day_first, said = self.reading.day_first, list(self.reading.remarks)
        if day_first is None and is_split(times):
            day_first = finds_day_first(times)
            if day_first is None:
                day_first = True
                said.append("No number above 12 tells day from month; the day is taken to stand first (--month-first).")
        said += self._table.remarks
        zone_of(self.reading.zone)
        self.reading = replace(self.reading, columns=columns, day_first=day_first, remarks=tuple(said))
        self._places = {role: self.names.index(name) for role, name in columns.items()}
        self._others = [(at, name) for at, name in enumerate(self.names) if at not in self._places.values()]

    def pages(self, mark: Any) -> Iterator[Page]:
        return paged(self._table.rows(), mark, ROWS_OF_A_PAGE)

    def record(self, row: Row) -> Record:
        cells, at = row.value, self._places
        case, activity, time = cells[at["case"]].strip(), cells[at["activity"]].strip(), cells[at["time"]]
        if not case or not activity:
            raise RowUnreadable(f"It names no {'case' if not case else 'activity'}.")
        day_first = self.reading.day_first is not False
        happening = Happening(
            activity,
            micros(time, self.reading.zone, day_first),
            self._may(cells, "who"),
            self._may(cells, "team"),
            self._may(cells, "channel"),
            {name: cells[place] for place, name in self._others if cells[place]},
        )
        return Record("", case, (happening,))

    def _may(self, cells: list[str], role: str) -> str | None:
        place = self._places.get(role)
        return None if place is None else cells[place].strip() or None
