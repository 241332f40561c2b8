"""Drift is watched beside the turns: every reading of the release at work once, people called, the queue told."""

import json

import pytest

from aboveloop.app.improving.board import items
from aboveloop.app.organisation.scale import examine
from aboveloop.app.teaching import drifting, health, store
from aboveloop.app.teaching.drifting import Drifting
from aboveloop.app.teaching.signals import panel
from aboveloop.measure.drift import Reference
from aboveloop.operation.models import Operation
from app.teaching.school import wrote
from work.bakery import Bakery

KNOWN, UNKNOWN = [0.02 + each % 10 / 100 for each in range(200)], [0.7 + each % 10 / 50 for each in range(200)]


@pytest.fixture
def paged(school: Bakery) -> list[str]:
    found: list[str] = []
    school.page = lambda reason, severity, about: found.append(about)
    return found


def watch_of(school: Bakery) -> Drifting:
    """The bakery has too few examples of its own; what is usual comes from scores that are written down here."""
    usual = Reference.of(KNOWN, [each % 20 > 0 for each in range(200)], UNKNOWN)
    return Drifting(school, lambda _operation: usual)


@pytest.fixture
def watching(school: Bakery) -> Drifting:
    return watch_of(school)


def read(school: Bakery, many: int, *, intent: str = "track_order", confidence: float = 0.95, begin: int = 0) -> None:
    for place in range(begin, begin + many):
        text = f"message number {place} about {intent}"
        school.reader.set[text] = {"intent": intent, "confidence": confidence}
        wrote(school, text, f"{place}@mail.example")
    school.seal()


def standing(school: Bakery) -> drifting.Standing:
    with school.database.read() as reader:
        found = drifting.standing(reader, school.operation.digest)
    assert found is not None
    return found


def test_every_reading_is_watched_once_however_many_look(school: Bakery, watching: Drifting) -> None:
    read(school, 30)
    assert watching.look() is None and watch_of(school).look() is None
    assert standing(school).seen == 30
    read(school, 5, begin=30)
    watch_of(school).look()
    assert standing(school).seen == 35
    assert school.kinds("house").count("DriftWatched") >= 3
    assert school.verifies()


def test_readiness_passes_once_drift_is_really_watched(school: Bakery, watching: Drifting) -> None:
    def watched() -> bool:
        return next(test.passed for test in examine(school).tests if test.name == "drift_watched")

    assert not watched()
    watching.look()
    assert watched()


def test_an_alarm_calls_people_and_opens_an_entry_in_the_backlog(
    school: Bakery, watching: Drifting, paged: list[str]
) -> None:
    read(school, 20)
    assert watching.look() is None and paged == []
    read(school, 12, intent="out_of_scope", confidence=0.85, begin=20)
    alarm = watching.look()

    assert alarm is not None and 20 < alarm.at <= 32 and alarm.since > 15
    assert paged == [f"drift:{school.operation.digest[:12]}"]
    kinds = school.kinds("house")
    assert {"DriftFound", "ImprovementAdded", "IntentHealthReported"} <= set(kinds)
    with school.database.read() as reader:
        (item,) = items(school, reader, school.clock.now())
        assert health.latest(reader) is not None
    assert item.improvement.source == "drift" and item.improvement.owner == "hana"
    assert len(standing(school).alarms) == 1
    assert watching.look() is None and len(paged) == 1, "it is told once"


def test_how_right_readings_are_is_estimated_while_nobody_looks(school: Bakery, watching: Drifting) -> None:
    read(school, 80)
    watching.look()
    told = standing(school).estimate
    assert told is not None and told.right == pytest.approx(0.95, abs=0.05) and told.unknown < 0.05


def test_answers_to_questions_are_not_watched(school: Bakery, watching: Drifting) -> None:
    wrote(school, "cancel CR-1001 please")
    school.write("anna@mail.example")
    school.seal()
    watching.look()
    assert standing(school).seen == 1


def test_what_another_process_looked_at_first_counts_once(school: Bakery, watching: Drifting) -> None:
    read(school, 3)
    watching.look()
    with school.database.write() as tx:
        row = store.watch_of(tx, school.operation.digest)
        assert row is not None
        assert not store.move_watch(tx, row.release, row.leaf - 1, {"leaf": 0})


def test_with_too_few_examples_nothing_is_watched_and_readiness_says_so(school: Bakery) -> None:
    few = school.operation.model_copy(update={"intents": dict([*school.operation.intents.items()][:2])})
    school.current = lambda: few
    assert Drifting(school).look() is None
    assert "DriftWatched" not in school.kinds("house")


def test_the_signals_of_each_worker_are_told_by_day(school: Bakery, watching: Drifting) -> None:
    read(school, 4)
    read(school, 1, confidence=0.2, begin=4)
    watching.look()
    with school.database.read() as reader:
        found = panel(school, reader)
    tracker = next(each for each in found.workers if each.name == "track_order")

    assert (tracker.messages, tracker.abstained) == (5, 1)
    assert tracker.confidence == pytest.approx((4 * 0.95 + 0.2) / 5)
    assert tracker.abstention == pytest.approx(0.2)
    assert sum(day.messages for day in tracker.days) == 5 and len(tracker.days) == 28
    assert found.every.messages == 5 and found.every.cases == 5
    assert found.drift is not None and found.drift.seen == 5


def test_a_watch_is_json(school: Bakery, watching: Drifting) -> None:
    read(school, 3)
    watching.look()
    with school.database.read() as reader:
        row = store.watch_of(reader, school.operation.digest)
    assert row is not None and json.loads(json.dumps(row.state)) == row.state


def test_the_sample_company_has_enough_examples_to_watch(operation: Operation) -> None:
    found = drifting.reference_of(operation)
    assert sum(found.known) == pytest.approx(1.0) and len(found.edges) > 5
