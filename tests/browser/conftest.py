"""A real browser before the sample company's site, served over a real socket."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from aboveloop.app.doors import COOKIE, Doorkeeper
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.cli.serve import first_free_door, serve
from api.open_house import house, operation, template, understands

__all__ = ["house", "operation", "template", "understands"]

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("No browser: install chromium (apt-get install chromium) to run this test.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def url(house: Stage) -> Iterator[str]:
    """Where the site answers."""
    door, stop = first_free_door(8400, 100), threading.Event()
    port = int(door.getsockname()[1])
    server = threading.Thread(
        target=serve, args=(house, "127.0.0.1", port, stop), kwargs={"trusted": True, "door": door}
    )
    server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        stop.set()
        server.join(timeout=20)
        door.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which every error of a script or of the security policy fails the test."""
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    yield opened
    assert wrong == []


def sign_in(context: BrowserContext, house: Stage, url: str, person: str) -> None:
    """As `person`, without going through the page."""
    token = Doorkeeper(house, trusted=True).sign_in_trusted(person)
    context.clear_cookies()
    context.add_cookies([{"name": COOKIE, "value": token, "url": url, "httpOnly": True, "sameSite": "Lax"}])
