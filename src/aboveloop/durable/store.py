"""Which processes are alive: the heartbeat that tells whose turns must be taken over; and whose tables are in place."""

import os
import platform
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from aboveloop.kit.database import Instant, Reader, Transaction, metadata

processes = sa.Table(
    "durable_processes",
    metadata,
    sa.Column("executor", sa.String, primary_key=True),
    sa.Column("host", sa.String, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("beat_at", Instant, nullable=False),
)

engine_tables = sa.Table(
    "durable_engine",
    metadata,
    sa.Column("version", sa.String, primary_key=True),
)

# A living process beats every two seconds; five missed beats are a death, not a slow disk.
BEAT_SECONDS = 2.0
DEAD_AFTER = timedelta(seconds=10)


@dataclass(frozen=True)
class Process:
    executor: str
    host: str
    pid: int
    beat_at: datetime

    def is_dead(self, now: datetime) -> bool:
        """Dead for certain: silent for long, or gone from this very machine."""
        if self.host == platform.node() and not _pid_exists(self.pid):
            return True
        return now - self.beat_at > DEAD_AFTER


def beat(tx: Transaction, executor: str, now: datetime) -> None:
    changed = tx.execute(sa.update(processes).where(processes.c.executor == executor).values(beat_at=now))
    if changed.rowcount == 0:
        tx.execute(
            sa.insert(processes).values(
                executor=executor, host=platform.node(), pid=os.getpid(), started_at=now, beat_at=now
            )
        )


def known(reader: Reader) -> list[Process]:
    rows = reader.all(sa.select(processes.c.executor, processes.c.host, processes.c.pid, processes.c.beat_at))
    return [Process(row.executor, row.host, row.pid, row.beat_at) for row in rows]


def forget(tx: Transaction, executor: str) -> None:
    tx.execute(sa.delete(processes).where(processes.c.executor == executor))


def prepared_by(reader: Reader) -> str | None:
    """The version of the engine that prepared its tables last; None before the first."""
    found: str | None = reader.value(sa.select(engine_tables.c.version))
    return found


def note_prepared(tx: Transaction, version: str) -> None:
    """Two processes of one version may say so at once."""
    tx.execute(sa.delete(engine_tables).where(engine_tables.c.version != version))
    tx.add(engine_tables, {"version": version})


def _pid_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
