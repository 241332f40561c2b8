"""Freshdesk's tickets, Intercom's and Chatwoot's conversations in JSON, as their documentation builds them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aboveloop.app.importing.importing import Import, Report
from aboveloop.app.importing.masking import Masker
from aboveloop.app.importing.sources import Wish, open_export
from aboveloop.connect.exports.records import ExportUnreadable, Reading
from aboveloop.history import store

FRESH = {
    "id": 20,
    "subject": "Refund",
    "description_text": "Money back please, mail zoe@mail.example",
    "status": 5,
    "priority": 2,
    "source": 1,
    "requester_id": 1,
    "responder_id": 7,
    "group_id": 3,
    "tags": ["vip"],
    "created_at": "2026-03-01T10:00:00Z",
    "updated_at": "2026-03-04T10:00:00Z",
    "stats": {"resolved_at": "2026-03-03T10:00:00Z", "closed_at": "2026-03-04T10:00:00Z", "reopened_at": None},
    "conversations": [
        {
            "body_text": "Which?",
            "incoming": False,
            "private": False,
            "user_id": 7,
            "created_at": "2026-03-01T11:00:00Z",
        },
        {"body_text": "VIP", "incoming": False, "private": True, "user_id": 7, "created_at": "2026-03-01T11:01:00Z"},
        {"body_text": "4711", "incoming": True, "private": False, "user_id": 1, "created_at": "2026-03-01T12:00:00Z"},
    ],
}
CONTACT, ADMIN = {"type": "lead", "id": "5bc8"}, {"type": "admin", "id": "814860"}
TALK = {
    "type": "conversation",
    "id": "1911149811",
    "created_at": 1772355600,
    "source": {"type": "conversation", "author": CONTACT, "body": "<p>Hi, I am <b>late</b></p>", "subject": ""},
    "conversation_rating": {"created_at": 1772359200, "rating": 5, "remark": None, "contact": CONTACT},
    "conversation_parts": {
        "conversation_parts": [
            {
                "part_type": "comment",
                "body": "<p>Hello</p>",
                "created_at": 1772355700,
                "author": {"type": "bot", "id": "9"},
            },
            {
                "part_type": "assignment",
                "body": None,
                "created_at": 1772355800,
                "author": ADMIN,
                "assigned_to": {"type": "team", "id": "3"},
            },
            {"part_type": "note", "body": "<p>VIP</p>", "created_at": 1772355850, "author": ADMIN},
            {"part_type": "close", "body": "<p>Done</p>", "created_at": 1772355900, "author": ADMIN},
            {"part_type": "open", "body": "<p>Not yet</p>", "created_at": 1772356000, "author": CONTACT},
        ]
    },
}


def run(home: Path, kind: str, value: Any) -> Report:
    path = home / "export.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    export = open_export(Wish(str(path), kind, Reading()))
    now = datetime(2026, 11, 26, tzinfo=UTC)
    return Import(home, "desk", export, Masker(b"s" * 32), now=now, place=str(path)).run()


def told(home: Path) -> list[tuple[str, str | None, str | None]]:
    rows = sorted(store.table(store.find(home, "desk")).to_pylist(), key=lambda row: row["position"])
    return [(row["activity"], row["who"], row["team"]) for row in rows]


def test_freshdesk_tickets_are_told_with_their_conversations(tmp_path: Path) -> None:
    broken = {"id": 21, "created_at": "2026-03-01T10:00:00Z"}
    report = run(tmp_path, "freshdesk", {"tickets": [FRESH, broken], "groups": [{"id": 3, "name": "Refunds"}]})
    assert (report.read, report.stored, report.quarantined) == (2, 1, 1)
    assert told(tmp_path) == [
        ("opened", "customer:1", "Refunds"),
        ("customer_message", "customer:1", "Refunds"),
        ("assigned", None, "Refunds"),
        ("assigned", None, "Refunds"),
        ("tagged", None, "Refunds"),
        ("person_message", "person:7", "Refunds"),
        ("note", "person:7", "Refunds"),
        ("customer_message", "customer:1", "Refunds"),
        ("solved", None, "Refunds"),
        ("closed", None, "Refunds"),
    ]
    assert report.personal["text"] == {"email": 1}


def test_intercom_conversations_are_told_by_their_parts(tmp_path: Path) -> None:
    run(tmp_path, "intercom", [TALK])
    assert told(tmp_path) == [
        ("opened", "customer:5bc8", None),
        ("customer_message", "customer:5bc8", None),
        ("person_message", "worker:9", None),
        ("assigned", "person:814860", "3"),
        ("note", "person:814860", "3"),
        ("person_message", "person:814860", "3"),
        ("closed", "person:814860", "3"),
        ("customer_message", "customer:5bc8", "3"),
        ("reopened", "customer:5bc8", "3"),
        ("rated", "customer:5bc8", "3"),
    ]
    texts = str(store.table(store.find(tmp_path, "desk")).to_pylist())
    assert "Hi, I am late" in texts and "<p>" not in texts


def test_chatwoot_conversations_are_told_with_their_messages(tmp_path: Path) -> None:
    ann, mia = {"id": 1, "name": "Ann", "type": "contact"}, {"id": 7, "name": "Mia", "type": "user"}
    says = [
        (0, False, ann),
        (1, True, mia),
        (1, False, mia),
        (2, False, None),
        (1, False, {"id": 9, "type": "agent_bot"}),
    ]
    messages = [
        {"content": "Hi", "message_type": kind, "private": hidden, "sender": sender, "created_at": 1772355600 + at}
        for at, (kind, hidden, sender) in enumerate(says)
    ]
    meta = {"sender": ann, "assignee": {"id": 7}, "team": {"id": 3, "name": "Care"}, "channel": "Channel::WebWidget"}
    moments = {"created_at": 1772355600, "last_activity_at": 1772359200}
    talk = {"id": 5, "status": "resolved", "labels": [], "meta": meta, "messages": messages, **moments}
    run(tmp_path, "chatwoot", {"conversations": [talk]})
    assert [each[:2] for each in told(tmp_path)] == [
        ("opened", "customer:1"),
        ("assigned", None),
        ("assigned", None),
        ("customer_message", "customer:1"),
        ("note", "person:7"),
        ("person_message", "person:7"),
        ("note", None),
        ("person_message", "worker:9"),
        ("solved", None),
    ]


def test_a_conversation_with_parts_left_out_says_so(tmp_path: Path) -> None:
    long = {**TALK, "conversation_parts": {**TALK["conversation_parts"], "total_count": 505}}
    run(tmp_path, "intercom", [long])
    assert '"parts_left_out":500' in str(store.table(store.find(tmp_path, "desk")).to_pylist()).replace(" ", "")


def zammad_ticket(**more: Any) -> dict[str, Any]:
    article = {
        "body": "<p>Hi, I am <b>late</b></p>",
        "content_type": "text/html",
        "type": "email",
        "sender": "Customer",
    }
    answer = {"body": "We look.", "sender_id": 1, "created_by_id": 7, "created_at": "2026-03-01T11:00:00.000Z"}
    remark = {"body": "VIP", "sender_id": 1, "internal": True, "created_by_id": 7, "created_at": "2026-03-01T11:01:00Z"}
    said = [{**article, "created_by_id": 9, "created_at": "2026-03-01T10:00:00.000Z"}, answer, remark]
    ids = {"id": 5, "customer_id": 9, "owner_id": 7, "group_id": 3, "state_id": 4, "created_by_id": 9}
    times = {"created_at": "2026-03-01T10:00:00.000Z", "updated_at": "2026-03-03T10:00:00.000Z"}
    return {**ids, **times, "title": "Late", "articles": said, "close_at": "2026-03-02T10:00:00.000Z", **more}


def test_zammad_tickets_without_history_are_told_as_they_stand(tmp_path: Path) -> None:
    lists = {
        "groups": [{"id": 3, "name": "Care"}],
        "ticket_states": [{"id": 4, "name": "erledigt", "state_type": "closed"}],
    }
    run(tmp_path, "zammad", {"tickets": [zammad_ticket()], **lists})
    assert told(tmp_path) == [
        ("opened", "customer:9", "Care"),
        ("assigned", None, "Care"),
        ("assigned", None, "Care"),
        ("customer_message", "customer:9", "Care"),
        ("person_message", "person:7", "Care"),
        ("note", "person:7", "Care"),
        ("closed", None, "Care"),
    ]


def test_zammad_tickets_are_told_by_their_history(tmp_path: Path) -> None:
    def change(hour: int, attribute: str, before: str, after: str, **more: Any) -> dict[str, Any]:
        at = f"2026-03-02T{hour:02}:00:00.000Z"
        names = {"attribute": attribute, "value_from": before, "value_to": after}
        return {"type": "updated", "object": "Ticket", "created_by_id": 7, "created_at": at, **names, **more}

    history = [
        change(1, "group", "Users", "Care"),
        change(2, "owner", "-", "Mia", id_to=7),
        change(3, "state", "open", "closed"),
        change(4, "state", "closed", "open", created_by_id=9),
        change(5, "tag", "", "vip", type="added"),
        {**change(6, "body", "", ""), "object": "Ticket::Article"},
    ]
    run(tmp_path, "zammad", [zammad_ticket(history={"history": history, "assets": {}}, articles=[])])
    assert told(tmp_path) == [
        ("opened", "customer:9", "Users"),
        ("assigned", None, "Users"),
        ("assigned", "person:7", "Care"),
        ("assigned", "person:7", "Care"),
        ("closed", "person:7", "Care"),
        ("reopened", "customer:9", "Care"),
        ("tagged", "person:7", "Care"),
    ]


@pytest.mark.parametrize("kind", ["freshdesk", "intercom", "chatwoot", "zammad"])
def test_an_export_without_tickets_is_none(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ExportUnreadable, match="it is no export of"):
        run(tmp_path, kind, {"users": []})
