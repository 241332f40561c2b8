"""The tables of the entrance and every query on them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.kit.database import Instant, Reader, Transaction, metadata

# Tokens of programs. Only a hash is kept: who reads the database can use none of them.
tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    sa.Column("person_id", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("created_by", sa.String, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("last_used_at", Instant),
    sa.Column("revoked_at", Instant),
)
_t = tokens.c

# One row for each person who ever set a password, was signed out everywhere or blocked. Who is not here has none of it.
# `epoch` is in every session: raising it ends them all.
accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("person_id", sa.String, primary_key=True),
    sa.Column("password_hash", sa.String),
    sa.Column("password_set_at", Instant),
    sa.Column("epoch", sa.Integer, nullable=False, server_default="0"),
    sa.Column("blocked_at", Instant),
    sa.Column("blocked_by", sa.String),
)
_n = accounts.c

# Failed attempts by what was tried: a name (hashed: somebody may have typed a password there) or an address.
attempts = sa.Table(
    "sign_in_attempts",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", Instant, nullable=False, index=True),
    sa.Column("locked_until", Instant),
)
_m = attempts.c


def insert_token(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(tokens), values)


def token_by_hash(reader: Reader, hashed: str) -> Row[Any] | None:
    return reader.first(sa.select(tokens).where(_t.hash == hashed))


def token_by_id(reader: Reader, token_id: str) -> Row[Any] | None:
    return reader.first(sa.select(tokens).where(_t.id == token_id))


def all_tokens(reader: Reader, person_id: str | None) -> Sequence[Row[Any]]:
    """The newest first; of one person where named."""
    found = sa.select(tokens).order_by(_t.created_at.desc(), _t.id.desc())
    return reader.all(found if person_id is None else found.where(_t.person_id == person_id))


def touch_token(tx: Transaction, token_id: str, at: datetime) -> None:
    tx.execute(sa.update(tokens).where(_t.id == token_id).values(last_used_at=at))


def revoke_token(tx: Transaction, token_id: str, at: datetime) -> bool:
    """False when it was revoked already."""
    statement = sa.update(tokens).where(_t.id == token_id, _t.revoked_at.is_(None)).values(revoked_at=at)
    return tx.execute(statement).rowcount == 1


def account(reader: Reader, person_id: str) -> Row[Any] | None:
    return reader.first(sa.select(accounts).where(_n.person_id == person_id))


def all_accounts(reader: Reader) -> dict[str, Row[Any]]:
    return {row.person_id: row for row in reader.all(sa.select(accounts))}


def change_account(tx: Transaction, person_id: str, values: Mapping[str, object], *, ends_sessions: bool) -> None:
    """Make or change the account; with `ends_sessions` every session of the person is over."""
    tx.add(accounts, {"person_id": person_id, "epoch": 0})
    changed = dict(values) | ({"epoch": _n.epoch + 1} if ends_sessions else {})
    tx.execute(sa.update(accounts).where(_n.person_id == person_id).values(changed))


def attempt(tx: Transaction, key: str, at: datetime) -> Row[Any]:
    """The attempts under this key, locked against others until the transaction ends; begun where there are none."""
    tx.add(attempts, {"key": key, "failures": 0, "last_at": at})
    row = tx.first(sa.select(attempts).where(_m.key == key).with_for_update())
    assert row is not None, "it was put there just now"
    return row


def note_attempt(tx: Transaction, key: str, *, failures: int, at: datetime, locked_until: datetime | None) -> None:
    values = {"failures": failures, "last_at": at, "locked_until": locked_until}
    tx.execute(sa.update(attempts).where(_m.key == key).values(values))


def forget_attempts(tx: Transaction, keys: Sequence[str]) -> None:
    tx.execute(sa.delete(attempts).where(_m.key.in_(keys)))


def forget_old_attempts(tx: Transaction, before: datetime) -> None:
    tx.execute(sa.delete(attempts).where(_m.last_at < before))


def locked_keys(reader: Reader, now: datetime) -> frozenset[str]:
    """What may not be tried now."""
    return frozenset(row.key for row in reader.all(sa.select(_m.key).where(_m.locked_until > now)))
