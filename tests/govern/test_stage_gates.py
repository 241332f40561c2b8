"""Gates of stages: few good cases open none, and no harm in few cases is no proof."""

import pytest

from aboveloop.govern.stage_evidence import Evidence
from aboveloop.govern.stage_gates import weigh
from aboveloop.operation.charters import Gate

GATE = Gate(cases=100, days=10, agreement=0.9, harm=0.03)
ENOUGH = Evidence(cases=200, compared=200, agreed=190, harmed=0, days=14)


def open_asks(found: Evidence) -> list[str]:
    return [ask.name for ask in weigh(GATE, found, "supervised") if not ask.held]


def test_enough_opens_it() -> None:
    assert open_asks(ENOUGH) == []


def test_nothing_opens_nothing() -> None:
    assert open_asks(Evidence()) == ["Cases", "Days", "Agreement", "Harm"]


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (Evidence(99, 200, 190, 0, 14), "Cases"),
        (Evidence(200, 200, 190, 0, 9), "Days"),
        (Evidence(200, 200, 184, 0, 14), "Agreement"),
        (Evidence(200, 20, 20, 0, 14), "Agreement"),
        (Evidence(200, 200, 190, 3, 14), "Harm"),
        (Evidence(200, 200, 190, 0, 14, ("Satisfaction",)), "Guards"),
        (Evidence(200, 200, 190, 0, 14, unmeasured=("Satisfaction",)), "Guards"),
    ],
)
def test_each_ask_keeps_it_shut_alone(found: Evidence, name: str) -> None:
    assert open_asks(found) == [name]


def test_none_in_ninety_nine_is_not_three_in_a_hundred_for_certain() -> None:
    assert "Harm" in open_asks(Evidence(98, 98, 98, 0, 14))


def test_a_guard_that_nobody_measured_is_told_where_a_person_still_performs_each_action() -> None:
    (ask,) = [each for each in weigh(GATE, Evidence(unmeasured=("Satisfaction",)), "assist") if each.name == "Guards"]
    assert ask.held and "Not measured, or on too few cases: Satisfaction." in ask.sentence
    assert "before the worker acts by itself" in ask.sentence
