"""One turn under way: what it has decided so far, and how that is committed, all of it or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aboveloop.govern import stages
from aboveloop.govern.actions import Principal
from aboveloop.govern.approvals import Approvals
from aboveloop.govern.facts import Conversation
from aboveloop.govern.lanes import Stage
from aboveloop.govern.switches import Switch, Switches
from aboveloop.journey import cases, store
from aboveloop.journey.cases import Case, Contact
from aboveloop.journey.errors import TurnSuperseded
from aboveloop.journey.ownership import Owner
from aboveloop.kit.database import Reader, Transaction
from aboveloop.operation.models import Operation, Step
from aboveloop.procedures.check import expand
from aboveloop.procedures.runner import Surroundings
from aboveloop.work.house import House, SystemsOfRecord, TurnRecords
from aboveloop.work.memory import Memory

Write = Callable[[Transaction], None]
# What becomes of the case when the turn is committed.
Change = Callable[[Transaction, Case], Case]


@dataclass
class Turn:
    """`contact` is where the customer writes from; `case` is as it was when the turn began or last committed."""

    house: House
    operation: Operation
    case: Case
    memory: Memory
    contact: Contact
    systems: SystemsOfRecord
    records: TurnRecords
    now: datetime
    pending: list[Write] = field(default_factory=list)
    # What happened outside stands in the ledger even when somebody took the case away meanwhile.
    happened: list[Write] = field(default_factory=list)
    # Set when the turn is at its end: nothing more is moved, and this becomes of the case.
    over: Change | None = None
    # Set when the worker is done with the case: it has ended, or people get it.
    is_done: bool = False
    # Set when something pending changes the row of the case.
    stale: bool = False
    # Why somebody else must see first what policy would allow at once; "" where policy alone decides.
    seen_first: str = ""
    # The stages that were asked for in this turn, by procedure.
    stages: dict[str, Stage] = field(default_factory=dict)

    @property
    def worker(self) -> Principal:
        top = self.memory.top
        return Principal("worker", top.procedure if top else self.case.procedure or "reception")

    @property
    def language(self) -> str:
        """What the customer is told in: theirs as far as it is known, else the first that workers serve."""
        return self.memory.language or self.operation.about.languages[0]

    @property
    def approvals(self) -> Approvals:
        return approvals_of(self.house, self.operation)

    def standing(self, operation: str = "") -> Switch | None:
        """The switch that stops this case's worker, or this operation of a system, if a person threw one."""
        switches = Switches(self.house.ledger, self.operation)
        with self.house.database.glance() as reader:
            return switches.standing(
                reader,
                worker=self.worker.id,
                procedure=self.memory.top.procedure if self.memory.top else "",
                operation=operation,
                channel=self.contact.channel,
            )

    @property
    def stage(self) -> Stage:
        """How much the worker of this case may do alone. A turn is short: what is set meanwhile holds from the next."""
        procedure = self.worker.id
        if procedure not in self.stages:
            with self.house.database.read() as reader:
                self.stages[procedure] = stage_of(self.house, reader, self.operation, procedure)
        return self.stages[procedure]

    @property
    def customer(self) -> str:
        """Who has proved to be writing, as the system of record knows them; "" when nobody has from here."""
        if self.case.verified_as and self.case.verified_contact == self.contact.id:
            return self.case.verified_as
        return ""

    def conversation(self, digest: str) -> Conversation:
        """What this conversation has earned for the action of this digest."""
        sources = {}
        if self.customer:
            sources["customer"] = f"verified on this case from {self.contact.channel}"
        if digest in self.memory.confirmed:
            sources["confirmed"] = "the customer was shown this proposal on this case and said yes"
        return Conversation(self.customer, digest in self.memory.confirmed, sources)

    @property
    def around(self) -> Surroundings:
        return Surroundings(
            now=self.now,
            customer=self.customer,
            contact={"channel": self.contact.channel, "address": self.contact.address},
            currency=self.operation.about.currency,
        )

    def steps(self) -> list[Step]:
        """The steps of the top procedure, fragments in place."""
        top = self.memory.top
        assert top is not None, "a step is asked for only while a procedure runs"
        return steps_of(self.operation, top.procedure)

    def withdraw_approval(self, because: str) -> None:
        """What a person was asked for is off: an answer that comes later performs nothing."""
        asked, self.memory.approval = self.memory.approval, None
        if self.memory.waiting == "approval":
            self.memory.clear_waiting()
        if asked is None:
            return
        approvals, now = self.approvals, self.now

        def write(tx: Transaction) -> None:
            approvals.withdraw(tx, asked, now=now, because=because)

        self.pending.append(write)

    def record(
        self, kind: str, body: Mapping[str, Any], personal: Mapping[str, Any] | None = None, *, actor: str = ""
    ) -> None:
        """An entry of this case, written with the next commit."""
        self.pending.append(self.entry(kind, body, personal=personal, actor=actor))

    def entry(
        self, kind: str, body: Mapping[str, Any], *, personal: Mapping[str, Any] | None = None, actor: str = ""
    ) -> Write:
        who = actor or f"worker:{self.worker.id}"
        case, at = self.case, self.now

        def write(tx: Transaction) -> None:
            self.house.ledger.note(
                tx,
                case_id=case.id,
                kind=kind,
                at=at,
                actor=who,
                body=body,
                personal=personal or {},
                customer_id=case.customer_id,
                release=case.release,
            )

        return write

    def commit(self, change: Change | None = None) -> None:
        """Write what is pending, the memory, and last `change` (a new owner). Raises TurnSuperseded.

        When a person or another process took the case meanwhile, only what happened outside is written.
        """
        house = self.house
        try:
            with house.database.write() as tx:
                standing = cases.lock_for_turn(tx, self.case)
                if standing.owner is Owner.PERSON:
                    raise TurnSuperseded(f"A person took over case {self.case.id}; this turn says nothing more.")
                for write in (*self.happened, *self.pending):
                    write(tx)
                store.update_case(
                    tx,
                    self.case.id,
                    {"memory": self.memory.as_json(), "updated_at": self.now},
                )
                # What was pending may have changed the case itself: who the customer is, whether it is open again.
                self.case = cases.lock_for_turn(tx, self.case) if self.stale else standing
                self.stale = False
                self.case = (change or self._goes_on)(tx, self.case)
        except TurnSuperseded:
            if self.happened:
                with house.database.write() as tx:
                    for write in self.happened:
                        write(tx)
            raise
        self.pending.clear()
        self.happened.clear()

    def _goes_on(self, tx: Transaction, case: Case) -> Case:
        """In the middle of a turn the worker owns the case again: left waiting for a person, a turn that is interrupted
        here would find a case that is not its to finish."""
        if case.owner is not Owner.WAITING_ON_PERSON:
            return case
        actor, because = f"worker:{self.worker.id}", "goes on after the answer"
        return cases.change_owner(tx, self.house.ledger, case, Owner.WORKER, actor=actor, because=because, now=self.now)


def stage_of(house: House, reader: Reader, operation: Operation, procedure: str) -> Stage:
    """The stage of a procedure in one release, by what people set, the operation says and the house was opened with."""
    return stages.effective(reader, operation, procedure, of_house=house.stage)


def approvals_of(house: House, operation: Operation) -> Approvals:
    return Approvals(house.ledger, timedelta(hours=operation.about.approvals.expire_after_hours))


_steps: dict[tuple[str, str], list[Step]] = {}


def steps_of(operation: Operation, procedure: str) -> list[Step]:
    """The expanded steps of a procedure, kept by release."""
    key = (operation.digest, procedure)
    if key not in _steps:
        if len(_steps) > 1000:
            _steps.clear()
        _steps[key] = expand(operation.procedures[procedure], operation.fragments)
    return _steps[key]
