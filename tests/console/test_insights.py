"""The page of insights: what each look found, with cases behind it, and what nobody has looked at."""

import json
from typing import Any

from aboveloop.app import insights, kept_findings
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.history import store as histories
from aboveloop.history.events import Event, attributes_of
from aboveloop.history.store import About
from api.open_house import Site
from console.test_radar_pages import imported, look_now

PAGE = "/overview/insights"
DAY = 86_400_000_000


def slow_since_spring(house: Stage) -> None:
    """Two cases a day for half a year; in the second half, and for one kind always, a case takes much longer."""
    events = []
    for number in range(364):
        at, case = number * DAY // 2, f"c/{number}"
        kind = "warranty" if number % 4 == 0 else "question"
        hours = (60 if kind == "warranty" else 2) + (90 if number > 182 else 0) + number % 3
        for step, later in (("opened", 0), ("solved", hours)):
            said = attributes_of({"kind": kind}) if step == "opened" else "{}"
            events.append(Event("d", case, step, at + later * DAY // 24, len(events), team="a", attributes=said))
    histories.write(house.settings.home, About("desk", "zendesk", 0), events, replace=True)


def found(house: Stage) -> dict[str, Any]:
    with house.database.read() as reader:
        told = insights.as_json(insights.insights(house, reader))
    assert json.dumps(told)
    return told


def test_what_nobody_has_looked_at_is_said(site: Site, house: Stage) -> None:
    imported(house)
    page = site.client("annelies").get(PAGE).text
    assert 'Nobody has looked at <a href="/radar/desk">' in page
    assert found(house) == {"insights": [], "not_looked_at": ["desk"], "messages_looked_at": False}


def test_changes_and_what_goes_along_lead_to_their_cases(site: Site, house: Stage) -> None:
    slow_since_spring(house)
    look_now(site, "noor")
    looked = kept_findings.looked(house.settings.home, "desk").found
    assert looked is not None and looked["trends"] and looked["drivers"]
    told = found(house)
    assert {each["kind"] for each in told["insights"]} == {"trend", "driver"} and told["not_looked_at"] == []
    assert len(told["insights"]) == len(looked["trends"]) + len(looked["drivers"])
    page = site.client("annelies").get(PAGE).text
    assert "Since the week of" in page and "warranty" in page and "/radar/desk/case?id=c%2F" in page
    sample = told["insights"][0]["samples"][0]["page"]
    assert site.client("annelies").get(sample).status_code == 200
