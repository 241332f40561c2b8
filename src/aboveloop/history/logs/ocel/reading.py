"""OCEL 2.0 as rows: each event once for every object of the type that is the case."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aboveloop.history.logs.errors import ColumnUnknown, LogUnreadable
from aboveloop.history.logs.ocel import store

# The columns of the rows; attributes of events come beside them.
CASE, ACTIVITY, TIME = "case", "activity", "time"
# Objects that do the work, by how their types are called: they are no cases, but who had them.
_DOING = {
    "group": {"group", "team", "queue", "department", "assignmentgroup"},
    "resource": {"resource", "employee", "employees", "user", "agent", "person", "staff", "worker", "clerk"},
}


@dataclass(frozen=True)
class Found:
    """An OCEL log as it was read: the type of each object, the objects of each event, the events."""

    types: Mapping[str, str]
    related: Mapping[str, list[str]]
    events: list[dict[str, Any]]


def frame(path: Path, case: str | None) -> tuple[Any, tuple[str, ...]]:
    """A polars LazyFrame, and which type is the case if that was guessed. Raises LogUnreadable, ColumnUnknown."""
    import polars  # noqa: PLC0415

    is_json = path.name.lower().removesuffix(".gz").endswith(("json", "jsonocel"))
    found = _from_json(path) if is_json else _from_sqlite(path)
    kind, remarks = _case_type(found, case)
    rows = list(_rows(found, kind))
    if not rows:
        raise LogUnreadable(f"{path} holds no event of an object of type {kind}.")
    names = dict.fromkeys([CASE, ACTIVITY, TIME, *(name for row in rows for name in row)])
    columns = {name: [None if row.get(name) is None else str(row[name]) for row in rows] for name in names}
    return polars.DataFrame(columns, schema=dict.fromkeys(names, polars.String)).lazy(), remarks


def _from_json(path: Path) -> Found:
    try:
        said = json.loads(path.read_bytes())
        types = {each["id"]: each["type"] for each in said["objects"]}
        events = [_of_json(each) for each in said["events"]]
        related = {each["id"]: [one["objectId"] for one in each.get("relationships", [])] for each in said["events"]}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LogUnreadable(f"{path} is no OCEL 2.0 in JSON: {error!r}.") from error
    return Found(types, related, events)


def _of_json(event: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {each["name"]: each["value"] for each in event.get("attributes", [])}
    return {"id": event["id"], "type": event["type"], "time": event["time"], "attributes": attributes}


def _from_sqlite(path: Path) -> Found:
    related: dict[str, list[str]] = defaultdict(list)
    for event, one in store.relations(path):
        related[event].append(one)
    return Found(store.objects(path), related, list(store.events(path)))


def _case_type(found: Found, named: str | None) -> tuple[str, tuple[str, ...]]:
    kinds = sorted(set(found.types.values()))
    if named is not None:
        if named not in kinds:
            raise ColumnUnknown(f"There are no objects of type {named!r} for --case. There are: {', '.join(kinds)}.")
        return named, ()
    touched = _touched(found)
    doing = set().union(*_DOING.values())
    # The type that most events are about, each object in several: a customer or a product is in too few or too many.
    able = [kind for kind in kinds if _bare(kind) not in doing and touched[kind]]
    if not able:
        raise LogUnreadable("No event of this log names an object, so there are no cases. Name a type with --case.")
    best = max(able, key=lambda kind: len(touched[kind]))
    return best, (f"The cases are the objects of type {best!r}; --case names another: {', '.join(kinds)}.",)


def _touched(found: Found) -> dict[str, set[str]]:
    """The events that name an object of each type."""
    touched: dict[str, set[str]] = defaultdict(set)
    for event, objects in found.related.items():
        for one in objects:
            if one in found.types:
                touched[found.types[one]].add(event)
    return touched


def _rows(found: Found, kind: str) -> Iterable[dict[str, Any]]:
    for event in found.events:
        objects = found.related.get(event["id"], [])
        row = {ACTIVITY: event["type"], TIME: event["time"], **event["attributes"]}
        for role, names in _DOING.items():
            doing = [one for one in objects if _bare(found.types.get(one, "")) in names]
            if doing:
                row.setdefault(role, doing[0])
        for one in objects:
            if found.types.get(one) == kind:
                yield {CASE: one, **row}


def _bare(kind: str) -> str:
    return "".join(each for each in kind.lower() if each.isalnum())
