"""The radar as a command: files, histories, our own work, one object of JSON, a file of cases."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from aboveloop.cli.main import main
from aboveloop.history import store
from aboveloop.history.events import Event, attributes_of
from aboveloop.history.store import About

ROWS = """number,incident_state,sys_updated_at,assignment_group
i1,New,29/2/2016 01:16,a
i1,Resolved,29/2/2016 02:16,b
i1,Active,29/2/2016 03:16,a
i1,Closed,29/2/2016 03:16,a
i2,New,1/3/2016 01:16,a
"""


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["radar", *arguments])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


@pytest.fixture
def log(tmp_path: Path) -> str:
    (tmp_path / "incidents.csv").write_text(ROWS, encoding="utf-8")
    return str(tmp_path / "incidents.csv")


def test_each_case_is_written_as_the_interface_says(
    log: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = called(capsys, log, "--json", "--per-case", str(tmp_path / "out.csv"))
    told: dict[str, Any] = json.loads(out)
    assert status == 0
    assert (told["cases"], told["events"], told["reached_end"]) == (2, 5, 1)
    assert told["rework"]["reopenings"] == {"total": 1, "cases": 1, "share_of_cases": 0.5}
    assert "sys_updated_at" in err and "the day stands before the month" in err
    with (tmp_path / "out.csv").open(encoding="utf-8") as file:
        first, second = csv.DictReader(file)
    assert first == {
        "case": "i1",
        "events": "4",
        "seconds": "7200",
        "reopenings": "1",
        "reassignments": "2",
        "ping_pongs": "1",
        "self_loops": "0",
        "loops": "0",
        "reached_end": "true",
    }
    assert (second["case"], second["seconds"], second["reached_end"]) == ("i2", "0", "false")


def test_it_is_told_in_words_too(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = called(capsys, log)
    assert status == 0
    assert "2 cases, 5 events" in out and "New > Resolved > Active > Closed" in out


def test_columns_may_be_named(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = called(
        capsys, log, "--case", "number", "--activity", "assignment_group", "--time", "sys_updated_at", "--json"
    )
    assert status == 0
    assert json.loads(out)["columns"]["activity"] == "assignment_group"
    status, out, _ = called(capsys, log, "--group", "team", "--json")
    assert status == 2
    assert "no column 'team' for --group" in json.loads(out)["error"]["message"]


def test_a_history_is_measured_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = [Event("desk", "c1", "opened", 5, 0, team="a"), Event("desk", "c1", "solved", 2_000_005, 1)]
    store.write(tmp_path, About("desk", "zendesk", 0), events)
    status, out, _ = called(capsys, "desk", "--home", str(tmp_path), "--json")
    assert (status, json.loads(out)["seconds"]["median"]) == (0, 2.0)
    status, out, _ = called(capsys, "elsewhere", "--home", str(tmp_path), "--json")
    assert status == 1
    assert "There are: desk" in json.loads(out)["error"]["message"]


def test_our_own_work_before_there_is_any(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = called(capsys, "ledger", "--home", str(tmp_path), "--json")
    assert (status, json.loads(out)["error"]["kind"]) == (1, "LogUnreadable")


def test_findings_come_with_what_was_assumed_and_can_be_left_out(log: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = called(capsys, log, "--json", "--hour-cost", "60")
    told = json.loads(out)
    assert (status, set(told["scores"])) == (0, {"repetition", "rework", "rules"})
    assert told["opportunities"] == []
    assert "costs 60 (as you said)" in told["assumptions"][0] and "assumed" in told["assumptions"][1]
    _, out, _ = called(capsys, log, "--json", "--no-findings")
    assert "scores" not in json.loads(out)


def test_findings_of_a_history_know_its_first_attributes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = []
    for number in range(300):
        kind = "return" if number % 3 == 0 else "question"
        case, at = f"c{number}", number * 3_600_000_000
        first = Event("desk", case, "opened", at, 3 * number, attributes=attributes_of({"kind": kind}))
        events += [first, Event("desk", case, "solved", at + 2_000_000, 3 * number + 2)]
        if kind == "return":
            events.append(Event("desk", case, "status_changed", at + 1_000_000, 3 * number + 1))
    store.write(tmp_path, About("desk", "zendesk", 0), events)
    status, out, _ = called(capsys, "desk", "--home", str(tmp_path), "--json")
    (rule,) = json.loads(out)["rules"]
    assert (status, rule["outcome"], rule["facts"]) == (0, "status_changed", ["kind"])
    _, out, _ = called(capsys, "desk", "--home", str(tmp_path))
    assert "rule: status_changed by kind" in out
