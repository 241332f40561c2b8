"""Holding: a person makes the pauses of a breach their own, so that they do not end by themselves."""

from aboveloop.app.contracts import store
from aboveloop.app.premises import Premises
from aboveloop.govern.people import Person, may
from aboveloop.govern.switches import Switch, Switches
from aboveloop.kit.errors import Conflict


class NothingToHold(Conflict):
    """The contract has paused nothing that stands."""


def hold(premises: Premises, person: Person, contract: str, *, because: str) -> list[Switch]:
    """Keep everything that the breach of a contract paused until somebody resumes it.

    Raises MayNot, ReasonMissing and NothingToHold.
    """
    may(person, "pause").demand()
    switches = Switches(premises.ledger, premises.current())
    with premises.database.write() as tx:
        store.lock_state(tx, contract)
        breach = store.open_breach(tx, contract)
        ours = {row.switch_id for row in store.pauses_of(tx, breach.id)} if breach is not None else set()
        standing = [switch for switch in switches.all(tx) if switch.id in ours]
        if not standing:
            raise NothingToHold(f"The data contract {contract} has paused nothing that stands, so nothing was held.")
        now = premises.house.clock.now()
        return [
            switches.pause(tx, switch.scope, name=switch.name, by=person, because=because, now=now)
            for switch in standing
        ]
