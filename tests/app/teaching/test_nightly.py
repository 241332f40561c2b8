"""Every night, once however many processes: what was said, what is new, what could be learned."""

from pathlib import Path

import pytest

from aboveloop.app.teaching import store
from aboveloop.app.teaching.corrections import Wish, correct
from aboveloop.app.teaching.freezing import freeze
from aboveloop.app.teaching.nightly import LEFT_AFTER, Nightly
from aboveloop.govern.people import person_of
from app.teaching.school import operation_with, wrote
from app.teaching.test_learning import rows
from work.bakery import Bakery

# The bakery's clock stands at 9:00 UTC, 10:00 in Amsterdam.
NIGHTLY = operation_with(learning='{customers_words: masked, every_night_at: "09:30"}')
LATER = operation_with(learning='{every_night_at: "10:30"}')


@pytest.fixture
def night_school(tmp_path: Path, database_url: str) -> object:
    home = tmp_path / "nightly"
    home.mkdir()
    opened = Bakery(home, database_url, NIGHTLY)
    opened.open()
    yield opened
    opened.close()


def test_the_night_reports_once_however_many_processes(night_school: Bakery) -> None:
    case, message = wrote(night_school, "my loaf must not come")
    correct(night_school, Wish(case, message, "cancel_order"), by=person_of(NIGHTLY, "dora"))
    before = night_school.current().digest
    report = Nightly(night_school).look()

    assert report is not None and report["day"] == "2026-03-02"
    assert report["labels"] == {"said": 1, "new": 1, "wrong": 1}
    assert report["learning"] == {"weighed": False, "reason": report["learning"]["reason"]}
    assert "understand freeze" in report["learning"]["reason"]
    assert Nightly(night_school).look() is None
    assert night_school.kinds("house").count("NightReported") == 1
    assert night_school.current().digest == before
    assert night_school.verifies()


def test_the_next_night_counts_what_is_new_since(night_school: Bakery) -> None:
    assert Nightly(night_school).look() is not None
    night_school.advance(hours=24)
    report = Nightly(night_school).look()
    assert report is not None and report["labels"]["new"] == 0 and report["day"] == "2026-03-03"


def test_before_and_after_stand_in_the_report_where_a_set_is_frozen(night_school: Bakery) -> None:
    freeze(night_school, rows(), by=person_of(NIGHTLY, "dora"))
    report = Nightly(night_school).look()
    assert report is not None and report["learning"]["weighed"]
    assert {"right", "alone", "promised", "calibration_error"} == set(report["learning"]["before"])
    assert report["learning"]["ships"] is False, "nothing new was said"


def test_what_a_process_left_is_taken_up_where_it_stopped(night_school: Bakery) -> None:
    now = night_school.clock.now()
    with night_school.database.write() as tx:
        assert store.claim_night(tx, "2026-03-02", "somebody", now)
        assert store.note_done(tx, "2026-03-02", "somebody", {"done": {"labels": {"said": 7, "new": 7, "wrong": 0}}})
    assert Nightly(night_school).look() is None, "it may still be at work"
    night_school.advance(seconds=LEFT_AFTER.total_seconds() + 1)
    report = Nightly(night_school).look()

    assert report is not None and report["labels"]["said"] == 7, "not counted again"
    with night_school.database.write() as tx:
        assert not store.note_done(tx, "2026-03-02", "somebody", {"done": {}}), "the night is no longer theirs"


@pytest.mark.parametrize("operation", [LATER, operation_with()])
def test_before_its_time_and_without_one_nothing_happens(tmp_path: Path, operation: object) -> None:
    home = tmp_path / "early"
    home.mkdir()
    opened = Bakery(home, f"sqlite:///{home / 'aboveloop.db'}", operation)  # type: ignore[arg-type]
    opened.open()
    assert Nightly(opened).look() is None
    opened.close()
