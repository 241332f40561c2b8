"""Sheets: one page, nothing read as markup, technology apart from business, the same bytes every time."""

from datetime import UTC, datetime

from aboveloop.app.sheets.html import page
from aboveloop.app.sheets.pdf import pages_of, pdf
from aboveloop.app.sheets.sheet import Figure, Part, Sheet, Table

NOW = datetime(2026, 3, 2, 9, 0, 1, 2345, tzinfo=UTC)


def sheet(said: str) -> Sheet:
    parts = [Part(said, [said], [Figure(said, said, said)], Table((said, "b"), [(said, said), ("c", "d")]))]
    return Sheet(said, said, said, NOW, parts, [said], [said])


def test_what_is_said_is_never_markup() -> None:
    wild = '#panic("x") <script>alert(1)</script> $x$ _a_ *b* [ ] \\ `c`'
    assert pdf(sheet(wild)).startswith(b"%PDF-")
    assert "<script>" not in page(sheet(wild)) and "&lt;script&gt;" in page(sheet(wild))


def test_the_same_sheet_gives_the_same_bytes_on_one_page() -> None:
    made = sheet("Ein Satz über Größe, żółć und naïve Æsir: 40 h − 20 h.")
    assert pdf(made) == pdf(made) and pages_of(made) == 1
