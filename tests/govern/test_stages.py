"""Stages: for each procedure and for the canary alone, set by who may, in the ledger."""

from pathlib import Path

import pytest

from aboveloop.govern.errors import MayNot, ReasonMissing, StageUnknown
from aboveloop.govern.lanes import Stage
from aboveloop.govern.people import Person
from aboveloop.govern.stages import Setting, StageSet, Where, all_set, effective, set_stage
from aboveloop.kit.database import Database
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation import environments
from aboveloop.operation.environments import Change
from aboveloop.operation.loading import load_files
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import create_release, deploy
from govern.conftest import House
from govern.corner import ABOUT, NOW, build_operation, person
from operation.kettle import FILES

PROCEDURE = "cancel_order"


def set_to(
    house: House, stage: Stage, *, by: Person | None = None, where: Where = "", because: str = "Why not."
) -> StageSet:
    setting = Setting(PROCEDURE, stage, because, where)
    with house.database.write() as tx:
        return set_stage(tx, build_operation(), setting, ledger=house.ledger, by=by or person("noor"), now=NOW)


def stage_in(house: House, operation: Operation | None = None, of_house: Stage = Stage.SUPERVISED) -> Stage:
    with house.database.read() as reader:
        return effective(reader, operation or build_operation(), PROCEDURE, of_house=of_house)


def test_a_procedure_without_a_stage_of_its_own_has_that_of_the_house(house: House) -> None:
    assert stage_in(house) is Stage.SUPERVISED
    assert stage_in(house, of_house=Stage.AUTONOMOUS) is Stage.AUTONOMOUS


def test_what_the_operation_says_counts_before_the_house(house: House) -> None:
    operation = build_operation(about={**ABOUT, "stages": {PROCEDURE: "assist"}})
    assert stage_in(house, operation) is Stage.ASSIST


def test_what_a_person_set_counts_before_what_the_operation_says(house: House) -> None:
    operation = build_operation(about={**ABOUT, "stages": {PROCEDURE: "assist"}})
    set_to(house, Stage.AUTONOMOUS)
    assert stage_in(house, operation) is Stage.AUTONOMOUS
    set_to(house, Stage.SHADOW)
    assert stage_in(house, operation) is Stage.SHADOW
    with house.database.read() as reader:
        assert [(each.procedure, each.stage, each.set_by) for each in all_set(reader)] == [
            (PROCEDURE, Stage.SHADOW, "person:noor")
        ]
    assert house.kinds("house") == ["StageSet", "StageSet"]


@pytest.mark.parametrize("of_house", [Stage.SHADOW, Stage.ASSIST])
def test_a_cautious_house_lets_nobody_do_more(house: House, of_house: Stage) -> None:
    set_to(house, Stage.AUTONOMOUS)
    assert stage_in(house, of_house=of_house) is of_house
    set_to(house, Stage.SHADOW)
    assert stage_in(house, of_house=of_house) is Stage.SHADOW


def test_who_may_only_pause_makes_it_stricter_and_never_freer(house: House) -> None:
    about = {**ABOUT, "roles": {**ABOUT["roles"], "manager": {"may": ["pause"]}}}
    pauser = Person("noor", "Noor Haddad", frozenset({"manager"}), frozenset(about["roles"]["manager"]["may"]))
    set_to(house, Stage.ASSIST, by=pauser)
    with pytest.raises(MayNot, match="promote"):
        set_to(house, Stage.SUPERVISED, by=pauser)
    assert stage_in(house) is Stage.ASSIST


@pytest.mark.parametrize("who", ["priya", "cleo", "odd"])
@pytest.mark.parametrize("stage", [Stage.SHADOW, Stage.AUTONOMOUS])
def test_who_may_neither_pause_nor_release_sets_no_stage(house: House, who: str, stage: Stage) -> None:
    with pytest.raises(MayNot):
        set_to(house, stage, by=person(who))
    assert house.kinds("house") == []


def test_a_stage_needs_a_reason_and_a_procedure(house: House) -> None:
    with pytest.raises(ReasonMissing):
        set_to(house, Stage.ASSIST, because="  ")
    setting = Setting("no_such", Stage.ASSIST, "Why not.")
    with house.database.write() as tx, pytest.raises(StageUnknown, match="no_such"):
        set_stage(tx, build_operation(), setting, ledger=house.ledger, by=person("noor"), now=NOW)


def test_a_stage_of_the_canary_holds_on_its_release_alone(database: Database) -> None:
    ledger = Ledger(b"m" * 32, b"s" * 32)
    old, new = (load_files({**FILES, "messages/en/kept.md": text}, Path("kettle")).operation for text in ("a", "b"))
    assert old is not None and new is not None
    with database.write() as tx:
        first, second = (create_release(tx, each, ledger=ledger, by="house", note="", now=NOW) for each in (old, new))
        deploy(tx, first, ledger=ledger, by="house", now=NOW)
        setting = Setting(PROCEDURE, Stage.ASSIST, "Look at the canary first.", "canary")
        set_stage(tx, old, setting, ledger=ledger, by=person("noor"), now=NOW)
        assert effective(tx, new, PROCEDURE, of_house=Stage.SUPERVISED) is Stage.SUPERVISED
        environments.place(tx, second, "canary", ledger=ledger, change=Change("house", NOW), share=10)
        assert effective(tx, new, PROCEDURE, of_house=Stage.SUPERVISED) is Stage.ASSIST
        assert effective(tx, old, PROCEDURE, of_house=Stage.SUPERVISED) is Stage.SUPERVISED
