"""What a release did to the KPIs, its cases held against those of the release before; whether trust paid for speed."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from aboveloop.app.measuring import kpis as measuring
from aboveloop.app.premises import Premises
from aboveloop.govern.promotion.guards import Count, fisher_greater
from aboveloop.kit.clock import EPOCH
from aboveloop.kit.database import Reader
from aboveloop.measure.counting import Scope, Value, count
from aboveloop.measure.kpis import Standing, in_words, judge, trust_objections, worse_by
from aboveloop.operation import environments, releases
from aboveloop.operation.delivery import Kpi
from aboveloop.operation.releases import Release


def kpi_effects(premises: Premises, reader: Reader, release: Release, base: Release | None) -> tuple[str, ...]:
    """A sentence for each KPI that both releases have enough cases for; none where the release served nobody."""
    if base is None:
        return ()
    operation, now = premises.current(), premises.house.clock.now()
    after, before = (_worth(reader, operation.kpis, EPOCH, now, each.digest) for each in (release, base))
    if not any(value.cases for value in after.values()):
        return ()
    said, few = [], 0
    for name, kpi in operation.kpis.items():
        if name not in after:
            continue
        if Standing.FEW in (judge(kpi, after[name]), judge(kpi, before[name])) or after[name].value is None:
            few += 1
        elif before[name].value is not None:
            said.append(
                _sentence(kpi, (release.name, after[name]), (base.name, before[name]), operation.about.currency)
            )
    if few:
        said.append(f"Of {few} more KPIs there are too few cases on {release.name} or {base.name} to say anything.")
    return tuple(said)


def trust(premises: Premises, reader: Reader, release: Release, to: str) -> list[str] | None:
    """Why this release is not scaled now: more is resolved without a person while a guard of trust or quality falls.

    Where the release serves a canary, its cases speak against those of production since it began; else the last span
    against the one before. None where no KPI guards trust or quality.
    """
    operation, now = premises.current(), premises.house.clock.now()
    if all(kpi.guard is None for kpi in operation.kpis.values()):
        return None
    placed = environments.placed(reader, "canary")
    since = environments.standing_since(reader, "canary")
    production = releases.deployed_digest(reader)
    if to == "production" and placed and since and production and placed.release.digest == release.digest:
        after, before = (
            _worth(reader, operation.kpis, since, now, digest) for digest in (placed.release.digest, production)
        )
    else:
        after, before = _spans(premises, reader, now)
    return trust_objections(operation.kpis, before, after, operation.about.currency)


def _worth(reader: Reader, kpis: Mapping[str, Kpi], since: datetime, now: datetime, digest: str) -> dict[str, Value]:
    """What every KPI is worth on the cases of one release; containment always, by its own name."""
    scope = Scope(since, now + timedelta(microseconds=1), release=digest)
    found = {name: count(reader, kpi.measure, scope) for name, kpi in kpis.items() if kpi.measure is not None}
    found["containment"] = count(reader, "containment", scope)
    return {name: value for name, value in found.items() if value is not None}


def _spans(premises: Premises, reader: Reader, now: datetime) -> tuple[dict[str, Value], dict[str, Value]]:
    """The last span of every KPI and the one before it."""
    states = measuring.states(premises, reader, now)
    after = {state.kpi.kpi: state.value for state in states if state.value is not None}
    before = {state.kpi.kpi: state.before for state in states if state.before is not None}
    for state in states:
        if state.kpi.measure == "containment" and state.value is not None and state.before is not None:
            after["containment"], before["containment"] = state.value, state.before
    return after, before


def _sentence(kpi: Kpi, new: tuple[str, Value], old: tuple[str, Value], currency: str) -> str:
    (name, after), (before_name, before) = new, old
    assert after.value is not None and before.value is not None, "asked for only where both have a value"
    worse = worse_by(kpi, after.value, before.value)
    way = "as before" if worse == 0 else "worse" if worse > 0 else "better"
    said = (
        f"{kpi.title}: {in_words(kpi, after.value, currency)} over {after.cases} on {name},"
        f" {in_words(kpi, before.value, currency)} over {before.cases} on {before_name}: {way}."
    )
    if kpi.unit != "share" or worse == 0:
        return said
    counts = Count(after.part, after.cases), Count(before.part, before.cases)
    rose = after.value > before.value
    chance = fisher_greater(*counts) if rose else fisher_greater(*reversed(counts))
    return f"{said} Chance alone would do as much in {chance:.0%} of such comparisons."
