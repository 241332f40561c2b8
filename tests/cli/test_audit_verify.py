"""`audit verify` calls who is on call where the ledger was changed, and opens an incident where it is told to."""

import json
import sqlite3
from pathlib import Path

import pytest

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli.main import main
from api.open_house import house, operation, tell, template, understands

__all__ = ["house", "operation", "template", "understands"]


@pytest.fixture
def changed(house: Stage) -> Path:
    """A home in whose ledger somebody has changed an entry."""
    tell(house, "anna", "I want to talk to a person")
    house.close()
    database = sqlite3.connect(house.settings.home / "aboveloop.db")
    database.execute("UPDATE ledger_entries SET body = replace(body, 'webchat', 'webchaT') WHERE body LIKE '%webchat%'")
    database.commit()
    database.close()
    return house.settings.home


def call(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> tuple[int, dict]:  # type: ignore[type-arg]
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main([*words, "--home", str(home), "--json"])
    return int(ended.value.code or 0), json.loads(capsys.readouterr().out)


def test_a_break_pages_and_opens_an_incident_once(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        status, found = call(capsys, changed, "audit", "verify")
        assert status == 1 and not found["ok"] and found["first_bad"]
    (page,) = call(capsys, changed, "incident", "pages")[1]["pages"]
    assert page["about"] == "ledger" and page["severity"] == "critical"
    (incident,) = call(capsys, changed, "incident", "list")[1]["incidents"]
    assert incident["title"] == "The ledger does not verify" and incident["owner"] == "annelies"


def test_with_no_page_nobody_is_called(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, changed, "audit", "verify", "--no-page")[0] == 1
    assert call(capsys, changed, "incident", "pages")[1] == {"pages": []}
    assert call(capsys, changed, "incident", "list")[1] == {"incidents": []}


def test_what_holds_calls_nobody(house: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    tell(house, "anna", "I want to talk to a person")
    house.close()
    home = house.settings.home
    assert call(capsys, home, "audit", "verify")[0] == 0
    assert call(capsys, home, "incident", "pages")[1] == {"pages": []}
