"""The pages of what is understood, in a real browser: readable by everybody, narrow and wide, light and dark."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext

from aboveloop.app.rehearsal.stage import Stage
from api.open_house import ELIF, tell
from browser.conftest import sign_in
from console.test_understanding import looked

__all__ = ["looked"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1600, "dark")])
def test_what_is_understood_is_readable_by_everybody(
    context: BrowserContext, looked: Stage, url: str, width: int, scheme: str
) -> None:
    case = tell(looked, "anna", ELIF[0])
    sign_in(context, looked, url, "yuki")
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in (
        "/understanding",
        "/understanding/check",
        "/understanding/topics/topic-1",
        "/signals",
        f"/cases/{case.id}",
    ):
        page.goto(f"{url}{path}")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            f"{path} is wider than {width}"
        )
        folder = os.environ.get("ABOVELOOP_SCREENSHOTS")
        if folder:
            page.screenshot(path=f"{folder}/{path.strip('/').replace('/', '-')}-{width}.png", full_page=True)
    page.close()
