"""Logs as delimited text: the delimiter and the encoding are found in the file."""

import csv
import gzip
import io
import zlib
from pathlib import Path
from typing import Any

from aboveloop.history.logs.errors import LogUnreadable

# Enough to see the header and how rows are divided.
HEAD = 256 * 1024
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
# What is written where it is not UTF-8, in the West by far most often; it reads every byte.
FALLBACK = "cp1252"


def frame(path: Path) -> tuple[Any, bool, tuple[str, ...]]:
    """A polars LazyFrame of the rows, all as text; that it is not ours; and remarks. Raises LogUnreadable."""
    import polars  # noqa: PLC0415

    head = _head(path)
    encoding = _encoding(path, head)
    text = head.decode(encoding, errors="replace")
    if "\0" in text:
        raise LogUnreadable(f"{path} holds no text: it is no CSV. Name the file by its kind.")
    delimiter, first = _delimiter(path, text)
    is_plain = encoding in ("utf-8", "utf-8-sig")
    place: Any = path if is_plain else io.BytesIO(_whole(path).decode(encoding, errors="replace").encode())
    rows = polars.scan_csv(
        place, separator=delimiter, infer_schema=False, truncate_ragged_lines=False, raise_if_empty=True
    )
    remarks = () if is_plain else (f"The file is not UTF-8; it is read as {encoding}.",)
    if len(first) != len(set(first)):
        doubled = sorted({each for each in first if first.count(each) > 1})
        remarks = (*remarks, f"Several columns are called {', '.join(doubled)}; the first of each is meant.")
    return rows, False, remarks


def _head(path: Path) -> bytes:
    if path.name.lower().endswith(".gz"):
        try:
            with gzip.open(path) as file:
                return file.read(HEAD)
        except (OSError, EOFError, zlib.error) as error:
            raise LogUnreadable(f"{path} is no gzip file, or a broken one.") from error
    with path.open("rb") as plain:
        return plain.read(HEAD)


def _whole(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes()) if path.name.lower().endswith(".gz") else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise LogUnreadable(f"{path} is no gzip file, or a broken one.") from error


def _encoding(path: Path, head: bytes) -> str:
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return name
    if not head.isascii():
        # A letter may be cut at the end of the head.
        try:
            head[:-4].decode("utf-8")
        except UnicodeDecodeError as error:
            if error.start < len(head) - 8:
                return FALLBACK
        return "utf-8"
    return "utf-8" if path.name.lower().endswith(".gz") or _is_utf8(path) else FALLBACK


def _is_utf8(path: Path) -> bool:
    """Whether a file that begins in ASCII goes on in UTF-8; a letter on the border of two blocks is kept whole."""
    rest = b""
    with path.open("rb") as file:
        while block := file.read(1 << 24):
            if block.isascii() and not rest:
                continue
            block = rest + block
            try:
                block.decode("utf-8")
                rest = b""
            except UnicodeDecodeError as error:
                if error.start < len(block) - 3:
                    return False
                rest = block[error.start :]
    return not rest


def _delimiter(path: Path, text: str) -> tuple[str, list[str]]:
    """The sign that divides the header and the first rows into equally many parts, the most of them."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    if len(lines) < 2:
        raise LogUnreadable(f"{path} holds a header at most, and no events.")
    best, most = "", (0.0, 1)
    for sign in (",", ";", "\t", "|"):
        rows = list(csv.reader(lines if len(text) < HEAD else lines[:-1], delimiter=sign))
        width = len(rows[0])
        even = sum(len(row) == width for row in rows) / len(rows)
        # Of signs that divide all rows alike, the one that divides them most.
        if width > 1 and (round(even, 1), width) > most:
            best, most = sign, (round(even, 1), width)
    if not best:
        raise LogUnreadable(f"{path} has one column: no comma, semicolon, tab or bar divides its rows alike.")
    return best, next(csv.reader(lines, delimiter=best))
