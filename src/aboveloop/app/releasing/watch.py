"""The watch: each process that runs turns makes ready what is deployed, says that it serves it, and holds the canary
against its guards; a breach takes the canary back without waiting for anybody."""

import logging
import os
import platform
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from aboveloop.app.premises import Premises
from aboveloop.app.releasing import rollback
from aboveloop.app.releasing.evidence import weigh_canary
from aboveloop.govern.promotion import store
from aboveloop.kit.errors import AboveloopError
from aboveloop.kit.ids import new_id
from aboveloop.operation import environments, releases
from aboveloop.operation.errors import NothingPlaced

# How fast a process notices that another release is at work; it asks two rows.
LOOK_EVERY_SECONDS = 1.0
# How often a process says that it lives: well within what it is given up after.
SAY_EVERY = timedelta(seconds=15)
# Guards are counted over all cases of two releases, so not at every look.
WEIGH_EVERY = timedelta(seconds=15)

logger = logging.getLogger(__name__)


class Watch:
    """One process's watch. `look` is one look; `run` looks until `stop` is set."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises
        self._process = f"{platform.node()}:{os.getpid()}:{new_id('process')}"
        self._ready: tuple[str, str | None] | None = None
        self._since: datetime | None = None
        self._said: datetime | None = None
        self._weighed: datetime | None = None

    def look(self) -> None:
        """Make ready what is at work, say so, and weigh the canary when it is time."""
        premises = self._premises
        with premises.database.read() as reader:
            production = releases.deployed_digest(reader)
            placed = environments.placed(reader, "canary")
        if production is None:
            return
        now = premises.house.clock.now()
        serves = (production, placed.release.digest if placed is not None else None)
        if serves != self._ready:
            for digest in filter(None, serves):
                operation = premises.operation_of(digest)
                premises.reader_of(operation)
                premises.pack_of(operation)
            self._ready, self._since, self._said = serves, premises.house.clock.now(), None
        if self._said is None or now - self._said >= SAY_EVERY:
            self._say(now)
        if placed is not None and (self._weighed is None or now - self._weighed >= WEIGH_EVERY):
            self._weighed = now
            watch_guards(premises)

    def _say(self, now: datetime) -> None:
        assert self._ready is not None, "said only after it was made ready"
        production, canary = self._ready
        values = {"process": self._process, "production": production, "canary": canary}
        with self._premises.database.write() as tx:
            store.save_process(tx, {**values, "serving_since": self._since, "seen_at": now})
        self._said = now

    def run(self, stop: threading.Event) -> None:
        """Look until `stop` is set, then say that this process serves nobody any more."""
        while not stop.is_set():
            self._try(self.look)
            stop.wait(LOOK_EVERY_SECONDS)
        self._try(self._leave)

    def _leave(self) -> None:
        with self._premises.database.write() as tx:
            store.forget_process(tx, self._process)

    def _try(self, what: Callable[[], None]) -> None:
        try:
            what()
        except (sa.exc.DBAPIError, AboveloopError) as error:
            logger.error("The releases could not be looked after and will be again: %s", error)


def watch_guards(premises: Premises) -> rollback.Rollback | None:
    """Take the canary back if a guard is breached, say why, and page. None where nothing was taken back."""
    with premises.database.read() as reader:
        weighed = weigh_canary(premises, reader)
    if weighed is None or not weighed.breached:
        return None
    because = "A guard was breached: " + " ".join(state.sentence for state in weighed.breached)
    try:
        done = rollback.roll_back(premises, by="house", because=because, place="canary")
    except NothingPlaced:
        # Another process saw it first.
        return None
    logger.error("The canary %s was taken back. %s", done.left.name, because)
    premises.page(because, "high", f"release:{done.left.digest}")
    return done
