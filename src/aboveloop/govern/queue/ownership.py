"""Ownership: who looks after a request. An owner is whom the others rely on, not a lock: who may answer still may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aboveloop.govern.answering import may_answer
from aboveloop.govern.approval import Approval, State, closed, loaded
from aboveloop.govern.errors import ApprovalNotFound
from aboveloop.govern.people import Person, may, people_of
from aboveloop.govern.queue import places, store
from aboveloop.govern.queue.delegation import Absence, standing
from aboveloop.govern.queue.errors import NotOwned, OwnedByOther, OwnerUnfit
from aboveloop.govern.store import approval as approval_row
from aboveloop.kit.database import Reader, Transaction
from aboveloop.ledger.ledger import Ledger
from aboveloop.ledger.store import lock_chain
from aboveloop.operation.models import Operation


@dataclass(frozen=True)
class Owner:
    """`claimed_by` took it on; `person_id` looks after it now: they, or the deputy while they are away, or nobody."""

    claimed_by: str | None = None
    person_id: str | None = None
    since: datetime | None = None

    @property
    def stands_in_for(self) -> str | None:
        """Whom the owner stands in for; None for whoever claimed it themselves."""
        return self.claimed_by if self.person_id is not None and self.person_id != self.claimed_by else None


def owners_of(reader: Reader, operation: Operation, asked: Sequence[Approval], now: datetime) -> Mapping[str, Owner]:
    """Who looks after each of these requests, by id."""
    kept = store.places_of(reader, [approval.id for approval in asked])
    away = standing(reader, now) if any(row.claimed_by for row in kept.values()) else ()
    people = people_of(operation)
    found = {}
    for approval in asked:
        row = kept.get(approval.id)
        if row is None or row.claimed_by is None:
            found[approval.id] = Owner()
        else:
            person_id = _now_with(row.claimed_by, approval, away, people, now)
            found[approval.id] = Owner(row.claimed_by, person_id, row.claimed_at)
    return found


def owned_for(reader: Reader, person: Person, now: datetime) -> tuple[store.OwnedFor, ...]:
    """What this person owns in place of others who are away."""
    mine = (each for each in standing(reader, now) if each.deputy_id == person.id)
    return tuple(store.OwnedFor(each.person_id, each.operations, each.most) for each in mine)


class Ownership:
    """Claims, releases and reassigns, each an entry of the case."""

    def __init__(self, ledger: Ledger, operation: Operation) -> None:
        self._ledger = ledger
        self._operation = operation

    def claim(self, tx: Transaction, approval_id: str, *, person: Person, now: datetime) -> Owner:
        """Take a request on. Raises ApprovalNotFound, a Conflict where it is closed, OwnerUnfit and OwnedByOther."""
        approval = self._open(tx, approval_id)
        self._refuse_unfit(person, approval, now)
        before = self._owner(tx, approval, now)
        if before.claimed_by == person.id:
            return before
        if before.person_id not in (None, person.id):
            raise OwnedByOther(
                f"{self._name(before.person_id)} looks after approval {approval_id} already. Ask them, or have it"
                " reassigned."
            )
        self._set(tx, approval, person.id, now)
        self._write(tx, approval, "ApprovalClaimed", person, now, {"from": before.claimed_by, "to": person.id})
        return self._owner(tx, approval, now)

    def release(self, tx: Transaction, approval_id: str, *, person: Person, now: datetime) -> Owner:
        """Give a request back to all who may answer it. Raises ApprovalNotFound, a Conflict, and NotOwned."""
        approval = self._open(tx, approval_id)
        before = self._owner(tx, approval, now)
        if person.id not in (before.claimed_by, before.person_id):
            raise NotOwned(f"{person.name} does not look after approval {approval_id}. Nothing was changed.")
        self._set(tx, approval, None, now)
        self._write(tx, approval, "ApprovalReleased", person, now, {"from": before.claimed_by})
        return self._owner(tx, approval, now)

    def reassign(self, tx: Transaction, approval_id: str, *, to: Person, by: Person, now: datetime) -> Owner:
        """Give a request to somebody who may answer it. Its owner does that, who may answer it, or who may pause.

        Raises ApprovalNotFound, a Conflict where it is closed, OwnerUnfit and NotOwned.
        """
        approval = self._open(tx, approval_id)
        before = self._owner(tx, approval, now)
        is_theirs = by.id in (before.claimed_by, before.person_id)
        if not (is_theirs or may_answer(by, approval, now).granted or may(by, "pause").granted):
            raise NotOwned(f"{by.name} neither owns approval {approval_id} nor may answer it. Nothing was changed.")
        self._refuse_unfit(to, approval, now)
        if before.claimed_by != to.id:
            self._set(tx, approval, to.id, now)
            self._write(tx, approval, "ApprovalReassigned", by, now, {"from": before.claimed_by, "to": to.id})
        return self._owner(tx, approval, now)

    def _open(self, tx: Transaction, approval_id: str) -> Approval:
        """The request under the lock of its case, while it waits."""
        row = approval_row(tx, approval_id)
        if row is None:
            raise ApprovalNotFound(f"There is no approval {approval_id}.")
        lock_chain(tx, row.case_id)
        approval = loaded(tx, [row for row in [approval_row(tx, approval_id)] if row is not None])[0]
        if approval.state is not State.WAITING:
            raise closed(approval)
        places.put(tx, approval)
        return approval

    def _refuse_unfit(self, person: Person, approval: Approval, now: datetime) -> None:
        permission = may_answer(person, approval, now)
        if not permission.granted:
            raise OwnerUnfit(f"{permission.reason} So {person.name} cannot look after it.")

    def _owner(self, reader: Reader, approval: Approval, now: datetime) -> Owner:
        return owners_of(reader, self._operation, [approval], now)[approval.id]

    def _set(self, tx: Transaction, approval: Approval, person_id: str | None, now: datetime) -> None:
        values = {"claimed_by": person_id, "claimed_at": now if person_id else None}
        store.set_place(tx, approval.id, values)

    def _write(
        self, tx: Transaction, approval: Approval, kind: str, by: Person, now: datetime, body: Mapping[str, Any]
    ) -> None:
        self._ledger.append(
            tx,
            case_id=approval.action.case_id,
            kind=kind,
            at=now,
            actor=by.actor,
            body={"approval": approval.id, "operation": approval.action.operation, **body},
            customer_id=approval.customer_id,
            release=approval.release,
        )

    def _name(self, person_id: str | None) -> str:
        found = people_of(self._operation).get(person_id or "")
        return found.name if found else str(person_id)


def _now_with(
    person_id: str, approval: Approval, away: Sequence[Absence], people: Mapping[str, Person], now: datetime
) -> str | None:
    """Who looks after it now: the person; while away, their deputy within what was handed on; else nobody."""
    absence = next((each for each in away if each.person_id == person_id), None)
    if absence is None:
        return person_id if person_id in people else None
    deputy = people.get(absence.deputy_id or "")
    if deputy is None or not absence.covers(approval) or not may_answer(deputy, approval, now).granted:
        return None
    return None if any(each.person_id == deputy.id for each in away) else deputy.id
