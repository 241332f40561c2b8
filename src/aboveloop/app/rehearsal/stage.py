"""The stage: one small house, wired for playing scenarios on a clock that stands until it is moved."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aboveloop.app.premises import Options, Premises
from aboveloop.app.rehearsal.stand_ins import furnish, ports_of
from aboveloop.connect.systems.systems import Systems
from aboveloop.connect.systems.troubled import Troubles
from aboveloop.durable.inline import InlineTurns
from aboveloop.govern.approval import Approval, State
from aboveloop.journey import cases, store
from aboveloop.journey.cases import Case, Incoming, Message
from aboveloop.kit.clock import FixedClock
from aboveloop.kit.settings import Settings
from aboveloop.operation import releases
from aboveloop.operation.models import Operation
from aboveloop.understand.reader import FirstReader
from aboveloop.work.intake import take_in
from aboveloop.work.outcomes.checks import submit_due
from aboveloop.work.turn import run_turn
from aboveloop.work.turn_state import approvals_of

# A Monday morning: colleagues are there, and every run tells the same dates.
CURTAIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Stage(Premises):
    """Premises whose systems are stand-ins that fail when told to, and whose turns run when told to."""

    def __init__(self, operation: Operation, home: Path, reader: FirstReader) -> None:
        self.clock = FixedClock(CURTAIN)
        self.turns = InlineTurns(self.clock)
        self.troubles = Troubles()
        self.operation = operation
        self._understands = reader
        self._stand_ins = Systems(
            operation,
            home,
            ports=ports_of(operation, home, self.clock),
            troubles=self.troubles,
            pause=lambda _seconds: None,
        )
        settings = Settings(home=home, database_url=f"sqlite:///{home / 'aboveloop.db'}")
        super().__init__(settings, Options(clock=self.clock), turns=self.turns)

    def operation_of(self, digest: str) -> Operation:
        return self.operation if digest == self.operation.digest else super().operation_of(digest)

    def systems_of(self, operation: Operation) -> Systems:
        return self._stand_ins

    def reader_of(self, operation: Operation) -> FirstReader:
        return self._understands

    def close(self) -> None:
        self._stand_ins.close()
        super().close()

    def hear(self, channel: str, address: str, text: str) -> str:
        """A customer writes, and what follows at once happens. Returns the message's id."""
        received = take_in(self.house, Incoming(channel, address, text))
        self.run_due()
        return received.message_id

    def run_due(self) -> int:
        return self.turns.run_due(lambda lane, stimulus: run_turn(self.house, lane, stimulus))

    def advance(self, by: timedelta) -> None:
        """Let time pass, stopping wherever something is due on the way."""
        until = self.clock.now() + by
        while (due := self.turns.next_due) is not None and due <= until:
            self.clock.advance(max(due - self.clock.now(), timedelta(0)))
            self.run_due()
        self.clock.advance(until - self.clock.now())
        while submit_due(self.house):
            self.run_due()

    def case_of(self, message_id: str) -> Case:
        """The case that a message ended up in."""
        with self.database.read() as reader:
            row = store.message(reader, message_id)
            assert row is not None, "the message was taken in before"
            return cases.get(reader, row.case_id)

    def said_since(self, number: int) -> list[Message]:
        """Every message to any customer with a greater number, in order."""
        with self.database.read() as reader:
            found = [message for case in cases.list_cases(reader) for message in cases.messages_of(reader, case.id)]
        told = [message for message in found if message.direction == "out" and message.number > number]
        return sorted(told, key=lambda message: message.number)

    def approvals_waiting(self, case_id: str, operation: str) -> Sequence[Approval]:
        """What waits for people on a case, also what has expired meanwhile and nobody has noticed."""
        with self.database.read() as reader:
            every = approvals_of(self.house, self.operation).of_case(reader, case_id)
        return [each for each in every if each.state is State.WAITING and each.action.operation == operation]


def build(operation: Operation, home: Path) -> None:
    """Make in `home` what every scenario begins with: the systems' first day, and the release at work."""
    home.mkdir(parents=True, exist_ok=True)
    furnish(operation, home, FixedClock(CURTAIN))
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'aboveloop.db'}")
    clock = FixedClock(CURTAIN)
    premises = Premises(settings, Options(clock=clock), turns=InlineTurns(clock))
    try:
        premises.prepare()
        with premises.database.write() as tx:
            made = releases.create_release(
                tx, operation, ledger=premises.ledger, by="house", note="For scenarios.", now=CURTAIN
            )
            releases.deploy(tx, made, ledger=premises.ledger, by="house", now=CURTAIN)
    finally:
        premises.close()


def copy(template: Path, home: Path) -> None:
    """A house as `build` made it, in a folder of its own."""
    shutil.copytree(template, home, dirs_exist_ok=True)
