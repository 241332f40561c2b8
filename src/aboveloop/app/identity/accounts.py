"""Accounts: a password of one's own, all sessions ended at once, and people who are blocked for a time.

Who the people are stands in operation.yaml; here stands only how they prove it. Each change is in the ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.app.identity import passwords, store
from aboveloop.app.identity.errors import AccountBlocked
from aboveloop.govern.people import Person, may
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.errors import NotPermitted
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger


@dataclass(frozen=True)
class Account:
    """How a person comes in. `epoch` is in their sessions: another one is over."""

    person_id: str
    has_password: bool = False
    password_set_at: datetime | None = None
    epoch: int = 0
    blocked_at: datetime | None = None
    blocked_by: str | None = None

    @property
    def is_blocked(self) -> bool:
        return self.blocked_at is not None

    def demand_open(self) -> None:
        """Raises AccountBlocked."""
        if self.is_blocked:
            raise AccountBlocked("You are blocked here. Ask somebody who manages people.")


def account_of(reader: Reader, person_id: str) -> Account:
    row = store.account(reader, person_id)
    return Account(person_id) if row is None else _account(row)


def all_accounts(reader: Reader) -> Mapping[str, Account]:
    """By person, of those who have one."""
    return {person_id: _account(row) for person_id, row in store.all_accounts(reader).items()}


class Accounts:
    """Changes accounts. `by` is None for who commands the machine."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def set_password(self, tx: Transaction, person: Person, password: str, *, how: str, now: datetime) -> Account:
        """Set or change it; every session of the person is over. Raises PasswordUnfit and AccountBlocked."""
        passwords.check_fit(password, person)
        account_of(tx, person.id).demand_open()
        values = {"password_hash": passwords.hashed(password), "password_set_at": now}
        store.change_account(tx, person.id, values, ends_sessions=True)
        self._note(tx, "PasswordSet", person.actor, now, {"person": person.id, "how": how})
        return account_of(tx, person.id)

    def renew_hash(self, tx: Transaction, person: Person, password: str) -> None:
        """Keep the same password with as much work as hashes take today."""
        store.change_account(tx, person.id, {"password_hash": passwords.hashed(password)}, ends_sessions=False)

    def end_sessions(self, tx: Transaction, person: Person, *, by: Person | None, now: datetime) -> Account:
        """Everywhere, at once: one's own, or as somebody who manages people anybody's. Raises MayNot."""
        if by is not None and by.id != person.id:
            may(by, "manage_people").demand()
        store.change_account(tx, person.id, {}, ends_sessions=True)
        self._note(tx, "SessionsEnded", _actor(by), now, {"person": person.id})
        return account_of(tx, person.id)

    def block(self, tx: Transaction, person: Person, *, by: Person | None, now: datetime) -> Account:
        """From now on nobody comes in as this person, nor any program for them. Raises MayNot and NotPermitted."""
        if by is not None:
            may(by, "manage_people").demand()
            if by.id == person.id:
                raise NotPermitted("Nobody blocks themselves: nobody might be left to unblock them.")
        if not account_of(tx, person.id).is_blocked:
            store.change_account(tx, person.id, {"blocked_at": now, "blocked_by": _actor(by)}, ends_sessions=True)
            self._note(tx, "PersonBlocked", _actor(by), now, {"person": person.id})
        return account_of(tx, person.id)

    def unblock(self, tx: Transaction, person: Person, *, by: Person | None, now: datetime) -> Account:
        """Raises MayNot."""
        if by is not None:
            may(by, "manage_people").demand()
        if account_of(tx, person.id).is_blocked:
            store.change_account(tx, person.id, {"blocked_at": None, "blocked_by": None}, ends_sessions=False)
            self._note(tx, "PersonUnblocked", _actor(by), now, {"person": person.id})
        return account_of(tx, person.id)

    def note_invited(self, tx: Transaction, person: Person, *, by: Person | None, now: datetime) -> None:
        """Raises MayNot and AccountBlocked."""
        if by is not None:
            may(by, "manage_people").demand()
        account_of(tx, person.id).demand_open()
        self._note(tx, "PersonInvited", _actor(by), now, {"person": person.id})

    def note_unlocked(self, tx: Transaction, person: Person, *, by: Person | None, now: datetime) -> None:
        """Raises MayNot."""
        if by is not None:
            may(by, "manage_people").demand()
        self._note(tx, "PersonUnlocked", _actor(by), now, {"person": person.id})

    def _note(self, tx: Transaction, kind: str, actor: str, now: datetime, body: Mapping[str, Any]) -> None:
        self._ledger.append(tx, case_id=HOUSE, kind=kind, at=now, actor=actor, body=body)


def kept_password(reader: Reader, person_id: str) -> str | None:
    """The hash to compare with, or None."""
    row = store.account(reader, person_id)
    return None if row is None else row.password_hash


def _account(row: Row[Any]) -> Account:
    return Account(
        person_id=row.person_id,
        has_password=row.password_hash is not None,
        password_set_at=row.password_set_at,
        epoch=row.epoch,
        blocked_at=row.blocked_at,
        blocked_by=row.blocked_by,
    )


def _actor(by: Person | None) -> str:
    return HOUSE if by is None else by.actor
