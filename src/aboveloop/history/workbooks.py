"""Excel workbooks (.xlsx, ECMA-376): the rows of one sheet as texts, as a person sees them, one in memory at a time."""

import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Literal

from aboveloop.history.errors import WorkbookUnreadable

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# Texts of cells are held in memory: more of them than this unpacked is no sheet that a person keeps by hand.
MOST_TEXT = 512 << 20
# What a sheet can have of columns, and the number of the last day that one can show.
MOST_COLUMNS, LAST_DAY = 16_384, 2_958_466
# Numbers of formats that come with Excel and show a day, and those that show a time of the day alone.
_DAYS, _TIMES = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)}), frozenset({18, 19, 20, 21})
_NO_CLOCK = frozenset({14, 15, 16, 17})
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
# Whole numbers are exact in a sheet up to here; beyond, digits are lost already.
_EXACT = 1e15
Shown = Literal["number", "day", "moment", "time"]


@dataclass(frozen=True)
class _Book:
    """What all sheets share. `sheets` are the parts of visible sheets by name, `shown` how each style shows numbers."""

    sheets: Mapping[str, str]
    texts: list[str] = field(default_factory=list)
    shown: tuple[Shown, ...] = ()
    since_1904: bool = False


class Workbook:
    """A workbook whose first visible sheet with rows is read. Raises WorkbookUnreadable for what is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.is_file():
            raise WorkbookUnreadable(f"There is no file {path}.")
        with path.open("rb") as file:
            is_old = file.read(4) == b"\xd0\xcf\x11\xe0"
        if is_old:
            raise WorkbookUnreadable(
                f"{path} is an old Excel file (.xls), or has a password. Save it as .xlsx without one, or as CSV."
            )
        self._book = self._read_book()
        rows = ((name, next(self._rows_of(part), None)) for name, part in self._book.sheets.items())
        found = next(((name, first) for name, first in rows if first is not None), None)
        if found is None:
            raise WorkbookUnreadable(f"{path} holds no rows.")
        self.sheet = found[0]
        self.others = tuple(name for name in self._book.sheets if name != self.sheet)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file."""
        with self._path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Every row that holds something, with its number in the sheet; "" for an empty cell. The first is the header.

        Days are ISO dates, moments ISO times without a zone. Raises WorkbookUnreadable.
        """
        return self._rows_of(self._book.sheets[self.sheet])

    def _read_book(self) -> _Book:
        with self._open() as book:
            root = self._tree(book, "xl/workbook.xml")
            targets = {
                each.get("Id"): each.get("Target", "") for each in self._tree(book, "xl/_rels/workbook.xml.rels")
            }
            sheets = {
                each.get("name", ""): _part(targets.get(each.get(_RELATION), ""))
                for each in root.iter(f"{_MAIN}sheet")
                if each.get("state", "visible") == "visible"
            }
            about = root.find(f"{_MAIN}workbookPr")
            since_1904 = about is not None and about.get("date1904") in ("1", "true")
            names = set(book.namelist())
            texts = self._texts(book) if "xl/sharedStrings.xml" in names else []
            shown = _shown(self._tree(book, "xl/styles.xml")) if "xl/styles.xml" in names else ()
            # A chart stands among the sheets and has no rows.
            sheets = {name: part for name, part in sheets.items() if part in names and "/worksheets/" in part}
        return _Book(sheets, texts, shown, since_1904)

    def _texts(self, book: zipfile.ZipFile) -> list[str]:
        """The texts that cells name by number."""
        if book.getinfo("xl/sharedStrings.xml").file_size > MOST_TEXT:
            raise WorkbookUnreadable(f"{self._path} holds more text than is read at once. Save it as CSV.")
        with book.open("xl/sharedStrings.xml") as file:
            return [_text(each) for each in self._parsed(file, "si")]

    def _rows_of(self, part: str) -> Iterator[tuple[int, list[str]]]:
        with self._open() as book, book.open(part) as file:
            for place, row in enumerate(self._parsed(file, "row"), 1):
                try:
                    number, cells = int(row.get("r", place)), self._cells(row)
                except ValueError as error:
                    raise self._broken(error) from error
                if any(cells):
                    yield number, cells

    def _cells(self, row: Any) -> list[str]:
        """Up to the last one that holds something. Raises ValueError for what no sheet holds."""
        cells: list[str] = []
        for cell in row.iter(f"{_MAIN}c"):
            at = _column(cell.get("r", ""), len(cells))
            if at >= MOST_COLUMNS:
                raise ValueError(f"a cell is called {cell.get('r')}")
            cells += [""] * (at + 1 - len(cells))
            cells[at] = self._value(cell)
        while cells and not cells[-1]:
            cells.pop()
        return cells

    def _value(self, cell: Any) -> str:
        kind, said = cell.get("t", "n"), cell.findtext(f"{_MAIN}v")
        if kind == "inlineStr":
            return _text(cell)
        if said is None or kind == "e":
            # What a formula could not work out says nothing.
            return ""
        if kind == "s":
            return self._shared(said)
        if kind == "b":
            return "true" if said == "1" else "false"
        if kind in ("str", "d"):
            return str(said)
        style = int(cell.get("s", 0))
        return self._number(float(said), self._book.shown[style] if style < len(self._book.shown) else "number")

    def _shared(self, said: str) -> str:
        number = int(said)
        if not 0 <= number < len(self._book.texts):
            raise WorkbookUnreadable(f"{self._path} names a text that it does not hold. Open it and save it again.")
        return self._book.texts[number]

    def _number(self, value: float, shown: Shown) -> str:
        if shown == "number" or not 0 <= value < LAST_DAY:
            return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
        at = _moment(value, since_1904=self._book.since_1904)
        if shown == "time" and value < 1:
            return at.strftime("%H:%M:%S")
        is_midnight = (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)
        return at.date().isoformat() if shown == "day" and is_midnight else at.isoformat()

    def _open(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self._path)
        except zipfile.BadZipFile as error:
            raise self._broken(error) from error

    def _tree(self, book: zipfile.ZipFile, part: str) -> Any:
        import lxml.etree  # noqa: PLC0415 - large, and wanted for this kind of file alone

        try:
            parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True)
            return lxml.etree.fromstring(book.read(part), parser)
        except (KeyError, lxml.etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error) as error:
            raise self._broken(error) from error

    def _parsed(self, file: IO[bytes], name: str) -> Iterator[Any]:
        """Each element of this name; what was read is let go of, with the empty places that it leaves before it."""
        import lxml.etree  # noqa: PLC0415 - as above

        try:
            for _, element in lxml.etree.iterparse(file, tag=f"{_MAIN}{name}", resolve_entities=False):
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except (lxml.etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> WorkbookUnreadable:
        return WorkbookUnreadable(f"{self._path} is no Excel workbook, or breaks off ({error}). Save it as CSV.")


def _part(target: str) -> str:
    """The part of the archive that a relation names: from its top, or beside the workbook."""
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _text(element: Any) -> str:
    """The text of a cell in all its runs, without how it is read aloud (`rPh`)."""
    said = element.iter(f"{_MAIN}t")
    return "".join(each.text or "" for each in said if each.getparent().tag != f"{_MAIN}rPh")


def _column(name: str, following: int) -> int:
    """The place of a cell such as AB12 in its row, from 0; the next place where it has no name."""
    place = 0
    for sign in name.rstrip("0123456789"):
        place = place * 26 + ord(sign) - ord("A") + 1
    return place - 1 if place else following


def _shown(styles: Any) -> tuple[Shown, ...]:
    """How each style of cells shows a number."""
    own = {int(each.get("numFmtId")): each.get("formatCode", "") for each in styles.iter(f"{_MAIN}numFmt")}
    formats = styles.find(f"{_MAIN}cellXfs")
    if formats is None:
        return ()
    return tuple(_kind(int(each.get("numFmtId", 0)), own) for each in formats)


def _kind(number: int, own: Mapping[int, str]) -> Shown:
    if number in own:
        signs = _QUOTED.sub("", own[number]).lower()
        if re.search(r"[dy]", signs):
            return "moment" if "h" in signs else "day"
        return "time" if "h" in signs else "number"
    if number in _TIMES:
        return "time"
    if number in _DAYS:
        return "day" if number in _NO_CLOCK else "moment"
    return "number"


def _moment(value: float, *, since_1904: bool) -> datetime:
    """The moment of a serial number of days. The year 1900 had no 29 February, and Excel counts one."""
    # A sheet names no zone.
    first = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30 if value >= 60 else 31)  # noqa: DTZ001
    return first + timedelta(milliseconds=round(value * 86_400_000))
