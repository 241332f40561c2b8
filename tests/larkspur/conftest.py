"""A shop per test on a copy of one database, and a player that walks a procedure of the folder against that shop."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import larkspur
from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.checks import requires_confirmation
from aboveloop.govern.facts import NOTHING_KNOWN, gather
from aboveloop.govern.lanes import Decision, Lane
from aboveloop.govern.policy import PolicyPack
from aboveloop.operation.expressions import fill, parse
from aboveloop.operation.loading import Loaded, load
from aboveloop.operation.models import Operation, Step
from aboveloop.operation.schemas import returns_fault
from aboveloop.procedures import runner
from aboveloop.procedures.check import expand
from aboveloop.procedures.frames import Frame
from aboveloop.procedures.moves import Ask, Do, Finish, GiveToPerson, LookUp, Pause, Propose, Tell
from larkspur.errors import NotFound, Refused
from larkspur.generator import Size
from larkspur.shop import Shop
from larkspur.store import create

TODAY = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
SMALL = Size(customers=60, orders=120)
FOLDER = Path(larkspur.__file__).parent / "operation"


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("larkspur") / "pristine.db"
    create(path, seed=5, today=TODAY, size=SMALL)
    return path


@pytest.fixture
def database(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(pristine, tmp_path / "larkspur.db"))


@pytest.fixture
def shop(database: Path) -> Iterator[Shop]:
    shop = Shop(database, clock=lambda: TODAY)
    yield shop
    shop.close()


@pytest.fixture(scope="session")
def loaded() -> Loaded:
    return load(FOLDER)


@pytest.fixture(scope="session")
def operation(loaded: Loaded) -> Operation:
    assert loaded.operation is not None, "\n".join(str(fault) for fault in loaded.faults)
    return loaded.operation


@dataclass
class ShopRecords:
    """Reads for facts, as the house makes them: None where there is no such record."""

    shop: Shop
    operation: Operation

    def read(self, operation: str, args: Mapping[str, Any]) -> Any | None:
        name = operation.partition(".")[2]
        try:
            answer = getattr(self.shop, name)(**args)
        except NotFound:
            return None
        spec = self.operation.system_operation(operation)
        assert spec is not None
        fault = returns_fault(spec, {}, answer)
        assert fault is None, f"{operation}: {fault}"
        return answer


@dataclass
class Played:
    """What came of a procedure: how it ended, what was said by name, what was written, what was not granted."""

    ended: str = ""
    said: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    done: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    because: str = ""


@dataclass
class Player:
    """Carries out the moves of a procedure with a customer who answers from a script.

    `approve` says whether people grant what is reviewed; `channel` where the customer writes from.
    """

    operation: Operation
    shop: Shop
    now: datetime = TODAY
    approve: bool = True
    agree: bool = True
    channel: str = "webchat"
    contact: str = ""
    meanwhile: Callable[[Shop], None] | None = None

    def play(self, procedure: str, answers: Mapping[str, list[Any]]) -> Played:
        steps = expand(self.operation.procedures[procedure], self.operation.fragments)
        frame = Frame("run_1", procedure)
        played, customer, answers = Played(), "", {name: list(values) for name, values in answers.items()}
        for _ in range(200):
            around = runner.Surroundings(
                self.now, customer, {"channel": self.channel, "address": self.contact}, self.operation.about.currency
            )
            frame, move = runner.next_move(steps, frame, around)
            match move:
                case Ask(entity, message, _):
                    self._say(played, message, around.names(frame.variables))
                    values = answers.get(entity, [])
                    if not values:
                        return self._end(played, f"asks {entity}")
                    frame = runner.hear(frame, {entity: [values.pop(0)]})
                case Tell(message):
                    self._say(played, message, around.names(frame.variables))
                    frame = runner.told(steps, frame)
                case Pause(until, message):
                    if message:
                        self._say(played, message, around.names(frame.variables))
                    self.now = until
                    if self.meanwhile:
                        self.meanwhile(self.shop)
                    frame = runner.told(steps, frame)
                case LookUp(name, args):
                    frame, customer = self._look_up(steps, frame, played, (name, args, customer))
                case Propose(name, args, message):
                    self._say(played, message, {**around.names(frame.variables), "args": dict(args)})
                    if not self.agree:
                        kept = runner.declined(steps, frame)
                        if kept is None:
                            return self._end(played, "kept as it is")
                        frame = kept
                    else:
                        frame = runner.agreed(steps, frame)
                case Do(name, args, _, key):
                    moved = self._do(steps, frame, played, (name, args, customer, key))
                    if isinstance(moved, GiveToPerson):
                        return self._end(played, "handed over", moved.because)
                    frame = moved
                case Finish(outcome):
                    return self._end(played, outcome)
                case GiveToPerson(because):
                    return self._end(played, "handed over", because)
        raise AssertionError(f"{procedure} did not end: {played}")

    def judge(self, name: str, args: Mapping[str, Any], customer: str, *, confirmed: bool = True) -> Decision:
        action = Action("case_1", name, dict(args), Principal("worker", "procedure"))
        conversation = replace(NOTHING_KNOWN, customer=customer, confirmed=confirmed)
        records = ShopRecords(self.shop, self.operation)
        evidence = gather(self.operation, action, records, conversation, self.now)
        pack = PolicyPack.compile(self.operation)
        return pack.decide(action, evidence, conversation)

    def _say(self, played: Played, message: str, names: Mapping[str, object]) -> None:
        if message in self.operation.about.privacy.personalised:
            # Nobody here has agreed to what is fitted to them.
            return
        played.said.append(message)
        played.texts.append(fill(self.operation.messages["en"][message], names))

    def _look_up(
        self, steps: list[Step], frame: Frame, played: Played, what: tuple[str, Mapping[str, Any], str]
    ) -> tuple[Frame, str]:
        name, args, customer = what
        decision = self.judge(name, args, customer, confirmed=False)
        assert decision.may_perform, f"{name}({args}) by {customer!r}: {decision}"
        record = ShopRecords(self.shop, self.operation).read(name, args)
        if record is None:
            moved = runner.missing(steps, frame)
            assert isinstance(moved, Frame), f"{name} found nothing and the procedure has no way on."
            return moved, customer
        spec = self.operation.system_operation(name)
        if spec is not None and spec.verifies:
            customer = str(parse(spec.verifies).value({"result": record}))
        return runner.found(steps, frame, record), customer

    def _do(
        self, steps: list[Step], frame: Frame, played: Played, what: tuple[str, Mapping[str, Any], str, str]
    ) -> Frame | GiveToPerson:
        name, args, customer, key = what
        assert requires_confirmation(self.operation, name)
        decision = self.judge(name, args, customer)
        played.decisions.append(decision)
        if decision.lane is Lane.PROHIBITED or (decision.lane is Lane.REVIEWED and not self.approve):
            return runner.refused(steps, frame, decision.reason)
        assert not decision.needs
        try:
            result = getattr(self.shop, name.partition(".")[2])(**args, idempotency_key=key)
        except Refused as error:
            return runner.refused(steps, frame, str(error))
        self._prove(name, args, result)
        played.done.append((name, dict(args)))
        return runner.done(steps, frame, result)

    def _prove(self, name: str, args: Mapping[str, Any], result: Any) -> None:
        """What the operation declares as its proof must hold, and what undoes it must be callable."""
        spec = self.operation.system_operation(name)
        assert spec is not None
        fault = returns_fault(spec, {}, result)
        assert fault is None, f"{name}: {fault}"
        names = {"args": dict(args), "result": result, "now": self.now.isoformat()}
        if spec.proof is not None:
            wanted = {key: parse(source).value(names) for key, source in spec.proof.with_.items()}
            record = getattr(self.shop, spec.proof.read)(**wanted)
            read = {"record": record, spec.proof.read.removeprefix("get_"): record}
            assert parse(spec.proof.holds).value({**names, **read}) is True, f"{name}: {spec.proof.holds}"
        if spec.undo is not None:
            for source in spec.undo.with_.values():
                assert parse(source).value(names) is not None

    def _end(self, played: Played, ended: str, because: str = "") -> Played:
        played.ended, played.because = ended, because
        return played


@pytest.fixture
def player(operation: Operation, database: Path) -> Iterator[Player]:
    made: list[Player] = []
    shop = Shop(database, clock=lambda: made[0].now)
    made.append(Player(operation, shop))
    yield made[0]
    shop.close()
