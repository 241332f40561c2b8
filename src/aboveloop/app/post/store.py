"""One row for each message of ours that goes by mail, one for each mailbox that is read, and every query on them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.kit.database import Instant, Reader, Transaction, metadata

deliveries = sa.Table(
    "mail_deliveries",
    metadata,
    sa.Column("message_id", sa.String, primary_key=True),
    sa.Column("case_id", sa.String, nullable=False, index=True),
    # under_way | sent | refused (for good, or for too long) | bounced (reported after it was taken)
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("first_at", Instant, nullable=False),
    # Why it did not arrive stands in the ledger: servers name the address.
    sa.Column("settled_at", Instant),
)
_d = deliveries.c

mailboxes = sa.Table(
    "mail_positions",
    metadata,
    sa.Column("mailbox", sa.String, primary_key=True),
    sa.Column("validity", sa.BigInteger, nullable=False),
    sa.Column("uid", sa.BigInteger, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
_m = mailboxes.c
UNDELIVERED = ("refused", "bounced")


def begin(tx: Transaction, message_id: str, case_id: str, now: datetime) -> Row[Any]:
    """Another attempt: the row as it stands then, which may say that none is needed."""
    new = {"message_id": message_id, "case_id": case_id, "state": "under_way", "attempts": 0, "first_at": now}
    tx.add(deliveries, new)
    tried = sa.update(deliveries).where(_d.message_id == message_id, _d.state == "under_way")
    tx.execute(tried.values(attempts=_d.attempts + 1))
    row = delivery(tx, message_id)
    assert row is not None, "it was inserted just now, and rows go only with their person"
    return row


def delivery(reader: Reader, message_id: str) -> Row[Any] | None:
    return reader.first(sa.select(deliveries).where(_d.message_id == message_id))


def settle(tx: Transaction, message_id: str, states: Sequence[str], values: Mapping[str, object]) -> bool:
    """From one of these states to another; False where it is in none of them."""
    change = sa.update(deliveries).where(_d.message_id == message_id, _d.state.in_(states))
    return tx.execute(change.values(**values)).rowcount == 1


def undelivered(reader: Reader, *, limit: int) -> Sequence[Row[Any]]:
    """What did not arrive, the latest first."""
    found = sa.select(deliveries).where(_d.state.in_(UNDELIVERED))
    return reader.all(found.order_by(_d.settled_at.desc(), _d.message_id).limit(limit))


def count_state(reader: Reader, states: Sequence[str]) -> int:
    return int(reader.value(sa.select(sa.func.count()).select_from(deliveries).where(_d.state.in_(states))) or 0)


def position(reader: Reader, mailbox: str) -> Row[Any] | None:
    return reader.first(sa.select(mailboxes).where(_m.mailbox == mailbox))


def keep_position(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.put(mailboxes, values)
