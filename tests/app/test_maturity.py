"""Maturity: a level and the next three actions, and what the house sees counts where it sees less."""

import pytest

from aboveloop.app.looking.pages import PAGES
from aboveloop.app.organisation import maturity
from aboveloop.app.organisation.maturity import LEVELS, QUESTIONS, Maturity
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import person_of
from aboveloop.kit.errors import WrongUsage
from api.open_house import house, operation, template, understands
from app.chartering.test_freezing import frozen
from app.portfolio.earned import helpdesk

__all__ = ["house", "operation", "template", "understands"]


def answered(house: Stage, level: int, **others: int) -> Maturity:
    given = {**{each.name: level for each in QUESTIONS}, **others}
    return maturity.answer(house, given, by=person_of(house.operation, "noor"))


def counts(found: Maturity) -> dict[str, int]:
    return {each.question.name: each.counts for each in found.answered}


def test_every_question_has_five_answers_and_a_way_from_each_to_the_next() -> None:
    assert len(QUESTIONS) == 8
    for each in QUESTIONS:
        assert len(each.answers) == len(LEVELS) == 5 and len(each.actions) == 4, each.name
        assert all(f"GET {action.page}" in PAGES for action in each.actions), each.name


def test_without_answers_there_is_no_level_and_one_open_question_keeps_it_open(house: Stage) -> None:
    with house.database.read() as reader:
        found = maturity.examine(house, reader)
    assert found.level == 0 and found.next == () and found.at is None
    part = maturity.answer(house, {"purpose": 2}, by=person_of(house.operation, "noor"))
    assert part.level == 0 and counts(part)["purpose"] == 2
    assert answered(house, 2).level == 2


def test_one_weak_spot_is_work_to_do_and_two_are_the_level(house: Stage) -> None:
    one = answered(house, 2, data=1)
    assert one.level == 2 and one.next[0][0].question.name == "data"
    assert "Write a contract" not in one.next[0][1].words and "List which records" in one.next[0][1].words
    assert len(one.next) == 3 and [each.question.name for each, _ in one.next[1:]] == ["purpose", "proof"]
    assert answered(house, 2, data=1, learning=1).level == 1


def test_what_the_house_sees_counts_where_it_sees_less(house: Stage) -> None:
    found = answered(house, 5)
    assert counts(found)["proof"] == 2 and found.level < 5
    (proof,) = [each for each in found.answered if each.question.name == "proof"]
    assert proof.is_doubted and proof.seen is not None and "No before is frozen" in proof.seen.why
    helpdesk(house)
    frozen(house)
    assert counts(answered(house, 5))["proof"] == 3
    assert counts(answered(house, 1))["proof"] == 1, "what is seen lifts nobody"


def test_an_operation_that_lacks_it_is_told_so(house: Stage) -> None:
    about = house.operation.about.model_copy(update={"purpose": None})
    lacks = {"about": about, "contracts": {}, "courses": {}, "policy_tests": [], "procedures": {}}
    house.operation = house.operation.model_copy(update=lacks)
    found = counts(answered(house, 5))
    assert found["purpose"] == found["data"] == found["people"] == found["work"] == 2 and found["rules"] == 3


def test_who_may_not_propose_and_what_is_no_answer_change_nothing(house: Stage) -> None:
    with pytest.raises(MayNot):
        maturity.answer(house, {"purpose": 2}, by=person_of(house.operation, "annelies"))
    noor = person_of(house.operation, "noor")
    for wrong in ({"purpose": 6}, {"hype": 2}, {}):
        with pytest.raises(WrongUsage):
            maturity.answer(house, wrong, by=noor)
    with house.database.read() as reader:
        assert maturity.examine(house, reader).at is None
