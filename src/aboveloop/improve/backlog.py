"""The backlog: improvements with owner, value and state, each tied to the release that carried it.

What is in a release is done when customers are served by it; nobody says so by hand. What needs no release is done when
somebody says why it is. Every change stands in the ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.improve import store
from aboveloop.improve.errors import ImprovementFaulty, ImprovementNotFound, MoveRefused
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger

LONGEST_TITLE = 200
# More a week than any single improvement brings; a slip of the keyboard is more likely.
LARGEST_VALUE = 10**12
WEEK = timedelta(days=7)


class State(StrEnum):
    IDEA = "idea"
    READY = "ready"
    BUILDING = "building"
    IN_RELEASE = "in_release"
    DONE = "done"
    DROPPED = "dropped"


# From each state, those that it may go to by hand. In a release and done, it stays what it was.
MOVES: Mapping[State, frozenset[State]] = {
    State.IDEA: frozenset({State.READY, State.BUILDING, State.IN_RELEASE, State.DONE, State.DROPPED}),
    State.READY: frozenset({State.IDEA, State.BUILDING, State.IN_RELEASE, State.DONE, State.DROPPED}),
    State.BUILDING: frozenset({State.READY, State.IN_RELEASE, State.DONE, State.DROPPED}),
    State.IN_RELEASE: frozenset({State.BUILDING, State.IN_RELEASE, State.DROPPED}),
    State.DONE: frozenset(),
    State.DROPPED: frozenset({State.IDEA}),
}
CLOSED = (State.DONE, State.DROPPED)


@dataclass(frozen=True)
class Wish:
    """What somebody writes down. `value_weekly` in minor units; `source` is where it came from, `link` the page."""

    title: str
    why: str
    owner: str
    procedure: str = ""
    value_weekly: int = 0
    source: str = "person"
    link: str = ""
    due: date | None = None


@dataclass(frozen=True)
class Improvement:
    """One item. `release` is the digest of the release that carries it."""

    id: str
    title: str
    why: str
    procedure: str
    owner: str
    value_weekly: int
    state: State
    source: str
    link: str
    release: str | None
    due: date | None
    blocked: str
    because: str
    created_by: str
    created_at: datetime
    changed_at: datetime

    def cost_of_delay(self, until: datetime) -> int:
        """What waiting has cost so far: the value of a week times the weeks since the idea, in minor units."""
        return round(self.value_weekly * ((until - self.created_at) / WEEK))


@dataclass(frozen=True)
class Move:
    """A change of an improvement: where it goes, and what goes with it. `changes` are further values."""

    to: State
    because: str = ""
    release: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


class Backlog:
    """Adds and moves improvements."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add(self, tx: Transaction, wish: Wish, *, by: str, now: datetime) -> Improvement:
        """Raises ImprovementFaulty."""
        title, why = wish.title.strip(), wish.why.strip()
        if not title or len(title) > LONGEST_TITLE:
            raise ImprovementFaulty(f"An improvement has a title of 1 to {LONGEST_TITLE} characters.")
        if not why:
            raise ImprovementFaulty("Say why: what is not good, and for whom. Nothing was added.")
        _check_value(wish.value_weekly)
        row = {
            "id": new_id("improvement"),
            "title": title,
            "why": why,
            "procedure": wish.procedure,
            "owner": wish.owner,
            "value_weekly": wish.value_weekly,
            "state": State.IDEA.value,
            "source": wish.source,
            "link": wish.link,
            "due": wish.due.isoformat() if wish.due else None,
            "blocked": "",
            "because": "",
            "created_by": by,
            "created_at": now,
            "changed_at": now,
        }
        store.insert(tx, row)
        body = {name: row[name] for name in ("id", "title", "procedure", "owner", "value_weekly", "source", "link")}
        self._ledger.append(tx, case_id=HOUSE, kind="ImprovementAdded", at=now, actor=by, body=body)
        return get(tx, str(row["id"]))

    def move(self, tx: Transaction, id_: str, move: Move, *, by: str, now: datetime) -> Improvement:
        """Raises ImprovementNotFound, MoveRefused and ImprovementFaulty."""
        found = get(tx, id_)
        if move.to is not found.state and move.to not in MOVES[found.state]:
            allowed = ", ".join(sorted(state.value for state in MOVES[found.state])) or "nothing"
            raise MoveRefused(f"“{found.title}” is {found.state.value} and can become {allowed}, not {move.to.value}.")
        because = move.because.strip()
        if move.to in CLOSED and not because:
            raise MoveRefused(f"Say why “{found.title}” is {move.to.value}, for those who ask later.")
        if move.to is State.IN_RELEASE and move.release is None and found.release is None:
            raise MoveRefused(f"Name the release that carries “{found.title}”.")
        values = self._values(found, move, because)
        if not store.update(tx, id_, {**values, "changed_at": now}, standing=found.state.value):
            raise MoveRefused(f"“{found.title}” was moved by somebody else in this moment. Look again.")
        body = {"id": id_, "from": found.state.value, "to": move.to.value, "because": because, "release": move.release}
        body |= {name: str(value) for name, value in move.changes.items()}
        self._ledger.append(tx, case_id=HOUSE, kind="ImprovementMoved", at=now, actor=by, body=body)
        return get(tx, id_)

    def _values(self, found: Improvement, move: Move, because: str) -> dict[str, object]:
        values: dict[str, object] = {"state": move.to.value, **move.changes}
        if "value_weekly" in move.changes:
            _check_value(move.changes["value_weekly"])
        if because:
            values["because"] = because
        if move.to is State.IN_RELEASE:
            values["release"] = move.release or found.release
        elif move.to in (State.IDEA, State.READY, State.BUILDING):
            values["release"] = None
        if move.to in CLOSED:
            values["blocked"] = ""
        return values


def get(reader: Reader, id_: str) -> Improvement:
    """Raises ImprovementNotFound."""
    row = store.one(reader, id_)
    if row is None:
        raise ImprovementNotFound(f"There is no improvement {id_}. `aboveloop backlog list` shows them all.")
    return _improvement(row)


def every(reader: Reader) -> list[Improvement]:
    """All improvements, what is worth most a week first."""
    return [_improvement(row) for row in store.every(reader)]


def _check_value(value: int) -> None:
    if not 0 <= value <= LARGEST_VALUE:
        raise ImprovementFaulty(f"A week is worth from 0 to {LARGEST_VALUE} minor units, not {value}.")


def _improvement(row: Row[Any]) -> Improvement:
    values = dict(row._mapping)
    due = date.fromisoformat(values["due"]) if values["due"] else None
    return Improvement(**{**values, "state": State(values["state"]), "due": due})
