"""Tokens: how programs act for a person, with no more rights than they were given, until they end.

A token is shown once, when it is made; the house keeps a hash. What it may do is what its scopes and its owner's roles
have in common on the day of use: a role that is taken away is taken away from its tokens too.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.app.identity import store
from aboveloop.app.identity.errors import ScopeRefused, TokenEnded, TokenMisdescribed, TokenNotFound
from aboveloop.govern.people import Person, may
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.rights import RIGHTS

# So that a token that was pasted into the wrong place is recognised, by people and by scanners.
PREFIX = "abl_"
# 256 bits of chance need no slow hash: nobody guesses them.
SECRET_BYTES = 32
LASTS = timedelta(days=30)
LONGEST = timedelta(days=366)
# "Last used" is exact to this: a token at work costs no write for each of its requests.
TOUCHED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Token:
    """What is known of a token; its text is not."""

    id: str
    person_id: str
    name: str
    scopes: frozenset[str]
    created_by: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> str:
        """`works`, `revoked` or `ended`."""
        if self.revoked_at is not None:
            return "revoked"
        return "ended" if now >= self.expires_at else "works"

    def as_json(self, now: datetime) -> dict[str, Any]:
        return {
            "token": self.id,
            "person": self.person_id,
            "name": self.name,
            "scopes": sorted(self.scopes),
            "state": self.state(now),
            "created_by": self.created_by,
            "created_at": iso(self.created_at),
            "expires_at": iso(self.expires_at),
            "last_used_at": None if self.last_used_at is None else iso(self.last_used_at),
        }


@dataclass(frozen=True)
class Wish:
    """A token that somebody wants made for `owner`."""

    owner: Person
    name: str
    scopes: Collection[str]
    lasts: timedelta = LASTS


@dataclass(frozen=True)
class Minted:
    """A token with its text, which nobody sees again."""

    token: Token
    text: str


def create(tx: Transaction, ledger: Ledger, wish: Wish, *, by: Person | None, now: datetime) -> Minted:
    """Make a token. `by` is None for who commands the machine. Raises MayNot, ScopeRefused, TokenMisdescribed."""
    _check(wish, by)
    text = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = Token(
        id=new_id("token"),
        person_id=wish.owner.id,
        name=wish.name.strip(),
        scopes=frozenset(wish.scopes),
        created_by=by.actor if by is not None else HOUSE,
        created_at=now,
        expires_at=now + wish.lasts,
        last_used_at=None,
        revoked_at=None,
    )
    store.insert_token(tx, {**vars(token), "scopes": sorted(token.scopes), "hash": _hash(text)})
    body = {
        "token": token.id,
        "person": token.person_id,
        "name": token.name,
        "scopes": sorted(token.scopes),
        "expires_at": iso(token.expires_at),
    }
    ledger.append(tx, case_id=HOUSE, kind="TokenCreated", at=now, actor=token.created_by, body=body)
    return Minted(token, text)


def revoke(tx: Transaction, ledger: Ledger, token_id: str, *, by: Person | None, now: datetime) -> Token:
    """End a token now: one's own, or as somebody who manages people any. Raises MayNot, TokenNotFound, TokenEnded."""
    token = find(tx, token_id)
    if by is not None and by.id != token.person_id:
        may(by, "manage_people").demand()
    if not store.revoke_token(tx, token_id, now):
        raise TokenEnded(f"Token {token_id} was revoked already.")
    actor = by.actor if by is not None else HOUSE
    body = {"token": token.id, "person": token.person_id, "name": token.name}
    ledger.append(tx, case_id=HOUSE, kind="TokenRevoked", at=now, actor=actor, body=body)
    return find(tx, token_id)


def find(reader: Reader, token_id: str) -> Token:
    """Raises TokenNotFound."""
    row = store.token_by_id(reader, token_id)
    if row is None:
        raise TokenNotFound(f"There is no token {token_id}. `aboveloop token list` shows them.")
    return _token(row)


def list_tokens(reader: Reader, person_id: str | None = None) -> list[Token]:
    """The newest first; of one person where named."""
    return [_token(row) for row in store.all_tokens(reader, person_id)]


def of_text(reader: Reader, text: str) -> Token | None:
    """The token with this text, also when it has ended; None for what is no token of ours."""
    row = store.token_by_hash(reader, _hash(text)) if text.startswith(PREFIX) else None
    return None if row is None else _token(row)


def needs_touch(token: Token, now: datetime) -> bool:
    return token.last_used_at is None or now - token.last_used_at >= TOUCHED_EVERY


def touch(tx: Transaction, token: Token, now: datetime) -> None:
    """Remember that it was used."""
    store.touch_token(tx, token.id, now)


def _check(wish: Wish, by: Person | None) -> None:
    unknown = sorted(set(wish.scopes) - set(RIGHTS))
    if unknown:
        raise TokenMisdescribed(f"There is no right {unknown[0]!r}. Name some of: {', '.join(RIGHTS)}.")
    if not wish.name.strip() or not wish.scopes:
        raise TokenMisdescribed("A token needs a name that says what it is for, and at least one right.")
    if not timedelta(0) < wish.lasts <= LONGEST:
        raise TokenMisdescribed(f"A token lasts from one day to {LONGEST.days} days. Choose less and renew it.")
    if by is not None:
        may(by, "tokens").demand()
        if by.id != wish.owner.id:
            may(by, "manage_people").demand()
    for person in (wish.owner, *([by] if by is not None else [])):
        beyond = sorted(set(wish.scopes) - person.may)
        if beyond:
            raise ScopeRefused(
                f"{person.name} may not {beyond[0].replace('_', ' ')}, so no token of theirs may either."
            )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _token(row: Row[Any]) -> Token:
    values = {name: value for name, value in row._mapping.items() if name != "hash"}
    return Token(**{**values, "scopes": frozenset(row.scopes)})
