"""Writing a sheet where a command was asked to: as HTML, as PDF, or both."""

from collections.abc import Callable
from pathlib import Path

from aboveloop.app.sheets.html import page
from aboveloop.app.sheets.pdf import pdf
from aboveloop.app.sheets.sheet import Sheet


def write(made: Callable[[], Sheet], html: Path | None, as_pdf: Path | None) -> None:
    """Nothing is made where nothing is asked for."""
    if html is None and as_pdf is None:
        return
    sheet = made()
    if html is not None:
        html.write_text(page(sheet), encoding="utf-8")
    if as_pdf is not None:
        as_pdf.write_bytes(pdf(sheet))
