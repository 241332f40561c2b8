"""Data health: every asset by four traits (quality, accessibility, integration, governance), each with its evidence,
and the breaches that are open, with owner, age and what they paused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.engine import Row

from aboveloop.app.contracts import store
from aboveloop.app.contracts.breaches import people_on_call
from aboveloop.app.contracts.inquiry import ContractNotFound
from aboveloop.govern.switches import Switch
from aboveloop.kit.database import Reader
from aboveloop.operation.contracts.contract import Asset, Contract, all_assets
from aboveloop.operation.models import Operation

Standing = Literal["good", "bad", "unknown"]
SHOWN = 50


@dataclass(frozen=True)
class Trait:
    """One trait of an asset: how it stands, and what shows it."""

    name: str
    standing: Standing
    evidence: str


@dataclass(frozen=True)
class AssetHealth:
    """One row of the page: an asset, who owns it, who is called when it breaks. `owner` is a person's id or ""."""

    contract: Contract
    asset: Asset
    owner: str
    called: tuple[str, ...]
    traits: tuple[Trait, ...]
    checked_at: datetime | None


@dataclass(frozen=True)
class Held:
    """One thing that a breach paused, and what has become of that: stands, held, resumed, before or ended."""

    scope: str
    name: str
    uses: str
    fate: Literal["stands", "held", "resumed", "before", "ended"]


@dataclass(frozen=True)
class BreachView:
    """A breach as people see it. `still_clean`: how many kept checks in a row are still wanted."""

    id: str
    contract: str
    title: str
    version: str
    owner: str
    opened_at: datetime
    closed_at: datetime | None
    closed_because: str
    findings: tuple[Mapping[str, Any], ...]
    pauses: tuple[Held, ...]
    still_clean: int

    @property
    def may_be_held(self) -> bool:
        return any(each.fate == "stands" for each in self.pauses)


def assets_of(reader: Reader, operation: Operation, now: datetime) -> list[AssetHealth]:
    """Every asset of the operation, by contract."""
    states = store.all_states(reader)
    open_by_contract = {row.contract: row for row in store.open_breaches(reader)}
    referring = {
        field.refers_to.partition(".")[0] for _, each in all_assets(operation.contracts) for field in each.fields
    }
    found = []
    for contract, asset in all_assets(operation.contracts):
        state = states.get(contract.name)
        result = _result_of(state, asset)
        broken = _broken_of(open_by_contract.get(contract.name), asset)
        called = tuple(people_on_call(operation, contract, now))
        owner = owner_of(operation, contract.owner)
        traits = (
            _quality(result, broken),
            _accessibility(asset, result, broken),
            _integration(asset, result, broken, is_shared=asset.name in referring),
            _governance(operation, contract, owner, called),
        )
        checked = state.checked_at if state is not None else None
        found.append(AssetHealth(contract, asset, owner, called, traits, checked))
    return found


def breaches_open(reader: Reader, operation: Operation, standing: list[Switch]) -> list[BreachView]:
    """The longest open first."""
    return [view_of(reader, operation, row, standing) for row in store.open_breaches(reader)]


def history_of(
    reader: Reader, operation: Operation, contract: str, standing: list[Switch]
) -> tuple[list[BreachView], list[Row[Any]]]:
    """The breaches of a contract and what its checks found, the latest first. Raises ContractNotFound."""
    breaches = store.breaches_of(reader, contract, limit=SHOWN)
    if contract not in operation.contracts and not breaches:
        raise ContractNotFound(f"There is no data contract {contract!r}, and there never was a breach of one.")
    views = [view_of(reader, operation, row, standing) for row in breaches]
    return views, store.runs_of(reader, contract, limit=SHOWN)


def view_of(reader: Reader, operation: Operation, row: Row[Any], standing: list[Switch]) -> BreachView:
    state = store.state(reader, row.contract)
    clean = state.clean if state is not None else 0
    by_id = {switch.id: switch for switch in standing}
    places = {(switch.scope, switch.name): switch for switch in standing}
    return BreachView(
        id=row.id,
        contract=row.contract,
        title=row.title,
        version=row.version,
        owner=owner_of(operation, row.owner),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        closed_because=row.closed_because,
        findings=tuple(row.findings[key] for key in sorted(row.findings)),
        pauses=tuple(_held(each, by_id, places) for each in store.pauses_of(reader, row.id)),
        still_clean=0 if row.closed_at is not None else max(row.needs_clean - clean, 0),
    )


def owner_of(operation: Operation, name: str) -> str:
    """The person behind a name of the contract: a person, or the holder of a duty; "" where there is none."""
    person = operation.about.owners.get(name, name)
    return person if any(each.id == person for each in operation.about.people) else ""


def _held(row: Row[Any], by_id: Mapping[str, Switch], places: Mapping[Any, Switch]) -> Held:
    fate: Literal["stands", "held", "resumed", "before", "ended"]
    standing = places.get((row.scope, row.name))
    if row.ended_at is not None:
        fate = "ended"
    elif not row.switch_id:
        fate = "before"
    elif row.switch_id in by_id:
        fate = "stands"
    else:
        fate = "held" if standing is not None else "resumed"
    return Held(row.scope, row.name, row.uses, fate)


def _result_of(state: Row[Any] | None, asset: Asset) -> Mapping[str, Any] | None:
    assets = state.result["assets"] if state is not None and state.result else []
    return next((each for each in assets if each["asset"] == asset.name), None)


def _broken_of(breach: Row[Any] | None, asset: Asset) -> list[Mapping[str, Any]]:
    found = breach.findings.values() if breach is not None else ()
    return [each for each in found if each["asset"] == asset.name]


def _sentences(broken: list[Mapping[str, Any]], dimension: str) -> str:
    return " ".join(each["sentence"] for each in broken if each["dimension"] == dimension)


def _quality(result: Mapping[str, Any] | None, broken: list[Mapping[str, Any]]) -> Trait:
    said = _sentences(broken, "quality")
    if said:
        return Trait("quality", "bad", said)
    if result is None:
        return Trait("quality", "unknown", "It was not checked yet.")
    if result["state"] == "unreachable":
        return Trait("quality", "unknown", "Its rows could not be had, so nothing is known of them.")
    warned = sum(each["severity"] == "warning" for each in result["findings"])
    more = f" {warned} of them warn." if warned else ""
    return Trait("quality", "good", f"{result['rules']} rules hold over {result['rows']:,} rows.{more}")


def _accessibility(asset: Asset, result: Mapping[str, Any] | None, broken: list[Mapping[str, Any]]) -> Trait:
    if asset.source is None:
        return Trait("accessibility", "bad", "The contract does not say where its rows come from.")
    where = asset.source.read or asset.source.table or asset.source.file
    if result is None:
        return Trait("accessibility", "unknown", f"{where} was not asked yet.")
    if result["unreachable"] or _sentences(broken, "accessibility"):
        return Trait("accessibility", "bad", f"{where} gives no rows now. {result['unreachable']}")
    return Trait("accessibility", "good", f"{where} gave {result['rows']:,} rows in {result['seconds']:.1f} s.")


def _integration(
    asset: Asset, result: Mapping[str, Any] | None, broken: list[Mapping[str, Any]], *, is_shared: bool
) -> Trait:
    said = _sentences(broken, "integration")
    if said:
        return Trait("integration", "bad", said)
    keys = " and ".join(field.name for field in asset.keys)
    if not keys:
        return Trait("integration", "bad", "No key names its rows.")
    referred = [f"{field.name} stands in {field.refers_to}" for field in asset.fields if field.refers_to]
    if result is not None and result["unchecked"]:
        return Trait("integration", "unknown", " ".join(result["unchecked"].values()))
    if not referred and not is_shared:
        return Trait("integration", "unknown", f"Its key is {keys}; no other asset shares it.")
    shared = " Others refer to it." if is_shared else ""
    return Trait("integration", "good", f"Its key is {keys}{'; ' if referred else ''}{', '.join(referred)}.{shared}")


def _governance(operation: Operation, contract: Contract, owner: str, called: tuple[str, ...]) -> Trait:
    names = {person.id: person.name for person in operation.about.people}
    if not owner or not called:
        return Trait("governance", "bad", "Nobody owns it." if not owner else "Nobody is called when it breaks.")
    people = ", ".join(names[person] for person in called)
    return Trait(
        "governance",
        "good",
        f"{names[owner]} owns it; {people} {'is' if len(called) == 1 else 'are'} called. Version {contract.version}"
        " changes by a release alone.",
    )


def rules_of(reader: Reader, contract: Contract) -> Iterator[tuple[Asset, Mapping[str, Any] | None]]:
    """Each asset of a contract with what its last check found."""
    state = store.state(reader, contract.name)
    for asset in contract.assets:
        yield asset, _result_of(state, asset)
