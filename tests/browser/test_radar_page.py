"""The radar's own page in a real browser: readable by everybody, the picture reached by keyboard."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext

from aboveloop.discover.picture.page import page as written
from aboveloop.discover.radar import look
from discover.logs import Line, log_of

pytestmark = pytest.mark.browser
LINES: list[Line] = [
    (f"case {case}", name, case * 10 + at * 60, "xy"[at % 2])
    for case in range(30)
    for at, name in enumerate(("New", "Active", *(["Wait", "Active"] * (case % 3)), f"Check {case % 9}", "Closed"))
]


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1600, "dark")])
def test_the_radars_page_is_readable_by_everybody(
    context: BrowserContext, tmp_path: Path, width: int, scheme: str
) -> None:
    file = tmp_path / "radar.html"
    file.write_text(written(look(log_of(LINES))), encoding="utf-8")
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(file.as_uri())
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    folder = os.environ.get("ABOVELOOP_SCREENSHOTS")
    if folder:
        page.screenshot(path=f"{folder}/radar-{width}.png", full_page=True)
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
