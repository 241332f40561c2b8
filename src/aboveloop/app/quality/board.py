"""The board of problems found, for everybody inside: every kind with its count, also where it is none.

A filter chooses what is listed, never what is counted, and the board says what it hides.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aboveloop.app.organisation.store import open_incidents, outcome_breaches
from aboveloop.app.premises import LEDGER
from aboveloop.app.quality import store
from aboveloop.app.teaching.corrections import CORRECTED
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader
from aboveloop.ledger.entries import HOUSE
from aboveloop.measure.store import open_breaches
from aboveloop.work import store as work

# A page of this many is read; the counts are of all.
LISTED = 200
DAYS = 30
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """One kind of problem: `kinds` are the entries of the ledger that tell of it, `like` what their bodies hold.

    `what` says one of them in words without anything personal; `stands` counts those that nobody has settled, None
    where a problem of this kind is over once it has happened. `address` is where it is looked after.
    """

    name: str
    words: str
    kinds: tuple[str, ...]
    what: Callable[[Body], str]
    like: str = ""
    stands: Callable[[Reader], int] | None = None
    address: str = ""


PROBLEMS: Sequence[Problem] = (
    Problem(
        "differences",
        "The ledger and a system of record differ",
        ("DifferenceFound",),
        lambda body: f"{body['operation'] or 'A write'}: {body['because']}",
        stands=lambda reader: work.count_differences(reader, standing=True),
    ),
    Problem(
        "outcomes",
        "Outcomes that were not as promised",
        ("OutcomeChecked",),
        lambda body: f"{_spaced(body['outcome'])}: {body['because'] or 'not as promised'}",
        like='%"held":false%',
        stands=lambda reader: outcome_breaches(reader).many,
    ),
    Problem(
        "breaches",
        "KPIs out of tolerance",
        ("KpiBreached",),
        lambda body: f"{_spaced(body['kpi'])} is {body['value']}, against a target of {body['target']}",
        stands=lambda reader: len(open_breaches(reader)),
        address="/overview/kpis",
    ),
    Problem("denied", "Actions that people denied", ("ActionDenied",), lambda body: _reason(body, "An action")),
    Problem(
        "readings",
        "Readings that people corrected",
        (CORRECTED,),
        lambda body: f"Read as {_spaced(body['guessed'] or 'nothing known')}, meant {_spaced(body['intent'])}",
    ),
    Problem(
        "incidents",
        "Incidents",
        ("IncidentOpened",),
        lambda body: f"{body['title']} ({body['severity']})",
        stands=lambda reader: open_incidents(reader).many,
        address="/incidents",
    ),
    Problem(
        "ledger",
        "The ledger did not verify",
        ("PageRaised",),
        lambda body: str(body["reason"]),
        like=f'%"about":"{LEDGER}"%',
        address="/incidents",
    ),
    Problem(
        "taken_back",
        "Releases taken back, canaries by their guards too",
        ("ReleaseWithdrawn", "ReleaseRolledBack"),
        lambda body: _because(body, "A release was taken back"),
        address="/releases",
    ),
    Problem(
        "failed", "Turns in which a worker failed", ("TurnFailed",), lambda body: f"A turn failed ({body['error']})"
    ),
    Problem(
        "uncertain",
        "Writes of which nobody can tell whether they happened",
        ("ActionUncertain",),
        lambda body: f"{body.get('operation', 'A write')}: nobody can tell whether it happened",
    ),
    Problem(
        "rejected",
        "Writes that a system of record refused",
        ("ActionRejected",),
        lambda body: f"{body.get('operation', 'A write')} was refused by its system",
    ),
    Problem(
        "mail",
        "Messages that did not reach their customer",
        ("MailRefused", "MailBounced"),
        lambda body: "A message did not reach its customer",
    ),
)
BY_NAME: Mapping[str, Problem] = {problem.name: problem for problem in PROBLEMS}


@dataclass(frozen=True)
class Line:
    """One kind with its counts: in the time asked for, ever, and what stands now (None: nothing can stand)."""

    problem: Problem
    recent: int
    ever: int
    stands: int | None


@dataclass(frozen=True)
class Found:
    """One problem, and the page where more of it is seen."""

    problem: Problem
    at: datetime
    what: str
    address: str


@dataclass(frozen=True)
class Verified:
    """When the ledger was verified last, by whom, and what was found."""

    at: datetime
    by: str
    entries: int
    ok: bool
    reason: str


@dataclass(frozen=True)
class Board:
    """`kind` is "" for all. `listed` are the latest of what the filter lets through, `shown` how many that are in all;
    `other_kinds` and `older` are what it hides: of other kinds in this time, and of these kinds before it."""

    days: int | None
    kind: str
    lines: tuple[Line, ...]
    listed: tuple[Found, ...]
    verified: Verified | None

    @property
    def chosen(self) -> list[Line]:
        return [line for line in self.lines if not self.kind or line.problem.name == self.kind]

    @property
    def shown(self) -> int:
        return sum(line.recent for line in self.chosen)

    @property
    def other_kinds(self) -> int:
        return sum(line.recent for line in self.lines) - self.shown

    @property
    def older(self) -> int:
        return sum(line.ever - line.recent for line in self.lines)

    @property
    def stands(self) -> int:
        return sum(line.stands or 0 for line in self.lines)

    def as_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {
            "days": self.days,
            "kind": self.kind or None,
            "problems": [
                {
                    "problem": line.problem.name,
                    "words": line.problem.words,
                    "recent": line.recent,
                    "ever": line.ever,
                    "stands": line.stands,
                }
                for line in self.lines
            ],
            "listed": [
                {"problem": each.problem.name, "at": iso(each.at), "what": each.what, "address": each.address}
                for each in self.listed
            ],
            "hidden": {
                "other_kinds": self.other_kinds,
                "older": self.older,
                "not_listed": self.shown - len(self.listed),
            },
            "verified": None if self.verified is None else {**vars(self.verified), "at": iso(self.verified.at)},
        }


def board(reader: Reader, now: datetime, *, days: int | None = DAYS, kind: str = "") -> Board:
    """The problems of the last `days`, of all time where None. An unknown kind filters nothing."""
    since = None if days is None else now - timedelta(days=days)
    lines = tuple(
        Line(
            problem,
            store.count(reader, problem.kinds, problem.like, since),
            store.count(reader, problem.kinds, problem.like, None),
            None if problem.stands is None else problem.stands(reader),
        )
        for problem in PROBLEMS
    )
    chosen = [BY_NAME[kind]] if kind in BY_NAME else list(PROBLEMS)
    found = [each for problem in chosen for each in _latest(reader, problem, since)]
    found.sort(key=lambda each: each.at, reverse=True)
    row = store.last_verification(reader)
    verified = None if row is None else Verified(row.at, row.by, row.entries, row.ok, row.reason)
    return Board(days, kind if kind in BY_NAME else "", lines, tuple(found[:LISTED]), verified)


def _latest(reader: Reader, problem: Problem, since: datetime | None) -> list[Found]:
    found = []
    for row in store.latest(reader, problem.kinds, problem.like, since, limit=LISTED):
        body: dict[str, Any] = json.loads(row.body)
        found.append(Found(problem, row.at, problem.what(body), _address(problem, row.case_id)))
    return found


def _address(problem: Problem, chain: str) -> str:
    if chain.startswith("incident_"):
        return f"/incidents/{chain}"
    return problem.address or "/audit" if chain == HOUSE else f"/cases/{chain}"


def _spaced(name: object) -> str:
    return str(name).replace("_", " ")


def _reason(body: Body, what: str) -> str:
    reason = body.get("reason")
    return f"{what} was denied: {_spaced(reason)}" if reason else f"{what} was denied"


def _because(body: Body, what: str) -> str:
    because = body.get("because")
    return f"{what}: {because}" if because else what
