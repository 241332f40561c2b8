"""Measures of service are counted case by case; routing by skill is compared with routing by availability."""

from datetime import timedelta

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.service.measures import service_measures, shown_cases
from aboveloop.app.service.routing import Arrival, Load, compared, past_load, seeded_load, simulate
from aboveloop.work.handoff_rules import handoff_rules
from api.open_house import ELIF, Site, tell


def test_measures_name_the_cases_behind_them_and_the_causes(house: Stage, site: Site) -> None:
    told = tell(house, "mona", "what are your opening hours?")
    waits = tell(house, "elif", *ELIF)
    person = tell(house, "jan", "I want to complain about your shop")
    house.clock.advance(timedelta(days=4))
    again = tell(house, "mona", "what are your opening hours?")
    assert again.id != told.id
    with house.database.read() as reader:
        found = service_measures(house, reader, house.clock.now())
    assert found.cases == 4
    # Elif's refund ended too: nobody approved it in time.
    assert found.deflection.cases == (again.id, told.id) and found.deflection.whole == 3
    assert found.causes["came_back"] == (again.id,) and found.causes["told_before"] == (told.id,)
    assert set(found.avoidable.cases) == {again.id, told.id}
    assert waits.id in found.route_precision.cases and person.id in found.route_precision.cases
    assert again.id in found.repeated.cases and found.repeated_names == {"opening_hours": 1}
    assert found.first_response.many == 4 and found.first_response.median == timedelta(0)
    assert list(shown_cases(found, "came_back")) == [again.id] and list(shown_cases(found, "nonsense")) == []
    page = site.client("annelies").get("/service?show=came_back").text
    assert "not settled the first time" in page and again.id in page
    assert site.program("kofi").get("/api/v1/service").json()["deflection"]["part"] == 2


def test_before_the_first_case_nothing_is_claimed(house: Stage, site: Site) -> None:
    with house.database.read() as reader:
        found = service_measures(house, reader, house.clock.now())
    assert (found.deflection.value, found.first_response.median, found.causes) == (None, None, {})
    assert "No case was opened in these days." in site.client("noor").get("/service").text


def test_routing_by_skill_is_compared_on_the_same_load_and_is_the_same_again() -> None:
    load = seeded_load(["a", "b", "c", "d"], ["x", "y", "z"], many=400, seed=3)
    first, second = compared(load, seed=3), compared(load, seed=3)
    assert first == second
    assert first["skill"]["cases"] == first["availability"]["cases"] == 400
    assert first["skill"]["passed_on"] < first["availability"]["passed_on"]
    assert first["saved_minutes_a_case"] > 0


def test_one_skilled_person_settles_each_case_in_its_time() -> None:
    load = Load([Arrival(0, "a", 5), Arrival(1, "a", 5)], {"x": frozenset({"a"})}, "seeded")
    for rule in ("skill", "availability"):
        found = simulate(load, rule, seed=1)  # type: ignore[arg-type]
        assert (found.mean_wait, found.mean_to_settle, found.first_touch) == (2.0, 7.0, 1.0)


def test_nobody_waits_for_ever_for_who_is_skilled() -> None:
    load = Load([Arrival(0, "b", 5)], {"x": frozenset({"a"})}, "seeded")
    assert simulate(load, "skill", seed=1).mean_wait == 10.0
    assert simulate(Load([], {"x": frozenset()}, "seeded"), "skill", seed=1).cases == 0


def test_too_few_past_cases_are_no_load(house: Stage) -> None:
    tell(house, "jan", "I want to complain about your shop")
    with house.database.read() as reader:
        assert past_load(house, reader) is None


def test_every_way_to_people_is_listed_with_where_it_stands(house: Stage) -> None:
    found = {(each.sort, each.name): each for each in handoff_rules(house.operation)}
    assert found[("need", "complaint")].is_adjustable
    assert not found[("words", "wants_person")].is_adjustable
    assert found[("rule", "press")].words.endswith("Goes to people at once: Operations lead, soon.")
    assert {sort for sort, _ in found} == {"rule", "need", "procedure", "words", "doubt", "language"}
