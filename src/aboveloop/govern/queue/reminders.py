"""Reminders: when part of the time to expiry has passed, whoever should answer is told, each part once.

What is due is written down first and sent afterwards: after a crash in between it is sent later, and a port that is
given the same reminder twice delivers it once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.engine import Row

from aboveloop.govern.answering import may_answer
from aboveloop.govern.approval import Approval, loaded
from aboveloop.govern.people import Person, people_of
from aboveloop.govern.queue import store
from aboveloop.govern.queue.delegation import standing
from aboveloop.govern.queue.ownership import owners_of
from aboveloop.govern.store import approval as approval_row
from aboveloop.kit.database import Reader, Transaction
from aboveloop.ledger.ledger import Ledger
from aboveloop.ledger.store import lock_chain
from aboveloop.operation.models import Operation

# What a person asks for out of turn; the parts of the time are named by themselves, such as "0.5".
BY_HAND = "by_hand"


@dataclass(frozen=True)
class Reminder:
    """One person is told of one request. `id` names it for ever."""

    approval: Approval
    step: str
    person: Person
    at: datetime

    @property
    def id(self) -> str:
        return f"reminder_{self.approval.id}_{self.step.replace('.', '-')}_{self.person.id}"


class Messenger(Protocol):
    """Brings a reminder to a person; the same one twice arrives once.

    Raises TemporaryError where it cannot be brought now. What can never be brought is left to the console.
    """

    def remind(self, reminder: Reminder) -> None: ...


class Reminders:
    """Notes what is due and says what is still to be sent."""

    def __init__(self, ledger: Ledger, operation: Operation) -> None:
        self._ledger = ledger
        self._operation = operation

    def due(self, reader: Reader, now: datetime) -> list[tuple[str, str]]:
        """What is to be reminded of now, as (approval, step): of each request the latest part that has passed."""
        known = store.steps_reminded(reader, now)
        return [passed for passed in self._passed(reader, now) if passed not in known]

    def note(self, tx: Transaction, approval_id: str, step: str, *, now: datetime, by: str) -> list[Reminder]:
        """Write down who is reminded: the owner, else all who may answer. Empty where nobody waits for it any more."""
        row = approval_row(tx, approval_id)
        if row is None:
            return []
        lock_chain(tx, row.case_id)
        approval = loaded(tx, [each for each in [approval_row(tx, approval_id)] if each is not None])[0]
        people = self.recipients(tx, approval, now)
        fresh = []
        for person in people:
            values = {"approval_id": approval_id, "step": step, "person_id": person.id, "at": now}
            if store.note_reminder(tx, values):
                fresh.append(Reminder(approval, step, person, now))
        if fresh:
            body = {"approval": approval_id, "operation": approval.action.operation, "step": step}
            self._ledger.append(
                tx,
                case_id=approval.action.case_id,
                kind="ApprovalReminded",
                at=now,
                actor=by,
                body={**body, "people": [each.person.id for each in fresh]},
                customer_id=approval.customer_id,
                release=approval.release,
            )
        return fresh

    def recipients(self, reader: Reader, approval: Approval, now: datetime) -> list[Person]:
        """Whom to remind: who looks after it, if they may still answer; else everybody who may and is not away."""
        people = people_of(self._operation)
        able = [person for person in people.values() if may_answer(person, approval, now).granted]
        owner = owners_of(reader, self._operation, [approval], now)[approval.id].person_id
        owning = [person for person in able if person.id == owner]
        if owning:
            return owning
        away = {absence.person_id for absence in standing(reader, now)}
        return [person for person in able if person.id not in away] or able

    def unsent(self, reader: Reader, now: datetime) -> list[Reminder]:
        """What was written down and has not left the house, of what still waits."""
        return list(self._loaded(reader, store.unsent(reader, now)))

    def sent(self, tx: Transaction, reminder: Reminder, now: datetime) -> None:
        store.mark_sent(tx, reminder.approval.id, reminder.step, reminder.person.id, now)

    def _passed(self, reader: Reader, now: datetime) -> Iterator[tuple[str, str]]:
        for row in store.spans_waiting(reader, now):
            part = (now - row.requested_at) / (row.expires_at - row.requested_at)
            passed = [step for step in sorted(self._operation.about.approvals.remind_at) if step <= part]
            if passed:
                yield row.id, f"{passed[-1]:g}"

    def _loaded(self, reader: Reader, rows: Sequence[Row[Any]]) -> Iterator[Reminder]:
        people: Mapping[str, Person] = people_of(self._operation)
        for row in rows:
            person = people.get(row.person_id)
            found = approval_row(reader, row.approval_id)
            if person is not None and found is not None:
                yield Reminder(loaded(reader, [found])[0], row.step, person, row.at)
