"""Whether the JSON Schemas in an operation folder can be used: valid, local, with patterns that compile."""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from aboveloop.operation.part import JsonSchema
from aboveloop.operation.schemas import Types
from aboveloop.operation.yaml_text import NodePath


class SchemaFault(NamedTuple):
    """What is wrong at `path` inside a schema; `only_warns` where the schema works without it."""

    path: NodePath
    message: str
    only_warns: bool = False


# Keywords that say something to people or to tools, and those that work through another one.
OTHER_KEYWORDS = frozenset(
    {"$comment", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"}
    | {"then", "else", "minContains", "maxContains", "contentEncoding", "contentMediaType"}
)
KNOWN_KEYWORDS = frozenset(Draft202012Validator.VALIDATORS) | OTHER_KEYWORDS
# They name schemas by address, which would have to be fetched or could be redefined on the way.
FORBIDDEN_KEYWORDS = frozenset({"$id", "$schema", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary", "$defs"})

IN_MAPPINGS = ("properties", "patternProperties", "dependentSchemas", "$defs")
IN_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
IN_PLACE = ("not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames")
IN_PLACE_LATE = ("unevaluatedItems", "unevaluatedProperties")


def schema_faults(schema: JsonSchema, types: Types) -> list[SchemaFault]:
    """What keeps `schema` from being used with these types of its system."""
    try:
        errors = sorted(_meta_validator().iter_errors(schema), key=lambda error: list(map(str, error.absolute_path)))
    except RecursionError:
        return [SchemaFault((), "The schema is nested too deeply.")]
    if errors:
        return [
            SchemaFault(tuple(error.absolute_path), f"This is not JSON Schema: {_short(error.message)}.")
            for error in errors
        ]
    return list(_rules(schema, types, ()))


def looping_types(types: Types) -> list[str]:
    """Types that are made of themselves without anything in between, which no value could ever be held against."""
    within = {name: _in_place(schema) & set(types) for name, schema in types.items()}
    return sorted(name for name in types if name in _reached(within, name))


@functools.lru_cache(maxsize=1)
def _meta_validator() -> Validator:
    return Draft202012Validator(Draft202012Validator.META_SCHEMA)


def _rules(schema: object, types: Types, path: NodePath) -> Iterator[SchemaFault]:
    """Our own rules: references stay inside the system, patterns compile, no keyword is misspelt."""
    if not isinstance(schema, Mapping):
        return
    for keyword in schema:
        if keyword in FORBIDDEN_KEYWORDS:
            yield SchemaFault((*path, keyword), f"`{keyword}` is not used here: put types into `types` of the system.")
        elif keyword not in KNOWN_KEYWORDS:
            yield SchemaFault(
                (*path, keyword), f"`{_short(keyword)}` is no keyword of JSON Schema: it does nothing.", True
            )
    reference = schema.get("$ref")
    if isinstance(reference, str) and not (reference.startswith("#/$defs/") and reference[8:] in types):
        yield SchemaFault((*path, "$ref"), f"There is no type `{_short(reference)}`: write `#/$defs/<name in types>`.")
    patterns = [("pattern", schema["pattern"])] if isinstance(schema.get("pattern"), str) else []
    patterns += [("patternProperties", pattern) for pattern in _mapping(schema.get("patternProperties"))]
    for keyword, pattern in patterns:
        complaint = pattern_fault(pattern)
        if complaint:
            yield SchemaFault((*path, keyword), complaint)
    for step, inner in _inner(schema):
        yield from _rules(inner, types, (*path, *step))


def pattern_fault(pattern: str) -> str | None:
    """Why `pattern` is no regular expression of Python's, or None when it is one."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"The pattern cannot be used: {error}."
    return None


def _inner(schema: Mapping[str, Any]) -> Iterator[tuple[NodePath, object]]:
    for keyword in IN_MAPPINGS:
        for name, inner in _mapping(schema.get(keyword)).items():
            yield (keyword, name), inner
    for keyword in IN_LISTS:
        found = schema.get(keyword)
        for index, inner in enumerate(found if isinstance(found, Sequence) and not isinstance(found, str) else ()):
            yield (keyword, index), inner
    for keyword in (*IN_PLACE, *IN_PLACE_LATE):
        if keyword in schema:
            yield (keyword,), schema[keyword]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _in_place(schema: object) -> set[str]:
    """Names of the types that apply to the very value that `schema` applies to."""
    if not isinstance(schema, Mapping):
        return set()
    reference = schema.get("$ref")
    found = {reference.removeprefix("#/$defs/")} if isinstance(reference, str) else set()
    for step, inner in _inner(schema):
        if step[0] in ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"):
            found |= _in_place(inner)
    return found


def _reached(within: Mapping[str, set[str]], start: str) -> set[str]:
    reached: set[str] = set()
    waiting = list(within[start])
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(within.get(name, ()))
    return reached


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:119] + "…"
