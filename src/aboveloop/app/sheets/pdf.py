"""A sheet as a PDF: laid out by typst with its own fonts, tagged for screen readers, the same bytes every time."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from aboveloop.app.sheets.sheet import Sheet

LAYOUT = Path(__file__).parent / "sheet.typ"
# For whoever reads with their ears: headings, tables and language are marked.
STANDARD = "ua-1"


def pdf(sheet: Sheet) -> bytes:
    """The file's bytes; nothing of the sheet's words is read as markup."""
    at = sheet.at.replace(microsecond=0)
    made = _compiler(sheet).compile(LAYOUT.read_bytes(), format="pdf", pdf_standards=STANDARD, timestamp=at)
    assert isinstance(made, bytes), "a PDF is one file"
    return made


def pages_of(sheet: Sheet) -> int:
    """On how many pages it is laid out."""
    made = _compiler(sheet).compile(LAYOUT.read_bytes(), format="svg")
    return len(made) if isinstance(made, list) else 1


def _compiler(sheet: Sheet) -> Any:
    import typst  # noqa: PLC0415 - large, and wanted where a sheet is laid out alone

    told = {**asdict(sheet), "at": f"{sheet.at:%d %b %Y, %H:%M} UTC"}
    return typst.Compiler(ignore_system_fonts=True, sys_inputs={"sheet": json.dumps(told, ensure_ascii=False)})
