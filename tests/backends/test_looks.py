"""Looks are written down once for each hour on both databases."""

from datetime import UTC, datetime

from aboveloop.app.looking import store
from aboveloop.app.looking.store import Wanted
from aboveloop.app.portfolio import store as drafts
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


def test_looks_at_a_page_are_added_up_by_role_and_day(database: Database) -> None:
    with database.write() as tx:
        assert store.count_page(tx, "/radar", "clerk", "2026-03-02") is True
        assert store.count_page(tx, "/radar", "clerk", "2026-03-02") is False
        assert store.count_page(tx, "/radar", "auditor", "2026-03-03") is True
        store.forget_pages(tx, "2026-03-01")
    with database.read() as reader:
        found = sorted((each.role, each.times) for each in store.pages_since(reader, "2026-03-02"))
        assert found == [("auditor", 1), ("clerk", 2)]
        assert [each.day for each in store.pages_since(reader, "2026-03-03")] == ["2026-03-03"]


def test_a_draft_is_kept_over_what_was_seen_alone(database: Database) -> None:
    row = {"name": "faster", "body": {"charter": "faster"}, "by": "person:a", "at": AT}
    other = {**row, "body": {"charter": "faster", "team": "desk"}, "by": "person:b"}
    with database.write() as tx:
        assert not drafts.keep_draft(tx, row, seen={"charter": "gone"})
        assert drafts.keep_draft(tx, row, seen=None) and not drafts.keep_draft(tx, other, seen=None)
        assert drafts.keep_draft(tx, other, seen=row["body"]) and not drafts.keep_draft(tx, row, seen=row["body"])
    with database.read() as reader:
        kept = drafts.one(reader, drafts.drafts, "faster")
    assert kept is not None and kept.body == other["body"] and kept.by == "person:b"
