"""maturity from the command line."""

from aboveloop.app.organisation.maturity import QUESTIONS
from aboveloop.app.rehearsal.stage import Stage
from api.open_house import house, operation, template, understands
from cli.conftest import Call

__all__ = ["house", "operation", "template", "understands"]


def test_questions_are_asked_answered_and_held_against_what_is_seen(house: Stage, call: Call) -> None:
    house.close()
    there = ("--home", house.settings.home)
    assert "1 People should be faster" in call("maturity", *there).out
    given = [word for each in QUESTIONS for word in ("--answer", f"{each.name}=4")]
    found = call("maturity", *given, *there, "--as", "noor", "--json")
    assert found.status == 0 and found.value["name"] and len(found.value["next"]) == 3
    assert found.value["next"][0]["name"] == "proof", "no before is frozen"
    assert "answered 4; the house sees: No before is frozen" in call("maturity", *there).out
    assert call("maturity", "--answer", "purpose", *there, "--as", "noor", "--json").status == 2
    assert call("maturity", "--answer", "purpose=9", *there, "--as", "noor", "--json").status == 2
    assert call("maturity", "--answer", "purpose=2", *there, "--as", "annelies", "--json").status == 1
