"""The pages of the radar: nothing is worked out by looking, who may proposes looks, every number leads to its cases."""

import re

from aboveloop.app import kept_findings
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.discover.picture.drawing import STYLE
from aboveloop.history import store
from aboveloop.history.events import Event, attributes_of
from aboveloop.history.store import About
from api.open_house import Site

HOUR = 3_600_000_000


def imported(house: Stage, name: str = "desk", export: str = "zendesk") -> None:
    """A history in which one case of four is solved twice."""
    events = []
    for number in range(400):
        at = number * HOUR
        case = f"c/{number}"
        kind = attributes_of({"kind": "legal" if number % 20 == 0 else "question"})
        steps = ["opened", "assigned", "solved", *(["reopened", "solved"] if number % 4 == 0 else [])]
        for place, step in enumerate(steps):
            attributes = kind if step == "opened" else "{}"
            events.append(Event("d", case, step, at + place * HOUR, len(events), team="a", attributes=attributes))
    store.write(house.settings.home, About(name, export, 0), events, replace=True)


def look_now(site: Site, person: str, **fields: str):  # type: ignore[no-untyped-def]
    client = site.client(person)
    return client.post("/radar/desk", data={"form_key": site.form_key(client), **fields}, follow_redirects=False)


def test_before_anything_is_imported_the_page_says_so(site: Site) -> None:
    assert "No history has been imported yet" in site.client("noor").get("/radar").text
    assert site.client("noor").get("/radar/desk").status_code == 404


def test_a_history_is_looked_at_once_and_every_opportunity_leads_to_its_cases(site: Site, house: Stage) -> None:
    imported(house)
    client = site.client("noor")
    assert "not looked at yet" in client.get("/radar").text
    assert "Nobody has looked" in client.get("/radar/desk").text
    assert not list(house.settings.home.glob("history/desk/findings-*")), "looking at a page works nothing out"
    assert look_now(site, "noor", hour_cost="60").headers["location"] == "/radar/desk?notice=measured"
    page = client.get("/radar/desk").text
    assert "Reopening: solved" in page and "costs 60 (as you said)" in page and "answer for it in person" in page
    assert "/radar/desk/case?id=c%2F0" in page
    assert "reopened" in client.get("/radar/desk/case?id=c%2F0").text
    assert client.get("/radar/desk/case?id=none").status_code == 404
    assert "/radar/desk#opportunities" in client.get("/radar").text


def test_what_was_found_goes_with_the_history_that_it_was_found_in(site: Site, house: Stage) -> None:
    imported(house)
    look_now(site, "noor")
    assert kept_findings.looked(house.settings.home, "desk").found is not None
    imported(house)
    assert kept_findings.looked(house.settings.home, "desk").found is None


def test_who_may_not_propose_does_not_look_and_numbers_are_numbers(site: Site, house: Stage) -> None:
    imported(house)
    assert look_now(site, "noor", hour_cost="dear").status_code >= 400
    assert look_now(site, "noor", touch_minutes="-1").status_code >= 400


def test_the_process_is_drawn_and_each_box_leads_to_cases(site: Site, house: Stage) -> None:
    imported(house)
    look_now(site, "noor")
    page = site.client("noor").get("/radar/desk").text
    assert '<svg class="process"' in page
    assert "<style" not in page, "the page's policy allows no style of its own"
    boxes = set(re.findall(r'href="#(activity-\d+)"', page))
    assert boxes
    assert all(f'id="{box}"' in page for box in boxes)
    style = site.client("noor").get("/static/console.css").text
    assert all(line in style for line in STYLE.strip().splitlines())


def test_a_spreadsheet_is_not_for_production_wherever_it_is_named(site: Site, house: Stage) -> None:
    imported(house)
    imported(house, "sheet", "csv")
    client = site.client("noor")
    for address in ("/radar", "/data"):
        page = client.get(address).text
        assert page.count("exploration, not for production") == 1 and page.count("fit for production") == 1, address
    page = client.get("/radar/sheet").text
    assert "held to no data contract" in page
    assert "<code>aboveloop import FILE --as sheet --contract CONTRACT</code>" in page
    assert "sheet (exploration, not for production)" in client.get("/drafts").text
