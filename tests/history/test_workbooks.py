"""A workbook is read as a person sees it: days as days, whole numbers whole, gaps where nothing stands."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from aboveloop.history.errors import WorkbookUnreadable
from aboveloop.history.logs.columns import Named
from aboveloop.history.logs.opening import open_file, read
from aboveloop.history.workbooks import Workbook
from history.sheets import MAIN, workbook

ROWS = [
    ["Ticket", "What", "When", "Paid"],
    [1, "opened", datetime(2026, 1, 5, 9, 30), 10.5],
    [1, "closed <b>", date(2026, 1, 6), True],
    [],
    [2, "opened", None, "00123"],
]


def texts(path: Path) -> list[list[str]]:
    return [cells for _, cells in Workbook(path).rows()]


def rewritten(path: Path, part: str, text: str) -> Path:
    """The workbook with one of its parts another."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w") as file:
        for name, said in {**parts, part: text.encode()}.items():
            file.writestr(name, said)
    return path


def test_cells_are_read_as_people_see_them(tmp_path: Path) -> None:
    book = Workbook(workbook(tmp_path / "a.xlsx", {"Jan": ROWS}))
    assert list(book.rows()) == [
        (1, ["Ticket", "What", "When", "Paid"]),
        (2, ["1", "opened", "2026-01-05T09:30:00", "10.5"]),
        (3, ["1", "closed <b>", "2026-01-06", "true"]),
        (5, ["2", "opened", "", "00123"]),
    ]
    assert (book.sheet, book.others) == ("Jan", ())


def test_the_first_visible_sheet_with_rows_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Old": ROWS, "Cover": [], "Jan": ROWS, "Feb": ROWS}, hidden=["Old"])
    book = Workbook(path)
    assert (book.sheet, book.others) == ("Jan", ("Cover", "Feb"))


@pytest.mark.parametrize(
    ("serial", "style", "seen"),
    [
        ("1", 1, "1900-01-01"),
        ("61", 1, "1900-03-01"),
        ("0.75", 3, "18:00:00"),
        ("46027.999999999", 2, "2026-01-06T00:00:00"),
        ("99999999", 1, "99999999"),
        ("-3", 1, "-3"),
        ("0.1", 0, "0.1"),
        ("12345678901234567890", 0, "1.2345678901234567e+19"),
    ],
)
def test_numbers_at_the_edges_of_what_a_sheet_can_show(tmp_path: Path, serial: str, style: int, seen: str) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Jan": ROWS})
    cell = f'<row r="1"><c r="AB1" s="{style}"><v>{serial}</v></c></row>'
    rewritten(path, "xl/worksheets/sheet1.xml", f"<worksheet {MAIN}><sheetData>{cell}</sheetData></worksheet>")
    assert texts(path) == [[""] * 27 + [seen]]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"><v>soon</v></c>',
        '<c r="A1" t="s"><v>99</v></c>',
        '<c r="AAAA1"><v>1</v></c>',
        '<c r="A1"><v>1',
    ],
)
def test_what_no_sheet_holds_is_said_in_words(tmp_path: Path, cell: str) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Jan": ROWS})
    rewritten(
        path,
        "xl/worksheets/sheet1.xml",
        f'<worksheet {MAIN}><sheetData><row r="1">{cell}</row></sheetData></worksheet>',
    )
    with pytest.raises(WorkbookUnreadable, match=r"CSV|save it again"):
        texts(path)


def test_what_is_no_workbook_says_what_to_do(tmp_path: Path) -> None:
    old, odd, empty = tmp_path / "a.xls", tmp_path / "b.xlsx", workbook(tmp_path / "c.xlsx", {"Jan": []})
    old.write_bytes(b"\xd0\xcf\x11\xe0 and more")
    odd.write_bytes(b"Ticket;What")
    for path, said in (
        (old, "old Excel file"),
        (odd, "no Excel workbook"),
        (empty, "no rows"),
        (tmp_path / "d", "no file"),
    ):
        with pytest.raises(WorkbookUnreadable, match=said):
            Workbook(path)


def test_a_workbook_is_measured_as_a_log(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Jan": ROWS[:3]})
    log = read(open_file(path), Named("Ticket", "What", "When"))
    assert sorted(log.activities.names) == ["closed <b>", "opened"] and len(log.at) == 2
    assert "The sheet Jan is read." in log.remarks
