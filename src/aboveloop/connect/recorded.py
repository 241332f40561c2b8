"""Systems of record that stand in a file: what they held before a recorded run, and what the run has changed since.

An operation's `path` says which record it reads, or answers with when it writes: `orders/{order_id}`,
`products/*/variants/{item_id}` (the first that has it). Placeholders are arguments, else fields of the answer.
"""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from aboveloop.kit.errors import PermanentError, WrongUsage
from aboveloop.operation.models import Operation
from aboveloop.operation.system_models import SystemOperation

PLACEHOLDER = re.compile(r"\{(\w+)\}")
ANY = "*"


class NotRecorded(PermanentError):
    """The recording cannot answer this read: nothing says where its record lies."""


class RecordsUnusable(WrongUsage):
    """The file of records is missing or is not what it should be."""


def load_records(path: Path) -> dict[str, Any]:
    """The collections of `path` (JSON, or gzipped JSON when the name ends in .gz): name -> id -> record."""
    try:
        packed = path.read_bytes()
        text = gzip.decompress(packed) if path.suffix == ".gz" else packed
        records = json.loads(text)
    except OSError as error:
        raise RecordsUnusable(f"The records in {path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, EOFError) as error:
        raise RecordsUnusable(f"{path} is not JSON: {error}. Name the file of records with --db.") from error
    if not isinstance(records, dict) or not all(isinstance(each, dict) for each in records.values()):
        raise RecordsUnusable(f"{path} does not hold collections of records (name -> id -> record).")
    return records


class RecordedSystems:
    """Reads records as they stand at one moment of one run. `records` is shared between runs and never changed."""

    def __init__(self, operation: Operation, records: Mapping[str, Any]) -> None:
        self._operation = operation
        self._records = records
        self._changed: dict[tuple[str, ...], Any] = {}

    def read(self, operation: str, args: Mapping[str, Any]) -> Any | None:
        """The record that `operation` names with `args`, None where there is none.

        An operation whose `returns` lists its properties and allows no others gives just those; one that the record
        does not hold itself is taken from the argument of the same name. Raises NotRecorded.
        """
        spec = self._spec(operation)
        if spec is None or spec.path is None:
            raise NotRecorded(f"{operation} has no path in its system file, so the recording cannot answer it.")
        steps = _filled(spec.path, args)
        found = None if steps is None else self._at(steps)
        return None if found is None else _shaped(spec, args, found)

    def learn(self, operation: str, args: Mapping[str, Any], answer: Any) -> None:
        """Take over what the system answered to `operation`: from now on the record is as the answer says.

        Answers that are no whole record (a list, a text, fields cut away) tell nothing that could be read later.
        """
        spec = self._spec(operation)
        if spec is None or spec.path is None or not isinstance(answer, Mapping) or _cut(spec):
            return
        steps = _filled(spec.path, {**answer, **args})
        if steps is None or ANY in steps:
            return
        before = self._at(steps)
        for older in [each for each in self._changed if each[: len(steps)] == steps]:
            del self._changed[older]
        # Some answers leave out what the record already says, such as its own id.
        self._changed[steps] = {**before, **answer} if isinstance(before, Mapping) else dict(answer)

    def _spec(self, operation: str) -> SystemOperation | None:
        return self._operation.system_operation(operation)

    def _at(self, steps: tuple[str, ...]) -> Any | None:
        for length in range(len(steps), 0, -1):
            if steps[:length] in self._changed:
                return next(_walk(self._changed[steps[:length]], steps[length:]), None)
        return next(_walk(self._records, steps), None)


def _filled(path: str, values: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The steps of `path` with its placeholders filled, None where a value is missing or could be no id."""
    names = PLACEHOLDER.findall(path)
    if not all(isinstance(values.get(name), str | int) for name in names):
        return None
    return tuple(PLACEHOLDER.sub(lambda match: str(values[match.group(1)]), step) for step in path.split("/"))


def _walk(value: Any, steps: tuple[str, ...]) -> Iterator[Any]:
    if not steps:
        yield value
    elif isinstance(value, Mapping):
        inner = list(value.values()) if steps[0] == ANY else [value[steps[0]]] if steps[0] in value else []
        for each in inner:
            yield from _walk(each, steps[1:])


def _cut(spec: SystemOperation) -> bool:
    return spec.returns.get("additionalProperties") is False


def _shaped(spec: SystemOperation, args: Mapping[str, Any], found: Any) -> Any:
    if not isinstance(found, Mapping) or not _cut(spec):
        return found
    declared = spec.returns.get("properties", {})
    return {name: found[name] if name in found else args[name] for name in declared if name in found or name in args}
