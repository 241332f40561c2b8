"""Logs of every kind are read alike; what is broken is refused in words."""

import gzip
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars
import pytest

from aboveloop.history import store
from aboveloop.history.events import Event
from aboveloop.history.logs.columns import Named
from aboveloop.history.logs.errors import ColumnUnknown, LogUnreadable
from aboveloop.history.logs.log import Columns, Log
from aboveloop.history.logs.opening import open_events, open_file, open_history, read
from aboveloop.history.store import About

ROWS = [
    ("c1", "New", "01/02/2016 09:00", "Tier 1"),
    ("c1", "Resolved", "13/02/2016 09:00", ""),
    ("c2", "Néw", "01/02/2016 10:00", "?"),
]
HEAD = ("Ticket ID", "Status", "Updated at", "Assignment group")


def csv_of(delimiter: str = ",") -> str:
    return "\n".join(delimiter.join(row) for row in (HEAD, *ROWS)) + "\n"


def opened(path: Path, named: Named | None = None) -> Log:
    return read(open_file(path, case=None if named is None else named.case), named or Named())


def is_as_written(log: Log) -> None:
    assert log.columns == Columns("Ticket ID", "Status", "Updated at", "Assignment group")
    assert [log.activities.names[code] for code in log.activities.codes] == ["New", "Resolved", "Néw"]
    assert log.groups is not None
    assert [log.groups.names[code] for code in log.groups.codes] == ["Tier 1", "?", "?"]
    assert log.at[1] - log.at[0] == 12 * 86_400 * 1_000_000
    assert log.case_keys[0] == log.case_keys[1] != log.case_keys[2]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_delimiter_and_encoding_are_found(tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(csv_of(delimiter).encode(encoding))
    is_as_written(opened(path))
    packed = tmp_path / "log.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    is_as_written(opened(packed))


def test_parquet_is_read_with_its_types(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    frame = polars.DataFrame(ROWS, schema=list(HEAD), orient="row")
    frame.with_columns(polars.col("Updated at").str.to_datetime("%d/%m/%Y %H:%M")).write_parquet(path)
    is_as_written(opened(path))


def test_lists_are_no_columns_and_an_empty_case_is_none(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    at = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
    columns = {"case": ["a", "", "a"], "activity": ["x", "y", None], "time": at, "tags": [["p"], [], ["q", "r"]]}
    polars.DataFrame(columns).with_columns(polars.col("activity").cast(polars.Categorical)).write_parquet(path)
    log = opened(path)
    assert (log.count, log.activities.names) == (2, ("?", "x"))
    assert log.case_names(log.at.argsort()) == ["a", "a"]


def test_rows_without_case_or_time_are_left_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(csv_of() + ",New,01/02/2016 09:00,x\nc3,New,,x\nc3,New,14/02/2016 09:00,x\n", encoding="utf-8")
    log = opened(path)
    assert log.count == 4
    assert list(log.case_names(log.at.argsort()[-1:])) == ["c3"]
    assert any(each.startswith("2 of 6 rows were left out") for each in log.remarks)


def test_what_was_guessed_is_said(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(csv_of(), encoding="utf-8")
    said = " ".join(opened(path).remarks)
    for name in (*HEAD, "the day stands before the month"):
        assert name in said


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("log.csv", b"", "empty"),
        ("log.csv", b"case,activity,time\n", "no events"),
        ("log.csv", b"just\nwords\n", "one column"),
        ("log.csv", b"case,activity,time\nc,a,2016-01-01 10:00\nc,a,2016-01-01 10:00,1,2,3,4\n", "cannot be read"),
        ("log.csv", b"\x00\x01\x02,\x00\n\x00,\x00\n", "no text"),
        ("log.csv.gz", b"no gzip", "no gzip"),
        ("log.parquet", b"PAR1 no", "no Parquet"),
        ("log.xes", b"<log><trace>", "breaks off"),
        ("log.xes", b"<log></log>", "no events"),
        ("log.json", b"[]", "no OCEL"),
        ("log.sqlite", b"no database", "no OCEL"),
        ("log.docx", b"x", "no kind of log"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(LogUnreadable, match=why):
        opened(path)


def test_columns_that_are_not_there_are_named(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("a,b\n1,2\n1,3\n", encoding="utf-8")
    with pytest.raises(ColumnUnknown, match="--time"):
        opened(path)
    with pytest.raises(ColumnUnknown, match="no column 'when' for --time"):
        opened(path, Named(time="when"))


XES = """<?xml version="1.0"?><log xmlns="http://www.xes-standard.org/">
<string key="concept:name" value="a log"/>
<trace><string key="concept:name" value="c1"/>
<event><string key="concept:name" value="New"/><date key="time:timestamp" value="2016-02-01T09:00:00.000+01:00"/>
<string key="org:group" value="x"/></event>
<event><string key="concept:name" value="Closed"/><date key="time:timestamp" value="2016-02-01T09:01:00+01:00"/></event>
</trace><trace>
<event><string key="concept:name" value="New"/><date key="time:timestamp" value="2016-02-01T09:00:00Z"/></event>
</trace></log>"""


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
def test_xes_is_read_with_its_traces(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(XES.encode()) if name.endswith("gz") else XES.encode())
    log = opened(path)
    assert log.count == 3
    assert list(log.case_names(log.at.argsort(kind="stable"))) == ["c1", "c1", "trace 2"]
    assert log.at[1] - log.at[0] == 60_000_000
    assert log.at[2] - log.at[0] == 3_600_000_000
    assert log.groups is not None and log.groups.names == ("?", "x")


OCEL: dict[str, Any] = {
    "objectTypes": [],
    "eventTypes": [],
    "objects": [{"id": "o1", "type": "order"}, {"id": "o2", "type": "order"}, {"id": "ada", "type": "employee"}],
    "events": [
        {
            "id": "e1",
            "type": "place",
            "time": "2024-01-01T10:00:00Z",
            "attributes": [{"name": "team", "value": "x"}],
            "relationships": [{"objectId": "o1", "qualifier": "of"}, {"objectId": "o2", "qualifier": "of"}],
        },
        {
            "id": "e2",
            "type": "pay",
            "time": "2024-01-02T10:00:00Z",
            "relationships": [{"objectId": "o1", "qualifier": "of"}, {"objectId": "ada", "qualifier": "by"}],
        },
    ],
}


def ocel_in_sqlite(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.executescript(
            """
            CREATE TABLE object (ocel_id, ocel_type);
            CREATE TABLE event_object (ocel_event_id, ocel_object_id, ocel_qualifier);
            CREATE TABLE event_map_type (ocel_type, ocel_type_map);
            CREATE TABLE event_Place (ocel_id, ocel_time, team);
            CREATE TABLE event_Pay (ocel_id, ocel_time);
            INSERT INTO event_map_type VALUES ('place', 'Place'), ('pay', 'Pay');
            INSERT INTO event_Place VALUES ('e1', '2024-01-01 10:00:00', 'x');
            INSERT INTO event_Pay VALUES ('e2', '2024-01-02 10:00:00');
            """
        )
        file.executemany("INSERT INTO object VALUES (?, ?)", [(each["id"], each["type"]) for each in OCEL["objects"]])
        pairs = [(event["id"], one["objectId"], "") for event in OCEL["events"] for one in event["relationships"]]
        file.executemany("INSERT INTO event_object VALUES (?, ?, ?)", pairs)
    file.close()


@pytest.mark.parametrize("name", ["log.json", "log.sqlite"])
def test_ocel_is_told_for_the_objects_of_one_type(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("json"):
        path.write_text(json.dumps(OCEL), encoding="utf-8")
    else:
        ocel_in_sqlite(path)
    log = read(open_file(path), Named())
    rows = sorted(
        (case, log.activities.names[code])
        for case, code in zip(log.case_names(log.at.argsort()), log.activities.codes[log.at.argsort()], strict=True)
    )
    assert rows == [("o1", "pay"), ("o1", "place"), ("o2", "place")]
    assert log.groups is not None and "x" in log.groups.names
    assert log.resources is not None and "ada" in log.resources.names
    assert "order" in log.remarks[0]
    with pytest.raises(ColumnUnknown, match="employee, order"):
        open_file(path, case="customer")


def test_a_history_and_our_own_work_are_read_as_logs(tmp_path: Path) -> None:
    events = [Event("desk", "c1", "opened", 5, 0, team="a"), Event("desk", "c1", "solved", 9, 1)]
    kept = store.write(tmp_path, About("desk", "zendesk", 0), events)
    for log in (read(open_history(kept), Named()), read(open_events(events), Named())):
        assert (log.ours, log.count, log.activities.names) == (True, 2, ("opened", "solved"))
    turned = [each._replace(at=7, position=1 - each.position) for each in events]
    log = read(open_history(store.write(tmp_path, About("turned", "zendesk", 0), turned)), Named())
    assert [log.activities.names[code] for code in log.activities.codes] == ["solved", "opened"]
    with pytest.raises(LogUnreadable, match="holds no events"):
        open_history(store.write(tmp_path, About("none", "zendesk", 0), []))
    with pytest.raises(LogUnreadable, match="no cases yet"):
        open_events([])
