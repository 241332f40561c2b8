"""What the board asks of the ledger's rows, and one row for each time that the ledger was verified."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.kit.database import Instant, Reader, Transaction, metadata
from aboveloop.ledger.store import ledger_entries

_e = ledger_entries.c
_Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")

verifications = sa.Table(
    "ledger_verifications",
    metadata,
    sa.Column("id", _Number, primary_key=True, autoincrement=True),
    sa.Column("at", Instant, nullable=False),
    # person:ID, or house for who commands the machine.
    sa.Column("by", sa.String, nullable=False),
    sa.Column("entries", sa.BigInteger, nullable=False),
    sa.Column("ok", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)


def _of(kinds: Collection[str], like: str, since: datetime | None) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [_e.kind.in_(sorted(kinds))]
    if like:
        found.append(_e.body.like(like))
    if since is not None:
        found.append(_e.at >= since)
    return found


def count(reader: Reader, kinds: Collection[str], like: str, since: datetime | None) -> int:
    """Entries of these kinds whose body is like that, since then or ever."""
    found = sa.select(sa.func.count()).select_from(ledger_entries).where(*_of(kinds, like, since))
    return int(reader.value(found) or 0)


def latest(
    reader: Reader, kinds: Collection[str], like: str, since: datetime | None, *, limit: int
) -> Sequence[Row[Any]]:
    """The latest first."""
    found = sa.select(_e.id, _e.case_id, _e.kind, _e.at, _e.actor, _e.body).where(*_of(kinds, like, since))
    return reader.all(found.order_by(_e.position.desc()).limit(limit))


def note_verification(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(verifications), values)


def last_verification(reader: Reader) -> Row[Any] | None:
    return reader.first(sa.select(verifications).order_by(verifications.c.id.desc()).limit(1))
