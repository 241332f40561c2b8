"""ServiceNow's and Jira's CSV as they are documented: field names, labels, journals, columns of one name."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aboveloop.app.importing.importing import Import, Report
from aboveloop.app.importing.masking import Masker
from aboveloop.app.importing.sources import Wish, open_export
from aboveloop.connect.exports.records import ExportUnreadable, Reading
from aboveloop.history import quarantine, store
from aboveloop.kit.clock import from_micros, iso

INCIDENTS = """number,state,short_description,description,caller_id,contact_type,priority,assignment_group,assigned_to,\
opened_at,resolved_at,resolved_by,closed_at,reopened_time,close_code,sys_updated_on,comments_and_work_notes
INC0010001,Closed,VPN drops,It drops every hour,Abel Tuter,email,3 - Moderate,Network,Beth Anglin,\
2026-03-01 09:00:00,2026-03-02 08:00:00,Beth Anglin,2026-03-07 08:00:00,,Solved (Permanently),2026-03-07 08:00:00,\
"2026-03-01 11:00:00 - Abel Tuter (Additional comments)
Still down.
Call +31 6 12345678

2026-03-01 10:00:00 - Beth Anglin (Work notes)
Looks like the gateway.

2026-03-01 09:30:00 - Beth Anglin (Additional comments)
Please restart it.
"
INC0010002,In Progress,Printer,,Joe Employee,phone,5 - Planning,Service Desk,,2026-03-03 09:00:00,,,,,,\
2026-03-03 09:10:00,
INC0010003,New,Mouse,,Joe Employee,phone,5 - Planning,,,soon,,,,,,,
INC0010004,New,Screen,,Joe Employee,phone,5 - Planning,,,2026-03-03 09:00:00,,,,,,,Loose words
"""
AUDIT = """tablename,documentkey,fieldname,oldvalue,newvalue,user,sys_created_on
incident,9d385017c611228701d2,state,1,2,beth.anglin,2026-03-01 09:10:00
incident,9d385017c611228701d2,assignment_group,,287ebd7da9fe198100f92cc8d1d2154e,beth.anglin,2026-03-01 09:11:00
incident,9d385017c611228701d2,work_notes,,Checked the cable,beth.anglin,2026-03-01 09:12:00
incident,9d385017c611228701d2,state,2,6,beth.anglin,2026-03-01 10:00:00
incident,9d385017c611228701d2,state,6,2,system,2026-03-02 10:00:00
incident,9d385017c611228701d2,state,2,7,system,2026-03-03 10:00:00
incident,,state,2,7,system,2026-03-03 10:00:00
"""
ISSUES = """Summary,Issue key,Issue id,Issue Type,Status,Priority,Resolution,Assignee,Assignee Id,Reporter,Reporter Id,\
Created,Updated,Resolved,Labels,Labels,Description,Custom field (Request Type),Custom field (Satisfaction rating),\
Comment,Comment,Comment
Refund,SUP-12,10012,Service Request,Done,High,Done,Mia Agent,557058:mia,Zoe Buyer,70121:zoe,01/Mar/26 9:00 AM,\
04/Mar/26 1:15 PM,03/Mar/26 6:05 PM,refund,vip,Where is it?,Money back,5,\
01/Mar/26 10:30 AM;557058:mia;Which order; and when?,"01/Mar/26 11:00 AM;70121:zoe;Order 4711.
Mail zoe@shop.example",
Login,SUP-13,10013,Incident,Waiting for customer,Low,,,,Zoe Buyer,70121:zoe,02/Mar/26 9:00 AM,02/Mar/26 9:30 AM,,,,,,,,,
Broken,SUP-14,10014,Incident,Open,Low,,,,Zoe Buyer,70121:zoe,02/Mar/26 9:00 AM,02/Mar/26 9:30 AM,,,,,,,no comment,,
"""


def run(home: Path, kind: str, text: str, **reading: Any) -> Report:
    path = home / f"{kind}.csv"
    path.write_text(text, encoding="utf-8")
    export = open_export(Wish(str(path), kind, Reading(**reading)))
    now = datetime(2026, 11, 26, tzinfo=UTC)
    return Import(home, "desk", export, Masker(b"s" * 32), now=now, place=str(path)).run()


def told(home: Path, case: str) -> list[tuple[str, str, str]]:
    rows = sorted(store.table(store.find(home, "desk")).to_pylist(), key=lambda row: row["position"])
    return [
        (iso(from_micros(row["at"]))[5:16], row["activity"], (row["who"] or "").partition(":")[0])
        for row in rows
        if row["case_id"] == case
    ]


def kept(home: Path) -> str:
    rows = store.table(store.find(home, "desk")).to_pylist()
    return str(rows) + str(list(quarantine.read(home / "history/desk" / quarantine.FILE)))


def test_incidents_are_told_with_their_journals(tmp_path: Path) -> None:
    report = run(tmp_path, "servicenow", INCIDENTS)
    assert (report.read, report.stored, report.quarantined) == (4, 2, 2)
    assert told(tmp_path, "INC0010001") == [
        ("03-01T09:00", "opened", "customer"),
        ("03-01T09:00", "customer_message", "customer"),
        ("03-01T09:00", "assigned", ""),
        ("03-01T09:00", "assigned", ""),
        ("03-01T09:30", "person_message", "person"),
        ("03-01T10:00", "note", "person"),
        ("03-01T11:00", "customer_message", "customer"),
        ("03-02T08:00", "solved", "person"),
        ("03-07T08:00", "closed", ""),
    ]
    assert told(tmp_path, "INC0010002")[-1] == ("03-03T09:10", "status_changed", "")
    assert run(tmp_path, "servicenow", INCIDENTS).unchanged == 2


def test_names_and_logins_of_people_are_not_kept(tmp_path: Path) -> None:
    run(tmp_path, "servicenow", INCIDENTS)
    rows = store.table(store.find(tmp_path, "desk")).to_pylist()
    assert not [word for word in ("Abel", "Tuter", "Beth", "Anglin", "12345678") if word in str(rows)]
    solved = next(row for row in rows if row["activity"] == "solved")
    assigned = [row["attributes"] for row in rows if row["case_id"] == "INC0010001" and row["activity"] == "assigned"]
    assert solved["who"] in assigned[1], "one person is one person still"


def test_labels_are_read_as_field_names_and_the_month_may_stand_first(tmp_path: Path) -> None:
    text = "Number,State,Caller,Opened,Resolved\nINC1,Resolved,Ann,03/01/2026 09:00:00,03/14/2026 02:00:00 PM\n"
    run(tmp_path, "servicenow", text, zone="Europe/Amsterdam")
    assert told(tmp_path, "INC1") == [("03-01T08:00", "opened", "customer"), ("03-14T13:00", "solved", "")]


def test_the_audit_tells_every_change(tmp_path: Path) -> None:
    report = run(tmp_path, "servicenow", AUDIT)
    assert (report.read, report.stored, report.quarantined) == (7, 6, 1)
    activities = [each[1] for each in told(tmp_path, "9d385017c611228701d2")]
    assert activities == ["status_changed", "assigned", "note", "solved", "reopened", "closed"]
    assert "beth" not in str(store.table(store.find(tmp_path, "desk")).to_pylist())
    assert any("who the customer is" in remark for remark in report.remarks)


def test_issues_are_told_with_all_their_comments(tmp_path: Path) -> None:
    report = run(tmp_path, "jira", ISSUES)
    assert (report.read, report.stored, report.quarantined) == (3, 2, 1)
    assert told(tmp_path, "SUP-12") == [
        ("03-01T09:00", "opened", "customer"),
        ("03-01T09:00", "customer_message", "customer"),
        ("03-01T09:00", "assigned", ""),
        ("03-01T09:00", "tagged", ""),
        ("03-01T10:30", "person_message", "person"),
        ("03-01T11:00", "customer_message", "customer"),
        ("03-03T18:05", "solved", ""),
        ("03-03T18:05", "rated", "customer"),
    ]
    assert told(tmp_path, "SUP-13")[-1][:2] == ("03-02T09:30", "status_changed")
    text = str(store.table(store.find(tmp_path, "desk")).to_pylist())
    assert "Which order; and when?" in text, "only the first two semicolons divide a comment"
    assert '"refund","vip"' in text and "70121:zoe" not in text and "zoe@shop" not in kept(tmp_path)


@pytest.mark.parametrize("kind", ["servicenow", "jira"])
def test_what_is_of_another_kind_is_said_to_be(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ExportUnreadable, match="--kind csv"):
        run(tmp_path, kind, "a,b\n1,2\n")
