"""The pages of the work beside people: every number leads on, words are masked, and only who may judges."""

import re
from pathlib import Path

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.shadowing import runs
from aboveloop.history import store
from aboveloop.history.events import Event, attributes_of
from api.open_house import Site
from app.shadowing.past_work import worked_beside


def sent(site: Site, person: str, address: str, **fields: str) -> tuple[int, str]:
    client = site.client(person)
    answer = client.post(address, data={"form_key": site.form_key(client), **fields})
    return answer.status_code, answer.headers.get("location", "")


def history(home: Path) -> None:
    text = "I am Femke Claassen, femke@customers.example, where is LK-104512?"
    events = [Event("desk", "2", "customer_message", 5, 1, attributes=attributes_of({"text": text}))]
    store.write(home, store.About("desk", "zendesk", 0), events)


def test_without_a_run_the_page_says_how_to_make_one(site: Site) -> None:
    assert "aboveloop shadow run HISTORY" in site.client("noor").get("/shadow").text


def test_the_scorecard_leads_to_the_cases_and_a_case_is_judged(site: Site, house: Stage) -> None:
    history(house.settings.home)
    found = worked_beside(house)
    page = site.client("noor").get("/shadow").text
    assert "67% of 3" in page and "not judged yet" in page
    for address in set(re.findall(r'href="(/shadow[^"#]*)"', page)):
        assert site.client("noor").get(address).status_code == 200, address
    case = site.client("noor").get(f"/shadow/{found.id}/2").text
    assert "LK-000000" in case and "femke" not in case.lower() and "It gave no size." in case
    assert site.client("noor").get(f"/shadow/{found.id}/77").status_code == 404
    address = f"/shadow/{found.id}/2"
    assert sent(site, "sanne", address, right="person")[0] == 403
    assert sent(site, "yuki", address, right="worker")[0] == 400
    assert sent(site, "yuki", address, right="person", because="They saw the photo.") == (303, "/shadow?notice=judged")
    with house.database.read() as reader:
        assert [(each.case_id, each.right, each.by) for each in runs.find(reader).verdicts] == [
            ("2", "person", "person:yuki")
        ]
    assert "The person" in site.client("noor").get("/shadow").text
