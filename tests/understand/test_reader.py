"""The reader as a whole: what it makes of messages, how well, how fast, and that nothing breaks it."""

import json
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aboveloop.kit.canonical import canonical
from aboveloop.operation.models import Operation, ReadingPromise
from aboveloop.understand.examples import examples_of
from aboveloop.understand.reader import FirstReader, Reader
from aboveloop.understand.readings import Expectation, Found, Reading
from pace import costs_at_most

CONFIRMING = Expectation(confirmation=True)


def test_a_message_is_read(reader: Reader, now: datetime) -> None:
    reading = reader.read("Hi, please cancel order LK-100200, I ordered it by mistake. Thanks!", now=now)
    assert reading.intent == "cancel_order"
    assert reading.confidence > 0.5
    assert [found.value for found in reading.found("order_number")] == ["LK-100200"]
    assert [found.value for found in reading.found("reason")] == ["mistake"]
    assert (reading.language, reading.greeting, reading.thanks) == ("en", True, True)
    assert not (reading.wants_person or reading.forget_it or reading.is_question or reading.flags)


def test_own_sentences_are_understood(reader: Reader, now: datetime, said: list[tuple[str, str]]) -> None:
    right = sum(reader.read(text, now=now).intent == intent for text, intent in said)
    assert len(said) >= 150
    assert right / len(said) >= 0.87


def test_what_is_confident_is_right(reader: Reader, now: datetime, said: list[tuple[str, str]]) -> None:
    confident = [
        (reading, intent) for text, intent in said if (reading := reader.read(text, now=now)).confidence >= 0.6
    ]
    assert len(confident) >= 0.7 * len(said)
    assert sum(reading.intent == intent for reading, intent in confident) / len(confident) >= 0.94


def test_sentences_of_another_trade_come_out_low(reader: Reader, foreign_to_the_shop: list[str]) -> None:
    readings = [reader.read(text) for text in foreign_to_the_shop]
    believed = [one for one in readings if one.intent != "out_of_scope" and one.confidence >= 0.5]
    assert len(believed) <= 1


@pytest.mark.parametrize("text", ["", " ", "\x00", "👍👍", "!!!", "12345", "מה", "קנגורו", "xkcd vrbl"])
def test_what_says_nothing_known_has_no_confident_wish(reader: Reader, text: str) -> None:
    reading = reader.read(text)
    assert reading.confidence < 0.35 or reading.intent == "out_of_scope"


def test_alternatives_are_the_best_three_in_order(reader: Reader) -> None:
    reading = reader.read("I want to send the boots back and get my money")
    assert len(reading.alternatives) == 3
    assert reading.alternatives[0].intent == reading.intent
    confidences = [guess.confidence for guess in reading.alternatives]
    assert confidences == sorted(confidences, reverse=True)
    assert len({guess.intent for guess in reading.alternatives}) == 3


def test_a_message_that_names_an_order_is_this_companys_business(
    reader: Reader, foreign_to_the_shop: list[str]
) -> None:
    assert all(reader.read(f"{text} LK-100200").intent != "out_of_scope" for text in foreign_to_the_shop)


def test_an_answer_is_read_in_the_light_of_the_question(reader: Reader, now: datetime) -> None:
    (size,) = reader.read("49", expecting=Expectation(entity="size"), now=now).found("size")
    assert size.value == "49"
    assert reader.read("ok go ahead", expecting=CONFIRMING, now=now).yes_no == "yes"
    assert reader.read("ok", now=now).yes_no is None


def test_a_yes_to_other_words_than_the_proposal_is_none(reader: Reader) -> None:
    expecting = Expectation(confirmation=True, said="Cancel order LK-100200?")
    assert reader.read("yes, cancel LK-100200", expecting=expecting).yes_no == "yes"
    reading = reader.read("yes, cancel LK-100999", expecting=expecting)
    assert (reading.yes_no, reading.change) == (None, True)


def test_our_own_quoted_proposal_is_no_answer(reader: Reader) -> None:
    mail = "I have to think about it.\n\nOn Mon, 23 Nov 2026, Shop <help@shop.example> wrote:\n> Answer yes to cancel."
    assert reader.read(mail, expecting=CONFIRMING).yes_no is None
    assert reader.read("> yes", expecting=CONFIRMING).yes_no is None


@pytest.mark.parametrize(
    "mail",
    ["Yes please.\n\nKind regards,\nAnna", "yes\n\nThanks,\nAnna", "Hello,\n\nyes, go ahead.\n\nSent from my iPhone"],
)
def test_a_signature_does_not_take_a_yes_away(reader: Reader, mail: str) -> None:
    assert reader.read(mail, expecting=CONFIRMING).yes_no == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "human", "person", "agent please", "I want to talk to a human", "can I speak with a real person?",
        "connect me to an agent",
        "get me your manager", "please transfer me to a representative", "I need a human", "no bots please",
        "let me talk to someone",
        "could you put me through to customer service staff", "I said person", "get me the chief",
        "is there a real person",
        "I would rather speak to one of your colleagues",
    ],
)  # fmt: skip
def test_a_wish_for_a_person_is_heard(reader: Reader, text: str) -> None:
    assert reader.read(text).wants_person


@pytest.mark.parametrize(
    "text",
    [
        "can someone tell me where my order is", "someone stole my parcel", "the delivery person was rude",
        "it is a gift for a person",
        "are you a bot?", "am I talking to a human?", "I don't want to talk to a human",
        "I already spoke to an agent yesterday",
        "somebody else received my order", "the manager of the hotel signed for it", "no need to speak to a person",
        "cancel my order", "which person signed for the parcel",
    ],
)  # fmt: skip
def test_a_mention_of_a_person_is_no_wish_for_one(reader: Reader, text: str) -> None:
    assert not reader.read(text).wants_person


@pytest.mark.parametrize(
    "text",
    [
        "forget it",
        "never mind",
        "Nevermind, thanks!",
        "oh leave it then",
        "stop",
        "ok forget about it",
        "actually, never mind",
        "don't bother",
    ],
)
def test_dropping_the_matter_is_heard(reader: Reader, text: str) -> None:
    assert reader.read(text).forget_it


@pytest.mark.parametrize(
    "text",
    [
        "stop my order LK-100200",
        "I forgot my password",
        "don't bother ringing, leave it at the door of my neighbour",
        "leave it with the neighbours",
        "cancel my order",
        "I want to skip the queue",
    ],
)
def test_a_wish_with_similar_words_drops_nothing(reader: Reader, text: str) -> None:
    assert not reader.read(text).forget_it


@pytest.mark.parametrize(
    ("text", "expecting"),
    [
        ("yes", CONFIRMING), ("yes please", CONFIRMING), ("ok", CONFIRMING), ("no, not yet", CONFIRMING), ("yes", None),
        ("it's anna@customers.example", Expectation(entity="email")), ("it's anna@customers.example", None),
        ("LK-100200", None), ("my order is LK-100200", Expectation(entity="order_number")),
        ("size 42", Expectation(entity="size")), ("ordered by mistake", Expectation(entity="reason")),
        ("anna@customers.example 1017 AB", None), ("40 euros", Expectation(entity="amount")),
    ],
)  # fmt: skip
def test_an_answer_is_no_wish_of_its_own(reader: Reader, now: datetime, text: str, expecting: Expectation) -> None:
    reading = reader.read(text, expecting=expecting, now=now)
    assert reading.confidence < 0.35
    assert not (reading.forget_it or reading.wants_person or reading.other_one)


def test_a_wish_beside_what_was_asked_for_is_still_heard(reader: Reader, now: datetime) -> None:
    text = "LK-100200, but actually I'd rather know where my refund is, it is missing"
    reading = reader.read(text, expecting=Expectation(entity="order_number"), now=now)
    assert (reading.intent, reading.confidence > 0.5) == ("refund_status", True)


@pytest.mark.parametrize("text", ["cancel LK-100200", "LK-100200 cancel please"])
def test_one_word_beside_an_order_number_is_a_wish(reader: Reader, text: str) -> None:
    reading = reader.read(text)
    assert (reading.intent, reading.confidence > 0.5) == ("cancel_order", True)


def test_another_one_is_heard_after_a_question(reader: Reader) -> None:
    reading = reader.read("no, the other order", expecting=CONFIRMING)
    assert (reading.other_one, reading.yes_no) == (True, "no")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("where is my order", True),
        ("Is it waterproof", True),
        ("cancel it?", True),
        ("can you help me", True),
        ("cancel my order", False),
        ("when I opened the box it was empty", False),
        ("I ordered what I needed", False),
    ],
)
def test_a_question_is_known_with_or_without_its_mark(reader: Reader, text: str, question: bool) -> None:
    assert reader.read(text).is_question is question


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hi", "greeting"),
        ("Good morning!", "greeting"),
        ("thanks a lot!", "thanks"),
        ("never mind", "forget_it"),
        ("human please", "wants_person"),
    ],
)
def test_a_message_of_one_courtesy_is_surely_that(reader: Reader, text: str, intent: str) -> None:
    reading = reader.read(text)
    assert (reading.intent, reading.confidence > 0.9) == (intent, True)


@pytest.mark.parametrize(
    ("text", "thanks"), [("thank you", True), ("thanks for nothing", False), ("no thanks to your courier", False)]
)
def test_thanks_are_meant(reader: Reader, text: str, thanks: bool) -> None:
    assert reader.read(text).thanks is thanks


def test_a_greeting_before_a_wish_does_not_hide_it(reader: Reader) -> None:
    assert reader.read("Good morning, where is my parcel? Thanks in advance").intent == "order_status"


def test_a_foreign_language_is_told(reader: Reader) -> None:
    assert reader.read("Ich möchte meine Bestellung stornieren").language == "de"
    assert reader.read("ok").language in (None, "en")


def test_an_address_that_was_asked_for_is_in_no_language(reader: Reader) -> None:
    address = Expectation(entity="address")
    assert reader.read("Rue de la République 5, 69002 Lyon, France", expecting=address).language is None


def test_a_reading_is_json_and_stays_itself(reader: Reader, now: datetime) -> None:
    reading = reader.read("refund €49.90 for LK-100200, mail anna@customers.example", now=now)
    stored = reading.as_json()
    assert json.loads(canonical(stored)) == stored
    assert stored["entities"][0]["value"] == {"minor": 4990, "currency": "EUR"}
    assert stored["alternatives"][0] == {"intent": reading.intent, "confidence": reading.confidence}


def test_finds_below_the_line_are_not_used_unasked() -> None:
    finds = (
        Found("size", "49", "49", 0, 2, 0.4),
        Found("size", "44", "44", 3, 5, 0.9),
        Found("size", "44", "44", 6, 8, 0.9),
    )
    reading = Reading("49 44 44", None, 0.0, "x", 0.0, entities=finds)
    assert [found.value for found in reading.found("size")] == ["44"]
    assert [found.value for found in reading.found("size", at_least=0.0)] == ["49", "44"]


def test_the_same_operation_is_fitted_once(operation: Operation, reader: FirstReader) -> None:
    assert FirstReader.fit(operation) is reader
    other = operation.model_copy(update={"digest": "another"})
    assert FirstReader.fit(other) is not reader


def test_the_same_examples_give_the_same_reading(
    operation: Operation, reader: FirstReader, said: list[tuple[str, str]]
) -> None:
    again = FirstReader.fit(operation.model_copy(update={"digest": "the same under another name"}))
    assert [again.read(text).as_json() for text, _ in said] == [reader.read(text).as_json() for text, _ in said]


def test_an_operations_own_example_wins_over_a_built_in_one(operation: Operation) -> None:
    own = operation.intents["cancel_order"].model_copy(update={"examples": ["Never mind"]})
    texts, labels = examples_of(operation.model_copy(update={"intents": {**operation.intents, "cancel_order": own}}))
    assert [label for text, label in zip(texts, labels, strict=True) if text.lower() == "never mind"] == [
        "cancel_order"
    ]


def test_an_operation_without_examples_still_reads_answers(operation: Operation) -> None:
    bare = FirstReader.fit(operation.model_copy(update={"intents": {}, "digest": "bare"}))
    assert bare.read("yes please", expecting=CONFIRMING).yes_no == "yes"
    assert bare.read("human please").wants_person


def capped(operation: Operation, cap: float) -> FirstReader:
    about = operation.about.model_copy(update={"reading": ReadingPromise(error_cap=cap)})
    return FirstReader.fit(operation.model_copy(update={"about": about, "digest": f"cap of {cap}"}))


def test_a_cap_lets_only_the_surest_readings_pass(
    operation: Operation, said: list[tuple[str, str]], foreign_to_the_shop: list[str]
) -> None:
    reader = capped(operation, 0.2)
    assert reader.promise is not None
    assert reader.promise.threshold is not None
    readings = [(reader.read(text), intent) for text, intent in said]
    passed = [(reading, intent) for reading, intent in readings if reading.promised]
    assert 0.3 * len(readings) < len(passed) < len(readings)
    assert sum(reading.intent != intent for reading, intent in passed) / len(passed) <= 0.2
    assert not any(
        reading.promised and reading.intent in operation.intents for reading in map(reader.read, foreign_to_the_shop)
    )


def test_a_cap_that_cannot_be_promised_lets_nothing_pass_but_plain_forms(operation: Operation) -> None:
    reader = capped(operation, 0.001)
    assert reader.promise is not None
    assert reader.promise.threshold is None
    assert not reader.read("cancel my order").promised
    assert reader.read("hello").promised


def test_without_a_cap_the_operations_own_threshold_decides(reader: FirstReader) -> None:
    assert reader.promise is None
    assert reader.read("zxcvb qwerty").promised


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(
        st.text(st.characters(), max_size=200),
        st.text("yesno LK-0123456789.,€$@?!'\n>\x00\ud800👍\u202e\u200b", max_size=120),
        st.lists(
            st.sampled_from(
                [
                    "yes",
                    "no",
                    "LK-1002",
                    "00",
                    "€5",
                    "49",
                    "@",
                    "\x00",
                    "Ω",
                    "שלום",
                    "\u202e",
                    "wrote:",
                    "> ",
                    "on 1 May",
                    "IBAN",
                ]
            ),
            max_size=30,
        ).map(" ".join),
    ),
    entity=st.sampled_from(
        [
            None,
            "order_number",
            "size",
            "amount",
            "day",
            "address",
            "phone",
            "count",
            "reason",
            "arrived",
            "postcode",
            "email",
            "unknown",
        ]
    ),
    confirmation=st.booleans(),
)
def test_every_text_is_read_without_failing(
    reader: Reader, now: datetime, text: str, entity: str | None, confirmation: bool
) -> None:
    reading = reader.read(text, expecting=Expectation(entity=entity, confirmation=confirmation), now=now)
    canonical(reading.as_json())
    assert 0.0 <= reading.confidence <= 1.0
    assert 0.0 <= reading.language_confidence <= 1.0
    for found in reading.entities:
        assert reading.text[found.start : found.end] == found.text
        assert 0.0 <= found.confidence <= 1.0
    for span in reading.personal:
        assert 0 <= span.start < span.end <= len(reading.text)


@pytest.mark.parametrize(
    "text",
    [
        "cancel my order " * 7_000, "a" * 100_000, "1" * 100_000, "1 " * 50_000, "yes no " * 15_000, "\n" * 100_000,
        "> " * 50_000,
        "a@" * 50_000, "a." * 50_000, "LK " * 33_000, "שלום " * 20_000, "👍" * 100_000, "\x00" * 100_000,
        "(" * 100_000, "+31 " * 25_000,
        "twenty " * 15_000, "On 1 " * 20_000, "NL91" * 25_000, "!?" * 50_000, "i will " * 15_000,
        "ignore all " * 10_000, "€1.1" * 25_000,
        "From: x\n" * 12_000, "system:" * 14_000, "a b " * 25_000, "l k 1 0 0 " * 10_000, "give me " * 12_000,
        "speak to a real " * 6_000,
    ],
)  # fmt: skip
def test_a_hundred_kilobytes_are_read_in_time_and_cut(reader: Reader, now: datetime, text: str) -> None:
    def read() -> None:
        assert len(reader.read(text, expecting=Expectation(entity="order_number"), now=now).text) <= 8_000

    # A pattern that goes wild takes many seconds.
    assert costs_at_most(0.3, read)


def test_a_message_costs_about_a_millisecond(reader: Reader, now: datetime, said: list[tuple[str, str]]) -> None:
    def read() -> None:
        for text, _ in said:
            reader.read(text, now=now)

    # Four times what was measured.
    assert costs_at_most(0.0015, read, per=len(said))
