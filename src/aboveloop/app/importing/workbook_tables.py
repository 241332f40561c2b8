"""Excel workbooks as tables of text: the first row of the first sheet is the header, every other one an event."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from aboveloop.connect.exports.records import ExportUnreadable, Row
from aboveloop.history.errors import WorkbookUnreadable
from aboveloop.history.workbooks import Workbook


class WorkbookTable:
    """A workbook (.xlsx)."""

    kind = "excel"

    def __init__(self, path: Path) -> None:
        self.place = str(path)
        try:
            self._book = Workbook(path)
            _, header = next(self._book.rows())
        except WorkbookUnreadable as error:
            raise ExportUnreadable(str(error)) from error
        self.names = named(header)
        if len(self.names) < 2:
            raise ExportUnreadable(f"{path} has one column in its sheet {self._book.sheet}: what is the table there?")
        others = ", ".join(self._book.others)
        read = f"The sheet {self._book.sheet} is read{f', and not: {others}' if others else ''}."
        self.remarks: tuple[str, ...] = (f"{read} Times have no zone in a workbook: they are taken as --zone says.",)

    @cached_property
    def digest(self) -> str:
        return self._book.digest

    def rows(self) -> Iterator[Row]:
        """Every row below the header as a list of texts, with its number in the sheet. Raises ExportUnreadable."""
        width = len(self.names)
        try:
            found = self._book.rows()
            next(found)
            for number, cells in found:
                fault = "" if len(cells) <= width else f"It has {len(cells)} fields where the header has {width}."
                yield Row(f"row {number}", cells + [""] * (width - len(cells)), fault)
        except WorkbookUnreadable as error:
            raise ExportUnreadable(str(error)) from error


def named(header: list[str]) -> list[str]:
    """The names of columns; the second of two of one name becomes `Name (2)`, one without a name `column`."""
    names: list[str] = []
    for name in header:
        plain = name.strip() or "column"
        count = sum(each == plain or each.startswith(f"{plain} (") for each in names)
        names.append(f"{plain} ({count + 1})" if count else plain)
    return names
