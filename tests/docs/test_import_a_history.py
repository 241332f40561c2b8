"""The how-to on importing: its commands run as they stand there."""

import re
from pathlib import Path

import pytest

from aboveloop.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/how-to/import-a-history.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL) for line in block.splitlines()]
# What could not be read is told by the status as well.
FINDS = ("import quarantine", "import retry")


def test_the_page_runs_from_a_look_to_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ABOVELOOP_HOME", str(tmp_path / "home"))
    rows = ["case,activity,time", *(f"{number},open,2026-01-{number:02}" for number in range(1, 20)), "20,open,soon"]
    Path("log.csv").write_text("\n".join(rows), encoding="utf-8")
    for command in COMMANDS:
        words = command.removeprefix("aboveloop ").split()
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert (ended.value.code or 0) == (1 if command.removeprefix("aboveloop ").startswith(FINDS) else 0), command
    assert not (tmp_path / "home/history/desk").exists()
