"""Loading: a whole operation, or every fault with file and line."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from aboveloop.operation.loading import Loaded, load, load_files

Changed = Callable[..., Loaded]


def test_a_sound_folder_loads_without_faults(kettle_folder: Path, kettle: dict[str, str]) -> None:
    loaded = load(kettle_folder)
    operation = loaded.operation
    assert loaded.faults == ()
    assert operation is not None
    assert operation.folder == kettle_folder
    assert sorted(operation.intents) == [
        "cancel_order", "complaint", "opening_hours", "refund", "return_policy", "thanks",
    ]  # fmt: skip
    assert list(operation.procedures) == ["cancel_order", "refund"]
    assert list(operation.fragments) == ["identify"]
    assert list(operation.systems["shop"].operations["refund_order"].records) == ["order", "products"]
    assert list(operation.policies) == ["policies/orders.cedar"]
    assert operation.policy_tests[0].action == "shop.cancel_order"
    assert operation.messages["en"]["kept"] == "All stays as it is."
    assert list(operation.scenarios) == ["cancel_a_placed_order"]
    assert operation.files == kettle


def test_texts_load_as_their_folder_does(kettle_folder: Path, kettle: dict[str, str]) -> None:
    from_folder, from_texts = load(kettle_folder).operation, load_files(kettle, kettle_folder).operation
    assert from_folder == from_texts


def test_a_time_is_an_instant_with_its_offset(changed: Changed) -> None:
    loaded = changed("operation.yaml", "currency: EUR", "time: 2024-05-15T15:00:00-05:00")
    assert loaded.operation is not None
    assert loaded.operation.about.time == datetime.fromisoformat("2024-05-15T15:00:00-05:00")


def test_a_language_called_no_stays_text(kettle: dict[str, str]) -> None:
    kettle["operation.yaml"] = kettle["operation.yaml"].replace("languages: [en]", "languages: [en, no]")
    loaded = load_files(kettle, Path("kettle"))
    assert loaded.operation is not None
    assert loaded.operation.about.languages == ["en", "no"]


@pytest.mark.parametrize(
    ("path", "old", "new", "line", "words"),
    [
        ("operation.yaml", "title: Kettle and Co\n", "", 1, "The key `title` is missing."),
        ("operation.yaml", "title:", "titel:", 1, "The key `title` is missing."),
        ("operation.yaml", "currency:", "curency:", 3, "There is no key `curency` here. Did you mean `currency`?"),
        ("operation.yaml", "currency: EUR", "currency: euro", 3, 'currency of three letters such as "EUR"'),
        ("operation.yaml", "name: kettle", "name: Kettle", 1, "`Kettle` is no name"),
        ("operation.yaml", "title: Kettle and Co", "title: 12", 2, "`title` must be text, not `12`: quote it"),
        ("operation.yaml", '"08:00"', '"8"', 6, 'a time such as "08:00"'),
        ("operation.yaml", "webchat: {", "Web chat: {", 8, "`Web chat` is no name"),
        ("operation.yaml", "disclosure:", "disclose:", 8, "`channels.webchat.disclosure` is missing"),
        ("operation.yaml", "[approve]", "[aprove]", 11, "must be 'read_cases', 'read_personal'"),
        ("operation.yaml", "minimum_confidence: 0.4", "minimum_confidence: 4", 16, "less than or equal to 1"),
        ("operation.yaml", "minimum_confidence: 0.4", 'minimum_confidence: "0.4"', 16, "must be a number"),
        ("intents/orders.yaml", "- intent: refund", "- intent: cancel_order", 5, "first at intents/orders.yaml:1"),
        ("intents/orders.yaml", "hand_over: true", "hand_over: yes", 14, "must be true or false, not `yes`"),
        ("intents/orders.yaml", "- refund order KT-1001", "- [refund]", 10, "must be text, not a list"),
        ("intents/orders.yaml", "examples: [cheers]", "examples: cheers", 20, "must be a list"),
        ("intents/orders.yaml", "- intent: thanks", "- thanks:\n  intent: thanks", 19, "There is no key `thanks`"),
        ("systems/shop.yaml", "kind: mcp", "kind: soap", 4, "must be 'mcp'"),
        ("systems/shop.yaml", "description: Who", "descripton: Who", 15, "Did you mean `description`?"),
        (
            "systems/shop.yaml",
            "value: order.status}",
            "valeu: order.status}",
            36,
            "facts.status.value` is missing",
        ),
        ("systems/shop.yaml", "{type: integer, minimum: 1}", "integer", 41, "must be a mapping"),
        ("procedures/cancel_order.yaml", "look_up: shop.get_order", "look_up: get_order", 12, "not `system.operation`"),
        ("procedures/cancel_order.yaml", "if_no: kept", "if_not: kept", 22, "Did you mean `if_no`?"),
        ("procedures/cancel_order.yaml", "into: cancelled", "with_: {}", 26, "There is no key `steps.5.with_` here."),
        ("procedures/refund.yaml", "hours: 1", "hours: 0", 9, "greater than 0"),
        ("policies/tests.yaml", "lane: allowed", "lane: maybe", 5, "must be 'allowed', 'reviewed' or 'prohibited'"),
        (
            "scenarios/cancel.yaml",
            "clock: {hours: 2}",
            "switch: {pause: {shop: x}}",
            10,
            "must be 'worker'",
        ),
        (
            "scenarios/cancel.yaml",
            "status: placed",
            "status: [placed]",
            12,
            "shop.set.status` must be text",
        ),
        ("scenarios/cancel.yaml", "ends: resolved", "ends: well", 14, "must be 'resolved'"),
        ("scenarios/cancel.yaml", "from: anna@customers.example\n", "", 1, "`from` is missing"),
    ],
)
def test_each_fault_names_its_line(changed: Changed, path: str, old: str, new: str, line: int, words: str) -> None:
    loaded = changed(path, old, new)
    assert loaded.operation is None
    assert [(fault.path, fault.line) for fault in loaded.faults if words in fault.message] == [(path, line)], (
        loaded.faults
    )


def test_all_files_are_read_even_when_some_are_wrong(kettle: dict[str, str]) -> None:
    kettle["operation.yaml"] = "name: [\n"
    kettle["intents/orders.yaml"] = "intent: 5\n"
    loaded = load_files(kettle, Path("kettle"))
    assert {fault.path for fault in loaded.faults} == {"operation.yaml", "intents/orders.yaml"}


def test_a_folder_without_operation_file_says_so(tmp_path: Path) -> None:
    assert [str(fault) for fault in load(tmp_path).faults] == [
        "operation.yaml:1: There is no operation.yaml: every operation begins with it."
    ]


def test_an_unreadable_operation_file_is_not_called_missing(kettle_folder: Path) -> None:
    (kettle_folder / "operation.yaml").write_bytes(b"\xff\xfea")
    assert [fault.message for fault in load(kettle_folder).faults] == ["The file is UTF-16: save it as UTF-8."]


@pytest.mark.parametrize("text", ["just text", "5", "[1, 2]", "[]", "null"])
def test_a_file_without_a_mapping_is_a_fault(kettle: dict[str, str], text: str) -> None:
    for path in ("intents/orders.yaml", "systems/shop.yaml", "operation.yaml", "policies/tests.yaml"):
        loaded = load_files({**kettle, path: text}, Path("kettle"))
        assert loaded.operation is None
        assert {fault.path for fault in loaded.faults} == {path}


def test_the_same_name_in_two_files_is_a_fault(kettle: dict[str, str]) -> None:
    kettle["procedures/again.yaml"] = kettle["procedures/refund.yaml"]
    faults = load_files(kettle, Path("kettle")).faults
    assert [str(fault) for fault in faults] == [
        "procedures/refund.yaml:1:1: There are two of procedure `refund`: first at procedures/again.yaml:1."
    ]


def test_a_message_needs_a_language_and_a_name(kettle: dict[str, str]) -> None:
    kettle["messages/English/ok.md"] = "x"
    kettle["messages/en/Not OK.md"] = "x"
    faults = load_files(kettle, Path("kettle")).faults
    assert [fault.path for fault in faults] == ["messages/English/ok.md", "messages/en/Not OK.md"]


CHARTER = "charter: first\noutcome: Reduce handle time by 15 %.\n"


def test_files_for_other_rooms_are_kept_and_must_be_whole(kettle: dict[str, str]) -> None:
    loaded = load_files({**kettle, "charters/first.yaml": CHARTER, "systems/api.json": "{}"}, Path("kettle"))
    assert loaded.operation is not None
    assert loaded.operation.files["charters/first.yaml"] == CHARTER
    broken = load_files({**kettle, "charters/first.yaml": "a: [\n", "systems/api.json": "{\n,}"}, Path("kettle"))
    assert [(fault.path, fault.line) for fault in broken.faults] == [
        ("charters/first.yaml", 2),
        ("systems/api.json", 2),
    ]


def test_warnings_do_not_keep_a_folder_from_loading(kettle_folder: Path) -> None:
    (kettle_folder / "notes.txt").write_text("x")
    loaded = load(kettle_folder)
    assert loaded.operation is not None
    assert [str(fault) for fault in loaded.faults] == [
        "notes.txt:1: warning: This file is no part of an operation: it is not read and not released."
    ]
