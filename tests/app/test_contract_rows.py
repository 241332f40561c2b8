"""Rows come page by page from a read, a table of either database, or a file; what gives none says why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from aboveloop.app.contracts.checks import check_asset, fetching
from aboveloop.app.contracts.rows import NoRows, rows_of
from aboveloop.connect.systems.systems import Systems
from aboveloop.connect.systems.troubled import Troubles
from aboveloop.kit.clock import FixedClock
from aboveloop.operation.contracts.contract import Asset
from aboveloop.operation.system_models import SystemOperation
from connect.conftest import operation_of
from operation.odcs import PARCELS, asset

READS = {"list": {"kind": "read", "arguments": {"after": {}, "limit": {}}, "optional": ["after", "limit"]}}


@dataclass
class Depot:
    """A system that lists its scans, at most `limit` behind `after`."""

    scans: list[dict[str, Any]]
    asked: list[dict[str, Any]] = field(default_factory=list)
    stuck: bool = False

    def call(self, operation: str, spec: SystemOperation, args: Mapping[str, Any], *, key: str | None) -> Any:
        self.asked.append(dict(args))
        after = 0 if self.stuck else args.get("after", 0)
        return {"page": {"scans": [scan for scan in self.scans if scan["scan_id"] > after][: args["limit"]]}}

    def close(self) -> None:
        return None


def sourced(value: str) -> Asset:
    line = f"  - name: scans\n    customProperties: [{{property: source, value: {value}}}]\n"
    return asset(PARCELS.replace("  - name: scans\n", line))


BY_READ = sourced("{read: shop.list, with: {limit: 2}, rows: page.scans, after: after, page: 2}")


def opened(depot: Depot, tmp_path: Path, troubles: Troubles | None = None) -> Systems:
    operation = operation_of({"reach": {"kind": "house", "attempts": 1}, "operations": READS})
    return Systems(operation, tmp_path, ports={"shop": depot}, troubles=troubles)


def test_a_read_is_asked_for_the_next_page_until_one_is_not_full(tmp_path: Path) -> None:
    depot = Depot([{"scan_id": number} for number in range(1, 6)])
    batches = list(rows_of(opened(depot, tmp_path), tmp_path, BY_READ))
    assert [len(batch) for batch in batches] == [2, 2, 1]
    assert depot.asked == [{"limit": 2}, {"limit": 2, "after": 2}, {"limit": 2, "after": 4}]
    assert list(rows_of(opened(Depot([]), tmp_path), tmp_path, BY_READ)) == []


def test_a_read_that_does_not_go_on_is_not_asked_for_ever(tmp_path: Path) -> None:
    depot = Depot([{"scan_id": number} for number in range(1, 6)], stuck=True)
    with pytest.raises(NoRows, match="does not go on"):
        list(rows_of(opened(depot, tmp_path), tmp_path, BY_READ))


def test_an_answer_of_another_shape_gives_no_rows(tmp_path: Path) -> None:
    other = sourced("{read: shop.list, with: {limit: 2}, rows: page.parcels}")
    with pytest.raises(NoRows, match=r"nothing at `page\.parcels`"):
        list(rows_of(opened(Depot([]), tmp_path), tmp_path, other))


def test_a_source_that_does_not_answer_is_neither_kept_nor_broken(tmp_path: Path, clock: FixedClock) -> None:
    troubles = Troubles()
    troubles.plan("shop.list", "down")
    systems = opened(Depot([]), tmp_path, troubles)
    operation = operation_of({"reach": {"kind": "house"}, "operations": READS})
    result = check_asset(operation, BY_READ, fetching(systems, tmp_path), clock.now)
    assert result.state == "unreachable" and "could not reach" in result.unreachable and result.findings == ()


def test_a_table_is_read_in_the_order_of_its_key_without_key_first(database_url: str, tmp_path: Path) -> None:
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("create table scans (number integer, order_id text, status text, weight real)"))
        connection.execute(sa.text("alter table scans add column at text"))
        for number in (3, 1, 2, None):
            row = {"n": number, "w": 1.5, "at": "2026-03-02T08:59:00Z"}
            connection.execute(sa.text("insert into scans values (:n, 'CR-1', 'sorted', :w, :at)"), row)
    engine.dispose()
    systems = Systems(operation_of({"reach": {"kind": "sql", "url": database_url}, "operations": {}}), tmp_path)
    named = PARCELS.replace("{name: scan_id,", "{name: scan_id, physicalName: number,")
    line = "  - name: scans\n    customProperties: [{property: source, value: {table: shop.scans, page: 2}}]\n"
    batches = list(rows_of(systems, tmp_path, asset(named.replace("  - name: scans\n", line))))
    assert [[row["scan_id"] for row in batch] for batch in batches] == [[None, 1], [2, 3]]
    systems.close()


def test_only_sql_has_tables(tmp_path: Path) -> None:
    with pytest.raises(NoRows, match="not reached by SQL"):
        list(rows_of(opened(Depot([]), tmp_path), tmp_path, sourced("{table: shop.scans}")))


def test_a_file_lies_in_the_home_or_where_it_says(tmp_path: Path) -> None:
    (tmp_path / "scans.csv").write_text("scan_id\n4\n", encoding="utf-8")
    systems = opened(Depot([]), tmp_path)
    for place in ("scans.csv", "'{home}/scans.csv'", str(tmp_path / "scans.csv")):
        assert [list(batch) for batch in rows_of(systems, tmp_path, sourced(f"{{file: {place}}}"))] == [
            [{"scan_id": 4}]
        ]
    with pytest.raises(NoRows, match=r"gone\.csv"):
        list(rows_of(systems, tmp_path, sourced("{file: gone.csv}")))


def test_who_looks_at_all_records_is_not_told_of_each(tmp_path: Path) -> None:
    told: list[str] = []
    systems = opened(Depot([{"scan_id": 1}]), tmp_path)
    systems.notice = lambda name, answer: told.append(name)
    list(rows_of(systems, tmp_path, BY_READ))
    assert told == []
    systems.read("shop.list", {"limit": 1})
    assert told == ["shop.list"]
