"""case summary, case answer and case guidance on the command line."""

from pathlib import Path

import pytest

from aboveloop.cli.house import opened
from aboveloop.journey.cases import Incoming
from aboveloop.work.intake import take_in
from cli.conftest import Call


@pytest.fixture
def case(deployed: Path) -> str:
    """A case that somebody has written on; its turn has not run."""
    with opened(deployed, None) as premises:
        return take_in(premises.house, Incoming("webchat", "mona", "I want to complain")).case.id


def test_a_summary_is_told_in_words_and_as_json(call: Call, case: str) -> None:
    said = call("case", "summary", case, "--as", "noor")
    assert said.status == 0 and "Next:" in said.out and "I want to complain" in said.out
    value = call("case", "summary", case, "--json", "--as", "noor").value
    assert value["case"] == case and value["open"][0]["entries"]
    plain = call("case", "summary", case, "--json", "--as", "kofi")
    assert plain.value["personal_left_out"] and "complain" not in plain.out


def test_answers_are_written_down_and_counted(call: Call, case: str) -> None:
    said = call("case", "answer", case, "summary", "rejected", "--because", "Too short.", "--as", "noor", "--json")
    assert said.value == {"case": case, "name": "summary", "verdict": "rejected", "done": False}
    rates = call("case", "guidance", "--json").value["rates"]
    assert [(each["name"], each["rejected"]) for each in rates] == [("summary", 1)]
    assert "1 rejected" in call("case", "guidance").out


def test_who_may_not_read_answers_nothing_and_nonsense_is_refused(call: Call, case: str) -> None:
    assert call("case", "answer", case, "summary", "accepted", "--as", "kofi").status == 1
    assert call("case", "answer", case, "summary", "maybe", "--as", "noor").status == 2
    assert "look at it again" in call("case", "answer", case, "nonsense", "accepted", "--as", "noor", "--json").error
    assert "There is no case" in call("case", "summary", "case_0", "--as", "noor", "--json").error


def test_service_and_routing_are_told(call: Call, case: str) -> None:
    assert call("case", "service", "--json", "--as", "noor").value["cases"] == 1
    assert "Deflection" in call("case", "service", "--as", "noor").out
    value = call("route", "simulate", "--cases", "200", "--json").value
    assert (value["source"], value["cases"]) == ("seeded", 200)
    assert value["skill"]["mean_to_settle"] < value["availability"]["mean_to_settle"]
    assert "minutes a case" in call("route", "simulate", "--cases", "50").out
    rules = call("route", "rules", "--json").value
    assert rules["release"] and any(each["name"] == "complaint" for each in rules["rules"])
    assert "wants_person" in call("route", "rules").out
