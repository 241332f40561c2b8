"""What the doors keep is the same on both databases."""

from datetime import UTC, datetime, timedelta

from aboveloop.app import store
from aboveloop.app.post import store as post
from aboveloop.kit.database import Database

UNTIL = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_token_is_spent_once(database: Database) -> None:
    with database.write() as tx:
        assert store.spend(tx, "a-link", UNTIL)
        assert not store.spend(tx, "a-link", UNTIL)
        assert store.is_spent(tx, "a-link")
        store.forget_spent(tx, UNTIL.replace(year=2027))
        assert not store.is_spent(tx, "a-link")


def test_a_message_by_mail_is_under_way_until_it_is_settled_once(database: Database, now: datetime) -> None:
    with database.write() as tx:
        assert post.begin(tx, "msg_1", "case_1", now).attempts == 1
        assert post.begin(tx, "msg_1", "case_1", now + timedelta(hours=1)).attempts == 2
        row = post.delivery(tx, "msg_1")
        assert row is not None and (row.state, row.first_at) == ("under_way", now)
        assert post.settle(tx, "msg_1", ("under_way",), {"state": "sent", "settled_at": now})
        assert not post.settle(tx, "msg_1", ("under_way",), {"state": "refused", "settled_at": now})
        assert post.begin(tx, "msg_1", "case_1", now).state == "sent", "what was taken is not sent again"
        assert post.settle(tx, "msg_1", ("sent",), {"state": "bounced", "settled_at": now})
        assert [each.message_id for each in post.undelivered(tx, limit=5)] == ["msg_1"]
        assert post.count_state(tx, post.UNDELIVERED) == 1


def test_how_far_a_mailbox_was_read_is_kept(database: Database, now: datetime) -> None:
    with database.write() as tx:
        assert post.position(tx, "help@mail") is None
        for uid in (4, 4_000_000_000):
            post.keep_position(tx, {"mailbox": "help@mail", "validity": 7, "uid": uid, "at": now})
        row = post.position(tx, "help@mail")
        assert row is not None and (row.validity, row.uid, row.at) == (7, 4_000_000_000, now)
