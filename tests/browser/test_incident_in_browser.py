"""An incident is led through its five steps in a real browser, by people with different roles."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from aboveloop.app import folders
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.operation import releases
from aboveloop.operation.loading import load_files
from api.open_house import tell
from app.test_incidents import ELIF, GRETA, SCENARIO
from browser.conftest import sign_in
from larkspur.auditor import Auditor

pytestmark = pytest.mark.browser
MONEY = "policies/50-money.cedar"


def approve_all(page: Page, context: BrowserContext, house: Stage, url: str, person: str) -> None:
    """`person` approves the first approval on their page, and what follows happens."""
    sign_in(context, house, url, person)
    page.goto(f"{url}/approvals")
    page.locator("[data-act=approve]").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Approved")
    house.run_due()


def test_people_lead_an_incident_to_its_end(page: Page, context: BrowserContext, house: Stage, url: str) -> None:
    tell(house, "elif", *ELIF, "40 EUR", "yes")
    tell(house, "greta", *GRETA, "15 EUR", "yes")
    files = house.operation.files
    mended = files[MONEY].replace("amount_cents <= 5000 };", "amount_cents <= 2000 };")
    strict = load_files(
        {**files, MONEY: mended, "scenarios/new.yaml": json.dumps([SCENARIO])}, Path("strict")
    ).operation
    assert strict is not None
    with house.database.write() as tx:
        now = house.clock.now()
        made = releases.create_release(tx, strict, ledger=house.ledger, by="person:noor", note="Mended", now=now)

    sign_in(context, house, url, "noor")
    page.goto(f"{url}/incidents")
    page.get_by_label("What went wrong, in a line").fill("Too much without approval")
    page.get_by_label("How bad is it").select_option("critical")
    page.get_by_label("Operation of a system").select_option("shop.refund_order")
    page.get_by_label("Release").select_option(house.operation.digest)
    page.get_by_role("button", name="Open the incident").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Too much without approval")
    incident = page.url.partition("?")[0]
    expect(page.get_by_text("Stop it first.").last).to_be_visible()

    page.get_by_role("button", name="Pause shop.refund_order").click()
    page.get_by_label("Judge by the policy of").first.select_option(made.digest)
    page.get_by_role("button", name="Find everybody affected").click()
    expect(page.get_by_text("1 customer is affected")).to_be_visible()
    expect(page.get_by_text("20.00 EUR", exact=True).first).to_be_visible()

    page.get_by_role("button", name="Draft a message to each").click()
    house.run_due()
    approve_all(page, context, house, url, "mateo")
    sign_in(context, house, url, "noor")
    page.goto(incident)
    page.get_by_role("button", name="Propose what is to be undone").click()
    house.run_due()
    for person in ("priya", "mateo"):
        approve_all(page, context, house, url, person)
    auditor = Auditor(house.settings.home / "larkspur.db")
    assert auditor.refunded_cents()["LK-100007"] == 2000
    auditor.close()

    sign_in(context, house, url, "noor")
    page.goto(incident)
    page.get_by_label("Release with the change").select_option(made.digest)
    page.get_by_label("Its scenario").fill("above_twenty")
    page.get_by_role("button", name="Test the change").click()
    expect(page.get_by_role("status").first).to_contain_text("The rule change held", timeout=60_000)
    folders.deploy(house, made.digest, by="person:noor")
    page.get_by_label("What was learnt, in a line").fill("Limits have scenarios.")
    page.get_by_role("button", name="Close the incident").click()
    expect(page.get_by_role("status").first).to_contain_text("closed", timeout=60_000)
    expect(page.get_by_text("Limits have scenarios.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Pause|Draft|Propose|Test"))).to_have_count(0)


def test_who_may_not_pause_sees_an_incident_and_no_button(
    page: Page, context: BrowserContext, house: Stage, url: str
) -> None:
    sign_in(context, house, url, "sanne")
    page.goto(f"{url}/incidents")
    page.get_by_label("What went wrong, in a line").fill("A customer says nobody asked")
    page.get_by_label("Operation of a system").select_option("shop.refund_order")
    page.get_by_role("button", name="Open the incident").click()
    expect(page.get_by_role("heading", name="1. Stop")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Pause"))).to_have_count(0)
