"""A workflow as it is, told by what happened, beside the workflow that a worker would carry, with what it would take.

The target is what the worker did of the same cases beside people, and no hope: a case that it read otherwise than
people, in which nobody judged for it, stays with people there. `at_best` is the same without this caution.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import inf, isfinite
from typing import Any, Literal

import numpy as np

from aboveloop.app.chartering.freezing import events_of
from aboveloop.app.portfolio.errors import NothingToRedesign
from aboveloop.app.premises import Premises
from aboveloop.app.shadowing import runs
from aboveloop.app.shadowing.comparing import Compared
from aboveloop.app.shadowing.past import past_cases
from aboveloop.app.shadowing.runs import Run
from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.history import our_own
from aboveloop.history import store as histories
from aboveloop.history.errors import HistoryNotFound
from aboveloop.history.events import LEDGER, Event
from aboveloop.kit.database import Reader
from aboveloop.measure.counting import Scope, count
from aboveloop.measure.intervals import Interval, interval
from aboveloop.operation.models import Operation, Step
from aboveloop.procedures.check import expand

Way = Literal["alone", "approval", "people"]
Who = Literal["worker", "customer", "person"]
# Fewer cases tell little of what is to come.
FEW = 30
# The lowest and the highest of fewer do not hold a median between them with 95 %: 2 * 0.5 ** 6 is the first below 0.05.
FEWEST_FOR_A_MEDIAN = 6
# Approvals of the last weeks tell how long one waits.
WAITS = timedelta(days=28)


@dataclass(frozen=True)
class Side:
    """Of a case: touches by people (mean), seconds until it is solved (median; None where nobody knows), money."""

    touches: Interval
    seconds: Interval | None
    cost: float


@dataclass(frozen=True)
class Redesign:
    """Over `cases` past cases of the need. `before` tells how often each activity came in a case, `after` the steps of
    the procedure and whose each is; `ways` which share of cases would go which way."""

    procedure: str
    title: str
    run: str
    history: str
    cases: int
    as_is: Side
    target: Side
    at_best: Side
    ways: dict[Way, float]
    before: tuple[tuple[str, float], ...]
    after: tuple[tuple[Who, str], ...]
    remarks: tuple[str, ...]

    @property
    def touches_saved(self) -> float:
        """The share of people's touches that go, from 0 to 1; below 0 where there would be more."""
        return 1 - self.target.touches.value / self.as_is.touches.value if self.as_is.touches.value else 0.0


def redesign(
    premises: Premises, reader: Reader, procedure: str, assumed: Assumptions, *, run: str | None = None
) -> Redesign:
    """From the latest run beside people, or the one named. Raises NothingToRedesign and RunNotFound."""
    operation = premises.current()
    if procedure not in operation.procedures:
        raise NothingToRedesign(f"There is no procedure {procedure} in {operation.about.title}.")
    found = runs.find(reader, run)
    chosen = _of_the_need(operation, procedure, found.compared)
    if not chosen:
        raise NothingToRedesign(
            f"In the run {found.id} no case was about {procedure}: `aboveloop shadow run HISTORY` works more of them."
        )
    own, events, gone = _history(premises, reader, found, {each.past.case_id for each in chosen})
    right = {each.case_id for each in found.verdicts if each.right in ("worker", "both")}
    firm = [_way(procedure, each, right, trusts=False) for each in chosen]
    best = [_way(procedure, each, right, trusts=True) for each in chosen]
    wait = _wait(reader, premises.house.clock.now())
    spec = operation.procedures[procedure]
    price = assumed.hours * assumed.cost
    return Redesign(
        procedure=procedure,
        title=spec.title or procedure.replace("_", " "),
        run=found.id,
        history=found.history,
        cases=len(chosen),
        as_is=_side([each.past.touches for each in chosen], [each.past.solved for each in chosen], price),
        target=_after(chosen, firm, own, wait, price),
        at_best=_after(chosen, best, own, wait, price),
        ways={way: firm.count(way) / len(firm) for way in _WAYS},
        before=tuple((name, many / len(chosen)) for name, many in events.most_common()),
        after=steps_of(operation, procedure),
        remarks=(*_remarks(chosen, firm, best, wait), *gone, *assumed.in_words()),
    )


def steps_of(operation: Operation, procedure: str) -> tuple[tuple[Who, str], ...]:
    """Whose each step of the procedure is (worker, customer, person), and what it does, in order."""
    told = (_told(step) for step in expand(operation.procedures[procedure], operation.fragments))
    return tuple(each for each in told if each[1])


def needs_of(operation: Operation, compared: Sequence[Compared]) -> list[str]:
    """The procedures of which the cases tell how their need is served today, by name."""
    return [name for name in sorted(operation.procedures) if _of_the_need(operation, name, compared)]


def as_json(found: Redesign) -> dict[str, Any]:
    def side(each: Side) -> dict[str, Any]:
        seconds = None if each.seconds is None else _bounds(each.seconds)
        return {"touches": _bounds(each.touches), "cost": each.cost, "seconds": seconds}

    return {
        **{name: value for name, value in vars(found).items() if name not in ("as_is", "target", "at_best")},
        "as_is": side(found.as_is),
        "target": side(found.target),
        "at_best": side(found.at_best),
        "touches_saved": found.touches_saved,
    }


def _bounds(found: Interval) -> dict[str, Any]:
    """JSON has no infinity: what too few cases do not bound is null."""
    ends = {"low": found.low, "high": found.high}
    return {**vars(found), **{name: end if isfinite(end) else None for name, end in ends.items()}}


_WAYS: tuple[Way, ...] = ("alone", "approval", "people")


def _of_the_need(operation: Operation, procedure: str, compared: Iterable[Compared]) -> list[Compared]:
    """The cases that people noted as this need; where they noted none, those that the worker took up with it."""
    intents = {name for name, intent in operation.intents.items() if intent.procedure == procedure}

    def is_of_it(each: Compared) -> bool:
        return each.past.reason in intents if each.past.reason else each.worked.procedure == procedure

    return [each for each in compared if is_of_it(each)]


def _way(procedure: str, each: Compared, right: set[str], *, trusts: bool) -> Way:
    differs = each.differs and each.past.case_id not in right
    if each.worked.procedure != procedure or (differs and not trusts):
        return "people"
    if any(would.lane == "reviewed" for would in each.worked.would):
        return "approval"
    return "people" if each.worked.needs_person else "alone"


def _after(
    chosen: Sequence[Compared], ways: Sequence[Way], own: dict[str, float], wait: float | None, price: float
) -> Side:
    touches, seconds = [], list[float | None]()
    for each, way in zip(chosen, ways, strict=True):
        touches.append({"alone": 0, "approval": 1, "people": each.past.touches}[way])
        if way == "people" or each.worked.seconds is None:
            seconds.append(each.past.solved)
            continue
        waited = 0.0 if way == "alone" else (each.past.first_reply if wait is None else wait)
        seconds.append(None if waited is None else each.worked.seconds + own.get(each.past.case_id, 0.0) + waited)
    return _side(touches, seconds, price)


def _side(touches: Sequence[int], seconds: Sequence[float | None], price: float) -> Side:
    mean = interval("mean", np.array(touches, dtype=float))
    assert mean is not None, "there is at least one case"
    middle = interval("median", np.array([each for each in seconds if each is not None]))
    if middle is not None and middle.rows < FEWEST_FOR_A_MEDIAN:
        middle = replace(middle, low=-inf, high=inf)
    return Side(mean, middle, mean.value * price)


def _wait(reader: Reader, now: datetime) -> float | None:
    """How long approvals wait here; None where too few were answered to tell."""
    found = count(reader, "approval_wait", Scope(now - WAITS, now))
    return None if found is None or found.cases < FEW else found.value


def _history(
    premises: Premises, reader: Reader, run: Run, cases: set[str]
) -> tuple[dict[str, float], Counter[str], tuple[str, ...]]:
    """By case, the seconds in which people waited for the customer; how often each activity came; what is missing."""
    events: Counter[str] = Counter()
    home = premises.settings.home
    try:
        source: Iterable[Event] = (
            our_own.events(reader) if run.history == LEDGER else events_of(histories.find(home, run.history))
        )
        events.update(event.activity for event in source if event.case_id in cases)
        past = [] if run.history == LEDGER else past_cases(home, run.history)
    except HistoryNotFound:
        return {}, events, (f"The history {run.history} is gone: the customers' own time is not in the target.",)
    own = {each.case_id: sum(said.after_seconds for said in each.said[1:]) for each in past if each.case_id in cases}
    if not own:
        return own, events, ("The customers' own time is not in the target: the run does not tell it.",)
    return own, events, ()


def _told(step: Step) -> tuple[Who, str]:
    """Whose a step is and what it does; "" for what only steers."""
    # What is asked and what is to be confirmed are also said.
    match step:
        case Step(ask=str() as name):
            return "customer", f"tells {name.replace('_', ' ')}"
        case Step(confirm=str()):
            return "customer", "says yes or no to exactly what will be done"
        case Step(look_up=str() as name) | Step(do=str() as name):
            return "worker", name
        case Step(say=str() as name):
            return "worker", f"says {name.replace('_', ' ')}"
        case Step(hand_over=str() as why):
            return "person", f"takes over: {why}"
        case _:
            return "worker", ""


def _remarks(chosen: Sequence[Compared], firm: Sequence[Way], best: Sequence[Way], wait: float | None) -> Iterable[str]:
    if len(chosen) < FEW:
        yield f"Told from {len(chosen)} past {'case' if len(chosen) == 1 else 'cases'} alone: that is little."
    unsure = sum(one != other for one, other in zip(firm, best, strict=True))
    if unsure:
        yield (
            f"In {unsure} of {len(chosen)} cases the worker did otherwise than people, and nobody has judged for it:"
            " they stay with people in the target."
        )
    if wait is None and "approval" in firm:
        yield "How long an approval will wait nobody knows yet: as long as a first answer did, it is supposed."
