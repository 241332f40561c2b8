"""The queue of decisions on the pages: what waits, whose it is, several side by side, who is away, what it costs."""

import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from aboveloop.app.desk import Desk
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.console import decision_actions
from aboveloop.govern.actions import Principal
from aboveloop.govern.approval import Approval
from aboveloop.govern.people import person_of
from aboveloop.govern.queue.batches import seen_of
from aboveloop.work.turn_state import approvals_of
from api.open_house import ELIF, Site, tell, waiting
from console.queueing import queued


def send(site: Site, client: TestClient, path: str, **fields: str) -> Any:
    return client.post(path, data={"form_key": site.form_key(client), **fields})


def state(house: Stage, approval: Approval) -> str:
    with house.database.read() as reader:
        return str(approvals_of(house, house.operation).find(reader, approval.id).state)


def picks(*chosen: Approval) -> dict[str, str]:
    return {f"pick.{each.id}": seen_of(each) for each in chosen}


def test_the_queue_says_how_long_it_waits_and_that_nobody_looks_after_it(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    house.clock.advance(timedelta(hours=10))
    page = site.client("priya").get("/approvals").text
    assert "1 action waits for people, 1 of them for you" in page
    assert "10 h" in page and "8 h of it working time" in page
    assert "Looked after by</dt><dd>Nobody" in page
    assert "are sent to" in page and "kept in the ledger under the customer" in page


def test_a_request_is_claimed_given_back_and_reassigned(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    asked, client = waiting(house).id, site.client("priya")
    assert send(site, client, f"/approvals/{asked}/claim").headers["location"].endswith("notice=claimed")
    assert "Looked after by</dt><dd>Priya Raman" in client.get("/approvals?show=owned").text
    assert "Nothing here matches" in client.get("/approvals?show=unowned").text
    assert send(site, site.client("ferhat"), f"/approvals/{asked}/claim").status_code == 409
    assert send(site, client, f"/approvals/{asked}/release").status_code == 303
    assert send(site, client, f"/approvals/{asked}/reassign", to="ferhat").status_code == 303
    assert "Ferhat Yalman" in client.get(f"/approvals/{asked}").text
    assert send(site, client, f"/approvals/{asked}/reassign", to="").status_code == 400
    assert send(site, client, f"/approvals/{asked}/reassign", to="nobody").status_code == 404
    assert send(site, client, f"/approvals/{asked}/reassign", to="sanne").status_code == 403


@pytest.mark.parametrize("person", ["sanne", "signe", "tomasz"])
def test_who_may_not_answer_may_not_own_or_remind(site: Site, house: Stage, person: str) -> None:
    tell(house, "elif", *ELIF)
    asked, client = waiting(house).id, site.client(person)
    for act in ("claim", "release", "remind"):
        assert send(site, client, f"/approvals/{asked}/{act}").status_code in (403, 409), act
    page = client.get(f"/approvals/{asked}").text
    assert "/claim" not in page and "/remind" not in page


def test_a_reminder_shows_on_the_page_of_whoever_should_answer(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    asked = waiting(house).id
    answer = send(site, site.client("priya"), f"/approvals/{asked}/remind")
    assert answer.headers["location"].endswith("notice=reminded")
    assert send(site, site.client("priya"), f"/approvals/{asked}/remind").headers["location"].endswith("not_reminded")
    page = site.client("ferhat").get("/approvals").text
    assert "1 due" in page and "you were reminded" in page
    assert "1 due" not in site.client("noor").get("/approvals").text


def test_a_denial_takes_a_reason_of_the_list_or_words(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    asked, client = waiting(house).id, site.client("priya")
    assert send(site, client, f"/approvals/{asked}/deny", reason="", because=" ").status_code == 400
    assert send(site, client, f"/approvals/{asked}/deny", reason="nonsense").status_code == 400
    answer = send(site, client, f"/approvals/{asked}/deny", reason="wrong_amount", because="Half is fair.")
    assert answer.headers["location"] == "/approvals?notice=denied"
    assert "The amount is not right: Half is fair." in client.get(f"/approvals/{asked}").text


def test_what_was_denied_before_is_told_with_the_new_request(site: Site, house: Stage) -> None:
    first = queued(house, 1)[0]
    Desk(house, person_of(house.operation, "ferhat")).deny(first.id, because="Worn, not damaged.")
    queued(house, 2, least=6100)
    page = site.client("priya").get("/approvals").text
    assert "Denied before: asked again with a larger amount" in page
    assert "Ferhat Yalman denied it" in page and "Worn, not damaged." in page


def test_several_alike_are_one_row_and_side_by_side_show_what_differs(site: Site, house: Stage) -> None:
    asked = queued(house, 4)
    client = site.client("priya")
    page = client.get("/approvals").text
    (kind,) = set(re.findall(r"/approvals/alike/(\w+)", page))
    assert "4 of a kind" in page and "246.00 EUR in all" in page
    alike = client.get(f"/approvals/alike/{kind}").text
    assert alike.count('type="checkbox" data-act="pick"') == 4 and " checked" not in alike.split("<tbody>")[1]
    assert "refundable: 900.00 EUR" in alike and "63.00 EUR (6300)" in alike
    assert "Nothing of this kind waits for you" in site.client("sanne").get(f"/approvals/alike/{kind}").text
    assert asked[0].id in alike


def test_several_are_approved_with_one_sending_each_by_itself(site: Site, house: Stage) -> None:
    asked = queued(house, 3)
    answer = send(site, site.client("priya"), "/approvals/alike", count="2", **picks(*asked[:2]))
    assert answer.status_code == 200 and "2 of 2 approved" in answer.text
    assert [state(house, each) for each in asked] == ["approved", "approved", "waiting"]
    with house.database.read() as reader:
        (entry,) = house.ledger.find(reader, kind="BatchAnswered")
        approved = list(house.ledger.find(reader, kind="ActionApproved"))
    assert entry.body["approved"] == [each.id for each in asked[:2]]
    assert [each.body["digest"] for each in approved] == [each.digest for each in asked[:2]]


@pytest.mark.parametrize(("count", "said"), [("3", "You chose 2 and wrote 3"), ("", "how many"), ("two", "no number")])
def test_whoever_approves_several_says_how_many(site: Site, house: Stage, count: str, said: str) -> None:
    asked = queued(house, 2)
    answer = send(site, site.client("priya"), "/approvals/alike", count=count, **picks(*asked))
    assert answer.status_code == 400 and said in answer.text
    assert {state(house, each) for each in asked} == {"waiting"}


def test_a_batch_with_one_that_the_person_may_not_approve_approves_none(site: Site, house: Stage) -> None:
    asked = [*queued(house, 2), *queued(house, 1, by=Principal("person", "priya"), least=9000)]
    answer = send(site, site.client("mateo"), "/approvals/alike", count="2", **picks(*asked[:2]))
    assert answer.status_code == 403
    answer = send(site, site.client("priya"), "/approvals/alike", count="3", **picks(*asked))
    assert answer.status_code == 403
    changed = {f"pick.{asked[0].id}": "something else"}
    assert send(site, site.client("priya"), "/approvals/alike", count="1", **changed).status_code == 409
    missing = {"pick.none": "x"}
    assert send(site, site.client("priya"), "/approvals/alike", count="1", **missing).status_code == 404
    assert {state(house, each) for each in asked} == {"waiting"}


def test_one_that_somebody_answered_meanwhile_is_told_and_holds_up_nobody(site: Site, house: Stage) -> None:
    asked = queued(house, 2)
    chosen = picks(*asked)
    Desk(house, person_of(house.operation, "ferhat")).deny(asked[0].id, because="No.")
    answer = send(site, site.client("priya"), "/approvals/alike", count="2", **chosen)
    assert "1 of 2 approved" in answer.text and "is denied already" in answer.text
    assert [state(house, each) for each in asked] == ["denied", "approved"]


def test_an_approval_that_expires_while_its_page_is_open_is_refused_in_words(site: Site, house: Stage) -> None:
    asked = queued(house, 2)
    house.clock.advance(timedelta(hours=20))
    client = site.client("priya")
    client.get("/approvals")
    house.clock.advance(timedelta(hours=5))
    answer = send(site, client, f"/approvals/{asked[0].id}/approve")
    assert answer.status_code == 409 and "Nothing is done" in answer.text
    answer = send(site, client, "/approvals/alike", count="2", **picks(*asked))
    assert "0 of 2 approved" in answer.text


def test_a_long_queue_is_paged_and_says_how_to_make_it_shorter(site: Site, house: Stage) -> None:
    queued(house, 130)
    client = site.client("priya")
    page = client.get("/approvals").text
    assert page.count("data-review") == 25 and "Page 1 of 6" in page and "130 are more than anybody reads" in page
    assert "Page 6 of 6" in client.get("/approvals?page=6").text
    assert client.get("/approvals?least=180.00").text.count("data-review") == 10
    assert client.get("/approvals?operation=shop.refund_order&within=48").text.count("data-review") == 25
    assert "Nothing here matches" in client.get("/approvals?within=2").text
    assert client.get("/approvals?least=nonsense").text.count("data-review") == 25


def test_who_is_away_is_marked_with_a_deputy_and_comes_back(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    asked, client = waiting(house).id, site.client("priya")
    send(site, client, f"/approvals/{asked}/claim")
    fields = {"starts": "", "ends": "2026-03-06", "deputy": "ferhat", "operation": "shop.refund_order", "most": "200"}
    assert send(site, client, "/absences/mark", **fields).headers["location"] == "/absences?notice=absent"
    page = client.get("/absences").text
    assert "away now" in page and "Ferhat Yalman stands in as refund approver" in page and "200.00 EUR" in page
    queue = site.client("ferhat").get("/approvals?show=owned").text
    assert "Ferhat Yalman, for Priya Raman who is away" in queue and "Priya Raman is away until" in queue
    (absence,) = re.findall(r"/absences/(\w+)/end", page)
    assert send(site, site.client("sanne"), f"/absences/{absence}/end").status_code == 403
    assert send(site, client, f"/absences/{absence}/end").headers["location"] == "/absences?notice=back"
    assert "Nobody is away" in client.get("/absences").text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"ends": ""}, 400),
        ({"ends": "soon"}, 400),
        ({"ends": "2026-03-06", "most": "lots"}, 400),
        ({"ends": "2026-03-06", "deputy": "sanne"}, 403),
        ({"ends": "2026-03-06", "deputy": "priya"}, 422),
        ({"ends": "2026-03-06", "person": "noor", "starts": "2026-03-04"}, 403),
        ({"ends": "2026-02-01"}, 422),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(site: Site, fields: dict[str, str], status: int) -> None:
    client = site.client("ferhat" if "person" in fields else "priya")
    assert send(site, client, "/absences/mark", **fields).status_code == status
    assert "Nobody is away" in client.get("/absences").text


def test_the_measures_tell_times_and_people_and_every_number_leads_to_its_requests(site: Site, house: Stage) -> None:
    asked = queued(house, 3)
    client = site.client("priya")
    assert "Nothing that was asked in these days has ended" in client.get("/approvals/measures").text
    house.clock.advance(timedelta(hours=2))
    send(site, client, f"/approvals/{asked[0].id}/approve")
    house.clock.advance(timedelta(seconds=1))
    send(site, client, f"/approvals/{asked[1].id}/deny", reason="not_covered")
    page = client.get("/approvals/measures").text
    assert "Priya Raman" in page and "not covered" in page and "120 min" in page.replace("2 h", "120 min")
    for number in re.findall(r"<dd>(.*?)</dd>", page, re.DOTALL):
        assert "<a href=" in number
    for address in set(re.findall(r'href="(/approvals/answered[^"]*)"', page)):
        assert client.get(address.replace("&amp;", "&")).status_code == 200
    assert "1 request that ended" in client.get("/approvals/answered?how=denied").text
    assert "1 request that ended" in client.get("/approvals/answered?person=priya&glance=true").text
    assert "None in these days" in client.get("/approvals/answered?day=1999-01-01").text


WRITES = [
    route.path
    for route in decision_actions.router.routes
    if isinstance(route, APIRoute) and route.methods is not None and "POST" in route.methods
]


@pytest.mark.parametrize("path", WRITES)
def test_no_write_of_the_queue_goes_without_the_key_of_the_visitors_own_page(
    site: Site, house: Stage, path: str
) -> None:
    (asked,) = queued(house, 1)
    address = path.format(approval_id=asked.id, absence_id="none")
    client = site.client("priya")
    fields = {"to": "ferhat", "ends": "2026-03-06", "count": "1", **picks(asked)}
    for key in ("", "nonsense", site.form_key(site.client("priya"))):
        assert client.post(address, data={**fields, "form_key": key}).status_code == 403
    assert site.client().post(address, data=fields).status_code == 401
    with house.database.read() as reader:
        kinds = {entry.kind for entry in house.ledger.find(reader)}
    assert not kinds & {"ApprovalClaimed", "ApprovalReassigned", "ApprovalReminded", "BatchAnswered", "AbsenceMarked"}
    assert len(WRITES) == 7
