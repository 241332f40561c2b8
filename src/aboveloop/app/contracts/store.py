"""The tables of data contracts at work and every query on them: when each is due, its breaches, what they paused."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.kit.database import Instant, Reader, Transaction, metadata

# One row for each contract: when it is due, and what its last check found.
states = sa.Table(
    "contract_states",
    metadata,
    sa.Column("contract", sa.String, primary_key=True),
    sa.Column("due_at", Instant, nullable=False),
    # unchecked | kept | broken | unreachable
    sa.Column("state", sa.String, nullable=False),
    sa.Column("checked_at", Instant),
    sa.Column("release", sa.String),
    # How often in a row its source did not answer, and how often in a row it was kept while a breach was open.
    sa.Column("misses", sa.Integer, nullable=False),
    sa.Column("clean", sa.Integer, nullable=False),
    sa.Column("result", sa.JSON),
)
_s = states.c

breaches = sa.Table(
    "contract_breaches",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("contract", sa.String, nullable=False),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("release", sa.String, nullable=False),
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Column("closed_because", sa.Text, nullable=False, server_default=""),
    # How many checks in a row must be kept before it is over.
    sa.Column("needs_clean", sa.Integer, nullable=False),
    # By asset and rule: what was found first.
    sa.Column("findings", sa.JSON, nullable=False),
    sa.Index("ix_contract_breaches_contract", "contract", "opened_at"),
)
_b = breaches.c
_is_open = _b.closed_at.is_(None)
# Two processes that find the same at once open one breach.
sa.Index("uq_contract_breaches_open", _b.contract, unique=True, sqlite_where=_is_open, postgresql_where=_is_open)

# What a breach paused. `switch_id` is "" where somebody else had paused it before.
pauses = sa.Table(
    "contract_pauses",
    metadata,
    sa.Column("breach_id", sa.ForeignKey("contract_breaches.id"), primary_key=True),
    sa.Column("scope", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("uses", sa.Text, nullable=False),
    sa.Column("switch_id", sa.String, nullable=False, index=True),
    sa.Column("ended_at", Instant),
)
_p = pauses.c

# What checks found, one row whenever that changed, and one an hour where it did not.
runs = sa.Table(
    "contract_runs",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("contract", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("milliseconds", sa.Integer, nullable=False),
    sa.Column("broken", sa.JSON, nullable=False),
    sa.Index("ix_contract_runs_contract", "contract", "at"),
)
_r = runs.c


def know(tx: Transaction, contract: str, now: datetime) -> None:
    """Give the contract its row, due at once, where it has none."""
    new = {"contract": contract, "due_at": now, "state": "unchecked", "misses": 0, "clean": 0}
    tx.add(states, new)


def claim(tx: Transaction, contract: str, *, now: datetime, every: timedelta) -> bool:
    """Take on the check that is due; False where it is not, or another process has it.

    A row that is due further ahead than ever set was written by a clock that was set back: it is due too.
    """
    know(tx, contract, now)
    is_due = sa.or_(_s.due_at <= now, _s.due_at > now + 2 * every)
    taken = sa.update(states).where(_s.contract == contract, is_due).values(due_at=now + every)
    return tx.execute(taken).rowcount == 1


def is_due(reader: Reader, contract: str, *, now: datetime, every: timedelta) -> bool:
    """As `claim` would find it, for a look that takes no lock."""
    row = state(reader, contract)
    return row is None or row.due_at <= now or row.due_at > now + 2 * every


def lock_state(tx: Transaction, contract: str) -> Row[Any] | None:
    """The row of a contract, held until the end of the transaction: what is settled for it is settled in turn."""
    return tx.first(sa.select(states).where(_s.contract == contract).with_for_update())


def state(reader: Reader, contract: str) -> Row[Any] | None:
    return reader.first(sa.select(states).where(_s.contract == contract))


def all_states(reader: Reader) -> dict[str, Row[Any]]:
    return {row.contract: row for row in reader.all(sa.select(states))}


def set_state(tx: Transaction, contract: str, values: Mapping[str, object]) -> None:
    tx.execute(sa.update(states).where(_s.contract == contract).values(**values))


def open_breach(reader: Reader, contract: str) -> Row[Any] | None:
    return reader.first(sa.select(breaches).where(_b.contract == contract, _is_open))


def open_breaches(reader: Reader) -> list[Row[Any]]:
    """The longest open first."""
    return list(reader.all(sa.select(breaches).where(_is_open).order_by(_b.opened_at, _b.id)))


def breach(reader: Reader, breach_id: str) -> Row[Any] | None:
    return reader.first(sa.select(breaches).where(_b.id == breach_id))


def breaches_of(reader: Reader, contract: str, *, limit: int) -> list[Row[Any]]:
    """The latest first."""
    found = sa.select(breaches).where(_b.contract == contract)
    return list(reader.all(found.order_by(_b.opened_at.desc(), _b.id.desc()).limit(limit)))


def count_closed_since(reader: Reader, contract: str, since: datetime) -> int:
    found = sa.select(sa.func.count()).select_from(breaches).where(_b.contract == contract, _b.closed_at >= since)
    return int(reader.value(found))


def insert_breach(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(breaches), values)


def set_breach(tx: Transaction, breach_id: str, values: Mapping[str, object]) -> None:
    tx.execute(sa.update(breaches).where(_b.id == breach_id).values(**values))


def insert_pause(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(pauses), values)


def pauses_of(reader: Reader, breach_id: str) -> list[Row[Any]]:
    """What it paused, ended or not, by name."""
    return list(reader.all(sa.select(pauses).where(_p.breach_id == breach_id).order_by(_p.scope, _p.name)))


def pauses_by_switch(reader: Reader, switch_ids: Collection[str]) -> list[Row[Any]]:
    """The pauses that stand on these switches, with the contract of their breach."""
    found = sa.select(pauses, _b.contract).join(breaches, _b.id == _p.breach_id)
    return list(reader.all(found.where(_p.switch_id.in_(switch_ids), _p.ended_at.is_(None))))


def end_pause(tx: Transaction, breach_id: str, place: tuple[str, str], at: datetime) -> None:
    ended = sa.update(pauses).where(_p.breach_id == breach_id, _p.scope == place[0], _p.name == place[1])
    tx.execute(ended.values(ended_at=at))


def last_run(reader: Reader, contract: str) -> Row[Any] | None:
    return reader.first(sa.select(runs).where(_r.contract == contract).order_by(_r.at.desc(), _r.id.desc()).limit(1))


def runs_of(reader: Reader, contract: str, *, limit: int) -> list[Row[Any]]:
    """The latest first."""
    found = sa.select(runs).where(_r.contract == contract)
    return list(reader.all(found.order_by(_r.at.desc(), _r.id.desc()).limit(limit)))


def insert_run(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(runs), values)


def forget_runs(tx: Transaction, contract: str, before: datetime) -> None:
    tx.execute(sa.delete(runs).where(_r.contract == contract, _r.at < before))
