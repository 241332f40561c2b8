"""Reconciling beside the turns: what stands at two looks in a row is written down and told, and settled once gone.

One look is not enough: a write that is done while the journal is read stands in the one and not yet in the other.
"""

import logging
import threading

import sqlalchemy as sa

from aboveloop.app.premises import NothingDeployed, Premises
from aboveloop.kit.database import Transaction
from aboveloop.kit.errors import AboveloopError
from aboveloop.ledger.entries import HOUSE
from aboveloop.work import store
from aboveloop.work.reconcile import Difference, reconcile

# All writes are compared each time, and a lost one is not worse after ten minutes than after one.
COMPARE_EVERY_SECONDS = 600.0
# A second look at what the first one found: longer than any write is under way.
LOOK_AGAIN_SECONDS = 60.0
ABOUT = "reconcile"

logger = logging.getLogger(__name__)


class Reconciling:
    """Compares the ledger with the systems of record, again and again; `suspected` is what one look alone has found."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises
        self.suspected: frozenset[Difference] = frozenset()

    def look(self) -> list[Difference]:
        """Compare once. Returns what is new and stood at the look before, too; people are paged about it.

        Raises NothingDeployed, and what systems of record raise that do not answer.
        """
        premises = self._premises
        found = frozenset(reconcile(premises.house, premises.current()).differences)
        sure, self.suspected = found & self.suspected, found
        now = premises.house.clock.now()
        with premises.database.write() as tx:
            fresh = [each for each in sorted(sure, key=lambda each: each.key) if self._is_new(tx, each)]
            for row in store.standing_differences(tx):
                gone = Difference(row.key, row.operation, row.because)
                if gone not in found and store.settle_difference(tx, row.key, row.because, now):
                    self._note(tx, "DifferenceSettled", gone, row.case_id)
        if fresh:
            reason = f"The ledger and a system of record do not agree on {len(fresh)} writes: {fresh[0].because}"
            premises.page(reason, "high", ABOUT)
        return fresh

    def run(self, closing: threading.Event) -> None:
        """Compare until `closing` is set. A system that does not answer now is asked the next time."""
        while not closing.wait(LOOK_AGAIN_SECONDS if self.suspected else COMPARE_EVERY_SECONDS):
            try:
                self.look()
            except NothingDeployed:
                continue
            except (sa.exc.DBAPIError, AboveloopError) as error:
                logger.error("The systems of record could not be compared and will be again: %s", error)

    def _is_new(self, tx: Transaction, each: Difference) -> bool:
        case = store.case_of_effect(tx, each.key)
        now = self._premises.house.clock.now()
        values = {"key": each.key, "because": each.because, "operation": each.operation, "case_id": case}
        if not store.note_difference(tx, {**values, "found_at": now}):
            return False
        self._note(tx, "DifferenceFound", each, case)
        return True

    def _note(self, tx: Transaction, kind: str, each: Difference, case: str) -> None:
        body = {"key": each.key, "operation": each.operation, "because": each.because}
        now = self._premises.house.clock.now()
        self._premises.ledger.note(tx, case_id=case or HOUSE, kind=kind, at=now, actor=HOUSE, body=body)
