"""OCEL 2.0 as rows: each event once for every object of the type that is the case.

A log is laid down in a file beside memory first, for what an event names may be told at the other end of it.
"""

import json
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from aboveloop.history.logs.errors import ColumnUnknown, LogUnreadable
from aboveloop.history.logs.ocel import store
from aboveloop.kit.json_stream import JsonBroken, members

# The columns of the rows; attributes of events come beside them.
CASE, ACTIVITY, TIME = "case", "activity", "time"
# Objects that do the work, by how their types are called: they are no cases, but who had them.
_DOING = {
    "group": {"group", "team", "queue", "department", "assignmentgroup"},
    "resource": {"resource", "employee", "employees", "user", "agent", "person", "staff", "worker", "clerk"},
}
# Rows that are held as Python's own before they are a part of a table.
_PART = 50_000


class ObjectLog:
    """A log of objects; `case` names the type that is the case, None the one that most events are about.

    `names` are the columns of its rows; `close` throws away what was laid down, as the end of the log does. Raises
    LogUnreadable, ColumnUnknown.
    """

    def __init__(self, path: Path, case: str | None) -> None:
        folder = Path(tempfile.mkdtemp(prefix="aboveloop-ocel-"))
        self._laid = store.Laid(folder / "log.sqlite")
        self.close = weakref.finalize(self, _thrown_away, self._laid, folder)
        attributes = _lay_down(path, self._laid)
        self._kind, self.remarks = _case_type(self._laid, case)
        roles = [role for role in _DOING if any(_bare(kind) in _DOING[role] for kind in self._laid.types())]
        self.names = list(dict.fromkeys([CASE, ACTIVITY, TIME, *attributes, *roles]))
        if next(self.rows(), None) is None:
            raise LogUnreadable(f"{path} holds no event of an object of type {self._kind}.")

    def rows(self) -> Iterator[list[str | None]]:
        """The values of `names` for each event and object that is a case, in the order of the log; None is nothing."""
        for event in self._laid.told():
            row = {ACTIVITY: event.kind, TIME: event.time, **event.attributes}
            for role, called in _DOING.items():
                doing = next((one for one, kind in event.objects if _bare(kind) in called), None)
                if doing is not None:
                    row.setdefault(role, doing)
            values = [_text(row.get(name)) for name in self.names]
            for one, kind in event.objects:
                if kind == self._kind:
                    yield [one, *values[1:]]


def frame(path: Path, case: str | None) -> tuple[Any, tuple[str, ...]]:
    """A polars LazyFrame, and which type is the case if that was guessed. Raises LogUnreadable, ColumnUnknown."""
    import polars  # noqa: PLC0415

    log = ObjectLog(path, case)
    try:
        rows, parts = log.rows(), []
        schema = dict.fromkeys(log.names, polars.String)
        while part := list(islice(rows, _PART)):
            parts.append(polars.DataFrame(part, schema=schema, orient="row"))
    finally:
        log.close()
    return polars.concat(parts).lazy(), log.remarks


def _thrown_away(laid: store.Laid, folder: Path) -> None:
    laid.close()
    shutil.rmtree(folder, ignore_errors=True)


def _lay_down(path: Path, laid: store.Laid) -> list[str]:
    """The names of the attributes of events."""
    is_json = path.name.lower().endswith(("json", "jsonocel"))
    names: dict[str, None] = {}
    if is_json:
        _from_json(path, laid, names)
    else:
        laid.add_objects(store.objects(path))
        laid.add_relations(store.relations(path))
        laid.add_events(_kept(each, names) for each in store.events(path))
    laid.finish()
    return list(names)


def _from_json(path: Path, laid: store.Laid, names: dict[str, None]) -> None:
    count = 0
    try:
        with path.open(encoding="utf-8-sig") as file:
            for kind, said in members(file, str(path)):
                if kind == "objects":
                    laid.add_objects([(said["id"], said["type"])])
                if kind == "events":
                    count += 1
                    laid.add_events([_kept(_of_json(said), names)])
                    laid.add_relations((said["id"], one["objectId"]) for one in said.get("relationships", []))
    except (JsonBroken, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LogUnreadable(f"{path} is no OCEL 2.0 in JSON: {error}.") from error
    if not count:
        raise LogUnreadable(f"{path} is no OCEL 2.0 in JSON: it holds no events.")


def _of_json(event: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {each["name"]: each["value"] for each in event.get("attributes", [])}
    return {"id": event["id"], "type": event["type"], "time": event["time"], "attributes": attributes}


def _kept(event: Mapping[str, Any], names: dict[str, None]) -> tuple[str, str, str, str]:
    said = {name: value for name, value in event["attributes"].items() if value is not None}
    names |= dict.fromkeys(said)
    return event["id"], event["type"], str(event["time"]), json.dumps(said, default=str)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _case_type(laid: store.Laid, named: str | None) -> tuple[str, tuple[str, ...]]:
    kinds = laid.types()
    if named is not None:
        if named not in kinds:
            raise ColumnUnknown(f"There are no objects of type {named!r} for --case. There are: {', '.join(kinds)}.")
        return named, ()
    touched = laid.touched()
    doing = set().union(*_DOING.values())
    # The type that most events are about, each object in several: a customer or a product is in too few or too many.
    able = [kind for kind in kinds if _bare(kind) not in doing and touched.get(kind)]
    if not able:
        raise LogUnreadable("No event of this log names an object, so there are no cases. Name a type with --case.")
    best = max(able, key=lambda kind: touched[kind])
    return best, (f"The cases are the objects of type {best!r}; --case names another: {', '.join(kinds)}.",)


def _bare(kind: str) -> str:
    return "".join(each for each in kind.lower() if each.isalnum())
