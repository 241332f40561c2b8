"""Rehome: cases under way on the release of an incident do not finish on it.

They go on by the mended release where only its policies differ; where procedures differ, people take them.
"""

from aboveloop.journey import cases, store
from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.kit.database import Transaction
from aboveloop.operation.models import Operation
from aboveloop.work.house import House

# What a running procedure stands on: where all of these are the same, a case does not notice the new release.
STANDS_ON = ("procedures", "fragments", "messages", "systems", "intents")


def rehome(
    house: House, tx: Transaction, *, faulty: Operation, mended: Operation, actor: str, because: str
) -> dict[str, int]:
    """Bring the open cases of `faulty` to `mended`, or to people. Returns how many went where."""
    counts = {"moved": 0, "handed_over": 0}
    moves = all(getattr(faulty, name) == getattr(mended, name) for name in STANDS_ON)
    for case_id in store.open_cases_of_release(tx, faulty.digest):
        case = cases.lock(tx, case_id)
        if case.owner is Owner.RESOLVED:
            continue
        if moves or case.owner is Owner.PERSON:
            _move(house, tx, case, mended, actor=actor, because=because)
            counts["moved"] += 1
        else:
            cases.hand_over(tx, house.ledger, case, actor=actor, because=because, now=house.clock.now())
            counts["handed_over"] += 1
    return counts


def _move(house: House, tx: Transaction, case: Case, mended: Operation, *, actor: str, because: str) -> None:
    store.update_case(tx, case.id, {"release": mended.digest})
    house.ledger.note(
        tx,
        case_id=case.id,
        kind="CaseReleaseChanged",
        at=house.clock.now(),
        actor=actor,
        body={"from": case.release, "to": mended.digest, "because": because},
        release=mended.digest,
    )
