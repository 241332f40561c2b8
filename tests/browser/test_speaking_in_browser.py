"""Speaking in a real browser, into a microphone that plays a file: heard by this machine, shown, corrected, sent."""

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.voice import HouseVoice
from aboveloop.journey import cases
from aboveloop.operation.widget_words.words import WORDS
from api.speaking import Ears, Mouth
from browser.conftest import CHROMIUM, QUIET
from browser.seeing import by_day_or_night, faults, overflow, picture

pytestmark = pytest.mark.browser
SAYS = "I would like to cancel my order."
EN = WORDS["en"]


@pytest.fixture(scope="module")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is said into it: a sentence, over and over, as the browser plays the file."""
    pytest.importorskip("hibari", reason="The extra `voice` is not installed: uv sync --extra voice.")
    from aboveloop.connect.speech.hibari import HibariVoice

    said = HibariVoice().speak(SAYS, "en")
    path = tmp_path_factory.mktemp("microphone") / "said.wav"
    silence = np.zeros(said.rate * 3, np.float32)
    told = (np.concatenate([said.samples, silence]) * 32_767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(said.rate)
        file.writeframes(told.tobytes())
    return path


@pytest.fixture(scope="module")
def hearing(browser: Browser, microphone: Path) -> Iterator[Browser]:
    fake = (
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}",
        "--autoplay-policy=user-gesture-required",
    )
    opened = browser.browser_type.launch(executable_path=str(CHROMIUM), args=[*QUIET, *fake])
    yield opened
    opened.close()


@pytest.fixture
def context(hearing: Browser) -> Iterator[BrowserContext]:
    opened = hearing.new_context(viewport={"width": 1280, "height": 900}, permissions=["microphone"])
    yield opened
    opened.close()


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def mouth() -> Mouth:
    return Mouth()


@pytest.fixture
def told(house: Stage, ears: Ears, mouth: Mouth) -> None:
    """Ears and a mouth that do as the test says."""
    house.voice = HouseVoice(house.settings.home, recognisers=[ears], speakers=[mouth])


def agree(page: Page, url: str) -> None:
    page.goto(f"{url}/chat?language=en")
    page.locator("#speak").click()
    page.locator("#consent-yes").click()
    expect(page.locator("#state")).to_have_text(EN["voice_listening"])


def finish(page: Page, milliseconds: int = 400) -> None:
    page.wait_for_timeout(milliseconds)
    page.locator("#speak").click()


def test_what_is_said_is_heard_shown_and_sent_with_the_keyboard_alone(page: Page, house: Stage, url: str) -> None:
    pytest.importorskip("moonshine_voice", reason="The extra `voice` is not installed: uv sync --extra voice.")
    page.goto(f"{url}/chat?language=en")
    speak, text, state = page.locator("#speak"), page.locator("#text"), page.locator("#state")
    speak.focus()
    page.keyboard.press("Space")
    expect(page.locator("#consent-yes")).to_be_focused()
    expect(page.get_by_role("region", name=EN["voice_asks"])).to_contain_text("The recording is not kept.")
    page.keyboard.press("Enter")
    expect(state).to_have_text(EN["voice_listening"])
    expect(speak).to_have_attribute("aria-pressed", "true")
    expect(speak).to_be_focused()
    page.wait_for_timeout(4_500)
    page.keyboard.press("Enter")
    expect(speak).to_have_attribute("aria-pressed", "false")
    expect(state).to_have_text(EN["voice_heard"], timeout=30_000)
    expect(text).to_be_focused()
    assert "cancel my order" in text.input_value().lower()
    page.keyboard.press("Enter")
    expect(page.locator("#messages li.customer")).to_contain_text("cancel my order")
    house.run_due()
    expect(page.locator("#messages li.worker")).to_contain_text("Which email address", timeout=5_000)


def test_the_page_sends_a_minute_at_most_in_sixteen_kilohertz(page: Page, url: str, told: None, ears: Ears) -> None:
    agree(page, url)
    # The microphone says its sentence again and again, with three seconds of silence between.
    finish(page, 3_500)
    expect(page.locator("#state")).to_have_text(EN["voice_heard"])
    assert 2 < ears.heard[0].seconds < 8
    assert float(np.abs(ears.heard[0].samples).max()) > 0.01, "the microphone was heard"


def test_what_was_heard_is_corrected_before_it_goes(page: Page, house: Stage, url: str, told: None, ears: Ears) -> None:
    ears.texts = ["I want to counsel my order"]
    agree(page, url)
    finish(page)
    text = page.locator("#text")
    expect(text).to_have_value("I want to counsel my order")
    expect(page.locator("#messages li")).to_have_count(0)
    text.fill("I want to cancel my order")
    page.keyboard.press("Enter")
    expect(page.locator("#messages li.customer")).to_contain_text("I want to cancel my order")
    assert said_of(house) == [("voice", True)]
    text.fill("elif@customers.example")
    page.keyboard.press("Enter")
    expect(page.locator("#messages li.customer")).to_have_count(2)
    assert said_of(house) == [("voice", True), ("webchat", None)]


def said_of(house: Stage) -> list[tuple[str, bool | None]]:
    """Of every message that came in: over what, and whether it was corrected; None where it was typed."""
    with house.database.read() as reader:
        heard = [
            entry
            for case in reversed(cases.list_cases(reader))
            for entry in house.ledger.entries(reader, case.id)
            if entry.kind == "MessageReceived"
        ]
    return [(each.body["channel"], each.body.get("spoken", {}).get("corrected")) for each in heard]


def test_no_is_an_answer_to_the_question_before_the_first_recording(page: Page, url: str, told: None) -> None:
    page.goto(f"{url}/chat?language=en")
    page.locator("#speak").click()
    page.locator("#consent-no").click()
    expect(page.locator("#consent")).to_be_hidden()
    expect(page.locator("#text")).to_be_focused()
    page.locator("#speak").click()
    expect(page.locator("#consent")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#consent")).to_be_hidden()
    expect(page.locator("#speak")).to_be_focused()


def test_escape_stops_and_sends_nothing(page: Page, url: str, told: None, ears: Ears) -> None:
    agree(page, url)
    page.keyboard.press("Escape")
    expect(page.locator("#state")).to_have_text(EN["voice_cancelled"])
    expect(page.locator("#speak")).to_have_attribute("aria-pressed", "false")
    assert ears.heard == []


def test_not_understood_twice_leads_to_typing_or_a_person(page: Page, url: str, told: None, ears: Ears) -> None:
    ears.confidence = 0.3
    agree(page, url)
    finish(page)
    state = page.locator("#state")
    expect(state).to_have_text(EN["voice_again"])
    expect(page.locator("#speak")).to_be_focused()
    expect(page.locator("#text")).to_have_value("")
    ears.texts = [""]
    page.keyboard.press("Enter")
    expect(state).to_have_text(EN["voice_listening"])
    finish(page)
    expect(state).to_have_text(EN["voice_give_up"])
    expect(page.locator("#text")).to_be_focused()


def test_silence_is_told_from_what_is_not_clear(page: Page, url: str, told: None, ears: Ears) -> None:
    ears.texts = [""]
    agree(page, url)
    finish(page)
    expect(page.locator("#state")).to_have_text(EN["voice_nothing"])


@pytest.mark.parametrize(
    ("error", "word"),
    [
        ("NotAllowedError", "voice_denied"),
        ("NotFoundError", "voice_no_microphone"),
        ("NotReadableError", "voice_taken"),
        ("AbortError", "voice_failed"),
    ],
)
def test_a_microphone_that_cannot_be_used_has_its_words(
    page: Page, url: str, told: None, error: str, word: str
) -> None:
    page.add_init_script(
        f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{error}'));"
    )
    page.goto(f"{url}/chat?language=en")
    page.locator("#speak").click()
    page.locator("#consent-yes").click()
    expect(page.locator("#state")).to_have_text(EN[word])
    expect(page.locator("#speak")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#text")).to_be_focused()


def test_a_browser_that_forbids_the_microphone_is_told(hearing: Browser, url: str, told: None) -> None:
    context = hearing.new_context()
    page = context.new_page()
    page.goto(f"{url}/chat?language=en")
    page.locator("#speak").click()
    page.locator("#consent-yes").click()
    expect(page.locator("#state")).to_have_text(EN["voice_denied"], timeout=10_000)
    context.close()


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (503, '{"error": {"kind": "SpeechUnavailable", "message": "x"}}', "voice_busy"),
        (503, '{"error": {"kind": "VoicePaused", "message": "x"}}', "voice_off"),
        (413, '{"error": {"kind": "SoundTooLong", "message": "x"}}', "voice_failed"),
        (500, "not ours", "voice_failed"),
    ],
)
def test_what_goes_wrong_has_its_words(
    context: BrowserContext, url: str, told: None, status: int, body: str, word: str
) -> None:
    page = context.new_page()
    page.route("**/speech?*", lambda route: route.fulfill(status=status, body=body))
    agree(page, url)
    finish(page)
    expect(page.locator("#state")).to_have_text(EN[word])
    page.close()


def test_a_recording_ends_by_itself_after_a_minute(page: Page, url: str, told: None, ears: Ears) -> None:
    page.clock.install()
    agree(page, url)
    page.clock.run_for(59_000)
    expect(page.locator("#speak")).to_have_attribute("aria-pressed", "true")
    page.clock.run_for(1_500)
    expect(page.locator("#speak")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#state")).to_have_text(EN["voice_heard"])


# --- answers, read aloud ------------------------------------------------------------------------


def write(page: Page, house: Stage, words: str, count: int) -> None:
    page.locator("#text").fill(words)
    page.keyboard.press("Enter")
    expect(page.locator("#messages li.customer")).to_have_count(count)
    house.run_due()
    expect(page.locator("#messages li.worker")).to_have_count(count, timeout=5_000)


def test_answers_are_read_only_when_the_customer_wants_it(
    page: Page, house: Stage, url: str, told: None, mouth: Mouth
) -> None:
    page.goto(f"{url}/chat?language=en")
    write(page, house, "I want to cancel my order", 1)
    assert mouth.said == []
    aloud, hush = page.get_by_role("button", name=EN["aloud"]), page.locator("#hush")
    aloud.click()
    expect(aloud).to_have_attribute("aria-pressed", "true")
    expect(hush).to_be_hidden()
    write(page, house, "elif@customers.example", 2)
    expect(hush).to_be_visible()
    expect(hush).to_be_hidden(timeout=10_000)
    assert mouth.said and all(len(each) <= 300 for each in mouth.said)
    aloud.click()
    expect(aloud).to_have_attribute("aria-pressed", "false")
    count = len(mouth.said)
    write(page, house, "10437", 3)
    assert len(mouth.said) == count


def test_reading_is_stopped_at_once_and_the_focus_is_kept(
    page: Page, house: Stage, url: str, told: None, mouth: Mouth
) -> None:
    def slowly(route: Route) -> None:
        page.wait_for_timeout(50)
        route.continue_()

    page.goto(f"{url}/chat?language=en")
    aloud, hush = page.locator("#aloud"), page.locator("#hush")
    aloud.click()
    page.route("**/speech/*", slowly)
    write(page, house, "I want to cancel my order", 1)
    expect(hush).to_be_visible()
    hush.focus()
    page.keyboard.press("Enter")
    expect(hush).to_be_hidden()
    expect(aloud).to_be_focused()
    expect(aloud).to_have_attribute("aria-pressed", "true")


def test_an_answer_that_cannot_be_read_is_said(
    context: BrowserContext, house: Stage, url: str, told: None, mouth: Mouth
) -> None:
    page = context.new_page()
    mouth.broken = True
    page.goto(f"{url}/chat?language=en")
    page.locator("#aloud").click()
    write(page, house, "I want to cancel my order", 1)
    expect(page.locator("#state")).to_have_text(EN["aloud_failed"])
    expect(page.locator("#hush")).to_be_hidden()
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_speaking_is_free_of_faults(page: Page, url: str, told: None, scheme: str) -> None:
    by_day_or_night(page, scheme)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{url}/chat?language=en")
    page.locator("#speak").click()
    sizes = ({"width": 320, "height": 480}, {"width": 390, "height": 844}, {"width": 1400, "height": 900})
    for size in sizes:
        page.set_viewport_size(size)
        assert overflow(page) + faults(page) == []
        picture(page, f"consent-{size['width']}")
    page.locator("#consent-yes").click()
    expect(page.locator("#speak")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.getAnimations().length") == 0
    for size in sizes:
        page.set_viewport_size(size)
        assert overflow(page) + faults(page) == []
        picture(page, f"listening-{size['width']}")
