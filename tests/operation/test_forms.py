"""Forms in an operation folder: read, held against the rest of it, and what a change of one means."""

from pathlib import Path

import pytest

from aboveloop.operation.changes.compare import changes_between
from aboveloop.operation.checking import check
from aboveloop.operation.loading import load_files
from aboveloop.operation.models import Operation
from work.bakery import FILES

CHANNEL = 'channels:\n  form: {disclosure: "An AI assistant answers."}\n'
FORM = """\
form: cancel
title: {en: Cancel an order}
intent: cancel_order
fields:
  - {field: order, entity: order_number, required: true, label: {en: Order number}, help: {en: It begins with CR-.}}
  - {field: mail, entity: email, answers_go_to: true, autocomplete: email, label: {en: E-mail}}
  - {field: more, words: long, label: {en: Anything else}}
"""


def files(form: str = FORM, about: str = FILES["operation.yaml"]) -> dict[str, str]:
    return {**FILES, "operation.yaml": about.replace("channels:\n", CHANNEL, 1), "forms/cancel.yaml": form}


def faults_of(form: str) -> list[str]:
    return [fault.message for fault in check(load_files(files(form), Path("crumb"))) if fault.path.startswith("forms")]


def operation(form: str = FORM) -> Operation:
    loaded = load_files(files(form), Path("crumb"))
    assert loaded.operation is not None
    return loaded.operation


def test_a_form_is_part_of_an_operation_and_of_its_digest() -> None:
    form = operation().forms["cancel"]
    assert [each.field for each in form.fields] == ["order", "mail", "more"]
    assert form.needs == {"cancel_order"}
    assert operation().digest != operation(FORM.replace("Cancel an", "Cancel your")).digest
    assert faults_of(FORM) == []


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        (
            "intent: cancel_order",
            "intent: cancel_ordr",
            "There is no intent `cancel_ordr`. Did you mean `cancel_order`",
        ),
        ("intent: cancel_order\n", "", "Nothing tells what the customer wants"),
        ("entity: order_number", "entity: order_nr", "There is no entity `order_nr`"),
        ("words: long, ", "", "has none of `entity`, `intents` and `words`"),
        ("words: long, ", "words: long, entity: address, ", "has entity and words: it has exactly one"),
        ("{en: Order number}", "{de: Bestellnummer}", "The label has no words in `en`, which workers serve"),
        ("title: {en: Cancel an order}", 'title: {en: " "}', "The title is empty in `en`"),
        ("entity: email, answers_go_to", "entity: address, answers_go_to", "Answers go to an e-mail address"),
        ("field: more", "field: order", "There are 2 fields `order`"),
        ("fields:", "embed_on: [https://shop.example/help]\nfields:", "is no origin"),
        ("fields:", "embed_on: [http://shop.example]\nfields:", "is no origin"),
        ("words: long, ", "words: long, choices: {a: {en: A}}, ", "Only a field of an entity of kind choice"),
        ("words: long, ", "intents: {refund_order: {en: Money back}}, ", "an intent and a field that chooses one"),
    ],
)
def test_what_is_wrong_with_a_form_is_told(was: str, becomes: str, told: str) -> None:
    assert was in FORM
    assert any(told in fault for fault in faults_of(FORM.replace(was, becomes))), faults_of(FORM.replace(was, becomes))


def test_a_form_needs_its_channel_with_a_disclosure() -> None:
    found = check(load_files({**FILES, "forms/cancel.yaml": FORM}, Path("crumb")))
    assert any("Forms come over the channel `form`" in fault.message for fault in found)


def test_choices_are_those_of_the_entity() -> None:
    about = FILES["operation.yaml"].replace(
        "entities:\n", "entities:\n  bread: {kind: choice, choices: {rye: [rye]}}\n"
    )
    form = FORM.replace("words: long", "entity: bread, choices: {rye: {en: Rye}, oat: {en: Oat}}")
    found = [fault.message for fault in check(load_files(files(form, about), Path("crumb")))]
    assert any("`oat` is no choice of the entity `bread`" in fault for fault in found)


def test_the_same_form_twice_is_a_fault() -> None:
    loaded = load_files({**files(), "forms/other.yaml": FORM}, Path("crumb"))
    assert any("There are two of form `cancel`" in fault.message for fault in loaded.faults)


def test_asking_for_more_data_and_another_need_alter_risk_and_other_words_do_not() -> None:
    old = operation()
    more = operation(FORM + "  - {field: sum, entity: amount, label: {en: How much}}\n")
    (asked,) = [each for each in changes_between(old, more) if each.about == "form:cancel"]
    assert asked.is_risky and "asks for other data: order, mail, more and sum" in asked.words
    assert asked.touches == {"cancel_order"}

    other = operation(FORM.replace("intent: cancel_order", "intent: refund_order"))
    (taken,) = [each for each in changes_between(old, other) if each.is_risky]
    assert "is for refund_order" in taken.words and taken.touches == {"cancel_order", "refund_order"}

    worded = changes_between(old, operation(FORM.replace("Anything else", "Your words")))
    assert [each.is_risky for each in worded] == [False]

    shown = operation(FORM.replace("fields:", "embed_on: [https://shop.example]\nfields:"))
    (open_to,) = [each for each in changes_between(old, shown) if each.is_risky]
    assert "https://shop.example" in open_to.words

    loaded = load_files({**files(), "forms/cancel.yaml": FORM.replace("form: cancel", "form: stop")}, Path("crumb"))
    assert loaded.operation is not None
    assert {each.about for each in changes_between(old, loaded.operation)} == {"form:cancel", "form:stop"}
