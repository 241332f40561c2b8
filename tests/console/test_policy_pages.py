"""The policy pages answer what may be done without asking, show how often rules decided, and what would change it."""

import re

import pytest

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.rule_tally import RuleTally, tally_of
from api.open_house import ELIF, Site, tell, waiting

NEW_PAGES = ("/policy/operations", "/policy/rules/refund-above-50", "/policy?ask=cancel+an+order")


@pytest.mark.parametrize("page", NEW_PAGES)
def test_nobody_sees_a_policy_page_without_signing_in(site: Site, page: str) -> None:
    assert site.client().get(page).status_code == 303


def test_may_i_do_this_is_answered_with_lane_and_reason(site: Site) -> None:
    page = site.client("sanne").get("/policy?ask=issue+a+refund+above+100+EUR").text
    assert "reviewed by a person" in page
    assert "From 100.01 EUR to 500.00 EUR" in page
    assert "A refund above 50.00 EUR waits for a person who may approve refunds." in page
    assert 'href="/policy/rules/refund-above-50"' in page


def test_what_is_not_understood_is_said_with_the_nearest(site: Site) -> None:
    client = site.client("sanne")
    page = client.get("/policy?ask=look+up+an+order").text
    assert "These words do not tell which action is meant" in page and "Get order" in page
    assert 'href="/policy?ask=shop.get_order"' in page
    assert "Get order: " in client.get("/policy?ask=shop.get_order").text
    far = client.get("/policy?ask=fly+to+the+moon").text
    assert "What no rule permits is prohibited" in far
    assert client.get("/policy?ask=%20").text.count('id="answer"') == 0


def test_a_question_cannot_break_the_page(site: Site) -> None:
    page = site.client("sanne").get("/policy", params={"ask": '<script>alert("refund")</script>'}).text
    assert "<script>alert" not in page
    assert site.client("sanne").get("/policy", params={"ask": "x" * 201}).status_code == 422


def test_each_rule_says_how_often_it_decided_and_leads_to_its_cases(site: Site, house: Stage) -> None:
    client = site.client("noor")
    assert "Has decided nothing yet" in client.get("/policy?q=refund-above-50").text
    case = tell(house, "elif", *ELIF)
    page = client.get("/policy?q=refund-above-50").text
    assert re.search(r'href="/policy/rules/refund-above-50">1 time<', page)
    rule = client.get("/policy/rules/refund-above-50").text
    assert "It decided 1 time, in 1 case" in rule and case.id in rule
    assert "It has decided nothing yet" in client.get("/policy/rules/refund-twice").text


def test_counts_stay_the_same_when_the_ledger_is_sealed(site: Site, house: Stage) -> None:
    tell(house, "elif", *ELIF)
    tally = tally_of(house)
    assert tally_of(house) is tally
    with house.database.read() as reader:
        before = tally.counts(reader)
    house.seal()
    tell(house, "mo", "when are you open")
    with house.database.read() as reader:
        after, again, fresh = tally.counts(reader), tally.counts(reader), RuleTally().counts(reader)
    assert before["refund-above-50"] == 1 and after == again == fresh
    assert sum(after.values()) > sum(before.values())


def test_a_rule_that_nobody_knows_is_not_there(site: Site) -> None:
    answer = site.client("noor").get("/policy/rules/zeppelin")
    assert answer.status_code == 404 and "There is no rule zeppelin" in answer.text


def test_actions_are_filtered_by_what_they_touch(site: Site) -> None:
    client = site.client("yuki")
    every, money = client.get("/policy/operations").text, client.get("/policy/operations?touches=money").text
    assert "shop.refund_order" in money and "house.draft_procedure" in every
    assert "house.draft_procedure" not in money and money.count("<tr>") < every.count("<tr>")
    assert client.get("/policy/operations?touches=gold").text.count("<tr>") == every.count("<tr>")


def test_a_decision_leads_to_what_would_change_it(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    client = site.client("priya")
    address = f"/cases/{case.id}/decisions/{waiting(house).action.digest}"
    assert f'href="{address}"' in client.get(f"/cases/{case.id}").text
    page = client.get(address).text
    assert "Refund 50.01 EUR for order LK-100007" in page
    assert "If amount were 50.00 EUR: allowed." in page
    assert "If refund approver had approved exactly this: allowed." in page
    assert "What would close it" in page


def test_who_may_not_read_what_is_personal_does_not_read_it_there(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    address = f"/cases/{case.id}/decisions/{waiting(house).action.digest}"
    sponsor = next(each.id for each in house.operation.about.people if each.roles == ["sponsor"])
    answer = site.client(sponsor).get(address)
    assert answer.status_code == 403 and "LK-100007" not in answer.text
    assert site.client(sponsor).get("/policy/rules/refund-above-50").status_code == 200


@pytest.mark.parametrize(("action", "status"), [("f" * 64, 404), ("short", 422), ("../../etc", 404), ("F" * 64, 422)])
def test_a_decision_that_is_not_there_is_said_so(site: Site, house: Stage, action: str, status: int) -> None:
    case = tell(house, "elif", *ELIF)
    assert site.client("priya").get(f"/cases/{case.id}/decisions/{action}").status_code == status
    assert site.client("priya").get(f"/cases/case_none/decisions/{'f' * 64}").status_code == 404
