"""The round: every process that runs turns looks once a second which contracts are due; each is checked by one of them.

What is due stands in the database, so a process that was down, or died in the middle of a check, misses nothing but
that check.
"""

import logging
import threading
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from aboveloop.app.contracts import store
from aboveloop.app.contracts.breaches import Broken, Change, Settled, close, settle, take_up
from aboveloop.app.contracts.checks import Result, check_contract, fetching
from aboveloop.app.premises import NothingDeployed, Premises
from aboveloop.kit.database import Transaction
from aboveloop.kit.errors import AboveloopError
from aboveloop.operation.contracts.contract import Contract
from aboveloop.operation.models import Operation

# One small query for each contract; a breach found in a customer's turn is taken up as soon.
LOOK_EVERY_SECONDS = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Looked:
    """What one look did for one contract. `result` is None where no check was made: a live breach, or one ended."""

    contract: str
    settled: Settled
    result: Result | None = None


class ContractRound:
    """One process's round. `look` is one look; `run` looks until `stop` is set."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises

    def look(self, stop: threading.Event | None = None) -> list[Looked]:
        """Take up what records broke at work, end what nobody promises any more, and check what is due."""
        operation = self._premises.current()
        done = [*self._take_up_live(operation), *self._end_forgotten(operation)]
        for contract in operation.contracts.values():
            if stop is not None and stop.is_set():
                break
            if any(asset.source is not None for asset in contract.assets) and self._claims(contract):
                done.append(self._check(operation, contract))
        return done

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self.look(stop)
            except NothingDeployed:
                pass
            except (sa.exc.DBAPIError, AboveloopError) as error:
                logger.error("The data contracts could not be looked after and will be again: %s", error)
            stop.wait(LOOK_EVERY_SECONDS)

    def _claims(self, contract: Contract) -> bool:
        now, every = self._premises.house.clock.now(), timedelta(seconds=contract.every_seconds)
        with self._premises.database.read() as reader:
            if not store.is_due(reader, contract.name, now=now, every=every):
                return False
        with self._premises.database.write() as tx:
            return store.claim(tx, contract.name, now=now, every=every)

    def _check(self, operation: Operation, contract: Contract) -> Looked:
        premises = self._premises
        fetch = fetching(premises.systems_of(operation), premises.settings.home)
        result = check_contract(operation, contract, fetch, premises.house.clock.now)
        with premises.database.write() as tx:
            settled = settle(self._change(tx, operation, contract), result)
        if settled.opened or settled.closed:
            logger.warning("The data contract %s is %s.", contract.name, "broken" if settled.opened else "kept again")
        return Looked(contract.name, settled, result)

    def _take_up_live(self, operation: Operation) -> list[Looked]:
        """What records broke at work. What an older release promised is not asked of the one at work."""
        found: dict[str, list[Broken]] = {}
        for noticed in self._premises.live.take():
            if noticed.release == operation.digest and noticed.contract in operation.contracts:
                found.setdefault(noticed.contract, []).append(noticed.broken)
        done = []
        for name, broken in found.items():
            with self._premises.database.write() as tx:
                store.know(tx, name, self._premises.house.clock.now())
                store.lock_state(tx, name)
                change = self._change(tx, operation, operation.contracts[name])
                done.append(Looked(name, take_up(change, broken)))
        return done

    def _end_forgotten(self, operation: Operation) -> list[Looked]:
        """Breaches of contracts that the release at work does not have."""
        with self._premises.database.read() as reader:
            forgotten = [row for row in store.open_breaches(reader) if row.contract not in operation.contracts]
        done = []
        for row in forgotten:
            with self._premises.database.write() as tx:
                store.lock_state(tx, row.contract)
                if store.open_breach(tx, row.contract) is None:
                    continue
                gone = Contract(row.contract, row.contract, row.title, row.version, "", ())
                change = self._change(tx, operation, gone)
                done.append(
                    Looked(row.contract, close(change, row, "The release at work no longer has this contract."))
                )
        return done

    def _change(self, tx: Transaction, operation: Operation, contract: Contract) -> Change:
        premises = self._premises
        return Change(premises.house, tx, operation, contract, premises.house.clock.now())
