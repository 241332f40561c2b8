"""training: the courses of people who act beside the workers."""

from typing import Annotated

import typer

from aboveloop.app.organisation.teaching import taught
from aboveloop.cli.house import As, desk_of, opened
from aboveloop.cli.output import DatabaseUrl, Home, Json, answer, line, several
from aboveloop.govern.training import courses

training_app = several("""Courses of people who act beside the workers, and who has done them.

    Example: aboveloop training list
    """)
Named = Annotated[str, typer.Argument(help="A course of the operation.")]


@training_app.command("list")
def list_them(home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Show who has to do which course and who has done it. Status 1 if somebody still has to.

    Example: aboveloop training list
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        found = courses.attendance(reader, taught(premises, reader))
    value = [
        {
            "course": each.course.course,
            "title": each.course.title,
            "person": each.person.id,
            "done_on": None if each.done_on is None else each.done_on.isoformat(),
            "in_training": each.in_training,
        }
        for each in found
    ]
    lacking = [each for each in found if each.done_on is None]

    def human() -> None:
        for each in found:
            done = f"on {each.done_on}" if each.done_on else "NOT YET"
            line(f"{done:14} {each.course.title}: {each.person.name}{' (in training)' if each.in_training else ''}")
        if not found:
            line("The operation has no courses: write courses/*.yaml.")

    answer({"attendance": value, "missing": len(lacking)}, as_json, human)
    if lacking:
        raise typer.Exit(1)


@training_app.command("show")
def show(name: Named, home: Home = None, database: DatabaseUrl = None, as_json: Json = False) -> None:
    """Read a course with its questions.

    Example: aboveloop training show answering_approvals
    """
    with opened(home, database) as premises, premises.database.read() as reader:
        course = courses.course_of(taught(premises, reader), name)
    questions = [{"ask": each.ask, "answers": each.answers} for each in course.questions]
    value = {"course": course.course, "title": course.title, "read": course.read, "questions": questions}

    def human() -> None:
        line(course.title)
        line(course.read)
        for number, each in enumerate(course.questions, start=1):
            line(f"{number}. {each.ask}")
            for key, text in each.answers.items():
                line(f"   {key}: {text}")

    answer(value, as_json, human)


@training_app.command("answer")
def give(
    name: Named,
    answers: Annotated[list[str], typer.Argument(help="Your answer to each question, in order.")],
    home: Home = None,
    database: DatabaseUrl = None,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Answer the questions of a course, for yourself. Status 1 if an answer is wrong.

    Example: aboveloop training answer answering_approvals edit deny denied --as priya
    """
    with opened(home, database) as premises:
        who = desk_of(premises, person).person
        with premises.database.read() as reader:
            course = courses.course_of(taught(premises, reader), name)
        with premises.database.write() as tx:
            result = courses.answer(tx, course, answers, ledger=premises.ledger, by=who, now=premises.house.clock.now())
    wrong = [{"ask": each.ask, "right": each.answers[each.right], "because": each.because} for each in result.wrong]

    def human() -> None:
        for each in wrong:
            line(f"{each['ask']} Right is: {each['right']}. {each['because']}")
        line(f"{course.title}: {'passed' if result.passed else 'not passed; answer again'}.")

    answer({"course": name, "person": who.id, "passed": result.passed, "wrong": wrong}, as_json, human)
    if not result.passed:
        raise typer.Exit(1)
