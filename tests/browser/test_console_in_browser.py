"""People at work in a real browser: signing in, answering approvals with mouse and keys, pausing, chatting."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.journey import cases
from aboveloop.journey.ownership import Owner
from api.open_house import ELIF, tell, waiting
from browser.conftest import sign_in

pytestmark = pytest.mark.browser


def test_a_person_signs_in_and_out_with_the_keyboard(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Larkspur Outfitters")
    button = page.get_by_role("button", name=re.compile("Priya Raman"))
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Decisions needed")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in$"))


def test_an_approver_approves_with_the_keys(page: Page, context: BrowserContext, house: Stage, url: str) -> None:
    case = tell(house, "elif", *ELIF)
    sign_in(context, house, url, "priya")
    page.goto(f"{url}/approvals")
    page.keyboard.press("j")
    expect(page.locator("[data-review]").first).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("[data-act=approve]").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Approved. The worker goes on.")
    house.run_due()
    page.goto(f"{url}/cases/{case.id}")
    expect(page.get_by_text("Priya Raman approved it")).to_be_visible()
    expect(page.locator(".state-performed")).to_be_visible()


def test_an_approver_edits_and_approves(page: Page, context: BrowserContext, house: Stage, url: str) -> None:
    tell(house, "elif", *ELIF)
    sign_in(context, house, url, "priya")
    page.goto(f"{url}/approvals")
    page.keyboard.press("e")
    amount = page.get_by_label("amount cents (EUR)")
    expect(amount).to_have_value("50.01")
    amount.fill("50.00")
    page.get_by_role("button", name="Approve with these arguments").click()
    expect(page.get_by_role("status").first).to_contain_text("Approved with your changes")


def test_an_approver_denies_with_a_reason(page: Page, context: BrowserContext, house: Stage, url: str) -> None:
    case = tell(house, "elif", *ELIF)
    sign_in(context, house, url, "priya")
    page.goto(f"{url}/approvals")
    page.keyboard.press("d")
    page.keyboard.type("jade is a word, not keys")
    page.locator("details[open] button.danger").click()
    expect(page.get_by_role("status").first).to_contain_text("Denied.")
    house.run_due()
    page.goto(f"{url}/cases/{case.id}")
    expect(page.get_by_text("jade is a word, not keys").first).to_be_visible()


def test_keys_rest_when_they_are_off(page: Page, context: BrowserContext, house: Stage, url: str) -> None:
    tell(house, "elif", *ELIF)
    sign_in(context, house, url, "priya")
    page.goto(f"{url}/approvals")
    page.get_by_label("Keys on").uncheck()
    page.reload()
    page.keyboard.press("d")
    expect(page.locator("details[data-act=deny]")).not_to_have_attribute("open", "")


def test_a_manager_pauses_and_resumes(page: Page, context: BrowserContext, house: Stage, url: str) -> None:
    sign_in(context, house, url, "noor")
    page.goto(f"{url}/switches")
    page.get_by_label("What").select_option("operation|shop.refund_order")
    page.get_by_label("Why").fill("Wrong amounts.")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("heading", name="The operation shop.refund order")).to_be_visible()
    page.get_by_label("Why it may go on").fill("Mended.")
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Nothing is paused.")).to_be_visible()


def test_the_control_room_stays_fresh_by_itself(page: Page, context: BrowserContext, house: Stage, url: str) -> None:
    sign_in(context, house, url, "noor")
    page.goto(url)
    expect(page.get_by_text("Nothing needs people now")).to_be_visible()
    tell(house, "anna", "I want to talk to a person")
    expect(page.get_by_text("A case waits to be taken over")).to_be_visible(timeout=8_000)


def test_a_clerk_takes_over_and_replies(page: Page, context: BrowserContext, house: Stage, url: str) -> None:
    case = tell(house, "anna", "I want to talk to a person")
    sign_in(context, house, url, "sanne")
    page.goto(f"{url}/cases/{case.id}")
    page.get_by_role("button", name="Take over", exact=True).click()
    page.get_by_label("Your reply to the customer").fill("Good morning, this is Sanne.")
    page.get_by_role("button", name="Send the reply").click()
    expect(page.get_by_text("Good morning, this is Sanne.").first).to_be_visible()
    page.get_by_role("button", name="End: resolved", exact=True).click()
    expect(page.get_by_text("The case is ended.")).to_be_visible()
    with house.database.read() as reader:
        assert cases.get(reader, case.id).owner is Owner.RESOLVED


def test_a_customer_chats_and_finds_the_chat_again(page: Page, house: Stage, url: str) -> None:
    page.goto(f"{url}/chat")
    expect(page.locator("#disclosure")).to_contain_text("AI assistant")
    page.get_by_label("Your message").fill("I want to cancel my order")
    page.keyboard.press("Enter")
    expect(page.locator("#messages li.customer")).to_have_count(1)
    house.run_due()
    expect(page.locator("#messages li.worker")).to_contain_text("Which email address", timeout=5_000)
    page.reload()
    expect(page.locator("#messages li")).to_have_count(2)
    page.get_by_role("button", name="Talk to a person").click()
    expect(page.locator("#messages li.customer")).to_have_count(2)
    house.run_due()
    expect(page.locator("#messages li.worker")).to_have_count(2, timeout=5_000)


def test_an_approval_waits_when_nobody_answers(page: Page, context: BrowserContext, house: Stage, url: str) -> None:
    tell(house, "elif", *ELIF)
    sign_in(context, house, url, "priya")
    page.goto(f"{url}/approvals")
    page.keyboard.press("a")
    page.goto(f"{url}/approvals")
    assert waiting(house).state == "waiting"


def test_a_chat_that_could_not_begin_begins_with_the_next_message(page: Page, url: str) -> None:
    refused = {"left": 1}

    def hear(route: Route) -> None:
        if refused["left"]:
            refused["left"] -= 1
            route.fulfill(status=200, body="not the shop")
        else:
            route.continue_()

    page.route("**/chat/sessions", hear)
    page.goto(f"{url}/chat")
    page.get_by_label("Your message").fill("I want to cancel my order")
    page.keyboard.press("Enter")
    expect(page.locator("#messages li.customer")).to_have_count(1)
