"""Breaches: outcomes that are not as promised, each open until a person has put it right or says why it may stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.govern.people import Person, may
from aboveloop.journey import cases
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.errors import WrongUsage
from aboveloop.operation.models import Operation
from aboveloop.work.house import House
from aboveloop.work.outcomes import store
from aboveloop.work.outcomes.errors import BreachNotFound, BreachSettled

# More than a person reads on one page; the command line shows as many.
LISTED = 200
WORDS = {
    "waiting": "not checked yet",
    "running": "being checked",
    "held": "as promised",
    "broken": "not as promised",
    "untold": "nobody can tell",
    "dropped": "not checked: opened again, or erased",
}


@dataclass(frozen=True)
class Check:
    """One check as people see it. `title` and `owner` are those of the release that the case ran under."""

    id: str
    case_id: str
    outcome: str
    title: str
    owner: str
    state: str
    due_at: datetime
    checked_at: datetime | None
    because: str
    settled_at: datetime | None
    settled_by: str | None
    settled_because: str | None

    @property
    def is_open(self) -> bool:
        """True for a breach that nobody has settled."""
        return self.state in ("broken", "untold") and self.settled_at is None

    @property
    def words(self) -> str:
        return WORDS[self.state]

    def as_json(self) -> dict[str, Any]:
        times = {name: getattr(self, name) for name in ("due_at", "checked_at", "settled_at")}
        return {**vars(self), **{name: None if at is None else iso(at) for name, at in times.items()}}


def of_case(reader: Reader, house: House, case_id: str) -> Sequence[Check]:
    """Every check of a case, in the order in which they are due."""
    return [_told(house, row) for row in store.checks_of(reader, case_id)]


def breaches(reader: Reader, house: House, *, standing: bool = True, limit: int = LISTED) -> Sequence[Check]:
    """What was not as promised, the longest open first."""
    return [_told(house, row) for row in store.breaches(reader, standing=standing, limit=limit)]


def settle(house: House, tx: Transaction, check_id: str, *, person: Person, because: str) -> Check:
    """A person has put it right, or says why it may stand. Raises MayNot, BreachNotFound, BreachSettled, WrongUsage."""
    may(person, "incident").demand()
    said = because.strip()
    if not said:
        raise WrongUsage("Say how it was put right, or why it may stand. It is still open.")
    row = store.check(tx, check_id)
    if row is None or row.state not in ("broken", "untold"):
        raise BreachNotFound(f"There is no outcome breach {check_id}.")
    case, now = cases.lock(tx, row.case_id), house.clock.now()
    values = {"settled_at": now, "settled_by": person.id, "settled_because": said}
    if not store.settle(tx, check_id, values):
        raise BreachSettled(f"Breach {check_id} was settled already.")
    house.ledger.note(
        tx,
        case_id=row.case_id,
        kind="OutcomeBreachSettled",
        at=now,
        actor=person.actor,
        body={"check": row.id, "outcome": row.outcome},
        personal={"because": said},
        customer_id=case.customer_id,
        release=row.release,
    )
    settled = store.check(tx, check_id)
    assert settled is not None, "it was there before it was settled"
    return _told(house, settled)


def _told(house: House, row: Row[Any]) -> Check:
    operation: Operation = house.operation_of(row.release)
    outcome = operation.outcomes.get(row.outcome)
    return Check(
        id=row.id,
        case_id=row.case_id,
        outcome=row.outcome,
        title=outcome.title if outcome is not None else row.outcome,
        owner=outcome.owner if outcome is not None else "policy",
        state=row.state,
        due_at=row.due_at,
        checked_at=row.checked_at,
        because=row.because,
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        settled_because=row.settled_because,
    )
