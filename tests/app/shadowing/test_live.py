"""A procedure in stage shadow on live cases: what it would have done is held against how the person ended the case."""

from pathlib import Path

import pytest

from aboveloop.app.desk import Desk
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.shadowing import runs
from aboveloop.app.shadowing.runs import Wish
from aboveloop.govern import lanes, stages
from aboveloop.govern.people import person_of
from aboveloop.history import store
from aboveloop.history.events import Event, attributes_of
from aboveloop.kit.errors import WrongUsage
from api.open_house import house, operation, tell, template, understands
from app.shadowing.past_work import worked_beside

__all__ = ["house", "operation", "template", "understands"]

CANCEL = ("Please cancel LK-100001. My mail is anna@customers.example and my postcode 1017 AB.", "yes please")


def in_shadow(house: Stage, procedure: str) -> None:
    wish = stages.Setting(procedure, lanes.Stage.SHADOW, "It begins beside people.")
    with house.database.write() as tx:
        noor = person_of(house.operation, "noor")
        stages.set_stage(tx, house.operation, wish, ledger=house.ledger, by=noor, now=house.clock.now())


def test_without_a_case_in_shadow_there_is_nothing_to_compare(house: Stage) -> None:
    with pytest.raises(WrongUsage, match="stage set"):
        runs.run(house, Wish("ledger"), by="house")


@pytest.mark.parametrize(("ended", "agrees"), [("resolved", True), ("refused", False)])
def test_a_live_case_is_compared_with_how_the_person_ended_it(house: Stage, ended: str, agrees: bool) -> None:
    in_shadow(house, "cancel_order")
    case = tell(house, "anna", *CANCEL)
    assert "Shadow: shop.cancel_order" in (case.handed_over_because or "")
    desk = Desk(house, person_of(house.operation, "noor"))
    desk.take_over(case.id)
    desk.reply(case.id, "I have looked at it.")
    desk.finish(case.id, ended)
    found = runs.run(house, Wish("ledger"), by="person:noor")
    [each] = found.compared
    assert each.worked.action == "cancel_order" and each.past.touches == 1
    assert each.pairs["outcome"].agrees is agrees and each.differs is not agrees


def test_a_verdict_becomes_an_example_without_personal_values(house: Stage) -> None:
    text = "I am Femke Claassen, femke@customers.example, these boots have to go back"
    events = [Event("desk", "2", "customer_message", 5, 1, attributes=attributes_of({"text": text}))]
    store.write(Path(house.settings.home), store.About("desk", "zendesk", 0), events)
    found = worked_beside(house)
    yuki = person_of(house.operation, "yuki")
    runs.judge(house, found.id, "2", "person", by=yuki, because="A return, as they say.")
    with house.database.read() as reader:
        found = runs.find(reader, found.id)
    [(said, intent)] = runs.examples_of(house, found)
    assert intent == "return_order" and "femke" not in said.lower() and "boots have to go back" in said
