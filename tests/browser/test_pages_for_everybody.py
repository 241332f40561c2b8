"""Every page is free of faults that axe finds and fits from 360 to 1600 pixels, by day and by night."""

import os
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from aboveloop.app.desk import Desk
from aboveloop.app.incidents import IncidentDesk
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.releasing.bundle import record_bundle
from aboveloop.app.releasing.promote import open_review
from aboveloop.app.releasing.reviewing import fill
from aboveloop.govern.incidents.book import Report
from aboveloop.govern.incidents.incident import Scope, Severity
from aboveloop.govern.people import person_of
from aboveloop.govern.promotion.review import Evidence
from aboveloop.operation import environments, releases
from aboveloop.operation.loading import load_files
from aboveloop.operation.releases import Release
from api.open_house import ELIF, tell, waiting
from browser.conftest import sign_in
from work.privacy.matters import look_after_privacy

pytestmark = pytest.mark.browser

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
WIDTHS = (360, 768, 1600)
# Where set, the pictures of all pages are left for people to look at.
SHOTS = os.environ.get("ABOVELOOP_SHOTS")


def addresses(house: Stage) -> dict[str, str]:
    """Every page of the console with something on it."""
    done = tell(house, "ines", "My tent LK-100011 arrived damaged", "ines@customers.example", "6211 CK", "a torn seam")
    tell(house, "ines", "120 euro", "yes")
    desk = Desk(house, person_of(house.operation, "priya"))
    desk.approve(waiting(house).id, edits={"amount_cents": 8000}, because="Two thirds is fair.")
    house.run_due()
    handed = tell(house, "anna", "I want to talk to a person")
    Desk(house, person_of(house.operation, "noor")).pause("channel", "email", because="The mail server is being moved.")
    Desk(house, person_of(house.operation, "noor")).take_over(handed.id)
    tell(house, "dirk", "somebody real please")
    tell(house, "elif", *ELIF)
    asked = waiting(house)
    tell(
        house, "greta", "my sandals arrived broken, LK-100009, greta@customers.example, 20357", "torn", "40 EUR", "yes"
    )
    noor = IncidentDesk(house, person_of(house.operation, "noor"))
    scope = Scope(operation="shop.refund_order", release=house.operation.digest)
    incident = noor.open(Report("Refunds above 50.00 EUR are paid without approval", Severity.CRITICAL, scope))
    early = noor.open(Report("A parcel was sent twice", Severity.MINOR, Scope(operation="shop.resend_order")))
    noor.stop(incident.id)
    noor.contain(incident.id)
    noor.correct(incident.id)
    house.run_due()
    candidate = _under_way(house)
    look_after_privacy(house, done, handed)
    with house.database.write() as tx:
        house.ledger.checkpoint(tx, house.clock.now())
    return {
        "control-room": "/",
        "cases": "/cases",
        "no-cases": "/cases?case=none",
        "case-done": f"/cases/{done.id}",
        "case-mine": f"/cases/{handed.id}",
        "approvals": "/approvals",
        "approval": f"/approvals/{asked.id}",
        "switches": "/switches",
        "incidents": "/incidents",
        "incident": f"/incidents/{incident.id}",
        "incident-early": f"/incidents/{early.id}",
        "releases": "/releases",
        "policy": "/policy?ask=issue+a+refund+above+100+EUR",
        "policy-operations": "/policy/operations?touches=money",
        "policy-rule": "/policy/rules/refund-above-50",
        "what-if": f"/cases/{asked.action.case_id}/decisions/{asked.action.digest}",
        "release": f"/releases/{candidate.digest}",
        "release-in-production": "/releases/r1",
        "audit": "/audit",
        "privacy": f"/privacy?customer={done.customer_id}",
        "looks": "/audit/looks",
        "overview": "/overview",
        "organisation": "/organisation",
        "roster": "/organisation/roster",
        "readiness": "/organisation/readiness",
        "people": "/people",
        "account": "/account",
        "chat": "/chat",
    }


def _under_way(house: Stage) -> Release:
    """A release that changes what a customer is told and who decides a refund, on its way as a canary."""
    files = dict(house.operation.files)
    files["messages/en/greeting.md"] = "Hello! What can I do for you?\n"
    files["policies/50-money.cedar"] = files["policies/50-money.cedar"].replace(
        "amount_cents <= 5000 }", "amount_cents <= 6000 }"
    )
    operation = load_files(files, Path("larkspur")).operation
    assert operation is not None
    now, noor = house.clock.now(), person_of(house.operation, "noor")
    with house.database.write() as tx:
        made = releases.create_release(tx, operation, ledger=house.ledger, by="person:yuki", note="Refunds.", now=now)
        record_bundle(tx, made, ledger=house.ledger, by="person:yuki", now=now)
    open_review(house, made, by=noor.actor)
    fill(house, made, Evidence("monitoring", "Refund errors are watched.", "https://wiki.example/refunds"), by=noor)
    change = environments.Change(noor.actor, now, "Look at it.")
    with house.database.write() as tx:
        environments.place(tx, made, "canary", ledger=house.ledger, change=change, share=10)
    return made


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(
    page: Page, context: BrowserContext, house: Stage, url: str, scheme: str
) -> None:
    shown = addresses(house)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found: dict[str, list[str]] = {}
    for person, names in (
        ("noor", set(shown) - {"approvals"}),
        ("priya", {"approvals", "approval"}),
        ("adaeze", {"privacy"}),
        ("", {"sign-in"}),
    ):
        if person:
            sign_in(context, house, url, person)
        else:
            context.clear_cookies()
        for name in sorted(names):
            page.goto(url + shown.get(name, "/sign-in"))
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                wrong = overflow(page) + (faults(page) if width != 768 else [])
                if wrong:
                    found[f"{name} at {width}"] = wrong
                if SHOTS:
                    page.screenshot(path=Path(SHOTS) / f"{name}-{person}-{width}-{scheme}.png", full_page=True)
            if name in ("approvals", "privacy"):
                for each in page.locator("details").all():
                    each.evaluate("(part) => { part.open = true; }")
                wrong = overflow(page) + faults(page)
                if wrong:
                    found[f"{name}, all open"] = wrong
                if SHOTS:
                    page.screenshot(path=Path(SHOTS) / f"{name}-open-{person}-{scheme}.png", full_page=True)
    assert found == {}
