"""Attempts: each failure under a name or from an address makes the next wait longer; nobody is told which it was."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from aboveloop.app.identity import store
from aboveloop.app.identity.errors import TooManyAttempts
from aboveloop.kit.database import Transaction

# Slips of a person who knows the password stay below; a company's people may share one address.
FREE_FOR_NAME, FREE_FOR_ADDRESS = 5, 20
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
# Who was away for a day begins anew.
FORGOTTEN_AFTER = timedelta(days=1)


class Attempts:
    """`secret` keys the names: what was typed there may have been a password."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def begin(self, tx: Transaction, name: str, address: str, now: datetime) -> None:
        """Count an attempt before it is made, so that many at once count too. Raises TooManyAttempts."""
        store.forget_old_attempts(tx, now - FORGOTTEN_AFTER)
        rows = [(key, free, store.attempt(tx, key, now)) for key, free in self._keys(name, address)]
        waits = [
            row.locked_until - now for _, _, row in rows if row.locked_until is not None and row.locked_until > now
        ]
        if waits:
            raise TooManyAttempts(f"It was tried too often. Try again in {_words(max(waits))}.")
        for key, free, row in rows:
            failures = row.failures + 1
            store.note_attempt(tx, key, failures=failures, at=now, locked_until=_locked_until(failures, free, now))

    def succeeded(self, tx: Transaction, name: str, address: str, now: datetime) -> None:
        """It was the right one: the name begins anew, and the address has one failure less."""
        (by_name, _), (by_address, free) = self._keys(name, address)
        store.forget_attempts(tx, [by_name])
        failures = max(store.attempt(tx, by_address, now).failures - 1, 0)
        until = _locked_until(failures, free, now) if failures > free else None
        store.note_attempt(tx, by_address, failures=failures, at=now, locked_until=until)

    def forgive(self, tx: Transaction, names: Sequence[str]) -> None:
        """Let these names be tried at once."""
        store.forget_attempts(tx, [self.key_of(name) for name in names])

    def key_of(self, name: str) -> str:
        typed = hmac.new(self._secret, name.strip().casefold().encode("utf-8", "replace"), hashlib.sha256)
        return f"name:{typed.hexdigest()}"

    def _keys(self, name: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
        return (self.key_of(name), FREE_FOR_NAME), (f"address:{address[:100]}", FREE_FOR_ADDRESS)


def _locked_until(failures: int, free: int, now: datetime) -> datetime | None:
    """From one failure more than are free on, twice as long each time."""
    if failures < free:
        return None
    # Long before 2**20 half minutes the longest wait is reached.
    doubled: int = 2 ** min(failures - free, 20)
    return now + min(FIRST_WAIT * doubled, LONGEST_WAIT)


def _words(wait: timedelta) -> str:
    seconds = int(wait.total_seconds()) + 1
    return f"{seconds} seconds" if seconds <= 90 else f"{-(-seconds // 60)} minutes"
