"""The health of intents: what is confused, thin and new, told without any customer's words in it."""

import json

import pytest

from aboveloop.app.teaching import health
from aboveloop.app.teaching.corrections import Wish, correct
from aboveloop.app.teaching.fitting import left_out
from aboveloop.govern.people import person_of
from aboveloop.journey.cases import Incoming, Spoken
from aboveloop.operation.names import BUILT_IN_INTENTS
from aboveloop.understand.examples import examples_of
from aboveloop.work.erase import erase
from aboveloop.work.intake import take_in
from app.teaching.school import wrote
from work.bakery import Bakery

UNFORESEEN = [
    "do you bake gluten free bread", "is there gluten free bread", "gluten free bread for my son",
    "which of your bread is gluten free", "gluten free options please",
]  # fmt: skip


@pytest.fixture
def lived(school: Bakery) -> Bakery:
    for place, text in enumerate(UNFORESEEN):
        said = f"{text}, I am reached at guest{place}@mail.example"
        school.reader.set[said] = {"intent": "out_of_scope", "confidence": 0.9}
        wrote(school, said, f"guest{place}@mail.example")
    wrote(school, "cancel CR-1001 please")
    return school


def test_every_example_is_left_out_once_alone_and_once_with_its_intent(school: Bakery) -> None:
    found = left_out(school.operation)
    texts, labels = examples_of(school.operation)
    own = [text for text, label in zip(texts, labels, strict=True) if label not in BUILT_IN_INTENTS]

    assert {each.name for each in found.known} == {
        text for text, label in zip(texts, labels, strict=True) if label != "out_of_scope"
    }
    assert len(found.unknown) == labels.count("out_of_scope") + sum(
        each.label not in BUILT_IN_INTENTS for each in found.known
    )
    assert len(own) <= len(found.unknown)
    assert all(0 <= score <= 1 for score in found.unknown)


def test_the_report_holds_what_was_found_and_none_of_what_customers_wrote(lived: Bakery) -> None:
    report = health.examine(lived)
    body = report.body

    assert body["messages"] == 6 and body["abstained"] == 5
    (topic,) = body["topics"]
    assert {"gluten", "free"} <= set(topic["words"]) and topic["people"] == 5
    assert "invoice" in dict(body["thin"])
    assert 0 < body["crossed"]["accuracy"]["value"] <= 1
    written = json.dumps(body)
    assert "guest" not in written and "for my son" not in written
    with lived.database.read() as reader:
        assert health.latest(reader) == report
    assert lived.kinds("house")[-1] == "IntentHealthReported"


def test_of_few_messages_no_intent_is_called_unused(lived: Bakery) -> None:
    assert health.examine(lived).body["never_read"] == []


def test_samples_are_masked_and_gone_when_their_customer_is(lived: Bakery) -> None:
    (topic,) = health.examine(lived).body["topics"]
    with lived.database.read() as reader:
        found = health.samples(lived, reader, topic["samples"])
    assert len(found) == 3 and all("[email]" in each.text and "guest" not in each.text for each in found)
    with lived.database.write() as tx:
        erase(lived.house, tx, found[0].reading.customer_id, actor="person:hana")
    with lived.database.read() as reader:
        assert len(health.samples(lived, reader, topic["samples"])) == 2


def test_what_is_drawn_is_the_same_for_everybody_and_goes_once_it_is_checked(lived: Bakery) -> None:
    with lived.database.read() as reader:
        first, again = health.drawn(lived, reader, many=3), health.drawn(lived, reader, many=3)
    assert [each.reading.message for each in first] == [each.reading.message for each in again]
    reading = first[0].reading
    wish = Wish(reading.case_id, reading.message, "out_of_scope", drawn=True)
    correct(lived, wish, by=person_of(lived.operation, "dora"))
    with lived.database.read() as reader:
        after = [each.reading.message for each in health.drawn(lived, reader, many=3)]
    assert reading.message not in after and after[:2] == [each.reading.message for each in first[1:]]


def test_what_was_checked_by_chance_and_what_was_come_upon_are_counted_apart(lived: Bakery) -> None:
    dora = person_of(lived.operation, "dora")
    case, message = wrote(lived, "cancel CR-1002 please")
    correct(lived, Wish(case, message, "cancel_order", drawn=True), by=dora)
    case, message = wrote(lived, "cancel CR-1003 please", "ben@mail.example")
    correct(lived, Wish(case, message, "refund_order"), by=dora)
    checked = health.examine(lived).body["checked"]

    assert (checked["accuracy"]["right"], checked["accuracy"]["of"], checked["said"]) == (1, 1, 2)
    assert checked["corrected"] == [["cancel_order", "refund_order", 1]]


def test_each_channel_tells_how_much_of_it_is_understood_and_found_right(lived: Bakery) -> None:
    dora = person_of(lived.operation, "dora")
    case, message = wrote(lived, "cancel CR-1002 please")
    correct(lived, Wish(case, message, "cancel_order", drawn=True), by=dora)
    heard = Spoken("a recogniser", 0.8, "en", corrected=False, seconds=2.0)
    told = take_in(lived.house, Incoming("webchat", "ben@mail.example", "cancel CR-1003 please", spoken=heard))
    lived.run_due()
    correct(lived, Wish(told.case.id, told.message_id, "refund_order", drawn=True), by=dora)
    written, spoken = health.examine(lived).body["channels"]
    assert (written["channel"], written["messages"], written["abstained"]) == ("webchat", 6, 5)
    assert (written["checked"]["right"], written["checked"]["of"]) == (1, 1)
    assert (spoken["channel"], spoken["messages"], spoken["abstained"]) == ("voice", 1, 0)
    assert (spoken["checked"]["right"], spoken["checked"]["of"]) == (0, 1)
    assert spoken["checked"]["high"] < 1


def test_a_house_without_messages_has_no_channels(school: Bakery) -> None:
    assert health.examine(school).body["channels"] == []
