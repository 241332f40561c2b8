"""Files of rows: CSV, Excel, JSON lines and Parquet, in batches, so that a file larger than memory can be checked."""

import csv
import gzip
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from aboveloop.history.contracts.errors import RowsUnreadable
from aboveloop.history.contracts.values import from_text
from aboveloop.history.errors import WorkbookUnreadable
from aboveloop.history.workbooks import Workbook
from aboveloop.operation.contracts.contract import Asset

Batch = list[Mapping[str, Any]]
# Enough that a batch costs more than getting it, few enough that memory stays small.
BATCH = 10_000


def rows_of_file(path: Path, asset: Asset) -> Iterator[Batch]:
    """The rows of a file in batches. Raises RowsUnreadable, which names the line where it can."""
    name = path.name.lower().removesuffix(".gz")
    try:
        if name.endswith(".csv"):
            yield from _csv(path, asset)
        elif name.endswith((".jsonl", ".ndjson")):
            yield from _json_lines(path)
        elif name.endswith(".parquet"):
            yield from _parquet(path)
        elif name.endswith(".xlsx"):
            yield from _workbook(path, asset)
        else:
            raise RowsUnreadable(f"{path} is no file of rows: give it as .csv, .xlsx, .jsonl or .parquet.")
    except (UnicodeDecodeError, csv.Error) as error:
        raise RowsUnreadable(f"{path} cannot be read: {error}.") from error
    except WorkbookUnreadable as error:
        raise RowsUnreadable(str(error)) from error


def _text(path: Path) -> io.TextIOBase:
    if path.name.endswith(".gz"):
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _csv(path: Path, asset: Asset) -> Iterator[Batch]:
    readers = {field.name: from_text(field) for field in asset.fields}
    with _text(path) as file:
        lines = csv.reader(file, strict=True)
        names = next(lines, None)
        if names is None:
            return
        columns = [(name, readers.get(name, str)) for name in names]
        batch: Batch = []
        for line in lines:
            if not line:
                continue
            if len(line) != len(names):
                raise RowsUnreadable(f"{path}, line {lines.line_num}: {len(line)} values where there are {len(names)}.")
            # An empty cell is no value: CSV has no other way to say so.
            batch.append({name: read(text) if text else None for (name, read), text in zip(columns, line, strict=True)})
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


def _workbook(path: Path, asset: Asset) -> Iterator[Batch]:
    """The first sheet with rows, under its header."""
    readers = {field.name: from_text(field) for field in asset.fields}
    rows = Workbook(path).rows()
    _, names = next(rows)
    columns = [(name.strip(), readers.get(name.strip(), str)) for name in names]
    batch: Batch = []
    for number, cells in rows:
        if len(cells) > len(columns):
            raise RowsUnreadable(f"{path}, row {number}: {len(cells)} values where there are {len(columns)}.")
        texts = cells + [""] * (len(columns) - len(cells))
        batch.append({name: read(text) if text else None for (name, read), text in zip(columns, texts, strict=True)})
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _json_lines(path: Path) -> Iterator[Batch]:
    with _text(path) as file:
        batch: Batch = []
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise RowsUnreadable(f"{path}, line {number}: this is not JSON.") from error
            if not isinstance(row, Mapping):
                raise RowsUnreadable(f"{path}, line {number}: a row is an object of names and values.")
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


def _parquet(path: Path) -> Iterator[Batch]:
    try:
        import pyarrow  # noqa: PLC0415 - large, and wanted for this kind of file alone
        import pyarrow.parquet  # noqa: PLC0415
    except ImportError as error:
        raise RowsUnreadable("Parquet needs the library pyarrow: install it, or give the rows as .csv.") from error
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=BATCH):
                yield batch.to_pylist()
    except pyarrow.ArrowInvalid as error:
        raise RowsUnreadable(f"{path} is no Parquet file.") from error
