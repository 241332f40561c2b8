"""The pages of what is understood, in a real browser: readable by everybody, narrow and wide, light and dark."""

import pytest
from playwright.sync_api import BrowserContext

from aboveloop.app.rehearsal.stage import Stage
from api.open_house import ELIF, tell
from browser.conftest import sign_in
from browser.seeing import by_day_or_night, wrong_with
from console.test_understanding import looked

__all__ = ["looked"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_understood_is_readable_by_everybody(
    context: BrowserContext, looked: Stage, url: str, scheme: str
) -> None:
    case = tell(looked, "anna", ELIF[0])
    sign_in(context, looked, url, "yuki")
    page = context.new_page()
    by_day_or_night(page, scheme)
    found: dict[str, list[str]] = {}
    for path in (
        "/understanding",
        "/understanding/check",
        "/understanding/topics/topic-1",
        "/signals",
        f"/cases/{case.id}",
    ):
        page.goto(f"{url}{path}")
        found |= wrong_with(page, path.strip("/").replace("/", "-"))
    assert found == {}
    page.close()
