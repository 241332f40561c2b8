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
