"""What every kind of export gives: pages of rows as they were read, and a record that each row becomes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from aboveloop.kit.errors import PermanentError, WrongUsage


class ExportUnreadable(PermanentError):
    """The whole export cannot be read: empty, broken, or of another kind."""


class RowUnreadable(PermanentError):
    """One row cannot be read; it goes to quarantine with this reason."""


class MappingWrong(WrongUsage):
    """A mapping names what the export does not have."""


class Happening(NamedTuple):
    """One event of a case. `at` is microseconds since 1970 in UTC."""

    activity: str
    at: int
    who: str | None = None
    team: str | None = None
    channel: str | None = None
    attributes: Mapping[str, Any] = {}


class Record(NamedTuple):
    """A case with all that happened to it, or one event where the export has one in a row.

    `key` is the export's own name of the record; "" where it has none, and equal rows are told apart by counting.
    """

    key: str
    case: str
    happenings: tuple[Happening, ...]


def named(role: str, name: str | None) -> str | None:
    """Who it was where the export says a name or a login and no number: `person: Ann Lee`. It is masked as a whole."""
    return f"{role}: {name.strip()}" if name and name.strip() else None


class Row(NamedTuple):
    """A row as it was read. `fault` says why it cannot be taken apart; `place` is where it stands, for people."""

    place: str
    value: Any
    fault: str = ""


class Page(NamedTuple):
    """Rows that are kept together, and the mark from which reading goes on after them (JSON).

    `is_dear`: it took long to come by, so it is kept at once.
    """

    rows: list[Row]
    mark: Any
    is_dear: bool = False


@dataclass(frozen=True)
class Reading:
    """How an export is read. `zone` holds for times that name none; `day_first` is None where it is to be found.

    `columns` are what of the export is what, of kinds that have columns; `remarks` tell what was found out.
    """

    zone: str = "UTC"
    day_first: bool | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


class Export(Protocol):
    """One export that is being read. `fingerprint` changes when what is read is another file or place.

    `has_keys`: its records have names of their own, each of them a case. `is_retry`: it reads a quarantine.
    `goes_on`: where an earlier import has read to its end, the next begins behind its mark.
    """

    @property
    def kind(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def reading(self) -> Reading: ...
    @property
    def has_keys(self) -> bool: ...
    @property
    def is_retry(self) -> bool: ...
    @property
    def goes_on(self) -> bool: ...

    def pages(self, mark: Any) -> Iterator[Page]:
        """From the mark on; from the beginning for None."""
        ...

    def record(self, row: Row) -> Record:
        """Raises RowUnreadable."""
        ...


# Rows of a file that are kept together: a stroke of work that may be lost, and memory, in the hundreds.
FILE_PAGE = 500


def paged(rows: Iterator[Row], mark: Any, size: int = FILE_PAGE) -> Iterator[Page]:
    """Rows of a file as pages; the mark counts the rows that are behind."""
    behind = int(mark or 0)
    for _ in range(behind):
        if next(rows, None) is None:
            return
    page: list[Row] = []
    for row in rows:
        page.append(row)
        if len(page) == size:
            behind += size
            yield Page(page, behind)
            page = []
    if page:
        yield Page(page, behind + len(page))
