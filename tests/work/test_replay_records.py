"""The recorded system of record: what a path names, and what the answers of a run change."""

from pathlib import Path
from typing import Any

import pytest

from aboveloop.connect.recorded import NotRecorded, RecordedSystems
from aboveloop.operation.models import Operation, OperationFile
from aboveloop.operation.system_models import Reach, System, SystemOperation

OPERATIONS: dict[str, dict[str, Any]] = {
    "get_order": {"kind": "read", "path": "orders/{order_id}"},
    "get_variant": {"kind": "read", "path": "products/*/variants/{variant_id}"},
    "get_day": {"kind": "read", "path": "flights/{number}/days/{day}"},
    "get_price": {
        "kind": "read",
        "path": "flights/{number}/days/{day}",
        "returns": {"properties": {"number": {}, "price": {}}, "additionalProperties": False},
    },
    "search": {"kind": "read"},
    "cancel_order": {"kind": "write", "path": "orders/{order_id}"},
    "place_order": {"kind": "write", "path": "orders/{order_id}"},
}
RECORDS: dict[str, Any] = {
    "orders": {"1": {"order_id": "1", "status": "open", "lines": ["a"]}},
    "products": {"p": {"variants": {"v1": {"price": 3}}}, "q": {"variants": {"v2": {"price": 4}}}},
    "flights": {"F1": {"days": {"2024-05-20": {"price": 50, "seats": 2}}}},
}


@pytest.fixture
def systems() -> RecordedSystems:
    operations = {name: SystemOperation.model_validate(each) for name, each in OPERATIONS.items()}
    operation = Operation(
        folder=Path(),
        digest="records",
        about=OperationFile(name="shop", title="Shop"),
        intents={},
        systems={"shop": System(system="shop", reach=Reach(kind="recorded"), operations=operations)},
        policies={},
        policy_tests=[],
        procedures={},
        fragments={},
        messages={},
        scenarios={},
    )
    return RecordedSystems(operation, RECORDS)


def test_a_path_names_a_record_by_its_arguments(systems: RecordedSystems) -> None:
    assert systems.read("shop.get_order", {"order_id": "1"}) == RECORDS["orders"]["1"]
    assert systems.read("shop.get_day", {"number": "F1", "day": "2024-05-20"}) == {"price": 50, "seats": 2}


def test_a_star_finds_the_record_wherever_it_is(systems: RecordedSystems) -> None:
    assert systems.read("shop.get_variant", {"variant_id": "v2"}) == {"price": 4}


@pytest.mark.parametrize("args", [{"order_id": "2"}, {}, {"order_id": ["1"]}, {"order_id": None}])
def test_no_such_record_is_none(systems: RecordedSystems, args: dict[str, Any]) -> None:
    assert systems.read("shop.get_order", args) is None


@pytest.mark.parametrize("operation", ["shop.search", "shop.unknown"])
def test_a_read_without_a_path_cannot_be_told(systems: RecordedSystems, operation: str) -> None:
    with pytest.raises(NotRecorded, match="no path"):
        systems.read(operation, {})


def test_listed_properties_come_from_the_record_or_the_arguments(systems: RecordedSystems) -> None:
    assert systems.read("shop.get_price", {"number": "F1", "day": "2024-05-20"}) == {"number": "F1", "price": 50}


def test_the_answer_of_a_write_is_the_record_from_then_on(systems: RecordedSystems) -> None:
    systems.learn("shop.cancel_order", {"order_id": "1"}, {"status": "cancelled"})

    assert systems.read("shop.get_order", {"order_id": "1"}) == {"order_id": "1", "status": "cancelled", "lines": ["a"]}
    assert RECORDS["orders"]["1"]["status"] == "open"


def test_a_new_record_is_found_by_the_id_in_its_answer(systems: RecordedSystems) -> None:
    systems.learn("shop.place_order", {}, {"order_id": "9", "status": "open"})

    assert systems.read("shop.get_order", {"order_id": "9"}) == {"order_id": "9", "status": "open"}


@pytest.mark.parametrize("answer", ["done", ["a"], None, 3])
def test_an_answer_that_is_no_record_changes_nothing(systems: RecordedSystems, answer: Any) -> None:
    systems.learn("shop.cancel_order", {"order_id": "1"}, answer)

    assert systems.read("shop.get_order", {"order_id": "1"}) == RECORDS["orders"]["1"]


def test_a_cut_answer_does_not_replace_the_whole_record(systems: RecordedSystems) -> None:
    systems.learn("shop.get_price", {"number": "F1", "day": "2024-05-20"}, {"number": "F1", "price": 1})

    assert systems.read("shop.get_day", {"number": "F1", "day": "2024-05-20"}) == {"price": 50, "seats": 2}
