"""Arguments and answers of operations against their JSON Schemas (Draft 2020-12), in plain words.

The words never repeat a value: they end up in entries, and a value may be personal.
"""

import functools
import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, UnknownType, ValidationError
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.exceptions import Unresolvable

from aboveloop.operation.part import JsonSchema
from aboveloop.operation.system_models import SystemOperation
from aboveloop.operation.yaml_text import MAXIMUM_INTEGER

Types = Mapping[str, JsonSchema]

# Deeper than any argument of an operation; a model may send anything.
MAXIMUM_DEPTH = 32
TYPE_WORDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a record",
    "null": "null",
}
# What keeps a schema from being applied at all. A folder that was checked has none of it.
UNUSABLE = (SchemaError, UnknownType, Unresolvable, re.error, RecursionError)

# Asked for the types of values, never to validate.
ANY = Draft202012Validator({})
FORMATS = FormatChecker(formats=())


@FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or (len(value) == 10 and bool(date.fromisoformat(value)))


@FORMATS.checks("date-time", raises=ValueError)
def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("email")
def _is_email(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) is not None


def argument_faults(spec: SystemOperation, types: Types, args: object) -> list[str]:
    """What is wrong with `args` for this operation, one sentence each; empty when nothing is.

    `types` are the `types` of the system, reached by {"$ref": "#/$defs/Order"}. By JSON Schema 498.0 is an integer,
    true is none, and "498" is text: nothing is converted.
    """
    if not isinstance(args, Mapping):
        return ["The arguments must be a record of names and values."]
    faults = [
        f"`{_printable(name)}` is not an argument of this operation." for name in args if name not in spec.arguments
    ]
    for name, schema in spec.arguments.items():
        if name not in args:
            if name not in spec.optional:
                faults.append(f"`{name}` is missing.")
            continue
        faults.extend(_value_faults(schema, types, args[name], name))
    return faults


def returns_fault(spec: SystemOperation, types: Types, value: object) -> str | None:
    """Why `value` is no answer that this operation gives, or None when it is one."""
    faults = _value_faults(spec.returns, types, value, "")
    return f"The answer does not fit what the operation returns. {faults[0]}" if faults else None


def _value_faults(schema: JsonSchema, types: Types, value: Any, name: str) -> list[str]:
    strange = next(_not_json(value, name, 0), None)
    if strange:
        return [strange]
    try:
        errors = list(_validator(_ByIdentity(schema), _ByIdentity(types)).iter_errors(value))
    except UNUSABLE:
        return [f"The schema of `{name or 'returns'}` cannot be applied: run `aboveloop check` on the operation."]
    return [_words(error, name) for error in sorted(errors, key=lambda error: list(map(str, error.absolute_path)))]


class _ByIdentity:
    """Makes a dictionary usable as a cache key: the same object, which the key keeps alive."""

    __slots__ = ("value",)

    def __init__(self, value: Mapping[str, Any]) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and other.value is self.value


@functools.lru_cache(maxsize=4096)
def _validator(schema: _ByIdentity, types: _ByIdentity) -> Validator:
    whole = {**schema.value, "$defs": dict(types.value)}
    # An empty registry: nothing is ever fetched to understand a schema.
    return Draft202012Validator(whole, format_checker=FORMATS, registry=Registry())


def _not_json(value: object, name: str, depth: int) -> Iterator[str]:
    """What canonical JSON could not hold, so that no digest could bind it."""
    if depth > MAXIMUM_DEPTH:
        yield f"`{name}` is nested too deeply."
    elif isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            yield f"`{name}` holds half a character."
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int):
        if abs(value) > MAXIMUM_INTEGER:
            yield f"`{name}` is too large a number to be exact."
    elif isinstance(value, float):
        if not math.isfinite(value):
            yield f"`{name}` is not a number."
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _not_json(inner, f"{name}.{_printable(key)}".lstrip("."), depth + 1)
            if not isinstance(key, str) or _printable(key) != key:
                yield f"`{name}` has a key that is not text."
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _not_json(inner, f"{name}[{index}]", depth + 1)
    else:
        yield f"`{name}` is nothing that JSON can hold."


def _words(error: ValidationError, name: str) -> str:
    where = name + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    shown = f"`{where.lstrip('.')}`" if where else "It"
    if error.validator == "required":
        return f"{shown} lacks `{error.message.removesuffix(' is a required property').strip(chr(39))}`."
    words = WORDS.get(str(error.validator))
    if words is None:
        return f"{shown} does not fit `{error.validator}`."
    value: Any = error.instance
    rule: Any = error.validator_value
    return f"{shown} {words(value, rule)}."


def _type_words(value: Any, rule: Any) -> str:
    allowed = rule if isinstance(rule, list) else [rule]
    is_ = next((word for kind, word in TYPE_WORDS.items() if ANY.is_type(value, kind)), "something else")
    return f"must be {' or '.join(TYPE_WORDS.get(kind, str(kind)) for kind in allowed)}, not {is_}"


# Sentences by keyword, from the value and what the schema says of it.
WORDS: Mapping[str, Callable[[Any, Any], str]] = {
    "type": _type_words,
    "additionalProperties": lambda value, rule: "has keys that it may not have",
    "maxLength": lambda value, rule: f"is too long: {len(value)} characters, at most {rule}",
    "minLength": lambda value, rule: f"is too short: {len(value)} characters, at least {rule}",
    "pattern": lambda value, rule: f"does not have the form {rule}",
    "format": lambda value, rule: f"is not of the format {rule}",
    "minimum": lambda value, rule: f"must be at least {rule}",
    "maximum": lambda value, rule: f"must be at most {rule}",
    "exclusiveMinimum": lambda value, rule: f"must be more than {rule}",
    "exclusiveMaximum": lambda value, rule: f"must be less than {rule}",
    "multipleOf": lambda value, rule: f"must be a multiple of {rule}",
    "enum": lambda value, rule: f"must be one of {_short(', '.join(map(str, rule)))}",
    "const": lambda value, rule: f"must be {_short(str(rule))}",
    "minItems": lambda value, rule: f"has {len(value)} entries, at least {rule} are needed",
    "maxItems": lambda value, rule: f"has {len(value)} entries, at most {rule} are allowed",
    "uniqueItems": lambda value, rule: "has the same entry twice",
    "anyOf": lambda value, rule: "fits none of the forms that are allowed",
    "oneOf": lambda value, rule: "does not fit exactly one of the forms that are allowed",
    "not": lambda value, rule: "has a form that is not allowed",
}


def _printable(text: object) -> str:
    return str(text).encode("utf-8", "backslashreplace").decode()[:60]


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:119] + "…"
