"""The queue of decisions in a real browser: keys, several side by side, and pages that fit and are accessible."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from aboveloop.app.desk import Desk
from aboveloop.app.queue_desk import QueueDesk
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.reminding import ReminderRound
from aboveloop.govern.people import person_of
from aboveloop.govern.queue.delegation import Wish
from aboveloop.govern.queue.places import kind_of
from api.open_house import ELIF, tell
from browser.conftest import sign_in
from browser.seeing import by_day_or_night, wrong_with
from console.queueing import queued

pytestmark = pytest.mark.browser


def test_several_are_approved_with_the_keys_alone(page: Page, context: BrowserContext, house: Stage, url: str) -> None:
    queued(house, 4)
    sign_in(context, house, url, "priya")
    page.goto(f"{url}/approvals")
    page.get_by_role("link", name="look at 4 side by side").click()
    expect(page.locator("#chosen")).to_have_text("0")
    for key in ("j", "x", "j", "x", "j", "x", "x"):
        page.keyboard.press(key)
    expect(page.locator("#chosen")).to_have_text("2")
    expect(page.locator("tr[data-review]").nth(2)).to_be_focused()
    page.keyboard.press("a")
    expect(page.get_by_label("How many do you approve?")).to_be_focused()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("2 of 2 approved")
    page.goto(f"{url}/approvals")
    expect(page.locator("[data-review]")).to_have_count(2)


def test_the_help_opens_with_its_key_and_keys_typed_into_fields_are_letters(
    page: Page, context: BrowserContext, house: Stage, url: str
) -> None:
    queued(house, 1)
    sign_in(context, house, url, "priya")
    page.goto(f"{url}/approvals")
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_have_attribute("open", "")
    page.keyboard.press("?")
    page.keyboard.press("j")
    expect(page.locator("[data-review]").first).to_be_focused()
    page.keyboard.press("d")
    expect(page.get_by_label("Why?")).to_be_focused()
    page.keyboard.type("jade?")
    page.get_by_label("Reason of the list", exact=True).select_option("wrong_amount")
    page.locator("details[open] button.danger").click()
    expect(page.get_by_role("status").first).to_contain_text("Denied.")


def test_several_are_approved_without_any_script(browser: Browser, house: Stage, url: str) -> None:
    queued(house, 3)
    plain = browser.new_context(java_script_enabled=False)
    sign_in(plain, house, url, "priya")
    page = plain.new_page()
    page.goto(f"{url}/approvals")
    page.get_by_role("link", name="look at 3 side by side").click()
    for box in page.locator("[data-act=pick]").all():
        box.check()
    page.get_by_label("How many do you approve?").fill("3")
    page.get_by_role("button", name="Approve those chosen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3 of 3 approved")
    plain.close()


def test_an_owner_a_deputy_and_a_way_back(page: Page, context: BrowserContext, house: Stage, url: str) -> None:
    tell(house, "elif", *ELIF)
    sign_in(context, house, url, "priya")
    page.goto(f"{url}/approvals")
    page.locator("[data-review] h2 a").first.click()
    page.get_by_role("button", name="Look after it").click()
    expect(page.get_by_text("You look after it now.")).to_be_visible()
    page.goto(f"{url}/absences")
    page.get_by_label("Last day").fill("2026-03-06")
    page.get_by_label("Who stands in").select_option("ferhat")
    page.get_by_role("button", name="Mark", exact=True).click()
    expect(page.get_by_text("away now")).to_be_visible()
    page.get_by_role("button", name="End it: Priya Raman is back").click()
    expect(page.get_by_text("Nobody is away")).to_be_visible()


def busy(house: Stage) -> str:
    """A busy Tuesday; the kind of which many wait."""
    asked = queued(house, 130)
    priya = person_of(house.operation, "priya")
    desk = Desk(house, person_of(house.operation, "ferhat"))
    desk.deny(asked[0].id, because="The sole came off after a year.", reason="not_covered")
    for each in asked[1:4]:
        desk.approve(each.id)
    tell(house, "elif", *ELIF)
    QueueDesk(house, priya).claim(asked[-1].id)
    now = house.clock.now()
    QueueDesk(house, priya).mark_absent(
        "priya", Wish(now, now + timedelta(days=3), person_of(house.operation, "ferhat"), most=20_000)
    )
    house.clock.advance(timedelta(hours=20, minutes=30))
    ReminderRound(house).run()
    return kind_of(asked[-1])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_queue_is_accessible_and_fits(
    page: Page, context: BrowserContext, house: Stage, url: str, scheme: str
) -> None:
    kind = busy(house)
    sign_in(context, house, url, "priya")
    by_day_or_night(page, scheme)
    shown = {
        "queue": "/approvals",
        "queue-none": "/approvals?within=1",
        "alike": f"/approvals/alike/{kind}",
        "measures": "/approvals/measures",
        "answered": "/approvals/answered",
        "absences": "/absences",
    }
    found: dict[str, list[str]] = {}
    for name, path in shown.items():
        page.goto(url + path)
        found |= wrong_with(page, name)
    assert found == {}
