"""The queue from the command line: one JSON object, a sentence for nonsense, and who may not is refused."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aboveloop.cli.house import opened
from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.approval import Review
from aboveloop.govern.approvals import Approvals
from aboveloop.govern.facts import Evidence
from aboveloop.govern.lanes import Decision, Lane
from aboveloop.journey.cases import Incoming
from aboveloop.work.intake import take_in
from cli.conftest import Call


@pytest.fixture
def asked(deployed: Path) -> Iterator[str]:
    """An approval that waits in the sample company since this moment."""
    with opened(deployed, None) as premises:
        house = premises.house
        message = take_in(house, Incoming("webchat", "somebody", "hello"))
        with house.database.write() as tx:
            args = {"order_id": "LK-100007", "amount_cents": 6000, "reason": "torn"}
            action = Action(message.case.id, "shop.refund_order", args, Principal("worker", "damaged_goods"))
            decision = Decision(Lane.REVIEWED, approvers=("refund_approver",), rules=("r",), reason="It is a lot.")
            review = Review(action, Evidence(owner="c_1", resource="LK-100007", amount=6000), decision, "cust_1")
            made = Approvals(house.ledger, timedelta(hours=24)).request(tx, review, now=house.clock.now())
    yield made.id


def test_an_approval_is_listed_claimed_reassigned_and_shown(call: Call, asked: str) -> None:
    (row,) = call("approval", "list", "--json").value["approvals"]
    assert (row["approval"], row["owner"], row["amount"]) == (asked, None, "60.00 EUR")
    assert call("approval", "claim", asked, "--as", "priya", "--json").value["owner"] == "priya"
    assert len(call("approval", "list", "--show", "owned", "--as", "priya", "--json").value["approvals"]) == 1
    assert call("approval", "reassign", asked, "--to", "ferhat", "--as", "priya", "--json").value["owner"] == "ferhat"
    assert call("approval", "release", asked, "--as", "priya", "--json").status == 1
    assert call("approval", "release", asked, "--as", "ferhat", "--json").value["owner"] is None
    shown = call("approval", "show", asked, "--json").value
    assert shown["state"] == "waiting" and shown["answers"][0]["role"] == "refund_approver"
    assert "Looked after by nobody." in call("approval", "show", asked).out
    assert asked in call("approval", "list").out


def test_who_may_not_answer_may_not_claim(call: Call, asked: str) -> None:
    answered = call("approval", "claim", asked, "--as", "sanne", "--json")
    assert answered.status == 1 and "may not approve" in answered.error
    assert call("approval", "claim", "none", "--as", "priya", "--json").status == 1


def test_a_denial_with_a_reason_of_the_list_counts_in_the_measures(call: Call, asked: str) -> None:
    assert call("deny", asked, "--because-of", "nonsense", "--as", "priya", "--json").status == 2
    assert call("deny", asked, "--because-of", "wrong_amount", "--as", "priya", "--json").value["state"] == "denied"
    found = call("approval", "stats", "--json").value
    assert (found["asked"], found["ended"], found["denied_as"]) == (1, {"denied": 1}, {"wrong_amount": 1})
    assert found["by_person"]["priya"]["denied"] == 1
    assert found["waiting_times"]["median_seconds"] >= 0 and found["share_without_approval"] is None
    assert "priya: 1 answers" in call("approval", "stats").out
    assert "Nothing waits here." in call("approval", "list").out


def test_people_are_reminded_by_hand_and_of_what_is_due(call: Call, asked: str) -> None:
    assert call("approval", "remind", "--json").value == {"reminders": []}
    reminded = call("approval", "remind", asked, "--as", "noor", "--json").value["reminders"]
    assert {each["person"] for each in reminded} == {"priya", "ferhat"}
    assert "Nobody has to be reminded" in call("approval", "remind").out


def test_an_absence_is_added_listed_and_ended(call: Call, deployed: Path) -> None:
    added = call(
        "absence", "add", "--until", "2999-12-24", "--deputy", "ferhat", "--most", "20000", "--as", "priya", "--json"
    ).value
    assert (added["person"], added["deputy"], added["roles"]) == ("priya", "ferhat", ["refund_approver"])
    # The last day belongs to it, in Amsterdam.
    assert added["ends_at"].startswith("2999-12-24T23:00")
    assert [each["absence"] for each in call("absence", "list", "--json").value["absences"]] == [added["absence"]]
    assert "ferhat stands in as refund_approver for everything up to 20000" in call("absence", "list").out
    assert call("absence", "end", added["absence"], "--as", "sanne", "--json").status == 1
    assert call("absence", "end", added["absence"], "--as", "priya", "--json").value["ended_at"] is not None
    assert "Nobody is away." in call("absence", "list").out


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["approval", "list", "--show", "everything"], 2, "Say one of: mine"),
        (["approval", "stats", "--days", "0"], 2, "days"),
        (["absence", "add", "--until", "soon", "--as", "priya"], 2, "no day or time"),
        (["absence", "add", "--until", "2001-01-01", "--as", "priya"], 1, "ends after it begins"),
        (["absence", "add", "--until", "2999-01-01", "--deputy", "nobody", "--as", "priya"], 1, "There is no person"),
        (["absence", "add", "--until", "2999-01-01", "--deputy", "sanne", "--as", "priya"], 1, "may not approve"),
        (["absence", "end", "none", "--as", "priya"], 1, "There is no absence"),
        (["approval", "show", "none"], 1, "There is no approval"),
    ],
)
def test_nonsense_is_answered_by_a_sentence(
    call: Call, deployed: Path, arguments: list[str], status: int, said: str
) -> None:
    answered = call(*arguments, "--json")
    assert answered.status == status
    assert said in json.loads(answered.out)["error"]["message"]
