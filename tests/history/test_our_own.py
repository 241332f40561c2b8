"""Our own work reads as a history does: who had a case, what was done, when it ended and came back."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aboveloop.history import our_own
from aboveloop.history.events import HELP_DESK, OWN, Event
from aboveloop.history.outcomes import outcome_of
from aboveloop.kit.clock import to_micros
from aboveloop.kit.database import Database
from aboveloop.ledger.ledger import Ledger

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORKER, PERSON, CUSTOMER = "worker:mira", "person:sanne", "customer:c1"
Line = tuple[str, str, dict[str, Any]]


def owner(before: str, after: str, actor: str = WORKER) -> Line:
    return "CaseOwnerChanged", actor, {"from": before, "to": after}


OPENED: Line = ("CaseOpened", "house", {"channel": "email", "customer": "c1"})
ASKED: Line = ("ApprovalRequested", WORKER, {"operation": "refund"})


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'aboveloop.db'}")
    database.create_tables()
    return database


def told(database: Database, *lines: Line) -> list[Event]:
    ledger = Ledger(b"m" * 32, bytes(32))
    with database.write() as tx:
        ledger.note(tx, case_id="house", kind="SwitchThrown", at=AT, actor="house", body={})
        for kind, actor, body in lines:
            ledger.note(tx, case_id="case_1", kind=kind, at=AT, actor=actor, body=body)
    with database.read() as reader:
        return list(our_own.events(reader))


def test_a_case_is_told_in_the_words_of_histories(database: Database) -> None:
    found = told(
        database,
        OPENED,
        ("MessageReceived", CUSTOMER, {"message": "m1", "channel": "email"}),
        ("MessageRead", WORKER, {"intent": "refund"}),
        ("ActionDecided", WORKER, {"operation": "refund", "lane": "allowed", "stage": "autonomous"}),
        ("ActionPerformed", WORKER, {"operation": "refund"}),
        ("MessageSent", WORKER, {"template": "refunded"}),
        owner("worker", "resolved"),
        ("CaseEnded", WORKER, {"outcome": "resolved"}),
    )
    assert [each.activity for each in found] == [
        "opened",
        "customer_message",
        "action_decided",
        "action_performed",
        "worker_message",
        "solved",
    ]
    assert {each.activity for each in found} <= {*HELP_DESK, *OWN}
    assert [each.position for each in found] == list(range(6))
    assert found[2] == Event(
        "ledger",
        "case_1",
        "action_decided",
        to_micros(AT),
        2,
        WORKER,
        "workers",
        "email",
        '{"lane":"allowed","operation":"refund","stage":"autonomous"}',
    )


def test_a_person_who_takes_a_case_is_another_group(database: Database) -> None:
    found = told(
        database,
        OPENED,
        owner("worker", "waiting_on_person"),
        owner("waiting_on_person", "person", PERSON),
        ("MessageSent", PERSON, {}),
        owner("person", "worker", PERSON),
        owner("worker", "waiting_on_customer"),
    )
    assert [(each.activity, each.team) for each in found] == [
        ("opened", "workers"),
        ("handed_over", "people"),
        ("taken", "people"),
        ("person_message", "people"),
        ("given_back", "workers"),
        ("status_changed", "workers"),
    ]
    assert json.loads(found[-1].attributes) == {"from": "worker", "status": "waiting_on_customer"}


def test_to_wait_for_an_approval_is_no_hand_over(database: Database) -> None:
    waits = owner("worker", "waiting_on_person")
    found = told(database, OPENED, ASKED, waits)
    assert [(each.activity, each.team) for each in found][1:] == [
        ("approval_requested", "workers"),
        ("status_changed", "workers"),
    ]


def test_a_case_that_is_given_up_while_an_approval_is_waited_for_is_handed_over(database: Database) -> None:
    found = told(database, OPENED, ASKED, owner("worker", "waiting_on_person"), owner(*["waiting_on_person"] * 2))
    assert found[-1].activity == "handed_over"


def test_after_the_answer_a_wait_for_people_is_a_hand_over(database: Database) -> None:
    answered: Line = ("ActionDenied", PERSON, {"operation": "refund"})
    found = told(database, OPENED, ASKED, answered, owner("worker", "waiting_on_person"))
    assert [each.activity for each in found][-2:] == ["denied", "handed_over"]


def test_a_customer_who_comes_back_reopens_once(database: Database) -> None:
    found = told(
        database,
        OPENED,
        ("CaseEnded", WORKER, {"outcome": "refused"}),
        owner("resolved", "reopened", "house"),
        owner("reopened", "worker", "house"),
    )
    assert [each.activity for each in found] == ["opened", "refused", "reopened"]


def test_a_write_that_pays_back_is_an_outcome_beside_the_activity(database: Database) -> None:
    found = told(
        database,
        OPENED,
        ("ActionPerformed", WORKER, {"operation": "shop.refund", "outcome": "refunded"}),
        ("ActionPerformed", WORKER, {"operation": "shop.note"}),
        ("CaseEnded", WORKER, {"outcome": "resolved"}),
    )
    assert [each.activity for each in found] == ["opened", "action_performed", "refunded", "action_performed", "solved"]
    assert [each.position for each in found] == list(range(5))
    assert found[2].at == found[1].at and found[2].attributes == '{"operation":"shop.refund"}'
    assert [outcome_of(each.activity) for each in found] == [None, None, "refunded", None, "resolved"]
