"""token: made and shown once, listed without its text, ended; every no is a sentence."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aboveloop.cli.main import main


@pytest.fixture
def call(deployed: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict[str, Any]]]:
    def called(*words: str) -> tuple[int, dict[str, Any]]:
        with pytest.raises(SystemExit) as left:
            main([*words, "--home", str(deployed), "--json"])
        return int(left.value.code or 0), json.loads(capsys.readouterr().out)

    return called


def test_a_token_is_shown_once_listed_and_ended(call: Callable[..., tuple[int, dict[str, Any]]]) -> None:
    status, made = call("token", "create", "night report", "--for", "noor", "--scope", "read_cases", "--days", "7")
    assert (status, made["person"], made["scopes"], made["state"]) == (0, "noor", ["read_cases"], "works")
    assert made["secret"].startswith("abl_")
    status, listed = call("token", "list")
    assert status == 0 and [each["token"] for each in listed["tokens"]] == [made["token"]]
    assert made["secret"] not in json.dumps(listed)
    assert call("token", "list", "--for", "priya")[1] == {"tokens": []}
    status, ended = call("token", "revoke", made["token"], "--as", "noor")
    assert (status, ended["state"]) == (0, "revoked")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["create", "x", "--for", "kofi", "--scope", "read_personal"], 1, "may not read personal"),
        (["create", "x", "--for", "priya", "--scope", "approve", "--as", "tomasz"], 1, "may not manage people"),
        (["create", "x", "--scope", "audit", "--as", "signe"], 1, "may not make tokens"),
        (["create", "x", "--for", "noor", "--scope", "fly"], 2, "There is no right 'fly'"),
        (["create", "x", "--for", "noor"], 2, "at least one right"),
        (["create", "x", "--scope", "audit"], 2, "Whose token"),
        (["create", "x", "--for", "nobody", "--scope", "audit"], 1, "There is no person nobody"),
        (["revoke", "token_none"], 1, "There is no token token_none"),
    ],
)
def test_what_may_not_be_is_refused_in_a_sentence(
    call: Callable[..., tuple[int, dict[str, Any]]], words: list[str], status: int, said: str
) -> None:
    ended, told = call("token", *words)
    assert ended == status
    assert said in told["error"]["message"]
