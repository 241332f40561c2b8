"""Effects: what was about to be done in a system of record, committed before it is done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.kit.database import Instant, Reader, Transaction, metadata
from aboveloop.kit.prepared import Prepared

effects = sa.Table(
    "effects",
    metadata,
    # The idempotency key that the system of record is given.
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("case_id", sa.String, nullable=False, index=True),
    sa.Column("operation", sa.String, nullable=False),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("args", sa.JSON, nullable=False),
    # intended | performed | refused | unknown | not_done: the last tried in vain, and may be intended again
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("result", sa.JSON),
    sa.Column("intended_at", Instant, nullable=False),
    sa.Column("settled_at", Instant),
)


# What comparing with the systems of record found, and stood at a second look.
differences = sa.Table(
    "reconcile_differences",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("because", sa.String, primary_key=True),
    # "" for a write that is none of ours.
    sa.Column("case_id", sa.String, nullable=False, index=True),
    sa.Column("operation", sa.String, nullable=False),
    sa.Column("found_at", Instant, nullable=False),
    # When comparing no longer found it; null while it stands.
    sa.Column("settled_at", Instant, index=True),
)
_d = differences.c

# Asked for every write that leaves the house: compiled once.
_EFFECT = Prepared(sa.select(effects).where(effects.c.key == sa.bindparam("key")))
_INTEND = Prepared(sa.insert(effects))
_SETTLE = Prepared(
    sa.update(effects).where(
        effects.c.key == sa.bindparam("which"), (effects.c.state == "intended") | (effects.c.state == "unknown")
    )
)


def effect(reader: Reader, key: str) -> Row[Any] | None:
    return reader.first(_EFFECT, {"key": key})


def intend(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.change(_INTEND, values)


def settle(tx: Transaction, key: str, *, state: str, result: object, now: datetime) -> bool:
    """Write down how it went; False when that stands there already."""
    return tx.change(_SETTLE, {"which": key, "state": state, "result": result, "settled_at": now}) == 1


def leave_at(tx: Transaction, key: str, fate: str) -> None:
    """It was tried in vain: `not_done`, or `unknown` where it may have happened. What was unknown before stays so."""
    tx.execute(sa.update(effects).where(effects.c.key == key, effects.c.state == "intended").values(state=fate))


def intend_again(tx: Transaction, key: str) -> None:
    tx.execute(sa.update(effects).where(effects.c.key == key, effects.c.state == "not_done").values(state="intended"))


def effects_of(reader: Reader, case_id: str | None = None) -> Sequence[Row[Any]]:
    query = sa.select(effects).order_by(effects.c.intended_at, effects.c.key)
    if case_id is not None:
        query = query.where(effects.c.case_id == case_id)
    return reader.all(query)


def blank_effects(tx: Transaction, case_ids: Sequence[str]) -> None:
    """Remove what is personal in the writes of these cases; that they happened stays."""
    tx.execute(sa.update(effects).where(effects.c.case_id.in_(case_ids)).values(args={}, result=None))


def count_doubled(reader: Reader) -> int:
    """Actions (operation and arguments) that were performed more than once on one case."""
    groups = (
        sa.select(effects.c.case_id)
        .where(effects.c.state == "performed")
        .group_by(effects.c.case_id, effects.c.digest)
        .having(sa.func.count() > 1)
    )
    return int(reader.value(sa.select(sa.func.count()).select_from(groups.subquery())) or 0)


def case_of_effect(reader: Reader, key: str) -> str:
    """The case that a write belongs to; "" for one that is not ours."""
    row = reader.first(_EFFECT, {"key": key})
    return "" if row is None else str(row.case_id)


def standing_differences(reader: Reader) -> Sequence[Row[Any]]:
    """Those that the latest comparison still found, the oldest first."""
    return reader.all(sa.select(differences).where(_d.settled_at.is_(None)).order_by(_d.found_at, _d.key))


def every_difference(reader: Reader, *, limit: int) -> Sequence[Row[Any]]:
    """The latest first, settled ones too."""
    return reader.all(sa.select(differences).order_by(_d.found_at.desc(), _d.key).limit(limit))


def count_differences(reader: Reader, *, standing: bool) -> int:
    found = sa.select(sa.func.count()).select_from(differences)
    return int(reader.value(found.where(_d.settled_at.is_(None)) if standing else found) or 0)


def note_difference(tx: Transaction, values: Mapping[str, object]) -> bool:
    """It stands; False where it stood already. One that comes back stands again."""
    known = sa.and_(_d.key == values["key"], _d.because == values["because"])
    row = tx.first(sa.select(differences).where(known))
    if row is not None and row.settled_at is None:
        return False
    if row is None:
        tx.execute(sa.insert(differences), values)
    else:
        tx.execute(sa.update(differences).where(known).values(settled_at=None))
    return True


def settle_difference(tx: Transaction, key: str, because: str, now: datetime) -> bool:
    """It is found no more; False where that stands there already."""
    change = sa.update(differences).where(_d.key == key, _d.because == because, _d.settled_at.is_(None))
    return tx.execute(change.values(settled_at=now)).rowcount == 1
