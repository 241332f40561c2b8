"""KPIs day by day: every day of the company's own time zone, the signals beside them, releases, gaps."""

from datetime import timedelta

import pytest

from aboveloop.app.measuring import kpis as measuring
from aboveloop.app.measuring.over_time import ABSTENTION, CONFIDENCE, Together, together
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.people import person_of
from api.open_house import tell


def seen(house: Stage, days: int = 28) -> Together:
    with house.database.read() as reader:
        return together(house, reader, house.clock.now(), days=days)


def test_a_day_counts_when_it_is_over_and_days_without_cases_are_gaps(house: Stage) -> None:
    tell(house, "bea", "what are your opening hours?")
    assert seen(house).lines == (), "today is not over"
    house.advance(timedelta(days=3))
    tell(house, "carla", "I want to talk to a person")
    house.advance(timedelta(days=1))
    found = seen(house)
    by_name = {line.name: line for line in found.lines}
    assert by_name["hand_over_rate"].values[-4:] == (0.0, None, None, 1.0)
    assert by_name["hand_over_rate"].measured == 2 and len(found.days) == 28
    assert by_name[CONFIDENCE].values[-4] == pytest.approx(1, abs=0.5)
    assert by_name[ABSTENTION].values[-4] == 0
    assert found.judged == 0 and found.links == () and not any(found.changes.values())


def test_what_people_wrote_down_stands_on_its_day_the_last_word_of_it(house: Stage) -> None:
    noor = person_of(house.operation, "noor")
    for value in (0.7, 0.8):
        measuring.record(house, "satisfaction", value, by=noor)
    house.advance(timedelta(days=1))
    (line,) = [line for line in seen(house).lines if line.name == "satisfaction"]
    assert line.values[-1] == 0.8 and line.measured == 1


def test_a_day_is_one_of_the_company(house: Stage) -> None:
    about = house.operation.about.model_copy(update={"timezone": "Pacific/Kiritimati"})
    house.operation = house.operation.model_copy(update={"about": about})
    tell(house, "bea", "what are your opening hours?")
    before = seen(house).days[-1]
    house.advance(timedelta(days=1))
    assert seen(house).days[-1] - before == timedelta(days=1)
    assert any(line.values[-1] is not None for line in seen(house).lines)
