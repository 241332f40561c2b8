"""A worker beside people: works past cases from the customers' messages, in a house of its own that is thrown away.

The house is in stage shadow, its systems can only be read, and its ledger, cases and messages lie in a scratch folder:
nothing of it reaches a customer, a system, or the home in which the history lies.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from aboveloop.app.premises import Options, Premises
from aboveloop.app.shadowing.past import Past
from aboveloop.app.shadowing.read_only import ReadOnlySystems
from aboveloop.durable.inline import InlineTurns
from aboveloop.govern.lanes import Lane, Stage
from aboveloop.govern.policy import PolicyPack
from aboveloop.journey import cases
from aboveloop.journey.cases import Case, Incoming
from aboveloop.kit.clock import FixedClock, from_micros, monotonic_seconds
from aboveloop.kit.settings import Settings
from aboveloop.ledger.entries import Entry
from aboveloop.operation import releases
from aboveloop.operation.changes.basis import basis_of
from aboveloop.operation.models import Operation
from aboveloop.understand.reader import FirstReader
from aboveloop.work.house import SystemsOfRecord
from aboveloop.work.intake import take_in
from aboveloop.work.turn import run_turn

# A customer who answered after days had been waited for by people; a worker would have reminded them long before.
_LONGEST_GAP = timedelta(hours=20)
_CHANNEL = "webchat"
_DATABASE = "aboveloop.db"
_DECIDED = frozenset({"ActionShadowed", "ApprovalRequested", "ActionRefused"})


@dataclass(frozen=True)
class Would:
    """One write that the worker would have made. `lane` is what the rules say of it."""

    operation: str
    lane: str


@dataclass(frozen=True)
class Worked:
    """What the worker did of a case. `ended`: how it ended, "" where it did not; `because` it went to a person.

    `seconds` is what the worker itself took, without the customer's time; None where nobody measured it. `release` is
    the operation that it worked by, `basis` the digest of the procedure with what it rests on; "" in what was kept
    before evidence named them.
    """

    case_id: str
    intent: str
    procedure: str
    would: tuple[Would, ...]
    ended: str
    because: str
    replies: int
    seconds: float | None
    release: str = ""
    basis: str = ""

    @property
    def action(self) -> str:
        """The operation that it would have performed or asked a person for; "" for none."""
        done = [each for each in self.would if each.lane != Lane.PROHIBITED.value]
        return done[0].operation.partition(".")[2] if done else ""

    @property
    def needs_person(self) -> bool:
        """Whether a person would have had to decide or take over."""
        allowed = bool(self.would) and all(each.lane == Lane.ALLOWED.value for each in self.would)
        return not allowed and not self.ended


class _ShadowHouse(Premises):
    """Premises in stage shadow, on a clock that the past case moves, over systems that can only be read."""

    def __init__(self, home: Path, operation: Operation, room: "Room", clock: FixedClock) -> None:
        self._operation, self._room, self.clock = operation, room, clock
        self.turns = InlineTurns(clock)
        settings = Settings(home=home, database_url=f"sqlite:///{home / _DATABASE}")
        super().__init__(settings, Options(clock=clock, stage=Stage.SHADOW), turns=self.turns)

    def operation_of(self, digest: str) -> Operation:
        return self._operation if digest == self._operation.digest else super().operation_of(digest)

    def systems_of(self, operation: Operation) -> SystemsOfRecord:  # type: ignore[override]
        return self._room.systems

    def reader_of(self, operation: Operation) -> FirstReader:
        return self._room.reader

    def pack_of(self, operation: Operation) -> PolicyPack:
        return self._room.pack


@dataclass(frozen=True)
class Room:
    """What all cases of a run share: the reader, the rules, and the systems behind their wall."""

    reader: FirstReader
    pack: PolicyPack
    systems: ReadOnlySystems


class Beside:
    """Works past cases one by one. Use `beside` to get one."""

    def __init__(self, operation: Operation, room: Room, template: Path, scratch: Path) -> None:
        self._operation, self._room, self._template, self._scratch = operation, room, template, scratch

    def work(self, past: Past) -> Worked:
        """What the worker would have done of one case; the house that it did it in is gone afterwards."""
        home = self._scratch / "case"
        shutil.copytree(self._template, home)
        clock = FixedClock(from_micros(past.opened_at))
        house = _ShadowHouse(home, self._operation, self._room, clock)
        began = monotonic_seconds()
        try:
            case = self._hear(house, past)
            with house.database.read() as reader:
                case = cases.get(reader, case.id)
                entries = house.ledger.entries(reader, case.id)
                replies = sum(message.direction == "out" for message in cases.messages_of(reader, case.id))
            found = _worked(past, case, entries, replies, monotonic_seconds() - began)
            basis = basis_of(self._operation, found.procedure)
            return replace(found, release=self._operation.digest, basis=basis)
        finally:
            house.close()
            shutil.rmtree(home)

    def _hear(self, house: _ShadowHouse, past: Past) -> Case:
        """Every message as it came, with the time between the people's word and the customer's answer."""
        case: Case | None = None
        for said in past.said:
            house.clock.advance(min(timedelta(seconds=said.after_seconds), _LONGEST_GAP))
            received = take_in(house.house, Incoming(_CHANNEL, f"past-{past.case_id}", said.text))
            case = case or received.case
            house.turns.run_due(lambda lane, stimulus: run_turn(house.house, lane, stimulus))
            with house.database.read() as reader:
                if not cases.get(reader, case.id).owner.is_with_worker:
                    break
        assert case is not None, "a past case has a message at least"
        return case


@contextmanager
def beside(operation: Operation, systems: SystemsOfRecord, reader: FirstReader) -> Iterator[Beside]:
    """A worker of `operation` beside people, with its scratch folder for as long as it is used."""
    with tempfile.TemporaryDirectory(prefix="aboveloop-shadow-") as scratch:
        template = Path(scratch) / "template"
        template.mkdir()
        room = Room(reader, PolicyPack.compile(operation), ReadOnlySystems(systems))
        clock = FixedClock(from_micros(0))
        house = _ShadowHouse(template, operation, room, clock)
        try:
            house.prepare()
            with house.database.write() as tx:
                made = releases.create_release(
                    tx, operation, ledger=house.ledger, by="house", note="Beside people.", now=clock.now()
                )
                releases.deploy(tx, made, ledger=house.ledger, by="house", now=clock.now())
        finally:
            house.close()
        yield Beside(operation, room, template, Path(scratch))


def _worked(past: Past, case: Case, entries: Sequence[Entry], replies: int, seconds: float) -> Worked:
    would = tuple(Would(entry.body["operation"], _lane(entry)) for entry in entries if entry.kind in _DECIDED)
    return Worked(
        case_id=past.case_id,
        intent=case.intent or "",
        procedure=case.procedure or "",
        would=would,
        ended=case.outcome or "",
        because=case.handed_over_because or "",
        replies=replies,
        seconds=seconds,
    )


def _lane(entry: Entry) -> str:
    if entry.kind == "ApprovalRequested":
        return Lane.REVIEWED.value
    return str(entry.body.get("lane", Lane.PROHIBITED.value))
