"""The Cedar schema of an operation, generated from its systems: what a policy may speak of."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import cedarpy

from aboveloop.operation.models import Operation
from aboveloop.operation.part import JsonSchema
from aboveloop.operation.system_models import System, SystemOperation

GROUPS = ("reads", "writes", "generic", "touches_customer", "touches_money", "touches_sensitive")
KIND_GROUPS = {"read": "reads", "write": "writes", "generic": "generic"}
FACT_TYPES: Mapping[str, dict[str, Any]] = {
    "string": {"type": "String"},
    "long": {"type": "Long"},
    "bool": {"type": "Boolean"},
    "strings": {"type": "Set", "element": {"type": "String"}},
}
ARGUMENT_TYPES = {"string": "string", "integer": "long", "boolean": "bool"}
# What every action has in its context, whatever the operation.
COMMON: Mapping[str, dict[str, Any]] = {
    "verified": {"type": "Boolean"},
    "identified": {"type": "Boolean"},
    "confirmed": {"type": "Boolean"},
    "misinformed": {"type": "Boolean"},
    "told": {"type": "Set", "element": {"type": "String"}},
    "approved_by": {"type": "Set", "element": {"type": "String"}},
    "stage": {"type": "String"},
    "owner": {"type": "String"},
    "customer": {"type": "String"},
    "consents": {"type": "Set", "element": {"type": "String"}},
    "denied_before": {
        "type": "Record",
        "attributes": {
            "exactly": {"type": "Long"},
            "alike": {"type": "Long"},
            "hours_since": {"type": "Long", "required": False},
        },
    },
}


def operations_of(operation: Operation) -> Iterator[tuple[str, SystemOperation]]:
    """Every `system.operation` with what is declared of it."""
    for system in operation.systems.values():
        for name, spec in system.operations.items():
            yield f"{system.system}.{name}", spec


def groups_of(operation: SystemOperation) -> frozenset[str]:
    """The groups of actions that an operation belongs to."""
    return frozenset({KIND_GROUPS[operation.kind]} | {f"touches_{what}" for what in operation.touches})


def argument_types(system: System, operation: SystemOperation) -> dict[str, str]:
    """The arguments that policies may use, each `string`, `long`, `bool` or `strings`. Others are left out."""
    found = {name: _argument_type(schema, system.types) for name, schema in operation.arguments.items()}
    return {name: kind for name, kind in found.items() if kind is not None}


def schema_json(operation: Operation) -> str:
    """The schema in Cedar's JSON form: names such as `shop.get_order` need no quoting there."""
    actions: dict[str, Any] = {group: {} for group in GROUPS}
    for name, spec in operations_of(operation):
        actions[name] = {
            "memberOf": [{"id": group} for group in sorted(groups_of(spec))],
            "appliesTo": {
                "principalTypes": ["Worker", "Person"],
                "resourceTypes": ["Record"],
                "context": _context(operation.systems[name.partition(".")[0]], spec),
            },
        }
    kinds: dict[str, Any] = {"Worker": {}, "Person": {}, "Record": {}}
    return json.dumps({"": {"entityTypes": kinds, "actions": actions}})


def cedar_schema(operation: Operation) -> cedarpy.Schema:
    """The schema as a handle. `str()` of it is the schema in Cedar's own syntax."""
    return cedarpy.Schema.from_json_str(schema_json(operation))


def _context(system: System, operation: SystemOperation) -> dict[str, Any]:
    args = {
        name: {**FACT_TYPES[kind], "required": name not in operation.optional}
        for name, kind in argument_types(system, operation).items()
    }
    facts = {
        name: {**FACT_TYPES[source.type], "required": not source.optional} for name, source in operation.facts.items()
    }
    records = {"args": {"type": "Record", "attributes": args}, "facts": {"type": "Record", "attributes": facts}}
    return {"type": "Record", "attributes": {**COMMON, **records}}


def _argument_type(schema: JsonSchema, types: Mapping[str, JsonSchema]) -> str | None:
    resolved = _resolved(schema, types)
    kind = resolved.get("type")
    if kind == "array":
        element = resolved.get("items")
        if isinstance(element, Mapping) and _resolved(element, types).get("type") == "string":
            return "strings"
        return None
    return ARGUMENT_TYPES.get(kind) if isinstance(kind, str) else None


def _resolved(schema: Mapping[str, Any], types: Mapping[str, JsonSchema]) -> Mapping[str, Any]:
    """Follow `$ref: "#/$defs/Name"` into the types that the system shares between its operations."""
    for _ in types:
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            break
        schema = types.get(reference.removeprefix("#/$defs/"), {})
    return schema
