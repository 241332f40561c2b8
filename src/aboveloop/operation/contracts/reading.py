"""Reading: the text of a data contract as values, or as the faults that keep it from being understood.

First the standard's own schema decides, strictly; then what it says is turned into promises that can be checked.
"""

import functools
import json
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import PurePosixPath
from typing import Any

from jsonschema import Draft201909Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from referencing import Registry

from aboveloop.operation.contracts.contract import Asset, Contract, LiveRead, Source
from aboveloop.operation.contracts.promises import field_of, qualities_of, timeliness_of
from aboveloop.operation.contracts.troubles import Troubles
from aboveloop.operation.faults import Fault
from aboveloop.operation.names import NAME
from aboveloop.operation.yaml_text import Document, NodePath

SUFFIX = ".odcs.yaml"
VERSIONS = ("v3.0.", "v3.1.", "v3.2.")
SOURCE_KEYS = frozenset({"read", "with", "rows", "after", "page", "table", "file"})
FILES = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".parquet")
# More often, a source would be asked again before it has answered.
SHORTEST_SECONDS = 5.0
LARGEST_PAGE = 100_000


def read_contract(document: Document) -> tuple[Contract | None, list[Fault]]:
    """The contract in a document, or None with the faults that keep it from being read; warnings beside it."""
    faults = [_in_words(error, document) for error in _validator().iter_errors(document.value)]
    if faults:
        return None, faults
    name = PurePosixPath(document.path).name.removesuffix(SUFFIX)
    said: Mapping[str, Any] = document.value
    troubles = Troubles(document)
    if not NAME.fullmatch(name):
        troubles.fault((), f"`{name}` is no name for a contract: call the file by lower-case letters, digits and _ .")
    if not str(said["apiVersion"]).startswith(VERSIONS):
        troubles.fault(("apiVersion",), f"Contracts are read from version 3.0 on, not {said['apiVersion']}.")
    team = said.get("team") if isinstance(said.get("team"), Mapping) else {"members": said.get("team") or []}
    assert isinstance(team, Mapping)
    on_call, title = _on_call(said, troubles)
    contract = Contract(
        name=name,
        id=str(said["id"]),
        title=str(said.get("name") or name.replace("_", " ").capitalize()),
        version=str(said["version"]),
        path=document.path,
        assets=tuple(_assets(said, troubles)),
        purpose=str((said.get("description") or {}).get("purpose") or ""),
        team=str(team.get("name") or said.get("domain") or ""),
        owner=_owner(team, troubles),
        on_call_title=title,
        on_call=on_call,
        every_seconds=_every(said, troubles),
    )
    return (None if troubles.are_serious else contract), troubles.faults


def custom(said: Mapping[str, Any], name: str) -> tuple[Any, NodePath] | None:
    """The value of a custom property and its path below the node that has it; None where there is none."""
    for index, each in enumerate(said.get("customProperties") or []):
        if each["property"] == name:
            return each["value"], ("customProperties", index, "value")
    return None


def _owner(team: Mapping[str, Any], troubles: Troubles) -> str:
    for member in team.get("members") or []:
        if str(member.get("role", "")).lower() == "owner":
            return str(member["username"])
    troubles.fault(("team",), "Nobody owns this data: give `team` a member with the role `owner`.")
    return ""


def _on_call(said: Mapping[str, Any], troubles: Troubles) -> tuple[tuple[str, ...], str]:
    for index, channel in enumerate(said.get("support") or []):
        found = custom(channel, "onCall")
        if found is None:
            continue
        value, path = found
        if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
            return tuple(value), str(channel["channel"])
        troubles.fault(("support", index, *path), "`onCall` is a list of people or duties of operation.yaml.")
        return (), ""
    troubles.fault(("support",), "Nobody is called when this breaks: give `support` a channel with `onCall`.")
    return (), ""


def _every(said: Mapping[str, Any], troubles: Troubles) -> float:
    found = custom(said, "checkEverySeconds")
    if found is None:
        return Contract.every_seconds
    value, path = found
    if isinstance(value, bool) or not isinstance(value, int | float) or value < SHORTEST_SECONDS:
        troubles.fault(path, f"`checkEverySeconds` is a number of seconds, at least {SHORTEST_SECONDS:g}.")
        return Contract.every_seconds
    return float(value)


def _assets(said: Mapping[str, Any], troubles: Troubles) -> Iterator[Asset]:
    objects = said.get("schema") or []
    if not objects:
        troubles.fault((), "The contract promises nothing: it has no `schema`.")
    late = list(timeliness_of(said, troubles))
    names: set[str] = set()
    known = {str(each["name"]) for each in objects}
    for asset, _ in late:
        if asset not in known:
            troubles.fault(("slaProperties",), f"`slaProperties` names the asset `{asset}`, which is not in `schema`.")
    for index, each in enumerate(objects):
        at: NodePath = ("schema", index)
        name = str(each["name"])
        if not NAME.fullmatch(name) or name in names:
            troubles.fault((*at, "name"), f"`{name}` must be a name of its own: lower-case letters, digits and _ .")
        names.add(name)
        fields = tuple(
            field_of(one, (*at, "properties", number), troubles)
            for number, one in enumerate(each.get("properties") or [])
        )
        if not fields:
            troubles.fault(at, f"`{name}` promises nothing of any column: it has no `properties`.")
        yield Asset(
            name=name,
            title=str(each.get("businessName") or name.replace("_", " ").capitalize()),
            fields=fields,
            quality=tuple(qualities_of(each, at, troubles)),
            timeliness=tuple(promise for asset, promise in late if asset == name),
            source=_source(each, at, troubles),
            live=tuple(_reads(each, "liveReads", at, troubles)),
            feeds=tuple(_reads(each, "feeds", at, troubles)),
            description=str(each.get("description") or ""),
        )


def _source(said: Mapping[str, Any], at: NodePath, troubles: Troubles) -> Source | None:
    found = custom(said, "source")
    if found is None:
        return None
    value, path = found
    here = (*at, *path)
    if not isinstance(value, Mapping) or sum(key in value for key in ("read", "table", "file")) != 1:
        troubles.fault(here, "`source` says one of `read`, `table` or `file`: where the rows come from.")
        return None
    for key in sorted(value.keys() - SOURCE_KEYS):
        troubles.fault((*here, key), f"There is no key `{key}` in `source`.")
    page = value.get("page", Source.page)
    if isinstance(page, bool) or not isinstance(page, int) or not 1 <= page <= LARGEST_PAGE:
        troubles.fault((*here, "page"), f"`page` is a number of rows from 1 to {LARGEST_PAGE}.")
        page = Source.page
    if value.get("with") is not None and not isinstance(value["with"], Mapping):
        troubles.fault((*here, "with"), "`with` is a mapping of arguments to values.")
        return None
    file = str(value.get("file", ""))
    if file and not file.endswith(FILES):
        troubles.fault((*here, "file"), f"A file of rows ends in one of {', '.join(FILES)}.")
    return Source(
        read=str(value.get("read", "")),
        arguments=value.get("with"),
        rows=str(value.get("rows", "")),
        after=str(value.get("after", "")),
        page=page,
        table=str(value.get("table", "")),
        file=file,
    )


def _reads(said: Mapping[str, Any], name: str, at: NodePath, troubles: Troubles) -> Iterator[LiveRead]:
    found = custom(said, name)
    if found is None:
        return
    value, path = found
    if not isinstance(value, list):
        troubles.fault(
            (*at, *path), f"`{name}` is a list of reads, such as `{{read: shop.get_order, fields: [status]}}`."
        )
        return
    for index, each in enumerate(value):
        here = (*at, *path, index)
        if not isinstance(each, Mapping) or not isinstance(each.get("read"), str):
            troubles.fault(here, "Here stands `{read: system.operation}`, with `rows` and `fields` where needed.")
            continue
        for key in sorted(each.keys() - {"read", "rows", "fields"}):
            troubles.fault((*here, key), f"There is no key `{key}` in `{name}`.")
        yield LiveRead(each["read"], str(each.get("rows", "")), tuple(map(str, each.get("fields") or ())))


@functools.lru_cache(maxsize=1)
def _validator() -> Validator:
    """The standard's own schema, as its library ships it. The library's classes take half a second to import."""
    text = (resources.files("open_data_contract_standard") / "schema.json").read_text(encoding="utf-8")
    return Draft201909Validator(json.loads(text), registry=Registry())


def _in_words(error: ValidationError, document: Document) -> Fault:
    """What the standard's schema finds wrong, at the line of what is wrong."""
    path: NodePath = tuple(error.absolute_path)
    name = f"`{'.'.join(map(str, path))}`" if path else "This contract"
    rule: Any = error.validator_value
    instance: Any = error.instance
    match error.validator:
        case "required":
            missing = next((key for key in rule if key not in instance), "")
            return document.place(path).fault(f"{name} lacks the key `{missing}`.")
        case "additionalProperties" | "unevaluatedProperties":
            # The library names the keys only in its sentence.
            extra = next((key for key in instance if f"'{key}'" in error.message), "")
            place = document.place((*path, extra) if extra else path)
            return place.fault(f"The standard has no key `{extra}` here.")
        case "oneOf" if "mustBe" in json.dumps(rule):
            return document.place(path).fault(f"{name} says exactly one of `mustBe`, `mustBeLessThan` and their like.")
        case "enum":
            allowed = ", ".join(map(str, rule))
            return document.place(path).fault(f"{name} must be one of {allowed}.")
        case "type":
            return document.place(path).fault(f"{name} must be of the type {rule}.")
        case _:
            return document.place(path).fault(f"{name} does not fit the standard: {error.message[:160]}.")
