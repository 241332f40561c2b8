"""One check of a contract: its assets, each fetched and held to its rules. Nothing is recorded here."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from aboveloop.app.contracts.rows import NoRows, Rows, rows_of
from aboveloop.connect.systems.systems import Systems
from aboveloop.history.contracts.checking import Checked, Checking, Finding
from aboveloop.history.contracts.rules import compile_rules
from aboveloop.history.contracts.seen import Seen, hashes_of
from aboveloop.kit.clock import monotonic_seconds
from aboveloop.operation.contracts.contract import Asset, Contract, all_assets
from aboveloop.operation.models import Operation

# `unchecked`: the contract does not say where any of its rows come from.
State = Literal["kept", "broken", "unreachable", "unchecked"]
REACHABLE = "source.reachable"
Fetch = Callable[[Asset], Iterable[Rows]]


@dataclass(frozen=True)
class AssetResult:
    """What became of one asset. `checked` is None where its rows could not be had, for the reason `unreachable`."""

    asset: str
    seconds: float
    checked: Checked | None
    unreachable: str = ""

    @property
    def state(self) -> State:
        if self.checked is None:
            return "unreachable"
        return "kept" if self.checked.is_kept else "broken"

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.checked.findings if self.checked is not None else ()

    def as_json(self) -> dict[str, Any]:
        checked = self.checked
        return {
            "asset": self.asset,
            "state": self.state,
            "rows": checked.rows if checked else None,
            "seconds": round(self.seconds, 3),
            "rules": len(checked.checked) if checked else 0,
            "newest": checked.newest.isoformat() if checked and checked.newest else None,
            "unreachable": self.unreachable,
            "unchecked": dict(checked.unchecked) if checked else {},
            "findings": [finding.as_json() for finding in self.findings],
        }


@dataclass(frozen=True)
class Result:
    """What became of a contract: broken before unreachable before kept."""

    contract: Contract
    at: datetime
    assets: tuple[AssetResult, ...]

    @property
    def state(self) -> State:
        states = {each.state for each in self.assets}
        for worst in ("broken", "unreachable", "kept"):
            if worst in states:
                return worst
        return "unchecked"

    @property
    def rows(self) -> int:
        return sum(each.checked.rows for each in self.assets if each.checked is not None)

    @property
    def seconds(self) -> float:
        return sum(each.seconds for each in self.assets)

    def as_json(self) -> dict[str, Any]:
        return {
            "contract": self.contract.name,
            "title": self.contract.title,
            "version": self.contract.version,
            "state": self.state,
            "ok": self.state in ("kept", "unchecked"),
            "assets": [each.as_json() for each in self.assets],
        }


def fetching(systems: Systems, home: Path) -> Fetch:
    """How rows are fetched in a house."""
    return lambda asset: rows_of(systems, home, asset)


def check_contract(operation: Operation, contract: Contract, fetch: Fetch, now: Callable[[], datetime]) -> Result:
    """Check every asset of a contract that says where its rows come from."""
    began = now()
    assets = tuple(check_asset(operation, asset, fetch, now) for asset in contract.assets if asset.source is not None)
    return Result(contract, began, assets)


def check_asset(
    operation: Operation, asset: Asset, fetch: Fetch, now: Callable[[], datetime], *, alone: bool = False
) -> AssetResult:
    """Fetch the rows of an asset and hold them to its rules. `alone`: what they refer to is not fetched either."""
    began = monotonic_seconds()
    try:
        parents = {} if alone else dict(_parents(operation, asset, fetch))
        rows = iter(fetch(asset))
        first = next(rows, None)
        # The instant at which the rows are there: a source that takes its time is not late for it.
        checking = Checking(compile_rules(asset), now=now(), parents=parents)
        if first is not None:
            checking.take(first)
        for batch in rows:
            checking.take(batch)
        return AssetResult(asset.name, monotonic_seconds() - began, checking.end())
    except NoRows as error:
        return AssetResult(asset.name, monotonic_seconds() - began, None, str(error))


def _parents(operation: Operation, asset: Asset, fetch: Fetch) -> Iterator[tuple[str, Seen]]:
    """The columns that this asset refers to, with what stands in them; without those that cannot be had now."""
    known: Mapping[str, Asset] = {each.name: each for _, each in all_assets(operation.contracts)}
    for reference in sorted({field.refers_to for field in asset.fields if field.refers_to}):
        name, _, column = reference.partition(".")
        parent = known.get(name)
        if parent is None or parent.source is None:
            continue
        seen = Seen()
        try:
            for batch in fetch(parent):
                values = [row[column] for row in batch if row.get(column) is not None]
                seen.add(hashes_of(values, len(values)))
        except NoRows:
            continue
        yield reference, seen
