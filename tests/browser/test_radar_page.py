"""The radar's own page in a real browser: readable by everybody, the picture reached by keyboard."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from aboveloop.discover.picture.page import page as written
from aboveloop.discover.radar import look
from browser.seeing import by_day_or_night, wrong_with
from discover.logs import Line, log_of

pytestmark = pytest.mark.browser
LINES: list[Line] = [
    (f"case {case}", name, case * 10 + at * 60, "xy"[at % 2])
    for case in range(30)
    for at, name in enumerate(("New", "Active", *(["Wait", "Active"] * (case % 3)), f"Check {case % 9}", "Closed"))
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_radars_page_is_readable_by_everybody(context: BrowserContext, tmp_path: Path, scheme: str) -> None:
    file = tmp_path / "radar.html"
    file.write_text(written(look(log_of(LINES))), encoding="utf-8")
    page = context.new_page()
    by_day_or_night(page, scheme)
    page.goto(file.as_uri())
    assert wrong_with(page, "radar") == {}
    page.close()


def test_the_picture_is_chosen_and_walked_by_keyboard(context: BrowserContext, tmp_path: Path) -> None:
    file = tmp_path / "radar.html"
    file.write_text(written(look(log_of(LINES))), encoding="utf-8")
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("svg.process:visible").count() == 1
    boxes = page.locator("svg.process:visible a").count()
    page.get_by_label("8", exact=True).focus()
    page.keyboard.press("Space")
    assert page.locator("svg.process:visible a").count() == 8 < boxes
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").endswith("times")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash").startswith("#activity")
    page.close()
