"""Workbooks as Excel writes them, made by hand: shared texts, styles for days and moments, more sheets than one."""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = f'xmlns:r="{OFFICE}"'
# The styles 0 number, 1 day, 2 moment of its own format, 3 time of the day.
STYLES = (
    f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd&quot; at &quot;hh:mm"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="20"/></cellXfs></styleSheet>'
)
Cell = str | int | float | bool | date | datetime | None


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]], *, hidden: Sequence[str] = ()) -> Path:
    """Write these rows by sheet."""
    texts: list[str] = []
    parts = {f"xl/worksheets/sheet{number}.xml": _sheet(rows, texts) for number, rows in enumerate(sheets.values(), 1)}
    names = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"{_state(name, hidden)}/>'
        for number, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="r{each}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{each}.xml"/>'
        for each in range(1, len(sheets) + 1)
    )
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts["xl/workbook.xml"] = f"<workbook {MAIN} {LINKS}><sheets>{names}</sheets></workbook>"
    parts["_rels/.rels"] = (
        f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{OFFICE}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>'
    )
    parts["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="{relations}">{links}</Relationships>'
    parts["xl/styles.xml"] = STYLES
    shared = "".join(f"<si><t>{escape(each)}</t></si>" for each in texts)
    parts["xl/sharedStrings.xml"] = f"<sst {MAIN}>{shared}</sst>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return path


def _state(name: str, hidden: Sequence[str]) -> str:
    return ' state="hidden"' if name in hidden else ""


def _sheet(rows: Sequence[Sequence[Cell]], texts: list[str]) -> str:
    told = ""
    for number, row in enumerate(rows, 1):
        cells = [_cell(cell, f"{_letters(at)}{number}", texts) for at, cell in enumerate(row)]
        told += f'<row r="{number}">{"".join(cells)}</row>'
    return f"<worksheet {MAIN}><sheetData>{told}</sheetData></worksheet>"


def _letters(at: int) -> str:
    return (_letters(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)


def _cell(cell: Cell, name: str, texts: list[str]) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return f'<c r="{name}" t="b"><v>{int(cell)}</v></c>'
        case datetime() | date():
            at = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
            style = 2 if isinstance(cell, datetime) else 1
            return f'<c r="{name}" s="{style}"><v>{(at - datetime(1899, 12, 30)).total_seconds() / 86_400!r}</v></c>'
        case int() | float():
            return f'<c r="{name}"><v>{cell!r}</v></c>'
        case _:
            texts.append(cell)
            return f'<c r="{name}" t="s"><v>{len(texts) - 1}</v></c>'
