"""understand, from the command line: teaching, freezing, learning, health."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli.main import main
from aboveloop.journey.cases import Case
from api.open_house import ELIF, house, operation, tell, template, understands

__all__ = ["house", "operation", "template", "understands"]


class House:
    """A house with one customer, called as from a shell."""

    def __init__(self, home: Path, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self.case, self._capsys = home, case, capsys

    def call(self, *arguments: str) -> tuple[int, dict]:  # type: ignore[type-arg]
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--home", str(self.home), "--json"])
        return int(ended.value.code or 0), json.loads(self._capsys.readouterr().out)

    def words(self, *arguments: str) -> str:
        with pytest.raises(SystemExit):
            main([*arguments, "--home", str(self.home)])
        return self._capsys.readouterr().out


@pytest.fixture
def lived(house: Stage, capsys: pytest.CaptureFixture[str]) -> Iterator[House]:
    case = tell(house, ELIF[1], *ELIF[:4], "49 EUR", "yes please")
    house.close()
    yield House(house.settings.home, case, capsys)


def test_a_message_is_corrected_and_confirmed(lived: House) -> None:
    status, found = lived.call(
        "understand", "correct", lived.case.id, "1", "--intent", "late_or_lost_parcel", "--as", "yuki"
    )
    assert (status, found["intent"], found["was_right"]) == (0, "late_or_lost_parcel", False)
    guessed = found["guessed"]
    said = lived.words("understand", "correct", lived.case.id, "1", "--intent", guessed, "--as", "yuki")
    assert said == f"Written down: {guessed} was right.\n"
    said = lived.words("understand", "correct", lived.case.id, "1", "--none", "--as", "yuki")
    assert said.startswith(f"Written down: it was about out_of_scope, not {guessed}.")


def test_what_cannot_be_corrected_is_refused_in_a_sentence(lived: House) -> None:
    assert lived.call("understand", "correct", lived.case.id, "1", "--as", "yuki")[0] == 2
    assert lived.call("understand", "correct", lived.case.id, "1", "--none", "--intent", "x", "--as", "yuki")[0] == 2
    assert lived.call("understand", "correct", lived.case.id, "99", "--none", "--as", "yuki")[0] == 1
    assert lived.call("understand", "correct", lived.case.id, "1", "--none", "--as", "sanne")[0] == 1, "not handled"
    assert lived.call("understand", "correct", lived.case.id, "1", "--none", "--as", "kofi")[0] == 1, "may not read it"
