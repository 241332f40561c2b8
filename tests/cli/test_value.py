"""value from the command line: written down, listed by bucket, counted again, withdrawn."""

from pathlib import Path

import pytest

from aboveloop.app.chartering.freezing import freeze
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.people import person_of
from aboveloop.history import store as histories
from aboveloop.history.store import About
from api.open_house import house, operation, template, understands
from app.chartering.test_freezing import events
from app.portfolio.earned import LATER, NAME, helpdesk
from cli.conftest import Call

__all__ = ["house", "operation", "template", "understands"]


@pytest.fixture
def home(house: Stage) -> Path:
    """The house was closed; its before is frozen, and a year later parcels take half of the time."""
    helpdesk(house)
    helpdesk(house, "faster", began=LATER, hours=5)
    freeze(house, NAME, by=person_of(house.operation, "tomasz"))
    house.close()
    return house.settings.home


def test_a_value_is_added_listed_counted_again_and_withdrawn(home: Path, call: Call) -> None:
    there = ("--home", home, "--json")
    after = ("--since", "2027-01-04", "--until", "2027-03-29", "--history", "faster")
    worth = ("--bucket", "cost", "--each", "3000", "--because", "An hour, from finance.")
    assert call("value", "add", NAME, *after, *worth, *there, "--as", "annelies").status == 1
    added = call("value", "add", NAME, *after, *worth, *there, "--as", "noor")
    assert added.status == 0 and added.value["amount"] == 10_080_000 and added.value["unit"] == "hour"
    assert "counted already" in call("value", "add", NAME, *after, *worth, *there, "--as", "noor").error
    listed = call("value", "list", *there).value
    assert listed["buckets"] == {"revenue": 0, "cost": 10_080_000, "risk": 0, "experience": 0}
    assert listed["values"][0]["query"]["history"] == "faster"
    assert call("value", "check", *there).value == {"values": 1, "differ": {}}
    histories.write(home, About(name="faster", kind="file", imported_at=0), events("faster", LATER, 6), replace=True)
    again = call("value", "check", *there)
    assert again.status == 1 and "instead of 10080000" in again.value["differ"][added.value["id"]]
    gone = call("value", "withdraw", added.value["id"], "--because", "It moved.", *there, "--as", "noor")
    assert gone.status == 0 and gone.value["withdrawn"] == "It moved."
    assert call("value", "list", *there).value["total"] == 0
    assert "100800.00 EUR" in call("value", "list", "--home", home).out


def test_the_fastest_is_named_with_its_days(home: Path, call: Call) -> None:
    found = call("value", "fastest", NAME, "--home", home, "--json").value
    assert found["fastest"]["days"] == min(each["days"] for each in found["outcomes"] if each["days"] is not None)
    assert call("value", "fastest", "none", "--home", home, "--json").status == 1
