"""The durable engine, brought in when turns are first submitted or run: DBOS takes a second to start, and whoever only
looks at a house should not wait for it."""

import threading
from importlib.metadata import version
from typing import Protocol

from aboveloop.durable import store
from aboveloop.durable.turns import Handler, Turns
from aboveloop.kit.clock import Clock
from aboveloop.kit.database import Database, Transaction


class Engine(Turns, Protocol):
    """What `engine.DurableTurns` does."""

    def prepare(self) -> None: ...

    def launch(self, handler: Handler) -> None: ...

    def stop(self) -> None: ...


class LateTurns:
    """As `engine.DurableTurns`, which it makes when there is something for it to do."""

    def __init__(self, database: Database, clock: Clock, *, workers: int = 8) -> None:
        self._database = database
        self._clock = clock
        self._workers = workers
        self._made: Engine | None = None
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Create or upgrade the engine's own tables, unless this version of it has done so already."""
        here = version("dbos")
        with self._database.read() as reader:
            if store.prepared_by(reader) == here:
                return
        self._engine().prepare()
        with self._database.write() as tx:
            store.note_prepared(tx, here)

    def submit(self, tx: Transaction, *, lane: str, stimulus: str, delay_seconds: float = 0) -> None:
        self._engine().submit(tx, lane=lane, stimulus=stimulus, delay_seconds=delay_seconds)

    def launch(self, handler: Handler) -> None:
        """Run turns with `handler` until `stop`. Raises PermanentError when this process already runs some."""
        self._engine().launch(handler)

    def stop(self) -> None:
        """Finish the running turns and stop, if any could run."""
        if self._made is not None:
            self._made.stop()

    def _engine(self) -> Engine:
        with self._lock:
            if self._made is None:
                from aboveloop.durable.engine import DurableTurns  # noqa: PLC0415 -- it brings DBOS

                self._made = DurableTurns(self._database, self._clock, workers=self._workers)
            return self._made
