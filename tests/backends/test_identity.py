"""Accounts, attempts and tokens on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from aboveloop.app.identity import store
from aboveloop.app.identity.accounts import account_of
from aboveloop.app.identity.attempts import Attempts
from aboveloop.app.identity.errors import TooManyAttempts
from aboveloop.kit.database import Database

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ATTEMPTS = Attempts(b"s" * 32)


def attempt(database: Database, name: str = "priya", now: datetime = NOW) -> None:
    with database.write() as tx:
        ATTEMPTS.begin(tx, name, "192.0.2.1", now)


def test_ending_sessions_raises_the_epoch_and_keeps_the_rest(database: Database) -> None:
    with database.write() as tx:
        store.change_account(tx, "priya", {"password_hash": "h", "password_set_at": NOW}, ends_sessions=True)
        store.change_account(tx, "priya", {}, ends_sessions=True)
        store.change_account(tx, "priya", {"blocked_at": NOW, "blocked_by": "house"}, ends_sessions=False)
    with database.read() as reader:
        account = account_of(reader, "priya")
        assert (account.epoch, account.has_password, account.is_blocked) == (2, True, True)
        assert account_of(reader, "nobody").epoch == 0
        assert set(store.all_accounts(reader)) == {"priya"}


def test_attempts_are_counted_locked_and_forgotten(database: Database) -> None:
    for _ in range(5):
        attempt(database)
    with pytest.raises(TooManyAttempts, match=r"3[01] seconds"):
        attempt(database)
    with database.read() as reader:
        assert store.locked_keys(reader, NOW) == {ATTEMPTS.key_of("priya")}
    attempt(database, now=NOW + timedelta(seconds=31))
    with pytest.raises(TooManyAttempts, match=r"minutes|6\d seconds"):
        attempt(database, now=NOW + timedelta(seconds=32))
    with database.write() as tx:
        ATTEMPTS.forgive(tx, ["Priya"])
    attempt(database, now=NOW + timedelta(seconds=32))
    attempt(database, now=NOW + timedelta(days=2))
    with database.write() as tx:
        assert store.attempt(tx, ATTEMPTS.key_of("priya"), NOW).failures == 1, "a day later it begins anew"


def test_a_success_gives_the_address_its_try_back(database: Database) -> None:
    for _ in range(19):
        with database.write() as tx:
            ATTEMPTS.begin(tx, "priya", "192.0.2.1", NOW)
            ATTEMPTS.succeeded(tx, "priya", "192.0.2.1", NOW)
    with database.write() as tx:
        assert store.attempt(tx, "address:192.0.2.1", NOW).failures == 0


def test_a_token_is_found_touched_and_revoked_once(database: Database) -> None:
    row = {
        "id": "token_1",
        "hash": "a" * 64,
        "person_id": "noor",
        "name": "n",
        "scopes": ["audit"],
        "created_by": "house",
        "created_at": NOW,
        "expires_at": NOW + timedelta(days=1),
        "last_used_at": None,
        "revoked_at": None,
    }
    with database.write() as tx:
        store.insert_token(tx, row)
        store.touch_token(tx, "token_1", NOW)
        assert (store.revoke_token(tx, "token_1", NOW), store.revoke_token(tx, "token_1", NOW)) == (True, False)
    with database.read() as reader:
        found = store.token_by_hash(reader, "a" * 64)
        assert found is not None and (found.last_used_at, found.revoked_at, found.scopes) == (NOW, NOW, ["audit"])
        assert store.token_by_hash(reader, "b" * 64) is None
        assert [each.id for each in store.all_tokens(reader, "noor")] == ["token_1"]
