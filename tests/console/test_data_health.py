"""The data pages say how healthy each asset is and why, what is broken, whose it is, and what that paused."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from aboveloop.app.contracts.rounds import ContractRound
from aboveloop.app.rehearsal.stage import Stage
from api.open_house import Site
from app.warehouse import Warehouse


@pytest.fixture
def warehouse(house: Stage) -> Iterator[Warehouse]:
    opened = Warehouse(house)
    opened.says()
    ContractRound(house).look()
    yield opened


def broken(warehouse: Warehouse) -> int:
    """An event without an order number, and the check that finds it."""
    warehouse.house.clock.advance(timedelta(seconds=61))
    warehouse.says()
    event = warehouse.sends(order_id=None)
    ContractRound(warehouse.house).look()
    return event


def row(page: str, title: str) -> str:
    found = re.search(rf'<tr><th scope="row"><a href="/data/[a-z_]+">{title}</a>.*?</tr>', page, re.DOTALL)
    assert found is not None, title
    return found.group(0)


def test_every_asset_has_an_owner_somebody_to_call_and_four_traits(site: Site, warehouse: Warehouse) -> None:
    page = site.client("noor").get("/data").text
    assert "Every data contract that was checked is kept." in page and "Nothing is broken." in page
    events = row(page, "Order status events")
    assert "Supply Chain Ops" in events and "Data Platform + Ops" in events
    assert "Kofi Adomako, Noor Haddad" in events and "order_id stands in orders.order_id" in events
    master = row(page, "Customer master")
    assert "CRM Admin" in master and "RevOps" in master and "Others refer to it." in master
    assert events.count("state-performed") == master.count("state-performed") == 4
    assert "rows in" in events and "rules hold over" in events


def test_before_the_first_check_nothing_is_called_good(site: Site, house: Stage) -> None:
    events = row(site.client("noor").get("/data").text, "Order status events")
    assert events.count("not known") == 2 and "It was not checked yet." in events and "not checked yet" in events


def test_what_is_broken_says_whose_since_when_and_what_it_paused(site: Site, warehouse: Warehouse) -> None:
    event = broken(warehouse)
    page = site.client("noor").get("/data").text
    assert "1 of the data contracts is broken." in page
    card = page.partition("<article")[2].partition("</article>")[0]
    assert f"order_id is never empty. 1 of 22 rows breaks it, first {event}." in re.sub(
        r"of \d+ rows", "of 22 rows", card
    )
    assert "Noor Haddad" in card and "broken for" in card and "By itself, after 1 kept check in a row." in card
    assert "cancel order" in card and "paused until the data is kept again" in card
    assert "broken" in row(page, "Order status events")
    control = site.client("noor").get("/").text
    concern = control.partition('class="concern breach"')[2].partition("</li>")[0]
    assert 'href="/data/order_status_events"' in concern and "Paused because of it:" in concern
    assert 'class="concern paused"' not in control
    assert "Order status events" in site.client("noor").get("/incidents").text


def test_each_contract_has_its_promises_its_breaches_and_its_checks(site: Site, warehouse: Warehouse) -> None:
    broken(warehouse)
    page = site.client("kofi").get("/data/order_status_events").text
    assert "status is from the approved list" in page and "order_id is never empty" in page
    assert "What a breach would pause" in page and page.count('class="tag state-refused">broken') == 2
    assert "status_events.order_id.required" in page
    assert site.client("kofi").get("/data/nothing").status_code == 404


def test_who_may_pause_holds_what_it_paused_and_nobody_else(site: Site, warehouse: Warehouse) -> None:
    broken(warehouse)
    address = "/data/order_status_events/hold"
    clerk = site.client("sanne")
    assert "Hold what it paused" not in clerk.get("/data").text
    refused = clerk.post(address, data={"because": "Wait.", "form_key": site.form_key(clerk)})
    assert refused.status_code == 403
    noor = site.client("noor")
    assert noor.post(address, data={"because": " ", "form_key": site.form_key(noor)}).status_code == 400
    assert noor.post(address, data={"because": "Wait."}).status_code == 403
    held = noor.post(address, data={"because": "I want to see a day of it.", "form_key": site.form_key(noor)})
    assert held.status_code == 303 and held.headers["location"] == "/data?notice=held"
    page = noor.get("/data?notice=held").text
    assert "Held. It stays paused" in page and "a person holds it" in page and "Hold what it paused" not in page


def test_a_folder_without_contracts_says_what_is_missing(site: Site, house: Stage) -> None:
    house.operation = house.operation.model_copy(update={"contracts": {}})
    page = site.client("noor").get("/data").text
    assert "No data contract is written yet" in page


def test_the_links_of_the_pages_lead_somewhere(site: Site, warehouse: Warehouse) -> None:
    broken(warehouse)
    client = site.client("noor")
    for address in ("/data", "/data/order_status_events", "/data/orders"):
        for link in set(re.findall(r'href="(/[^"#]*)"', client.get(address).text)):
            assert client.get(link.replace("&amp;", "&")).status_code == 200, link
