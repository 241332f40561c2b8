"""The pages of data in a real browser: readable at every width, by day and by night, and held by keyboard alone."""

from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page

from aboveloop.app.contracts.rounds import ContractRound
from aboveloop.app.rehearsal.stage import Stage
from app.warehouse import Warehouse
from browser.conftest import sign_in
from browser.seeing import by_day_or_night, wrong_with

pytestmark = pytest.mark.browser
PAGES = {"data": "/data", "data-broken": "/data/order_status_events", "data-kept": "/data/customer_master", "room": "/"}


@pytest.fixture
def warehouse(house: Stage) -> Warehouse:
    """Its data was well for a minute; then an event came without an order, and one from nowhere."""
    opened = Warehouse(house)
    opened.says()
    ContractRound(house).look()
    house.clock.advance(timedelta(seconds=61))
    opened.says()
    opened.sends(order_id=None)
    opened.sends(status="teleported", late=timedelta(minutes=9))
    ContractRound(house).look()
    house.clock.advance(timedelta(hours=5))
    return opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_data_are_accessible_and_fit(
    page: Page, context: BrowserContext, house: Stage, warehouse: Warehouse, url: str, scheme: str
) -> None:
    by_day_or_night(page, scheme)
    sign_in(context, house, url, "noor")
    found: dict[str, list[str]] = {}
    for name, address in PAGES.items():
        page.goto(url + address)
        found |= wrong_with(page, name)
    assert found == {}


def test_a_breach_is_held_by_keyboard_alone(
    page: Page, context: BrowserContext, house: Stage, warehouse: Warehouse, url: str
) -> None:
    sign_in(context, house, url, "noor")
    page.goto(url)
    page.get_by_role("link", name="Order status events breaks its data contract").press("Enter")
    page.wait_for_url("**/data/order_status_events")
    page.get_by_label("Why it must not go on by itself").press_sequentially("I want to see a day of it.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/data?notice=held")
    assert "Held. It stays paused" in page.content()
    assert page.get_by_role("button", name="Hold what it paused").count() == 0
