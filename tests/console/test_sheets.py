"""Sheets are taken from the pages by who may look: a charter, a run beside people, a radar, each on one page."""

from aboveloop.app import kept_findings
from aboveloop.app.chartering import freezing, reporting
from aboveloop.app.portfolio.after import After
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.shadowing.scorecard import Costs
from aboveloop.app.sheets.beside import beside_sheet
from aboveloop.app.sheets.charter import charter_sheet
from aboveloop.app.sheets.html import page
from aboveloop.app.sheets.pdf import pages_of
from aboveloop.app.sheets.radar import radar_sheet
from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.govern.people import person_of
from api.open_house import Site
from app.portfolio.earned import LATER, NAME, helpdesk, worked_beside
from console.test_radar_pages import imported

AFTER = "since=2027-01-04&until=2027-03-29&history=faster"


def test_a_charter_is_taken_along_with_business_and_technology_apart(site: Site, house: Stage) -> None:
    client = site.client("annelies")
    assert client.get(f"/sheets/charters/{NAME}/pdf").status_code == 409, "there is no before yet"
    helpdesk(house)
    helpdesk(house, "faster", began=LATER, hours=5)
    freezing.freeze(house, NAME, by=person_of(house.operation, "tomasz"))
    taken = client.get(f"/sheets/charters/{NAME}/pdf?{AFTER}")
    assert taken.content.startswith(b"%PDF-") and 'filename="charter-lost_parcels.pdf"' in str(taken.headers)
    text = client.get(f"/sheets/charters/{NAME}/html?{AFTER}").text
    assert text.index("Did the business metric move?") < text.index("Does the technology work?")
    assert "by −50.0%, as was agreed" in text and "4 Jan 2027 to 28 Mar 2027" in text and "no experiment" not in text
    assert "nothing was held back by chance" in text and "counted in helpdesk and the after in faster" in text
    assert "there is no after" in client.get(f"/sheets/charters/{NAME}/html").text
    after = After(LATER.date(), LATER.date().replace(month=3, day=29), "faster")
    found = reporting.report(house, NAME, **vars(after))
    assert pages_of(charter_sheet(house.operation, found, after, now=house.clock.now())) == 1


def test_a_run_beside_people_is_taken_along(site: Site, house: Stage) -> None:
    client = site.client("annelies")
    assert client.get("/sheets/shadow/html").status_code == 404
    run = worked_beside(house, differing=20)
    text = client.get("/sheets/shadow/html").text
    assert "A worker took up 80 past cases" in text and "They differ in 20 of 80 cases" in text
    assert "no money is told" in text and client.get("/sheets/shadow/pdf").content.startswith(b"%PDF-")
    told = beside_sheet(house.operation, run, Costs(65, 4), now=house.clock.now())
    assert "cost 416.00 EUR" in page(told) and pages_of(told) == 1


def test_a_radar_is_taken_along_once_somebody_looked(site: Site, house: Stage) -> None:
    imported(house)
    client = site.client("annelies")
    assert client.get("/sheets/radar/desk/pdf").status_code == 409
    seen = kept_findings.look_at(house.settings.home, "desk", Assumptions())
    text = client.get("/sheets/radar/desk/html").text
    assert "What surely costs the most is" in text and "(assumed)" in text and "associations" in text
    assert client.get("/sheets/radar/desk/word").status_code == 422
    assert seen.found is not None
    assert pages_of(radar_sheet("desk", "Larkspur", seen.found, now=house.clock.now())) == 1
