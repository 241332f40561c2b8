"""The fixed words of the chat: in every language that the house reads, and an operation's own in their place."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import aboveloop.api
from aboveloop.operation.checking import check
from aboveloop.operation.faults import Severity
from aboveloop.operation.loading import Loaded
from aboveloop.operation.widget_words.words import (
    NAMES,
    WORDS,
    language_for,
    languages_with_words,
    placeholders,
    wanted_in,
    words_in,
)
from aboveloop.understand.why import asks_why

Changed = Callable[..., Loaded]
PAGES = Path(aboveloop.api.__file__).parent
# Words that are the same in two languages, and nobody forgot them.
SAME = {("de", "open"), ("de", "frame_title"), ("es", "frame_title")}


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("name", NAMES)
def test_every_fixed_word_is_there_in_every_language(language: str, name: str) -> None:
    word, english = WORDS[language][name], WORDS["en"][name]
    assert word.strip() == word != ""
    assert placeholders(word) == placeholders(english)
    assert language == "en" or word != english or (language, name) in SAME


def test_no_language_has_words_that_the_chat_has_not() -> None:
    assert {language: set(words) for language, words in WORDS.items()} == {language: set(NAMES) for language in WORDS}


def test_every_word_is_used_and_none_stands_in_the_page_itself() -> None:
    page = (PAGES / "templates" / "chat.html").read_text(encoding="utf-8")
    scripts = "".join(
        (PAGES / "static" / each).read_text(encoding="utf-8") for each in ("chat.js", "speak.js", "widget.js")
    )
    served = (PAGES / "chat_page.py").read_text(encoding="utf-8")
    uses = r"WORDS\.(\w+)|words\.(\w+)|says\.(\w+)|data-says=\"(\w+)\"|words\[\"(\w+)\"\]"
    named = {name for each in re.findall(uses, page + scripts + served) for name in each if name}
    named |= {"voice_consent", "voice_consent_outside"} | {
        "customer",
        "worker",
        "person",
        "frame_title",
        "open",
        "close",
    }
    assert set(NAMES) - named == set()
    assert named - set(NAMES) == {"words"}, "the name of the module"
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", "", page, flags=re.DOTALL)
    assert bare.split() == []


@pytest.mark.parametrize("language", WORDS)
def test_what_a_button_says_for_the_customer_is_understood(language: str) -> None:
    assert asks_why(WORDS[language]["why_said"])


def test_an_operation_has_words_of_its_own() -> None:
    own = {"de": {"send": "Abschicken"}}
    assert words_in("de", own)["send"] == "Abschicken"
    assert words_in("de", own)["open"] == WORDS["de"]["open"]
    assert words_in("de-AT", {})["send"] == "Senden"
    assert words_in("nl", {"nl": {"send": "Versturen"}})["send"] == "Versturen"


def test_a_language_is_offered_only_where_no_word_is_missing() -> None:
    all_dutch = dict.fromkeys(NAMES, "woord")
    assert languages_with_words(["en", "nl", "de"], {}) == ("en", "de")
    assert languages_with_words(["nl", "en"], {"nl": all_dutch}) == ("nl", "en")
    assert languages_with_words(["nl"], {"nl": {"send": "Versturen"}}) == ()


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", []),
        ("de", ["de"]),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", ["fr-CH", "fr", "en", "de", "*"]),
        ("en;q=0.1, es", ["es", "en"]),
        ("en;q=0, de;q=nan, es;q=2, fr;q=x, ;q=1,,", []),
    ],
)
def test_browsers_say_what_they_want(header: str, wanted: list[str]) -> None:
    assert wanted_in(header) == wanted


@pytest.mark.parametrize(
    ("wanted", "found"),
    [(["fr-CH", "en"], "fr"), (["xx", "DE-at"], "de"), (["*"], None), ([], None), (["nl"], None)],
)
def test_the_first_wanted_language_that_is_offered_is_taken(wanted: list[str], found: str | None) -> None:
    assert language_for(wanted, ("en", "de", "fr")) == found


CHANNEL = '{disclosure: "You are chatting with an AI assistant."}'


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("en: {sent: Go}", "Did you mean `send`?"),
        ("de: {send: Los}", "Workers do not serve `de`"),
        ('en: {too_fast: "Wait."}', "must hold {seconds}"),
        ('en: {send: "Go {now}"}', "may hold no braces"),
        ('en: {send: "Go {"}', "may hold no braces"),
        ('en: {send: ""}', "must not be empty"),
    ],
)
def test_wrong_words_are_faults(changed: Changed, words: str, said: str) -> None:
    channel = CHANNEL.replace("}", f", words: {{{words}}}}}")
    (fault,) = check(changed("operation.yaml", CHANNEL, channel))
    assert (fault.path, fault.line, fault.severity) == ("operation.yaml", 8, Severity.FAULT) and said in fault.message


def test_words_stand_under_the_web_chat_alone(changed: Changed) -> None:
    email = f"{CHANNEL}\n  email: {{disclosure: An AI wrote this., words: {{en: {{send: Go}}}}}}"
    (fault,) = check(changed("operation.yaml", CHANNEL, email))
    assert "they stand under `webchat`, not under `email`" in fault.message


def test_a_served_language_without_words_is_told_of(changed: Changed) -> None:
    found = check(changed("operation.yaml", "[en]", "[en, nl]"))
    (warning,) = [each for each in found if "not offered in `nl`" in each.message]
    assert warning.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("channels", "said"),
    [
        (
            f"{CHANNEL}\n  email: {{disclosure: An AI wrote this., outside: true}}",
            "it stands under `voice`, not `email`",
        ),
        (f"{CHANNEL}\n  voice: {{disclosure: An AI speaks., words: {{en: {{send: Go}}}}}}", "not under `voice`"),
        (
            f"{CHANNEL}\n  voice: {{disclosure: An AI speaks., embed_on: ['https://shop.example']}}",
            "stands under `webchat`, not under `voice`",
        ),
    ],
)
def test_what_is_said_of_another_channel_is_a_fault(changed: Changed, channels: str, said: str) -> None:
    (fault,) = check(changed("operation.yaml", CHANNEL, channels))
    assert said in fault.message


@pytest.mark.parametrize(
    "origin",
    ["https://shop.example/help", "http://shop.example", "shop.example", "*", "https://shop.example; script-src *"],
)
def test_what_is_no_origin_may_not_show_the_chat(changed: Changed, origin: str) -> None:
    embedded = CHANNEL.replace("}", f", embed_on: ['{origin}']}}")
    (fault,) = check(changed("operation.yaml", CHANNEL, embedded))
    assert "is no origin" in fault.message


def test_an_origin_may_show_the_chat(changed: Changed) -> None:
    embedded = CHANNEL.replace("}", ", embed_on: ['https://shop.example', 'http://localhost:8000']}")
    assert check(changed("operation.yaml", CHANNEL, embedded)) == []


def test_voice_needs_the_web_chat(changed: Changed) -> None:
    found = check(changed("operation.yaml", f"webchat: {CHANNEL}", "voice: {disclosure: An AI speaks., outside: true}"))
    assert any("without the channel `webchat` nobody can" in each.message for each in found)
