"""The Cedar schema says exactly what a policy may speak of."""

import json

from aboveloop.govern.schema import argument_types, cedar_schema, groups_of, schema_json
from aboveloop.operation.models import Operation
from aboveloop.operation.system_models import System
from govern.corner import build_operation


def test_every_operation_is_an_action_in_its_groups(operation: Operation) -> None:
    actions = json.loads(schema_json(operation))[""]["actions"]
    assert actions["shop.refund_order"]["memberOf"] == [
        {"id": "touches_customer"},
        {"id": "touches_money"},
        {"id": "writes"},
    ]
    assert actions["shop.get_order"]["memberOf"] == [{"id": "reads"}]
    assert actions["shop.note"]["memberOf"] == [{"id": "generic"}]
    assert actions["shop.note"]["appliesTo"]["principalTypes"] == ["Worker", "Person"]


def test_optional_arguments_and_facts_are_optional_attributes(operation: Operation) -> None:
    context = json.loads(schema_json(operation))[""]["actions"]["shop.refund_order"]["appliesTo"]["context"]
    args = context["attributes"]["args"]["attributes"]
    facts = context["attributes"]["facts"]["attributes"]
    assert args["note"]["required"] is False and args["amount_cents"] == {"type": "Long", "required": True}
    assert facts["days_since_delivery"]["required"] is False and facts["refundable_cents"]["required"] is True
    assert facts["kinds"] == {"type": "Set", "element": {"type": "String"}, "required": True}


def test_arguments_of_other_types_are_left_out(operation: Operation) -> None:
    system = operation.systems["shop"]
    assert argument_types(system, system.operations["note"]) == {
        "text": "string",
        "weight": "long",
        "tags": "strings",
        "urgent": "bool",
    }


def test_shared_types_are_followed() -> None:
    system = System.model_validate(
        {
            "system": "shop",
            "reach": {"kind": "house"},
            "types": {
                "Id": {"type": "string"},
                "Key": {"$ref": "#/$defs/Id"},
                "Loop": {"$ref": "#/$defs/Loop"},
                "Many": {"type": "array", "items": {"$ref": "#/$defs/Key"}},
            },
            "operations": {
                "read": {
                    "kind": "read",
                    "arguments": {
                        "id": {"$ref": "#/$defs/Key"},
                        "ids": {"$ref": "#/$defs/Many"},
                        "loop": {"$ref": "#/$defs/Loop"},
                        "gone": {"$ref": "#/$defs/Gone"},
                        "either": {"type": ["string", "null"]},
                        "anything": {"type": "array", "items": True},
                        "numbers": {"type": "array", "items": {"type": "integer"}},
                    },
                }
            },
        }
    )
    assert argument_types(system, system.operations["read"]) == {"id": "string", "ids": "strings"}


def test_groups_come_from_kind_and_touches(operation: Operation) -> None:
    assert groups_of(operation.systems["shop"].operations["subscribe"]) == {"writes", "touches_customer"}


def test_the_schema_can_be_shown_in_cedars_own_words() -> None:
    text = str(cedar_schema(build_operation()))
    assert 'action "shop.refund_order" in [Action::"touches_customer", ' in text
    assert "days_since_delivery?:" in text
