"""Commands that show what is personal: who may not is refused, and each look is written down by person or account."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aboveloop.app.looking import looks
from aboveloop.app.looking.commands import COMMANDS
from aboveloop.app.looking.looks import Look
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli import house as keyboard
from aboveloop.cli.main import main
from aboveloop.govern.people import person_of
from aboveloop.kit.database import Database
from aboveloop.work.privacy import requests
from aboveloop.work.privacy.holds import Wish, place
from api.open_house import ELIF, house, operation, tell, template, understands, waiting

__all__ = ["house", "operation", "template", "understands"]

# Of every command that shows what is personal: how it is called, and who may.
CALLS = {
    "case show": (["{case}"], "sanne"),
    "understand correct": (["{case}", "1", "--none"], "yuki"),
    "case answer": (["{case}", "summary", "accepted"], "sanne"),
    "approve": (["{approval}"], "priya"),
    "deny": (["{approval}", "--reason", "no"], "priya"),
    "approval list": ([], "sanne"),
    "approval show": (["{approval}"], "sanne"),
    "privacy list": ([], "signe"),
    "privacy request": (["erasure", "{customer}", "--asked-by", "herself"], "adaeze"),
    "privacy access": (["{customer}", "--out", "{out}"], "adaeze"),
    "privacy erase": (["{request}", "--yes"], "adaeze"),
    "privacy refuse": (["{request}", "--reason", "no"], "adaeze"),
    "consent show": (["{customer}"], "sanne"),
    "consent give": (["{customer}", "personalisation", "--channel", "email"], "sanne"),
    "consent withdraw": (["{customer}", "personalisation", "--channel", "email"], "sanne"),
    "hold place": (["--case", "{case}", "--reason", "claim"], "adaeze"),
    "hold release": (["{hold}", "--reason", "settled"], "adaeze"),
    "hold list": ([], "signe"),
    "audit show": (["{case}"], "signe"),
    "policy explain": (["{case}"], "adaeze"),
}
# Outside models are set up in tests/cli/test_model.py and tests/app/test_wording.py, incidents in the drill.
ELSEWHERE = {"model ask", "case word", "incident scenario"}


class Shell:
    """A house with one case that waits, called as from a shell."""

    def __init__(self, house: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        case = tell(house, "elif", *ELIF)
        adaeze = person_of(house.operation, "adaeze")
        now = house.clock.now()
        with house.database.write() as tx:
            asked = requests.open_request(
                house.house, tx, "erasure", case.customer_id, asked_by="herself", person=adaeze
            )
            held = place(tx, house.ledger, Wish("case", case.id, "claim"), by=adaeze, now=now)
        self.names = {"case": case.id, "approval": waiting(house).id, "customer": case.customer_id}
        self.names |= {"request": asked.id, "hold": held.id, "out": str(tmp_path / "out")}
        self.settings, self._capsys = house.settings, capsys
        house.close()

    def call(self, command: str, *more: str) -> tuple[int, dict[str, Any]]:
        given = [each.format(**self.names) for each in CALLS[command][0]]
        with pytest.raises(SystemExit) as ended:
            main([*command.split(), *given, *more, "--home", str(self.settings.home), "--json"])
        return int(ended.value.code or 0), json.loads(self._capsys.readouterr().out)

    def looks(self) -> list[Look]:
        database = Database(self.settings.database_url)
        with database.read() as reader:
            found = looks.looks(reader)
        database.dispose()
        return found


@pytest.fixture
def shell(house: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    return Shell(house, tmp_path, capsys)


def test_every_command_that_shows_what_is_personal_is_called_here() -> None:
    showing = {name for name, door in COMMANDS.items() if door.shows and not door.in_part}
    assert showing == set(CALLS) | ELSEWHERE


@pytest.mark.parametrize("command", CALLS)
def test_who_may_not_read_what_is_personal_is_shown_nothing(shell: Shell, command: str) -> None:
    for who in ("kofi", "annelies"):
        status, value = shell.call(command, "--as", who)
        assert status == 1 and set(value) == {"error"}, value
        assert "may not" in value["error"]["message"]
    assert shell.looks() == []


@pytest.mark.parametrize("command", CALLS)
def test_a_look_from_the_keyboard_is_written_down(shell: Shell, command: str) -> None:
    status, value = shell.call(command, "--as", CALLS[command][1])
    assert status in (0, 1) and value.get("error", {}).get("kind") not in ("MayNot", "LookForgotten"), value
    who = {(each.who, each.through, each.what) for each in shell.looks()}
    if command == "approval list":
        # By the clock of the machine what was asked has expired, so nothing is listed and nothing is looked at.
        assert value["approvals"] == [] and who == set()
        return
    assert who == {(f"person:{CALLS[command][1]}", "command line", COMMANDS[command].shows)}


def test_who_commands_the_machine_is_named_by_the_account(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyboard.getpass, "getuser", lambda: "operator")
    assert shell.call("approval list")[0] == 0
    assert shell.call("hold list")[0] == 0
    assert {each.who for each in shell.looks()} == {"account:operator"}


def test_an_account_named_like_a_person_has_their_rights_and_no_more(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyboard.getpass, "getuser", lambda: "kofi")
    for command in ("approval list", "hold list", "privacy list", "consent show"):
        status, value = shell.call(command)
        assert status == 1 and "may not read personal" in value["error"]["message"], command
    assert shell.looks() == []
