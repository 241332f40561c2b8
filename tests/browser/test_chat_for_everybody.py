"""The chat and its button by keyboard alone, by the accessibility tree, small, large, by day and by night."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.voice import HouseVoice
from aboveloop.operation.widget_words.words import WORDS
from api.open_house import embed_chat
from api.speaking import Ears, Mouth
from browser.seeing import by_day_or_night, faults, overflow, picture

pytestmark = pytest.mark.browser

SMALL = {"width": 320, "height": 480}
# What WCAG 2.2 asks of fingers at most, and what the buttons here have.
TARGET_PIXELS = 44


def chat(page: Page, house: Stage, url: str, language: str, *texts: str) -> None:
    page.goto(f"{url}/chat?language={language}")
    for number, words in enumerate(texts, 1):
        page.locator("#text").fill(words)
        page.keyboard.press("Enter")
        expect(page.locator("#messages li.customer")).to_have_count(number)
        house.run_due()
        expect(page.locator("#messages li.worker")).to_have_count(number, timeout=5_000)


TEXTS = {
    "en": "I want to cancel my order",
    "de": "Ich möchte meine Bestellung stornieren",
    "fr": "Je voudrais annuler ma commande",
    "es": "Quiero cancelar mi pedido",
}


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chat_is_free_of_faults_in_every_language(
    page: Page, house: Stage, url: str, language: str, scheme: str
) -> None:
    by_day_or_night(page, scheme)
    chat(page, house, url, language, TEXTS[language])
    for size in (SMALL, {"width": 390, "height": 844}, {"width": 1400, "height": 900}):
        page.set_viewport_size(size)
        assert overflow(page) + faults(page) == []
        picture(page, f"chat-{language}-{size['width']}")


def test_everything_is_reached_by_keyboard_in_the_order_of_the_page(page: Page, house: Stage, url: str) -> None:
    house.voice = HouseVoice(house.settings.home, recognisers=[Ears()], speakers=[Mouth()])
    page.goto(f"{url}/chat?language=en")
    reached = []
    for _ in range(9):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", f"nobody sees that {reached[-1]} has the focus"
    words = WORDS["en"]
    asks = [words[name] for name in ("person_ask", "why_ask", "seeing_ask", "impersonal_ask")]
    assert reached == ["log", "text", "send", "speak", "aloud", *asks]


def test_the_focus_stays_where_the_customer_is(page: Page, house: Stage, url: str) -> None:
    chat(page, house, url, "en", "I want to cancel my order")
    expect(page.locator("#text")).to_be_focused()
    person = page.get_by_role("button", name=WORDS["en"]["person_ask"])
    person.focus()
    page.keyboard.press("Space")
    expect(page.locator("#messages li.customer")).to_have_count(2)
    house.run_due()
    expect(page.locator("#messages li.worker")).to_have_count(2, timeout=5_000)
    expect(person).to_be_focused()


def test_an_answer_is_spoken_once_and_nothing_that_is_found_again(page: Page, house: Stage, url: str) -> None:
    page.goto(f"{url}/chat?language=en")
    page.evaluate(
        """() => {
            window.told = [];
            const watch = new MutationObserver(() => {
                const words = document.getElementById('spoken').textContent;
                if (words) window.told.push(words);
            });
            watch.observe(document.getElementById('spoken'), {childList: true, subtree: true, characterData: true});
        }"""
    )
    page.locator("#text").fill("I want to cancel my order")
    page.keyboard.press("Enter")
    house_answers(page, house)
    told = page.evaluate("window.told")
    assert len(told) == 1 and told[0].startswith("AI assistant: You are chatting with")
    expect(page.locator("#spoken")).to_have_attribute("aria-live", "polite")
    expect(page.locator("#log")).to_have_attribute("aria-live", "off")
    page.reload()
    expect(page.locator("#messages li")).to_have_count(2)
    assert page.locator("#spoken").text_content() == ""


def house_answers(page: Page, house: Stage) -> None:
    expect(page.locator("#messages li.customer")).to_have_count(1)
    house.run_due()
    expect(page.locator("#messages li.worker")).to_have_count(1, timeout=5_000)


def test_the_tree_tells_roles_and_names(page: Page, house: Stage, url: str) -> None:
    chat(page, house, url, "de", TEXTS["de"])
    words = WORDS["de"]
    log = page.get_by_role("log", name=words["messages"])
    expect(log.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("textbox", name=words["your_message"])).to_be_visible()
    expect(page.get_by_role("status")).to_have_count(1)
    asks = page.get_by_role("group", name=words["questions"])
    assert asks.get_by_role("button").count() == 4
    expect(page.locator("#messages li.worker .said")).to_have_attribute("lang", "de")
    expect(page.locator("#messages li.worker time")).to_have_count(1)


def test_messages_of_another_language_are_spoken_in_theirs(page: Page, house: Stage, url: str) -> None:
    chat(page, house, url, "de", "Where is my parcel? I have been waiting for it for two weeks now.")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("#messages li.worker .said")).to_have_attribute("lang", "en")
    expect(page.locator("#spoken span")).to_have_attribute("lang", "en")


def test_days_are_written_as_the_language_writes_them(context: BrowserContext, house: Stage, url: str) -> None:
    # The stage plays on 2 March 2026, so what is found again is of another day.
    for language, written in (("en", "Mar 2, 2026"), ("de", "02.03.2026"), ("fr", "2 mars 2026"), ("es", "2 mar 2026")):
        page = context.new_page()
        page.add_init_script("sessionStorage.clear()")
        chat(page, house, url, language, TEXTS[language])
        expect(page.locator("#messages li.worker time")).to_contain_text(written)
        page.close()


def test_what_is_pressed_is_large_enough_and_text_may_be_twice_as_large(page: Page, house: Stage, url: str) -> None:
    chat(page, house, url, "de", TEXTS["de"])
    page.set_viewport_size(SMALL)
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None and min(box["height"], box["width"]) >= TARGET_PIXELS
    page.add_style_tag(url=f"{url}/chat/static/chat.css")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert overflow(page) == []
    page.locator("#send").scroll_into_view_if_needed()
    expect(page.locator("#send")).to_be_in_viewport()


def test_nothing_moves_for_whoever_wants_it_still(page: Page, house: Stage, url: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    chat(page, house, url, "en", TEXTS["en"])
    assert page.evaluate("document.getAnimations().length") == 0


def answering(status: int, body: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body=body, headers={"Retry-After": "7"})


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_goes_wrong_is_said_in_the_language_of_the_page(
    context: BrowserContext, house: Stage, url: str, language: str
) -> None:
    page, words = context.new_page(), WORDS[language]
    state, text = page.get_by_role("status"), page.locator("#text")
    page.goto(f"{url}/chat?language={language}")
    expect(page.locator("#state")).to_have_text("")
    page.locator("#send").click()
    expect(state).to_have_text(words["empty"])
    answers = {
        429: ('{"error": {"kind": "TooManyMessages", "message": "x"}}', words["too_fast"].format(seconds=7)),
        413: ('{"error": {"kind": "TooLarge", "message": "x"}}', words["too_long"]),
        404: ('{"error": {"kind": "ChannelMissing", "message": "x"}}', words["closed"]),
        500: ("not ours", words["failed"]),
    }
    for status, (body, said) in answers.items():
        page.route("**/messages", answering(status, body))
        text.fill("hello")
        page.keyboard.press("Enter")
        expect(state).to_have_text(said)
        expect(text).to_have_value("hello")
        expect(text).to_be_focused()
        page.unroute("**/messages")
    context.set_offline(True)
    expect(state).to_have_text(words["offline"])
    page.keyboard.press("Enter")
    expect(state).to_have_text(words["offline"])
    context.set_offline(False)
    page.keyboard.press("Enter")
    expect(page.locator("#messages li.customer")).to_have_count(1)
    page.close()


def test_what_may_have_arrived_is_sent_again_under_the_same_name(page: Page, house: Stage, url: str) -> None:
    ids: list[str] = []

    def hear(route: Route) -> None:
        ids.append(route.request.post_data_json["id"])
        if len(ids) == 1:
            route.fetch()
            route.fulfill(status=200, body="lost on its way back")
        else:
            route.continue_()

    page.goto(f"{url}/chat?language=en")
    page.route("**/messages", lambda route: hear(route) if route.request.method == "POST" else route.continue_())
    page.locator("#text").fill("I want to cancel my order")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text(WORDS["en"]["failed"])
    page.keyboard.press("Enter")
    expect(page.locator("#messages li.customer")).to_have_count(1)
    assert len(ids) == 2 and len(set(ids)) == 1
    page.reload()
    expect(page.locator("#messages li.customer")).to_have_count(1)


# --- the button on a company's page -------------------------------------------------------------


@pytest.fixture
def shop(house: Stage, url: str) -> Iterator[str]:
    """A company's own page, in French, which may show the chat, and whose style takes outlines away."""
    body = (
        '<!doctype html><html lang="fr-CH"><head><title>Boutique</title><style>*{outline:none}</style>'
        f'<script src="{url}/widget.js" defer></script></head><body><main><h1>Boutique</h1>'
        '<a href="#">Panier</a></main></body></html>'
    ).encode()

    class Page_(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page_)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    embed_chat(house, origin)
    yield origin
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_button_is_opened_used_and_closed_by_keyboard(page: Page, url: str, shop: str) -> None:
    page.goto(shop)
    words = WORDS["fr"]
    button = page.get_by_role("button", name=words["open"], exact=True)
    expect(button).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    assert page.evaluate("document.activeElement.style.outlineStyle") == "solid"
    assert faults(page) == []
    page.keyboard.press("Enter")
    closing = page.get_by_role("button", name=words["close"])
    expect(closing).to_have_attribute("aria-expanded", "true")
    frame = page.frame_locator("iframe")
    expect(frame.locator("html")).to_have_attribute("lang", "fr")
    expect(frame.locator("#text")).to_be_focused()
    page.keyboard.type("bonjour")
    page.keyboard.press("Escape")
    expect(page.locator("iframe")).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(frame.locator("#text")).to_be_focused()
    expect(frame.locator("#text")).to_have_value("bonjour")


def test_the_button_fits_a_small_screen(page: Page, url: str, shop: str) -> None:
    page.set_viewport_size(SMALL)
    page.goto(shop)
    button = page.get_by_role("button", name=WORDS["fr"]["open"], exact=True)
    box = button.bounding_box()
    assert box is not None and min(box["height"], box["width"]) >= TARGET_PIXELS
    button.click()
    expect(page.frame_locator("iframe").locator("#text")).to_be_focused()
    framed = page.locator("iframe").bounding_box()
    assert framed is not None and framed["x"] >= 0 and framed["x"] + framed["width"] <= SMALL["width"]
    assert framed["y"] >= 0
