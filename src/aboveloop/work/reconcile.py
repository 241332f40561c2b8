"""Reconcile: does the state of the systems of record equal what the ledger says was done?

Each performed write against the ledger and against the system's journal, and the journal against what was intended,
so that a lost, a doubled and a foreign write all show. Whether a write did what it should was proved when it was done.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aboveloop.connect.errors import RecordMissing
from aboveloop.kit.clock import iso
from aboveloop.operation.models import Operation
from aboveloop.work import store
from aboveloop.work.house import House, SystemsOfRecord

JOURNAL_PAGE = 1000


@dataclass(frozen=True)
class Difference:
    """One write on which the ledger and a system of record do not agree."""

    key: str
    operation: str
    because: str


@dataclass(frozen=True)
class Reconciliation:
    actions: int
    differences: tuple[Difference, ...]


def reconcile(house: House, operation: Operation) -> Reconciliation:
    """Compare everything that was performed under this house with its systems of record."""
    with house.database.read() as reader:
        effects = {row.key: row for row in store.effects_of(reader)}
        recorded = Counter(entry.body["key"] for entry in house.ledger.find(reader, kind="ActionPerformed"))
    systems = house.systems_of(operation)
    performed = {key: row for key, row in effects.items() if row.state == "performed"}
    differences = [
        *_in_ledger(performed, recorded),
        *_unsettled(effects),
        *_in_journals(operation, systems, performed, effects),
    ]
    return Reconciliation(len(performed), tuple(differences))


def _in_ledger(performed: Mapping[str, Any], recorded: Counter[str]) -> Iterator[Difference]:
    for key, row in performed.items():
        if recorded[key] != 1:
            yield Difference(key, row.operation, f"The ledger tells of it {recorded[key]} times.")
    for key in recorded.keys() - performed.keys():
        yield Difference(key, "", "The ledger tells of a write that was never settled.")


def _unsettled(effects: Mapping[str, Any]) -> Iterator[Difference]:
    for key, row in effects.items():
        if row.state in ("intended", "unknown"):
            since = iso(row.intended_at)
            yield Difference(key, row.operation, f"Nobody knows whether it happened (intended at {since}).")


def _in_journals(
    operation: Operation, systems: SystemsOfRecord, performed: Mapping[str, Any], effects: Mapping[str, Any]
) -> Iterator[Difference]:
    for name, system in operation.systems.items():
        if system.journal is None:
            continue
        written: Counter[str] = Counter()
        for line in _journal(systems, f"{name}.{system.journal}"):
            written[line["key"]] += 1
            effect = effects.get(line["key"])
            if effect is None:
                yield Difference(line["key"], f"{name}.{line['operation']}", "The system has a write that is not ours.")
            elif effect.operation != f"{name}.{line['operation']}":
                yield Difference(line["key"], effect.operation, f"The system did {line['operation']} under this key.")
        for key, row in performed.items():
            if row.operation.startswith(f"{name}.") and written[key] != 1:
                yield Difference(key, row.operation, f"The system's journal has it {written[key]} times.")


def _journal(systems: SystemsOfRecord, operation: str) -> Iterator[Mapping[str, Any]]:
    """Every line of a system's journal, a page at a time."""
    after = 0
    while True:
        try:
            page = systems.read(operation, {"after": after, "limit": JOURNAL_PAGE})
        except RecordMissing:
            return
        listed = page["result"] if isinstance(page, dict) and "result" in page else page
        # A system that gives a page twice has not written twice.
        lines = [line for line in listed if line["number"] > after]
        if not lines:
            return
        yield from lines
        after = max(line["number"] for line in lines)
