"""usage from the command line: pages by what people call them, with the address of those that nobody opened."""

from aboveloop.app.rehearsal.stage import Stage
from api.open_house import house, operation, template, understands
from cli.conftest import Call

__all__ = ["house", "operation", "template", "understands"]


def test_pages_that_nobody_opened_are_told_by_name_and_address(house: Stage, call: Call) -> None:
    house.close()
    there = ("--home", house.settings.home)
    told = call("usage", *there).out
    assert "Control room  (/)" in told
    assert "Approvals of one kind  (/approvals/alike/{kind})" in told
    found = call("usage", *there, "--json")
    assert found.status == 0 and len(found.value["nobody_opened"]) > 50
