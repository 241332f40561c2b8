"""Absence and delegation: who is away from when to when, and who stands in for them, for what and up to how much.

A deputy answers in their own name and by a role of their own: a delegation hands on what somebody owns, never a right
that the deputy lacks. So four eyes stay four, and nothing is handed on twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.govern.approval import Approval
from aboveloop.govern.four_eyes import role_of
from aboveloop.govern.people import Person, may
from aboveloop.govern.queue import store
from aboveloop.govern.queue.errors import (
    AbsenceNotFound,
    AbsenceOver,
    AbsenceOverlaps,
    AbsenceUnfit,
    ChainRefused,
    DeputyUnfit,
    MarksOthers,
)
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.models import Operation


@dataclass(frozen=True)
class Absence:
    """Somebody is away. `roles` are those that the deputy stands in for; no `operations` means all of them; `most` is
    the largest amount in minor units, None without limit."""

    id: str
    person_id: str
    deputy_id: str | None
    starts_at: datetime
    ends_at: datetime
    roles: tuple[str, ...]
    operations: tuple[str, ...]
    most: int | None
    marked_by: str
    ended_at: datetime | None

    def stands(self, now: datetime) -> bool:
        """Whether the person is away now."""
        return self.ended_at is None and self.starts_at <= now < self.ends_at

    def covers(self, approval: Approval) -> bool:
        """Whether the deputy stands in for this request: its kind, its amount, its role, and not their own."""
        asked = {role_of(answer.role) for answer in approval.answers if answer.person_id is None}
        answered = {answer.person_id for answer in approval.answers}
        by = approval.action.by
        return (
            self.deputy_id is not None
            and self.deputy_id not in answered
            and not (by.kind == "person" and by.id in (self.deputy_id, self.person_id))
            and not asked.isdisjoint(self.roles)
            and (not self.operations or approval.action.operation in self.operations)
            and (self.most is None or abs(approval.evidence.amount or 0) <= self.most)
        )


@dataclass(frozen=True)
class Wish:
    """What is asked for: an absence as `Absences.mark` takes it."""

    starts_at: datetime
    ends_at: datetime
    deputy: Person | None = None
    roles: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    most: int | None = None


class Absences:
    """Marks and ends absences, and says who stands in for whom."""

    def __init__(self, ledger: Ledger, operation: Operation) -> None:
        self._ledger = ledger
        self._operation = operation

    def mark(self, tx: Transaction, person: Person, wish: Wish, *, by: Person, now: datetime) -> Absence:
        """Mark `person` absent. One marks oneself; who may pause also marks others, who fell ill at home.

        Raises MarksOthers, AbsenceUnfit, AbsenceOverlaps, DeputyUnfit and ChainRefused.
        """
        if by.id != person.id and not may(by, "pause").granted:
            raise MarksOthers(f"{by.name} marks nobody else absent: ask {person.name}, or somebody who may pause.")
        _refuse_span(person, wish, now)
        self._refuse_unknown(wish)
        # Two that are marked at once wait for each other, so that they cannot make a chain between them.
        self._ledger.append(tx, case_id=HOUSE, kind="AbsenceMarked", at=now, actor=by.actor, body=_body(person, wish))
        others = [_absence(row) for row in store.absences_between(tx, wish.starts_at, wish.ends_at)]
        for each in others:
            if each.person_id == person.id:
                raise AbsenceOverlaps(f"{person.name} is absent until {iso(each.ends_at)} already. End that first.")
        roles = _roles_of(person, wish)
        self._refuse_chain(person, wish, others)
        absence_id = new_id("absence")
        values = {
            "id": absence_id,
            "person_id": person.id,
            "deputy_id": wish.deputy.id if wish.deputy else None,
            "starts_at": wish.starts_at,
            "ends_at": wish.ends_at,
            "roles": list(roles),
            "operations": list(wish.operations),
            "most": wish.most,
            "marked_by": by.actor,
            "marked_at": now,
        }
        store.insert_absence(tx, values)
        return self.find(tx, absence_id)

    def end(self, tx: Transaction, absence_id: str, *, by: Person, now: datetime) -> Absence:
        """The person is back, or does not go. Raises AbsenceNotFound, AbsenceOver and MarksOthers."""
        found = self.find(tx, absence_id)
        if by.id != found.person_id and not may(by, "pause").granted:
            raise MarksOthers(
                f"{by.name} ends nobody else's absence: ask {found.person_id}, or somebody who may pause."
            )
        if found.ends_at <= now or not store.end_absence(tx, absence_id, now):
            raise AbsenceOver(f"The absence {absence_id} of {found.person_id} is over already. Nothing was changed.")
        body = {"absence": absence_id, "person": found.person_id}
        self._ledger.append(tx, case_id=HOUSE, kind="AbsenceEnded", at=now, actor=by.actor, body=body)
        return self.find(tx, absence_id)

    def find(self, reader: Reader, absence_id: str) -> Absence:
        """Raises AbsenceNotFound."""
        row = store.absence(reader, absence_id)
        if row is None:
            raise AbsenceNotFound(f"There is no absence {absence_id}. `aboveloop absence list` shows them.")
        return _absence(row)

    def _refuse_unknown(self, wish: Wish) -> None:
        for name in wish.operations:
            if self._operation.system_operation(name) is None:
                raise AbsenceUnfit(f"There is no operation {name} in {self._operation.about.title}. Nobody stands in.")

    def _refuse_chain(self, person: Person, wish: Wish, others: Sequence[Absence]) -> None:
        """Nobody stands in for somebody who stands in: it would be unclear whose the decision is."""
        if wish.deputy is None:
            return
        for each in others:
            if each.person_id == wish.deputy.id:
                raise ChainRefused(f"{wish.deputy.name} is absent then too, until {iso(each.ends_at)}. Name another.")
            if each.deputy_id == person.id:
                raise ChainRefused(
                    f"{person.name} stands in for {each.person_id} until {iso(each.ends_at)}, and what was handed on is"
                    " not handed on again. End that first, or go without a deputy."
                )


def standing(reader: Reader, now: datetime) -> tuple[Absence, ...]:
    """Who is away now."""
    found = (_absence(row) for row in store.absences_between(reader, now, now + timedelta(microseconds=1)))
    return tuple(each for each in found if each.stands(now))


def coming(reader: Reader, now: datetime, until: datetime) -> tuple[Absence, ...]:
    """Who is away now or will be before `until`."""
    return tuple(_absence(row) for row in store.absences_between(reader, now, until))


def _refuse_span(person: Person, wish: Wish, now: datetime) -> None:
    if wish.ends_at <= wish.starts_at:
        raise AbsenceUnfit(f"An absence of {person.name} ends after it begins: {iso(wish.ends_at)} does not.")
    if wish.ends_at <= now:
        raise AbsenceUnfit(f"That absence of {person.name} would be over by now: {iso(wish.ends_at)} is past.")
    if wish.most is not None and wish.most < 0:
        raise AbsenceUnfit("The largest amount that a deputy stands in for is not below nothing.")


def _roles_of(person: Person, wish: Wish) -> tuple[str, ...]:
    """The roles that the deputy stands in for: those named, else all that both hold."""
    deputy = wish.deputy
    if deputy is None:
        return ()
    if deputy.id == person.id:
        raise DeputyUnfit(f"{person.name} cannot stand in for themselves. Name somebody else, or nobody.")
    may(deputy, "approve").demand()
    for role in wish.roles:
        if role not in person.roles or role not in deputy.roles:
            raise DeputyUnfit(
                f"{person.name} and {deputy.name} do not both hold {role}, so it cannot be handed on. Name another."
            )
    roles = wish.roles or tuple(sorted(person.roles & deputy.roles))
    if not roles:
        raise DeputyUnfit(f"{deputy.name} holds no role of {person.name}'s. A deputy must hold the role already.")
    return roles


def _body(person: Person, wish: Wish) -> Mapping[str, Any]:
    """What everybody may read of it: not why somebody is away."""
    return {
        "person": person.id,
        "deputy": wish.deputy.id if wish.deputy else None,
        "starts_at": iso(wish.starts_at),
        "ends_at": iso(wish.ends_at),
        "roles": list(_roles_of(person, wish)),
        "operations": list(wish.operations),
        "most": wish.most,
    }


def _absence(row: Row[Any]) -> Absence:
    return Absence(
        id=row.id,
        person_id=row.person_id,
        deputy_id=row.deputy_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        roles=tuple(row.roles),
        operations=tuple(row.operations),
        most=row.most,
        marked_by=row.marked_by,
        ended_at=row.ended_at,
    )
