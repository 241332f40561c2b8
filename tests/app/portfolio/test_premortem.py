"""Before a pilot fails: each of the four reasons is found where it is there, and the two guards tell beyond chance."""

from datetime import UTC, datetime, timedelta

import numpy as np

from aboveloop.app.portfolio.pilot_guards import PilotGuard, held_against, pilot_guards
from aboveloop.app.portfolio.premortem import as_json, premortem
from aboveloop.app.portfolio.store import Ended
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.shadowing import runs
from aboveloop.govern.people import person_of
from aboveloop.operation.charters import Readiness
from api.open_house import house, operation, tell, template, understands
from app.chartering.test_freezing import charter, with_charter
from app.portfolio.earned import worked_beside

__all__ = ["house", "operation", "template", "understands"]

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def threats(house: Stage) -> dict[str, str]:
    with house.database.read() as reader:
        found = premortem(house, reader, charter(house))
    assert [each["name"] for each in as_json(found)] == ["purpose", "brittle", "learning", "daily"]
    return {each.name: " ".join(each.found) for each in found if each.threatens}


def test_a_pilot_that_was_never_beside_people_stands_beside_the_daily_work(house: Stage) -> None:
    assert "never worked beside people" in threats(house)["daily"]
    worked_beside(house)
    assert "never worked" not in threats(house).get("daily", "")


def test_without_a_purpose_it_is_told(house: Stage) -> None:
    assert "purpose" not in threats(house)
    with_charter(house, kpi="not_understood", success=None, readiness=Readiness())
    said = threats(house)["purpose"]
    assert "a model's own measure" in said and "agreed to be a success" in said and "is not answered" in said
    with_charter(house, kpi="hype")
    assert "moves no KPI" in threats(house)["purpose"]


def test_a_workflow_that_no_scenario_tries_is_brittle(house: Stage) -> None:
    house.operation = house.operation.model_copy(update={"scenarios": {}})
    assert "No scenario shows what late or lost parcel does" in threats(house)["brittle"]
    with_charter(house, procedures=["dancing"], may_fail=[])
    assert "dancing is not there yet" in threats(house)["brittle"]
    assert "the first surprise ends it" in threats(house)["brittle"]


def test_a_workflow_that_no_scenario_tries_while_a_system_is_down_is_brittle(house: Stage) -> None:
    calm = {name: each.model_copy(update={"edge": None}) for name, each in house.operation.scenarios.items()}
    house.operation = house.operation.model_copy(update={"scenarios": calm})
    assert "while a system is down" in threats(house)["brittle"]


def test_differences_that_nobody_judges_teach_nothing(house: Stage) -> None:
    worked_beside(house, differing=3)
    assert "In 3 cases the worker did otherwise" in threats(house)["learning"]
    runs.judge(house, None, "79", "person", by=person_of(house.operation, "noor"), because="It was lost.")
    assert "learning" not in threats(house)
    with_charter(house, learning=None)
    assert "not written down" in threats(house)["learning"]


def ended(since: int, many: int, *, odd: float, hours: float, seed: int) -> list[Ended]:
    """Cases that began evenly over four weeks from so many days ago."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(many):
        began = NOW - timedelta(days=since - 27.9 * number / many)
        waited = timedelta(hours=float(rng.exponential(hours)))
        end = "refused" if rng.random() < odd else "resolved"
        found.append(Ended(began, began + waited, "late_parcel", end, by_people=False))
    return found


def held(early: list[Ended], late: list[Ended]) -> dict[str, PilotGuard]:
    return {each.name: each for each in held_against([*early, *late], NOW)}


def test_less_consistent_and_slower_are_told_beyond_chance_alone() -> None:
    before = ended(56, 200, odd=0.1, hours=5, seed=1)
    same = held(before, ended(28, 200, odd=0.1, hours=5, seed=2))
    assert not same["consistency"].worse and not same["speed"].worse
    worse = held(before, ended(28, 200, odd=0.3, hours=15, seed=3))
    assert worse["consistency"].worse and "less consistent by more than chance" in worse["consistency"].sentence
    assert worse["speed"].worse and "slower by more than chance" in worse["speed"].sentence
    better = held(before, ended(28, 200, odd=0.0, hours=1, seed=4))
    assert not better["consistency"].worse and not better["speed"].worse


def test_too_few_cases_say_nothing(house: Stage) -> None:
    few = held(ended(56, 19, odd=0, hours=1, seed=1), ended(28, 200, odd=1, hours=50, seed=2))
    assert all(
        each.before is None and not each.worse and "there are 200 and 19" in each.sentence for each in few.values()
    )
    tell(house, "anna", "My parcel never arrived.")
    with house.database.read() as reader:
        one, other = pilot_guards(reader, charter(house), house.clock.now())
    assert "there are 0 and 0" in one.sentence and not other.worse, "the case has not ended"
