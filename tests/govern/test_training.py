"""Who has to do which course, what their answers are worth, and when it counts as done."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import person_of
from aboveloop.govern.training import courses
from aboveloop.govern.training.courses import AnswersMissing, CourseUnknown
from aboveloop.kit.database import Database
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.delivery import Course
from aboveloop.operation.models import Operation
from govern.corner import ABOUT, build_operation

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COURSE = Course.model_validate(
    {
        "course": "asking",
        "title": "Asking",
        "roles": ["approver"],
        "since": date(2026, 2, 1),
        "read": "No answer, no action.",
        "questions": [
            {
                "ask": "Nobody answers?",
                "answers": {"done": "Done", "denied": "Denied"},
                "right": "denied",
                "because": "So.",
            },
            {
                "ask": "Changed?",
                "answers": {"anew": "Decided anew", "same": "The same"},
                "right": "anew",
                "because": "So.",
            },
        ],
    }
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'training.db'}")
    opened.create_tables()
    yield opened
    opened.dispose()


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(b"m" * 32, b"s" * 32)


def shop(course: Course = COURSE, trained: str | None = None) -> Operation:
    roles = {**ABOUT["roles"], "approver": {"may": ["approve"]}}
    people = [
        {"id": "priya", "name": "Priya Raman", "roles": ["approver"], **({"trained": trained} if trained else {})},
        {"id": "cleo", "name": "Cleo", "roles": list(ABOUT["people"][-1]["roles"])},
    ]
    about = {**ABOUT, "roles": roles, "people": people}
    return build_operation(about=about).model_copy(update={"courses": {course.course: course}})


def give(database: Database, ledger: Ledger, *answers: str, by: str = "priya", now: datetime = NOW) -> courses.Result:
    with database.write() as tx:
        return courses.answer(tx, COURSE, answers, ledger=ledger, by=person_of(shop(), by), now=now)


def done_on(database: Database, operation: Operation) -> list[tuple[str, date | None]]:
    with database.read() as reader:
        return [(each.person.id, each.done_on) for each in courses.attendance(reader, operation)]


def test_whoever_holds_a_role_of_the_course_has_to_do_it_and_nobody_else(database: Database) -> None:
    assert done_on(database, shop()) == [("priya", None)]


def test_all_answers_right_pass_the_course(database: Database, ledger: Ledger) -> None:
    assert give(database, ledger, "denied", "anew").passed
    assert done_on(database, shop()) == [("priya", NOW.date())]
    with database.read() as reader:
        assert courses.missing(reader, shop()) == []
        assert ledger.count(reader, kind="CoursePassed") == 1


def test_a_wrong_answer_is_told_and_passes_nothing(database: Database, ledger: Ledger) -> None:
    result = give(database, ledger, "done", "anew")
    assert not result.passed and [each.ask for each in result.wrong] == ["Nobody answers?"]
    assert done_on(database, shop()) == [("priya", None)]
    with database.read() as reader:
        assert ledger.count(reader, kind="CourseFailed") == 1


@pytest.mark.parametrize("answers", [(), ("denied",), ("denied", "nonsense")])
def test_every_question_is_answered_by_one_of_its_answers(
    database: Database, ledger: Ledger, answers: tuple[str, ...]
) -> None:
    with pytest.raises(AnswersMissing):
        give(database, ledger, *answers)


def test_nobody_passes_a_course_that_is_not_theirs(database: Database, ledger: Ledger) -> None:
    with pytest.raises(MayNot):
        give(database, ledger, "denied", "anew", by="cleo")


def test_training_on_the_day_or_later_covers_the_course_and_earlier_does_not(database: Database) -> None:
    assert done_on(database, shop(trained="2026-02-01")) == [("priya", date(2026, 2, 1))]
    assert done_on(database, shop(trained="2026-01-31")) == [("priya", None)]


def test_what_is_taught_anew_is_done_anew(database: Database, ledger: Ledger) -> None:
    give(database, ledger, "denied", "anew")
    later = COURSE.model_copy(update={"since": (NOW + timedelta(days=1)).date()})
    assert done_on(database, shop(later, trained="2026-03-01")) == [("priya", None)]


def test_a_course_that_is_not_there_is_named(database: Database) -> None:
    assert courses.course_of(shop(), "asking") is not None
    with pytest.raises(CourseUnknown):
        courses.course_of(shop(), "nothing")
