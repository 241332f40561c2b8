"""Looks are written down once for each hour on both databases."""

from datetime import UTC, datetime

from aboveloop.app.looking import store
from aboveloop.app.looking.store import Wanted
from aboveloop.kit.database import Database

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOUR = AT.replace(minute=0)


def test_a_look_is_inserted_once_and_found(database: Database) -> None:
    row = {"who": "person:a", "case_id": "case_1", "hour": HOUR, "at": AT, "through": "console", "what": "case"}
    with database.write() as tx:
        assert store.insert_look(tx, row) is True
        assert store.insert_look(tx, row) is False
        assert store.insert_look(tx, {**row, "case_id": "case_2"}) is True
    with database.read() as reader:
        assert store.looked_at(reader, "person:a", ["case_1", "case_3"], HOUR) == {"case_1"}
        assert store.looked_at(reader, "person:b", ["case_1"], HOUR) == frozenset()
        assert store.count_looks(reader, Wanted(who="person:a")) == 2
        found = store.find_looks(reader, Wanted(case="case_2"), limit=5, offset=0)
        assert [(each.case_id, each.at) for each in found] == [("case_2", AT)]
