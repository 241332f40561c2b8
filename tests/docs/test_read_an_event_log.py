"""The how-to of event logs: its log gives the cases that it shows."""

import csv
import re
from pathlib import Path

import pytest

from aboveloop.cli.main import main

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "read-an-event-log.md"


def test_the_log_of_the_how_to_gives_its_cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log, cases = re.findall(r"```csv\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    [command] = re.findall(r"```sh\naboveloop (.*?)\n```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    Path("tickets.csv").write_text(log, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(command.split())
    assert not ended.value.code
    with Path("cases.csv").open(encoding="utf-8") as file:
        assert list(csv.reader(file)) == list(csv.reader(cases.splitlines()))
    assert "Rework radar: tickets.csv" in Path("radar.html").read_text(encoding="utf-8")
