"""Verdicts: a person says who was right where a worker would have done something else than people did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from aboveloop.govern.people import Person, may
from aboveloop.improve.errors import VerdictFaulty

Right = Literal["worker", "person", "both", "neither"]
RIGHTS: tuple[Right, ...] = get_args(Right)


@dataclass(frozen=True)
class Verdict:
    """Of one case of a run: who was `right`, said by whom, and why."""

    run: str
    case_id: str
    right: Right
    by: str
    because: str
    at: datetime


def judge(run: str, case_id: str, right: str, *, by: Person, because: str, now: datetime) -> Verdict:
    """The verdict of somebody who may. For the worker alone it needs a reason: it becomes evidence for more freedom.

    Raises MayNot and VerdictFaulty.
    """
    may(by, "propose").demand()
    if right not in RIGHTS:
        raise VerdictFaulty(f"{right!r} is no verdict. Say one of: {', '.join(RIGHTS)}.")
    if right == "worker" and not because.strip():
        raise VerdictFaulty("Say why the worker was right: it will be read by who decides how much it may do alone.")
    return Verdict(run, case_id, right, by.actor, because.strip(), now)
