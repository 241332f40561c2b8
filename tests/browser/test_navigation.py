"""The navigation is one line or a menu for everybody, from 360 to 1600 pixels, by keyboard, by day and by night."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.people import people_of
from api.open_house import ELIF, tell
from browser.conftest import sign_in
from browser.seeing import by_day_or_night, faults, overflow, picture

pytestmark = pytest.mark.browser

WIDTHS = (360, 480, 768, 1024, 1100, 1280, 1400, 1600)
# One line of text with what surrounds it; a second line would double it.
ONE_LINE = 64


def test_for_each_person_the_bar_is_one_line_at_every_width(
    page: Page, context: BrowserContext, house: Stage, url: str
) -> None:
    tell(house, "elif", *ELIF)
    wrong: list[str] = []
    for person in people_of(house.operation):
        sign_in(context, house, url, person)
        page.goto(f"{url}/quality")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 700})
            box = page.locator("header.bar").bounding_box()
            if box is None or box["height"] > ONE_LINE or overflow(page):
                wrong.append(f"{person} at {width}: {box} {overflow(page)}")
            picture(page, f"bar-{person}-{width}", full_page=False)
    assert wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1400])
def test_a_menu_opens_and_closes_by_keyboard_and_axe_finds_nothing(
    page: Page, context: BrowserContext, house: Stage, url: str, scheme: str, width: int
) -> None:
    sign_in(context, house, url, "noor")
    by_day_or_night(page, scheme)
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"{url}/incidents")
    menu = page.locator("nav.wide summary", has_text="Watch") if width > 1088 else page.locator("nav.narrow summary")
    inside = menu.locator("xpath=..").get_by_role("link", name="Problems found")
    expect(inside).to_be_hidden()
    menu.focus()
    page.keyboard.press("Enter")
    expect(inside).to_be_visible()
    assert faults(page) == [] and overflow(page) == []
    picture(page, f"menu-{width}", full_page=False)
    page.keyboard.press("Escape")
    expect(inside).to_be_hidden()
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("main").click()
    expect(inside).to_be_hidden()
    menu.click()
    inside.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Problems found")


def test_of_two_menus_one_is_open_and_it_closes_when_the_keyboard_leaves(
    page: Page, context: BrowserContext, house: Stage, url: str
) -> None:
    sign_in(context, house, url, "noor")
    page.set_viewport_size({"width": 1400, "height": 700})
    page.goto(f"{url}/incidents")
    watch, change = (page.locator("nav.wide details", has_text=name) for name in ("Watch", "Change"))
    expect(watch).to_have_class("here")
    watch.locator("summary").click()
    change.locator("summary").click()
    expect(watch).not_to_have_attribute("open", "")
    expect(change).to_have_attribute("open", "")
    for _ in range(5):
        page.keyboard.press("Tab")
    expect(change).not_to_have_attribute("open", "")


def test_without_a_script_the_menu_opens_all_the_same(context: BrowserContext, house: Stage, url: str) -> None:
    sign_in(context, house, url, "kofi")
    plain = context.new_page()
    plain.route("**/console.js*", lambda route: route.abort())
    plain.set_viewport_size({"width": 360, "height": 700})
    plain.goto(f"{url}/policy")
    plain.locator("nav.narrow summary").click()
    plain.get_by_role("link", name="Releases").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Releases")
