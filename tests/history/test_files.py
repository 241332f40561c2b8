"""Files of rows are read as what they are, in batches, and a file that cannot be read says where."""

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from aboveloop.history.contracts.errors import RowsUnreadable
from aboveloop.history.contracts.files import BATCH, rows_of_file
from operation.odcs import asset

HEAD = "scan_id,order_id,status,weight,at\n"


def rows(path: Path) -> list[dict[str, Any]]:
    return [dict(row) for batch in rows_of_file(path, asset()) for row in batch]


def test_csv_gives_values_of_their_types_and_empty_cells_as_nothing(tmp_path: Path) -> None:
    path = tmp_path / "scans.csv"
    path.write_text("\ufeff" + HEAD + '7,"CR-7",sorted,2.5,2026-03-02T09:00:00Z\n\nx,,odd,heavy,\n', encoding="utf-8")
    first, second = rows(path)
    assert first == {"scan_id": 7, "order_id": "CR-7", "status": "sorted", "weight": 2.5, "at": "2026-03-02T09:00:00Z"}
    assert second == {"scan_id": "x", "order_id": None, "status": "odd", "weight": "heavy", "at": None}


def test_json_lines_and_parquet_give_the_same(tmp_path: Path) -> None:
    records = [{"scan_id": number, "order_id": f"CR-{number}", "weight": None} for number in range(3)]
    lines, table = tmp_path / "scans.jsonl.gz", tmp_path / "scans.parquet"
    lines.write_bytes(gzip.compress("\n".join(map(json.dumps, records)).encode()))
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(records), table)
    assert rows(lines) == rows(table) == records


def test_a_long_file_comes_in_batches(tmp_path: Path) -> None:
    path = tmp_path / "scans.csv"
    path.write_text(HEAD + "".join(f"{number},CR-1,sorted,1,\n" for number in range(BATCH + 5)), encoding="utf-8")
    assert [len(batch) for batch in rows_of_file(path, asset())] == [BATCH, 5]


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "scans.csv"
    path.write_text("", encoding="utf-8")
    assert rows(path) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", HEAD.encode() + b"1,2\n", "line 2: 2 values where there are 5"),
        ("a.csv", HEAD.encode() + b"\xff\xfe,2\n", "cannot be read"),
        ("a.jsonl", b'{"scan_id": 1}\n[1]\n', "line 2: a row is an object"),
        ("a.jsonl", b"{\n", "line 1: this is not JSON"),
        ("a.parquet", b"no such thing", "no Parquet file"),
        ("a.xlsx", b"", "no Excel workbook"),
        ("a.ods", b"", "no file of rows"),
    ],
)
def test_what_cannot_be_read_says_where(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RowsUnreadable, match=said):
        rows(path)
