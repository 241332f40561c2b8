"""What the doors keep is the same on both databases."""

from datetime import UTC, datetime

from aboveloop.app import store
from aboveloop.kit.database import Database

UNTIL = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_token_is_spent_once(database: Database) -> None:
    with database.write() as tx:
        assert store.spend(tx, "a-link", UNTIL)
        assert not store.spend(tx, "a-link", UNTIL)
        assert store.is_spent(tx, "a-link")
        store.forget_spent(tx, UNTIL.replace(year=2027))
        assert not store.is_spent(tx, "a-link")
