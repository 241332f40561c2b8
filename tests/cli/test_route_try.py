"""route try: which routing rule a message meets, from the command line."""

import pytest

from aboveloop.app.rehearsal.stage import Stage
from api.open_house import house, operation, template, understands
from cli.conftest import Call

__all__ = ["house", "operation", "template", "understands"]


def test_a_message_is_held_against_the_rules_at_work(house: Stage, call: Call) -> None:
    house.close()
    home = ("--home", house.settings.home)
    told = call("route", "try", "I am furious, where is my refund, LK-100019", *home).out
    assert "If people get it: Refunds and payments, soon." in told
    assert "Rule 6 counts, Angry, and it is about money, because the need is" in told
    assert "Press: it does not hold that it says" in told
    mail = ("--channel", "email", "--subject", "SEO and backlinks", "--json")
    found = call("route", "try", "Dear sirs", *mail, *home).value
    assert (found["rule"], found["to"], found["read"]) == ("unasked_offers", "aside", None)
    nothing = call("route", "try", "where is my order LK-100002", "--customer", "came_back", "--json", *home).value
    assert nothing["rule"] == "came_back" and nothing["queue"] == "service"


@pytest.mark.parametrize("wrong", [("--channel", "pigeon"), ("--automatic", "magic"), ("--customer", "nobody")])
def test_what_there_is_not_is_refused(house: Stage, call: Call, wrong: tuple[str, str]) -> None:
    house.close()
    answered = call("route", "try", "Hello", *wrong, "--home", house.settings.home)
    assert answered.status == 2 and wrong[1] not in answered.out
