"""Breaches: what a broken contract does, and what ends it.

A breach is opened once, tells whoever is on call once, pauses exactly what depends on what broke, and ends when enough
checks in a row were kept. It ends the pauses that it made: never one that a person made, or made their own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.app.contracts import store
from aboveloop.app.contracts.checks import REACHABLE, Result
from aboveloop.app.contracts.dependants import Dependant, DependantScope, dependants
from aboveloop.govern.paging import pager
from aboveloop.govern.paging.rota import on_call
from aboveloop.govern.switches import Switches
from aboveloop.history.contracts.checking import Finding
from aboveloop.kit.database import Transaction
from aboveloop.kit.ids import new_id
from aboveloop.ledger.entries import HOUSE
from aboveloop.operation.contracts.contract import Asset, Contract
from aboveloop.operation.models import Operation
from aboveloop.work import halting
from aboveloop.work.house import House

# A source may restart between two checks; twice in a row, somebody looks.
MISSES_ALLOWED = 1
# A contract that breaks again within this time must be kept longer before what it paused goes on.
FLAPS_WITHIN = timedelta(hours=1)
MOST_CLEAN = 8
# The history of a contract is looked at by the day; what did not change says that somebody looked.
RUNS_EVERY = timedelta(hours=1)
RUNS_KEPT = timedelta(days=90)
# Entries name what broke; a table with a hundred broken rules is looked at on its page.
NAMED_FINDINGS = 20


@dataclass(frozen=True)
class Broken:
    """One broken rule of one asset."""

    asset: str
    finding: Finding

    @property
    def key(self) -> str:
        return f"{self.asset}.{self.finding.rule}"

    def told(self) -> dict[str, Any]:
        """What the ledger and the page keep of it: no values but the keys of the first rows."""
        found = self.finding
        return {
            "asset": self.asset,
            "rule": found.rule,
            "promised": found.words,
            "count": found.count,
            "of": found.of,
            "rows": list(found.rows),
            "fields": list(found.fields),
            "dimension": found.dimension,
            "sentence": found.sentence,
        }


@dataclass(frozen=True)
class Settled:
    """What came of a check: a breach opened, grown or ended, what was paused, and how many cases went on."""

    opened: bool = False
    grown: tuple[str, ...] = ()
    closed: bool = False
    paused: tuple[tuple[str, str], ...] = ()
    resumed: tuple[tuple[str, str], ...] = ()
    cases: int = 0


@dataclass
class Change:
    """One contract within one transaction."""

    house: House
    tx: Transaction
    operation: Operation
    contract: Contract
    now: datetime
    paused: list[tuple[str, str]] = field(default_factory=list)
    resumed: list[tuple[str, str]] = field(default_factory=list)
    cases: int = 0

    @property
    def switches(self) -> Switches:
        return Switches(self.house.ledger, self.operation)

    def record(self, kind: str, body: Mapping[str, Any]) -> None:
        about = {"contract": self.contract.name, "version": self.contract.version}
        self.house.ledger.append(
            self.tx,
            case_id=HOUSE,
            kind=kind,
            at=self.now,
            actor=HOUSE,
            body={**about, **body},
            release=self.operation.digest,
        )


def broken_of(result: Result, misses: int) -> list[Broken]:
    """What pages and pauses in a result: broken promises, and a source that did not answer again."""
    found = [
        Broken(each.asset, finding)
        for each in result.assets
        if each.checked is not None
        for finding in each.checked.broken
    ]
    if misses > MISSES_ALLOWED:
        found += [Broken(each.asset, _silent(each.unreachable)) for each in result.assets if each.checked is None]
    return found


def _silent(because: str) -> Finding:
    return Finding(
        rule=REACHABLE,
        words="the source answers",
        fields=(),
        count=0,
        of=0,
        dimension="accessibility",
        measured=because,
    )


def settle(change: Change, result: Result) -> Settled:
    """Take up what a check found. The row of the contract is locked: checks of one contract are settled in turn."""
    row = store.lock_state(change.tx, change.contract.name)
    assert row is not None, "a check is claimed before it is settled"
    misses = row.misses + 1 if result.state == "unreachable" else 0
    found = broken_of(result, misses)
    breach = store.open_breach(change.tx, change.contract.name)
    clean = row.clean + 1 if result.state == "kept" and breach is not None else 0
    values = {"state": result.state, "checked_at": change.now, "release": change.operation.digest, "misses": misses}
    store.set_state(change.tx, change.contract.name, {**values, "clean": clean, "result": result.as_json()})
    _note_run(change, result)
    if found:
        return take_up(change, found)
    if breach is not None:
        _follow_release(change, breach)
        if clean >= breach.needs_clean:
            return close(change, breach, f"{change.contract.title} keeps its promises again.")
    return _settled(change)


def _note_run(change: Change, result: Result) -> None:
    """Remember what was found where that changed, and once an hour where it did not."""
    broken = sorted(each.key for each in broken_of(result, MISSES_ALLOWED + 1))
    last = store.last_run(change.tx, result.contract.name)
    is_news = last is None or last.state != result.state or sorted(last.broken) != broken
    if not is_news and last is not None and change.now - last.at < RUNS_EVERY:
        return
    values = {"contract": result.contract.name, "at": change.now, "state": result.state, "rows": result.rows}
    spent = round(result.seconds * 1000)
    store.insert_run(change.tx, {**values, "id": new_id("check"), "milliseconds": spent, "broken": broken})
    store.forget_runs(change.tx, result.contract.name, change.now - RUNS_KEPT)


def take_up(change: Change, found: Sequence[Broken]) -> Settled:
    """Open a breach, or add to the one that is open what it did not have. The same found again changes nothing."""
    breach = store.open_breach(change.tx, change.contract.name)
    known: dict[str, Any] = dict(breach.findings) if breach is not None else {}
    new = [each for each in found if each.key not in known]
    findings = known | {each.key: each.told() for each in found}
    if breach is None:
        breach_id = _open(change, findings)
    else:
        breach_id = breach.id
        values = {"findings": findings, "version": change.contract.version, "release": change.operation.digest}
        store.set_breach(change.tx, breach_id, values)
        store.set_state(change.tx, change.contract.name, {"clean": 0})
    _pause(change, breach_id, findings)
    if new:
        told = [each.told() for each in new[:NAMED_FINDINGS]]
        change.record(
            "ContractBroken",
            {"breach": breach_id, "rules": told, "pauses": [f"{scope} {name}" for scope, name in change.paused]},
        )
    if breach is None:
        _page(change, new)
    return _settled(change, opened=breach is None, grown=tuple(each.key for each in new))


def close(change: Change, breach: Row[Any], because: str) -> Settled:
    """End a breach and the pauses that it made and that nobody else holds."""
    store.set_breach(change.tx, breach.id, {"closed_at": change.now, "closed_because": because})
    for row in store.pauses_of(change.tx, breach.id):
        if row.ended_at is None:
            _end(change, breach.id, row, because)
    change.record(
        "ContractHealed",
        {"breach": breach.id, "because": because, "resumed": [f"{scope} {name}" for scope, name in change.resumed]},
    )
    pager.withdraw(change.tx, change.house.ledger, about(change.contract.name), because=because, now=change.now)
    return _settled(change, closed=True)


def about(contract: str) -> str:
    """What a page about a contract is about."""
    return f"contract:{contract}"


def dependants_of(operation: Operation, contract: Contract, findings: Iterable[Mapping[str, Any]]) -> list[Dependant]:
    """What depends on what was found: on the columns of a rule, on the whole asset where it is silent or too old."""
    found: dict[tuple[DependantScope, str], Dependant] = {}
    for finding in findings:
        asset = contract.asset(finding["asset"])
        if asset is None:
            continue
        columns = None if _is_of_the_whole(asset, finding) else finding["fields"]
        for each in dependants(operation, asset, columns):
            found.setdefault(each.place, each)
    return sorted(found.values())


def _is_of_the_whole(asset: Asset, finding: Mapping[str, Any]) -> bool:
    rule = str(finding["rule"])
    is_timely = any(rule in (f"{each.field}.fresh", f"{each.field}.future") for each in asset.timeliness)
    return not finding["fields"] or is_timely or rule.startswith("rows.")


def _open(change: Change, findings: Mapping[str, Any]) -> str:
    contract = change.contract
    lately = store.count_closed_since(change.tx, contract.name, change.now - FLAPS_WITHIN)
    breach_id = new_id("breach")
    store.insert_breach(
        change.tx,
        {
            "id": breach_id,
            "contract": contract.name,
            "title": contract.title,
            "version": contract.version,
            "release": change.operation.digest,
            "owner": contract.owner,
            "opened_at": change.now,
            "needs_clean": min(2**lately, MOST_CLEAN),
            "findings": dict(findings),
        },
    )
    return breach_id


def _pause(change: Change, breach_id: str, findings: Mapping[str, Any]) -> None:
    """Pause what depends on it and was not paused for this breach before: what a person resumed stays so."""
    wanted = {each.place: each for each in dependants_of(change.operation, change.contract, findings.values())}
    rows = {(row.scope, row.name): row for row in store.pauses_of(change.tx, breach_id)}
    because = f"{change.contract.title} breaks its data contract ({', '.join(sorted(findings))})."
    stood = {switch.id for switch in change.switches.all(change.tx)}
    for place, each in sorted(wanted.items()):
        if place in rows:
            continue
        switch = change.switches.stop(change.tx, each.scope, name=each.name, because=because, now=change.now)
        is_ours = switch.id not in stood
        shared = bool(store.pauses_by_switch(change.tx, [switch.id]))
        if is_ours:
            change.paused.append(place)
        values = {"breach_id": breach_id, "scope": each.scope, "name": each.name, "uses": each.uses}
        store.insert_pause(change.tx, {**values, "switch_id": switch.id if is_ours or shared else ""})
    for place, row in rows.items():
        if place not in wanted and row.ended_at is None:
            _end(change, breach_id, row, "The release at work does not use it any more.")


def _follow_release(change: Change, breach: Row[Any]) -> None:
    """Another release may use other data: what it does not use is not held up."""
    if breach.release != change.operation.digest:
        store.set_breach(change.tx, breach.id, {"release": change.operation.digest})
        _pause(change, breach.id, breach.findings)


def _end(change: Change, breach_id: str, row: Row[Any], because: str) -> None:
    """End one pause of a breach; the switch is released when no other breach holds it and it is still the house's."""
    place = (row.scope, row.name)
    store.end_pause(change.tx, breach_id, place, change.now)
    if not row.switch_id or store.pauses_by_switch(change.tx, [row.switch_id]):
        return
    standing = next((each for each in change.switches.all(change.tx) if each.id == row.switch_id), None)
    if standing is not None and change.switches.end(change.tx, standing, because=because, now=change.now):
        change.resumed.append(place)
        change.cases += halting.release(change.house, change.tx, standing, actor=HOUSE)


def _page(change: Change, found: Sequence[Broken]) -> None:
    contract, first = change.contract, found[0].finding
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    held = f" Paused: {', '.join(name for _, name in change.paused)}." if change.paused else " Nothing was paused."
    reason = f"{contract.title}: {first.sentence}{more}{held}"
    page = pager.raise_page(
        change.tx, change.house.ledger, reason=reason, severity="high", about=about(contract.name), now=change.now
    )
    pager.call_first(change.tx, page, people_on_call(change.operation, contract, change.now))


def people_on_call(operation: Operation, contract: Contract, now: datetime) -> list[str]:
    """The people behind the names of a contract's `onCall`: persons, holders of duties, whoever's turn it is."""
    config, people = operation.about.on_call, {person.id for person in operation.about.people}
    found = []
    for name in contract.on_call:
        if name == "rota" and config is not None and config.rota is not None:
            found.append(on_call(config.rota, now, operation.about.timezone))
        else:
            found.append(operation.about.owners.get(name, name))
    return [name for name in dict.fromkeys(found) if name in people]


def _settled(change: Change, *, opened: bool = False, closed: bool = False, grown: tuple[str, ...] = ()) -> Settled:
    return Settled(opened, grown, closed, tuple(change.paused), tuple(change.resumed), change.cases)
