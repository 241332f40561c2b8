"""What a database answers, as JSON: rows as objects, in the shape that the operation returns."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from aboveloop.connect.errors import RecordMissing
from aboveloop.connect.systems.port import talked_nonsense
from aboveloop.operation.part import JsonSchema
from aboveloop.operation.system_models import SystemOperation

SINGLE = frozenset({"string", "integer", "number", "boolean"})
NESTED = frozenset({"object", "array"})


def answer_of_rows(name: str, spec: SystemOperation, rows: Sequence[Mapping[str, Any]]) -> Any:
    """One row as an object, one value, or a list of objects, by `returns.type`.

    Raises RecordMissing for no row where one is wanted, SystemUnavailable (nonsense) for several.
    """
    wanted = spec.returns.get("type")
    if wanted != "object" and wanted not in SINGLE:
        columns = _columns(spec.returns.get("items", {}))
        return [_object(name, spec, row, columns) for row in rows]
    if not rows:
        raise RecordMissing(f"{name} found no such record.")
    if len(rows) > 1:
        raise talked_nonsense(name, spec, f"it holds {len(rows)} records where there is one")
    found = _object(name, spec, rows[0], _columns(spec.returns))
    return found if wanted == "object" else next(iter(found.values()), None)


def _object(
    name: str, spec: SystemOperation, row: Mapping[str, Any], columns: Mapping[str, JsonSchema]
) -> dict[str, Any]:
    return {column: _value(name, spec, column, value, columns) for column, value in row.items()}


def _value(name: str, spec: SystemOperation, column: str, value: Any, columns: Mapping[str, JsonSchema]) -> Any:
    schema = columns.get(column, {})
    if isinstance(value, str) and schema.get("type") in NESTED:
        # Databases without a type for JSON hand over what was aggregated or stored as its text.
        try:
            return json.loads(value)
        except ValueError:
            raise talked_nonsense(name, spec, f"its column {column} does not hold JSON") from None
    if isinstance(value, int) and schema.get("type") == "boolean" and value in (0, 1):
        return bool(value)
    if value is None or isinstance(value, str | bool | int | float | list | dict):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise talked_nonsense(name, spec, f"its column {column} holds {type(value).__name__}, which JSON does not know")


def _columns(schema: JsonSchema) -> Mapping[str, JsonSchema]:
    properties = schema.get("properties", {})
    return properties if isinstance(properties, dict) else {}
