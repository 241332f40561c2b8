"""Turns on DBOS: committed together with what caused them, run once, taken over when their process dies.

DBOS keeps its tables in the same database, so that a turn is enqueued in the transaction that records its
cause. The queue is partitioned by lane with one turn at a time in each. Recovery of another process is not
part of the open engine: a heartbeat finds the dead, and the engine's public API puts their turns back.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig

from aboveloop.durable import store
from aboveloop.durable.turns import Again, Handler
from aboveloop.kit.clock import Clock, monotonic_seconds
from aboveloop.kit.database import Database, DatabaseTrouble, Transaction
from aboveloop.kit.errors import PermanentError
from aboveloop.kit.ids import new_id

APP = "aboveloop"
QUEUE = "turns"
WORKFLOW = "turn"
# Names the shape of a turn's arguments, not the release: turns left by an older process stay readable.
TURN_VERSION = "turns-1"
# Measured: polling twenty times a second costs a tenth of a core, once a second a hundredth. So the pace
# follows the work: ten times a second while there is some, which nobody who writes notices, slow after ten seconds
# without.
BUSY_POLL_SECONDS = 0.1
IDLE_POLL_SECONDS = 1.0
IDLE_AFTER_SECONDS = 10.0
# Finished turns are of no use to anybody after an hour; what they did stands in the ledger.
KEEP_FINISHED = timedelta(hours=1)
SWEEP_SECONDS = 60.0
RECONCILE_SECONDS = 4.0
CLEAN_UP_AT_ONCE = 1000

logger = logging.getLogger(__name__)


@dataclass
class _Pace:
    last_work: float = 0.0
    is_busy: bool = True


class DurableTurns:
    """Submits turns; with `launch`, also runs them. One running instance per process (DBOS is a singleton)."""

    def __init__(self, database: Database, clock: Clock, *, workers: int = 8) -> None:
        self.executor = new_id("proc")
        self._database = database
        self._clock = clock
        self._workers = workers
        self._engine = _engine_for(database)
        self._client: DBOSClient | None = None
        self._stopping = threading.Event()
        self._keeper: threading.Thread | None = None
        self._pace = _Pace()

    def prepare(self) -> None:
        """Create or upgrade the engine's own tables. Safe to repeat and to run from two processes."""
        logging.getLogger("dbos").setLevel(logging.ERROR)
        DBOS.migrate(self._database.url)

    def submit(self, tx: Transaction, *, lane: str, stimulus: str, delay_seconds: float = 0) -> None:
        if self._client is None:
            self._client = DBOSClient(system_database_engine=self._engine, application_name=APP)
        self._pace.last_work = monotonic_seconds()
        options: dict[str, object] = {"delay_seconds": delay_seconds} if delay_seconds > 0 else {}
        self._client.enqueue_in_transaction(
            tx.connection,
            {
                "workflow_name": WORKFLOW,
                "workflow_id": new_id("turn"),
                "queue_name": QUEUE,
                "queue_partition_key": lane,
                "app_version": TURN_VERSION,
                **options,  # type: ignore[typeddict-item]
            },
            lane,
            stimulus,
        )

    def launch(self, handler: Handler) -> None:
        """Run turns with `handler` until `stop`. Raises PermanentError when this process already runs some."""
        if self._keeper is not None:
            raise PermanentError("This process already runs turns; stop it before starting again.")
        DBOS(config=self._config())
        DBOS.workflow(name=WORKFLOW)(self._workflow(handler))
        with self._database.write() as tx:
            store.beat(tx, self.executor, self._clock.now())
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=self._workers,
            partition_concurrency=1,
            polling_interval_sec=BUSY_POLL_SECONDS,
            on_conflict="always_update",
        )
        self._pace.last_work = monotonic_seconds()
        self.take_over_from_the_dead()
        self._keeper = threading.Thread(target=self._keep, name="turns-keeper", daemon=True)
        self._keeper.start()

    def stop(self, *, finish_within_seconds: int = 10) -> None:
        """Finish the running turns and stop. What is queued waits for the next process."""
        self._stopping.set()
        if self._keeper is not None:
            self._keeper.join(timeout=5)
            DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=finish_within_seconds)
            self._keeper = None
            with self._database.write() as tx:
                store.forget(tx, self.executor)
        if self._client is not None:
            self._client.destroy()
            self._client = None
        self._engine.dispose()

    def take_over_from_the_dead(self) -> int:
        """Put back the turns of processes that no longer live. Returns how many."""
        now = self._clock.now()
        with self._database.read() as reader:
            processes = store.known(reader)
        living = {process.executor for process in processes if not process.is_dead(now)} | {self.executor}
        running = DBOS.list_workflows(
            status="PENDING", queue_name=[QUEUE, "_dbos_internal_queue"], load_input=False, load_output=False
        )
        orphans = [turn.workflow_id for turn in running if turn.executor_id not in living]
        if orphans:
            logger.warning("Taking over %s turns of processes that died.", len(orphans))
            DBOS.resume_workflows(orphans, queue_name=QUEUE)
        with self._database.write() as tx:
            for process in processes:
                if process.executor not in living:
                    store.forget(tx, process.executor)
        return len(orphans)

    def _workflow(self, handler: Handler) -> Callable[[str, str], None]:
        def turn(lane: str, stimulus: str) -> None:
            self._pace.last_work = monotonic_seconds()
            result = handler(lane, stimulus)
            while isinstance(result, Again):
                try:
                    with self._database.write() as tx:
                        self.submit(tx, lane=lane, stimulus=stimulus, delay_seconds=result.after_seconds)
                    return
                except DatabaseTrouble as error:
                    logger.warning("A turn of %s cannot be put back now and will be: %s", lane, error.orig)
                    # A turn that ended here would be lost; one that is cut off is taken over by another process.
                    if self._stopping.wait(IDLE_POLL_SECONDS):
                        raise

        return turn

    def _config(self) -> DBOSConfig:
        return {
            "name": APP,
            "system_database_url": self._database.url,
            "system_database_engine": self._engine,
            "executor_id": self.executor,
            "application_version": TURN_VERSION,
            "log_level": "ERROR",
            "max_executor_threads": self._workers + 2,
            "use_listen_notify": False,
            # Nothing here waits for notifications or schedules: look for them seldom. Stopping waits for one look.
            "notification_listener_polling_interval_sec": 2.0,
            "scheduler_polling_interval_sec": 3600.0,
        }

    def _keep(self) -> None:
        """The house-keeping of a running process: heartbeat, pace, take-over, clean-up."""
        next_beat = next_reconcile = next_sweep = 0.0
        while not self._stopping.wait(0.25):
            at = monotonic_seconds()
            try:
                self._set_pace(at)
                if at >= next_beat:
                    next_beat = at + store.BEAT_SECONDS
                    with self._database.write() as tx:
                        store.beat(tx, self.executor, self._clock.now())
                if at >= next_reconcile:
                    next_reconcile = at + RECONCILE_SECONDS
                    self.take_over_from_the_dead()
                if at >= next_sweep:
                    next_sweep = at + SWEEP_SECONDS
                    self._sweep(self._clock.now())
            except sa.exc.DBAPIError as error:
                logger.warning("House-keeping of turns failed and will be tried again: %s", error.orig)

    def _set_pace(self, at: float) -> None:
        is_busy = at - self._pace.last_work < IDLE_AFTER_SECONDS
        if is_busy != self._pace.is_busy:
            self._pace.is_busy = is_busy
            queue = DBOS.retrieve_queue(QUEUE)
            if queue is not None:
                queue.set_polling_interval_sec(BUSY_POLL_SECONDS if is_busy else IDLE_POLL_SECONDS)

    def _sweep(self, now: datetime) -> None:
        finished = DBOS.list_workflows(
            status="SUCCESS",
            completed_before=(now - KEEP_FINISHED).isoformat(),
            limit=CLEAN_UP_AT_ONCE,
            load_input=False,
            load_output=False,
        )
        if finished:
            DBOS.delete_workflows([turn.workflow_id for turn in finished])


def _engine_for(database: Database) -> sa.Engine:
    """An engine for DBOS: it expects the driver to open its transactions, ours opens them itself."""
    if database.is_postgres:
        return sa.create_engine(database.url, pool_size=10, max_overflow=20, pool_pre_ping=True)
    engine = sa.create_engine(database.url, pool_size=10, max_overflow=20)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: object, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"  # type: ignore[attr-defined]
        connection.execute("PRAGMA busy_timeout=30000")  # type: ignore[attr-defined]
        connection.execute("PRAGMA synchronous=NORMAL")  # type: ignore[attr-defined]

    return engine
