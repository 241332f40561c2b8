"""person: invitations, sessions, blocks and locks from the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from aboveloop.cli.main import main


def call(home: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    with pytest.raises(SystemExit) as left:
        main([*words, "--home", str(home), "--json"])
    return int(left.value.code or 0), json.loads(capsys.readouterr().out)


def test_a_person_is_invited_signed_out_blocked_and_unlocked(
    deployed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, invited = call(deployed, capsys, "person", "invite", "priya", "--url", "https://desk.example/")
    assert status == 0 and invited["invitation"].startswith("https://desk.example/sign-in/invitation/")
    assert call(deployed, capsys, "person", "sign-out", "priya") == (0, {"person": "priya", "signed_out": True})
    assert call(deployed, capsys, "person", "block", "priya") == (0, {"person": "priya", "blocked": True})
    status, refused = call(deployed, capsys, "person", "invite", "priya")
    assert status == 1 and "blocked" in refused["error"]["message"]
    assert call(deployed, capsys, "person", "block", "priya", "--undo") == (0, {"person": "priya", "blocked": False})
    assert call(deployed, capsys, "person", "unlock", "priya") == (0, {"person": "priya", "unlocked": True})


@pytest.mark.parametrize("what", ["invite", "sign-out", "block", "unlock"])
def test_somebody_who_is_not_there_is_said(deployed: Path, capsys: pytest.CaptureFixture[str], what: str) -> None:
    status, told = call(deployed, capsys, "person", what, "nobody")
    assert status == 1 and "There is no person nobody" in told["error"]["message"]


def test_looks_and_readiness_answer_from_the_command_line(deployed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(deployed, capsys, "audit", "looks") == (0, {"looks": [], "total": 0})
    status, told = call(deployed, capsys, "readiness")
    assert status == 1 and told["ready"] is False
    assert [test["name"] for test in told["tests"]] == [
        "case_tools",
        "verifies_and_completes",
        "drift_watched",
        "shared_metrics",
        "rules",
    ]
    assert {test["name"]: test["passed"] for test in told["tests"]} == {
        "case_tools": True,
        "verifies_and_completes": True,
        "drift_watched": False,
        "shared_metrics": True,
        "rules": True,
    }
    assert told["missing_to_go_live"] == []
