"""How values are told in each language, and the words, examples and disclosures that an operation has in several."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aboveloop.kit.money import Money
from aboveloop.operation.checking import check_folder
from aboveloop.operation.expressions import fill
from aboveloop.operation.loading import load_files
from aboveloop.operation.models import Operation
from aboveloop.operation.telling import IN_ENGLISH, Telling

DAY = datetime(2026, 11, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "1 November 2026"),
        ("de", "1. November 2026"),
        ("fr", "1er novembre 2026"),
        ("es", "1 de noviembre de 2026"),
        ("nl", "1 november 2026"),
        ("de-AT", "1. November 2026"),
        ("pl", "2026-11-01"),
    ],
)
def test_a_day_is_told_as_its_language_writes_it(language: str, told: str) -> None:
    assert Telling(language).day(DAY) == told


def test_amounts_have_a_comma_where_people_write_one() -> None:
    assert Telling("en").money(Money(4990, "EUR")) == "49.90 EUR"
    assert Telling("de").money(Money(4990, "EUR")) == "49,90 EUR"
    assert Telling("pl").money(Money(4990, "EUR")) == "49.90 EUR"


def test_a_message_is_filled_in_its_language() -> None:
    telling = Telling("de", {"packed": "verpackt"})
    text = "{{ word(status) }} {{ word('other') }} {{ money(4990) }} {{ day(at) }}"
    names = {"status": "packed", "at": DAY.isoformat()}
    assert fill(text, names, telling=telling) == "verpackt other 49,90 EUR 1. November 2026"
    assert fill(text, names) == "packed other 49.90 EUR 1 November 2026"


def loaded(files: dict[str, str]) -> Operation:
    operation = load_files(files, Path("kettle")).operation
    assert operation is not None
    return operation


def with_german(kettle: dict[str, str]) -> dict[str, str]:
    about = kettle["operation.yaml"].replace("languages: [en]", "languages: [en, de]")
    assert about != kettle["operation.yaml"]
    german = {path.replace("/en/", "/de/"): text for path, text in kettle.items() if path.startswith("messages/en/")}
    return {**kettle, "operation.yaml": about, **german}


def test_words_and_examples_of_a_language_stand_in_files_of_their_own(kettle: dict[str, str]) -> None:
    name = next(iter(loaded(kettle).intents))
    more = {"words/de.yaml": "packed: verpackt\n", "intents/de/all.yaml": f"- intent: {name}\n  examples: [kaputt]\n"}
    operation = loaded({**with_german(kettle), **more})
    assert operation.words == {"de": {"packed": "verpackt"}}
    assert operation.intents[name].examples_in == {"de": ["kaputt"]}
    assert operation.telling("de").word("packed") == "verpackt"
    assert operation.telling("en") is IN_ENGLISH


def test_examples_of_an_unknown_intent_are_a_fault(kettle: dict[str, str]) -> None:
    found = load_files({**kettle, "intents/de/x.yaml": "- intent: nowhere\n  examples: [x]\n"}, Path("kettle"))
    assert [str(fault.message) for fault in found.faults if "nowhere" in fault.message]


def test_words_that_are_no_words_are_a_fault(kettle: dict[str, str]) -> None:
    found = load_files({**kettle, "words/de.yaml": "packed: [a, b]\n"}, Path("kettle"))
    assert any("words as the records write them" in fault.message for fault in found.faults)


def test_a_message_that_a_language_lacks_is_told_in_the_first(kettle: dict[str, str]) -> None:
    operation = loaded({**kettle, "messages/de/greeting.md": "Guten Tag!"})
    assert operation.message("greeting", "de") == ("Guten Tag!", "de")
    found = operation.message("goodbye", "de")
    assert found is not None and found[1] == "en"
    assert operation.message("no_such_message", "de") is None


def test_every_language_served_needs_its_disclosure(kettle: dict[str, str], tmp_path: Path) -> None:
    for path, text in with_german(kettle).items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    faults = [fault.message for fault in check_folder(tmp_path)]
    assert any("Nothing tells customers in `de` that an AI writes" in message for message in faults)
