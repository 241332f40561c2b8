"""The how-to of the first hour: its commands and its pages exist. The way is walked in tests/flows and browser."""

import re
from pathlib import Path

import pytest

from aboveloop.app.looking.pages import PAGES
from aboveloop.cli.main import main

PAGE = (Path(__file__).resolve().parents[2] / "docs/how-to/take-the-first-hour.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"`aboveloop ((?:charter|shadow|release) [a-z]+|[a-z]+)", PAGE)))
ADDRESSES = sorted(set(re.findall(r"`(/[a-z]+)", PAGE)))


@pytest.mark.parametrize("command", COMMANDS)
def test_its_commands_exist(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    assert not ended.value.code, capsys.readouterr().err


def test_its_pages_exist() -> None:
    assert len(COMMANDS) > 8 and len(ADDRESSES) > 5
    assert [each for each in ADDRESSES if f"GET {each}" not in PAGES] == []
