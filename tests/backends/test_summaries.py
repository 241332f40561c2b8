"""Answers to guidance are kept once for each person and thing on both databases."""

from datetime import UTC, datetime, timedelta

from aboveloop.app.summaries import store
from aboveloop.kit.database import Database

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_the_latest_answer_replaces_the_one_before(database: Database) -> None:
    row = {"case_id": "case_1", "target": "summary", "person_id": "priya", "name": "summary", "digest": "d"}
    row |= {"intent": "refund"}
    with database.write() as tx:
        store.put(tx, {**row, "verdict": "rejected", "at": AT})
        store.put(tx, {**row, "verdict": "accepted", "at": AT + timedelta(minutes=1)})
        store.put(tx, {**row, "verdict": "rejected", "person_id": "mateo", "at": AT})
        store.put(tx, {**row, "verdict": "edited", "target": "s1", "name": "call", "at": AT - timedelta(days=40)})
    with database.read() as reader:
        latest, *_ = store.of_case(reader, "case_1")
        assert (latest.person_id, latest.verdict) == ("priya", "accepted")
        rates = {(each.name, each.verdict): each.many for each in store.rates(reader, AT - timedelta(days=1))}
        assert rates == {("summary", "accepted"): 1, ("summary", "rejected"): 1}
        listed = store.answered(reader, AT - timedelta(days=90), name="call", verdict=None, limit=5)
        assert [each.verdict for each in listed] == ["edited"]
        listed = store.answered(reader, AT - timedelta(days=90), name=None, verdict="rejected", limit=5)
        assert [each.person_id for each in listed] == ["mateo"]
