"""Contracts held against the operation: whom they name, which systems they ask, and what refers to what."""

from collections.abc import Iterator

from aboveloop.operation.contracts.contract import Asset, Contract, Source, all_assets
from aboveloop.operation.expression_faults import suggestion
from aboveloop.operation.faults import Fault, Place
from aboveloop.operation.models import Operation
from aboveloop.operation.places import Places

ROTA = "rota"


def contract_faults(operation: Operation, places: Places) -> Iterator[Fault]:
    """What is wrong in the contracts of an operation once each can be read."""
    seen: dict[str, str] = {}
    for contract, asset in all_assets(operation.contracts):
        place = _place(places, contract, asset)
        first = seen.setdefault(asset.name, contract.name)
        if first != contract.name:
            yield place.fault(f"The asset `{asset.name}` stands in the contract `{first}` too: give it another name.")
        yield from _asset_faults(operation, asset, place)
        if asset.source is not None:
            yield from _source_faults(operation, asset, asset.source, place)
    for name, contract in operation.contracts.items():
        yield from _people_faults(operation, contract, places.at("contract", name))


def _place(places: Places, contract: Contract, asset: Asset) -> Place:
    number = contract.assets.index(asset)
    return places.at("contract", contract.name, "schema", number)


def _people_faults(operation: Operation, contract: Contract, place: Place) -> Iterator[Fault]:
    people, duties = {person.id for person in operation.about.people}, operation.about.owners
    if contract.owner not in people | duties.keys():
        hint = suggestion(contract.owner, people | duties.keys())
        yield place.fault(f"The owner `{contract.owner}` is neither one of `people` nor a duty of `owners`.{hint}")
    for name in contract.on_call:
        is_rota = name == ROTA and operation.about.on_call is not None and operation.about.on_call.rota is not None
        if name not in people | duties.keys() and not is_rota:
            hint = suggestion(name, people | duties.keys())
            yield place.fault(
                f"`onCall` names `{name}`, which is neither one of `people` nor a duty of `owners`.{hint}"
            )


def _asset_faults(operation: Operation, asset: Asset, place: Place) -> Iterator[Fault]:
    columns = [field.name for field in asset.fields]
    for name in sorted({name for name in columns if columns.count(name) > 1}):
        yield place.fault(f"`{asset.name}` has two columns `{name}`.")
    for promise in asset.timeliness:
        for name in filter(None, (promise.field, promise.since)):
            field = asset.field(name)
            if field is None or field.type not in ("timestamp", "date"):
                yield place.fault(
                    f"`slaProperties` names `{asset.name}.{name}`, which is no timestamp of this contract."
                )
    for quality in asset.quality:
        if quality.metric not in ("rowCount", "duplicateValues"):
            yield place.fault(f"`{quality.metric}` is promised of a column, not of the whole of `{asset.name}`.")
        for name in quality.properties:
            if name not in columns:
                yield place.fault(f"`{quality.name}` names the column `{name}`, which `{asset.name}` does not have.")
    others = {(each.name, field.name) for _, each in all_assets(operation.contracts) for field in each.fields}
    for field in asset.fields:
        if field.refers_to and tuple(field.refers_to.split(".")) not in others:
            yield place.fault(f"`{field.name}` refers to `{field.refers_to}`, which no contract here describes.")
    yield from _live_faults(operation, asset, place)


def _live_faults(operation: Operation, asset: Asset, place: Place) -> Iterator[Fault]:
    for live in (*asset.live, *asset.feeds):
        spec = operation.system_operation(live.read)
        if spec is None or spec.kind != "read":
            yield place.fault(f"The contract names `{live.read}`, which is no read of these systems.")
    for live in asset.live:
        for name in live.fields:
            if asset.field(name) is None:
                yield place.fault(f"`liveReads` names the column `{name}`, which `{asset.name}` does not have.")
    if asset.live and asset.source is None:
        # Once its records are not read any more, nothing could tell that a breach is over.
        yield place.fault(f"`{asset.name}` has `liveReads` but no `source`: nothing would show that it is well again.")


def _source_faults(operation: Operation, asset: Asset, source: Source, place: Place) -> Iterator[Fault]:
    if source.file:
        return
    system = operation.systems.get(source.system)
    if system is None:
        hint = suggestion(source.system, operation.systems)
        yield place.fault(f"`source` names the system `{source.system}`, which there is not.{hint}")
        return
    one_key = len(asset.keys) == 1
    if source.table:
        if system.reach.kind != "sql":
            yield place.fault(f"`source` names a table of `{source.system}`, which is reached by {system.reach.kind}.")
        if not one_key:
            yield place.fault(f"`{asset.name}` is read from a table page by page: give exactly one `primaryKey`.")
        return
    spec = operation.system_operation(source.read)
    if spec is None or spec.kind != "read":
        yield place.fault(f"`source` names `{source.read}`, which is no read of the system `{source.system}`.")
        return
    given = {*(source.arguments or {}), *([source.after] if source.after else [])}
    for name in sorted(given - spec.arguments.keys()):
        yield place.fault(f"`{source.read}` has no argument `{name}`.{suggestion(name, spec.arguments)}")
    for name in sorted(spec.arguments.keys() - set(spec.optional) - given):
        yield place.fault(f"`source` reads `{source.read}` without its argument `{name}`: say it under `with`.")
    if source.after and not one_key:
        yield place.fault(f"`after` goes on behind the last row: give `{asset.name}` exactly one `primaryKey`.")
