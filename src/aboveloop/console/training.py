"""The pages of training: who has to do which course, and the course itself with its questions."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app.organisation.teaching import taught
from aboveloop.console.forms import FormHere
from aboveloop.console.frame import Look, LookHere
from aboveloop.govern.training import courses
from aboveloop.govern.training.courses import Attendance
from aboveloop.operation.delivery import Course

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/organisation/training")
def training(look: LookHere) -> HTMLResponse:
    """Every course, and who has done it."""
    with look.premises.database.read() as reader:
        operation = taught(look.premises, reader)
        found = courses.attendance(reader, operation)
    return look.render(
        "training.html",
        courses=operation.courses.values(),
        found=found,
        mine=[each for each in found if each.person.id == look.visitor.person.id and each.done_on is None],
    )


@router.get("/organisation/training/{name}")
def one_course(look: LookHere, name: str) -> HTMLResponse:
    """A course: what is read, and its questions for who has to answer them. Raises CourseUnknown."""
    course, mine = _course(look, name)
    return look.render("course.html", course=course, mine=mine, wrong=(), given={})


@router.post("/organisation/training/{name}", response_model=None)
def give_answers(form: FormHere, name: str) -> HTMLResponse | RedirectResponse:
    """Answer the questions for oneself; what was wrong is explained, and may be answered again."""
    look = form.look
    course, mine = _course(look, name)
    answers = [form.text(f"answer-{number}") for number in range(len(course.questions))]
    with look.premises.database.write() as tx:
        result = courses.answer(tx, course, answers, ledger=look.premises.ledger, by=look.visitor.person, now=look.now)
    if result.passed:
        return RedirectResponse("/organisation/training?notice=passed", status_code=303)
    return look.render("course.html", course=course, mine=mine, wrong=result.wrong, given=dict(enumerate(answers)))


def _course(look: Look, name: str) -> tuple[Course, Attendance | None]:
    """The course, and whether the one who looks has to do it. Raises CourseUnknown."""
    with look.premises.database.read() as reader:
        operation = taught(look.premises, reader)
        found = courses.attendance(reader, operation)
    theirs = (each for each in found if each.course.course == name and each.person.id == look.visitor.person.id)
    return courses.course_of(operation, name), next(theirs, None)
