"""The pages of customers found twice in a real browser: readable at every width, by day and by night, by keyboard."""

import pytest
from playwright.sync_api import BrowserContext, Page

from aboveloop.app.rehearsal.stage import Stage
from browser.conftest import sign_in
from browser.seeing import by_day_or_night, wrong_with

pytestmark = pytest.mark.browser


def test_two_records_are_compared_seen_and_merged_by_keyboard_on_pages_that_fit(
    page: Page, context: BrowserContext, house: Stage, url: str
) -> None:
    mine = house.case_of(house.hear("email", "elif@customers.example", "Hello, where is my parcel?")).customer_id
    house.hear("email", "Elif+shop@customers.example", "Hello, anybody there?")
    sign_in(context, house, url, "sanne")
    page.goto(f"{url}/customers/duplicates")
    page.get_by_role("button", name="Compare everybody now").press("Enter")
    page.wait_for_url("**notice=compared")
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        for scheme in ("light", "dark"):
            by_day_or_night(page, scheme)
            found.update({f"{where}, {scheme}": wrong for where, wrong in wrong_with(page, name).items()})

    look("duplicates")
    page.get_by_role("link", name=mine).first.press("Enter")
    page.wait_for_url("**/same")
    look("same")
    page.get_by_label("Why they are one").press_sequentially("She told us.")
    page.get_by_role("button", name="Merge the two").press("Enter")
    page.wait_for_url("**notice=joined")
    look("merged")
    page.get_by_label("Why they are two").press_sequentially("Her sister.")
    page.get_by_role("button", name="Take the merge back").press("Enter")
    page.wait_for_url("**notice=parted")
    assert found == {}
