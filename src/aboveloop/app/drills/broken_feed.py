"""The drill `broken feed`: the warehouse of the sample company breaks three promises of its events, one after another.

An order number is empty, an event comes after more than five minutes, a status is on no list. Each time the contract
has to name the event, its own people have to be called, a customer's case that depends on it has to wait, and all has
to go on once the feed is mended.
"""

import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from aboveloop.app.contracts.rounds import ContractRound, Looked
from aboveloop.app.inspection import SAMPLE_OPERATION, sound
from aboveloop.app.rehearsal import stage as stages
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.weights import installed_embedder
from aboveloop.govern.paging import store as paging
from aboveloop.govern.paging.pager import acknowledge, open_pages
from aboveloop.govern.people import person_of
from aboveloop.journey import cases
from aboveloop.journey.cases import Case
from aboveloop.kit.clock import monotonic_seconds
from aboveloop.understand.reader import FirstReader
from larkspur.clock import stamp
from larkspur.shop import Shop

CONTRACT = "order_status_events"
# A minute and a second: the contract is looked at every minute.
A_LOOK = timedelta(seconds=61)
# What breaks again within the hour has to be sound for longer before all goes on.
SOUND_LOOKS = 10
CUSTOMER = ("I want to cancel my order LK-100001", "anna@customers.example", "1017 AB")
RULES: Mapping[str, str] = {
    "order_id is never empty": "order_id.required",
    "events arrive within five minutes": "received_at.late",
    "status is from the approved list": "status.approved",
}


class Warehouse:
    """Writes into the order system's database as the feed does, on the house's clock; also what it should not."""

    def __init__(self, house: Stage) -> None:
        self.house = house
        self.path = house.settings.home / "larkspur.db"

    def says(self) -> None:
        """A sound event, now."""
        with closing(Shop(self.path, self.house.clock.now)) as shop:
            shop.hear_from_warehouse()

    def sends(self, order_id: str | None = "LK-100007", status: str = "shipped", late: timedelta = timedelta(0)) -> int:
        """Any event, which happened `late` before it came now. Returns its number."""
        now = self.house.clock.now()
        event = (order_id, status, stamp(now - late), stamp(now))
        with closing(sqlite3.connect(self.path)) as connection, connection:
            written = connection.execute(
                "INSERT INTO status_events (order_id, status, at, received_at) VALUES (?, ?, ?, ?)", event
            )
            assert written.lastrowid is not None, "one row was inserted"
            return written.lastrowid

    def mends(self, event: int) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute("DELETE FROM status_events WHERE id = ?", (event,))


@dataclass(frozen=True)
class Tried:
    """What came of one planted fault: `found` are the rules that broke with their rows, `held` the promises by name."""

    promise: str
    event: int
    found: Mapping[str, tuple[str, ...]]
    called: tuple[str, ...]
    paused: int
    held: Mapping[str, bool]

    def as_json(self) -> dict[str, Any]:
        found = {rule: list(rows) for rule, rows in self.found.items()}
        return {**vars(self), "found": found, "called": list(self.called), "held": dict(self.held)}


def run() -> dict[str, Any]:
    """Plant and mend in a fresh temporary home. `ok` says whether every promise held."""
    began = monotonic_seconds()
    with tempfile.TemporaryDirectory(prefix="aboveloop-drill-") as folder:
        operation = sound(SAMPLE_OPERATION)
        home = Path(folder) / "home"
        stages.build(operation, home)
        stage = Stage(operation, home, FirstReader.fit(operation, installed_embedder()))
        try:
            tried = walk(stage)
            with stage.database.read() as reader:
                verifies = stage.ledger.verify(reader).ok
        finally:
            stage.close()
    return {
        "ok": verifies and all(all(each.held.values()) for each in tried),
        "planted": len(tried),
        "found": sum(each.held["exactly the event is named"] for each in tried),
        "faults": [each.as_json() for each in tried],
        "ledger_verifies": verifies,
        "seconds": round(monotonic_seconds() - began, 1),
    }


def walk(stage: Stage) -> list[Tried]:
    """One fault after another, in a house that begins sound."""
    warehouse, contracts = Warehouse(stage), ContractRound(stage)
    warehouse.says()
    contracts.look()
    return [_try(stage, warehouse, contracts, promise, f"drill-{place}") for place, promise in enumerate(RULES)]


def _try(stage: Stage, warehouse: Warehouse, contracts: ContractRound, promise: str, address: str) -> Tried:
    stage.clock.advance(A_LOOK)
    warehouse.says()
    event = _planted(warehouse, promise)
    broken = _look(contracts)
    found = {} if broken is None or broken.result is None else _found(broken)
    called = _called(stage)
    stopped = _customer(stage, address)
    warehouse.mends(event)
    ended = any(_is_sound(stage, warehouse, contracts) for _ in range(SOUND_LOOKS))
    stage.run_due()
    with stage.database.read() as reader:
        after = cases.get(reader, stopped.id)
    return Tried(
        promise,
        event,
        found,
        called,
        0 if broken is None else len(broken.settled.paused),
        {
            "exactly the event is named": found == {RULES[promise]: (str(event),)},
            "its own people are called": bool(called),
            "a case that depends on it waits": stopped.halted_by is not None,
            "the breach ends when the feed is mended": ended,
            "the case goes on": after.halted_by is None,
        },
    )


def _planted(warehouse: Warehouse, promise: str) -> int:
    match RULES[promise]:
        case "order_id.required":
            return warehouse.sends(order_id=None)
        case "received_at.late":
            return warehouse.sends(late=timedelta(minutes=6))
        case _:
            return warehouse.sends(status="teleported")


def _is_sound(stage: Stage, warehouse: Warehouse, contracts: ContractRound) -> bool:
    """Whether a sound minute ends the breach."""
    stage.clock.advance(A_LOOK)
    warehouse.says()
    looked = _look(contracts)
    return looked is not None and looked.settled.closed


def _look(contracts: ContractRound) -> Looked | None:
    return next((each for each in contracts.look() if each.contract == CONTRACT), None)


def _found(looked: Looked) -> dict[str, tuple[str, ...]]:
    assert looked.result is not None, "it was asked for before"
    return {finding.rule: finding.rows for asset in looked.result.assets for finding in asset.findings}


def _called(stage: Stage) -> tuple[str, ...]:
    """Who was called; the first of them says that they have it, so that nobody else is."""
    stage.call_people()
    with stage.database.read() as reader:
        pages = open_pages(reader)
        people = sorted({call.person_id for page in pages for call in paging.calls_of(reader, page.id)})
    for page in pages if people else ():
        with stage.database.write() as tx:
            first = person_of(stage.operation, people[0])
            acknowledge(tx, stage.ledger, page.id, person=first, now=stage.clock.now())
    return tuple(people)


def _customer(stage: Stage, address: str) -> Case:
    """Somebody whose need depends on how an order stands."""
    heard = [stage.hear("webchat", address, text) for text in CUSTOMER]
    return stage.case_of(heard[-1])


def shown(result: dict[str, Any]) -> list[str]:
    """The result in lines for people."""
    lines = [f"{result['found']} of {result['planted']} planted faults were found, each with its event."]
    for each in result["faults"]:
        called = ", ".join(each["called"]) or "nobody"
        lines.append(f"{each['promise']}: event {each['event']}, {each['paused']} pauses, called: {called}")
        lines += [f"  {'held ' if held else 'BROKE'}  {name}" for name, held in each["held"].items()]
    return [*lines, f"In {result['seconds']} s."]
