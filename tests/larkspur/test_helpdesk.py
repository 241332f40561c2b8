"""The sample company's past tickets: the same by seed, about orders that exist, told as a help desk exports them."""

import json

import pytest

from larkspur.clock import read_stamp
from larkspur.customers.goals import GOALS
from larkspur.helpdesk import __main__ as helpdesk
from larkspur.helpdesk.desk import AGENTS, GROUPS, SCRIPTS

TODAY = "2026-03-02T09:00:00Z"


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> dict:  # type: ignore[type-arg]
    folder = tmp_path_factory.mktemp("desk")
    helpdesk.main(["--out", str(folder / "a.json"), "--cases", "80", "--seed", "2", "--today", TODAY,
                   "--shop", str(folder / "shop.db")])  # fmt: skip
    helpdesk.main(["--out", str(folder / "b.json"), "--cases", "80", "--seed", "2", "--today", TODAY])
    assert (folder / "a.json").read_bytes() == (folder / "b.json").read_bytes()
    found: dict = json.loads((folder / "a.json").read_text(encoding="utf-8"))  # type: ignore[type-arg]
    return found


def test_every_wish_of_the_customers_has_people_who_work_it() -> None:
    assert {goal.name for goal in GOALS} == set(SCRIPTS)


def test_tickets_lie_in_the_past_and_their_audits_lead_to_what_they_are(export: dict) -> None:  # type: ignore[type-arg]
    assert len(export["tickets"]) == 80
    for ticket in export["tickets"]:
        times = [audit["created_at"] for audit in ticket["audits"]]
        assert times == sorted(times) and read_stamp(times[-1]) <= read_stamp(TODAY)
        changes = [event for audit in ticket["audits"] for event in audit["events"] if event["type"] != "Comment"]
        last = {event["field_name"]: event["value"] for event in changes}
        assert last["status"] == ticket["status"] and int(last["group_id"]) == ticket["group_id"]
        assert {event["field_name"] for event in changes} >= {"9001", "9002"}
        said = [event["body"] for audit in ticket["audits"] for event in audit["events"] if event["type"] == "Comment"]
        assert said == [comment["body"] for comment in ticket["comments"]] and "{" not in "".join(said)


def test_people_are_as_rough_as_people(export: dict) -> None:  # type: ignore[type-arg]
    def moves(ticket: dict, field: str) -> int:  # type: ignore[type-arg]
        return sum(event.get("field_name") == field for audit in ticket["audits"] for event in audit["events"])

    tickets = export["tickets"]
    assert any(moves(ticket, "group_id") > 2 for ticket in tickets)
    assert {event["value"] for ticket in tickets for audit in ticket["audits"] for event in audit["events"]
            if event.get("field_name") == "status"} >= {"open", "pending", "solved", "closed"}  # fmt: skip
    assert {user["role"] for user in export["users"]} == {"agent", "end-user"}
    assert len(export["groups"]) == len(GROUPS) and sum(user["role"] == "agent" for user in export["users"]) == len(
        AGENTS
    )
