"""import: from a file to a history and back, by the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.connect.exports.desks import KINDS, SECRET, Desk, serving

from aboveloop.cli.house import opened
from aboveloop.cli.main import main
from aboveloop.connect.exports.web import TOKEN
from aboveloop.ledger.entries import HOUSE


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--json"])
    return int(ended.value.code or 0), json.loads(capsys.readouterr().out)


def test_an_import_from_dry_run_to_forgotten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, home = tmp_path / "log.csv", ("--home", str(tmp_path / "home"))
    path.write_text("Ticket,What,When\n1,open,2026-01-02\n1,close,soon\n")
    plan = tmp_path / "map.json"
    columns = ("--map", "case=Ticket", "--map", "activity=What", "--map", "time=When")
    status, shown = call(
        capsys, "import", str(path), "--as", "desk", *columns, "--dry-run", "--write-map", str(plan), *home
    )
    assert status == 0 and shown["columns"] == json.loads(plan.read_text())
    assert call(capsys, "import", "list", *home)[1] == {"histories": []}
    status, report = call(capsys, "import", str(path), "--as", "desk", "--map", str(plan), *home)
    assert status == 0 and (report["read"], report["stored"], report["quarantined"]) == (2, 1, 1)
    assert call(capsys, "import", "show", "desk", *home)[1]["more"]["last"]["read"] == 2
    status, held = call(capsys, "import", "quarantine", "desk", *home)
    assert status == 1 and held["rows"][0]["place"] == "line 3"
    status, again = call(capsys, "import", "retry", "desk", *home)
    assert status == 1 and (again["read"], again["quarantined"], again["events"]) == (1, 1, 1)
    assert call(capsys, "import", "forget", "desk", *home) == (0, {"history": "desk", "events": 1})
    with opened(tmp_path / "home", None) as premises, premises.database.read() as reader:
        kinds = [each.kind for each in premises.ledger.entries(reader, HOUSE) if each.kind.startswith("History")]
    assert kinds == ["HistoryImported", "HistoryImported", "HistoryForgotten"]
    assert call(capsys, "import", "show", "desk", *home)[0] == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_a_live_desk_is_imported_with_a_token_from_the_environment_alone(
    kind: type[Desk], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = ("--home", str(tmp_path / "home"))
    with serving(kind(4, 100)) as desk:
        words = ("import", desk.address, "--kind", desk.kind, "--as", "desk", *home)
        assert call(capsys, *words)[0] == 2
        monkeypatch.setenv(TOKEN, SECRET)
        status, report = call(capsys, *words)
        assert (status, report["stored"], report["quarantined"]) == (0, 4, 0)
        with pytest.raises(SystemExit) as ended:
            main(["import", desk.address, "--as", "log", *home])
        assert ended.value.code == 2 and "zammad" in capsys.readouterr().err
    kept = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert SECRET.encode() not in kept


def test_what_a_spreadsheet_is_good_for_is_told_at_each_import(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, home = tmp_path / "log.csv", ("--home", str(tmp_path / "home"))
    path.write_text("case,activity,time\n1,open,2026-01-02\n1,close,2026-01-03\n")
    footing = call(capsys, "import", str(path), "--as", "desk", *home)[1]["footing"]
    assert footing["lane"] == "exploration" and "--contract" in footing["remedy"]
    assert call(capsys, "import", "show", "desk", *home)[1]["footing"] == footing
    assert call(capsys, "import", "list", *home)[1]["histories"][0]["footing"] == footing
    for words in (("import", "list"), ("import", "show", "desk"), ("import", str(path), "--as", "desk")):
        with pytest.raises(SystemExit):
            main([*words, *home])
        assert "exploration, not for production" in capsys.readouterr().out
