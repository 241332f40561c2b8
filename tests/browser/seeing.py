"""What is wrong with a page, for everybody who may open it: what axe finds, and what does not fit."""

import os
from importlib.resources import files
from pathlib import Path

from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
WIDTHS = (360, 768, 1600)
# Where set, the pictures of all pages are left for people to look at.
SHOTS = os.environ.get("ABOVELOOP_SHOTS")


def by_day_or_night(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")


def wrong_with(page: Page, name: str) -> dict[str, list[str]]:
    """By name and width, what is wrong at any of them; colours and names are the same in between."""
    found: dict[str, list[str]] = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wrong = overflow(page) + (faults(page) if width in (WIDTHS[0], WIDTHS[-1]) else [])
        if wrong:
            found[f"{name} at {width}"] = wrong
        picture(page, f"{name}-{width}")
    return found


def picture(page: Page, name: str, *, full_page: bool = True) -> None:
    if SHOTS:
        scheme = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'")
        page.screenshot(path=Path(SHOTS) / f"{name}-{scheme}.png", full_page=full_page)


def faults(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{each['id']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"]]


def overflow(page: Page) -> list[str]:
    """What sticks out of the page to the right, other than inside a part that scrolls by itself."""
    script = """() => {
        const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
        if (!wide) return [];
        return [...document.querySelectorAll('body *')]
            .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('.scroll, pre'))
            .slice(0, 5).map((each) => each.outerHTML.slice(0, 150)).concat(['the page scrolls sideways']);
    }"""
    return list(page.evaluate(script))
