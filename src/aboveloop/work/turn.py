"""The main flow: one stimulus moves one case as far as it can go, and then the turn ends.

Messages are read and routed, the procedure on top makes its moves, every action passes the gate. Nothing stays
in memory: what a case waits for is a row. A turn that is interrupted anywhere runs again and does nothing twice.
"""

import logging

from aboveloop.durable.turns import Again, Done
from aboveloop.journey import cases
from aboveloop.journey.cases import Case
from aboveloop.journey.errors import CaseNotFound, TurnSuperseded
from aboveloop.journey.ownership import Owner
from aboveloop.kit.database import DatabaseTrouble
from aboveloop.kit.errors import TemporaryError
from aboveloop.kit.ids import new_id
from aboveloop.work import carry, deliver, halting, hand_over, later, listen, waking
from aboveloop.work.house import House, TurnRecords
from aboveloop.work.incidents import repairs
from aboveloop.work.memory import Memory
from aboveloop.work.outcomes import checks as outcomes
from aboveloop.work.turn_state import Turn

# A database that was away or chose a turn to end a deadlock is back within a moment, or it is down for longer anyway.
DATABASE_PAUSE_SECONDS = 2.0

logger = logging.getLogger(__name__)


def run_turn(house: House, lane: str, stimulus: str) -> Done | Again:
    """Run one turn. `lane` is a case, `stimulus` one of message, go_on, approval:ID, timer:NAME, deliver:ID,
    incident:ID, outcome:ID."""
    kind, _, name = stimulus.partition(":")
    try:
        match kind:
            case "deliver":
                return deliver.deliver(house, name)
            case repairs.STIMULUS:
                return repairs.run(house, name)
            case outcomes.STIMULUS:
                return outcomes.run(house, name)
            case _:
                return _run_on_case(house, lane, kind, name)
    except DatabaseTrouble as error:
        logger.warning("The turn %s of %s has no database now and will be tried again: %s", stimulus, lane, error.orig)
        return Again(DATABASE_PAUSE_SECONDS)


def _run_on_case(house: House, lane: str, kind: str, name: str) -> Done | Again:
    turn: Turn | None = None
    try:
        turn = _begin(house, lane)
        if turn is not None:
            _move(turn, kind, name)
    except DatabaseTrouble:
        raise
    except TurnSuperseded as error:
        logger.info("%s", error)
    except TemporaryError as error:
        logger.warning("Case %s: %s It will be tried again.", lane, error)
        return Again(error.retry_after_seconds)
    except CaseNotFound:
        logger.warning("A turn came for case %s, which does not exist.", lane)
    except Exception as error:
        # The edge of a turn: whatever it was, it is recorded and a person gets the case.
        logger.exception("Case %s: the turn failed and a person gets the case.", lane)
        hand_over.after_failure(house, lane, error, happened=turn.happened if turn is not None else ())
    return Done()


def _begin(house: House, case_id: str) -> Turn | None:
    """Fence the case for this turn. None while it is with people: then the worker stays silent."""
    now = house.clock.now()
    with house.database.write() as tx:
        case = cases.begin_turn(tx, case_id, new_id("fence"))
        contact = cases.contact_of(tx, case.contact_id)
    memory = Memory.from_json(case.memory)
    if case.owner is Owner.PERSON or _waits_to_be_taken(case, memory):
        return None
    operation = house.operation_of(case.release)
    systems = house.systems_of(operation)
    return Turn(
        house=house,
        operation=operation,
        case=case,
        memory=memory,
        contact=contact,
        systems=systems,
        records=TurnRecords(systems),
        now=now,
    )


def _move(turn: Turn, kind: str, name: str) -> None:
    switch = turn.standing()
    if switch is not None:
        if kind == "timer":
            turn.memory.missed.append(name)
        turn.commit(halting.change_for(turn, switch))
        return
    halting.is_over(turn)
    waking.catch_up(turn)
    match kind:
        case "timer":
            waking.wake(turn, name)
        case "approval":
            waking.answered(turn, name)
        case _:
            pass
    # What was under way when a system did not answer goes on first: what is said meanwhile is heard after it.
    carry.carry_on(turn)
    for message in listen.unhandled(turn):
        listen.hear(turn, message)
    carry.carry_on(turn)
    later.open_next(turn)
    carry.settle(turn)


def _waits_to_be_taken(case: Case, memory: Memory) -> bool:
    """Handed over and not taken yet: not an approval that a worker waits for, not a pause."""
    return case.owner is Owner.WAITING_ON_PERSON and memory.waiting != "approval" and case.halted_by is None
