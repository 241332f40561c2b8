"""Asking after contracts without a house that runs: which are meant, what rows keep, what a breach would pause."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aboveloop.app.contracts.checks import Fetch, Result, check_asset, check_contract
from aboveloop.app.contracts.dependants import Dependant, dependants
from aboveloop.history.contracts.files import rows_of_file
from aboveloop.kit.errors import NotFound, WrongUsage
from aboveloop.operation.contracts.contract import Asset, Contract
from aboveloop.operation.models import Operation


class ContractNotFound(NotFound):
    """There is no such contract."""


@dataclass(frozen=True)
class Named:
    """A contract, or one asset of it where one was named."""

    contract: Contract
    asset: Asset | None


def named(operation: Operation, name: str | None) -> list[Named]:
    """The contracts that `name` means (`orders`, `orders.lines`); all of them where it is None.

    Raises ContractNotFound.
    """
    if name is None:
        return [Named(operation.contracts[each], None) for each in sorted(operation.contracts)]
    first, _, second = name.partition(".")
    contract = operation.contracts.get(first)
    asset = contract.asset(second) if contract is not None and second else None
    if contract is None or (second and asset is None):
        known = ", ".join(sorted(operation.contracts)) or "none"
        raise ContractNotFound(f"There is no data contract {name!r} in {operation.about.title}. There are: {known}.")
    return [Named(contract, asset)]


def check_named(
    operation: Operation, wanted: Sequence[Named], fetch: Fetch, now: Callable[[], datetime]
) -> list[Result]:
    """Check contracts by the rows of their sources."""
    results = []
    for each in wanted:
        if each.asset is None:
            results.append(check_contract(operation, each.contract, fetch, now))
        else:
            results.append(Result(each.contract, now(), (check_asset(operation, each.asset, fetch, now),)))
    return results


def check_file(operation: Operation, wanted: Named, file: Path, now: Callable[[], datetime]) -> Result:
    """Hold the rows of a file to a contract; what its rows refer to is not fetched.

    Raises RowsUnreadable, and WrongUsage where the contract has several assets and none is named.
    """
    assets = wanted.contract.assets
    if wanted.asset is None and len(assets) > 1:
        choices = ", ".join(f"{wanted.contract.name}.{asset.name}" for asset in assets)
        raise WrongUsage(f"{wanted.contract.name} speaks of several assets. Name one: {choices}.")
    if not file.is_file():
        raise WrongUsage(f"{file} is no file. Name a file of rows: .csv, .xlsx, .jsonl or .parquet.")
    asset = wanted.asset or assets[0]
    found = check_asset(operation, asset, lambda each: rows_of_file(file, each), now, alone=True)
    return Result(wanted.contract, now(), (found,))


def would_pause(operation: Operation, contract: Contract) -> list[Dependant]:
    """Everything that any breach of the contract would pause."""
    found = {each.place: each for asset in contract.assets for each in dependants(operation, asset)}
    return sorted(found.values())


def as_json(operation: Operation, results: Sequence[Result]) -> dict[str, Any]:
    """What the command answers with."""
    contracts = []
    for result in results:
        contract = result.contract
        pauses = [vars(each) for each in would_pause(operation, contract)]
        told = {"owner": contract.owner, "team": contract.team, "on_call": list(contract.on_call)}
        contracts.append({**result.as_json(), **told, "would_pause": pauses})
    return {"ok": all(result.state in ("kept", "unchecked") for result in results), "contracts": contracts}
