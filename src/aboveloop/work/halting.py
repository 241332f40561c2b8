"""Halting: a person paused something, and it holds before the next action; resuming brings the cases back."""

from dataclasses import replace

from aboveloop.govern.switches import Switch
from aboveloop.journey import cases, store
from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.kit.database import Transaction
from aboveloop.work.house import House
from aboveloop.work.turn_state import Change, Turn


def key_of(switch: Switch) -> str:
    """Names a switch in the rows of the cases that it stopped."""
    return f"{switch.scope}:{switch.name}"


def change_for(turn: Turn, switch: Switch) -> Change:
    """Keep everything and wait until the switch is released. The customer's messages stay unhandled."""

    def change(tx: Transaction, case: Case) -> Case:
        store.update_case(tx, case.id, {"halted_by": key_of(switch)})
        if case.owner is Owner.RESOLVED:
            return case
        return cases.change_owner(
            tx,
            turn.house.ledger,
            case,
            Owner.WAITING_ON_PERSON,
            actor="house",
            because=switch.sentence,
            now=turn.now,
        )

    return change


def is_over(turn: Turn) -> None:
    """The case moves again: it is no longer kept by the switch that had stopped it."""
    if turn.case.halted_by is None:
        return
    case_id = turn.case.id
    turn.pending.append(lambda tx: store.update_case(tx, case_id, {"halted_by": None}))
    turn.stale = True
    turn.case = replace(turn.case, halted_by=None)


def release(house: House, tx: Transaction, switch: Switch, *, actor: str) -> int:
    """Bring back every case that this switch had stopped. Returns how many."""
    now = house.clock.now()
    halted = store.halted_cases(tx, key_of(switch))
    for case_id in halted:
        case = cases.lock(tx, case_id)
        store.update_case(tx, case_id, {"halted_by": None})
        if case.owner is Owner.WAITING_ON_PERSON:
            cases.change_owner(tx, house.ledger, case, Owner.WORKER, actor=actor, because="resumed", now=now)
        house.turns.submit(tx, lane=case_id, stimulus="go_on")
    return len(halted)
