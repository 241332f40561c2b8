"""The pages of what is understood: shown to who may see cases, words of customers only to who may read them."""

import pytest

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.teaching import store
from api.open_house import ELIF, Site, tell

TOPIC = {
    "key": "topic-1", "title": "gift, card", "words": ["gift", "card"], "messages": 4, "people": 3,
    "by_week": [["2026-W48", 4]], "first": "2026-11-23T09:00:00.000000Z", "last": "2026-11-24T09:00:00.000000Z",
}  # fmt: skip
SHARE = {"right": 9, "of": 10, "value": 0.9, "low": 0.55, "high": 0.99}
NOTHING = {"right": 0, "of": 0, "value": None, "low": 0.0, "high": 1.0}


@pytest.fixture
def looked(house: Stage) -> Stage:
    """A house that has looked; the look itself takes ten fits and has its own tests."""
    case = tell(house, "elif", *ELIF[:1])
    with house.database.read() as reader:
        (reading,) = store.readings_since(reader, case.opened_at)
    overlap = {"one": "return_order", "other": "exchange", "there": 3, "of_one": 20, "back": 1, "of_other": 20}
    body = {
        "days": 28, "messages": 1, "abstained": 1, "thin": [["warranty", 4]], "never_read": ["size_guide"],
        "by": "words",
        "splits": [{"intent": "complaint", "words": [["late"], ["rude"]], "examples": [["so late"], ["so rude"]]}],
        "topics": [{**TOPIC, "samples": [reading.message]}],
        "crossed": {"accuracy": SHARE, "scores": [{"intent": "exchange", "precision": SHARE, "recall": SHARE}],
                    "counts": {"exchange": {"exchange": 9, "return_order": 1}}, "pairs": [],
                    "overlaps": [{**overlap, "examples": ["swap it"], "suggests": "sharpen"}]},
        "checked": {"accuracy": NOTHING, "scores": [], "calibration": {"bins": [], "error": None}, "two_needs": 1,
                    "corrected": [["exchange", "return_order", 2]], "said": 3},
    }  # fmt: skip
    with house.database.write() as tx:
        now, digest = house.clock.now(), house.operation.digest
        store.add_report(tx, {"id": "report_1", "kind": "health", "at": now, "release": digest, "body": body})
    return house


def test_before_anybody_has_looked_the_page_says_so(site: Site, house: Stage) -> None:
    page = site.client("yuki").get("/understanding").text
    assert "Nobody has looked yet" in page and "Look now" in page


def test_the_page_tells_what_was_found_and_links_to_it(site: Site, looked: Stage) -> None:
    page = site.client("yuki").get("/understanding").text
    for said in ("90 %", "gift, card", "tell them apart", "two needs?", "4", "swap it", "Make it an idea"):
        assert said in page
    assert 'href="/understanding/topics/topic-1"' in page


def test_who_may_not_read_what_customers_said_sees_numbers_alone(site: Site, looked: Stage) -> None:
    client = site.client("annelies")
    page = client.get("/understanding").text
    assert "gift, card" in page and '/understanding/topics/topic-1"' not in page and "Look now" not in page
    for path in ("/understanding/topics/topic-1", "/understanding/check"):
        assert client.get(path).status_code == 403
    assert client.post("/understanding/look", data={"form_key": site.form_key(client)}).status_code == 403


def test_a_topic_shows_masked_samples_and_the_look_is_written_down(site: Site, looked: Stage) -> None:
    client = site.client("yuki")
    page = client.get("/understanding/topics/topic-1").text
    assert "Gift, card" in page and "The most typical of them" in page
    assert client.get("/understanding/topics/topic-2").status_code == 404
    with looked.database.read() as reader:
        assert looked.ledger.count(reader, kind="PersonalDataRead") == 1


def test_one_click_makes_a_topic_an_idea(site: Site, looked: Stage) -> None:
    client = site.client("yuki")
    answer = client.post("/understanding/topics/topic-1/idea", data={"form_key": site.form_key(client)})
    assert answer.headers["location"] == "/understanding?notice=idea_added"
    assert "New topic: gift, card" in client.get("/backlog").text


def test_what_was_drawn_is_checked_on_its_page(site: Site, house: Stage) -> None:
    case = tell(house, "elif", *ELIF[:1])
    client = site.client("yuki")
    page = client.get("/understanding/check").text
    assert f"/cases/{case.id}" in page and "[email]" not in page.partition("<ol")[0]
    message = page.partition('name="message" value="')[2].partition('"')[0]
    fields = {"message": message, "intent": "greeting", "drawn": "yes", "form_key": site.form_key(client)}
    answer = client.post(f"/cases/{case.id}/readings", data=fields)
    assert answer.headers["location"] == "/understanding/check?notice=corrected"
    assert "Nothing is left to check" in client.get("/understanding/check").text
