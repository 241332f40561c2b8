"""Files of exports: what they are in, their digest, their rows of text. One pass over a file finds the first two."""

import codecs
import csv
import gzip
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from aboveloop.connect.exports.records import ExportUnreadable, Row

_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
# What is written where it is not UTF-8, in the West by far most often.
FALLBACK = "cp1252"
_BLOCK = 1 << 20
# Longer than any honest message; what is longer is quarantined.
LARGEST_FIELD = 16 << 20
# First bytes of files that are no text, with what they are.
_OTHERS = (
    (b"PK\x03\x04", "a ZIP archive or an Excel file"),
    (b"%PDF", "a PDF"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format", "an SQLite file"),
)


@dataclass(frozen=True)
class Text:
    """A file of text: where, its encoding, the SHA-256 of its bytes."""

    path: Path
    encoding: str
    digest: str

    def open(self) -> IO[str]:
        return io.TextIOWrapper(_bytes(self.path), encoding=self.encoding, errors="replace", newline="")


def text_of(path: Path) -> Text:
    """Raises ExportUnreadable for what is missing, empty or no text."""
    if not path.is_file():
        raise ExportUnreadable(f"There is no file {path}.")
    digest, head, utf8 = hashlib.sha256(), b"", codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    try:
        with _bytes(path) as file:
            while block := file.read(_BLOCK):
                head = head or block
                digest.update(block)
                is_utf8 = is_utf8 and _decodes(utf8, block)
    except (OSError, EOFError) as error:
        raise ExportUnreadable(f"{path} cannot be read to its end: {error}.") from error
    if not head.strip():
        raise ExportUnreadable(f"{path} is empty.")
    for mark, what in _OTHERS:
        if head.startswith(mark):
            raise ExportUnreadable(
                f"{path} is {what}, and no text. Name it with its own --kind (excel for .xlsx), or save it as CSV."
            )
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8" if is_utf8 else FALLBACK)
    if encoding != "utf-16" and b"\0" in head:
        raise ExportUnreadable(f"{path} holds zero bytes: it is no text, or UTF-16 without its mark.")
    return Text(path, encoding, digest.hexdigest())


def header_of(text: Text) -> tuple[str, list[str]]:
    """The delimiter and the header; the second of two columns of one name becomes `Name (2)`."""
    with text.open() as file:
        sample = file.read(64 * 1024)
    lines = [line for line in sample.splitlines()[:20] if line.strip()]
    sign = max((",", ";", "\t", "|"), key=lambda each: len(next(csv.reader(lines[:1], delimiter=each))))
    names: list[str] = []
    with text.open() as file:
        for name in next(csv.reader(file, delimiter=sign), []):
            plain = name.strip() or "column"
            count = sum(each == plain or each.startswith(f"{plain} (") for each in names)
            names.append(f"{plain} ({count + 1})" if count else plain)
    if len(names) < 2:
        raise ExportUnreadable(
            f"{text.path} has one column: no comma, semicolon, tab or bar divides its header. Is it another kind?"
        )
    return sign, names


def rows_of(text: Text, sign: str, width: int) -> Iterator[Row]:
    """Every row below the header as a list of texts, with its line."""
    csv.field_size_limit(LARGEST_FIELD)
    with text.open() as file:
        reader = csv.reader(file, delimiter=sign)
        next(reader, None)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(f"line {line}", [], f"The row is no CSV: {error}.")
                continue
            if not cells:
                continue
            fault = "" if len(cells) == width else f"It has {len(cells)} fields where the header has {width}."
            yield Row(f"line {line}", cells, fault)


def _bytes(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb")  # type: ignore[return-value]


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True
