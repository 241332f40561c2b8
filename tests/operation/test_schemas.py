"""Arguments and answers against their schemas, in words that repeat no value."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.kit.canonical import canonical
from aboveloop.operation.schemas import argument_faults, returns_fault
from aboveloop.operation.system_models import SystemOperation

TYPES: dict[str, dict[str, Any]] = {
    "Line": {
        "type": "object",
        "required": ["item", "count"],
        "properties": {"item": {"type": "string"}, "count": {"type": "integer", "minimum": 1}},
        "additionalProperties": False,
    },
    "Tree": {"type": "object", "properties": {"left": {"$ref": "#/$defs/Tree"}}},
}

ORDER = SystemOperation.model_validate(
    {
        "kind": "write",
        "arguments": {
            "order_id": {"type": "string", "pattern": "^LK-[0-9]{6}$"},
            "amount_cents": {"type": "integer", "minimum": 1},
            "note": {"type": "string", "maxLength": 5},
            "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}},
            "day": {"type": "string", "format": "date"},
            "at": {"type": "string", "format": "date-time"},
            "email": {"type": "string", "format": "email"},
            "share": {"type": "number"},
            "gift": {"type": "boolean"},
            "way": {"enum": ["post", "van"]},
            "tree": {"$ref": "#/$defs/Tree"},
        },
        "optional": ["note", "lines", "day", "at", "email", "share", "gift", "way", "tree"],
        "returns": {"type": "object", "required": ["ok"], "properties": {"lines": {"$ref": "#/$defs/Line"}}},
    }
)
GOOD: dict[str, Any] = {"order_id": "LK-100200", "amount_cents": 498}


def faults(**changes: Any) -> list[str]:
    return argument_faults(ORDER, TYPES, {**GOOD, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"amount_cents": 498.0},
        {"note": "12345"},
        {"lines": [{"item": "boots", "count": 2}]},
        {"lines": []},
        {"day": "2026-02-28", "at": "2026-02-28T10:00:00Z", "email": "anna@customers.example"},
        {"share": 0.5, "gift": False, "way": "van"},
        {"tree": {"left": {"left": {}}}},
    ],
)
def test_arguments_that_fit_have_no_faults(changes: dict[str, Any]) -> None:
    assert faults(**changes) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount_cents": "498"}, "`amount_cents` must be a whole number, not text."),
        ({"amount_cents": 498.5}, "`amount_cents` must be a whole number, not a number."),
        ({"amount_cents": True}, "`amount_cents` must be a whole number, not true or false."),
        ({"amount_cents": None}, "`amount_cents` must be a whole number, not null."),
        ({"amount_cents": 0}, "`amount_cents` must be at least 1."),
        ({"amount_cents": 2**53}, "`amount_cents` is too large a number to be exact."),
        ({"share": math.nan}, "`share` is not a number."),
        ({"share": -math.inf}, "`share` is not a number."),
        ({"share": True}, "`share` must be a number, not true or false."),
        ({"gift": 1}, "`gift` must be true or false, not a whole number."),
        ({"gift": "true"}, "`gift` must be true or false, not text."),
        ({"order_id": 100200}, "`order_id` must be text, not a whole number."),
        ({"order_id": "100200"}, "`order_id` does not have the form ^LK-[0-9]{6}$."),
        ({"order_id": "\ud800"}, "`order_id` holds half a character."),
        ({"note": "123456"}, "`note` is too long: 6 characters, at most 5."),
        ({"lines": {"item": "boots"}}, "`lines` must be a list, not a record."),
        ({"lines": [{"item": "boots"}]}, "`lines[0]` lacks `count`."),
        ({"lines": [{"item": "boots", "count": 0}]}, "`lines[0].count` must be at least 1."),
        ({"lines": [{"item": "b", "count": 1, "x": 2}]}, "`lines[0]` has keys that it may not have."),
        ({"lines": ({"item": "boots", "count": 1},)}, "`lines` is nothing that JSON can hold."),
        ({"lines": [{1: 2}]}, "`lines[0]` has a key that is not text."),
        ({"day": "2026-02-30"}, "`day` is not of the format date."),
        ({"day": "20260228"}, "`day` is not of the format date."),
        ({"at": "2026-02-28T10:00:00"}, "`at` is not of the format date-time."),
        ({"email": "anna"}, "`email` is not of the format email."),
        ({"way": "ship"}, "`way` must be one of post, van."),
        ({"tree": {"left": {"left": 1}}}, "`tree.left.left` must be a record, not a whole number."),
        ({"colour": "red"}, "`colour` is not an argument of this operation."),
    ],
)
def test_what_does_not_fit_is_said_in_words(changes: dict[str, Any], sentence: str) -> None:
    assert faults(**changes) == [sentence]


def test_missing_arguments_are_named() -> None:
    assert argument_faults(ORDER, TYPES, {}) == ["`order_id` is missing.", "`amount_cents` is missing."]


@pytest.mark.parametrize("args", [None, [], "order_id", 5])
def test_arguments_must_be_a_record(args: object) -> None:
    assert argument_faults(ORDER, TYPES, args) == ["The arguments must be a record of names and values."]


def test_faults_repeat_no_value() -> None:
    wrong = {"email": "anna", "order_id": "secret-1", "note": "secret-2 secret", "way": "secret-3", "day": "secret-4"}
    assert len(faults(**wrong)) == 5
    assert not any("secret" in fault or "anna" in fault for fault in faults(**wrong))


def test_deeply_nested_arguments_are_refused() -> None:
    tree: dict[str, Any] = {}
    for _ in range(5_000):
        tree = {"left": tree}
    (fault,) = faults(tree=tree)
    assert "nested too deeply" in fault


def test_an_answer_that_fits_is_none() -> None:
    assert returns_fault(ORDER, TYPES, {"ok": True, "lines": {"item": "a", "count": 1}}) is None
    assert returns_fault(SystemOperation(kind="read"), {}, "anything") is None


def test_an_answer_that_does_not_fit_is_said_in_words() -> None:
    start = "The answer does not fit what the operation returns. "
    assert returns_fault(ORDER, TYPES, {}) == start + "It lacks `ok`."
    assert returns_fault(ORDER, TYPES, "Error 500") == start + "It must be a record, not text."
    assert returns_fault(ORDER, TYPES, {"ok": 1, "lines": {"item": 1, "count": 1}}) == (
        start + "`lines.item` must be text, not a whole number."
    )


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/$defs/Missing"},
        {"$ref": "https://example.com/schema.json"},
        {"type": "strin"},
        {"type": "string", "pattern": "("},
        {"$ref": "#/$defs/Loop"},
    ],
)
def test_a_schema_that_cannot_be_applied_refuses(schema: dict[str, Any]) -> None:
    spec = SystemOperation(kind="write", arguments={"x": schema})
    (fault,) = argument_faults(spec, {"Loop": {"$ref": "#/$defs/Loop"}}, {"x": "a"})
    assert fault == "The schema of `x` cannot be applied: run `aboveloop check` on the operation."


def test_two_operations_with_equal_names_keep_their_own_schemas() -> None:
    """Validators are cached by the very schema, never by the name of an argument."""
    for limit in range(1, 30):
        spec = SystemOperation(kind="read", arguments={"x": {"type": "string", "maxLength": limit}})
        assert argument_faults(spec, {}, {"x": "a" * limit}) == []
        assert len(argument_faults(spec, {}, {"x": "a" * (limit + 1)})) == 1


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([*ORDER.arguments, "else"]), ANYTHING, max_size=6))
def test_whatever_passes_can_be_bound_by_a_digest(args: dict[str, Any]) -> None:
    if not argument_faults(ORDER, TYPES, args):
        canonical(args)


@settings(max_examples=100, deadline=None)
@given(ANYTHING)
def test_open_schemas_still_take_only_json(value: object) -> None:
    spec = SystemOperation(kind="write", arguments={"x": {}})
    if not argument_faults(spec, {}, {"x": value}):
        canonical({"x": value})
