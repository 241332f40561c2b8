"""Who has to do which course, who has done it, and what answers are worth. The answers' result stands in the ledger.

A course is done when somebody answered every question right on the day `since` or later, or when operation.yaml says
that they were trained then or later: it was part of that training.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import Person, people_of
from aboveloop.govern.training import store
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.errors import NotFound, WrongUsage
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.delivery import Course, Question
from aboveloop.operation.models import Operation


class CourseUnknown(NotFound):
    """The operation has no course of this name."""


class AnswersMissing(WrongUsage):
    """Not every question was answered, or an answer is none of the offered ones."""


@dataclass(frozen=True)
class Attendance:
    """One person and one course of their roles. `done_on` is None while they still have to do it; `in_training` where
    it was part of what operation.yaml says."""

    course: Course
    person: Person
    done_on: date | None
    in_training: bool = False


@dataclass(frozen=True)
class Result:
    """What answers were worth: `wrong` are the questions answered wrong, with what is right told after."""

    course: Course
    wrong: tuple[Question, ...]

    @property
    def passed(self) -> bool:
        return not self.wrong


def attendance(reader: Reader, operation: Operation) -> list[Attendance]:
    """Every course with everybody who has to do it, in the order of the folder."""
    passed = store.latest(reader)
    trained = {spec.id: spec.trained for spec in operation.about.people}
    found = []
    for course in operation.courses.values():
        for person in people_of(operation).values():
            if not person.roles & set(course.roles):
                continue
            at = passed.get((course.course, person.id))
            on, day = trained.get(person.id), at.date() if at is not None else None
            if day is not None and day >= course.since:
                found.append(Attendance(course, person, day))
            elif on is not None and on >= course.since:
                found.append(Attendance(course, person, on, in_training=True))
            else:
                found.append(Attendance(course, person, None))
    return found


def missing(reader: Reader, operation: Operation) -> list[Attendance]:
    """Who still has to do what."""
    return [each for each in attendance(reader, operation) if each.done_on is None]


def course_of(operation: Operation, name: str) -> Course:
    """Raises CourseUnknown."""
    found = operation.courses.get(name)
    if found is None:
        raise CourseUnknown(f"There is no course {name} in this operation. `aboveloop training list` shows them.")
    return found


def answer(
    tx: Transaction, course: Course, answers: Sequence[str], *, ledger: Ledger, by: Person, now: datetime
) -> Result:
    """Somebody answers all questions, in order. Raises MayNot for who need not do the course, and AnswersMissing."""
    if not by.roles & set(course.roles):
        raise MayNot(f"{by.name} holds none of the roles of the course “{course.title}”, so there is nothing to pass.")
    if len(answers) != len(course.questions):
        raise AnswersMissing(f"“{course.title}” has {len(course.questions)} questions: answer each of them.")
    for question, given in zip(course.questions, answers, strict=True):
        if given not in question.answers:
            raise AnswersMissing(f"“{question.ask}” has the answers {', '.join(question.answers)}, not {given!r}.")
    wrong = tuple(
        question for question, given in zip(course.questions, answers, strict=True) if given != question.right
    )
    body = {"course": course.course, "since": course.since.isoformat(), "questions": len(answers), "wrong": len(wrong)}
    kind = "CourseFailed" if wrong else "CoursePassed"
    ledger.append(tx, case_id=HOUSE, kind=kind, at=now, actor=by.actor, body=body)
    if not wrong:
        store.insert_pass(tx, {"course": course.course, "person_id": by.id, "at": now})
    return Result(course, wrong)
