"""The first hour with another help desk's past, from the command line: nothing is written anywhere but in the home."""

import contextlib
import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.cli.main import main
from aboveloop.kit.database import Database
from aboveloop.kit.settings import load_settings
from aboveloop.ledger.store import ledger_entries
from larkspur.helpdesk import __main__ as helpdesk

TODAY = "2026-03-30T09:00:00Z"
CASES = 60
CANDIDATES = """
- candidate: lost_parcels
  problem: Customers whose parcel does not come wait two days for an answer.
  scores: {value: 5, feasibility: 4, data_readiness: 4, integration: 4, change: 4}
  kpis: [time]
  teams: [fulfilment]
  ready: {aligned: true, data: true, infrastructure: true, suited: true}
- candidate: complaints
  problem: Complaints take long.
  scores: {value: 2, feasibility: 2, data_readiness: 2, integration: 2, change: 2}
  kpis: [time]
  teams: [leads]
  better_for_humans: true
"""


class Shell:
    """A home without anything in it, and commands on it as from a shell."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self._capsys = folder / "home", capsys
        self.home.mkdir()

    def __call__(self, *words: str, status: int = 0) -> dict[str, Any]:
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([*words, "--home", str(self.home), "--json"])
        written = self._capsys.readouterr()
        assert int(ended.value.code or 0) == status, written.out + written.err
        found: dict[str, Any] = json.loads(written.out)
        return found

    def records(self) -> str:
        """Every row of the order system, its journal of writes among them; the warehouse tells its own news."""
        with contextlib.closing(sqlite3.connect(self.home / "larkspur.db")) as connection:
            rows = [line for line in connection.iterdump() if not line.startswith('INSERT INTO "status_events"')]
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()

    def kinds(self) -> set[str]:
        """Every kind of entry in the ledger."""
        database = Database(load_settings(self.home).database_url)
        with database.read() as reader:
            found = {row.kind for row in reader.all(ledger_entries.select())}
        database.dispose()
        return found


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def test_from_an_export_to_a_report_beside_people(shell: Shell, tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    made = ["--out", str(export), "--cases", str(CASES), "--seed", "4", "--today", TODAY]
    helpdesk.main([*made, "--shop", str(shell.home / "larkspur.db")])
    before = shell.records()

    why = "To work beside people on their own machine."
    shell("import", str(export), "--kind", "zendesk", "--as", "helpdesk", "--keep-personal", why)
    assert json.loads((shell.home / "history" / "helpdesk" / "history.json").read_text())["cases"] == CASES

    sheets = {name: tmp_path / name for name in ("radar.pdf", "charter.pdf", "charter.html", "beside.pdf")}
    radar = shell("radar", "helpdesk", "--pdf", str(sheets["radar.pdf"]))
    assert radar["cases"] == CASES and radar["rework"]["reassignments"]["cases"] > 0

    (tmp_path / "candidates.yaml").write_text(CANDIDATES, encoding="utf-8")
    score = shell("score", str(tmp_path / "candidates.yaml"), "--history", "lost_parcels=helpdesk")
    assert score["candidates"][0]["candidate"] == "lost_parcels" and score["candidates"][0]["hints"]

    shell("release", "create", str(SAMPLE_OPERATION), "--deploy")
    assert shell("charter", "freeze", "lost_parcels", "--as", "tomasz")["charter"] == "lost_parcels"
    assert shell("charter", "check")["ok"] is True
    written = ["--pdf", str(sheets["charter.pdf"]), "--html", str(sheets["charter.html"])]
    assert "there is no after" in shell("charter", "report", "lost_parcels", *written)["business_metric_moved"]
    assert shell("charter", "drafts")["drafts"] == []
    assert shell("charter", "take", "faster_refunds", str(tmp_path), status=1)["error"]["kind"] == "DraftNotFound"

    ran = shell("shadow", "run", "helpdesk")
    report = shell("shadow", "report", "--minute-costs", "65", "--minutes", "4", "--pdf", str(sheets["beside.pdf"]))
    assert ran["cases"] == report["cases"] == CASES
    assert report["agreement"]["intent"]["share"] > 0.6 and report["agreement"]["action"]["share"] > 0.6
    assert report["would_have"]["ended_alone"]["share"] > 0.4
    assert report["cost"]["with_worker"] < report["cost"]["people"]
    assert shell("charter", "show", "lost_parcels")["stages"]
    for name, path in sheets.items():
        assert path.read_bytes().startswith(b"%PDF-" if name.endswith(".pdf") else b"<!doctype html>"), name

    assert shell.records() == before
    assert not shell.kinds() & {"MessageReceived", "MessageSent", "CaseOpened", "ActionIntended", "ActionPerformed"}
