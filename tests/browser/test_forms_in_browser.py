"""Forms in a real browser: by keyboard alone, without JavaScript, sent twice, narrow, at night, in each language."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from aboveloop.app.rehearsal.stage import Stage
from browser.seeing import by_day_or_night, faults, overflow, picture

LANGUAGES = ("en", "de", "fr", "es")
WIDTHS = (360, 390, 1400)


@pytest.fixture
def page(browser: Browser, working: Stage) -> Iterator[Page]:
    """A page without any script, as some customers have it."""
    context: BrowserContext = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    opened = context.new_page()
    yield opened
    context.close()


@pytest.fixture
def seen(browser: Browser, working: Stage) -> Iterator[Page]:
    """A page that may be looked through by scripts of the test."""
    context = browser.new_context()
    opened = context.new_page()
    yield opened
    context.close()


@pytest.fixture
def working(house: Stage) -> Iterator[Stage]:
    """A house whose turns run by themselves."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.05):
            house.run_due()

    worker = threading.Thread(target=work)
    worker.start()
    yield house
    stop.set()
    worker.join()


def fill(page: Page) -> None:
    page.get_by_label("Send it back").check()
    page.get_by_label("Order number").fill("LK-100007")
    page.get_by_label("E-mail address").fill("elif@customers.example")
    page.get_by_label("Postcode").fill("10437")
    page.get_by_label("Why?").select_option("too_small")


def until(page: Page, words: str) -> None:
    """Load the page again until it says so: it has no script, and a slow machine answers after it was made."""
    for _ in range(60):
        if page.get_by_text(words).count():
            return
        page.wait_for_timeout(1_000)
        page.reload()
    page.get_by_text(words).wait_for(timeout=1_000)


def test_a_form_is_filled_in_by_keyboard_alone_and_answered(page: Page, url: str) -> None:
    page.goto(f"{url}/forms/return_or_exchange?lang=en")
    keys = page.keyboard
    # Three links to the other languages stand before the first field.
    for _ in range(4):
        keys.press("Tab")
    keys.press("Space")
    for words in ("LK-100007", "elif@customers.example", "10437", "It is too small", "", ""):
        keys.press("Tab")
        keys.type(words)
    keys.press("Tab")
    keys.press("Enter")
    page.wait_for_url("**/visits/**")
    # The answer was quick, so the page waited for it.
    until(page, "Shall I? Please answer yes or no.")
    page.get_by_label("Your answer").fill("yes")
    page.get_by_role("button", name="Send").click()
    until(page, "This is settled, as far as we can tell.")


def test_what_is_wrong_is_listed_and_each_line_leads_to_its_field(page: Page, url: str) -> None:
    page.goto(f"{url}/forms/return_or_exchange?lang=en")
    page.get_by_label("E-mail address").fill("nobody")
    page.get_by_role("button", name="Send").click()
    assert page.title().startswith("There is a problem:")
    summary = page.get_by_role("alert")
    assert summary.is_visible()
    page.get_by_role("link", name="E-mail address: this is no e-mail address.").click()
    assert page.locator("#field-email:focus, #field-email:target").count() == 1
    assert page.get_by_label("E-mail address").input_value() == "nobody"
    fill(page)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/visits/**")


def test_pressed_twice_and_loaded_again_it_is_one_case(page: Page, url: str, house: Stage) -> None:
    page.goto(f"{url}/forms/return_or_exchange?lang=en")
    fill(page)
    page.get_by_role("button", name="Send").dblclick()
    page.wait_for_url("**/visits/**")
    page.reload()
    with house.database.read() as reader:
        assert len([*house.ledger.find(reader, kind="CaseOpened")]) == 1
        assert len([*house.ledger.find(reader, kind="MessageReceived")]) == 1


def test_a_megabyte_of_text_is_answered_with_a_page(page: Page, url: str) -> None:
    page.goto(f"{url}/forms/contact?lang=de")
    page.get_by_label("Ihre Nachricht").fill("x" * 1_000_000)
    page.get_by_role("button", name="Senden").click()
    page.get_by_text("Das ist mehr, als wir auf einmal annehmen können").wait_for()


def test_who_talks_to_a_person_sees_that_one_takes_care(page: Page, url: str) -> None:
    page.goto(f"{url}/forms/contact?lang=fr")
    page.get_by_label("Votre message").fill("Où est ma commande ?")
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_url("**/visits/**")
    page.get_by_role("button", name="Parler à une personne").click()
    until(page, "Une personne s'en occupe.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_without_fault_at_every_width(seen: Page, url: str, language: str, scheme: str) -> None:
    by_day_or_night(seen, scheme)
    found: list[str] = []
    for form in ("contact", "return_or_exchange"):
        seen.goto(f"{url}/forms/{form}?lang={language}")
        found += _wrong(seen, f"form-{form}-{language}")
        seen.locator("button[type=submit]").click()
        assert seen.locator("#problem").evaluate("node => node === document.activeElement")
        found += _wrong(seen, f"form-{form}-wrong-{language}")
    seen.locator("#field-wish").check()
    for name, words in (("order_number", "LK-100007"), ("email", "elif@customers.example"), ("postcode", "10437")):
        seen.locator(f"#field-{name}").fill(words)
    seen.locator("button[type=submit]").click()
    seen.wait_for_url("**/visits/**")
    found += _wrong(seen, f"form-visit-{language}")
    seen.goto(f"{url}/forms/none?lang={language}")
    found += _wrong(seen, f"form-none-{language}")
    assert found == []


def _wrong(page: Page, name: str) -> list[str]:
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        found += [f"{name} at {width}: {each}" for each in overflow(page)]
        picture(page, f"{name}-{width}")
    return [*found, *(f"{name}: {each}" for each in faults(page))]
