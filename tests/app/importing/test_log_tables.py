"""Event logs of other kinds than CSV are imported as they are read: Parquet, XES, OCEL 2.0."""

import json
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import polars
import pytest

from aboveloop.app.importing.importing import Import, Report
from aboveloop.app.importing.log_tables import OcelTable, XesTable
from aboveloop.app.importing.masking import Masker
from aboveloop.app.importing.sources import Wish, open_export
from aboveloop.connect.exports.records import ExportUnreadable, MappingWrong, Reading
from aboveloop.history import store

XES = """<?xml version="1.0"?><log xmlns="http://www.xes-standard.org/">
<trace><string key="concept:name" value="c1"/>
<event><string key="concept:name" value="Register"/><date key="time:timestamp" value="2026-03-01T10:00:00.000+01:00"/>
<string key="org:group" value="Front"/><string key="note" value="mail ann@shop.example"/></event>
<event><string key="concept:name" value="Close"/>
<date key="time:timestamp" value="2026-03-01T11:00:00.000+01:00"/></event>
</trace></log>"""
OCEL = {
    "objectTypes": [],
    "eventTypes": [],
    "objects": [{"id": "o1", "type": "order"}, {"id": "o2", "type": "order"}, {"id": "i1", "type": "item"}],
    "events": [
        {"id": "e1", "type": "place", "time": "2026-03-01T10:00:00Z", "attributes": [], "relationships": []},
        {"id": "e2", "type": "pay", "time": "2026-03-02T10:00:00Z", "attributes": [], "relationships": []},
    ],
}
for _event, _objects in zip(OCEL["events"], (["o1", "o2", "i1"], ["o1"]), strict=True):
    _event["relationships"] = [{"objectId": each, "qualifier": "of"} for each in _objects]  # type: ignore[index]


def run(home: Path, path: Path, kind: str, **columns: str) -> Report:
    export = open_export(Wish(str(path), kind, Reading(columns=columns)))
    now = datetime(2026, 11, 26, tzinfo=UTC)
    return Import(home, "log", export, Masker(b"s" * 32), now=now, place=str(path)).run()


def test_a_log_in_xes_is_never_held_as_a_whole(tmp_path: Path) -> None:
    head, _, rest = XES.partition("<trace>")
    trace, _, end = rest.partition("</trace>")
    path = tmp_path / "log.xes"
    path.write_text(head + f"<trace>{trace}</trace>" * 3_000 + end, encoding="utf-8")
    table = XesTable(path)
    tracemalloc.start()
    assert sum(1 for _ in table.rows()) == 6_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000, "held as a whole it would be several megabytes"


def test_a_log_in_xes_that_breaks_off_or_is_empty_says_so(tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    path.write_text(XES[:-40], encoding="utf-8")
    with pytest.raises(ExportUnreadable, match="breaks off"):
        run(tmp_path, path, "xes")
    path.write_text("<log/>", encoding="utf-8")
    with pytest.raises(ExportUnreadable, match="no events"):
        run(tmp_path, path, "xes")


def told(home: Path) -> list[tuple[str, str, int]]:
    rows = store.table(store.find(home, "log")).to_pylist()
    return sorted((row["case_id"], row["activity"], row["at"]) for row in rows)


def micros(day: int, hour: int) -> int:
    return int(datetime(2026, 3, day, hour, tzinfo=UTC).timestamp()) * 1_000_000


def test_xes_is_imported_with_its_attributes_masked(tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    path.write_text(XES, encoding="utf-8")
    report = run(tmp_path, path, "xes")
    assert (report.read, report.stored) == (2, 2)
    assert told(tmp_path) == [("c1", "Close", micros(1, 10)), ("c1", "Register", micros(1, 9))]
    first = store.table(store.find(tmp_path, "log")).to_pylist()[0]
    assert first["team"] == "Front" and "ann@" not in str(first) and "EMAIL" in first["attributes"]
    assert run(tmp_path, path, "xes").unchanged == 2


def test_parquet_times_keep_their_zone(tmp_path: Path) -> None:
    at = [datetime(2026, 3, 1, 10), datetime(2026, 3, 2, 10)]
    rows = polars.DataFrame({"case_id": [7, 7], "activity": ["open", "close"], "timestamp": at, "tags": [["a"], ["b"]]})
    path = tmp_path / "log.parquet"
    rows.with_columns(polars.col("timestamp").dt.replace_time_zone("Europe/Amsterdam")).write_parquet(path)
    run(tmp_path, path, "parquet")
    assert told(tmp_path) == [("7", "close", micros(2, 9)), ("7", "open", micros(1, 9))]


def test_ocel_is_told_for_one_type_of_objects(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    path.write_text(json.dumps(OCEL), encoding="utf-8")
    report = run(tmp_path, path, "ocel")
    assert told(tmp_path) == [
        ("o1", "pay", micros(2, 10)),
        ("o1", "place", micros(1, 10)),
        ("o2", "place", micros(1, 10)),
    ]
    assert any("order" in remark for remark in report.remarks)
    home = tmp_path / "items"
    run(home, path, "ocel", case="item")
    assert told(home) == [("i1", "place", micros(1, 10))]
    with pytest.raises(MappingWrong, match="There are: item, order"):
        run(home, path, "ocel", case="invoice")


def test_what_is_no_such_log_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ExportUnreadable, match="no XES"):
        run(tmp_path, path, "xes")
    with pytest.raises(ExportUnreadable, match="not named as parquet"):
        run(tmp_path, path, "parquet")


def ocel_of(path: Path, cases: int, *, objects_first: bool = True) -> None:
    """A log on a single line, as most systems write it."""
    objects = ", ".join(f'{{"id": "o{case}", "type": "order", "attributes": []}}' for case in range(cases))
    events = ", ".join(
        f'{{"id": "e{case}-{step}", "type": "{step}", "time": "2026-03-01T10:00:00Z", '
        f'"attributes": [{{"name": "note", "value": "{"word " * 20}"}}], '
        f'"relationships": [{{"objectId": "o{case}", "qualifier": "of"}}]}}'
        for case in range(cases)
        for step in ("place", "pay")
    )
    lists = [f'"objects": [{objects}]', f'"events": [{events}]']
    path.write_text(f'{{"objectTypes": [], {", ".join(lists if objects_first else lists[::-1])}}}', encoding="utf-8")


@pytest.mark.parametrize("objects_first", [True, False])
def test_a_log_in_ocel_is_never_held_as_a_whole(tmp_path: Path, objects_first: bool) -> None:
    path = tmp_path / "log.json"
    ocel_of(path, 60_000, objects_first=objects_first)
    assert path.stat().st_size > 30_000_000
    tracemalloc.start()
    table = OcelTable(path)
    first = next(table.rows())
    assert sum(1 for _ in table.rows()) == 120_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert tuple(first.value[:2]) == ("o0", "place")
    assert peak < 70_000_000, "held as a whole it would be several times as much"


def test_what_was_laid_down_of_a_log_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "laid"))
    (tmp_path / "laid").mkdir()
    path = tmp_path / "log.json"
    path.write_text(json.dumps(OCEL), encoding="utf-8")
    table = OcelTable(path)
    assert list((tmp_path / "laid").iterdir())
    del table
    path.write_text(json.dumps(OCEL)[:-60], encoding="utf-8")
    with pytest.raises(ExportUnreadable, match="no OCEL"):
        OcelTable(path)
    with pytest.raises(ExportUnreadable, match="There is no file"):
        OcelTable(tmp_path / "none.json")
    assert not list((tmp_path / "laid").iterdir())
