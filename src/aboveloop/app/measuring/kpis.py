"""The KPIs of the operation at work: measured now, written down by their owners, kept, and held against their targets.

What asks systems of record (does the shop agree with the ledger?) is worked out when it is measured, and shown as it
was then; everything else is counted at every look.
"""

import threading
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.app.premises import Premises
from aboveloop.govern.people import Person
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader, Transaction
from aboveloop.ledger.entries import HOUSE
from aboveloop.measure import store
from aboveloop.measure.counting import Scope, Value, count, share
from aboveloop.measure.errors import KpiMeasuredHere, KpiUnknown, NotOwner, ValueImpossible
from aboveloop.measure.kpis import Standing, State, judge
from aboveloop.operation.delivery import Kpi
from aboveloop.work.reconcile import reconcile

# What is under way while the journals are read is settled a moment later.
LOOK_AGAIN_SECONDS = 1.0
KEEP_VALUES = timedelta(days=400)


def states(premises: Premises, reader: Reader, now: datetime) -> list[State]:
    """Every KPI of the operation at work, in the order of kpis.yaml."""
    latest = store.latest(reader)
    return [_state(reader, kpi, latest, now) for kpi in premises.current().kpis.values()]


def span_of(kpi: Kpi, now: datetime, *, earlier: int = 0) -> Scope:
    """The span that one value of the KPI is measured over, or the one so many spans before."""
    length = timedelta(days=kpi.days)
    until = now - earlier * length
    # What was opened at this very moment counts too.
    return Scope(until - length, until + timedelta(microseconds=1) if not earlier else until)


def _state(reader: Reader, kpi: Kpi, latest: Mapping[str, Row[Any]], now: datetime) -> State:
    row = latest.get(kpi.kpi)
    counted = None if kpi.measure is None else count(reader, kpi.measure, span_of(kpi, now))
    if counted is not None and kpi.measure is not None:
        before = count(reader, kpi.measure, span_of(kpi, now, earlier=1))
        return State(kpi, counted, before, now, HOUSE, judge(kpi, counted))
    if row is None:
        return State(kpi, None, None, None, "", Standing.UNKNOWN)
    value = Value(row.value, row.part, row.cases)
    history = store.history(reader, kpi.kpi, limit=2)
    before = Value(history[1].value, history[1].part, history[1].cases) if len(history) > 1 else None
    return State(kpi, value, before, row.at, row.by, judge(kpi, value))


def broken_since(reader: Reader, names: Collection[str]) -> datetime | None:
    """Since when the first of these KPIs is in breach; None where none is yet."""
    standing = store.open_breaches(reader)
    return min((standing[name].opened_at for name in names if name in standing), default=None)


def measure_all(premises: Premises) -> list[State]:
    """Measure everything that the house works out, keep it, and open and close breaches."""
    operation, now = premises.current(), premises.house.clock.now()
    differing = None
    if any(kpi.measure == "write_error_rate" for kpi in operation.kpis.values()):
        differing = _writes_differing(premises)
    with premises.database.write() as tx:
        for kpi in operation.kpis.values():
            if kpi.measure is None:
                continue
            value = differing if kpi.measure == "write_error_rate" else count(tx, kpi.measure, span_of(kpi, now))
            assert value is not None, "every measure is worked out in one of the two ways"
            _keep(tx, kpi, value, by=HOUSE, note="", now=now)
        store.forget_before(tx, now - KEEP_VALUES)
        found = states(premises, tx, now)
        _breaches(premises, tx, found, now)
    return found


def record(premises: Premises, name: str, value: float, *, by: Person, note: str = "") -> State:
    """The owner of a KPI writes down what they measured elsewhere. Raises KpiUnknown, KpiMeasuredHere, NotOwner and
    ValueImpossible."""
    kpi = kpi_of(premises, name)
    if kpi.measure is not None:
        raise KpiMeasuredHere(f"{kpi.title} is measured by the house ({kpi.measure}): nobody writes it down.")
    if kpi.owner != by.id:
        raise NotOwner(f"{kpi.title} belongs to {kpi.owner}: {by.name} does not write it down.")
    if value != value or abs(value) > 1e15 or (kpi.unit == "share" and not 0 <= value <= 1):
        raise ValueImpossible(f"{value:g} cannot be a {kpi.unit} of {kpi.title}. A share lies from 0 to 1.")
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        _keep(tx, kpi, Value(value, 0, 0), by=by.actor, note=note, now=now)
        body = {"kpi": name, "value": _exact(value), "note": note}
        premises.ledger.append(tx, case_id=HOUSE, kind="KpiRecorded", at=now, actor=by.actor, body=body)
        (state,) = [each for each in states(premises, tx, now) if each.kpi.kpi == name]
        _breaches(premises, tx, [state], now)
    return state


def kpi_of(premises: Premises, name: str) -> Kpi:
    """Raises KpiUnknown."""
    found = premises.current().kpis.get(name)
    if found is None:
        raise KpiUnknown(f"There is no KPI {name} in the operation at work. `aboveloop kpi list` shows them.")
    return found


def _writes_differing(premises: Premises) -> Value:
    """The share of all writes on which ledger and systems of record differ. Looked at twice: what was under way at the
    first look is no difference."""
    first = reconcile(premises.house, premises.current())
    if not first.differences:
        return share(0, first.actions)
    threading.Event().wait(LOOK_AGAIN_SECONDS)
    second = reconcile(premises.house, premises.current())
    lasting = {each.key for each in first.differences} & {each.key for each in second.differences}
    return share(len(lasting), max(second.actions, len(lasting)))


def _keep(tx: Transaction, kpi: Kpi, value: Value, *, by: str, note: str, now: datetime) -> None:
    row = {"kpi": kpi.kpi, "value": value.value, "part": value.part, "cases": value.cases}
    store.insert_value(tx, {**row, "by": by, "note": note, "at": now})


def _breaches(premises: Premises, tx: Transaction, found: list[State], now: datetime) -> None:
    """Open a breach for what fell out of tolerance, close those of what is back. Too few cases change nothing."""
    standing = store.open_breaches(tx)
    for state in found:
        name, kpi = state.kpi.kpi, state.kpi
        is_new = state.is_out and name not in standing
        is_back = state.standing is Standing.WITHIN and name in standing
        if not (is_new or is_back):
            continue
        assert state.value is not None and state.value.value is not None, "what is judged has a value"
        if is_new:
            store.open_breach(tx, {"kpi": name, "value": state.value.value, "opened_at": now})
        else:
            store.close_breach(tx, name, now)
        body = {
            "kpi": name,
            "value": _exact(state.value.value),
            "cases": state.value.cases,
            "target": _exact(kpi.target),
            "tolerance": _exact(kpi.tolerance),
            "days": kpi.days,
            "at": iso(now),
        }
        kind = "KpiBreached" if is_new else "KpiRecovered"
        premises.ledger.append(tx, case_id=HOUSE, kind=kind, at=now, actor=HOUSE, body=body)


def _exact(value: float) -> str:
    """Numbers stand in the ledger as text: no two programs round them otherwise."""
    return f"{value:.6g}"
