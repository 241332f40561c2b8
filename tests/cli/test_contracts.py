"""Contracts from the command line: checked by their sources or by a file, one JSON object, status 1 when broken."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cli.conftest import Call

HEAD = "event_id,order_id,status,at,received_at\n"


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "events.csv"
    path.write_text(HEAD + "7,,teleported,2026-03-02T08:00:00Z,2026-03-02T08:06:00Z\n", encoding="utf-8")
    return path


def test_a_file_of_rows_is_held_to_a_contract(home: Path, call: Call, events: Path) -> None:
    broken = call("contract", "check", "order_status_events", "--rows", events, "--json")
    assert broken.status == 1 and broken.value["ok"] is False
    (contract,) = broken.value["contracts"]
    (asset,) = contract["assets"]
    rules = {finding["rule"]: finding["rows"] for finding in asset["findings"]}
    assert rules == {
        "order_id.required": ["7"],
        "status.approved": ["7"],
        "received_at.fresh": [],
        "received_at.late": ["7"],
    }
    assert contract["owner"] == "operations" and contract["on_call"] == ["platform", "operations"]
    assert {"scope": "procedure", "name": "cancel_order", "uses": "order.status of shop.get_order"} in contract[
        "would_pause"
    ]
    said = call("contract", "check", "order_status_events.status_events", "--rows", events)
    assert said.status == 1 and "order_id is never empty. 1 of 1 rows breaks it, first 7." in said.out


def test_the_sources_of_the_sample_company_keep_their_promises(deployed: Path, call: Call) -> None:
    kept = call("contract", "check", "--json")
    assert kept.status == 0, kept.out
    states = {each["contract"]: each["state"] for each in kept.value["contracts"]}
    assert states == {"customer_master": "kept", "order_status_events": "kept", "orders": "kept"}


def test_a_folder_is_named_and_what_it_has_is_listed(home: Path, call: Call, events: Path, tmp_path: Path) -> None:
    shown = call("contract", "list", "--json").value["contracts"]
    assert [each["contract"] for each in shown] == ["customer_master", "order_status_events", "orders"]
    assert "would pause the procedure cancel_order" in call("contract", "list").out


def test_what_is_not_there_is_said(home: Path, call: Call, events: Path, tmp_path: Path) -> None:
    unknown = call("contract", "check", "weather", "--json")
    assert unknown.status == 1 and "There are: customer_master" in unknown.error
    assert call("contract", "check", "--rows", events, "--json").status == 2
    gone = call("contract", "check", "orders", "--rows", tmp_path / "gone.csv", "--json")
    assert gone.status == 2 and "is no file" in gone.error
    strange = tmp_path / "events.docx"
    strange.write_text("x")
    odd = call("contract", "check", "orders", "--rows", strange, "--json")
    assert odd.status == 1 and "is no file of rows" in odd.error


def test_a_planted_fault_pages_pauses_and_is_held_by_who_may(deployed: Path, call: Call) -> None:
    kept = call("contract", "watch", "--once", "--json")
    assert kept.status == 0 and kept.value["broken"] == [] and len(kept.value["checked"]) == 3
    with closing(sqlite3.connect(deployed / "larkspur.db")) as shop, shop:
        shop.execute("UPDATE orders SET customer_id = 'c_999999' WHERE id = 'LK-100007'")
    with closing(sqlite3.connect(deployed / "aboveloop.db")) as house, house:
        house.execute("UPDATE contract_states SET due_at = 0")
    broken = call("contract", "watch", "--once", "--json")
    assert broken.status == 1 and broken.value["broken"] == ["orders"]
    (change,) = [each for each in broken.value["changes"] if each["opened"]]
    assert ["operation", "shop.refund_order"] in change["paused"]
    assert "Orders" in call("incident", "pages").out
    refused = call("contract", "hold", "orders", "--because", "Look.", "--as", "sanne", "--json")
    assert refused.status == 1 and "may not pause" in refused.error
    held = call("contract", "hold", "orders", "--because", "Look.", "--as", "noor", "--json")
    assert held.status == 0 and {"scope": "operation", "name": "shop.refund_order"} in held.value["held"]
    assert "orders 1.0.0: broken" in call("contract", "list").out


def test_the_drill_breaks_three_promises_and_each_is_found_and_mended(call: Call) -> None:
    drilled = call("contract", "drill", "--json")
    assert drilled.status == 0 and drilled.value["ok"] is True
    assert drilled.value["planted"] == drilled.value["found"] == 3
    rules = [rule for fault in drilled.value["faults"] for rule in fault["found"]]
    assert rules == ["order_id.required", "received_at.late", "status.approved"]
    for fault in drilled.value["faults"]:
        assert list(fault["found"].values()) == [[str(fault["event"])]]
        assert fault["called"] == ["kofi", "noor"] and fault["paused"] > 0
        assert all(fault["held"].values())
    assert "3 of 3 planted faults were found" in call("contract", "drill").out


def test_a_drill_that_finds_nothing_says_so(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aboveloop.app.drills.broken_feed.ContractRound.look", lambda self: [])
    drilled = call("contract", "drill", "--json")
    assert drilled.status == 1 and drilled.value["ok"] is False and drilled.value["found"] == 0
    held = drilled.value["faults"][0]["held"]
    assert not held["its own people are called"] and not held["a case that depends on it waits"]
    assert "called: nobody" in call("contract", "drill").out
