"""The chat page and its button: in the visitor's language, with the operation's own words, and nothing beside them."""

import json
import re
from typing import Any

import pytest

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.operation.models import Operation
from aboveloop.operation.widget_words.words import WORDS
from api.open_house import Site
from api.test_chat import begin, read, write


def lang_of(page: str) -> str:
    found = re.search(r'<html lang="([^"]*)">', page)
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        ("", "", "en"),
        ("", "de-AT,de;q=0.9,en;q=0.5", "de"),
        ("", "nl,fr;q=0.4", "fr"),
        ("", "nl", "en"),
        ("?language=es", "de", "es"),
        ("?language=nl", "de", "de"),
        ("?language=%22%3E%3Cscript%3E", "", "en"),
        ("?language=", "fr", "fr"),
    ],
)
def test_the_page_is_in_the_visitors_language(site: Site, query: str, header: str, language: str) -> None:
    answer = site.client().get(f"/chat{query}", headers={"Accept-Language": header})
    assert (answer.status_code, lang_of(answer.text)) == (200, language)
    assert (answer.headers["content-language"], answer.headers["vary"]) == (language, "Accept-Language")
    for name in ("send", "your_message", "person_ask", "why_ask", "no_script"):
        assert WORDS[language][name] in answer.text
    assert "<script>" not in answer.text.replace('<script type="application/json"', "").replace('<script src="', "")


def test_the_disclosure_is_in_the_language_of_the_page(site: Site) -> None:
    assert "KI-Assistenten von Larkspur" in site.client().get("/chat?language=de").text
    assert "l&#39;assistant IA de Larkspur" in site.client().get("/chat?language=fr").text


def test_the_words_for_the_script_are_the_words_of_the_page(site: Site) -> None:
    page = site.client().get("/chat?language=fr").text
    found = re.search(r'<script type="application/json" id="words">(.*?)</script>', page)
    assert found is not None
    assert json.loads(found.group(1)) == WORDS["fr"]


def test_an_endless_language_is_refused(site: Site) -> None:
    assert site.client().get("/chat?language=" + "x" * 36).status_code == 422


def test_the_button_knows_the_words_of_every_language_that_is_offered(site: Site) -> None:
    answer = site.client().get("/widget.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    found = re.search(r"const words = (\{.*?\}\});", answer.text)
    assert found is not None
    told = json.loads(found.group(1))
    assert {language: each["close"] for language, each in told.items()} == {
        language: WORDS[language]["close"] for language in ("en", "de", "fr", "es")
    }


def test_an_operations_own_words_stand_in_their_place(site: Site, house: Stage, operation: Operation) -> None:
    channel = operation.about.channels["webchat"].model_copy(update={"words": {"de": {"send": "Ab </script> damit"}}})
    about = operation.about.model_copy(update={"channels": {**operation.about.channels, "webchat": channel}})
    house.operation = operation.model_copy(update={"about": about})
    page = site.client().get("/chat?language=de").text
    assert "Ab &lt;/script&gt; damit</button>" in page and "</script> damit" not in page
    assert WORDS["de"]["person_ask"] in page


def test_messages_tell_which_language_they_are_in(site: Site, house: Stage) -> None:
    client = site.client()
    session = begin(client)
    write(client, session, "1", "Ich möchte meine Bestellung stornieren, bitte")
    house.run_due()
    write(client, session, "2", "LK-100007")
    house.run_due()
    said: list[dict[str, Any]] = read(client, session)
    assert [(each["author"], each["language"]) for each in said[:3]] == [
        ("customer", "de"), ("worker", "de"), ("customer", None),
    ]  # fmt: skip
