"""Load: many simulated customers at once, on a throw-away home with the real engine, real processes and a real clock.

The customers say what the customers of the scenarios say, each on a contact point of their own, and write again when
they were answered. What is asserted is not what they are told (the gate plays that) but that nobody is lost, stuck or
served twice under volume, and how long they wait.
"""

import math
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aboveloop
from aboveloop.app.premises import Premises
from aboveloop.app.rehearsal import store
from aboveloop.app.rehearsal.errors import NotRehearsable
from aboveloop.app.rehearsal.stand_ins import furnish
from aboveloop.govern.promotion.load import LoadResult
from aboveloop.journey.cases import Incoming
from aboveloop.kit.clock import SystemClock, monotonic_seconds
from aboveloop.kit.settings import Settings
from aboveloop.operation import releases
from aboveloop.operation.models import Operation
from aboveloop.operation.scenario_models import Scenario
from aboveloop.work import store as work
from aboveloop.work.intake import take_in
from aboveloop.work.reconcile import reconcile

Progress = Callable[[int, int], None]
# How often the driver looks who was answered: well below what a customer would notice.
LOOK_SECONDS = 0.02
# A write takes parts of a second; what still differs after so many looks is a difference.
LOOKS_FOR_DIFFERENCES = 10
SECONDS_BETWEEN_LOOKS = 0.5
# A message that is not handled so long after the last one was sent is stuck.
SETTLE_SECONDS = 60.0
# Steps that a customer can take alone; what needs people, clocks or faults belongs to the gate.
ALONE = {"customer", "worker", "waits_for", "says", "from_"}


@dataclass
class Customer:
    """One simulated customer: what is left to say, and the message that waits to be handled."""

    address: str
    channel: str
    says: deque[str]
    waiting: str | None = None


@dataclass
class Crowd:
    """Everybody of one load test, with what was sent so far."""

    customers: list[Customer]
    sent: list[str] = field(default_factory=list)


def scripts_of(operation: Operation) -> list[Scenario]:
    """The scenarios that customers can go through alone. Raises NotRehearsable where there is none."""
    found = [scenario for scenario in operation.scenarios.values() if _is_alone(scenario)]
    if not found:
        raise NotRehearsable("No scenario consists of a customer's messages alone, so there is nobody to simulate.")
    return found


def run(operation: Operation, cases: int, per_second: float, progress: Progress | None = None) -> LoadResult:
    """Let so many customers through, so many of them beginning a second. Raises NotRehearsable where a system is a
    real one. One at a time in a process, and in none that serves customers: the engine runs once in a process."""
    scripts = scripts_of(operation)
    with tempfile.TemporaryDirectory(prefix="aboveloop-load-") as folder:
        home = Path(folder)
        clock = SystemClock()
        furnish(operation, home, clock)
        premises = Premises(Settings(home=home, database_url=f"sqlite:///{home / 'aboveloop.db'}"))
        try:
            premises.prepare()
            with premises.database.write() as tx:
                now = clock.now()
                made = releases.create_release(tx, operation, ledger=premises.ledger, by="house", note="Load.", now=now)
                releases.deploy(tx, made, ledger=premises.ledger, by="house", now=now)
            premises.run_turns()
            crowd = Crowd([_customer(number, scripts[number % len(scripts)]) for number in range(cases)])
            began = clock.now()
            _drive(premises, crowd, per_second, progress)
            return _measured(premises, crowd, per_second, since_seconds=(clock.now() - began) / timedelta(seconds=1))
        finally:
            premises.close()


def _is_alone(scenario: Scenario) -> bool:
    steps = scenario.steps
    return all(step.model_fields_set <= ALONE and (step.from_ is None) for step in steps) and any(
        step.customer is not None for step in steps
    )


def _customer(number: int, scenario: Scenario) -> Customer:
    """Nobody shares a contact point, so that every one is a case of their own."""
    texts = deque(step.customer for step in scenario.steps if step.customer is not None)
    return Customer(f"load-{number}.{scenario.from_}", scenario.channel, texts)


def _drive(premises: Premises, crowd: Crowd, per_second: float, progress: Progress | None) -> None:
    """Until everybody has said everything and was answered, or the last message is stuck."""
    began, pause = monotonic_seconds(), threading.Event()
    entering = deque(crowd.customers)
    inside: list[Customer] = []
    gone, heard = 0, began
    while entering or inside:
        elapsed = monotonic_seconds() - began
        while entering and (len(crowd.customers) - len(entering)) <= elapsed * per_second:
            inside.append(entering.popleft())
        with premises.database.read() as reader:
            handled = store.handled(reader, [each.waiting for each in inside if each.waiting is not None])
        for customer in list(inside):
            if customer.waiting is not None and customer.waiting not in handled:
                continue
            heard, customer.waiting = monotonic_seconds(), None
            if not customer.says:
                inside.remove(customer)
                gone += 1
                continue
            incoming = Incoming(customer.channel, customer.address, customer.says.popleft())
            customer.waiting = take_in(premises.house, incoming).message_id
            crowd.sent.append(customer.waiting)
        if progress is not None:
            progress(gone, len(crowd.customers))
        if inside and not entering and monotonic_seconds() - heard > SETTLE_SECONDS:
            return
        pause.wait(LOOK_SECONDS)


def _measured(premises: Premises, crowd: Crowd, per_second: float, *, since_seconds: float) -> LoadResult:
    with premises.database.read() as reader:
        times = store.handling_seconds(reader)
        known, stuck = store.count_inbound(reader)
        doubled = work.count_doubled(reader)
        failed = premises.ledger.count(reader, kind="TurnFailed")
    differences = _differences(premises)
    seconds = max(since_seconds, 0.001)
    return LoadResult(
        cases=len(crowd.customers),
        per_second=per_second,
        messages=len(crowd.sent),
        seconds=round(seconds, 3),
        turns_per_second=round(len(times) / seconds, 3),
        p50_seconds=round(_ranked(times, 0.5), 3),
        p95_seconds=round(_ranked(times, 0.95), 3),
        lost=max(len(crowd.sent) - known, 0),
        stuck=stuck,
        doubled=doubled,
        differences=differences,
        failed=failed,
        version=aboveloop.__version__,
        ran_at=premises.house.clock.now(),
    )


def _differences(premises: Premises) -> int:
    """What ledger and systems disagree about once nothing is under way any more: an answer may be told before the write
    that follows it has come back, so what is seen once may be a write between its two notes."""
    pause, found = threading.Event(), 0
    for _ in range(LOOKS_FOR_DIFFERENCES):
        found = len(reconcile(premises.house, premises.current()).differences)
        if not found:
            break
        pause.wait(SECONDS_BETWEEN_LOOKS)
    return found


def _ranked(values: Sequence[float], part: float) -> float:
    """The value at nearest rank; 0 where there is none."""
    ordered = sorted(values)
    return ordered[max(math.ceil(part * len(ordered)), 1) - 1] if ordered else 0.0
