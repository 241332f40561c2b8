"""The one draft of routing rules as a row."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.kit.database import Instant, Reader, Transaction, metadata

drafts = sa.Table(
    "routing_drafts",
    metadata,
    # There is one for the whole operation: rules are asked in one order.
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),
    # The digest of the rules at work when it was begun: what it would take back when others changed them meanwhile.
    sa.Column("base", sa.String, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
NAME = "routing"
_ONE = drafts.c.name == NAME


def draft(reader: Reader) -> Row[Any] | None:
    return reader.first(sa.select(drafts).where(_ONE))


def locked(tx: Transaction) -> Row[Any] | None:
    return tx.first(sa.select(drafts).where(_ONE).with_for_update())


def keep(tx: Transaction, values: Mapping[str, object], *, is_new: bool) -> bool:
    """False where a draft that was to be begun has been begun by somebody else."""
    if is_new:
        return tx.add(drafts, {"name": NAME, **values})
    tx.execute(sa.update(drafts).where(_ONE).values(**values))
    return True


def drop(tx: Transaction) -> bool:
    """Whether there was one."""
    return tx.execute(sa.delete(drafts).where(_ONE).returning(drafts.c.name)).first() is not None
