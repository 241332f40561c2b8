"""Checks: made when a case ends, run once when they are due, recorded in the ledger. What nobody can tell is a breach.

A check that waits is a row; every few seconds what is due becomes turns. So it survives any restart, and a hundred
thousand of them cost what is due now.
"""

import logging
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.connect.errors import SystemRefused, SystemUnavailable
from aboveloop.durable.turns import Again, Done
from aboveloop.govern.paging.pager import raise_page
from aboveloop.journey import cases
from aboveloop.journey import store as journey
from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Transaction
from aboveloop.kit.errors import AboveloopError
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE
from aboveloop.operation.expressions import ExpressionFailed, parse
from aboveloop.operation.models import Operation
from aboveloop.operation.outcome_models import Outcome
from aboveloop.work import store as effects
from aboveloop.work.house import House, TurnRecords
from aboveloop.work.outcomes import store
from aboveloop.work.privacy.store import person_ids

STIMULUS = "outcome"
# Of what is due so many become turns at once; the rest follows at the next look.
BATCH = 200
# Nobody waits for an outcome; looking costs one small query.
LOOK_EVERY_SECONDS = 5.0
# A system that does not answer is asked again after so long, and so often, before nobody can tell.
LATER_SECONDS = 60.0
TRIES = 5

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """What came out: `held` is None where nobody can tell. `because` repeats no value; `values` may be personal."""

    held: bool | None
    because: str
    values: Mapping[str, Any]


def schedule(tx: Transaction, operation: Operation, case: Case, *, now: datetime) -> None:
    """Make the checks of a case that ends in this transaction. An operation without outcomes costs nothing."""
    if not operation.outcomes:
        return
    rows = [
        {
            "id": new_id("outcome"),
            "case_id": case.id,
            "customer_id": case.customer_id,
            "release": case.release,
            "outcome": outcome.outcome,
            "effect_key": key,
            "state": "waiting",
            "since": now,
            "due_at": now + outcome.after.span,
        }
        for outcome, key in _subjects(tx, operation, case)
    ]
    store.schedule(tx, rows)


def submit_due(house: House) -> int:
    """Turn what is due into turns, all of it or nothing. Returns how many."""
    now = house.clock.now()
    with house.database.write() as tx:
        due = store.claim_due(tx, now, BATCH)
        for check_id in due:
            # A lane of its own: a system that is slow to answer keeps no customer waiting.
            house.turns.submit(tx, lane=check_id, stimulus=f"{STIMULUS}:{check_id}")
    return len(due)


def submit_regularly(house: House, closing: threading.Event) -> None:
    """Look for what is due until the house closes."""
    while not closing.wait(LOOK_EVERY_SECONDS):
        try:
            while not closing.is_set() and submit_due(house) == BATCH:
                continue
        except (sa.exc.DBAPIError, AboveloopError) as error:
            logger.error("Outcomes could not be looked for and it will be tried again: %s", error)


def run(house: House, check_id: str) -> Done | Again:
    """One turn of a check. Runs again without harm: what was recorded once is not recorded twice."""
    with house.database.read() as reader:
        row = store.check(reader, check_id)
        if row is None or row.state != "running":
            return Done()
        case = cases.get(reader, row.case_id)
        customer = journey.customer(reader, case.customer_id)
        is_erased = customer is None or customer.erased_at is not None
    operation = house.operation_of(row.release)
    outcome = operation.outcomes[row.outcome]
    is_over = case.owner is Owner.RESOLVED and (outcome.of is not None or case.outcome == "resolved")
    if is_erased or not is_over:
        # Opened again, it is checked after its next end; ended otherwise, nothing was promised.
        with house.database.write() as tx:
            store.move(tx, check_id, {"state": "dropped"})
        return Done()
    try:
        found = _found(house, operation, outcome, case, row)
    except SystemUnavailable as error:
        if row.tries + 1 < TRIES:
            with house.database.write() as tx:
                store.move(tx, check_id, {"tries": row.tries + 1})
            return Again(LATER_SECONDS * 2**row.tries)
        found = Found(None, f"A system did not answer: {error}", {})
    with house.database.write() as tx:
        _record(house, tx, outcome, row, found)
    return Done()


def _subjects(tx: Transaction, operation: Operation, case: Case) -> Iterator[tuple[Outcome, str]]:
    """Which outcomes a case that ends has, each with the write that it is of."""
    outcomes = operation.outcomes.values()
    of_writes = {each.of for each in outcomes if each.of is not None}
    done = store.performed_on(tx, case.id) if of_writes else ()
    for outcome in outcomes:
        if outcome.of is not None:
            yield from ((outcome, row.key) for row in done if row.operation == outcome.of)
        elif case.outcome == "resolved" and (not outcome.procedures or case.procedure in outcome.procedures):
            yield outcome, ""


def _found(house: House, operation: Operation, outcome: Outcome, case: Case, row: Row[Any]) -> Found:
    """Read everything again and ask whether it holds. A SystemUnavailable passes through: try again later."""
    values: dict[str, Any] = {}
    try:
        for name, value in _facts(house, operation, outcome, case, row):
            values[name] = value
        held = values.pop("holds")
    except (ExpressionFailed, SystemRefused) as error:
        return Found(None, f"It could not be told: {error}", values)
    if not isinstance(held, bool):
        return Found(None, f"It could not be told: {outcome.holds!r} gives neither true nor false", values)
    return Found(held, "" if held else f"{outcome.holds!r} does not hold", values)


def _facts(
    house: House, operation: Operation, outcome: Outcome, case: Case, row: Row[Any]
) -> Iterator[tuple[str, Any]]:
    """The facts by name, then `holds`. Records are read through no cache and kept nowhere."""
    names, currency = _names(house, outcome, case, row), operation.about.currency

    def value(text: str) -> Any:
        return parse(text).value(names, currency=currency)

    about = None if outcome.about is None else str(value(outcome.about))
    with house.database.read() as reader:
        customers = person_ids(reader, case.customer_id)
        names["again"] = store.count_later(reader, customers, row.since, but=case.id, about=about)
    records = TurnRecords(house.systems_of(operation))
    for name, record in outcome.records.items():
        names[name] = records.read(record.read, {argument: value(text) for argument, text in record.with_.items()})
    for name, text in outcome.facts.items():
        names[name] = value(text)
        yield name, names[name]
    if "again" in parse(outcome.holds).variables:
        yield "again", names["again"]
    yield "holds", value(outcome.holds)


def _names(house: House, outcome: Outcome, case: Case, row: Row[Any]) -> dict[str, Any]:
    """What expressions may use. Raises ExpressionFailed where what was written is not kept any more."""
    names: dict[str, Any] = {
        "now": iso(house.clock.now()),
        "customer": case.verified_as or "",
        "case": {
            "id": case.id,
            "intent": case.intent or "",
            "procedure": case.procedure or "",
            "opened_at": iso(case.opened_at),
            "ended_at": iso(row.since),
        },
    }
    if outcome.of is not None:
        with house.database.read() as reader:
            effect = effects.effect(reader, row.effect_key)
        if effect is None or not effect.args:
            raise ExpressionFailed("what was written is not kept any more.")
        names |= {"args": effect.args, "result": effect.result}
    return names


def _record(house: House, tx: Transaction, outcome: Outcome, row: Row[Any], found: Found) -> None:
    """Write down what came out, once, and call people where the operation says so."""
    now, state = house.clock.now(), {True: "held", False: "broken", None: "untold"}[found.held]
    case = cases.lock(tx, row.case_id)
    if not store.move(tx, row.id, {"state": state, "checked_at": now, "because": found.because}):
        return
    house.ledger.note(
        tx,
        case_id=row.case_id,
        kind="OutcomeChecked",
        at=now,
        actor=HOUSE,
        body={
            "check": row.id,
            "outcome": row.outcome,
            "held": found.held,
            "because": found.because,
            "key": row.effect_key,
            "due_at": iso(row.due_at),
        },
        personal={"values": dict(found.values)},
        customer_id=case.customer_id,
        release=row.release,
    )
    if found.held is not True and outcome.pages is not None:
        reason = f"{outcome.title}: not so on {row.case_id}."
        about = f"{STIMULUS}:{row.outcome}"
        raise_page(tx, house.ledger, reason=reason, severity=outcome.pages, about=about, now=now)
