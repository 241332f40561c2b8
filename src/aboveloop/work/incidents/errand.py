"""An errand: one action that a person has done on a case, outside its conversation, past the same gate.

It asks nothing of the customer and takes nothing from the case's worker: who owns the case, what it remembers and
what it waits for stay as they are. Whoever sends it on its way, somebody else sees it first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aboveloop.govern.actions import Principal
from aboveloop.govern.facts import Conversation
from aboveloop.govern.switches import Switch, Switches
from aboveloop.journey import cases
from aboveloop.work.house import House, TurnRecords
from aboveloop.work.memory import Memory
from aboveloop.work.turn_state import Change, Turn, Write

SEEN_FIRST = "What puts an incident right is seen by a second person first."


@dataclass
class Errand(Turn):
    """Decided by the policy that is at work now, whatever release the case began with."""

    person_id: str = ""
    # The pauses of the incident itself: they stop what went wrong, not what puts it right.
    despite: frozenset[tuple[str, str]] = frozenset()

    @property
    def worker(self) -> Principal:
        return Principal("person", self.person_id)

    @property
    def customer(self) -> str:
        return ""

    def conversation(self, digest: str) -> Conversation:
        return Conversation()

    def standing(self, operation: str = "") -> Switch | None:
        """Pauses stop workers. An errand stops only where this very operation is paused for another reason."""
        if not operation or ("operation", operation) in self.despite:
            return None
        switches = Switches(self.house.ledger, self.operation)
        with self.house.database.read() as reader:
            found = [each for each in switches.all(reader) if (each.scope, each.name) == ("operation", operation)]
        return found[0] if found else None

    def entry(
        self, kind: str, body: Mapping[str, Any], *, personal: Mapping[str, Any] | None = None, actor: str = ""
    ) -> Write:
        return super().entry(kind, body, personal=personal, actor=actor or f"person:{self.person_id}")

    def commit(self, change: Change | None = None) -> None:
        """Write what is pending; the case itself is left alone, whoever owns it."""
        with self.house.database.write() as tx:
            self.case = replace(cases.lock(tx, self.case.id), release=self.operation.digest)
            for write in (*self.happened, *self.pending):
                write(tx)
        self.pending.clear()
        self.happened.clear()


def errand(house: House, case_id: str, person_id: str, *, despite: frozenset[tuple[str, str]]) -> Errand:
    """An errand of this person on this case, now, `despite` these pauses. Raises CaseNotFound."""
    with house.database.read() as reader:
        case = cases.get(reader, case_id)
        contact = cases.contact_of(reader, case.contact_id)
        operation = house.operation_of(house.deployed(reader))
    systems = house.systems_of(operation)
    return Errand(
        house=house,
        operation=operation,
        case=replace(case, release=operation.digest),
        memory=Memory(),
        contact=contact,
        systems=systems,
        records=TurnRecords(systems),
        now=house.clock.now(),
        seen_first=SEEN_FIRST,
        person_id=person_id,
        despite=despite,
    )
