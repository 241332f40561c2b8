"""Admitting: no release makes a procedure freer, what is new begins in shadow, exemptions count at setting up."""

from datetime import timedelta

import pytest

from aboveloop.app import folders
from aboveloop.app.chartering import admitting
from aboveloop.app.chartering.stage_gate import StageRound
from aboveloop.app.releasing.promote import Checklist, Reasons, checklist
from aboveloop.govern import stages
from aboveloop.govern.lanes import Stage
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation import releases
from aboveloop.operation.releases import Release
from app.chartering.bakery_house import (
    CHARTER,
    CHARTERED,
    EXEMPT,
    bakery,
    files,
    made,
    placed,
    put_to_work,
    set_to,
    with_stage,
    without_cancelling,
)
from app.conftest import SOUND
from work.bakery import Bakery

__all__ = ["bakery"]


def stage_of(bakery: Bakery, release: Release | None = None, name: str = "cancel_order", **given: Stage) -> Stage:
    with bakery.database.read() as reader:
        found = release or releases.deployed(reader)
        assert found is not None
        operation = bakery.operation_of(found.digest)
        return stages.effective(reader, operation, name, of_house=given.get("of_house", Stage.SUPERVISED))


def objections(bakery: Bakery, texts: dict[str, str]) -> list[str]:
    release = made(bakery, texts)
    with bakery.database.read() as reader:
        return admitting.objections(bakery, reader, bakery.operation_of(release.digest))


def test_a_house_is_set_up_as_before_where_no_charter_speaks(bakery: Bakery) -> None:
    put_to_work(bakery, SOUND)
    assert stage_of(bakery) is Stage.SUPERVISED
    # Nor does opening the house in a freer stage make anything freer.
    assert stage_of(bakery, of_house=Stage.AUTONOMOUS) is Stage.SUPERVISED
    assert stage_of(bakery, of_house=Stage.ASSIST) is Stage.ASSIST
    assert "StagesAdmitted" in bakery.kinds("house")


def test_what_a_charter_is_about_begins_in_shadow_where_a_house_is_set_up(bakery: Bakery) -> None:
    put_to_work(bakery, files(**{CHARTER: CHARTERED}))
    assert stage_of(bakery) is Stage.SHADOW and stage_of(bakery, name="track_order") is Stage.SUPERVISED


def test_a_stated_exemption_lets_it_begin_freer_where_a_house_is_set_up(bakery: Bakery) -> None:
    put_to_work(bakery, files(**{CHARTER: EXEMPT}))
    assert stage_of(bakery) is Stage.SUPERVISED
    with bakery.database.read() as reader:
        (entry,) = bakery.ledger.find(reader, kind="StagesAdmitted")
    assert entry.body["admitted"]["cancel_order"] == {
        "stage": "supervised",
        "because": "Exempted by priya on 2026-01-05: It served a year.",
    }


def test_an_exemption_that_has_ended_exempts_nothing(bakery: Bakery) -> None:
    ended = EXEMPT.replace("because:", f"until: {bakery.clock.now().date()}, because:")
    put_to_work(bakery, files(**{CHARTER: ended}))
    assert stage_of(bakery) is Stage.SHADOW


def test_what_only_an_exemption_let_out_goes_back_to_shadow_when_it_ends(bakery: Bakery) -> None:
    tomorrow = (bakery.clock.now() + timedelta(days=1)).date()
    put_to_work(bakery, files(**{CHARTER: EXEMPT.replace("because:", f"until: {tomorrow}, because:")}))
    assert StageRound(bakery).look() == [] and stage_of(bakery) is Stage.SUPERVISED
    bakery.advance(days=2)
    (fallen,) = StageRound(bakery).look()
    assert (fallen.procedure, fallen.stage) == ("cancel_order", Stage.SUPERVISED)
    assert stage_of(bakery) is Stage.SHADOW and stage_of(bakery, name="track_order") is Stage.SUPERVISED
    assert StageRound(bakery).look() == []


def test_what_passed_a_gate_stays_where_it_is_when_an_exemption_ends(bakery: Bakery) -> None:
    tomorrow = (bakery.clock.now() + timedelta(days=1)).date()
    release = put_to_work(bakery, files(**{CHARTER: EXEMPT.replace("because:", f"until: {tomorrow}, because:")}))
    set_to(bakery, release, Stage.ASSIST)
    bakery.advance(days=2)
    assert StageRound(bakery).look() == [] and stage_of(bakery) is Stage.ASSIST


def test_a_later_exemption_makes_nothing_freer(bakery: Bakery) -> None:
    put_to_work(bakery, files(**{CHARTER: CHARTERED}))
    put_to_work(bakery, files(**{CHARTER: EXEMPT}))
    assert stage_of(bakery) is Stage.SHADOW


def test_a_new_procedure_begins_in_shadow_whatever_the_operation_says(bakery: Bakery) -> None:
    put_to_work(bakery, without_cancelling())
    assert "cancel_order" in objections(bakery, with_stage("supervised"))[0]
    put_to_work(bakery, with_stage("supervised"))
    assert stage_of(bakery) is Stage.SHADOW


def test_the_house_may_let_new_procedures_begin_elsewhere_but_not_those_of_a_charter(
    bakery: Bakery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ABOVELOOP_NEW_PROCEDURES", "assist")
    put_to_work(bakery, without_cancelling())
    assert stage_of(bakery, put_to_work(bakery, SOUND)) is Stage.ASSIST


def test_nothing_begins_autonomous(bakery: Bakery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABOVELOOP_NEW_PROCEDURES", "autonomous")
    put_to_work(bakery, without_cancelling())
    with pytest.raises(WrongUsage, match="nothing begins autonomous"):
        objections(bakery, SOUND)


def test_a_chartered_new_procedure_begins_in_shadow_whatever_the_house_says(
    bakery: Bakery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ABOVELOOP_NEW_PROCEDURES", "supervised")
    put_to_work(bakery, without_cancelling())
    put_to_work(bakery, files(**{CHARTER: EXEMPT}))
    assert stage_of(bakery) is Stage.SHADOW


def test_a_release_that_raises_a_stage_is_refused_and_raises_nothing(bakery: Bakery) -> None:
    put_to_work(bakery, with_stage("assist"))
    for raised in (with_stage("supervised"), with_stage("autonomous"), SOUND):
        assert "set it freer" in objections(bakery, raised)[0]
        assert stage_of(bakery, put_to_work(bakery, raised)) is Stage.ASSIST
    assert objections(bakery, with_stage("shadow")) == []


def test_the_checklist_of_a_release_names_what_it_raises(bakery: Bakery) -> None:
    put_to_work(bakery, with_stage("assist"))
    release = made(bakery, with_stage("autonomous"))
    found: Checklist = checklist(bakery, release, "production", reasons=Reasons(unrehearsed="It is small."))
    (check,) = [each for each in found.checks if each.name == "Stages"]
    assert check.done is False and "cancel_order run in stage autonomous" in check.sentence


def test_going_back_to_a_release_with_a_freer_stage_makes_nothing_freer(bakery: Bakery) -> None:
    put_to_work(bakery, SOUND)
    put_to_work(bakery, with_stage("shadow"))
    folders.rollback(bakery, by="person:head")
    assert stage_of(bakery) is Stage.SHADOW


def test_what_a_person_set_goes_on_over_releases(bakery: Bakery) -> None:
    put_to_work(bakery, with_stage("assist"))
    with bakery.database.read() as reader:
        release = releases.deployed(reader)
    assert release is not None
    set_to(bakery, release, Stage.SHADOW)
    assert objections(bakery, SOUND) == []
    put_to_work(bakery, SOUND)
    assert stage_of(bakery) is Stage.SHADOW


def test_what_was_set_for_a_procedure_that_was_gone_counts_no_more(bakery: Bakery) -> None:
    first = put_to_work(bakery, SOUND)
    set_to(bakery, first, Stage.AUTONOMOUS)
    put_to_work(bakery, without_cancelling())
    back = put_to_work(bakery, SOUND)
    assert stage_of(bakery, back) is Stage.SHADOW


def test_a_canary_brings_new_procedures_in_shadow_and_the_next_canary_inherits_nothing(bakery: Bakery) -> None:
    put_to_work(bakery, without_cancelling())
    first = placed(bakery, SOUND)
    assert stage_of(bakery, first) is Stage.SHADOW
    set_to(bakery, first, Stage.ASSIST, "canary")
    assert stage_of(bakery, first) is Stage.ASSIST
    other = placed(bakery, files(**{CHARTER: CHARTERED}))
    assert stage_of(bakery, other) is Stage.SHADOW
    put_to_work(bakery, SOUND)
    assert stage_of(bakery) is Stage.SHADOW


def test_a_canary_that_does_less_leaves_production_as_it_is(bakery: Bakery) -> None:
    put_to_work(bakery, SOUND)
    assert stage_of(bakery, placed(bakery, with_stage("shadow"))) is Stage.SHADOW
    assert stage_of(bakery) is Stage.SUPERVISED


def test_a_stage_set_for_one_canary_gives_the_next_no_more_than_production_has(bakery: Bakery) -> None:
    put_to_work(bakery, SOUND)
    first = placed(bakery, files(**{CHARTER: CHARTERED}))
    set_to(bakery, first, Stage.AUTONOMOUS, "canary")
    assert stage_of(bakery, first) is Stage.AUTONOMOUS
    assert stage_of(bakery, placed(bakery, files(**{CHARTER: EXEMPT}))) is Stage.SUPERVISED
