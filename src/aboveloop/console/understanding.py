"""The pages of what is understood: the health of intents, what to check, new topics, and the signals of each worker."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from aboveloop.app.embeddings import standing
from aboveloop.app.improving.board import add
from aboveloop.app.teaching import health, learning, nightly, store
from aboveloop.app.teaching.corrections import choices_of
from aboveloop.app.teaching.health import ToCheck
from aboveloop.app.teaching.signals import Day, panel
from aboveloop.console.forms import FormHere
from aboveloop.console.frame import CasesLook, Look, PersonalLook
from aboveloop.govern.people import may
from aboveloop.improve.backlog import Wish
from aboveloop.kit.errors import NotFound
from aboveloop.measure.confusions import Curve

# The size of a line of days and of a curve, in the units of their drawing.
WIDE, HIGH, SQUARE = 140, 28, 120

router = APIRouter(default_response_class=HTMLResponse)


class TopicNotFound(NotFound):
    """The latest report has no such topic."""


@router.get("/understanding")
def understanding(look: CasesLook) -> HTMLResponse:
    """What was found at the last look: what is confused, thin, overlapping, never read, and new."""
    with look.premises.database.read() as reader:
        report = health.latest(reader)
        lesson, night = store.latest_report(reader, learning.KIND), store.latest_report(reader, nightly.KIND)
        stands = standing.latest(reader, look.premises.ledger) if look.premises.meaning is not None else None
        of_late = standing.read_of_late(reader, look.premises.house.clock.now())
    titles = {name: intent.title or name.replace("_", " ") for name, intent in look.operation.intents.items()}
    return look.render(
        "understanding.html",
        report=report,
        lesson=lesson,
        night=night,
        meaning=look.premises.meaning,
        stands=stands,
        of_late=of_late,
        titled=lambda name: titles.get(name, name.replace("_", " ")),
    )


@router.get("/signals")
def signals(look: CasesLook) -> HTMLResponse:
    """The signals of each worker, and whether customers come with other needs than the release knows."""
    with look.premises.database.read() as reader:
        found = panel(look.premises, reader)
    return look.render("signals.html", found=found, line=_line, curve=_curve, shares=_shares)


@router.post("/understanding/candidate")
def make_candidate(form: FormHere) -> RedirectResponse:
    """A release with what was learned, beside the one at work. Raises MayNot, NothingFrozen and NotToShip."""
    look = form.look
    may(look.visitor.person, "propose").demand()
    lesson = learning.learn(look.premises)
    made, _ = learning.release(look.premises, lesson, by=look.visitor.person)
    learning.keep(look.premises, lesson, by=look.visitor.person.actor)
    return RedirectResponse(f"/releases/{made.name}?notice=candidate_made", status_code=303)


@router.post("/understanding/look")
def look_again(form: FormHere) -> RedirectResponse:
    """Look now."""
    may(form.look.visitor.person, "propose").demand()
    health.examine(form.look.premises)
    return RedirectResponse("/understanding?notice=health_looked", status_code=303)


@router.get("/understanding/check")
def to_check(look: PersonalLook) -> HTMLResponse:
    """Readings drawn by chance, for whoever may say whether they were right."""
    with look.premises.database.read() as reader:
        drawn = health.drawn(look.premises, reader)
    _note(look, drawn)
    return look.render("understanding_check.html", drawn=drawn, choices=choices_of(look.operation))


@router.get("/understanding/topics/{key}")
def topic(look: PersonalLook, key: str) -> HTMLResponse:
    """A topic with masked samples of its messages. Raises TopicNotFound."""
    found = _topic(look, key)
    with look.premises.database.read() as reader:
        samples = health.samples(look.premises, reader, found["samples"])
    _note(look, samples)
    return look.render("understanding_topic.html", topic=found, samples=samples)


@router.post("/understanding/topics/{key}/idea")
def make_idea(form: FormHere, key: str) -> RedirectResponse:
    """Put the topic into the backlog as an idea. Raises MayNot and TopicNotFound."""
    look = form.look
    found = _topic(look, key)
    owner = look.operation.about.owners.get("conversations", look.visitor.person.id)
    why = f"{found['people']} customers wrote {found['messages']} messages about it, and no intent knows them."
    wish = Wish(f"New topic: {found['title']}", why, owner, source="topic", link=f"/understanding/topics/{key}")
    add(look.premises, wish, by=look.visitor.person)
    return RedirectResponse("/understanding?notice=idea_added", status_code=303)


def _shares(days: Sequence[Day], part: str, whole: str) -> list[float | None]:
    return [getattr(day, part) / getattr(day, whole) if getattr(day, whole) else None for day in days]


def _line(values: Sequence[float | None]) -> list[str]:
    """The points of a line of shares over days, in pieces where days without messages lie between."""
    pieces: list[list[str]] = [[]]
    step = WIDE / max(1, len(values) - 1)
    for place, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{place * step:.1f},{HIGH - 2 - value * (HIGH - 4):.1f}")
    return [" ".join(piece) for piece in pieces if piece]


def _curve(found: Curve) -> list[tuple[str, str]]:
    """Where each bin of a calibration curve stands."""
    return [
        (f"{each.confidence * SQUARE:.1f}", f"{SQUARE - (each.right.value or 0.0) * SQUARE:.1f}") for each in found.bins
    ]


def _topic(look: Look, key: str) -> dict[str, Any]:
    with look.premises.database.read() as reader:
        report = health.latest(reader)
    for each in report.body["topics"] if report is not None else ():
        if each["key"] == key:
            return dict(each)
    raise TopicNotFound("The latest look found no such topic. It may have another name by now.")


def _note(look: Look, shown: list[ToCheck]) -> None:
    look.note({each.reading.case_id: each.reading.customer_id for each in shown}, "case")
