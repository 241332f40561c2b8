"""A use case is for the sandbox only until a write of it was read back from the live system."""

from dataclasses import replace

import pytest

from aboveloop.app.chartering.errors import StageUnearned
from aboveloop.app.chartering.live_writes import LiveWrite, live_write
from aboveloop.app.chartering.stage_gate import way_of
from aboveloop.app.desk import Desk
from aboveloop.govern.lanes import Stage
from aboveloop.govern.people import person_of
from aboveloop.kit.clock import iso
from app.chartering.bakery_house import CHARTER, EXEMPT, bakery, files, put_to_work, set_to
from app.conftest import SOUND
from work.bakery import ANNA, BEN, Bakery

__all__ = ["bakery"]
NAME, SYSTEM = "cancel_order", "systems/till.yaml"


def told(house: Bakery, procedure: str = NAME) -> LiveWrite:
    with house.database.read() as reader:
        return live_write(reader, house.current(), procedure)


def test_the_first_write_that_is_read_back_takes_it_out_of_the_sandbox(bakery: Bakery) -> None:
    put_to_work(bakery, SOUND)
    before = told(bakery)
    assert before.is_sandbox_only and "till.cancel_order" in before.sentence
    first = bakery.write("cancel CR-1001 please", ANNA, "yes")
    found = told(bakery)
    assert (found.state, found.operation, found.case_id) == ("verified live", "till.cancel_order", first.id)
    bakery.write("cancel CR-1003 please", BEN, "yes", address=BEN)
    assert told(bakery) == found, "the first one stays the proof"
    assert found.at == bakery.clock.now() and found.as_json()["at"] == iso(found.at)


def test_a_write_that_was_not_there_when_read_back_proves_nothing(bakery: Bakery) -> None:
    put_to_work(bakery, SOUND)
    bakery.till.lies = True
    bakery.write("cancel CR-1001 please", ANNA, "yes")
    assert told(bakery).is_sandbox_only


def test_what_is_only_decided_in_shadow_proves_nothing(bakery: Bakery) -> None:
    release = put_to_work(bakery, SOUND)
    set_to(bakery, release, Stage.SHADOW)
    bakery.write("cancel CR-1001 please", ANNA, "yes")
    assert told(bakery).is_sandbox_only


def test_what_only_reads_has_nothing_to_verify(bakery: Bakery) -> None:
    put_to_work(bakery, SOUND)
    assert told(bakery, "track_order").state == "reads only" and not told(bakery, "track_order").is_sandbox_only


def test_a_write_that_nothing_reads_back_can_never_be_verified_and_says_so(bakery: Bakery) -> None:
    lines = [line for line in SOUND[SYSTEM].splitlines() if "proof:" not in line]
    put_to_work(bakery, files(**{SYSTEM: "\n".join(lines) + "\n"}))
    bakery.write("cancel CR-1001 please", ANNA, "yes")
    found = told(bakery)
    assert found.is_sandbox_only and "no `proof`" in found.sentence


def test_beyond_assist_a_stage_says_why_it_is_not_let_in(bakery: Bakery) -> None:
    release = put_to_work(bakery, files(**{CHARTER: EXEMPT}))
    for stage, asked in ((Stage.SHADOW, False), (Stage.ASSIST, True), (Stage.SUPERVISED, True)):
        set_to(bakery, release, stage)
        operation = bakery.current()
        with bakery.database.read() as reader:
            way = way_of(bakery, reader, operation, operation.charters["cancelling"], NAME)
        asks = [each for each in way.asks if each.name == "Live write"]
        assert len(asks) == asked and not any(each.held for each in asks) and way.live.is_sandbox_only


def test_a_person_cannot_let_it_go_further_without_one(bakery: Bakery) -> None:
    release = put_to_work(bakery, files(**{CHARTER: EXEMPT}))
    set_to(bakery, release, Stage.ASSIST)
    priya = person_of(bakery.current(), "priya")
    desk = Desk(bakery, replace(priya, may=frozenset({*priya.may, "promote"})))
    with pytest.raises(StageUnearned, match=r"Live write: No write of it \(till.cancel_order\)"):
        desk.set_stage(NAME, Stage.SUPERVISED, because="Now.")
