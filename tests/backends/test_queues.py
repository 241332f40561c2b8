"""How much waits, and since when, on both databases."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from aboveloop.app.organisation import store
from aboveloop.app.organisation.store import Waiting
from aboveloop.kit.database import Database
from aboveloop.operation.store import releases

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_where_nothing_waits_there_is_no_oldest(database: Database) -> None:
    with database.read() as reader:
        for found in (
            store.handed_over(reader),
            store.halted(reader),
            store.uncertain(reader),
            store.asked(reader, AT),
            store.proposed(reader, 0),
            store.open_incidents(reader),
        ):
            assert found == Waiting(0, None)


def test_the_oldest_is_an_instant(database: Database) -> None:
    with database.write() as tx:
        for number in (1, 2, 3):
            values = {
                "digest": str(number) * 64,
                "number": number,
                "operation": "o",
                "created_by": "house",
                "note": "",
                "created_at": AT + timedelta(hours=number),
            }
            tx.execute(sa.insert(releases), values)
    with database.read() as reader:
        assert store.proposed(reader, 1) == Waiting(2, AT + timedelta(hours=2))
