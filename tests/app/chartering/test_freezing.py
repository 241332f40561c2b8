"""A charter's way: frozen, noticed when changed, its stage earned, brought down when a guard breaks."""

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from aboveloop.app.chartering import freezing, reporting
from aboveloop.app.chartering.errors import BaselineFrozen, CharterIncomplete, CharterUnknown, StageUnearned
from aboveloop.app.chartering.freezing import file_of, find, freeze
from aboveloop.app.chartering.stage_gate import StageRound, ways
from aboveloop.app.chartering.standing import lacks, unchartered
from aboveloop.app.desk import Desk
from aboveloop.app.measuring import kpis
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern import stages
from aboveloop.govern.errors import MayNot
from aboveloop.govern.lanes import Stage as Level
from aboveloop.govern.people import person_of
from aboveloop.history import store as histories
from aboveloop.history.events import Event
from aboveloop.history.store import About
from aboveloop.kit.clock import to_micros
from aboveloop.operation.charters import Charter
from api.open_house import house, operation, template, understands

__all__ = ["house", "operation", "template", "understands"]

NAME, PROCEDURE = "lost_parcels", "late_or_lost_parcel"
BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)


def events(name: str, began: datetime, hours: float) -> Iterator[Event]:
    for number in range(168):
        at = began + timedelta(days=number // 2)
        for what, later in (("opened", 0.0), ("solved", hours * (1 + number % 7))):
            when = to_micros(at + timedelta(hours=later))
            yield Event(name, f"{name}-{number}", what, when, 2 * number + (what == "solved"))


@pytest.fixture
def desk(house: Stage) -> Stage:
    """The house with the history of a help desk."""
    about = About(name="helpdesk", kind="file", imported_at=0)
    histories.write(house.settings.home, about, events("helpdesk", BEGAN, 10))
    return house


def charter(house: Stage) -> Charter:
    return house.operation.charters[NAME]


def with_charter(house: Stage, **more: object) -> None:
    changed = charter(house).model_copy(update=more)
    house.operation = house.operation.model_copy(update={"charters": {NAME: changed}})


def frozen(house: Stage, because: str = "") -> freezing.Frozen:
    return freeze(house, NAME, by=person_of(house.operation, "tomasz"), because=because)


def problems(house: Stage) -> tuple[str, ...]:
    with house.database.read() as reader:
        found = find(house, reader, charter(house))
    assert found is not None
    return found.problems


def test_a_baseline_is_frozen_once_and_stands(desk: Stage) -> None:
    found = frozen(desk)
    assert found.stands and found.said["value"] == 40 * 3600 and found.said["rows"] == 168
    assert found.said["groups"] == 84
    again = freezing.counted(desk, charter(desk))
    assert again.rows == found.said["rows_digest"] and again.interval.value == found.said["value"]
    with pytest.raises(BaselineFrozen):
        frozen(desk)
    assert frozen(desk, "The history was imported anew.").times == 2


def test_who_may_not_propose_freezes_nothing(desk: Stage) -> None:
    with pytest.raises(MayNot):
        freeze(desk, NAME, by=person_of(desk.operation, "sanne"))
    with pytest.raises(CharterUnknown):
        freeze(desk, "none", by=person_of(desk.operation, "tomasz"))


def test_nothing_is_frozen_before_success_is_agreed(desk: Stage) -> None:
    with_charter(desk, success=None)
    with pytest.raises(CharterIncomplete, match="success"):
        frozen(desk)


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a number": (lambda path: path.write_text(path.read_text().replace("144000", "244000")), "did not sign"),
    "no file": (lambda path: path.unlink(), "is gone"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_file_is_noticed(desk: Stage, change: str) -> None:
    frozen(desk)
    act, said = CHANGES[change]
    act(file_of(desk, NAME))
    assert any(said in each for each in problems(desk))
    with desk.database.read() as reader:
        assert any(said in each for each in lacks(desk, reader, desk.operation, charter(desk)))


def test_another_file_that_the_house_signed_is_noticed(desk: Stage) -> None:
    first = frozen(desk)
    text = file_of(desk, NAME).read_text()
    frozen(desk, "Anew.")
    file_of(desk, NAME).write_text(text)
    assert first.stands and "not the one that the ledger names" in problems(desk)[0]


def test_a_changed_promise_and_a_changed_ledger_are_noticed(desk: Stage) -> None:
    frozen(desk)
    with_charter(desk, outcome="Reduce the time until a parcel is settled by 1 %.")
    assert "promises something else" in problems(desk)[0]
    database = sqlite3.connect(desk.settings.database_url.removeprefix("sqlite:///"))
    with database:
        database.execute(
            "UPDATE ledger_entries SET body = replace(body, '144000', '999') WHERE kind = 'BaselineFrozen'"
        )
    database.close()
    assert any("different numbers" in each for each in problems(desk))
    with desk.database.read() as reader:
        assert not desk.ledger.verify(reader).ok


def test_the_report_tells_what_moved_apart_from_what_works(desk: Stage) -> None:
    with pytest.raises(CharterIncomplete):
        reporting.report(desk, NAME)
    frozen(desk)
    assert "there is no after" in reporting.report(desk, NAME).verdict
    later = BEGAN + timedelta(days=364)
    for name, hours in (("faster", 5), ("same", 10)):
        about = About(name=name, kind="file", imported_at=0)
        histories.write(desk.settings.home, about, events(name, later, hours))
    span = {"since": date(2027, 1, 4), "until": date(2027, 3, 29)}
    moved = reporting.report(desk, NAME, history="faster", **span)
    assert moved.change is not None and moved.change.high < 0 and "−50.0%, as was agreed" in moved.verdict
    same = reporting.report(desk, NAME, history="same", **span)
    assert "did not move by more than chance" in same.verdict
    told = reporting.as_json(moved)
    assert told["technology_works"][0]["procedure"] == PROCEDURE and json.dumps(told)


def test_a_freer_stage_is_refused_with_all_that_is_missing(desk: Stage) -> None:
    person = Desk(desk, person_of(desk.operation, "noor"))
    person.set_stage(PROCEDURE, Level.SHADOW, because="It begins.")
    with pytest.raises(StageUnearned, match=r"not frozen.*0 of 50 cases.*0 of 5 days"):
        person.set_stage(PROCEDURE, Level.ASSIST, because="Now.")
    frozen(desk)
    with pytest.raises(StageUnearned, match="One stage at a time"):
        person.set_stage(PROCEDURE, Level.AUTONOMOUS, because="Now.")
    with desk.database.read() as reader:
        (way,) = ways(desk, reader, desk.operation)
    assert way.stage is Level.SHADOW and way.next == "assist" and not way.missing and len(way.lacking) == 4
    assert person.set_stage("stock_check", Level.AUTONOMOUS, because="No charter is about it.")


def test_a_canary_is_no_way_around_the_gate(desk: Stage) -> None:
    person = Desk(desk, person_of(desk.operation, "noor"))
    person.set_stage(PROCEDURE, Level.ASSIST, because="It begins.")
    person.set_stage(PROCEDURE, Level.SHADOW, because="Only look.", where="canary")
    for freer in (Level.SUPERVISED, Level.AUTONOMOUS):
        with pytest.raises(StageUnearned, match=f"stays in stage assist, not {freer.value}"):
            person.set_stage(PROCEDURE, freer, because="Only a few.", where="canary")
    back = person.set_stage(PROCEDURE, Level.ASSIST, because="As everywhere.", where="canary")
    assert back.stage is Level.ASSIST and back.where == "canary"


def test_a_broken_guard_brings_the_stage_down_once_and_calls_people(desk: Stage) -> None:
    assert StageRound(desk).look() == []
    kpis.record(desk, "satisfaction", 0.4, by=person_of(desk.operation, "noor"))
    (fallen,) = StageRound(desk).look()
    assert fallen.stage is Level.SUPERVISED
    with desk.database.read() as reader:
        (entry,) = [each for each in stages.all_set(reader) if each.procedure == PROCEDURE]
        assert entry.stage is Level.ASSIST and entry.set_by == "house" and "would come back" in entry.because
    assert StageRound(desk).look() == []


def test_what_is_new_needs_a_charter_that_stands(desk: Stage) -> None:
    with desk.database.read() as reader:
        assert "No charter is about" in unchartered(desk, reader, desk.operation, ["stock_check"])[0]
        assert "not frozen" in unchartered(desk, reader, desk.operation, [PROCEDURE])[0]
    frozen(desk)
    with desk.database.read() as reader:
        assert unchartered(desk, reader, desk.operation, [PROCEDURE]) == []
    with_charter(desk, state="kept_human")
    with desk.database.read() as reader:
        assert "leaves late_or_lost_parcel with people" in unchartered(desk, reader, desk.operation, [PROCEDURE])[0]


def drifting(name: str, began: datetime, *, first: float, last: float) -> Iterator[Event]:
    """Two cases a day over twelve weeks, whose hours go evenly from `first` to `last`, a little apart by chance."""
    dice = random.Random(3)
    for number in range(168):
        at = began + timedelta(days=number // 2)
        hours = first + (last - first) * number / 167 + dice.gauss(0, 0.3)
        for what, later in (("opened", 0.0), ("solved", hours)):
            when = to_micros(at + timedelta(hours=later))
            yield Event(name, f"{name}-{number}", what, when, 2 * number + (what == "solved"))


def reported(house: Stage, before: tuple[float, float], after: tuple[float, float]) -> reporting.Report:
    spans = {"helpdesk": (BEGAN, before), "later": (BEGAN + timedelta(days=84), after)}
    for name, (began, (first, last)) in spans.items():
        about = About(name=name, kind="file", imported_at=0)
        histories.write(house.settings.home, about, drifting(name, began, first=first, last=last))
    frozen(house)
    return reporting.report(house, NAME, history="later", since=date(2026, 3, 30), until=date(2026, 6, 22))


def test_a_before_that_was_falling_is_told_and_its_going_on_is_no_effect(house: Stage) -> None:
    found = reported(house, (20.0, 10.0), (10.0, 5.0))
    assert found.before.said["trend"]["how"] == "falling"
    assert any("was falling by itself" in each for each in found.before.said["remarks"])
    assert "as was agreed. But it was falling before too" in found.verdict


def test_a_steady_before_leaves_the_change_to_the_worker(house: Stage) -> None:
    found = reported(house, (20.0, 20.0), (10.0, 10.0))
    assert found.before.said["trend"]["how"] == "steady" and found.verdict.endswith("as was agreed.")


def test_a_change_against_the_movement_of_before_is_no_part_of_it(house: Stage) -> None:
    found = reported(house, (20.0, 30.0), (10.0, 10.0))
    assert found.before.said["trend"]["how"] == "climbing" and found.verdict.endswith("as was agreed.")


@pytest.mark.parametrize(("high", "cautioned"), [(20_000.0, False), (40_000.0, True)])
def test_what_the_weeks_before_do_not_rule_out_is_said(house: Stage, high: float, cautioned: bool) -> None:
    found = reported(house, (20.0, 20.0), (10.0, 10.0))
    told = {**found.before.said["trend"], "low": -high, "high": high}
    doubted = replace(found, before=replace(found.before, said={**found.before.said, "trend": told}))
    assert ("do not rule out" in doubted.verdict) is cautioned


def test_a_baseline_of_a_history_that_is_not_there_is_told(house: Stage) -> None:
    with house.database.read() as reader:
        said = lacks(house, reader, house.operation, charter(house))
    assert any("history helpdesk, which is not in this home" in each for each in said)
    about = About(name="helpdesk", kind="file", imported_at=0)
    histories.write(house.settings.home, about, events("helpdesk", BEGAN, 10))
    with house.database.read() as reader:
        assert not any("not in this home" in each for each in lacks(house, reader, house.operation, charter(house)))
