"""What the models find wrong, in words and at its line."""

import difflib
import inspect
import typing
from typing import Any

from pydantic_core import ErrorDetails

from aboveloop.operation.faults import Fault
from aboveloop.operation.part import Part
from aboveloop.operation.yaml_text import Document, NodePath

# Errors whose location ends in a key that is not there, or should not be.
ABOUT_A_KEY = frozenset({"missing", "extra_forbidden"})
NAME_RULE = "lower-case letters, digits and _, beginning with a letter"


def fault_in_words(error: ErrorDetails, model: type[Part], document: Document, at: NodePath) -> Fault:
    """The fault for one error of `model` validated on the node at `at` of `document`.

    A missing key stands at the line of what it is missing from, everything else at its own.
    """
    where = tuple(error["loc"])
    around, last = (where[:-1], where[-1:]) if error["type"] in ABOUT_A_KEY else (where, ())
    # What follows the node itself are pydantic's own marks: `[key]`, the member of a union that was tried.
    while around and (*at, *around) not in document.values:
        around = around[:-1]
    where = (*around, *last)
    place = document.place((*at, *(around if error["type"] == "missing" else where)))
    return place.fault(_sentence(error, where, model))


def _sentence(error: ErrorDetails, where: NodePath, model: type[Part]) -> str:
    name = f"`{'.'.join(str(part) for part in where)}`" if where else "This file"
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    match kind:
        case "missing":
            return f"The key {name} is missing."
        case "extra_forbidden":
            return f"There is no key {name} here.{_suggestion(where, model)}"
        case "string_pattern_mismatch":
            return f"{name} is wrong: {_pattern_words(str(context.get('pattern', '')), value)}"
        case "literal_error":
            return f"{name} must be {context.get('expected', 'another word')}, not {_shown(value)}."
        case "string_type":
            return f"{name} must be text, not {_shown(value)}: quote it if it is."
        case "bool_type":
            return f"{name} must be true or false, not {_shown(value)}."
        case "int_type" | "int_from_float" | "float_type":
            return f"{name} must be a number, not {_shown(value)}."
        case "list_type":
            return f"{name} must be a list."
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"{name} must be a mapping of keys to values."
        case "string_too_short":
            return f"{name} must not be empty."
        case _:
            return f"{name} is wrong: {error['msg'].rstrip('.')}."


def _pattern_words(pattern: str, value: object) -> str:
    if "\\." in pattern:
        return f"{_shown(value)} is not `system.operation`."
    if pattern.startswith("^[a-z]["):
        return f"{_shown(value)} is no name ({NAME_RULE})."
    shapes = {"^[A-Z]{3}$": 'a currency of three letters such as "EUR"', r"^\d{2}:\d{2}$": 'a time such as "08:00"'}
    return f"{_shown(value)} is not {shapes.get(pattern, f'of the form {pattern}')}."


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = str(value)
    return f"`{text if len(text) <= 60 else text[:59] + '…'}`"


def _suggestion(where: NodePath, model: type[Part]) -> str:
    known = _keys_at(model, where[:-1])
    close = difflib.get_close_matches(str(where[-1]), known, n=1)
    return f" Did you mean `{close[0]}`?" if close else f" Known here: {', '.join(known)}." if known else ""


def _keys_at(model: type[Part], where: NodePath) -> list[str]:
    """The keys that a part at `where` inside `model` may have; empty where there is no part."""
    found: type[Part] | None = model
    for step in where:
        if found is None:
            return []
        if isinstance(step, int):
            continue
        by_key = {field.alias or name: field.annotation for name, field in found.model_fields.items()}
        if step in by_key:
            found = _part_in(by_key[step])
        # else: the name of an entry in a mapping of names to parts, which `found` already is
    return [field.alias or name for name, field in found.model_fields.items()] if found else []


def _part_in(annotation: Any) -> type[Part] | None:
    """The Part inside `list[Part]`, `dict[Name, Part]`, `Part | None`."""
    if inspect.isclass(annotation) and issubclass(annotation, Part):
        return annotation
    found = (_part_in(inner) for inner in typing.get_args(annotation))
    return next((part for part in found if part is not None), None)
