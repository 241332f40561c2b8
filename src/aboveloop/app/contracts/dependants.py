"""What depends on an asset, worked out from the operation: which procedures and operations use which of its columns.

An asset reaches work through the reads that its contract names (`liveReads`, `feeds`); where it names none, through its
own source, and failing that through every read of its system.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from aboveloop.operation.contracts.contract import Asset
from aboveloop.operation.expressions import PLACEHOLDER
from aboveloop.operation.models import Operation, Step
from aboveloop.operation.system_models import SystemOperation
from aboveloop.procedures.check import expand

DependantScope = Literal["procedure", "operation"]
QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")


@dataclass(frozen=True, order=True)
class Dependant:
    """A procedure or an operation, and what it uses (`order.status of shop.get_order`)."""

    scope: DependantScope
    name: str
    uses: str

    @property
    def place(self) -> tuple[DependantScope, str]:
        return self.scope, self.name


@dataclass(frozen=True)
class Reach:
    """A read through which an asset reaches work: `columns` of its answer, all of them where it is None; `rows` is the
    way to the records in the answer, "" where the answer is one."""

    read: str
    columns: frozenset[str] | None
    rows: str = ""


def dependants(operation: Operation, asset: Asset, columns: Collection[str] | None = None) -> list[Dependant]:
    """What depends on these columns of an asset, on any of it where `columns` is None; each once, in order."""
    reaches = {reach.read: reach for reach in _reaches(operation, asset, columns)}
    found: dict[tuple[DependantScope, str], Dependant] = {}
    for each in (*_procedures(operation, reaches), *_operations(operation, reaches)):
        found.setdefault(each.place, each)
    return sorted(found.values())


def _reaches(operation: Operation, asset: Asset, columns: Collection[str] | None) -> Iterator[Reach]:
    wanted = None if columns is None else frozenset(columns)
    for live in asset.live:
        if wanted is None or not live.fields or wanted & set(live.fields):
            yield Reach(live.read, wanted, live.rows)
    for fed in asset.feeds:
        yield Reach(fed.read, frozenset(fed.fields) or None)
    if asset.live or asset.feeds or asset.source is None:
        return
    system = operation.systems.get(asset.source.system)
    if system is None:
        return
    reads = [f"{system.system}.{name}" for name, spec in system.operations.items() if spec.kind == "read"]
    own = asset.source.read
    named = {step.look_up for _, step in _all_steps(operation)}
    for read in [own] if own in named else reads:
        yield Reach(read, None)


def _all_steps(operation: Operation) -> Iterator[tuple[str, Step]]:
    for name, procedure in operation.procedures.items():
        for step in expand(procedure, operation.fragments):
            yield name, step


def _procedures(operation: Operation, reaches: Mapping[str, Reach]) -> Iterator[Dependant]:
    for name, procedure in operation.procedures.items():
        steps = expand(procedure, operation.fragments)
        texts = [text for step in steps for text in _texts(operation, step)]
        for step in steps:
            reach = reaches.get(step.look_up or "")
            if reach is None:
                continue
            used = "" if step.into is None else _used(step.into, reach, texts)
            if used or reach.columns is None:
                yield Dependant("procedure", name, f"{used or 'the answer'} of {reach.read}")


def _operations(operation: Operation, reaches: Mapping[str, Reach]) -> Iterator[Dependant]:
    """Operations whose facts, owner or proof look at such a record."""
    for system_name, system in operation.systems.items():
        for name, spec in system.operations.items():
            own = reaches.get(f"{system_name}.{name}")
            if own is not None and spec.verifies is not None:
                proves = _used("result", own, [spec.verifies])
                if proves:
                    yield Dependant("operation", f"{system_name}.{name}", f"{proves} of its own answer")
            for record, read in _records(spec):
                reach = reaches.get(f"{system_name}.{read}")
                used = "" if reach is None else _used(record, reach, _texts_of_operation(spec))
                if reach is not None and used:
                    yield Dependant("operation", f"{system_name}.{name}", f"{used} of {reach.read}")


def _records(spec: SystemOperation) -> Iterator[tuple[str, str]]:
    for record, read in spec.records.items():
        yield record, read.read
    if spec.proof is not None:
        yield "record", spec.proof.read
        yield spec.proof.read.removeprefix("get_"), spec.proof.read


def _texts(operation: Operation, step: Step) -> Iterator[str]:
    """Every expression that a step has, with those of the messages that it says."""
    yield from step.with_.values()
    yield from (step.set or {}).values()
    yield from (choice.when for choice in step.choose or () if choice.when is not None)
    if step.wait is not None and step.wait.until is not None:
        yield step.wait.until
    for message in filter(None, (step.say, step.again)):
        for texts in operation.messages.values():
            yield from PLACEHOLDER.findall(texts.get(message, ""))


def _texts_of_operation(spec: SystemOperation) -> Iterator[str]:
    for fact in spec.facts.values():
        yield fact.value
        if fact.agrees_with is not None:
            yield fact.agrees_with
    yield from filter(None, (spec.resource, spec.amount, spec.owner))
    for read in spec.records.values():
        yield from read.with_.values()
        yield from filter(None, (read.many,))
    if spec.proof is not None:
        yield spec.proof.holds


def _used(variable: str, reach: Reach, texts: Iterable[str]) -> str:
    """What of the record `variable` is used in expressions: `order.status`; "" where nothing of it is.

    A record that is handed on whole counts as used in all its columns.
    """
    name = re.escape(variable)
    for text in texts:
        # get(order, 'status', 0) is order.status too; whether there is a record at all says nothing of its columns.
        plain = QUOTED.sub("''", re.sub(rf"\bget\(\s*{name}\s*,\s*['\"](\w+)['\"]", rf"({variable}.\1", text))
        plain = re.sub(rf"(?<![\w.]){name}\s*[!=]=\s*null\b", "true", plain)
        for match in re.finditer(rf"(?<![\w.]){name}\b(?:\.(\w+))?", plain):
            if _is_used(match, reach, plain):
                column = match.group(1)
                return f"{variable}.{column}" if column else variable
    return ""


def _is_used(match: re.Match[str], reach: Reach, text: str) -> bool:
    """Whether this mention of the record is one of the columns."""
    column = match.group(1)
    if column is None or reach.columns is None:
        return True
    if reach.rows and column == reach.rows.partition(".")[0]:
        # The list: handed on whole, or with one of the columns of its records beside it.
        return text.strip() == match.group(0) or any(re.search(rf"\.{each}\b", text) for each in reach.columns)
    return not reach.rows and column in reach.columns
