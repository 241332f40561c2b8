"""Rows keep what a contract promises, or the rule, the count and the first rows are named and nothing else of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aboveloop.history.contracts.checking import Checked, Checking
from aboveloop.history.contracts.rules import compile_rules
from aboveloop.history.contracts.seen import Seen, hashes_of
from operation.odcs import PARCELS, asset

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def scan(number: int, **changed: Any) -> dict[str, Any]:
    at = (NOW - timedelta(minutes=1)).isoformat()
    row = {"scan_id": number, "order_id": f"CR-{number}", "status": "sorted", "weight": 2.5, "at": at}
    return {**row, **changed}


def checked(rows: Sequence[Mapping[str, Any]], text: str = PARCELS, **parents: Seen) -> Checked:
    known = {name.replace("__", "."): seen for name, seen in parents.items()}
    checking = Checking(compile_rules(asset(text)), now=NOW, parents=known)
    for start in range(0, len(rows), 2):
        checking.take(rows[start : start + 2])
    return checking.end()


def broken(rows: Sequence[Mapping[str, Any]], text: str = PARCELS) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {each.rule: (each.count, each.rows) for each in checked(rows, text).findings}


def test_rows_that_keep_every_promise_are_found_wanting_in_nothing() -> None:
    found = checked([scan(number) for number in range(9)])
    assert found.is_kept and found.findings == () and found.rows == 9
    assert found.newest == NOW - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"order_id": None}, "order_id.required"),
        ({"order_id": 7}, "order_id.type"),
        ({"status": "teleported"}, "status.approved"),
        ({"weight": -1}, "weight.minimum"),
        ({"weight": 31}, "weight.maximum"),
        ({"weight": "heavy"}, "weight.type"),
        ({"weight": True}, "weight.type"),
        ({"weight": float("nan")}, "weight.type"),
        ({"at": "yesterday"}, "at.type"),
        ({"at": (NOW + timedelta(hours=1)).isoformat()}, "at.future"),
    ],
)
def test_each_broken_promise_is_named_with_its_first_rows(changed: dict[str, Any], rule: str) -> None:
    rows = [scan(1), scan(2), scan(3, **changed), scan(4)]
    assert broken(rows) == {rule: (1, ("3",))}


def test_a_column_that_is_not_there_is_empty() -> None:
    row = scan(5)
    del row["order_id"]
    assert broken([scan(4), row]) == {"order_id.required": (1, ("5",))}


def test_only_the_first_rows_are_named_and_all_are_counted() -> None:
    found = broken([scan(number, order_id=None) for number in range(10, 30)])
    assert found == {"order_id.required": (20, ("10", "11", "12", "13", "14"))}


def test_a_key_that_stands_twice_is_found_across_batches() -> None:
    assert broken([scan(1), scan(2), scan(3), scan(1), scan(1)])["scan_id.unique"] == (2, ("1", "1"))


def test_the_newest_row_must_be_new_enough_and_no_row_is_not_new() -> None:
    old = [scan(1, at=(NOW - timedelta(minutes=6)).isoformat()), scan(2, at=(NOW - timedelta(days=3)).isoformat())]
    (finding,) = checked(old).findings
    assert finding.rule == "at.fresh" and "6 minutes ago" in finding.sentence
    (finding,) = checked([]).findings
    assert finding.rule == "at.fresh" and "no row whose age could be told" in finding.sentence


def test_an_instant_that_lies_ahead_makes_nothing_fresh() -> None:
    found = broken([scan(1, at=(NOW + timedelta(days=1)).isoformat())])
    assert set(found) == {"at.future", "at.fresh"}
    # Clocks of two machines differ a little; that is no breach.
    assert broken([scan(1, at=(NOW + timedelta(seconds=30)).isoformat())]) == {}


def test_instants_are_compared_across_time_zones() -> None:
    assert broken([scan(1, at="2026-03-02T10:58:00+02:00")]) == {}
    assert set(broken([scan(1, at="2026-03-02T09:58:00+02:00")])) == {"at.fresh"}
    # Without an offset it is UTC, as in the standard, or the zone that the contract says.
    assert broken([scan(1, at="2026-03-02T08:58:00")]) == {}
    amsterdam = PARCELS.replace(
        "{name: at, logicalType: timestamp,",
        "{name: at, logicalType: timestamp, logicalTypeOptions: {defaultTimezone: Europe/Amsterdam},",
    )
    assert broken([scan(1, at="2026-03-02T09:58:00")], amsterdam) == {}
    strict = PARCELS.replace(
        "{name: at, logicalType: timestamp,", "{name: at, logicalType: timestamp, logicalTypeOptions: {timezone: true},"
    )
    assert "at.type" in broken([scan(1, at="2026-03-02T08:58:00")], strict)


def test_each_row_must_come_soon_after_what_it_tells_of() -> None:
    text = PARCELS.replace("element: scans.at", "element: 'scans.happened,scans.at'").replace(
        "      - {name: at,", "      - {name: happened, logicalType: timestamp}\n      - {name: at,"
    )
    late = (NOW - timedelta(minutes=7)).isoformat()
    soon = (NOW - timedelta(minutes=2)).isoformat()
    assert broken([scan(1, happened=soon), scan(2, happened=late), scan(3, happened=None)], text) == {
        "at.late": (1, ("2",))
    }


def test_counts_have_limits_and_percentages() -> None:
    some = "{id: few, metric: nullValues, mustBeLessThan: 50, unit: percent}"
    text = PARCELS.replace("{name: weight,", "{name: weight, quality: [" + some + "],")
    assert broken([scan(1, weight=None), scan(2), scan(3)], text) == {}
    assert broken([scan(1, weight=None), scan(2)], text) == {"weight.few": (1, ("1",))}
    volume = "    quality: [{metric: rowCount, mustBeGreaterThan: 2}]\n    properties:"
    text = PARCELS.replace("    properties:", volume)
    assert broken([scan(1), scan(2), scan(3)], text) == {}
    (finding,) = checked([scan(1)], text).findings
    assert finding.rule == "rows.rowCount" and "There are 1" in finding.sentence


def test_what_says_nothing_counts_as_missing() -> None:
    quality = "quality: [{id: said, metric: missingValues, arguments: {missingValues: ['', n/a]}, mustBe: 0}]"
    text = PARCELS.replace("{name: order_id,", "{name: order_id, " + quality + ",")
    assert broken([scan(1), scan(2, order_id="n/a"), scan(3, order_id="")], text) == {"order_id.said": (2, ("2", "3"))}


def test_a_warning_is_told_and_breaks_nothing() -> None:
    text = PARCELS.replace("mustBe: 0", "mustBe: 0, severity: warning")
    found = checked([scan(1, status="odd")], text)
    assert found.is_kept and [each.severity for each in found.findings] == ["warning"]


def test_a_reference_must_lead_somewhere_and_is_not_asked_where_nobody_knows() -> None:
    text = PARCELS.replace("{name: order_id,", "{name: order_id, relationships: [{to: orders.order_id}],")
    orders = Seen()
    orders.add(hashes_of(["CR-1", "CR-2"], 2))
    found = checked([scan(1), scan(2), scan(3)], text, orders__order_id=orders)
    (finding,) = found.findings
    assert (finding.rule, finding.rows, finding.dimension) == ("order_id.refers", ("3",), "integration")
    found = checked([scan(3)], text)
    assert found.is_kept and "order_id.refers" in found.unchecked


def test_a_personal_key_is_never_told() -> None:
    text = PARCELS.replace("{name: scan_id,", "{name: scan_id, classification: personal,")
    assert broken([scan(1), scan(2, order_id=None)], text) == {"order_id.required": (1, ("row 2",))}
    text = PARCELS.replace("scan_id, logicalType: integer", "scan_id, logicalType: string")
    rows = [scan(1, scan_id="anna@mail.example", order_id=None), scan(2, scan_id="Anna de Vries", order_id=None)]
    told = str(checked(rows, text))
    assert "row 1" in told and "row 2" in told and "anna" not in told.lower()


def test_an_empty_key_is_named_by_its_number() -> None:
    assert broken([scan(1), scan(2, scan_id=None)]) == {"scan_id.required": (1, ("row 2",))}


def test_live_rules_are_those_that_one_row_breaks_alone() -> None:
    rules = compile_rules(asset()).live(["order_id", "status"])
    row = {"order_id": None, "status": "odd", "weight": -4}
    assert [rules.rules[place].name for place in rules.broken(row)] == ["order_id.required", "status.approved"]
    assert rules.broken({"order_id": "CR-1", "status": "sorted"}) == []


@given(st.lists(st.lists(st.integers(-5, 5) | st.text(max_size=2), max_size=8), max_size=12))
def test_seen_tells_repetitions_as_a_set_does(batches: list[list[object]]) -> None:
    seen, known = Seen(), set()
    for batch in batches:
        found = seen.add(hashes_of(batch, len(batch)))
        for value, again in zip(batch, found, strict=True):
            key = value if isinstance(value, str) else repr(value)
            assert bool(again) is (key in known)
            known.add(key)
    assert all(seen.contains(hashes_of(known, len(known))))
