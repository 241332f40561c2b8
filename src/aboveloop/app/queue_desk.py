"""The queue's desk: what people do about the queue itself, the same from the console, the API and the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aboveloop.app.desk import Desk
from aboveloop.app.premises import Premises
from aboveloop.govern.approval import loaded
from aboveloop.govern.errors import ApprovalNotFound
from aboveloop.govern.people import Person, person_of
from aboveloop.govern.queue import store
from aboveloop.govern.queue.batches import Chosen, refuse_unfit
from aboveloop.govern.queue.delegation import Absence, Absences, Wish
from aboveloop.govern.queue.ownership import Owner, Ownership
from aboveloop.kit.errors import Conflict, NotPermitted
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE


@dataclass(frozen=True)
class Answered:
    """What became of one request of a batch: `approved`, or not, in words."""

    approval_id: str
    approved: bool
    words: str


class QueueDesk:
    """A person's hands on the queue. Each method raises a NotPermitted where the person may not."""

    def __init__(self, premises: Premises, person: Person) -> None:
        self.premises = premises
        self.person = person

    def claim(self, approval_id: str) -> Owner:
        """Look after a request."""
        with self.premises.database.write() as tx:
            return self._ownership().claim(tx, approval_id, person=self.person, now=self._now())

    def release(self, approval_id: str) -> Owner:
        """Give a request back to all who may answer it."""
        with self.premises.database.write() as tx:
            return self._ownership().release(tx, approval_id, person=self.person, now=self._now())

    def reassign(self, approval_id: str, to_id: str) -> Owner:
        """Give a request to somebody else who may answer it. Raises PersonUnknown too."""
        to = person_of(self.premises.current(), to_id)
        with self.premises.database.write() as tx:
            return self._ownership().reassign(tx, approval_id, to=to, by=self.person, now=self._now())

    def mark_absent(self, person_id: str, wish: Wish) -> Absence:
        """Mark oneself, or for who may pause somebody else, absent."""
        person = person_of(self.premises.current(), person_id)
        with self.premises.database.write() as tx:
            return self._absences().mark(tx, person, wish, by=self.person, now=self._now())

    def end_absence(self, absence_id: str) -> Absence:
        with self.premises.database.write() as tx:
            return self._absences().end(tx, absence_id, by=self.person, now=self._now())

    def customers_of(self, chosen: Sequence[Chosen]) -> dict[str, str]:
        """By case, whose approvals these are."""
        with self.premises.database.read() as reader:
            asked = loaded(reader, store.approvals_named(reader, [each.approval_id for each in chosen]))
        return {each.action.case_id: each.customer_id for each in asked}

    def approve_batch(self, chosen: Sequence[Chosen], *, count: int, because: str = "") -> list[Answered]:
        """Approve each of these by itself, exactly as it was shown; `count` is how many the person says they approve.

        Where one of them may not be answered by this person, or is not as it was shown, none is approved.
        """
        about, now = self.premises.current().about, self._now()
        with self.premises.database.read() as reader:
            asked = loaded(reader, store.approvals_named(reader, [each.approval_id for each in chosen]))
        missing = {each.approval_id for each in chosen} - {each.id for each in asked}
        if missing:
            raise ApprovalNotFound(f"There is no approval {min(missing)}. Nothing of this batch was approved.")
        refuse_unfit(asked, chosen, self.person, count=count, largest=about.approvals.largest_batch, now=now)
        desk = Desk(self.premises, self.person)
        given = [self._one(desk, each.approval_id, because, now) for each in chosen]
        self._note(given, now)
        return given

    def _one(self, desk: Desk, approval_id: str, because: str, now: datetime) -> Answered:
        """One of a batch. What somebody else answered in the meantime holds up nobody."""
        try:
            answered = desk.approve(approval_id, because=because, at=now)
        except (Conflict, NotPermitted) as error:
            return Answered(approval_id, False, str(error))
        waits = "Approved. It still waits for somebody else." if not answered.is_complete else "Approved."
        return Answered(approval_id, True, waits)

    def _note(self, given: Sequence[Answered], now: datetime) -> None:
        """That these were answered together stands in the ledger of the house."""
        body = {
            "batch": new_id("batch"),
            "approved": [each.approval_id for each in given if each.approved],
            "not_approved": [each.approval_id for each in given if not each.approved],
        }
        with self.premises.database.write() as tx:
            self.premises.ledger.append(
                tx, case_id=HOUSE, kind="BatchAnswered", at=now, actor=self.person.actor, body=body
            )

    def _ownership(self) -> Ownership:
        return Ownership(self.premises.ledger, self.premises.current())

    def _absences(self) -> Absences:
        return Absences(self.premises.ledger, self.premises.current())

    def _now(self) -> datetime:
        return self.premises.house.clock.now()
