"""Messages in files: CSV, gzipped CSV or JSON lines, with a text and, where they are labelled, one more column."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aboveloop.kit.errors import WrongUsage

# What the column of the text may be called, the likeliest first.
TEXT_COLUMNS = ("text", "message", "utterance", "sentence", "query", "body", "content")
LABEL_COLUMNS = ("intent", "label", "category", "labels", "intents", "class", "target")
# A cell of CSV is no longer than this; Python's own limit is 131,072.
_LONGEST_CELL = 4_000_000


@dataclass(frozen=True)
class Labelled:
    """Texts with their labels, and the names of the columns that they came from."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    text_column: str
    label_column: str


def read_messages(path: Path) -> tuple[str, ...]:
    """The texts of a file, in its order, one for each row. Raises WrongUsage."""
    rows, columns = _table(path)
    column = _text_column(path, columns)
    return tuple(_cell(row, column) for row in rows)


def read_labelled(path: Path) -> Labelled:
    """Texts with labels. The label stands in the only other column, or in one of a usual name. Raises WrongUsage."""
    rows, columns = _table(path)
    text = _text_column(path, columns)
    others = [column for column in columns if column != text]
    usual = [name for wanted in LABEL_COLUMNS for name in others if name.lower() == wanted]
    if len(others) != 1 and not usual:
        raise WrongUsage(
            f"{path}: it is not clear which of the columns {', '.join(others) or '(none)'} holds the label. "
            "Call it `intent`, or leave the others out."
        )
    label = usual[0] if usual else others[0]
    pairs = [(_cell(row, text), _cell(row, label).strip()) for row in rows]
    for number, (_, called) in enumerate(pairs, 1):
        if not called:
            raise WrongUsage(f"{path}: row {number} has no {label}. Label it, or leave it out.")
    return Labelled(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs), text, label)


def read_columns(
    path: Path, *, needed: Sequence[str], further: Sequence[str] = ()
) -> tuple[tuple[str, dict[str, str]], ...]:
    """Texts, each with its cells of the named columns; a column of `further` that is missing is "" in every row.

    Raises WrongUsage.
    """
    rows, columns = _table(path)
    text = _text_column(path, columns)
    named = {column.strip().lower(): column for column in columns}
    for name in needed:
        if name not in named:
            raise WrongUsage(f"{path} has no column `{name}` (its columns are {', '.join(columns)}).")
    places = {name: named.get(name) for name in (*needed, *further)}
    return tuple(
        (_cell(row, text), {name: "" if at is None else _cell(row, at) for name, at in places.items()}) for row in rows
    )


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """CSV, or JSON lines where the name says so; written whole or not at all."""
    draft = path.with_name(f".{path.name}.part")
    with draft.open("w", encoding="utf-8", newline="") as file:
        if path.suffix in (".jsonl", ".ndjson"):
            for row in rows:
                file.write(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n")
        else:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([_as_cell(value) for value in row] for row in rows)
    draft.replace(path)


def _as_cell(value: object) -> object:
    return ("true" if value else "false") if isinstance(value, bool) else value


def _table(path: Path) -> tuple[list[dict[str, Any]], list[str]]:
    content = path.read_bytes()
    try:
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        text = content.decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise WrongUsage(f"{path} cannot be read as UTF-8 text: {error}.") from error
    rows, columns = _json_lines(path, text) if text.lstrip()[:1] == "{" else _csv(path, text)
    if not columns:
        raise WrongUsage(f"{path} is empty: it needs a line of column names, or one JSON object a line.")
    return rows, columns


def _csv(path: Path, text: str) -> tuple[list[dict[str, Any]], list[str]]:
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), restkey="\0", restval="")
        rows = list(reader)
        columns = list(reader.fieldnames or [])
    except csv.Error as error:
        raise WrongUsage(f"{path} is no CSV: {error}.") from error
    finally:
        csv.field_size_limit(before)
    for number, row in enumerate(rows, 1):
        if "\0" in row:
            raise WrongUsage(f"{path}: row {number} has more cells than columns. Put texts with commas in quotes.")
    return rows, columns


def _json_lines(path: Path, text: str) -> tuple[list[dict[str, Any]], list[str]]:
    rows: list[dict[str, Any]] = []
    columns: dict[str, None] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise WrongUsage(f"{path}: line {number} is no JSON: {error}.") from error
        if not isinstance(row, dict):
            raise WrongUsage(f"{path}: line {number} is no JSON object.")
        rows.append(row)
        columns.update(dict.fromkeys(row))
    return rows, list(columns)


def _text_column(path: Path, columns: list[str]) -> str:
    for wanted in TEXT_COLUMNS:
        for column in columns:
            if column.strip().lower() == wanted:
                return column
    raise WrongUsage(
        f"{path} has no column `text` (its columns are {', '.join(columns)}). Call the messages' column so."
    )


def _cell(row: dict[str, Any], column: str) -> str:
    value = row.get(column)
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
