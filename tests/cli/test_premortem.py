"""charter premortem from the command line."""

from aboveloop.app.rehearsal.stage import Stage
from api.open_house import house, operation, template, understands
from app.portfolio.earned import NAME
from cli.conftest import Call

__all__ = ["house", "operation", "template", "understands"]


def test_the_four_reasons_and_the_guards_are_told_and_a_threat_ends_with_1(house: Stage, call: Call) -> None:
    house.close()
    there = ("--home", house.settings.home)
    found = call("charter", "premortem", NAME, *there, "--json")
    assert found.status == 1 and found.value["threatened"]
    threats = {each["name"]: each["found"] for each in found.value["reasons"] if each["threatens"]}
    assert any("never worked beside people" in said for said in threats["daily"]) and "purpose" not in threats
    assert [each["name"] for each in found.value["guards"]] == ["consistency", "speed"]
    assert "Nobody waits longer: That takes 20 ended cases" in call("charter", "premortem", NAME, *there).out
    assert call("charter", "premortem", "none", *there, "--json").status == 1
